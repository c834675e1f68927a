import { Quarantine, QUARANTINE_BYTES_MAX, type QuarantinedEntry, type QuarantineEntry } from '#core';

/** Entries kept when nothing else is said; a test rarely needs more. */
const ENTRIES_MAX = 10_000;

/** What was not admitted, for tests, replay and the demo. */
export class MemoryQuarantine extends Quarantine {
  readonly #entriesMax: number;
  #entries: QuarantinedEntry[] = [];
  #lastId = 0;
  #dropped = 0;

  constructor({ entriesMax = ENTRIES_MAX }: { readonly entriesMax?: number } = {}) {
    super();
    this.#entriesMax = entriesMax;
  }

  /** How many entries had to go because newer ones came. */
  get dropped(): number {
    return this.#dropped;
  }

  async keep(entries: readonly QuarantineEntry[]): Promise<void> {
    for (const entry of entries) {
      this.#lastId += 1;
      this.#entries.push({ ...entry, payload: entry.payload.slice(0, QUARANTINE_BYTES_MAX), id: this.#lastId });
    }
    const excess = Math.max(0, this.#entries.length - this.#entriesMax);
    this.#entries = this.#entries.slice(excess);
    this.#dropped += excess;
  }

  async list({ device, before = Infinity, limit }: Parameters<Quarantine['list']>[0]): Promise<readonly QuarantinedEntry[]> {
    const matching = this.#entries.filter((entry) => entry.id < before && (device === undefined || entry.device === device));
    return matching.toReversed().slice(0, limit);
  }

  async count(): Promise<number> {
    return this.#entries.length;
  }

  async forget(receivedBefore: number): Promise<number> {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter((entry) => entry.receivedAt >= receivedBefore);
    return before - this.#entries.length;
  }
}
