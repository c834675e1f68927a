import { advance } from './advance.ts';
import { type Alert, type Evidence, quietAlert, type Transition } from './alert.ts';
import { advanceBlind, expectedMs } from './blind.ts';
import type { Gauge, GaugeId } from './gauge.ts';
import { type LimitTable, limitTable } from './limit.ts';
import type { Playbook } from './playbook.ts';
import type { Quantity } from './quantity.ts';
import type { LogEntry, Reading } from './reading.ts';
import type { BandRule, BlindRule, LevelRule, Rule, RuleId, Selector } from './rule.ts';
import type { GaugeWatch } from './watch-window.ts';

/** Readings kept beyond what a confirmation needs, as evidence of how things went before. */
const EVIDENCE_EXTRA = 4;
/** A confirmation over time may need many readings; a counter that speaks every 10 s fills this in ten minutes. */
const RECENT_MAX = 64;
/** Readings further apart than this many expected intervals leave a hole between them. */
const GAP_INTERVALS = 3;

/** What changed since the last `take`, ready for one commit. */
export interface Judgement {
  readonly watches: readonly GaugeWatch[];
  readonly alerts: readonly Alert[];
  readonly transitions: readonly Transition[];
}

interface Watched {
  readonly gauge: Gauge;
  readonly stepped: readonly { readonly rule: LevelRule | BandRule; readonly table: LimitTable; readonly key: string }[];
  readonly blind: readonly { readonly rule: BlindRule; readonly key: string }[];
  readonly keepReadings: number;
  readonly keepMs: number;
}

/**
 * The rule engine: readings and time in, transitions out. It is the same object in the live service and in a replay, holds everything in
 * memory, touches nothing outside and reads no clock. An index by gauge makes the cost of a reading independent of the number of rules.
 */
export class Judge {
  readonly #playbook: Playbook;
  readonly #watched: ReadonlyMap<GaugeId, Watched>;
  readonly #listeningSince: number;
  readonly #alerts = new Map<string, Alert>();
  readonly #watches = new Map<GaugeId, GaugeWatch>();
  readonly #dirtyAlerts = new Set<string>();
  readonly #dirtyWatches = new Set<GaugeId>();
  #transitions: Transition[] = [];

  /** `listeningSince`: silence before this instant proves nothing about a gauge. */
  constructor(
    playbook: Playbook,
    state: { readonly alerts: readonly Alert[]; readonly watches: readonly GaugeWatch[] },
    listeningSince: number,
  ) {
    this.#playbook = playbook;
    this.#listeningSince = listeningSince;
    this.#watched = indexByGauge(playbook);
    for (const alert of state.alerts) this.#alerts.set(keyOf(alert.ruleId, alert.gauge), alert);
    for (const watch of state.watches) this.#watches.set(watch.gauge, watch);
  }

