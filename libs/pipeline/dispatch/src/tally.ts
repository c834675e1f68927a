import { CHANNELS, type ChannelName } from '#core';

/** How attempts and plans ended. `split` was replaced by parts that are counted themselves. */
const OUTCOMES = ['sent', 'duplicate', 'retry', 'closed', 'split', 'refused', 'expired', 'dead', 'suppressed'] as const;
export type OutcomeName = (typeof OUTCOMES)[number];

export interface OutcomeCount {
  readonly channel: ChannelName;
  readonly outcome: OutcomeName;
  readonly deliveries: number;
  readonly recipients: number;
}

/** Counts since this process began, by channel and outcome, after they were written down. */
export class Tally {
  readonly #counts = new Map<string, { deliveries: number; recipients: number }>();

  add(channel: ChannelName, outcome: OutcomeName, recipients: number): void {
    const key = `${channel} ${outcome}`;
    const count = this.#counts.get(key) ?? { deliveries: 0, recipients: 0 };
    count.deliveries += 1;
    count.recipients += recipients;
    this.#counts.set(key, count);
  }

  /** Every pair, zeros included, so that a metric exists before its first event. */
  counts(): readonly OutcomeCount[] {
    return CHANNELS.flatMap((channel) =>
      OUTCOMES.map((outcome) => ({ channel, outcome, ...(this.#counts.get(`${channel} ${outcome}`) ?? { deliveries: 0, recipients: 0 }) })),
    );
  }
}
