import type { LiveEventDto, StatusDto } from '#wire';
import { LiveLine, type LineListener, type LineWorld } from './live-line.ts';
import { applyEvents, emptyPicture, type Picture } from './picture.ts';
import { hear, type ServerClock, serverNow, unsetClock } from './server-clock.ts';

const TICK_MS = 1_000;
/** A hidden tab draws no frames; its events are applied at this rhythm instead. */
const HIDDEN_APPLY_MS = 1_000;
/** Events that may wait for a frame; with more the batch is applied at once. */
const WAITING_EVENTS_MAX = 1_000;

/** How the line stands at a moment. Instants are of the server's clock. */
export interface Pulse {
  /** Server time, whole seconds; null before the server spoke. */
  readonly now: number | null;
  readonly hears: boolean;
  readonly isCut: boolean;
  /** The server time of the last event: what the page shows was true then. */
  readonly truthAt: number | null;
}

/** Joins the live line to the page: one picture, replaced at most once per frame, and a pulse every second. */
export class LiveStore {
  readonly #line: LiveLine;
  readonly #listeners = new Set<() => void>();
  readonly #pulseListeners = new Set<() => void>();
  #clock: ServerClock = unsetClock;
  #picture: Picture = emptyPicture;
  #pulse: Pulse = { now: null, hears: false, isCut: false, truthAt: null };
  #truthAt: number | null = null;
  #waiting: LiveEventDto[] = [];
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(open: LineWorld['open'], on: LineListener) {
    const world: LineWorld = { open, monotonic: () => performance.now(), wall: () => Date.now(), pause };
    this.#line = new LiveLine(world, {
      ...on,
      event: (event) => {
        this.#take(event);
        on.event(event);
      },
    });
  }

  readonly picture = (): Picture => this.#picture;
  readonly pulse = (): Pulse => this.#pulse;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly subscribePulse = (listener: () => void): (() => void) => {
    this.#pulseListeners.add(listener);
    return () => this.#pulseListeners.delete(listener);
  };

  start(): void {
    void this.#line.run();
    this.#ticker = setInterval(this.#beat, TICK_MS);
    document.addEventListener('visibilitychange', this.#comeBack);
    addEventListener('online', this.#comeBack);
    addEventListener('pageshow', this.#comeBack);
  }

  stop(): void {
    this.#line.stop();
    clearInterval(this.#ticker);
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    document.removeEventListener('visibilitychange', this.#comeBack);
    removeEventListener('online', this.#comeBack);
    removeEventListener('pageshow', this.#comeBack);
  }

  readonly #beat = (): void => {
    this.#line.tick();
    const now = serverNow(this.#clock, performance.now());
    const next: Pulse = {
      now: now === null ? null : Math.floor(now / 1_000) * 1_000,
      hears: this.#line.hears,
      isCut: this.#line.isCut,
      truthAt: this.#truthAt,
    };
    this.#pulse = next;
    for (const listener of this.#pulseListeners) listener();
  };

  readonly #comeBack = (): void => {
    this.#beat();
    this.#line.wake();
    this.#apply();
  };

  #take(event: LiveEventDto): void {
    const status = event.type === 'snapshot' || event.type === 'status' ? event.status : null;
    if (status) this.#clock = hear(this.#clock, status.serverTime, performance.now(), speedOf(status));
    this.#truthAt = serverNow(this.#clock, performance.now());
    this.#waiting.push(event);
    if (this.#waiting.length >= WAITING_EVENTS_MAX) {
      this.#apply();
      return;
    }
    if (document.hidden) this.#timer ??= setTimeout(this.#apply, HIDDEN_APPLY_MS);
    else this.#frame ||= requestAnimationFrame(this.#apply);
  }

  readonly #apply = (): void => {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#timer = undefined;
    this.#frame = 0;
    if (this.#waiting.length === 0) return;
    const first = this.#picture.status === null;
    this.#picture = applyEvents(this.#picture, this.#waiting, performance.now());
    this.#waiting = [];
    for (const listener of this.#listeners) listener();
    if (first || this.#pulse.isCut || !this.#pulse.hears) this.#beat();
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Beside a drill real life goes at its own pace. */
const speedOf = ({ operation, drill }: StatusDto): number => (operation === 'exercise' && drill ? drill.speed : 1);
