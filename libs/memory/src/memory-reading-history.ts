import { type HistoryPoint, type HistoryQuery, type LogEntry, ReadingHistory } from '#core';

/** Readings by gauge and time of observation, for tests, replay and the demo. */
export class MemoryReadingHistory extends ReadingHistory {
  /** Points by gauge and quantity, then by instant of observation. */
  readonly #series = new Map<string, Map<number, HistoryPoint>>();
  #position = 0;

  async write(entries: readonly LogEntry[]): Promise<void> {
    for (const { position, reading } of entries) {
      const key = seriesKey(reading);
      const series = this.#series.get(key) ?? new Map<number, HistoryPoint>();
      this.#series.set(key, series);
      const { observedAt: at, receivedAt, raw, value, quality, why } = reading;
      if (!series.has(at)) series.set(at, { at, receivedAt, raw, value, quality, why });
      this.#position = Math.max(this.#position, position);
    }
  }

  async position(): Promise<number> {
    return this.#position;
  }

  async range({ gauge, quantity, from, to, limit }: HistoryQuery): Promise<readonly HistoryPoint[]> {
    const points = [...(this.#series.get(seriesKey({ gauge, quantity }))?.values() ?? [])];
    const within = points.filter(({ at }) => at >= from && at < to).toSorted((a, b) => a.at - b.at);
    return within.slice(Math.max(0, within.length - limit));
  }

  async forget(observedBefore: number): Promise<number> {
    let gone = 0;
    for (const series of this.#series.values()) {
      for (const at of series.keys()) {
        if (at < observedBefore && series.delete(at)) gone += 1;
      }
    }
    return gone;
  }
}

const seriesKey = ({ gauge, quantity }: Pick<HistoryQuery, 'gauge' | 'quantity'>) => `${gauge}/${quantity}`;
