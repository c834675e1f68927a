import { Directory, LANGUAGES, type AudiencePage, type AudienceQuery, type ChannelName, type Subscriber } from '#core';

/** The directory without durability, for tests and the demo. */
export class MemoryDirectory extends Directory {
  /** In the order of first subscription, which is the order of address numbers. */
  readonly #subscribers = new Map<string, Subscriber>();

  async subscribe(subscribers: readonly Subscriber[]): Promise<void> {
    for (const subscriber of subscribers) this.#subscribers.set(keyOf(subscriber.channel, subscriber.address), subscriber);
  }

  async leave(channel: ChannelName, address: string): Promise<boolean> {
    return this.#subscribers.delete(keyOf(channel, address));
  }

  async *audience({ channel, category, districts }: AudienceQuery, pageMax: number): AsyncGenerator<AudiencePage> {
    const wanted = districts && new Set(districts);
    for (const language of LANGUAGES) {
      let page: string[] = [];
      for (const subscriber of this.#subscribers.values()) {
        if (subscriber.channel !== channel || subscriber.language !== language || !subscriber.categories.includes(category)) continue;
        if (wanted && !subscriber.districts.some((district) => wanted.has(district))) continue;
        page.push(subscriber.address);
        if (page.length < pageMax) continue;
        yield { language, addresses: page };
        page = [];
      }
      if (page.length > 0) yield { language, addresses: page };
    }
  }

  async counts(): Promise<Readonly<Partial<Record<ChannelName, number>>>> {
    const counts: Partial<Record<ChannelName, number>> = {};
    for (const { channel } of this.#subscribers.values()) counts[channel] = (counts[channel] ?? 0) + 1;
    return counts;
  }
}

const keyOf = (channel: ChannelName, address: string): string => `${channel} ${address}`;
