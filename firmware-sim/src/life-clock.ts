/**
 * Time of the simulated world. It runs `speed` times faster than ours. A compressed report carries the real instant at which it was made
 * (begin of the run + scenario time / speed), and every interval is divided by the speed: so a service sees an ordinary, if hasty, device,
 * whose observation times lie within its clock limits (D§7) and whose silence shows after a few of its own intervals.
 */
export class LifeClock {
  readonly speed: number;
  private readonly beganAt: number;
  private readonly beginsAtMs: number;
  private readonly now: () => number;

  constructor({ speed, beginsAtMs, now = Date.now }: { readonly speed: number; readonly beginsAtMs: number; readonly now?: () => number }) {
    this.speed = speed;
    this.beginsAtMs = beginsAtMs;
    this.now = now;
    this.beganAt = now();
  }

  /** Milliseconds of the scenario. */
  at(): number {
    return this.beginsAtMs + (this.now() - this.beganAt) * this.speed;
  }

  /** The real instant of an instant of the scenario. */
  realAt(at: number): number {
    return Math.round(this.beganAt + (at - this.beginsAtMs) / this.speed);
  }

  /** How long to wait, really, for an instant of the scenario. Never more than a timer can hold. */
  waitMs(at: number): number {
    return Math.min(Math.max(0, this.realAt(at) - this.now()), TIMER_MS_MAX);
  }
}

/** A longer timer of Node fires at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;
