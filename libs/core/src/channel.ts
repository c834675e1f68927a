import type { ChannelName, Delivery, Message, Outcome } from './delivery.ts';

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

  /** Which endpoint an address belongs to; a failing endpoint holds up no other. */
  abstract endpointOf(address: string): string;

  /** One attempt with the retry key of the delivery. Resolves within the channel's own time-out. */
  abstract attempt(delivery: Delivery, message: Message): Promise<Outcome>;

  /** Finishes what is under way and lets go of connections. */
  abstract close(): Promise<void>;
}
