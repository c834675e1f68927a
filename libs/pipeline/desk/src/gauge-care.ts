import {
  type Clock,
  deviceFaults,
  faultDays,
  fullHouseOf,
  type Gauge,
  type GaugeId,
  type Logbook,
  type LogbookEntry,
  type Maintenance,
  type ManualCount,
  type Mark,
  missingCount,
  clockOffsetMs,
  type NumberedLogbookEntry,
  type Playbook,
  QUANTITIES,
  type ReadingHistory,
  type Upkeep,
} from '#core';
import type {
  CorrectionAsk,
  CountAsk,
  FindingDto,
  GaugeFaultsDto,
  GaugeNoteAsk,
  LogbookEntryDto,
  MaintenanceAsk,
  MaintenanceDto,
} from '#wire';
import type { Asking } from './alert-acts.ts';
import { Refusal } from './refusal.ts';

const DAY_MS = 86_400_000;
/** Whoever works on a gauge for longer begins another maintenance: nobody looks after a forgotten one (D§1.3). */
const MAINTENANCE_MS_MAX = 90 * DAY_MS;
/** What arrives later than this was not measured in a maintenance that anybody remembers; the log forgets readings at that age too. */
const REMEMBERED_MS = 90 * DAY_MS;
/** Points counted for one answer: two weeks at the shortest interval of D§1.1, and a day of a counter that speaks every four seconds. */
const COUNTED_POINTS_MAX = 25_000;

export interface GaugeCareOptions {
  readonly logbook: Logbook;
  readonly history: ReadingHistory;
  readonly clock: Clock;
  /** The one in force, looked into whenever something is asked. */
  readonly playbook: Playbook;
  /** Shared with intake, which asks it for every report. */
  readonly upkeep: Upkeep;
  /** What intake remembers of a gauge and its device. */
  readonly markOf: (gauge: GaugeId) => Mark | undefined;
  /** Called when what is in maintenance has changed, and at the start; what it rejects with, the request rejects with. */
  readonly onUpkeep?: () => Promise<void>;
  /** Told of people that somebody counted, before the reading is kept; what it rejects with, the request rejects with. */
  readonly onCounted?: (gauge: Gauge, count: ManualCount & { readonly at: number }) => Promise<void>;
  /** Resolves once the count is kept as a reading. */
  readonly admitCount: (gauge: Gauge, count: ManualCount, receivedAt: number) => Promise<void>;
}

/** What staff does to gauges: correct, note, count, maintain; and what is known about their faults. Everything stands in the logbook, with who and why. */
export class GaugeCare {
  readonly #options: GaugeCareOptions;

  constructor(options: GaugeCareOptions) {
    this.#options = options;
  }

  /** Recalls what is in maintenance. Before it nothing may be admitted, or readings of a gauge in maintenance would count. */
  async start(): Promise<void> {
    const { logbook, upkeep, clock, onUpkeep } = this.#options;
    upkeep.take(await logbook.maintenance(clock.now() - REMEMBERED_MS));
    await onUpkeep?.();
  }

  stop(): void {}

