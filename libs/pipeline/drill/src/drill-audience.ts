import { type AudiencePage, type ChannelName, type Directory, type Recipient } from '#core';

/** People asked for at once. */
const PAGE_MAX = 500;
/** Numbers are given in their order, so a city never reaches this; a larger one is no number of a subscriber. */
const NUMBER_MAX = 1 << 30;
/** Bytes of the first map: enough for half a million subscribers. */
const MAP_BYTES = 65_536;

/**
 * Whom a drill may reach: those who were in one of its categories when it began, and nobody else for as long as it lasts. Whoever leaves
 * meanwhile is not reached any more, for the directory no longer knows them. A bit for each subscriber: a million take 125 kB.
 */
export class DrillAudience {
  #members = new Uint8Array(MAP_BYTES);
  #count = 0;

  /** Everybody on the channels who chose to take part. */
  static async frozen(options: {
    readonly directory: Pick<Directory, 'audience'>;
    readonly channels: readonly ChannelName[];
    readonly categories: readonly string[];
  }): Promise<DrillAudience> {
    const audience = new DrillAudience();
    for (const channel of options.channels) {
      for await (const _ of pagesOf(options.directory, channel, options.categories, audience));
    }
    return audience;
  }

  get count(): number {
    return this.#count;
  }

  has(recipient: Recipient): boolean {
    const number = numberOf(recipient);
    return number !== null && ((this.#members[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  /** False for somebody who is in already, and for what is no number of a subscriber. */
  add(recipient: Recipient): boolean {
    const number = numberOf(recipient);
    if (number === null || this.has(recipient)) return false;
    if (number >> 3 >= this.#members.length) {
      const wider = new Uint8Array(Math.max(2 * this.#members.length, (number >> 3) + 1));
      wider.set(this.#members);
      this.#members = wider;
    }
    this.#members[number >> 3]! |= 1 << (number & 7);
    this.#count += 1;
    return true;
  }
}

/** Pages of everybody in any of the categories on a channel, each person once; who is seen is in `seen` from then on. */
export async function* pagesOf(
  directory: Pick<Directory, 'audience'>,
  channel: ChannelName,
  categories: readonly string[],
  seen: DrillAudience,
): AsyncGenerator<AudiencePage> {
  for (const category of categories) {
    for await (const { language, people } of directory.audience({ channel, category, districts: null }, PAGE_MAX)) {
      const fresh = people.filter(({ recipient }) => seen.add(recipient));
      if (fresh.length > 0) yield { language, people: fresh };
    }
  }
}

function numberOf(recipient: Recipient): number | null {
  if (!/^\d{1,10}$/.test(recipient)) return null;
  const number = Number(recipient);
  return number < NUMBER_MAX ? number : null;
}
