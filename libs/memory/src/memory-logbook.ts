import {
  type Correction,
  type Finding,
  type GaugeId,
  Logbook,
  type LogbookEntry,
  type LogbookKind,
  type Maintenance,
  type MaintenanceEnd,
  type NumberedLogbookEntry,
  type Quantity,
} from '#core';

/** The logbook without durability: for tests. */
export class MemoryLogbook extends Logbook {
  readonly #entries: NumberedLogbookEntry[] = [];

  async enter(entry: LogbookEntry): Promise<NumberedLogbookEntry> {
    const known = this.#entries.find(({ id }) => id === entry.id);
    if (known) return known;
    const numbered = { ...entry, number: this.#entries.length + 1 };
    this.#entries.push(numbered);
    return numbered;
  }

  async entry(id: string): Promise<NumberedLogbookEntry | null> {
    return this.#entries.find((known) => known.id === id) ?? null;
  }

  async entries({
    gauge,
    kinds,
    before = Infinity,
    limit,
  }: {
    readonly gauge?: GaugeId;
    readonly kinds?: readonly LogbookKind[];
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly NumberedLogbookEntry[]> {
    return this.#entries
      .filter((entry) => entry.number < before && (gauge === undefined || entry.gauge === gauge) && (!kinds || kinds.includes(entry.kind)))
      .toReversed()
      .slice(0, limit);
  }

  async corrections({
    gauge,
    quantity,
    from,
    to,
  }: {
    readonly gauge: GaugeId;
    readonly quantity: Quantity;
    readonly from: number;
    readonly to: number;
  }): Promise<readonly Correction[]> {
    return this.#entries
      .filter((entry): entry is NumberedLogbookEntry & Correction => entry.kind === 'correction' && entry.gauge === gauge)
      .filter((entry) => entry.quantity === quantity && entry.at >= from && entry.at < to);
  }

  async maintenance(until: number): Promise<readonly (Maintenance | MaintenanceEnd)[]> {
    const planned = this.#entries.filter((entry) => entry.kind === 'maintenance' && entry.until > until);
    const ids = new Set(planned.map(({ id }) => id));
    return this.#entries.filter(
      (entry): entry is NumberedLogbookEntry & (Maintenance | MaintenanceEnd) =>
        ids.has(entry.id) || (entry.kind === 'maintenanceEnded' && ids.has(entry.of)),
    );
  }

  async openFindings(gauge?: GaugeId): Promise<readonly Finding[]> {
    const ended = new Set(this.#entries.flatMap((entry) => (entry.kind === 'findingEnded' ? [entry.of] : [])));
    return this.#entries
      .filter((entry): entry is NumberedLogbookEntry & Finding => entry.kind === 'finding' && !ended.has(entry.id))
      .filter((entry) => gauge === undefined || entry.gauge === gauge);
  }
}
