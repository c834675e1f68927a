import type { Clock } from '#core';

/** One mail a second is what a stranger may send without being one who floods. */
const SLOW_GAP_MS = 1_000;
/** Domains that are slow at once; beyond it the one that was named longest ago is written to as usual. */
const DOMAINS_MAX = 1_000;

/** How fast each domain is written to: as fast as it goes, unless it has told us that it thinks ill of us (D§4.3). */
export class MailPace {
  readonly #clock: Clock;
  readonly #slow = new Map<string, { readonly until: number; nextAt: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Writes slowly to a domain until an instant of the wall clock. Again moves the end. */
  slow(domain: string, until: number): void {
    const nextAt = this.#slow.get(domain)?.nextAt ?? 0;
    this.#slow.delete(domain);
    this.#slow.set(domain, { until, nextAt });
    const [oldest] = this.#slow.keys();
    if (this.#slow.size > DOMAINS_MAX && oldest !== undefined) this.#slow.delete(oldest);
  }

  /** Takes the next turn of a domain: 0 when it may be written to now, else how long the turn is away, and then nothing was taken. */
  take(domain: string): number {
    const slow = this.#slow.get(domain);
    if (!slow) return 0;
    if (slow.until <= this.#clock.now()) {
      this.#slow.delete(domain);
      return 0;
    }
    const now = this.#clock.monotonic();
    if (slow.nextAt > now) return slow.nextAt - now;
    slow.nextAt = now + SLOW_GAP_MS;
    return 0;
  }
}
