import { type DeviceId, type GaugeId, isUsable, type LogEntry, type Mode, type Playbook, type Tuning, tuningOf } from '#core';

export interface TunerOptions {
  /** Looked into at every reading, so a change of it is noticed. */
  readonly playbook: Pick<Playbook, 'gauges'>;
  /** Publishes the retained `cfg` of a device. `rev` rises with every change. */
  readonly publish: (device: DeviceId, tuning: Tuning, rev: number) => void;
}

/**
 * Asks gauges to observe at a short interval while the water is above `start`. It follows committed readings and keeps nothing: after a
 * restart the first reading of a gauge brings its configuration again, with a higher `rev`, because that is the position in the log.
 */
export class Tuner {
  readonly #options: TunerOptions;
  readonly #asked = new Map<GaugeId, { readonly mode: Mode; readonly words: string }>();

  constructor(options: TunerOptions) {
    this.#options = options;
  }

  /** Takes what `watch` committed. */
  committed(entries: readonly LogEntry[]): void {
    for (const { position, reading } of entries) {
      const gauge = this.#options.playbook.gauges.get(reading.gauge);
      if (!gauge || reading.quantity !== gauge.quantity || !isUsable(reading.quality)) continue;
      const before = this.#asked.get(gauge.id);
      const tuning = tuningOf(gauge, { at: reading.observedAt, value: reading.value }, before?.mode ?? null);
      if (!tuning) continue;
      // A changed playbook may name another device or another rhythm for the same mode.
      const words = `${gauge.device} ${tuning.mode} ${tuning.intervalMs}`;
      if (words === before?.words) continue;
      this.#asked.set(gauge.id, { mode: tuning.mode, words });
      this.#options.publish(gauge.device, tuning, position);
    }
  }
}
