import { bufferTime, filter, type Observable, Subject } from 'rxjs';
import {
  type Alert,
  alertId,
  assigneeOf,
  audienceKindOf,
  CHANNELS,
  type Clock,
  type DeliveryCount,
  type DeliveryState,
  type ChannelName,
  type Gauge,
  type GaugeId,
  HEARTBEAT_ID,
  heartbeatNameOf,
  isOrderTransitionId,
  type Ledger,
  type LogEntry,
  type Message,
  muteAt,
  type NumberedTransition,
  type OperationStatus,
  type OrderBook,
  type OrderId,
  type Playbook,
  QUANTITIES,
  type Quarantine,
  type ReadingHistory,
  routePartsOf,
  type Transition,
  UNITS,
} from '#core';
import type {
  AlertDto,
  DeliveryDto,
  GaugeDto,
  LiveEventDto,
  MessageDto,
  ReachDto,
  ReadingsDto,
  ResidentReportDto,
  StageDto,
  StatusDto,
  TimelineDto,
  TransitionDto,
} from '#wire';
import { alarmsNow, unconfirmedNow } from './alarms.ts';
import { Board, briefOf, stepName } from './board.ts';
import { episodePeak } from './episode.ts';
import { type HeartbeatSource, heartbeatShown } from './heartbeat-shown.ts';
import { Live, type NumberedEvent } from './live.ts';
import { Recall } from './recall.ts';
import { orderShown } from './order-desk.ts';
import { Refusal } from './refusal.ts';

/** Screens are told of changes in batches this far apart: faster than an eye, and a burst of readings is one batch. */
const COALESCE_MS = 200;
/** A screen that hears nothing for 15 s veils itself (F70), so the sign of life comes three times as often. */
const STATUS_MS = 5_000;
/** Transitions in a snapshot and on a page. */
const TIMELINE_MAX = 100;
/** Open alerts read at once; the list stays usable with 1,000 (product §13). */
const ALERTS_MAX = 5_000;
/** Points in one answer: a week at two minutes. */
const POINTS_MAX = 5_040;

export interface DeskOptions {
  /** What this place is for; shown on every screen. */
  readonly status: OperationStatus;
  /** The drill that runs beside real life, or that this place is. */
  readonly drill: () => StatusDto['drill'];
  readonly ledger: Ledger;
  readonly history: ReadingHistory;
  readonly quarantine: Quarantine;
  readonly orders: Pick<OrderBook, 'order' | 'numberOf'>;
  readonly clock: Clock;
  /** The one in force, looked into whenever something is shown; `adopt` tells of a change. */
  readonly playbook: Playbook;
  /** An earlier version, for the names in decisions that were made by it; null when its words are not at hand. */
  readonly playbookOf?: (version: string) => Playbook | null;
  /** How the stages stand. */
  readonly stages: () => readonly StageDto[];
  /** Told why a change could not be shown. */
  readonly onFault: (why: string) => void;
  /** Tells one life of the process from another in the ids of live events. */
  readonly epoch: string;
}