  /** Judges one reading by every rule of its gauge. `decidedAt` is only written down. */
  observe({ position, reading }: LogEntry, decidedAt: number): void {
    const watched = this.#watched.get(reading.gauge);
    if (!watched) return;
    // Had the silence before this reading become too long? Asked here, the answer depends on the readings alone and not on when `tick` came.
    for (const { rule, key } of watched.blind) this.#judgeSilence(watched.gauge, rule, key, reading.receivedAt, decidedAt);
    const recent = this.#remember(watched, position, reading);
    for (const { rule, table, key } of watched.stepped) {
      if (rule.quantity !== reading.quantity) continue;
      const before = this.#alerts.get(key) ?? quietAlert(rule.id, reading.gauge);
      const { alert, transition } = advance(before, {
        rule,
        table,
        recent,
        gapMaxMs: Math.max(rule.greatestAgeMs, GAP_INTERVALS * expectedMs(watched.gauge, this.#watches.get(reading.gauge))),
        decidedAt,
        playbookVersion: this.#playbook.version,
        status: reading.status,
      });
      this.#keep(key, before, alert, transition);
    }
    for (const { rule, key } of watched.blind) {
      const alert = this.#alerts.get(key);
      if (alert && alert.step > 0) this.#judgeSilence(watched.gauge, rule, key, reading.receivedAt, decidedAt);
    }
  }

  /** Judges every gauge's silence at an instant, so that a silence is told without waiting for the next reading. */
  tick(now: number): void {
    for (const { gauge, blind } of this.#watched.values()) {
      for (const { rule, key } of blind) this.#judgeSilence(gauge, rule, key, now, now);
    }
  }

  /** Whether there is something that people should hear, which the next `take` brings. */
  get hasNews(): boolean {
    return this.#transitions.length > 0;
  }

  /** What changed since the last call. */
  take(): Judgement {
    const judgement = {
      watches: [...this.#dirtyWatches].map((gauge) => this.#watches.get(gauge)!),
      alerts: [...this.#dirtyAlerts].map((key) => this.#alerts.get(key)!),
      transitions: this.#transitions,
    };
    this.#dirtyWatches.clear();
    this.#dirtyAlerts.clear();
    this.#transitions = [];
    return judgement;
  }

  /** How an alert stands now. */
  alert(ruleId: RuleId, gauge: GaugeId): Alert {
    return this.#alerts.get(keyOf(ruleId, gauge)) ?? quietAlert(ruleId, gauge);
  }

  #judgeSilence(gauge: Gauge, rule: BlindRule, key: string, now: number, decidedAt: number): void {
    const before = this.#alerts.get(key) ?? quietAlert(rule.id, gauge.id);
    const { alert, transition } = advanceBlind(before, {
      rule,
      gauge,
      watch: this.#watches.get(gauge.id),
      listeningSince: this.#listeningSince,
      now,
      decidedAt,
      playbookVersion: this.#playbook.version,
    });
    this.#keep(key, before, alert, transition);
  }

  #keep(key: string, before: Alert, alert: Alert, transition: Transition | null): void {
    if (alert === before) return;
    this.#alerts.set(key, alert);
    this.#dirtyAlerts.add(key);
    if (transition) this.#transitions.push(transition);
  }

  #remember({ keepReadings, keepMs }: Watched, position: number, reading: Reading): readonly Evidence[] {
    const { gauge, quantity, receivedAt, observedAt, value, quality, why, status } = reading;
    const known = this.#watches.get(gauge);
    const seen: Evidence = { position, at: observedAt, receivedAt, value, quality, why, status };
    const recent = inserted(known?.recent[quantity] ?? [], seen, keepReadings, keepMs);
    // Mode and interval are those of the newest observation; a buffer that arrives late tells how things were.
    const newest = !known || observedAt >= newestAt(known);
    this.#watches.set(gauge, {
      gauge,
      recent: { ...known?.recent, [quantity]: recent },
      heardAt: Math.max(known?.heardAt ?? 0, receivedAt),
      mode: newest ? (reading.mode ?? known?.mode ?? null) : known.mode,
      intervalMs: newest ? (reading.intervalMs ?? known?.intervalMs ?? null) : known.intervalMs,
    });
    this.#dirtyWatches.add(gauge);
    return recent;
  }
}

const keyOf = (ruleId: RuleId, gauge: GaugeId): string => `${ruleId}@${gauge}`;

function newestAt({ recent }: GaugeWatch): number {
  let newest = 0;
  for (const quantity in recent) newest = Math.max(newest, recent[quantity as Quantity]?.at(-1)?.at ?? 0);
  return newest;
}

/** Keeps the order of observation whatever the order of arrival, and forgets what no confirmation can need. */
function inserted(recent: readonly Evidence[], seen: Evidence, keepReadings: number, keepMs: number): readonly Evidence[] {
  const next = [...recent];
  let place = next.length;
  while (place > 0 && next[place - 1]!.at > seen.at) place -= 1;
  next.splice(place, 0, seen);
  const newest = next.at(-1)!.at;
  while (next.length > RECENT_MAX || (next.length > keepReadings && newest - next[1]!.at >= keepMs)) next.shift();
  return next;
}

function indexByGauge({ gauges, rules }: Playbook): ReadonlyMap<GaugeId, Watched> {
  const watched = new Map<GaugeId, Watched>();
  for (const gauge of gauges.values()) {
    const own = rules.filter((rule) => selects(rule.selector, gauge));
    if (own.length === 0) continue;
    const stepped = own.filter(isStepped).map((rule) => ({ rule, table: limitTable(rule, gauge), key: keyOf(rule.id, gauge.id) }));
    const blind = own.filter((rule) => rule.kind === 'blind').map((rule) => ({ rule, key: keyOf(rule.id, gauge.id) }));
    const counts = stepped.map(({ rule }) => ('readings' in rule.confirm ? rule.confirm.readings : 2));
    const spans = stepped.map(({ rule }) => ('forMs' in rule.confirm ? rule.confirm.forMs : 0));
    watched.set(gauge.id, {
      gauge,
      stepped,
      blind,
      keepReadings: Math.min(RECENT_MAX, Math.max(1, ...counts) + EVIDENCE_EXTRA),
      keepMs: Math.max(0, ...spans),
    });
  }
  return watched;
}

const isStepped = (rule: Rule): rule is LevelRule | BandRule => rule.kind !== 'blind';

/** Whether a selector means a gauge: every given field must match. */
export function selects(selector: Selector, gauge: Gauge): boolean {
  const { gauges, kinds, rivers, areas } = selector;
  if (gauges && !gauges.includes(gauge.id)) return false;
  if (kinds && !kinds.includes(gauge.kind)) return false;
  if (rivers && (gauge.river === null || !rivers.includes(gauge.river))) return false;
  if (areas && !areas.some((area) => gauge.areas.includes(area))) return false;
  return true;
}
