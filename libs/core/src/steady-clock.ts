import { Clock } from './clock.ts';

/** A wall clock that moves away from the monotonic one by more than this was moved; less is a correction that it makes by itself. */
const JUMP_MS_MIN = 5 * 60_000;

/** How far the wall clock is from the time that this process goes on with. */
export interface ClockJump {
  /** Positive when the wall clock is ahead. */
  readonly offsetMs: number;
  /** In the time that goes on. */
  readonly since: number;
}

/**
 * The time of a process whose wall clock somebody moved (F21). Small corrections are followed; a jump is not believed: the time goes on as
 * the monotonic clock counts it, so that no gauge falls silent, nothing expires or becomes due at once, and no receipt of the wrong year is
 * written down, until the wall clock comes back. Which of the two is right only a person can know: they are told, and a restart takes the
 * wall clock as it is then. A machine that slept looks like one whose clock was moved, and is treated the same.
 */
export class SteadyClock extends Clock {
  readonly #clock: Clock;
  readonly #onJump: (jump: ClockJump | null) => void;
  /** Wall time minus monotonic time, as it is believed. */
  #believedMs: number;
  #jump: ClockJump | null = null;

  /** `onJump` is told when the wall clock is believed no longer, and when it is again (`null`). */
  constructor(clock: Clock, onJump: (jump: ClockJump | null) => void = () => undefined) {
    super();
    this.#clock = clock;
    this.#onJump = onJump;
    this.#believedMs = clock.now() - clock.monotonic();
  }

  now(): number {
    const wall = this.#clock.now();
    const monotonic = this.#clock.monotonic();
    const offsetMs = wall - monotonic - this.#believedMs;
    if (Math.abs(offsetMs) < JUMP_MS_MIN) {
      this.#believedMs += offsetMs;
      this.#set(null);
      return wall;
    }
    const steady = Math.round(monotonic + this.#believedMs);
    this.#set({ offsetMs: Math.round(offsetMs), since: this.#jump?.since ?? steady });
    return steady;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, signal);
  }

  /** The jump that is not believed now; null when the wall clock is. */
  get jump(): ClockJump | null {
    this.now();
    return this.#jump;
  }

  #set(jump: ClockJump | null): void {
    const turned = (this.#jump === null) !== (jump === null);
    this.#jump = jump;
    if (turned) this.#onJump(jump);
  }
}
