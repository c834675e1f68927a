import { Clock } from './clock.ts';

/** Beyond this, one wait is made of several, so that a pace that is not whole never oversleeps by more. */
const NAP_MS_MAX = 60_000;

/**
 * The clock of a drill: its date begins at an instant and runs `speed` times as fast. Only the date does. `monotonic` and `sleep` stay real,
 * since they measure what the world outside allows: the rate of LINE, the patience of a relay, the turns of a loop. It follows the real
 * monotonic clock, so a wall clock that is moved does not move the drill (F21).
 */
export class PacedClock extends Clock {
  readonly #speed: number;
  readonly #real: Clock;
  readonly #startsAt: number;
  readonly #began: number;

  constructor(real: Clock, { startsAt, speed }: { readonly startsAt: number; readonly speed: number }) {
    super();
    this.#speed = speed;
    this.#real = real;
    this.#startsAt = startsAt;
    this.#began = real.monotonic();
  }

  override get speed(): number {
    return this.#speed;
  }

  now(): number {
    return Math.round(this.#startsAt + (this.#real.monotonic() - this.#began) * this.#speed);
  }

  monotonic(): number {
    return this.#real.monotonic();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#real.sleep(ms, signal);
  }

  /** Resolves once this clock shows the instant, or when the signal aborts. */
  async reach(at: number, signal: AbortSignal): Promise<void> {
    for (let left = at - this.now(); left > 0 && !signal.aborted; left = at - this.now()) {
      await this.#real.sleep(Math.min(Math.ceil(left / this.#speed), NAP_MS_MAX), signal);
    }
  }
}
