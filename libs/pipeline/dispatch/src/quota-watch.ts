import { type Channel, type Clock, type Delivery, isOverQuota, type Message, type Quota, quotaWarning } from '#core';

/** While something is sent the plan is asked for this often; other programs of the city may use it up as well. */
const SENDING_LOOK_MS = 60_000;
/** Without an answer for so long, what was known last is not believed any more, and nothing is held back on its account. */
const TRUST_MS = 26 * 3_600_000;

/** What a channel's plan still allows, asked for at the start, once a day by the calendar, and while it sends. */
export class QuotaWatch {
  readonly #channel: Pick<Channel, 'quota'>;
  readonly #clock: Clock;
  #known: { readonly at: number; readonly quota: Quota | null } | null = null;
  /** People told since it was asked for. */
  #told = 0;
  #asking: Promise<void> | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(channel: Pick<Channel, 'quota'>, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  /** Asks now. A channel that does not answer leaves what was known. */
  look(): Promise<void> {
    this.#askedAt = this.#clock.monotonic();
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** Whether a delivery has to give way so that what is left stays for orders. Asks again when it was long ago, without waiting for the answer. */
  holdsBack(delivery: Pick<Delivery, 'lane' | 'recipients'>, message: Pick<Message, 'level'>): boolean {
    if (this.#clock.monotonic() - this.#askedAt >= SENDING_LOOK_MS) void this.look();
    return isOverQuota(this.#quota, delivery, message);
  }

  /** People have been told. */
  spend(people: number): void {
    this.#told += people;
  }

  /** What staff should know; null while there is enough. */
  warning(): string | null {
    return quotaWarning(this.#quota);
  }

  get #quota(): Quota | null {
    if (!this.#known?.quota || this.#clock.monotonic() - this.#known.at > TRUST_MS) return null;
    const { limit, used } = this.#known.quota;
    return { limit, used: used + this.#told };
  }

  async #ask(): Promise<void> {
    const toldBefore = this.#told;
    const quota = await this.#channel.quota();
    if (quota === 'unknown') return;
    this.#known = { at: this.#clock.monotonic(), quota };
    // What was told while the question was under way may or may not be in the answer; counting it twice keeps the reserve.
    this.#told -= toldBefore;
  }
}
