import type { ChannelName, Delivery, Message, Outcome } from './delivery.ts';
import type { Contact } from './directory.ts';

/** A way to people. It tries once, tells what happened, and never throws for what the other side does. */
export abstract class Channel {
  abstract readonly name: ChannelName;
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
  abstract attempt(delivery: Delivery, message: Message, contacts: readonly Contact[]): Promise<Outcome>;

  /** Finishes what is under way and lets go of connections. */
  abstract close(): Promise<void>;
}
