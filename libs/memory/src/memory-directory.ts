import {
  Directory,
  LANGUAGES,
  TICKETS_PER_PERSON_MAX,
  type AudiencePage,
  type AudienceQuery,
  type ChannelName,
  type GaugeId,
  type Subscriber,
  type Ticket,
  type TicketQuery,
  type TicketRange,
} from '#core';

/** The directory without durability, for tests and the demo. */
export class MemoryDirectory extends Directory {
  /** In the order of first subscription, which is the order of address numbers. */
  readonly #subscribers = new Map<string, Subscriber>();
  #tickets: readonly Ticket[] = [];

  async subscribe(subscribers: readonly Subscriber[]): Promise<void> {
    for (const subscriber of subscribers) this.#subscribers.set(keyOf(subscriber.channel, subscriber.address), subscriber);
  }

  async leave(channel: ChannelName, address: string): Promise<boolean> {
    this.#tickets = this.#tickets.filter((ticket) => ticket.channel !== channel || ticket.address !== address);
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

  async drawTicket(ticket: Ticket, now: number): Promise<'drawn' | 'unknown' | 'tooMany'> {
    const { channel, address, gauge, number } = ticket;
    this.#tickets = this.#tickets.filter(({ expiresAt }) => expiresAt > now);
    if (!this.#subscribers.has(keyOf(channel, address))) return 'unknown';
    const own = this.#tickets.filter((other) => other.channel === channel && other.address === address);
    const again = own.find((other) => other.gauge === gauge && other.number === number);
    if (!again && own.length >= TICKETS_PER_PERSON_MAX) return 'tooMany';
    const expiresAt = Math.max(ticket.expiresAt, again?.expiresAt ?? 0);
    this.#tickets = [...this.#tickets.filter((other) => other !== again), { ...ticket, expiresAt }];
    return 'drawn';
  }

  async *ticketHolders({ channel, gauge, near, at }: TicketQuery, pageMax: number): AsyncGenerator<AudiencePage> {
    const isMeant = (ticket: Ticket): boolean =>
      ticket.channel === channel &&
      ticket.gauge === gauge &&
      ticket.number > near.above &&
      ticket.number <= near.upTo &&
      ticket.expiresAt > at;
    const holders = new Set(this.#tickets.filter(isMeant).map(({ address }) => address));
    const known = [...this.#subscribers.values()].filter((one) => one.channel === channel && holders.has(one.address));
    for (const language of LANGUAGES) {
      const addresses = known.filter((one) => one.language === language).map(({ address }) => address);
      for (let from = 0; from < addresses.length; from += pageMax) yield { language, addresses: addresses.slice(from, from + pageMax) };
    }
  }

  async useTickets(gauge: GaugeId, { above, upTo }: TicketRange): Promise<void> {
    this.#tickets = this.#tickets.filter((ticket) => ticket.gauge !== gauge || ticket.number <= above || ticket.number > upTo);
  }

  async counts(): Promise<Readonly<Partial<Record<ChannelName, number>>>> {
    const counts: Partial<Record<ChannelName, number>> = {};
    for (const { channel } of this.#subscribers.values()) counts[channel] = (counts[channel] ?? 0) + 1;
    return counts;
  }
}

const keyOf = (channel: ChannelName, address: string): string => `${channel} ${address}`;
