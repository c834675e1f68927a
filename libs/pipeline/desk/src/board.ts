import {
  type Alert,
  alertId,
  expectedMs,
  fullHouseOf,
  type Gauge,
  type GaugeId,
  type GaugeWatch,
  type HistoryPoint,
  indexGauges,
  isUsable,
  limitsAt,
  limitTable,
  type LogEntry,
  observing,
  type Playbook,
  type Quality,
  type Reading,
  type Rule,
  rulesByGauge,
  stepsOf,
  thresholdsAt,
  UNITS,
} from '#core';
import type { AlertBriefDto, GaugeDto, LimitDto } from '#wire';

/** Values kept for the small line beside a gauge: six hours at ten minutes. */
export const SPARK_MAX = 36;
/** The rate is told over no longer than this … */
const RATE_SPAN_MS = 30 * 60_000;
/** … and no more readings than this, half an hour at five minutes: a river that has turned must not be shown rising for its past … */
const RATE_READINGS_MAX = 7;
/** … but at least from so many over so long: centimetres within seconds make metres an hour. */
const RATE_READINGS_MIN = 3;
const RATE_SPAN_MS_MIN = 60_000;

interface Seen {
  readonly at: number;
  readonly receivedAt: number;
  readonly value: number;
  readonly quality: Quality;
  readonly why: string;
}

interface Tile {
  latest: Seen | null;
  /** Values and their instants alone: a city's gauges together keep tens of thousands. */
  spark: Pick<Seen, 'at' | 'value'>[];
  batteryV: number | null;
  rssiDbm: number | null;
  /** What the device said of its own rhythm, as the rule of blindness knows it. */
  rhythm: Pick<GaugeWatch, 'mode' | 'intervalMs'>;
  /** What a window says of its queue, the newest of each. */
  window: Partial<Record<WindowQuantity, { readonly at: number; readonly value: number }>>;
}

const WINDOW_QUANTITIES = ['calling', 'waiting', 'waitMin'] as const;
type WindowQuantity = (typeof WINDOW_QUANTITIES)[number];

/** How every gauge stands now, in memory, for screens. Fed with committed readings; whatever it shows is in the log. */
export class Board {
  readonly #playbook: Playbook;
  readonly #tiles = new Map<GaugeId, Tile>();
  #rules: ReadonlyMap<GaugeId, readonly Rule[]> = new Map();
  #newestReceiptAt: number | null = null;

  constructor(playbook: Playbook) {
    this.#playbook = playbook;
    this.adopt();
  }

