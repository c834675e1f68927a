import type { ChannelName, Delivery, Message, Outcome } from './delivery.ts';
import type { Contact } from './directory.ts';
import type { OperationStatus } from './operation-status.ts';
import type { Quota } from './quota.ts';

/**
 * A way to people. It tries once, tells what happened, and never throws for what the other side does. It is made for some status, and neither
 * wider nor narrower than that: a way for real words is no way for any words (`in out`).
 */
export abstract class Channel<in out S extends OperationStatus = OperationStatus> {
  /** Never there: it makes the compiler take a way for one status as no way for others, in whatever class. */
  declare protected readonly only?: (status: S) => S;
  abstract readonly name: ChannelName;
  /** What it is for; whatever else is handed to it, it refuses. */
  abstract readonly statuses: readonly S[];
  /** Recipients in one delivery: LINE takes up to 500 ids, a mail has one. */
  abstract readonly chunkMax: number;
  /** Attempts that may be under way at once. */
  abstract readonly inFlightMax: number;
  /** Attempts a second, over all endpoints of this channel. */
  abstract readonly perSecondMax: number;
  /** How long after the first attempt a repeat is still recognised by the other side; afterwards only a person may decide. */
  abstract readonly repeatSafeMs: number;

  /**
   * One attempt with the retry key of the delivery, to the contacts of those of its recipients who are still there, in their order and never
   * empty. A repeat may hold fewer of them than the attempt before it, since somebody may have left (F62), and never others. Resolves within the
   * channel's own time-out.
   */
  abstract attempt(delivery: Delivery<S>, message: Message<S>, contacts: readonly Contact[]): Promise<Outcome>;

  /** What its plan allows in this month; null without a ceiling. `unknown` when the other side does not say. */
  quota(): Promise<Quota | null | 'unknown'> {
    return Promise.resolve(null);
  }

  /** Finishes what is under way and lets go of connections. */
  abstract close(): Promise<void>;
}

/** A delivery and its words, as they lie in the ledger: of whatever status. */
interface Work<S extends OperationStatus> {
  readonly delivery: Delivery<S>;
  readonly message: Message<S>;
}

/** Whether a channel is for what a delivery and its words say they are. Nothing gets from the ledger to a channel but through here. */
export const carries = <S extends OperationStatus, W extends Work<OperationStatus>>(
  channel: Pick<Channel<S>, 'statuses'>,
  work: W,
): work is W & Work<S> =>
  [work.delivery.status, work.message.status].every((status) => (channel.statuses as readonly OperationStatus[]).includes(status));
