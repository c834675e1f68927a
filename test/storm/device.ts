import type { Net } from './story.ts';
import { COUNTING } from './town.ts';

/** Reports that a device keeps until they are acknowledged; the oldest give way. */
const KEPT_MAX = 8;
const BATCH_MIN = 3;
/** How far a level or a count moves from one report to the next at most. */
const LEVEL_STEP = 0.6;
const COUNT_STEP = 25;

/** A report on its way. `serial` is its name in the storm, told as the voltage of the battery. */
export interface Sent {
  readonly serial: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One device: measures, numbers, keeps what nobody acknowledged, and repeats it. */
export class Device {
  readonly gauge: string;
  readonly #quantity: 'level' | 'count';
  #value: number;
  #goal: number;
  #seq = 0;
  #spike = 0;
  #stuck = 0;
  #silent = 0;
  #buffering = 0;
  #clock: 'right' | '1970' | 'ahead' = 'right';
  #kept: Sent[] = [];
  #undated = false;
  #rebooted = false;

  constructor(gauge: string, quantity: 'level' | 'count') {
    this.gauge = gauge;
    this.#quantity = quantity;
    this.#value = quantity === 'level' ? 3 : 10;
    this.#goal = this.#value;
  }

  get kept(): number {
    return this.#kept.length;
  }

  flow(to: number): void {
    this.#goal = to;
  }

  spike(by: number): void {
    this.#spike = by;
  }

  stick(tides: number): void {
    this.#stuck = tides;
  }

  silence(tides: number): void {
    this.#silent = tides;
  }

  buffer(tides: number): void {
    this.#buffering = tides;
  }

  /** Known limit: without a clock, a new life that measures the same again cannot be told from a repeat. Such a device never reboots here. */
  setClock(shows: 'right' | '1970' | 'ahead'): void {
    if (shows === '1970') {
      if (this.#rebooted) return;
      this.#undated = true;
    }
    this.#clock = shows;
  }

  /** Everything that was not acknowledged is gone, and the number begins anew. Its connection is gone too. */
  reboot(): void {
    if (this.#undated) return;
    this.#rebooted = true;
    this.#seq = 0;
    this.#kept = [];
  }

  recover(): void {
    this.#silent = 0;
    this.#buffering = 0;
    this.#clock = 'right';
  }

  measure(serial: number, trueAt: number): void {
    if (this.#silent > 0) {
      this.#silent -= 1;
      return;
    }
    if (this.#stuck > 0) this.#stuck -= 1;
    else this.#move(serial);
    const value = Math.max(0, Math.round((this.#value + this.#spike) * 100) / 100);
    this.#spike = 0;
    const claimed = { right: trueAt, '1970': 1_000, ahead: trueAt + 3_600_000 }[this.#clock];
    const body = { t: claimed, [this.#quantity]: value, batV: serial, ...(COUNTING.has(this.gauge) && { seq: this.#seq }) };
    this.#seq += 1;
    this.#kept.push({ serial, body });
    if (this.#kept.length > KEPT_MAX) this.#kept.shift();
  }

  /** The packets that leave now: a few reports one by one, many in a batch. */
  packets(net: Net): readonly (readonly Sent[])[] {
    if (this.#silent > 0) return [];
    if (this.#buffering > 0) {
      this.#buffering -= 1;
      return [];
    }
    const reports = net === 'reversed' ? this.#kept.toReversed() : [...this.#kept];
    if (reports.length === 0) return [];
    return reports.length >= BATCH_MIN ? [reports] : reports.map((report) => [report]);
  }

  acknowledge(reports: readonly Sent[]): void {
    this.#kept = this.#kept.filter((kept) => !reports.includes(kept));
  }

  #move(serial: number): void {
    const stepMax = this.#quantity === 'level' ? LEVEL_STEP : COUNT_STEP;
    const way = this.#goal - this.#value;
    // Water is never quite still; the same serial moves it the same way.
    const ripple = ((serial * 7) % 11) / 100;
    this.#value += Math.max(-stepMax, Math.min(stepMax, way)) + (this.#quantity === 'level' ? ripple - 0.05 : 0);
  }
}