  /** Says what one observation ought to have been. Alerts are not judged anew: it completes history (R3). */
  async correct(id: GaugeId, { quantity, at, value, reason }: CorrectionAsk, asking: Asking): Promise<LogbookEntryDto> {
    const gauge = this.#gauge(id);
    const which = quantity === undefined ? gauge.quantity : QUANTITIES.find((known) => known === quantity);
    if (!which) throw new Refusal('invalid', `quantity must be one of ${QUANTITIES.join(', ')}`);
    const [point] = await this.#options.history.range({ gauge: id, quantity: which, from: at, to: at + 1, limit: 1 });
    if (!point) throw new Refusal('notFound', `${id} has no observation of ${which} at ${at}`);
    return this.#enter(asking, 'correction', {
      kind: 'correction',
      gauge: id,
      quantity: which,
      at,
      was: point.value,
      raw: point.raw,
      value,
      reason,
    });
  }

  async note(id: GaugeId, { text, at }: GaugeNoteAsk, asking: Asking): Promise<LogbookEntryDto> {
    this.#gauge(id);
    return this.#enter(asking, 'note', { kind: 'note', gauge: id, at: at ?? this.#options.clock.now(), reason: text });
  }

  /** A person counted, or saw that nobody else fits in: becomes a reading of its own, from which the counters count on. */
  async count(id: GaugeId, ask: CountAsk, asking: Asking): Promise<LogbookEntryDto> {
    const { logbook, clock, admitCount, playbook } = this.#options;
    const gauge = this.#gauge(id);
    const full = 'full' in ask ? fullHouseOf(gauge, playbook.rules, clock.now()) : null;
    if ('full' in ask && !full) throw new Refusal('invalid', `no rule of the playbook waits for a person to say that ${id} is full`);
    const count = 'count' in ask ? ask.count : full!.count;
    const note = 'full' in ask && ask.note === '' ? `${full!.stepName}と確認` : ask.note;
    if (gauge.quantity !== 'count') throw new Refusal('invalid', `${id} does not count people; it reports ${gauge.quantity}`);
    if (count > gauge.plausible.max)
      throw new Refusal('invalid', `${id} cannot hold ${count} people; the playbook says at most ${gauge.plausible.max}`);
    const at = clock.now();
    const known = await logbook.entry(entryId(asking, 'count', id, at));
    // The register of a shelter goes on from there: told first, or it would tell its own number over the one that was counted.
    if ('count' in ask) await this.#options.onCounted?.(gauge, { count, by: asking.by, note, at });
    // The reading first: if the process dies in between, a repeat counts again what was counted, and nothing is lost.
    if (!known) await admitCount(gauge, { count, by: asking.by, note }, at);
    return this.#enter(asking, 'count', { kind: 'count', gauge: id, at, value: count, reason: note }, at);
  }

  /** Readings from `from` until `until` are kept, flagged, and move no alert. It ends by itself. */
  async maintain(id: GaugeId, { from, until, reason }: MaintenanceAsk, asking: Asking): Promise<MaintenanceDto> {
    this.#gauge(id);
    const now = this.#options.clock.now();
    const begins = Math.max(from ?? now, now);
    if (until <= begins) throw new Refusal('invalid', 'until must be later than now, and later than from');
    if (until - begins > MAINTENANCE_MS_MAX) throw new Refusal('invalid', 'a maintenance ends within 90 days; begin another one then');
    const entry = await this.#entered(asking, 'maintenance', { kind: 'maintenance', gauge: id, from: begins, until, reason }, now);
    this.#options.upkeep.take([entry as Maintenance]);
    await this.#options.onUpkeep?.();
    return maintenanceDto(entry as Maintenance);
  }

  async endMaintenance(id: GaugeId, maintenance: string, asking: Asking): Promise<MaintenanceDto> {
    const { logbook, upkeep, clock, onUpkeep } = this.#options;
    const planned = await logbook.entry(maintenance);
    if (planned?.kind !== 'maintenance' || planned.gauge !== id) throw new Refusal('notFound', `${id} has no maintenance ${maintenance}`);
    const at = clock.now();
    if (!upkeep.windows(id, at).some((window) => window.id === maintenance))
      throw new Refusal('conflict', `the maintenance ${maintenance} is over already`);
    const reason = `保守を終えました: ${planned.reason}`;
    const ended = await this.#entered(
      { ...asking, key: `end ${maintenance}` },
      'maintenanceEnded',
      { kind: 'maintenanceEnded', gauge: id, of: maintenance, at, reason },
      at,
    );
    if (ended.kind === 'maintenanceEnded') upkeep.take([ended]);
    await onUpkeep?.();
    return maintenanceDto({ ...planned, until: at });
  }

  async entries(query: { readonly gauge: GaugeId; readonly before?: number; readonly limit: number }): Promise<readonly LogbookEntryDto[]> {
    this.#gauge(query.gauge);
    return (await this.#options.logbook.entries(query)).map(entryDto);
  }

  /** Faults now, what the device told about itself, and flags by day. */
  async faults(id: GaugeId, { days }: { readonly days: number }): Promise<GaugeFaultsDto> {
    const { logbook, history, clock, playbook, upkeep, markOf } = this.#options;
    const { quantity } = this.#gauge(id);
    const now = clock.now();
    const [findings, points] = await Promise.all([
      logbook.openFindings(id),
      history.range({ gauge: id, quantity, from: now - days * DAY_MS, to: now + DAY_MS, limit: COUNTED_POINTS_MAX }),
    ]);
    const mark = markOf(id);
    const device = mark?.device;
    const told = device ? deviceFaults(device, now) : [];
    return {
      gauge: id,
      faults: [
        ...told.map(({ kind, why }) => ({ kind, why, since: findings.find(({ about }) => about === kind)?.at ?? null })),
        ...findings
          .filter(({ about }) => about === 'drift' || about === 'stuck')
          .map(({ about, reason, at }) => ({ kind: about, why: reason, since: at })),
      ],
      maintenance: upkeep.windows(id, now).map(maintenanceDto),
      device: {
        missing: mark ? missingCount(mark) : 0,
        gaps: device?.gaps ?? 0,
        lastGapAt: device?.lastGapAt || null,
        restarts: device?.restarts ?? 0,
        lastRestartAt: device?.lastRestartAt || null,
        counterResets: device?.counterResets ?? 0,
        lastCounterResetAt: device?.lastCounterResetAt || null,
        clockOffsetMs: device ? clockOffsetMs(device.clock) : null,
        batteryV: device?.batteryV ?? null,
      },
      days: faultDays(points, dayIn(playbook.city.timeZone)).map((day) => ({ ...day, flags: { ...day.flags } as Record<string, number> })),
    };
  }

  /** What holds about any gauge, the oldest first. */
  async findings(): Promise<readonly FindingDto[]> {
    const { logbook, playbook } = this.#options;
    return (await logbook.openFindings()).map(({ id, gauge, about, reason, at }) => {
      const known = playbook.gauges.get(gauge);
      const gaugeName = known ? [known.river, known.name].filter((part) => part !== null).join(' ') : gauge;
      return { id, gauge, gaugeName, about, why: reason, since: at };
    });
  }

  #gauge(id: GaugeId): Gauge {
    const gauge = this.#options.playbook.gauges.get(id);
    if (!gauge) throw new Refusal('notFound', `there is no gauge ${id} in the playbook`);
    return gauge;
  }

  async #enter(asking: Asking, kind: LogbookEntry['kind'], draft: Draft, at?: number): Promise<LogbookEntryDto> {
    return entryDto(await this.#entered(asking, kind, draft, at));
  }

  /** The entry of the request; a repeat of its key finds the first one, and a key that was used for something else is refused. */
  async #entered(asking: Asking, kind: LogbookEntry['kind'], draft: Draft, at = this.#options.clock.now()): Promise<NumberedLogbookEntry> {
    const id = entryId(asking, kind, draft.gauge, at);
    const entry = await this.#options.logbook.enter({ ...draft, id, by: asking.by, madeAt: at });
    if (entry.kind !== kind || entry.gauge !== draft.gauge)
      throw new Refusal('conflict', 'this Idempotency-Key was used for another request; take a new one');
    return entry;
  }
}

