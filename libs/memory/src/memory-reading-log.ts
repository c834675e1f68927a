import { type GaugeId, type Group, type LogEntry, type Mark, ReadingLog, ReadingLogUnavailable } from '#core';

/** The reading log for tests, replay and the demo: every promise of the port but the power cut. */
export class MemoryReadingLog extends ReadingLog {
  #entries: LogEntry[] = [];
  readonly #marks = new Map<GaugeId, Mark>();
  readonly #waiting = new Set<() => void>();
  #end = 0;
  #failures = 0;

  /** The next `times` appends keep nothing and reject, as on a full disk. */
  failsNext(times: number): void {
    this.#failures = times;
  }

  async append({ readings, marks }: Group): Promise<number> {
    if (this.#failures > 0) {
      this.#failures -= 1;
      throw new ReadingLogUnavailable('the memory log was told to fail');
    }
    for (const reading of readings) {
      this.#end += 1;
      this.#entries.push({ position: this.#end, reading });
    }
    for (const mark of marks) this.#marks.set(mark.gauge, mark);
    if (readings.length > 0) for (const wake of this.#waiting) wake();
    return this.#end;
  }

  async marks(): Promise<ReadonlyMap<GaugeId, Mark>> {
    return new Map(this.#marks);
  }

  async end(): Promise<number> {
    return this.#end;
  }

  async after(position: number, limit: number): Promise<readonly LogEntry[]> {
    const from = this.#indexAfter(position);
    return this.#entries.slice(from, from + limit);
  }

  async grown(position: number, signal: AbortSignal): Promise<void> {
    if (this.#end > position || signal.aborted) return;
    await new Promise<void>((done) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        done();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  async forget(position: number, receivedBefore: number): Promise<number> {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter(
      (entry) => entry.position >= position || entry.position === this.#end || entry.reading.receivedAt >= receivedBefore,
    );
    return before - this.#entries.length;
  }

  /** Index of the first entry after the position; entries are ascending but may have holes after `forget`. */
  #indexAfter(position: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#entries[middle]!.position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
