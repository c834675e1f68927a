import type { Audit, AuditRole, ChannelName, Clock, Directory, PersonalRecords } from '#core';
import type { ErasureDto, SubscriberExportDto } from '#wire';
import { Refusal } from './refusal.ts';

export interface PersonalDataOptions {
  readonly directory: Directory;
  readonly records: readonly PersonalRecords[];
  readonly audit: Audit;
  readonly clock: Clock;
}

/** Whom it is about, and who asks on their behalf. */
export interface PersonalDataAsk {
  readonly channel: ChannelName;
  readonly address: string;
  readonly by: string;
  readonly role: AuditRole;
  readonly from?: string;
}

/**
 * What people may ask of a city about themselves: everything that is held (export), and that it be forgotten (erasure). Each is written down in the
 * audit by number: the chain must not hold what was erased (S34).
 */
export class PersonalData {
  readonly #options: PersonalDataOptions;

  constructor(options: PersonalDataOptions) {
    this.#options = options;
  }

  /** Everything that is held about the person behind an address, in all stores. Rejects with a `Refusal` when nobody subscribed with it. */
  async export(ask: PersonalDataAsk): Promise<SubscriberExportDto> {
    const { directory, records, clock } = this.#options;
    const known = await directory.subscriber(ask.channel, ask.address);
    if (!known) throw nobody();
    const { recipient, ...choices } = known;
    const takeover = known.standby === null ? null : await directory.subscriberOf(known.standby);
    const held = await Promise.all(records.map(async (store) => [store.name, await store.of(recipient)] as const));
    await this.#writeDown(ask, 'exported', recipient);
    return {
      takenAt: clock.now(),
      recipient,
      ...choices,
      districts: [...known.districts],
      categories: [...known.categories],
      standby: takeover && { channel: takeover.channel, address: takeover.address },
      records: Object.fromEntries(held.map(([name, rows]) => [name, rows.map((row) => ({ ...row }))])),
    };
  }

  /**
   * Forgets the person behind an address in all stores, the directory last: whatever breaks off in between is done again by the same address. What
   * stays of them is a number in the proof of what was told. Rejects as `export` does.
   */
  async erase(ask: PersonalDataAsk): Promise<ErasureDto> {
    const { directory, records } = this.#options;
    const known = await directory.subscriber(ask.channel, ask.address);
    if (!known) throw nobody();
    const { recipient } = known;
    let forgotten = 0;
    for (const store of records) forgotten += await store.forget(recipient);
    // Written down before: an erasure that nobody could prove would have to be believed.
    await this.#writeDown(ask, 'erased', recipient);
    await directory.erase(ask.channel, ask.address);
    const takeover = known.standby === null ? null : await directory.subscriberOf(known.standby);
    return { recipient, records: forgotten + 1, stillSubscribed: takeover?.channel ?? null };
  }

  async #writeDown({ by, role, from }: PersonalDataAsk, act: 'exported' | 'erased', recipient: string): Promise<void> {
    const { audit, clock } = this.#options;
    await audit.append([{ at: clock.now(), by, role, act, subject: `subscriber/${recipient}`, ...(from !== undefined && { from }) }]);
  }
}

const nobody = (): Refusal => new Refusal('notFound', 'この宛先で登録している方はいません。');