type Draft = LogbookEntry extends infer Entry ? (Entry extends LogbookEntry ? Omit<Entry, 'id' | 'by' | 'madeAt'> : never) : never;

const entryId = ({ by, key }: Asking, kind: LogbookEntry['kind'], gauge: GaugeId, at: number): string =>
  key === null ? `${kind}/${gauge}/${by}/${at}` : `${by}/${key}`;

const maintenanceDto = ({ id, from, until, reason, by }: Pick<Maintenance, 'id' | 'from' | 'until' | 'reason' | 'by'>): MaintenanceDto => ({
  id,
  from,
  until,
  reason,
  by,
});

const NOTHING: Pick<LogbookEntryDto, 'at' | 'from' | 'until' | 'quantity' | 'was' | 'raw' | 'value' | 'about' | 'of'> = {
  at: null,
  from: null,
  until: null,
  quantity: null,
  was: null,
  raw: null,
  value: null,
  about: null,
  of: null,
};

const entryDto = (entry: NumberedLogbookEntry): LogbookEntryDto => ({ ...NOTHING, ...entry });

/** The day of an instant as the city writes it. Days change at a quarter of an hour, so each is asked for once. */
function dayIn(timeZone: string): (at: number) => string {
  const QUARTER_MS = 15 * 60_000;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const days = new Map<number, string>();
  return (at) => {
    const quarter = Math.floor(at / QUARTER_MS);
    const known = days.get(quarter) ?? format.format(quarter * QUARTER_MS);
    days.set(quarter, known);
    return known;
  };
}