  /** Takes what the playbook says now: gauges that are new have nothing to show yet, those that are gone are forgotten. Gives the new ones. */
  adopt(): readonly Gauge[] {
    const { gauges } = this.#playbook;
    this.#rules = rulesByGauge(this.#playbook.rules, indexGauges(gauges.values()));
    for (const id of this.#tiles.keys()) if (!gauges.has(id)) this.#tiles.delete(id);
    const added = [...gauges.values()].filter(({ id }) => !this.#tiles.has(id));
    for (const { id } of added)
      this.#tiles.set(id, { latest: null, spark: [], batteryV: null, rssiDbm: null, rhythm: { mode: null, intervalMs: null }, window: {} });
    return added;
  }

  /** Receipt of the newest reading; null before the first. */
  get newestReceiptAt(): number | null {
    return this.#newestReceiptAt;
  }

  /**
   * Fills a gauge with what the history knows, oldest first, and with the rhythm that `watch` remembers. The points may come after newer
   * readings, and some may be here already.
   */
  recall(gauge: GaugeId, points: readonly HistoryPoint[], watch?: Tile['rhythm'] & Partial<Pick<GaugeWatch, 'recent'>>): void {
    for (const point of points) this.#see(gauge, point);
    const tile = this.#tiles.get(gauge);
    if (!tile || !watch) return;
    tile.rhythm = { mode: watch.mode, intervalMs: watch.intervalMs };
    for (const quantity of WINDOW_QUANTITIES)
      for (const { at, value, quality } of watch.recent?.[quantity] ?? []) if (isUsable(quality)) showAtWindow(tile, quantity, at, value);
  }

  /** Takes committed entries and says which gauges changed. */
  take(entries: readonly LogEntry[]): ReadonlySet<GaugeId> {
    const changed = new Set<GaugeId>();
    for (const { reading } of entries) {
      const tile = this.#tiles.get(reading.gauge);
      if (!tile) continue;
      tile.batteryV = reading.batteryV ?? tile.batteryV;
      tile.rssiDbm = reading.rssiDbm ?? tile.rssiDbm;
      // Mode and interval are those of the newest observation; a buffer that arrives late tells how things were.
      if (reading.observedAt >= (tile.latest?.at ?? 0)) tile.rhythm = rhythmOf(tile.rhythm, reading);
      if (reading.quantity === this.#playbook.gauges.get(reading.gauge)!.quantity)
        this.#see(reading.gauge, { at: reading.observedAt, ...reading });
      const quantity = WINDOW_QUANTITIES.find((known) => known === reading.quantity);
      if (quantity && isUsable(reading.quality)) showAtWindow(tile, quantity, reading.observedAt, reading.value);
      changed.add(reading.gauge);
    }
    return changed;
  }

  /** One gauge as the screen shows it. `alerts` are those of the gauge that are not quiet. */
  row(id: GaugeId, alerts: readonly Alert[], now: number): GaugeDto | null {
    const gauge = this.#playbook.gauges.get(id);
    const tile = this.#tiles.get(id);
    if (!gauge || !tile) return null;
    const { latest } = tile;
    const limits = limitsOf(gauge, this.#rules.get(id) ?? [], latest?.at ?? now);
    const briefs = alerts.map((alert) => briefOf(alert, this.#playbook)).filter((brief) => brief !== null);
    const blind = briefs.find(({ kind, state }) => kind === 'blind' && state === 'raised');
    const passed = latest ? limits.findLast(({ value }) => value <= latest.value) : undefined;
    const next = latest ? limits.find(({ value }) => value > latest.value) : undefined;
    return {
      id,
      name: gauge.name,
      kind: gauge.kind,
      river: gauge.river,
      areas: gauge.areas.map((code) => ({ code, name: this.#playbook.districts.get(code)?.name ?? code })),
      quantity: gauge.quantity,
      unit: UNITS[gauge.quantity],
      lat: gauge.lat,
      lon: gauge.lon,
      datum: gauge.datum,
      crestM: gauge.crestM,
      capacity: gauge.capacity,
      publicAlert: gauge.publicAlert,
      limits,
      latest: latest && { at: latest.at, receivedAt: latest.receivedAt, value: latest.value, quality: latest.quality, why: latest.why },
      ratePerHour: rateOf(tile.spark),
      passed: passed && latest ? { ...passed, distance: tidy(latest.value - passed.value) } : null,
      next: next && latest ? { ...next, distance: tidy(next.value - latest.value) } : null,
      alerts: briefs,
      expected: expectation(gauge, tile),
      blindSince: blind ? (latest?.receivedAt ?? blind.changedAt) : null,
      severity: severityOf(gauge.kind, briefs, limits, latest),
      spark: tile.spark.map(({ value }) => value),
      batteryV: tile.batteryV,
      rssiDbm: tile.rssiDbm,
      fullHouse: fullHouseOf(gauge, this.#rules.get(id) ?? [], now),
      window: gauge.kind === 'window' ? { calling: null, waiting: null, waitMin: null, ...valuesOf(tile.window) } : null,
    };
  }

  #see(gauge: GaugeId, seen: Seen): void {
    const tile = this.#tiles.get(gauge);
    if (!tile) return;
    this.#newestReceiptAt = Math.max(this.#newestReceiptAt ?? 0, seen.receivedAt);
    if (tile.latest === null || (seen.at >= tile.latest.at && !this.#isSetAside(gauge, seen, tile.latest))) {
      const { at, receivedAt, value, quality, why } = seen;
      tile.latest = { at, receivedAt, value, quality, why };
    }
    if (!isUsable(seen.quality) && seen.quality !== 'backfilled') return;
    let place = tile.spark.length;
    while (place > 0 && tile.spark[place - 1]!.at > seen.at) place -= 1;
    if (tile.spark[place - 1]?.at === seen.at) return;
    tile.spark.splice(place, 0, { at: seen.at, value: seen.value });
    if (tile.spark.length > SPARK_MAX) tile.spark.shift();
  }

  /** Of people, what a counter says while it is set aside does not hide what was counted by other means and still holds. */
  #isSetAside(id: GaugeId, { quality, at }: Seen, latest: Seen): boolean {
    const gauge = this.#playbook.gauges.get(id)!;
    return (
      gauge.quantity === 'count' && quality === 'maintenance' && isUsable(latest.quality) && at - latest.at <= 2 * gauge.observeIntervalMs
    );
  }
}

function showAtWindow(tile: Tile, quantity: WindowQuantity, at: number, value: number): void {
  if (at >= (tile.window[quantity]?.at ?? 0)) tile.window[quantity] = { at, value };
}

const valuesOf = (window: Tile['window']): Partial<Record<WindowQuantity, number>> =>
  Object.fromEntries(Object.entries(window).map(([quantity, { value }]) => [quantity, value]));

const rhythmOf = (before: Tile['rhythm'], { mode, intervalMs }: Reading): Tile['rhythm'] => ({
  mode: mode ?? before.mode,
  intervalMs: intervalMs ?? before.intervalMs,
});

/** The rhythm that the rule of blindness expects, told in its own words: the screen must not call old what the rule calls punctual. */
function expectation(gauge: Gauge, { rhythm, latest }: Tile): GaugeDto['expected'] {
  const recent = latest ? { [gauge.quantity]: [{ position: 0, ...latest }] } : {};
  const watch: GaugeWatch = { gauge: gauge.id, recent, heardAt: latest?.receivedAt ?? 0, ...rhythm };
  return { mode: observing(gauge, watch) ? 'observe' : 'standby', everyMs: expectedMs(gauge, watch) };
}

/** An open alert in a line; null for one whose rule the playbook no longer has. */
export function briefOf(alert: Alert, playbook: Playbook): AlertBriefDto | null {
  const rule = playbook.rules.find(({ id }) => id === alert.ruleId);
  if (!rule || alert.state === 'quiet') return null;
  return {
    id: alertId(alert),
    ruleId: rule.id,
    ruleName: rule.name,
    kind: rule.kind,
    state: alert.state,
    step: alert.step,
    stepsMax: stepNames(rule).length,
    stepName: stepName(rule, alert.step),
    stepCode: stepCode(rule, alert.step),
    changedAt: alert.changedAt,
    staffOnly: rule.staffOnly,
    acknowledgedBy: alert.acknowledgedBy,
  };
}

/** The name of a step of a rule; empty for step 0. */
export const stepName = (rule: Rule | undefined, step: number): string =>
  rule && step > 0 ? (stepNames(rule)[step - 1] ?? `${step}`) : '';

/** The code of a step of a rule; empty for step 0 and for blindness. */
function stepCode(rule: Rule, step: number): string {
  return rule.kind === 'blind' ? '' : (stepsOf(rule)[step - 1]?.code ?? '');
}

const stepNames = (rule: Rule): readonly string[] => (rule.kind === 'blind' ? ['受信なし'] : stepsOf(rule).map(({ name }) => name));

/** The limits a screen shows for a gauge: its thresholds by the names its rules give them, or the bands of its crowding rule in persons. */
function limitsOf(gauge: Gauge, rules: readonly Rule[], at: number): LimitDto[] {
  // A flow is no number of people who are there.
  const bands = rules.find((rule) => rule.kind === 'band' && rule.measure !== 'flow');
  const table = bands?.kind === 'band' ? limitTable(bands, gauge) : [];
  if (bands && limitsAt(table, at).length > 0) return limitsAt(table, at).map(({ code, name, value }) => ({ code, name, value }));
  const names = new Map(rules.flatMap((rule) => (rule.kind === 'level' ? rule.steps.map(({ code, name }) => [code, name] as const) : [])));
  return thresholdsAt(gauge, at).map(({ code, value }) => ({ code, name: names.get(code) ?? THRESHOLD_NAMES[code] ?? code, value }));
}

/** What thresholds are called that no rule names (D§1.1). */
const THRESHOLD_NAMES: Readonly<Record<string, string>> = { start: '観測開始水位', warn: '危険水位', flood: '氾濫開始水位' };

/** Change per hour between the newest value and the oldest of the last few; two readings alone tell of waves. */
function rateOf(spark: Tile['spark']): number | null {
  const newest = spark.at(-1);
  if (!newest) return null;
  let first = newest;
  let readings = 1;
  for (const seen of spark.slice(0, -1).toReversed()) {
    if (newest.at - seen.at > RATE_SPAN_MS) break;
    first = seen;
    readings += 1;
    if (readings >= RATE_READINGS_MAX && newest.at - first.at >= RATE_SPAN_MS_MIN) break;
  }
  if (readings < RATE_READINGS_MIN || newest.at - first.at < RATE_SPAN_MS_MIN) return null;
  return tidy(((newest.value - first.value) / (newest.at - first.at)) * 3_600_000);
}

/** Water comes before people: a full office is no reason to overlook a river. A gauge nobody can see ranks between start and danger mark. */
const WEIGHT: Readonly<Record<Gauge['kind'], number>> = {
  river: 100,
  road: 100,
  rain: 60,
  shelter: 40,
  spot: 30,
  window: 20,
  weather: 60,
  link: 50,
};
const BLIND_SHARE = 0.5;
/** A device that needs care is no danger: it stands above what is well, and below whatever is told of water or people. */
const FAULT_SHARE = 0.1;

/** The share of the highest raised step weighted by what it means, and a little for the way to the next limit. */
function severityOf(kind: Gauge['kind'], briefs: readonly AlertBriefDto[], limits: readonly LimitDto[], latest: Seen | null): number {
  const shares = briefs
    .filter(({ state }) => state === 'raised')
    .map(({ kind: of, step, stepsMax }) => (of === 'blind' ? BLIND_SHARE : of === 'fault' ? FAULT_SHARE : step / stepsMax));
  const share = Math.max(0, ...shares) + 0.2 * wayUp(limits, latest);
  return Math.round(WEIGHT[kind] * share * 10) / 10;
}

/** How far the value is from the lowest to the highest limit, 0 to 1. */
function wayUp(limits: readonly LimitDto[], latest: Seen | null): number {
  const [low, high] = [limits[0], limits.at(-1)];
  if (!latest || !low || !high || high.value <= low.value) return 0;
  return Math.min(Math.max((latest.value - low.value) / (high.value - low.value), 0), 1);
}

const tidy = (value: number): number => Math.round(value * 1000) / 1000;
