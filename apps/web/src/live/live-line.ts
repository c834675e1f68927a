import type { LiveEventDto } from '#wire';
import { EventText } from './event-text.ts';

/** Status comes every 5 s at least: three missed ones are no accident any more (product promise 9, F70). */
export const SILENCE_MS_MAX = 15_000;
/** The two local clocks drift apart by far less than this in a second; more means that the PC slept or its clock was set. */
const SLEEP_MS_MIN = 5_000;
const RETRY_MS_MIN = 500;
/** Nobody should wait longer for the truth once the server is back. */
const RETRY_MS_MAX = 5_000;

/** What a live line needs of the browser. */
export interface LineWorld {
  /** Opens the stream after the given event id ('' for a fresh one). */
  readonly open: (lastEventId: string, signal: AbortSignal) => Promise<Response>;
  readonly monotonic: () => number;
  readonly wall: () => number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface LineListener {
  readonly event: (event: LiveEventDto) => void;
  /** The line stands again after it was lost; whatever was fetched beside it may be old. */
  readonly resumed: () => void;
  readonly signedOut: () => void;
}

/**
 * Keeps one line to the server: reads, notices silence, comes back and resumes after the last event that was applied, so that nothing is
 * missing. Ends only when stopped or signed out.
 */
export class LiveLine {
  readonly #world: LineWorld;
  readonly #listener: LineListener;
  readonly #stop = new AbortController();
  #attempt = new AbortController();
  #nap = new AbortController();
  #lastEventId = '';
  #heardAt: number;
  #aliveAt: number;
  #skew: number;
  #hears = false;
  #heardEver = false;

  constructor(world: LineWorld, listener: LineListener) {
    this.#world = world;
    this.#listener = listener;
    this.#heardAt = world.monotonic();
    this.#aliveAt = this.#heardAt;
    this.#skew = world.wall() - this.#heardAt;
  }

  /** Whether events arrive on the present connection. */
  get hears(): boolean {
    return this.#hears;
  }

  /** Nothing was heard for so long that the page may no longer pass for the present. */
  get isCut(): boolean {
    return this.#world.monotonic() - this.#heardAt >= SILENCE_MS_MAX;
  }

  /** Runs until `stop` or until the session is over. */
  async run(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      const end = await this.#listen();
      this.#hears = false;
      if (this.#stop.signal.aborted) return;
      if (end === 'signedOut') {
        this.#listener.signedOut();
        return;
      }
      failures = end === 'heard' ? 0 : failures + 1;
      this.#nap = new AbortController();
      await this.#world.pause(Math.min(RETRY_MS_MIN * 2 ** failures, RETRY_MS_MAX), AbortSignal.any([this.#nap.signal, this.#stop.signal]));
    }
  }

  /** Looks at the clocks; to be called every second, and at once when the tab comes back. Drops a line that has gone silent. */
  tick(): void {
    const { monotonic, wall } = this.#world;
    const skew = wall() - monotonic();
    const slept = Math.abs(skew - this.#skew) >= SLEEP_MS_MIN;
    this.#skew = skew;
    if (slept) this.#heardAt = monotonic() - SILENCE_MS_MAX;
    if (slept || monotonic() - this.#aliveAt >= SILENCE_MS_MAX) {
      this.#aliveAt = monotonic();
      this.#attempt.abort();
      this.wake();
    }
  }

  /** Tries again now rather than after the pause: the network or the tab is back. */
  wake(): void {
    this.#nap.abort();
  }

  stop(): void {
    this.#stop.abort();
    this.#attempt.abort();
  }

  async #listen(): Promise<'heard' | 'nothing' | 'signedOut'> {
    this.#attempt = new AbortController();
    this.#aliveAt = this.#world.monotonic();
    let heard = false;
    try {
      const response = await this.#world.open(this.#lastEventId, this.#attempt.signal);
      if (response.status === 401) return 'signedOut';
      if (!response.ok || !response.body) return 'nothing';
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      // A stream that is broken already cannot be cancelled, and need not be.
      this.#attempt.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined));
      const text = new EventText(this.#lastEventId);
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.#attempt.signal.aborted) break;
        for (const { id, data } of text.feed(value)) {
          const event = JSON.parse(data) as LiveEventDto;
          this.#lastEventId = id;
          this.#heardAt = this.#world.monotonic();
          this.#aliveAt = this.#heardAt;
          this.#hears = true;
          this.#listener.event(event);
          if (!heard && this.#heardEver) this.#listener.resumed();
          heard = true;
          this.#heardEver = true;
        }
      }
    } catch (error) {
      // Words that cannot be read must not be met again: the next connection starts from a snapshot. Anything else is a lost line.
      if (error instanceof SyntaxError || error instanceof RangeError) this.#lastEventId = '';
    } finally {
      this.#attempt.abort();
    }
    return heard ? 'heard' : 'nothing';
  }
}
