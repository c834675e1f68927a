import {
  type Clock,
  CONTACTS_MAX,
  type Directory,
  type Hold,
  type Ledger,
  ORDER_WAIT_MS,
  type StandIn,
  standInsOf,
  standInWhy,
  type TransitionId,
  type Unreached,
} from '#core';

/** Deliveries for which another way is looked for in one transaction: as many people as a plan writes at once. */
const BATCH_MAX = 20;

export interface StandInsOptions {
  readonly ledger: Pick<Ledger, 'unreached' | 'standIn' | 'messages'>;
  readonly directory: Pick<Directory, 'standbys'>;
  readonly clock: Clock;
  /** Whether LINE takes nothing from us now. */
  readonly isClosed: () => boolean;
}

/**
 * Takes the other way to people whom LINE does not reach: the mail address that they named for that case (F53, F55). What is missing follows from
 * the ledger, and the deliveries are written together with the mark that they were looked for: after a crash nobody is forgotten and nobody is
 * told twice.
 */
export class StandIns {
  readonly #options: StandInsOptions;

  constructor(options: StandInsOptions) {
    this.#options = options;
  }

  /** Looks once. Resolves with the transitions that have new deliveries, and whether there may be more to do at once. */
  async look(hold: Hold): Promise<{ readonly transitions: ReadonlySet<TransitionId>; readonly more: boolean }> {
    const { ledger, clock, isClosed } = this.#options;
    const now = clock.now();
    const closed = isClosed();
    const found = await ledger.unreached({ now, orderDueBefore: now - ORDER_WAIT_MS, isClosed: closed, limit: BATCH_MAX });
    if (found.length === 0) return { transitions: new Set(), more: false };
    const standIns: StandIn[] = [];
    for (const unreached of found) standIns.push(await this.#standInFor(unreached, closed, now));
    await ledger.standIn(hold, standIns);
    const told = standIns.flatMap(({ deliveries }) => deliveries.map(({ transitionId }) => transitionId));
    return { transitions: new Set(told), more: found.length >= BATCH_MAX };
  }

  async #standInFor(unreached: Unreached, isClosed: boolean, now: number): Promise<StandIn> {
    const { ledger, directory } = this.#options;
    const { delivery, recipients } = unreached;
    const standbys = [];
    for (let from = 0; from < recipients.length; from += CONTACTS_MAX)
      standbys.push(...(await directory.standbys(recipients.slice(from, from + CONTACTS_MAX))));
    // Most deliveries have nobody with a second way, and then their words need not be read.
    const translations = standbys.some((standby) => standby) ? await ledger.messages(delivery.transitionId) : [];
    return standInsOf({ unreached, standbys, translations, why: standInWhy(delivery, isClosed), now });
  }
}
