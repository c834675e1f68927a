import {
  type AudiencePage,
  type AudienceQuery,
  type ChannelName,
  type Contact,
  Directory,
  EVACUATION_CATEGORY,
  type KnownSubscriber,
  type Reachable,
  type Recipient,
  type Standby,
  type SubscriberCount,
} from '#core';
import type { DrillAudience } from './drill-audience.ts';

/** Categories that only those are in who chose to take part in drills. */
const OWN = 'exercise/';

/**
 * An evacuation reaches everybody of a district, whatever else they chose, in a drill as in real life: so the district is asked for, and of its
 * people those remain who take part.
 */
const meant = (query: AudienceQuery): AudienceQuery =>
  query.category === `${OWN}${EVACUATION_CATEGORY}` && query.districts !== null ? { ...query, category: EVACUATION_CATEGORY } : query;

/** Somebody tried to change from within a drill who hears of real things. */
export class DirectoryReadOnly extends Error {
  override readonly name = 'DirectoryReadOnly';
}

/**
 * The city's directory as a drill sees it: the same people, but only those of its audience, and nothing can be changed. No question that is
 * asked through it leads to anybody else, by whatever category, number or address (F67).
 */
export class ExerciseDirectory extends Directory {
  readonly #directory: Directory;
  readonly #audience: Pick<DrillAudience, 'has'>;

  constructor(directory: Directory, audience: Pick<DrillAudience, 'has'>) {
    super();
    this.#directory = directory;
    this.#audience = audience;
  }

  async *audience(query: AudienceQuery, pageMax: number): AsyncGenerator<AudiencePage> {
    if (!query.category.startsWith(OWN)) return;
    for await (const { language, people } of this.#directory.audience(meant(query), pageMax)) {
      const members = people.filter(({ recipient }) => this.#audience.has(recipient));
      if (members.length > 0) yield { language, people: members };
    }
  }

  async contacts(channel: ChannelName, recipients: readonly Recipient[]): Promise<readonly (Contact | null)[]> {
    const contacts = await this.#directory.contacts(channel, recipients);
    return contacts.map((contact, index) => (this.#audience.has(recipients[index]!) ? contact : null));
  }

  async subscriber(channel: ChannelName, address: string): Promise<KnownSubscriber | null> {
    return this.#member(await this.#directory.subscriber(channel, address));
  }

  async recipientOf(channel: ChannelName, address: string): Promise<Recipient | null> {
    const recipient = await this.#directory.recipientOf(channel, address);
    return recipient !== null && this.#audience.has(recipient) ? recipient : null;
  }

  async subscriberOf(recipient: Recipient): Promise<KnownSubscriber | null> {
    return this.#audience.has(recipient) ? this.#member(await this.#directory.subscriberOf(recipient)) : null;
  }

  async reachable(channel: ChannelName, recipients: readonly Recipient[]): Promise<readonly (Reachable | null)[]> {
    const reachable = await this.#directory.reachable(channel, recipients);
    return reachable.map((way, index) => (this.#audience.has(recipients[index]!) ? way : null));
  }

  async standbys(recipients: readonly Recipient[]): Promise<readonly (Standby | null)[]> {
    const standbys = await this.#directory.standbys(recipients);
    return standbys.map((standby, index) =>
      standby && this.#audience.has(recipients[index]!) && this.#audience.has(standby.recipient) ? standby : null,
    );
  }

  /** Whoever draws a number waits for a real turn. */
  drawTicket(): Promise<'unknown'> {
    return Promise.resolve('unknown');
  }

  // oxlint-disable-next-line require-yield -- a drill calls no holder of a real ticket.
  async *ticketHolders(): AsyncGenerator<AudiencePage> {}

  /** Real tickets stay as they are. */
  useTickets(): Promise<void> {
    return Promise.resolve();
  }

  subscribe(): Promise<void> {
    return Promise.reject(new DirectoryReadOnly('a drill changes nobody in the directory'));
  }

  leave(): Promise<boolean> {
    return Promise.reject(new DirectoryReadOnly('a drill changes nobody in the directory'));
  }

  /** That a drill could not reach somebody says nothing about real words: the next real one finds out by itself. */
  setState(): Promise<boolean> {
    return Promise.resolve(false);
  }

  counts(): Promise<readonly SubscriberCount[]> {
    return this.#directory.counts();
  }

  #member(known: KnownSubscriber | null): KnownSubscriber | null {
    return known && this.#audience.has(known.recipient) ? known : null;
  }
}
