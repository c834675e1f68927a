import { setTimeout as wait } from 'node:timers/promises';
import { type Gauge, thresholdsAt } from '#core';
import type { randomOf } from '../support/random.ts';
import { RawDevice } from '../support/raw-device.ts';
import type { SentPacket, SentReport } from './history-checker.ts';

/** One reading of a device. The broker lets a device say so much without holding it back, for as long as a run lasts. */
const PACE_MS = 40;
/** Readings on each step of a flood; two confirm it. */
const STEP_READINGS = 5;
/** Longer than the hold of the playbook's river rule in these runs. */
const LOW_READINGS = Math.ceil(1_500 / PACE_MS);
/** Packets on their way at once. */
const WINDOW = 20;
const RECONNECT_MS = 25;
/** What was acknowledged and is told again after a reconnect all the same, as by a replayed capture (F36): packets of some seconds ago. */
const AGAIN = { from: -60, to: -55 };

/** The level of a gauge, reading by reading: floods that come and go, each a little higher, so that every message has words of its own. */
function* floods(steps: readonly number[]): Generator<number, never> {
  for (let crest = 1; ; crest += 1) {
    for (let count = 0; count < LOW_READINGS; count += 1) yield lowOf(steps);
    for (const step of steps) for (let count = 0; count < STEP_READINGS; count += 1) yield step + crest / 100;
  }
}

/** How a device is made: most count their reports, some do not, some send batches, some come back in disorder. */
export interface DeviceKind {
  readonly counts: boolean;
  readonly batch: number;
  readonly shuffles: boolean;
}

interface Packet extends SentPacket {
  readonly messageId: number;
  acked: boolean;
}

/** A gauge with memory: it measures whatever happens to the service, and repeats after every reconnect what was not acknowledged. */
export class FloodedGauge {
  readonly gauge: Gauge;
  readonly sent: Packet[] = [];
  readonly #key: string;
  readonly #kind: DeviceKind;
  readonly #random: ReturnType<typeof randomOf>;
  readonly #steps: readonly number[];
  readonly #onAck: () => void;
  #seq = 0;
  #lastAt = 0;
  #batch: SentReport[] = [];
  #link: RawDevice | null = null;
  /** What has to be said on this connection, in its order, and what was said and not answered. */
  #toSay: Packet[] = [];
  readonly #open = new Map<number, Packet>();

  constructor(options: {
    readonly gauge: Gauge;
    readonly key: string;
    readonly kind: DeviceKind;
    readonly random: ReturnType<typeof randomOf>;
    /** Told of every first acknowledgement. */
    readonly onAck: () => void;
  }) {
    this.gauge = options.gauge;
    this.#key = options.key;
    this.#kind = options.kind;
    this.#random = options.random;
    this.#onAck = options.onAck;
    this.#steps = thresholdsAt(options.gauge, Date.now()).map(({ value }) => value);
  }

  get unacked(): number {
    return this.sent.filter(({ acked }) => !acked).length;
  }

  /** Measures until the signal, then until the water has been low for long enough. */
  async measure(calm: AbortSignal): Promise<void> {
    const levels = floods(this.#steps);
    while (!calm.aborted) {
      this.#note(levels.next().value);
      await wait(PACE_MS);
    }
    for (let low = 0; low < LOW_READINGS; low += 1) {
      this.#note(lowOf(this.#steps));
      await wait(PACE_MS);
    }
    this.#pack();
  }

  /** Stays connected, to whatever port there is, until the signal. */
  async talk(port: () => number | null, end: AbortSignal): Promise<void> {
    const leave = () => this.#link?.vanish();
    end.addEventListener('abort', leave, { once: true });
    while (!end.aborted) {
      const open = port();
      if (open !== null) await this.#session(open);
      await wait(RECONNECT_MS);
    }
  }

  async #session(port: number): Promise<void> {
    const { device, code } = await RawDevice.open(port, { id: this.gauge.device, key: this.#key });
    if (code === 0) {
      this.#link = device;
      this.#open.clear();
      this.#toSay = this.#unsaid();
      this.#say();
      for (;;) {
        const ack = await device.next('puback');
        if (ack === 'closed') break;
        const packet = this.#open.get(ack.messageId ?? -1);
        this.#open.delete(ack.messageId ?? -1);
        if (packet && !packet.acked) {
          packet.acked = true;
          this.#onAck();
        }
        this.#say();
      }
      this.#link = null;
    }
    device.vanish();
  }

  #unsaid(): Packet[] {
    const again = this.sent.filter(({ acked }) => acked).slice(AGAIN.from, AGAIN.to);
    const packets = [...again, ...this.sent.filter(({ acked }) => !acked)];
    if (!this.#kind.shuffles) return packets;
    return packets
      .map((packet) => ({ packet, rank: this.#random.below(1e6) }))
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ packet }) => packet);
  }

  #say(): void {
    while (this.#link && this.#open.size < WINDOW && this.#toSay.length > 0) {
      const packet = this.#toSay.shift()!;
      this.#open.set(packet.messageId, packet);
      const bodies = packet.reports.map(({ seq, at, level }) => ({ ...(seq === null ? {} : { seq }), t: at, level }));
      this.#link.send({
        cmd: 'publish',
        topic: `sonae/v1/${this.gauge.device}/obs`,
        payload: JSON.stringify(bodies.length === 1 ? bodies[0] : bodies),
        qos: 1,
        dup: false,
        retain: false,
        messageId: packet.messageId,
      });
    }
  }

  #note(level: number): void {
    this.#lastAt = Math.max(Date.now(), this.#lastAt + 1);
    this.#seq += 1;
    this.#batch.push({ seq: this.#kind.counts ? this.#seq : null, at: this.#lastAt, level: Math.round(level * 100) / 100 });
    if (this.#batch.length >= this.#kind.batch) this.#pack();
  }

  #pack(): void {
    if (this.#batch.length === 0) return;
    const packet: Packet = { gauge: this.gauge.id, reports: this.#batch, acked: false, messageId: this.sent.length + 1 };
    this.#batch = [];
    this.sent.push(packet);
    this.#toSay.push(packet);
    this.#say();
  }
}

/** Well below the first step and its margin. */
const lowOf = (steps: readonly number[]): number => steps[0]! - 0.5;
