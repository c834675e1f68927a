import { advance, ask } from './advance.ts';
import { type Alert, type AlertId, alertId, type Evidence, quietAlert, type Transition } from './alert.ts';
import {
  advanceBlind,
  blindAt,
  clearLink,
  expectedMs,
  isOverdue,
  patienceMs,
  raiseLink,
  type Silence,
  silentFrom,
  uncover,
} from './blind.ts';
import { CONDITION_READINGS_MAX } from './condition.ts';
import { factsOf, type Memory, newestUsable, usableOf } from './facts.ts';
import { sightFlow } from './flow.ts';
import { followersOf } from './followers.ts';
import type { Gauge, GaugeId } from './gauge.ts';
import { limitsAt } from './limit.ts';
import { reset, told, type Telling } from './move.ts';
import type { OperationStatus } from './operation-status.ts';
import type { Playbook } from './playbook.ts';
import type { Quantity } from './quantity.ts';
import { callNumber } from './queue.ts';
import { isUsable, type LogEntry, type Reading } from './reading.ts';
import { sightRise } from './rise.ts';
import { type BlindRule, type Rule, stepByPerson } from './rule.ts';
import { type RuleId } from './rule-id.ts';
import { type Conditioned, indexOf, keyOf, type Listening, type Sequence, type Vote, type Watched } from './rule-index.ts';
import { isOn } from './schedule.ts';
import { advanceSequence, lagEndsAt } from './sequence.ts';
import { advanceBySight } from './sight.ts';
import { flowVerdict, riseVerdict, sequenceVerdict, voteVerdict } from './verdict.ts';
import { sightVote, tally } from './vote.ts';
import type { GaugeWatch } from './watch-window.ts';

/** Readings further apart than this many expected intervals leave a hole between them. */
const GAP_INTERVALS = 3;

/** Gauges whose newest reading is written down with the decision of a vote. */
const EVIDENCE_GAUGES_MAX = 32;
/** For each silent gauge of a link this much of a living one is believed to hang on another mast; with more the link is alive. */
const LINK_ALIVE_SHARE_MAX = 0.25;

/** What changed since the last `take`, ready for one commit. */
export interface Judgement {
  readonly watches: readonly GaugeWatch[];
  readonly alerts: readonly Alert[];
  readonly transitions: readonly Transition[];
}

/**
 * The rule engine: readings and time in, transitions out. It is the same object in the live service and in a replay, holds everything in
 * memory, touches nothing outside and reads no clock. An index by gauge makes the cost of a reading independent of the number of rules.
 */
