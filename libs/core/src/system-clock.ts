import { Clock } from './clock.ts';

/** Node counts a timer in 32 bits and fires a longer one at once, so long sleeps are slept in parts (F23). */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The clock of the machine. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.monotonic() + ms;
    for (let left = ms; left > 0; left = until - this.monotonic()) {
      if (signal?.aborted) return;
      await nap(Math.min(left, TIMER_MS_MAX), signal);
    }
  }
}

/** One timer; it ends early when the signal aborts and leaves no listener behind. */
function nap(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((done) => {
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      done();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener('abort', wake);
  });
}