/** What headquarters see and do. Reads ledger and history; holds only what a screen needs at once. */
export class Desk {
  readonly #options: DeskOptions;
  readonly #board: Board;
  readonly #live: Live;
  readonly #recalls: Recall[] = [];
  readonly #changedGauges = new Subject<GaugeId>();
  readonly #changedTransitions = new Subject<string>();
  readonly #changedOrders = new Subject<OrderId>();
  #alertsByGauge = new Map<GaugeId, Alert[]>();
  #deadLetters = 0;
  #heartbeat: HeartbeatSource = () => null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#board = new Board(options.playbook);
    this.#live = new Live(options.epoch);
  }

  /** Recalls the last hours of every gauge, then feeds the screens. A history that is away holds this up for some seconds at most (F19). */
  async start(): Promise<void> {
    for (const watch of (await this.#options.ledger.watchState()).watches) this.#board.recall(watch.gauge, [], watch);
    await this.#recall([...this.#options.playbook.gauges.values()]);
    await this.#readAlerts();
    this.#changedGauges
      .pipe(
        bufferTime(COALESCE_MS),
        filter((ids) => ids.length > 0),
      )
      .subscribe((ids) => void this.#tellGauges(new Set(ids)));
    this.#changedTransitions
      .pipe(
        bufferTime(COALESCE_MS),
        filter((ids) => ids.length > 0),
      )
      .subscribe((ids) => void this.#tellTimeline([...new Set(ids)]));
    this.#changedOrders
      .pipe(
        bufferTime(COALESCE_MS),
        filter((ids) => ids.length > 0),
      )
      .subscribe((ids) => void this.#tellOrders([...new Set(ids)]));
    this.#timer = setInterval(() => void this.#tellStatus(), STATUS_MS);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    for (const recall of this.#recalls) recall.stop();
    this.#changedGauges.complete();
    this.#changedTransitions.complete();
    this.#changedOrders.complete();
    this.#live.close();
  }

  /** The playbook is another one: every screen gets a fresh picture, and gauges that are new their past as far as it is known. */
  adopt(): void {
    const added = this.#board.adopt();
    if (added.length > 0) void this.#recall(added);
    void this.#quietly(async () => this.#live.publish(await this.#snapshot()));
  }

  /** Takes what `watch` committed. */
  committed(entries: readonly LogEntry[], transitions: readonly Transition[]): void {
    for (const gauge of this.#board.take(entries)) this.#changedGauges.next(gauge);
    for (const { id, gauge } of transitions.filter(isShown)) {
      this.#changedGauges.next(gauge);
      this.#changedTransitions.next(id);
    }
    // The alarm of the desk need not wait for the next sign of life.
    if (transitions.some(({ kind }) => kind === 'escalated')) void this.#tellStatus();
  }

  /** Takes word that deliveries of a transition moved. */
  settled(transitionId: string): void {
    if (isOrderTransitionId(transitionId)) this.#changedOrders.next(transitionId.split('/')[1]!);
    else this.#changedTransitions.next(transitionId);
  }

  /** An order is new, or somebody did something to it. */
  orderChanged(id: OrderId): void {
    this.#changedOrders.next(id);
  }

  /** From now on the status says how the way from gauge to phone was proven, as the source knows. */
  proves(source: HeartbeatSource): void {
    this.#heartbeat = source;
  }

  /** Somebody acted on an alert, or with null began or ended a silence: screens that show it ask anew. */
  acted(alert: string | null): void {
    this.#live.publish({ type: 'acted', alerts: alert === null ? [] : [alert], silences: alert === null });
  }

  /** Shows residents' reports that are new or changed. */
  reported(reports: readonly ResidentReportDto[]): void {
    this.#live.publish({ type: 'reports', reports: [...reports] });
  }

  /** Every change from the last event a viewer saw, or from a snapshot. */
  follow(lastId: string | null): Observable<NumberedEvent> {
    return this.#live.follow(lastId, () => this.#snapshot());
  }

  /** All gauges, the most dangerous first. */
  async gauges(): Promise<readonly GaugeDto[]> {
    await this.#readAlerts();
    return this.#rows([...this.#options.playbook.gauges.keys()]).toSorted(
      (a, b) => b.severity - a.severity || a.name.localeCompare(b.name, 'ja'),
    );
  }

  async gauge(id: GaugeId): Promise<GaugeDto> {
    await this.#readAlerts();
    const [row] = this.#rows([id]);
    if (!row) throw new Refusal('notFound', `there is no gauge ${id} in the playbook`);
    return row;
  }

  async readings(id: GaugeId, query: { readonly from?: number; readonly to?: number; readonly quantity?: string }): Promise<ReadingsDto> {
    const gauge = this.#options.playbook.gauges.get(id);
    if (!gauge) throw new Refusal('notFound', `there is no gauge ${id} in the playbook`);
    const quantity = query.quantity === undefined ? gauge.quantity : QUANTITIES.find((known) => known === query.quantity);
    if (!quantity) throw new Refusal('invalid', `quantity must be one of ${QUANTITIES.join(', ')}`);
    const to = query.to ?? this.#options.clock.now() + 60_000;
    const from = query.from ?? to - 6 * 3_600_000;
    if (from >= to) throw new Refusal('invalid', 'from must be before to');
    const points = await this.#options.history.range({ gauge: id, quantity, from, to, limit: POINTS_MAX });
    return { gauge: id, quantity, unit: UNITS[quantity], points: [...points] };
  }

  /** One episode of an alert with all its transitions. */
  async alert(id: string): Promise<AlertDto> {
    const { ledger, playbook } = this.#options;
    const found = await ledger.transitions({ alertId: id, limit: TIMELINE_MAX });
    const newest = found[0]?.transition;
    if (!newest) throw new Refusal('notFound', `there is no alert ${id}`);
    const alert = await ledger.alert(newest.ruleId, newest.gauge);
    const current = alert && alertId(alert) === id ? briefOf(alert, playbook) : null;
    const rule = playbook.rules.find((candidate) => candidate.id === newest.ruleId);
    const acts = await ledger.acts(id);
    return {
      ...(current ?? {
        id,
        ruleId: newest.ruleId,
        ruleName: rule?.name ?? heartbeatNameOf(newest.ruleId) ?? newest.ruleId,
        kind: rule?.kind ?? 'level',
        state: 'raised',
        step: newest.to,
        stepsMax: newest.to,
        stepName: stepName(rule, newest.to),
        stepCode: '',
        changedAt: newest.at,
        staffOnly: rule?.staffOnly ?? true,
        acknowledgedBy: null,
      }),
      gauge: newest.gauge,
      gaugeName: this.#gaugeName(newest.gauge),
      acknowledgedAt: current && alert ? alert.acknowledgedAt : null,
      answers: (await ledger.answers(id)).map((answer) => ({ by: answer.by, at: answer.at })),
      acts: acts.map((act) => ({ id: act.id, kind: act.kind, by: act.by, at: act.at, text: act.text, step: act.step })),
      assignedTo: assigneeOf(acts),
      mutedBy: current ? (muteAt({ acts, transitions: found, number: Number.POSITIVE_INFINITY })?.by ?? null) : null,
      transitions: found.map((numbered) => this.#transitionDto(numbered)),
      peak: await this.#peak(found.map(({ transition }) => transition).toReversed()),
    };
  }

  async acknowledge(id: string, by: string, from?: string): Promise<AlertDto> {
    const done = await this.#options.ledger.acknowledge(id, by, this.#options.clock.now(), from);
    if (!done) throw new Refusal('conflict', `alert ${id} is not raised any more; reload the page`);
    const alert = await this.alert(id);
    this.acted(id);
    await this.#readAlerts();
    this.#changedGauges.next(alert.gauge);
    await this.#tellStatus();
    return alert;
  }

  /** Sets down that a person looks after an alert, which ends its escalation once enough have done so. */
  async answer(id: string, by: string, from?: string): Promise<AlertDto> {
    const done = await this.#options.ledger.answer(id, by, this.#options.clock.now(), from);
    if (!done) throw new Refusal('conflict', `alert ${id} is not raised any more; reload the page`);
    this.acted(id);
    await this.#tellStatus();
    return this.alert(id);
  }

  /** Transitions with their reach, newest first. */
  async timeline(query: { readonly before?: number; readonly gauge?: GaugeId; readonly limit: number }): Promise<readonly TimelineDto[]> {
    const found = await this.#options.ledger.transitions({ ...query, limit: Math.min(query.limit, TIMELINE_MAX) });
    return this.#withReach(found);
  }

  /** The words of a transition: in the order of the playbook's routes, and of the city's languages within each. */
  async messages(transitionId: string): Promise<readonly MessageDto[]> {
    const { ledger, playbook } = this.#options;
    const { languages } = playbook.city;
    const place = ({ routeId, language }: Message): number =>
      playbook.routes.findIndex(({ id }) => id === routePartsOf({ routeId }).routeId) * languages.length + languages.indexOf(language);
    const messages = await ledger.messages(transitionId);
    return messages
      .toSorted((a, b) => place(a) - place(b))
      .map(({ id, routeId, language, subject, body, level, translated, issuedAt }) => {
        return { id, audience: audienceKindOf(playbook, { routeId }), language, subject, body, level, translated, issuedAt };
      });
  }

  async deliveries(query: {
    readonly transitionId?: string;
    readonly state?: DeliveryState;
    readonly channel?: ChannelName;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly DeliveryDto[]> {
    const found = await this.#options.ledger.deliveries({ ...query, limit: Math.min(query.limit, TIMELINE_MAX) });
    return found.map(({ number, delivery }) => ({
      number,
      id: delivery.id,
      transitionId: delivery.transitionId,
      channel: delivery.channel,
      endpoint: delivery.endpoint,
      lane: delivery.lane,
      language: delivery.messageId.split('/').at(-1) ?? '',
      recipients: delivery.recipients.length,
      state: delivery.state,
      attempts: delivery.attempts,
      firstAttemptAt: delivery.firstAttemptAt,
      settledAt: delivery.settledAt,
      dueAt: delivery.dueAt,
      lastReason: delivery.lastReason,
      receipt: delivery.receipt,
    }));
  }

  async status(): Promise<StatusDto> {
    const { status, drill, clock, ledger, playbook, quarantine, stages } = this.#options;
    return {
      city: playbook.city.name,
      operation: status,
      drill: drill(),
      serverTime: clock.now(),
      newestReadingAt: this.#board.newestReceiptAt,
      playbookVersion: playbook.version,
      stages: [...stages()],
      alarms: await alarmsNow(ledger, playbook),
      unconfirmed: await unconfirmedNow(ledger, clock.now()),
      heartbeat: await heartbeatShown(ledger, this.#heartbeat()),
      quarantined: await quarantine.count(),
      deadLetters: this.#deadLetters,
    };
  }

  async #recall(gauges: readonly Gauge[]): Promise<void> {
    const { history, clock, onFault } = this.#options;
    const onRecalled = ({ id }: Gauge): void => this.#changedGauges.next(id);
    const recall = new Recall({ history, board: this.#board, clock, gauges, onRecalled, onFault });
    this.#recalls.push(recall);
    await recall.start();
  }

  async #snapshot(): Promise<LiveEventDto> {
    const [gauges, timeline, status] = await Promise.all([this.gauges(), this.timeline({ limit: TIMELINE_MAX }), this.status()]);
    return { type: 'snapshot', gauges: [...gauges], timeline: [...timeline], status };
  }

  async #tellGauges(ids: ReadonlySet<GaugeId>): Promise<void> {
    await this.#quietly(async () => {
      await this.#readAlerts();
      this.#live.publish({ type: 'gauges', gauges: this.#rows([...ids]) });
    });
  }

  async #tellTimeline(ids: readonly string[]): Promise<void> {
    await this.#quietly(async () => {
      const found = await Promise.all(ids.slice(0, TIMELINE_MAX).map((id) => this.#options.ledger.transition(id)));
      const items = await this.#withReach(found.filter((numbered) => numbered !== null).filter(({ transition }) => isShown(transition)));
      if (items.length > 0) this.#live.publish({ type: 'timeline', items: [...items] });
    });
  }

  async #tellOrders(ids: readonly OrderId[]): Promise<void> {
    const { orders, playbook } = this.#options;
    await this.#quietly(async () => {
      const found = await Promise.all(ids.map(async (id) => ({ number: await orders.numberOf(id), order: await orders.order(id) })));
      const known = found.flatMap(({ number, order }) => (order ? [orderShown({ number, order }, playbook)] : []));
      if (known.length > 0) this.#live.publish({ type: 'orders', orders: known });
    });
  }

  async #tellStatus(): Promise<void> {
    await this.#quietly(async () => {
      const depths = await this.#options.ledger.queueDepths();
      this.#deadLetters = depths.filter(({ state }) => state === 'dead').reduce((sum, { deliveries }) => sum + deliveries, 0);
      this.#live.publish({ type: 'status', status: await this.status() });
    });
  }

  /** A screen that misses one change gets the next; a ledger that cannot be read shows as a degraded stage, not as a crash of this one. */
  async #quietly(tell: () => Promise<void>): Promise<void> {
    try {
      await tell();
    } catch (cause) {
      this.#options.onFault(cause instanceof Error ? cause.message : String(cause));
    }
  }

  async #readAlerts(): Promise<void> {
    const byGauge = new Map<GaugeId, Alert[]>();
    for (const alert of await this.#options.ledger.openAlerts(ALERTS_MAX)) {
      const own = byGauge.get(alert.gauge);
      if (own) own.push(alert);
      else byGauge.set(alert.gauge, [alert]);
    }
    this.#alertsByGauge = byGauge;
  }

  #rows(ids: readonly GaugeId[]): GaugeDto[] {
    const now = this.#options.clock.now();
    return ids.map((id) => this.#board.row(id, this.#alertsByGauge.get(id) ?? [], now)).filter((row) => row !== null);
  }

  async #withReach(found: readonly NumberedTransition[]): Promise<readonly TimelineDto[]> {
    const counts = found.length === 0 ? [] : await this.#options.ledger.deliveryCounts(found.map(({ transition }) => transition.id));
    return found.map((numbered) => ({
      transition: this.#transitionDto(numbered),
      reach: reachOf(counts.filter(({ transitionId }) => transitionId === numbered.transition.id)),
    }));
  }

  #transitionDto({ number, transition }: NumberedTransition): TransitionDto {
    const { playbookVersion, by, verdict, limits, evidence } = transition.record;
    const playbook = this.#options.playbookOf?.(playbookVersion) ?? this.#options.playbook;
    const rule = playbook.rules.find(({ id }) => id === transition.ruleId);
    return {
      id: transition.id,
      number,
      alertId: transition.alertId,
      gauge: transition.gauge,
      gaugeName: this.#gaugeName(transition.gauge, playbook),
      ruleId: transition.ruleId,
      ruleName: rule?.name ?? heartbeatNameOf(transition.ruleId) ?? transition.ruleId,
      ruleKind: rule?.kind ?? 'level',
      kind: transition.kind,
      from: transition.from,
      to: transition.to,
      fromName: stepName(rule, transition.from),
      toName: stepName(rule, transition.to),
      at: transition.at,
      decidedAt: transition.decidedAt,
      status: transition.status,
      record: { playbookVersion, by, verdict, limits: [...limits], evidence: [...evidence] },
    };
  }

  /** Null when the history does not answer: what was decided must be seen without it (F19). */
  async #peak(transitions: readonly Transition[]): Promise<AlertDto['peak']> {
    const { history, clock, playbook } = this.#options;
    const gauge = playbook.gauges.get(transitions[0]!.gauge);
    if (!gauge) return null;
    try {
      return await episodePeak({ history, gauge, transitions, now: clock.now(), zone: playbook.city.timeZone });
    } catch {
      return null;
    }
  }

  #gaugeName(id: GaugeId, playbook = this.#options.playbook): string {
    const gauge = playbook.gauges.get(id);
    return gauge ? [gauge.river, gauge.name].filter((part) => part !== null).join(' ') : id;
  }
}

/** Calls of a queue are no alarms, and the heartbeat has a place of its own on the screen. */
const isShown = ({ kind, gauge }: Pick<Transition, 'kind' | 'gauge'>): boolean => kind !== 'called' && gauge !== HEARTBEAT_ID;

/** Counts by channel in recipients. Unknown stays unknown: what is neither accepted nor settled is waiting. */
export function reachOf(counts: readonly DeliveryCount[]): ReachDto[] {
  return CHANNELS.flatMap((channel) => {
    const own = counts.filter((count) => count.channel === channel);
    if (own.length === 0) return [];
    const sum = (...states: DeliveryState[]): number =>
      own.filter(({ state }) => states.includes(state)).reduce((total, { recipients }) => total + recipients, 0);
    return [
      {
        channel,
        planned: own.reduce((total, { recipients }) => total + recipients, 0) - sum('suppressed'),
        accepted: sum('sent'),
        waiting: sum('queued', 'sending'),
        refused: sum('refused'),
        dead: sum('dead', 'expired', 'closed'),
        suppressed: sum('suppressed'),
      },
    ];
  });
}