export class Judge {
  readonly #playbook: Playbook;
  readonly #watched: ReadonlyMap<GaugeId, Watched>;
  readonly #listening: readonly Listening[];
  readonly #sequences: readonly Sequence[];
  readonly #alerts = new Map<string, Alert>();
  readonly #watches = new Map<GaugeId, GaugeWatch>();
  readonly #dirtyAlerts = new Set<string>();
  readonly #dirtyWatches = new Set<GaugeId>();
  readonly #memory: Memory = {
    gauge: (id) => this.#playbook.gauges.get(id),
    watch: (id) => this.#watches.get(id),
    alert: (rule, gauge) => this.#alerts.get(keyOf(rule, gauge)),
    watches: (rule, gauge) => this.#watched.get(gauge)?.own.has(rule) ?? false,
    isBlind: (gauge) => this.#watched.get(gauge)?.blind.some(({ key }) => (this.#alerts.get(key)?.step ?? 0) > 0) ?? false,
    gapMaxMs: (gauge) => this.#gapMaxMs(gauge, 0),
  };
  readonly #listeningSince: number;
  readonly #status: OperationStatus;
  #transitions: Transition[] = [];
  /** No silence and no lag can end before this instant, so that asking costs nothing most of the time. */
  #dueAt = Number.NEGATIVE_INFINITY;

  /**
   * `listeningSince`: silence before this instant proves nothing about a gauge, as far as nobody listened. `now`: the wall clock of whoever
   * goes on from a state that was stored. `status`: what the place is for, of alerts that rest on silence and not on a reading.
   */
  constructor(
    playbook: Playbook,
    state: { readonly alerts: readonly Alert[]; readonly watches: readonly GaugeWatch[] },
    listeningSince: number,
    now = Number.POSITIVE_INFINITY,
    status: OperationStatus = 'actual',
  ) {
    this.#status = status;
    this.#playbook = playbook;
    this.#listeningSince = listeningSince;
    const index = indexOf(playbook);
    this.#watched = index.watched;
    this.#listening = [...index.watched.values()].flatMap(({ blind }) => blind);
    this.#sequences = index.sequences;
    for (const alert of state.alerts) this.#alerts.set(keyOf(alert.ruleId, alert.gauge), alert);
    // Whoever was heard last tells until when somebody listened; the time since then is nobody's silence.
    const listenedUntil = state.watches.reduce((until, { heardAt }) => Math.max(until, heardAt), 0);
    const awayMs = Math.max(0, listeningSince - listenedUntil);
    for (const stored of state.watches) {
      // A clock that was set back while nobody listened: a gauge heard in its future would be silent for as long as the clock was wrong (F21).
      const watch = stored.heardAt > now ? { ...stored, heardAt: now } : stored;
      // Excused once for each time away, however often this process begins anew.
      const isExcused = awayMs === 0 || watch.excusedFor === listeningSince;
      this.#watches.set(
        watch.gauge,
        isExcused ? watch : { ...watch, excusedMs: (watch.excusedMs ?? 0) + awayMs, excusedFor: listeningSince },
      );
      // Kept with the next commit, or a service that is restarted every day would never find a gauge blind.
      if (!isExcused) this.#dirtyWatches.add(watch.gauge);
    }
  }

  #quiet(ruleId: RuleId, gauge: GaugeId): Alert {
    return quietAlert(ruleId, gauge, this.#status);
  }

  /** Judges one reading by every rule of its gauge. `decidedAt` is only written down. */
  observe({ position, reading }: LogEntry, decidedAt: number): void {
    const watched = this.#watched.get(reading.gauge);
    if (!watched) return;
    // What became due before this reading is decided first, so that the answer depends on the readings alone and not on when `tick` came.
    if (reading.receivedAt >= this.#dueAt) this.#judgeDue(reading.receivedAt, decidedAt);
    const recent = this.#remember(watched, position, reading);
    // Late and doubtful readings complete the history; they start no hold and end none.
    for (const { rule, table, key } of isUsable(reading.quality) ? watched.stepped : []) {
      if (rule.quantity !== reading.quantity) continue;
      const before = this.#alerts.get(key) ?? this.#quiet(rule.id, reading.gauge);
      // The gauge was moved and nobody has said that its limits still fit (F46).
      if (before.parked) continue;
      const sight = {
        rule,
        table,
        recent,
        gapMaxMs: this.#gapMaxMs(watched.gauge, rule.greatestAgeMs),
        decidedAt,
        playbookVersion: this.#playbook.version,
        status: reading.status,
        off: this.#isOff(rule, reading.observedAt),
      };
      const { alert, transition } = advance(before, sight);
      this.#keep(key, before, alert, transition);
      if (transition?.kind === 'reset') this.#resetFollowers(watched, key, transition);
      if (stepByPerson(rule) === null) continue;
      const asked = ask(alert, sight);
      this.#keep(key, alert, asked.alert, asked.transition);
    }
    // Doubtful and late readings complete the history; what several readings say together they do not change.
    // A straggler takes its place in the windows; only the newest reading tells how things are now.
    const believed = watched.judgesNewest && isUsable(reading.quality) && newestUsable(recent, reading.status)?.at === reading.observedAt;
    const ageMs = reading.receivedAt - reading.observedAt;
    if (believed)
      for (const rise of watched.rises)
        if (ageMs <= rise.rule.greatestAgeMs) this.#judgeRise(watched.gauge, rise, recent, reading, decidedAt);
    if (believed)
      for (const flow of watched.flows)
        if (ageMs <= flow.rule.greatestAgeMs) this.#judgeFlow(watched.gauge, flow, recent, reading, decidedAt);
    if (believed)
      for (const queue of watched.queues) if (ageMs <= queue.rule.greatestAgeMs) this.#judgeQueue(queue, recent, reading, decidedAt);
    if (believed) for (const vote of watched.votes) if (ageMs <= vote.rule.greatestAgeMs) this.#judgeVote(vote, reading, decidedAt);
    if (believed)
      for (const conditioned of watched.conditions)
        if (ageMs <= conditioned.rule.greatestAgeMs) this.#judgeCondition(conditioned, reading, decidedAt);
    for (const sequence of watched.sequences) this.#judgeSequence(sequence, reading, decidedAt);
    for (const listening of watched.blind) this.#hear(listening, reading.receivedAt, decidedAt);
  }

  /** Judges what the passing of time decides (silences, lags) up to an instant, so that it is told without waiting for the next reading. */
  tick(now: number): void {
    if (now >= this.#dueAt) this.#judgeDue(now, now);
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
    return this.#alerts.get(keyOf(ruleId, gauge)) ?? this.#quiet(ruleId, gauge);
  }

  #judgeRise(
    gauge: Gauge,
    { rule, key }: Watched['rises'][number],
    recent: readonly Evidence[],
    reading: Reading,
    decidedAt: number,
  ): void {
    if (rule.quantity !== reading.quantity) return;
    const usable = usableOf(recent, reading.status);
    const sighting = sightRise(rule, gauge, usable, this.#gapMaxMs(gauge, rule.greatestAgeMs));
    if (!sighting) return;
    const before = this.#alerts.get(key) ?? this.#quiet(rule.id, gauge.id);
    if (before.parked) return;
    const off = this.#isOff(rule, sighting.at);
    const telling = {
      ...this.#telling(rule, reading, decidedAt),
      limits: rule.steps.map(({ code, name, perHour }) => ({ code, name, value: perHour })),
      evidence: recent,
      verdict: () => riseVerdict(rule, sighting.perHour),
    };
    const { alert, transition } = advanceBySight(before, sighting, { ...rule, off }, telling);
    this.#keep(key, before, alert, transition);
  }

  #judgeFlow(
    gauge: Gauge,
    { rule, table, key }: Watched['flows'][number],
    recent: readonly Evidence[],
    reading: Reading,
    decidedAt: number,
  ): void {
    if (rule.quantity !== reading.quantity) return;
    const limits = limitsAt(table, reading.observedAt);
    const sighting = sightFlow(rule, limits, usableOf(recent, reading.status), this.#gapMaxMs(gauge, rule.greatestAgeMs));
    if (!sighting) return;
    const before = this.#alerts.get(key) ?? this.#quiet(rule.id, gauge.id);
    const telling = {
      ...this.#telling(rule, reading, decidedAt),
      limits: limits.map(({ code, name, value }) => ({ code, name, value })),
      evidence: recent,
      verdict: () => flowVerdict(rule, sighting.perMinute),
    };
    const { alert, transition } = advanceBySight(before, sighting, { ...rule, off: this.#isOff(rule, sighting.at) }, telling);
    this.#keep(key, before, alert, transition);
  }

  #judgeQueue({ rule, key }: Watched['queues'][number], recent: readonly Evidence[], reading: Reading, decidedAt: number): void {
    if (reading.quantity !== rule.quantity || this.#isOff(rule, reading.observedAt)) return;
    const before = this.#alerts.get(key) ?? this.#quiet(rule.id, reading.gauge);
    const { alert, transition } = callNumber(before, reading.value, rule, {
      ...this.#telling(rule, reading, decidedAt),
      limits: [],
      evidence: recent.slice(-2),
      verdict: (_, __, { turn }) => ({ kind: 'called', number: turn?.number ?? null }),
    });
    this.#keep(key, before, alert, transition);
  }

  #judgeVote({ rule, target, key, voters, step }: Vote, reading: Reading, decidedAt: number): void {
    const at = reading.observedAt;
    const seen = voters.map(({ gauge, key: voterKey }) => ({
      gauge: gauge.id,
      alert: this.#alerts.get(voterKey),
      newest: usableOf(this.#watches.get(gauge.id)?.recent[gauge.quantity] ?? [], reading.status).at(-1),
    }));
    const votes = tally(seen, { step, at, greatestAgeMs: rule.greatestAgeMs, status: reading.status });
    const before = this.#alerts.get(key) ?? this.#quiet(rule.id, target.id);
    const telling = {
      ...this.#telling(rule, reading, decidedAt),
      limits: rule.steps.map(({ code, name, atLeast }) => ({ code, name, value: atLeast })),
      evidence: seen.flatMap(({ gauge, newest }) => (newest ? [{ ...newest, gauge }] : [])).slice(0, EVIDENCE_GAUGES_MAX),
      verdict: () => voteVerdict(votes),
    };
    // Each vote is an alert that was confirmed by its own rule; to ask for a second sight would ask twice.
    const life = { confirm: { readings: 1 }, clearHoldMs: rule.clearHoldMs, off: this.#isOff(rule, at) };
    const { alert, transition } = advanceBySight(before, sightVote(rule, votes, at), life, telling);
    this.#keep(key, before, alert, transition);
  }

  #judgeCondition({ rule, target, key, around }: Conditioned, reading: Reading, decidedAt: number): void {
    const before = this.#alerts.get(key) ?? this.#quiet(rule.id, target.id);
    if (before.parked) return;
    const { observedAt: at, status } = reading;
    const { timeZone } = this.#playbook.city;
    const verdict = rule.condition.evaluate(factsOf(this.#memory, { target, around, at, status, timeZone }));
    if (verdict.kind === 'unknown') return;
    const evidence = [target.id, ...rule.condition.gauges].slice(0, EVIDENCE_GAUGES_MAX).flatMap((id) => this.#newestOf(id, target.id));
    const telling = { ...this.#telling(rule, reading, decidedAt), limits: [], evidence };
    if (verdict.kind === 'tooCostly') {
      const parked: Alert = { ...before, over: null, parked: '計算の上限を超えた', transitions: before.transitions + 1 };
      const moved = told('parked', before, parked, { ...telling, verdict: () => ({ kind: 'tooCostly', text: rule.condition.text }) });
      this.#keep(key, before, moved.alert, moved.transition);
      return;
    }
    const sighting = { at, step: verdict.step, held: verdict.step, broken: false };
    const life = { ...rule, off: this.#isOff(rule, at) };
    const { alert, transition } = advanceBySight(before, sighting, life, {
      ...telling,
      verdict: (_, __, { step }) => ({ kind: 'condition', text: rule.condition.text, step }),
    });
    this.#keep(key, before, alert, transition);
  }

  /** The newest readings of a gauge that a condition of another one saw, or of its own. */
  #newestOf(id: GaugeId, own: GaugeId): readonly Evidence[] {
    const gauge = this.#playbook.gauges.get(id);
    const seen = (gauge && this.#watches.get(id)?.recent[gauge.quantity]) ?? [];
    return id === own ? seen : seen.slice(-1).map((one) => ({ ...one, gauge: id }));
  }

  #judgeSequence(
    sequence: Sequence,
    { observedAt: at, status, gauge: heard }: Partial<Reading> & Pick<Reading, 'observedAt' | 'status'>,
    decidedAt: number,
  ): void {
    const { rule, target, upstream, key, firstKey, firstStep, nextKey, nextStep } = sequence;
    const before = this.#alerts.get(key) ?? this.#quiet(rule.id, target.id);
    const first = this.#alerts.get(firstKey) ?? this.#quiet(rule.first.rule, upstream.id);
    const passage = {
      upstream: first,
      upstreamStep: firstStep,
      downstream: this.#alerts.get(nextKey) ?? this.#quiet(rule.next.rule, target.id),
      downstreamStep: nextStep,
      byUpstream: heard === upstream.id,
      downstreamSeenAt: newestUsable(this.#watches.get(target.id)?.recent[target.quantity] ?? [], status)?.at ?? null,
      withinMs: rule.withinMs,
      off: this.#isOff(rule, at),
    };
    const evidence = [upstream, target].flatMap((gauge) => {
      const seen = this.#watches.get(gauge.id)?.recent[gauge.quantity] ?? [];
      return gauge === target ? seen : seen.map((one) => ({ ...one, gauge: gauge.id }));
    });
    let now = before;
    for (const { alert, transition } of advanceSequence(before, passage, (from) => ({
      ruleId: rule.id,
      playbookVersion: this.#playbook.version,
      at: Math.max(at, from.changedAt),
      decidedAt,
      // What began as real, or as a drill, goes on as that.
      status: from.step > 0 ? from.status : status,
      limits: [],
      evidence,
      verdict: (_, was, is) => sequenceVerdict(rule, upstream, was.step, is.step),
    }))) {
      this.#keep(key, now, alert, transition);
      now = alert;
    }
    const endsAt = lagEndsAt(now, rule.withinMs);
    if (endsAt !== null) this.#dueAt = Math.min(this.#dueAt, endsAt);
  }

  /** What stood because another alert did, which was reset: without this it would be told as over (F51). */
  #resetFollowers(watched: Watched, of: string, { at, decidedAt, record }: Transition): void {
    for (const { rule, key } of followersOf(watched, of, (one) => this.#alerts.get(one))) {
      const before = this.#alerts.get(key)!;
      const { evidence, playbookVersion } = record;
      const moved = { ruleId: rule.id, playbookVersion, at: Math.max(at, before.changedAt), decidedAt, status: before.status };
      const { alert, transition } = reset(
        before,
        { kind: 'reset', cause: 'followed' },
        { ...moved, limits: [], evidence, verdict: () => '' },
      );
      this.#keep(key, before, alert, transition);
    }
  }

  /** What the gauge's word ends: its own silence, and that of its link. */
  #hear({ rule, gauge, key, link }: Listening, at: number, decidedAt: number): void {
    const alert = this.#alerts.get(key);
    if (alert && alert.step > 0) this.#judgeSilence({ rule, gauge, key, link }, at, decidedAt);
    if (link) {
      const linked = this.#alerts.get(link.key);
      if (linked && linked.step > 0) {
        const silence = this.#silence(rule, link.gauge, at, decidedAt);
        const cleared = clearLink(linked, silence, at);
        this.#keep(link.key, linked, cleared.alert, cleared.transition);
        // Whoever on the link does not come back is blind on its own account from now on.
        this.#dueAt = Number.NEGATIVE_INFINITY;
      }
    }
    this.#dueAt = Math.min(this.#dueAt, blindAt(this.#silence(rule, gauge, at, decidedAt)));
  }

  /** Decides in the order in which it became true. */
  #judgeDue(now: number, decidedAt: number): void {
    const due = this.#listening
      .map((listening) => ({ listening, at: this.#dueOf(listening) }))
      .filter(({ at }) => at <= now)
      .toSorted((a, b) => a.at - b.at || (a.listening.key < b.listening.key ? -1 : 1));
    for (const { listening, at } of due) {
      // One that was decided before it may have put it off: a link that falls silent again covers whoever had not come back.
      const stillDueAt = this.#dueOf(listening);
      if (stillDueAt <= now) this.#judgeSilence(listening, Math.max(at, stillDueAt), decidedAt);
    }
    for (const sequence of this.#sequences) {
      const alert = this.#alerts.get(sequence.key);
      const endsAt = alert ? lagEndsAt(alert, sequence.rule.withinMs) : null;
      if (alert && endsAt !== null && endsAt < now) this.#judgeSequence(sequence, { observedAt: now, status: alert.status }, decidedAt);
    }
    this.#dueAt = Number.POSITIVE_INFINITY;
    for (const listening of this.#listening) this.#dueAt = Math.min(this.#dueAt, this.#dueOf(listening));
    for (const { key, rule } of this.#sequences) {
      const alert = this.#alerts.get(key);
      this.#dueAt = Math.min(this.#dueAt, (alert && lagEndsAt(alert, rule.withinMs)) ?? Number.POSITIVE_INFINITY);
    }
  }

  /** When time alone will decide something about a gauge's silence. */
  #dueOf({ rule, gauge, key, link }: Listening): number {
    const alert = this.#alerts.get(key);
    const watch = this.#watches.get(gauge.id);
    if (!alert || alert.step === 0) return blindAt({ rule, gauge, watch, listeningSince: this.#listeningSince });
    const linked = link && alert.about ? this.#alerts.get(link.key) : undefined;
    if (!linked || linked.step > 0) return Number.POSITIVE_INFINITY;
    return linked.changedAt + patienceMs(rule, gauge, watch);
  }

  #judgeSilence({ rule, gauge, key, link }: Listening, at: number, decidedAt: number): void {
    const before = this.#alerts.get(key) ?? this.#quiet(rule.id, gauge.id);
    const silence = this.#silence(rule, gauge, at, decidedAt);
    const stillHeard = before.step > 0 && (silence.watch?.heardAt ?? 0) < before.changedAt;
    if (stillHeard && before.about) {
      const { alert, transition } = uncover(before, silence, at);
      this.#keep(key, before, alert, transition);
      return;
    }
    const cover =
      before.step === 0 && link && at >= blindAt(silence)
        ? this.#linkSilence(rule, link, { since: silentFrom(silence.watch, this.#listeningSince), at: blindAt(silence), decidedAt })
        : null;
    const { alert, transition } = advanceBlind(before, silence, cover);
    this.#keep(key, before, alert, transition);
  }

  /** The alert of the link when it is silent as a whole; raised here by the first of its gauges whose silence became too long. */
  #linkSilence(
    rule: BlindRule,
    link: NonNullable<Listening['link']>,
    { since, at, decidedAt }: { readonly since: number; readonly at: number; readonly decidedAt: number },
  ): AlertId | null {
    const before = this.#alerts.get(link.key) ?? this.#quiet(rule.id, link.gauge.id);
    if (before.step > 0) return alertId(before);
    const silent = link.peers.filter((peer) => isOverdue(peer, this.#watches.get(peer.id), this.#listeningSince, at));
    // Gauges that stand by speak once a day and say nothing here; whoever was heard since shows that the link is alive.
    const alive = link.peers.filter((peer) => !silent.includes(peer) && (this.#watches.get(peer.id)?.heardAt ?? 0) > since);
    if (silent.length < rule.linkGaugesMin! || alive.length > silent.length * LINK_ALIVE_SHARE_MAX) return null;
    const { alert, transition } = raiseLink(before, this.#silence(rule, link.gauge, at, decidedAt), at, silent.length, link.peers.length);
    this.#keep(link.key, before, alert, transition);
    return alertId(alert);
  }

  #silence(rule: BlindRule, gauge: Gauge, now: number, decidedAt: number): Silence {
    const watch = this.#watches.get(gauge.id);
    return { rule, gauge, watch, listeningSince: this.#listeningSince, now, decidedAt, playbookVersion: this.#playbook.version };
  }

  #telling(rule: Rule, { observedAt, status }: Reading, decidedAt: number): Omit<Telling, 'limits' | 'evidence' | 'verdict'> {
    return { ruleId: rule.id, playbookVersion: this.#playbook.version, at: observedAt, decidedAt, status };
  }

  #isOff({ schedule }: Rule, at: number): boolean {
    return schedule !== undefined && !isOn(schedule, at, this.#playbook.city.timeZone);
  }

  #gapMaxMs(gauge: Gauge, greatestAgeMs: number): number {
    return Math.max(greatestAgeMs, GAP_INTERVALS * expectedMs(gauge, this.#watches.get(gauge.id)));
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
  while (next.length > CONDITION_READINGS_MAX || (next.length > keepReadings && newest - next[1]!.at >= keepMs)) next.shift();
  return next;
}
