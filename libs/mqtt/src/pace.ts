import type { Clock } from '#core';

/** A turn that waits: begun when the bucket allows, or dropped because its connection is gone. */
interface Turn {
  readonly readings: number;
  readonly begin: () => void;
  readonly gone: () => boolean;
}

/**
 * Token bucket of one device: what comes too fast waits, in order, and nothing is dropped (S28). A packet is charged when its turn comes and
 * may overdraw, so a batch larger than the burst passes at once and what follows pays for it; a device that gives up waiting and sends again
 * is not charged for the attempt, or it would never get through.
 */
export class Pace {
  private readonly clock: Clock;
  private readonly perMs: number;
  private readonly burst: number;
  private tokens: number;
  private filledAt: number;
  /** Bounded by what one network read can hold: the broker reads on only when these are answered. */
  private readonly turns: Turn[] = [];
  private running = false;

  constructor({ clock, perSecond, burst }: { readonly clock: Clock; readonly perSecond: number; readonly burst: number }) {
    this.clock = clock;
    this.perMs = perSecond / 1000;
    this.burst = burst;
    this.tokens = burst;
    this.filledAt = clock.monotonic();
  }

  /** Calls `begin` at once or when it is this packet's turn; never when `gone` says so by then. Tells whether it has to wait. */
  take(turn: Turn): boolean {
    if (this.turns.length === 0 && this.fill() > 0) {
      this.tokens -= turn.readings;
      turn.begin();
      return false;
    }
    this.turns.push(turn);
    if (!this.running) void this.run();
    return true;
  }

  private async run(): Promise<void> {
    this.running = true;
    for (let turn = this.turns[0]; turn !== undefined; turn = this.turns[0]) {
      if (!turn.gone()) {
        const balance = this.fill();
        if (balance <= 0) {
          await this.clock.sleep(Math.ceil(-balance / this.perMs) + 1);
          continue;
        }
        this.tokens -= turn.readings;
        turn.begin();
      }
      this.turns.shift();
    }
    this.running = false;
  }

  private fill(): number {
    const now = this.clock.monotonic();
    this.tokens = Math.min(this.burst, this.tokens + (now - this.filledAt) * this.perMs);
    this.filledAt = now;
    return this.tokens;
  }
}

/** Reports in a payload, told without decoding it: a batch is an array of flat objects. Never less than one. */
export function reportsIn(payload: Uint8Array): number {
  let at = 0;
  while (at < payload.length && payload[at]! <= SPACE) at += 1;
  if (payload[at] !== BRACKET_OPEN) return 1;
  let count = 0;
  for (at = payload.indexOf(BRACE_OPEN, at); at >= 0; at = payload.indexOf(BRACE_OPEN, at + 1)) count += 1;
  return Math.max(1, count);
}

const SPACE = 0x20;
const BRACKET_OPEN = 0x5b;
const BRACE_OPEN = 0x7b;
