import {
  type Channel,
  type Clock,
  type Delivery,
  deliveryOf,
  type Directory,
  type DrillId,
  type Hold,
  type Language,
  type Ledger,
  type Message,
  messageOf,
  type Recipient,
} from '#core';
import { DrillAudience, pagesOf } from './drill-audience.ts';

/** One commit writes at most about this much, so that no other writer waits for long. */
const COMMIT_DELIVERIES_MAX = 1_000;
/** Stored deliveries read at once when an announcement is resumed. */
const STORED_PAGE_MAX = 500;
/** The announcements of a drill in their order, which are the positions of the stage `drill` in its ledger. */
const POSITION = { start: 1, end: 2 } as const;
export type Announcement = keyof typeof POSITION;

/** The words of the drill itself stand in the lane that overtakes all others: nothing of a drill is more urgent than that it is over. */
const ROUTE = { id: 'drill', lane: 'evacuation' } as const;

export interface AnnouncerOptions {
  readonly drill: DrillId;
  readonly ledger: Ledger;
  /** Of the drill. */
  readonly directory: Directory;
  readonly categories: readonly string[];
  readonly channels: readonly Channel<'exercise'>[];
  readonly clock: Clock;
  /** How long the words help, by the drill's clock. */
  readonly expiresAfterMs: number;
}

/** What an announcement is told under. */
export const announcementId = (drill: DrillId, which: Announcement): string => `drill/${drill}/${which}`;
/** Whether a delivery says that its drill is over: the one word that goes out after the end, and that no earlier one may follow. */
export const saysItIsOver = ({ transitionId }: Pick<Delivery, 'transitionId'>): boolean => /^drill\/[^/]+\/end$/.test(transitionId);

/**
 * Tells the whole audience of a drill that it began and that it is over; of an end nobody hears where nobody was told of the beginning, as when a
 * drill could not begin, or when its folder is not there any more. The words become stored deliveries like all others, in the drill's
 * own ledger: at whatever line the process dies, the next one plans whoever is missing, and nobody twice.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Resolves once every delivery of it is stored; dispatch sends them. Again changes nothing. */
  async announce(which: Announcement, wordsIn: (language: Language) => { readonly subject: string; readonly body: string }): Promise<void> {
    const { drill, ledger, directory, categories, channels, clock, expiresAfterMs } = this.#options;
    let hold = await ledger.seize('drill');
    if (hold.position >= POSITION[which]) return;
    const transition = { id: announcementId(drill, which), status: 'exercise' as const, decidedAt: clock.now() };
    const told = await this.#told(transition.id);
    const messages = new Map<string, Message>();
    let deliveries: Delivery[] = [];
    const write = async (to: number): Promise<Hold> => {
      const next = await ledger.commitPlan({ hold, to, messages: [...messages.values()], deliveries });
      deliveries = [];
      return next;
    };
    const wasBegun =
      hold.position >= POSITION.start || (await ledger.deliveries({ transitionId: announcementId(drill, 'start'), limit: 1 })).length > 0;
    for (const channel of which === 'start' || wasBegun ? channels : []) {
      const seen = new DrillAudience();
      for await (const { language, people } of pagesOf(directory, channel.name, categories, seen)) {
        const fresh = people.filter(({ recipient }) => !told.has(recipient));
        const message = messageOf({ transition, route: { ...ROUTE, expiresAfterMs }, language, ...wordsIn(language) });
        messages.set(message.id, message);
        for (const [endpoint, members] of Map.groupBy(fresh, (one) => one.endpoint)) {
          for (let from = 0; from < members.length; from += channel.chunkMax) {
            const recipients = members.slice(from, from + channel.chunkMax).map(({ recipient }) => recipient);
            deliveries.push(deliveryOf({ message, route: ROUTE, channel: channel.name, endpoint, recipients, now: transition.decidedAt }));
          }
        }
        if (deliveries.length >= COMMIT_DELIVERIES_MAX) hold = await write(hold.position);
      }
    }
    await write(POSITION[which]);
  }

  /** Whether every delivery of it has come to an end. */
  async isSettled(which: Announcement): Promise<boolean> {
    const counts = await this.#options.ledger.deliveryCounts([announcementId(this.#options.drill, which)]);
    return counts.every(({ state, deliveries }) => deliveries === 0 || (state !== 'queued' && state !== 'sending'));
  }

  /** Who is planned already, by a process that died in the middle of it. */
  async #told(transitionId: string): Promise<ReadonlySet<Recipient>> {
    const told = new Set<Recipient>();
    let before: number | undefined;
    for (;;) {
      const page = await this.#options.ledger.deliveries({ transitionId, ...(before !== undefined && { before }), limit: STORED_PAGE_MAX });
      for (const { delivery } of page) for (const recipient of delivery.recipients) told.add(recipient);
      if (page.length < STORED_PAGE_MAX) return told;
      before = page.at(-1)!.number;
    }
  }
}
