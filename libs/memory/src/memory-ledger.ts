import assert from 'node:assert/strict';
import {
  actId,
  alertId,
  DEAD_LETTERS_MAX,
  deadLetterWords,
  isAfter,
  HEARTBEAT_ID,
  LANES,
  Ledger,
  LedgerFenced,
  mailIdentity,
  SPLIT_REASON,
  type ActDraft,
  type Alert,
  type AlertAct,
  type AlertId,
  type Answer,
  type ChannelName,
  type DeadLetterAct,
  type DeadLetters,
  type Delivery,
  type DeliveryClue,
  type DeliveryCount,
  type DeliveryState,
  type DispatchHold,
  type DispatchRelease,
  type FaultCommit,
  type Gathered,
  type GaugeId,
  type GaugeWatch,
  type Hold,
  type Message,
  type NumberedTransition,
  type PlanCommit,
  PLANNING_STAGES,
  type QueueDepth,
  type ReachRow,
  type RecipientNote,
  type Settlement,
  type AlertSilence,
  type SilenceDraft,
  type Stage,
  type StandIn,
  type Transition,
  type TransitionId,
  type UnconfirmedCount,
  type Unreached,
  type Vigil,
  type VigilCommit,
  type Vigilant,
  type WatchCommit,
  type WatchState,
} from '#core';
import { MemoryDuty } from './memory-duty.ts';
import { MemoryProof, unconfirmedAmong } from './memory-proof.ts';

interface Acknowledgement {
  readonly alertId: AlertId;
  readonly by: string;
  readonly at: number;
}

interface Numbered {
  readonly number: number;
  readonly delivery: Delivery;
}

/** The ledger without durability: for tests and for the replay of the past. Every call takes effect at once and as a whole. */
export class MemoryLedger extends Ledger {
  readonly #stages = new Map<Stage, Hold>([
    ['watch', { stage: 'watch', fence: 0, position: 0 }],
    ['dispatch', { stage: 'dispatch', fence: 0, position: 0 }],
    ['vigil', { stage: 'vigil', fence: 0, position: 0 }],
    ['fault', { stage: 'fault', fence: 0, position: 0 }],
    ['heartbeat', { stage: 'heartbeat', fence: 0, position: 0 }],
    ['propose', { stage: 'propose', fence: 0, position: 0 }],
    ['orders', { stage: 'orders', fence: 0, position: 0 }],
    ['drill', { stage: 'drill', fence: 0, position: 0 }],
  ]);
  readonly #proof = new MemoryProof();
  readonly #duty = new MemoryDuty();
  #hold: DispatchHold | null = null;
  readonly #watches = new Map<GaugeId, GaugeWatch>();
  readonly #alerts = new Map<string, Alert>();
  readonly #acknowledgements = new Map<string, Acknowledgement>();
  readonly #attempts = new Map<Stage, { readonly position: number; readonly lives: number }>();
  readonly #vigils = new Map<AlertId, Vigil>();
  readonly #transitions: NumberedTransition[] = [];
  /** Number of the newest transition there ever was. */
  #newest = 0;
  readonly #transitionById = new Map<TransitionId, NumberedTransition>();
  readonly #messages = new Map<string, Message>();
  readonly #deliveries = new Map<string, Numbered>();
  readonly #gathered: Gathered[] = [];
  readonly #groupsTold = new Set<string>();
  #deliveryNumber = 0;
  #playbookVersion: string | null = null;

  async seize(stage: Stage): Promise<Hold> {
    const before = this.#stages.get(stage)!;
    const hold = { ...before, fence: before.fence + 1 };
    this.#stages.set(stage, hold);
    return hold;
  }

  async commitWatch({ hold, to, watches, alerts, transitions, playbookVersion }: WatchCommit): Promise<Hold> {
    assert.equal(hold.stage, 'watch');
    // Asked first: whoever was taken over finds its own transitions there already, and must hear why.
    this.#checkCurrent(hold);
    for (const { id } of transitions) assert(!this.#transitionById.has(id), `transition ${id} is there already`);
    const next = this.#advance(hold, to);
    for (const watch of watches) this.#watches.set(watch.gauge, watch);
    for (const alert of alerts) this.#alerts.set(keyOf(alert), { ...alert, acknowledgedBy: null, acknowledgedAt: null });
    for (const transition of transitions) this.#add(transition);
    this.#playbookVersion = playbookVersion ?? this.#playbookVersion;
    return next;
  }

  async pass(hold: Hold, to: number): Promise<Hold> {
    return this.#advance(hold, to);
  }

  async countAttempt(hold: Hold): Promise<number> {
    if (this.#stages.get(hold.stage)!.fence !== hold.fence) throw fenced(hold);
    const known = this.#attempts.get(hold.stage);
    const lives = known?.position === hold.position ? known.lives + 1 : 1;
    this.#attempts.set(hold.stage, { position: hold.position, lives });
    return lives;
  }

  async watchState(): Promise<WatchState> {
    return {
      watches: [...this.#watches.values()],
      alerts: [...this.#alerts.values()].map((alert) => this.#acknowledged(alert)),
      playbookVersion: this.#playbookVersion,
    };
  }

  async transitionsAfter(number: number, limit: number): Promise<readonly NumberedTransition[]> {
    // Numbers have gaps where beats were forgotten, and whoever follows stands near the end.
    const from = this.#transitions.findLastIndex((kept) => kept.number <= number) + 1;
    return this.#transitions.slice(from, from + limit);
  }

  async commitPlan({ hold, to, messages, deliveries, gathered = [], groupsTold = [], silencesTold = [] }: PlanCommit): Promise<Hold> {
    assert(PLANNING_STAGES.includes(hold.stage));
    const next = this.#advance(hold, to);
    for (const message of messages) if (!this.#messages.has(message.id)) this.#messages.set(message.id, message);
    this.#enqueue(deliveries);
    for (const one of gathered) {
      const isThere = this.#gathered.some(({ transitionId, routeId }) => transitionId === one.transitionId && routeId === one.routeId);
      if (!isThere) this.#gathered.push(one);
    }
    for (const groupId of groupsTold) this.#groupsTold.add(groupId);
    this.#duty.told(silencesTold);
    return next;
  }

  async unclaim(hold: Hold): Promise<number> {
    this.#checkHeld(hold);
    const sending = [...this.#deliveries.values()].filter(({ delivery }) => delivery.state === 'sending');
    for (const { delivery } of sending) this.#put({ ...delivery, state: 'queued' });
    return sending.length;
  }

  async claim({
    hold,
    channel,
    now,
    limit,
    exceptEndpoints,
  }: {
    readonly hold: Hold;
    readonly channel: ChannelName;
    readonly now: number;
    readonly limit: number;
    readonly exceptEndpoints: readonly string[];
  }): Promise<readonly { readonly delivery: Delivery; readonly message: Message }[]> {
    this.#checkHeld(hold);
    const except = new Set(exceptEndpoints);
    const due = [...this.#deliveries.values()]
      .filter(({ delivery }) => delivery.state === 'queued' && delivery.channel === channel)
      .filter(({ delivery }) => delivery.dueAt <= now && !except.has(delivery.endpoint))
      .toSorted(byUrgency)
      .slice(0, limit);
    return due.map(({ delivery: before }) => {
      const message = this.#messages.get(before.messageId);
      assert(message, `delivery ${before.id} was planned without its message`);
      const { attempts, firstAttemptAt } = before;
      const delivery = { ...before, state: 'sending' as const, attempts: attempts + 1, firstAttemptAt: firstAttemptAt ?? now };
      this.#put(delivery);
      return { delivery, message };
    });
  }

  async settle(hold: Hold, settlements: readonly Settlement[]): Promise<void> {
    this.#checkHeld(hold);
    for (const { id, attempt, state, at, dueAt, reason, receipt, parts = [], unclaimed } of settlements) {
      const delivery = this.#deliveries.get(id)?.delivery;
      if (delivery?.state !== 'sending' || delivery.attempts !== attempt) continue;
      if (parts.length > 0) this.#put({ ...delivery, state: 'refused', settledAt: at, lastReason: SPLIT_REASON, receipt });
      else if (state === 'queued')
        this.#put({
          ...delivery,
          state,
          dueAt,
          settledAt: null,
          lastReason: reason,
          receipt,
          ...(unclaimed && { attempts: attempt - 1 }),
        });
      else this.#put({ ...delivery, state, settledAt: at, lastReason: reason, receipt });
      this.#enqueue(parts);
    }
  }

  async nextDueAt(channel: ChannelName): Promise<number | null> {
    let next: number | null = null;
    for (const { delivery } of this.#deliveries.values()) {
      if (delivery.state !== 'queued' || delivery.channel !== channel) continue;
      if (next === null || delivery.dueAt < next) next = delivery.dueAt;
    }
    return next;
  }

  async settleDead(which: DeadLetters, act: DeadLetterAct): Promise<number> {
    const dead = this.#inOrder().filter(({ state }) => state === 'dead');
    const meant = dead.filter((delivery) =>
      'ids' in which
        ? which.ids.includes(delivery.id)
        : delivery.channel === which.channel && (which.endpoint ?? delivery.endpoint) === delivery.endpoint,
    );
    const settled = meant.slice(0, DEAD_LETTERS_MAX);
    for (const delivery of settled) {
      const lastReason = deadLetterWords(act);
      if (act.kind === 'close') this.#put({ ...delivery, state: 'closed', settledAt: act.at, lastReason });
      else this.#put({ ...delivery, state: 'queued', dueAt: act.at, firstAttemptAt: null, settledAt: null, lastReason });
    }
    return settled.length;
  }

  async noteRecipient(note: RecipientNote): Promise<number> {
    return this.#proof.note(note, this.#inOrder());
  }

  async reach(transitionId: TransitionId): Promise<readonly ReachRow[]> {
    const told = this.#inOrder().filter((delivery) => this.#tells(delivery, transitionId));
    return this.#proof.reach(told, (id) => this.#deliveries.get(id)?.delivery);
  }

  async unreached(query: Parameters<Ledger['unreached']>[0]): Promise<readonly Unreached[]> {
    return this.#proof.unreached(query, this.#inOrder(), (id) => this.#messages.get(id));
  }

  async standIn(hold: Hold, standIns: readonly StandIn[]): Promise<void> {
    this.#checkHeld(hold);
    for (const standIn of standIns) this.#enqueue(this.#proof.standIn(standIn, this.#deliveries.get(standIn.deliveryId)?.delivery));
  }

  async unconfirmed(query: Parameters<Ledger['unconfirmed']>[0]): Promise<readonly UnconfirmedCount[]> {
    return unconfirmedAmong(this.#inOrder(), query);
  }

  async dispatchHold(): Promise<DispatchHold | null> {
    return this.#hold;
  }

  async holdDispatch({ at, why }: { readonly at: number; readonly why: string }): Promise<void> {
    if (this.#hold?.released !== null) this.#hold = { heldAt: at, why, released: null };
    for (const delivery of this.#inOrder())
      if (delivery.state === 'queued' && delivery.firstAttemptAt === null) this.#put({ ...delivery, firstAttemptAt: delivery.dueAt });
  }

  async releaseDispatch({ at, by, why }: DispatchRelease): Promise<boolean> {
    if (this.#hold?.released !== null) return false;
    this.#hold = { ...this.#hold, released: { at, by, why } };
    return true;
  }

  async acknowledge(id: AlertId, by: string, at: number): Promise<boolean> {
    const alert = [...this.#alerts.values()].find((one) => alertId(one) === id);
    if (alert?.state !== 'raised') return false;
    const key = keyOf(alert);
    if (this.#acknowledgements.get(key)?.alertId !== id) this.#acknowledgements.set(key, { alertId: id, by, at });
    await this.act({ id: actId({ alertId: id, by, kind: 'acknowledge' }, ''), alertId: id, kind: 'acknowledge', by, at, text: '' });
    return true;
  }

  async act(draft: ActDraft): Promise<AlertAct | null> {
    const alert = [...this.#alerts.values()].find((one) => one.state === 'raised' && alertId(one) === draft.alertId) ?? null;
    const wasThere = this.#transitions.some(({ transition }) => transition.alertId === draft.alertId);
    return this.#duty.act(draft, { alert, wasThere, after: this.#newest });
  }

  async acts(id: AlertId): Promise<readonly AlertAct[]> {
    return this.#duty.acts(id);
  }

  async addSilence(draft: SilenceDraft): Promise<AlertSilence> {
    return this.#duty.addSilence(draft, this.#newest);
  }

  async endSilence(id: string, by: string, at: number): Promise<AlertSilence | null> {
    return this.#duty.endSilence(id, { by, at, after: this.#newest });
  }

  async silences(query: Parameters<Ledger['silences']>[0]): Promise<readonly AlertSilence[]> {
    return this.#duty.silences(query);
  }

  async gathered(): Promise<readonly Gathered[]> {
    return this.#gathered.filter(({ groupId }) => !this.#groupsTold.has(groupId));
  }

  async answer(id: AlertId, by: string, at: number): Promise<boolean> {
    if (!this.#isRaised(id)) return false;
    this.#duty.answer({ alertId: id, by, at });
    return true;
  }

  async answers(id: AlertId): Promise<readonly Answer[]> {
    return this.#duty.answers(id);
  }

  async vigilants(limit: number): Promise<readonly Vigilant[]> {
    const raised = (await this.openAlerts(Infinity)).filter(({ state }) => state === 'raised').slice(0, limit);
    return Promise.all(
      raised.map(async (alert) => ({
        alert,
        vigil: this.#vigils.get(alertId(alert)) ?? null,
        answers: await this.answers(alertId(alert)),
        mutedBy: [...new Set((await this.acts(alertId(alert))).filter(({ kind }) => kind === 'mute').map(({ by }) => by))],
      })),
    );
  }

  async commitVigil({ hold, vigils, transitions }: VigilCommit): Promise<Hold> {
    assert.equal(hold.stage, 'vigil');
    const next = this.#advance(hold, hold.position + 1);
    for (const vigil of vigils) this.#vigils.set(vigil.alertId, vigil);
    for (const id of this.#vigils.keys()) if (!this.#isRaised(id)) this.#vigils.delete(id);
    for (const transition of transitions) {
      if (this.#isRaised(transition.alertId) && !this.#transitionById.has(transition.id)) this.#add(transition);
    }
    return next;
  }

  async commitFaults({ hold, moves }: FaultCommit): Promise<Hold> {
    assert(hold.stage === 'fault' || hold.stage === 'heartbeat');
    const next = this.#advance(hold, hold.position + 1);
    for (const move of moves) {
      const key = keyOf(move.alert);
      if (!isAfter(move, this.#alerts.get(key) ?? null)) continue;
      this.#alerts.set(key, { ...move.alert, acknowledgedBy: null, acknowledgedAt: null });
      for (const transition of move.transitions) this.#add(transition);
    }
    return next;
  }

  async openAlerts(limit: number): Promise<readonly Alert[]> {
    return [...this.#alerts.values()]
      .filter(({ state, gauge }) => state !== 'quiet' && gauge !== HEARTBEAT_ID)
      .toSorted((a, b) => b.step - a.step || b.changedAt - a.changedAt || compare(alertId(a), alertId(b)))
      .slice(0, limit)
      .map((alert) => this.#acknowledged(alert));
  }

  async alert(ruleId: string, gauge: GaugeId): Promise<Alert | null> {
    const alert = this.#alerts.get(keyOf({ ruleId, gauge }));
    return alert ? this.#acknowledged(alert) : null;
  }

  async transitions({
    gauge,
    alertId: alert,
    before = Infinity,
    limit,
  }: {
    readonly gauge?: GaugeId;
    readonly alertId?: AlertId;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly NumberedTransition[]> {
    return this.#transitions
      .filter(({ number, transition }) => number < before && (alert !== undefined || isListed(transition)))
      .filter(({ transition }) => (gauge ?? transition.gauge) === transition.gauge && (alert ?? transition.alertId) === transition.alertId)
      .toReversed()
      .slice(0, limit);
  }

  async transition(id: TransitionId): Promise<NumberedTransition | null> {
    return this.#transitionById.get(id) ?? null;
  }

  async deliveries(query: {
    readonly transitionId?: TransitionId;
    readonly state?: DeliveryState | readonly DeliveryState[];
    readonly channel?: ChannelName;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly Numbered[]> {
    return [...this.#deliveries.values()]
      .filter(({ number }) => number < (query.before ?? Infinity))
      .filter(({ delivery }) => (query.transitionId === undefined ? delivery.status !== 'test' : this.#tells(delivery, query.transitionId)))
      .filter(({ delivery }) => [query.state ?? delivery.state].flat().includes(delivery.state))
      .filter(({ delivery }) => (query.channel ?? delivery.channel) === delivery.channel)
      .toSorted((a, b) => b.number - a.number)
      .slice(0, query.limit);
  }

  async findDelivery(by: DeliveryClue): Promise<Numbered | null> {
    const meant = ({ delivery: { id, retryKey, receipt, channel } }: Numbered): boolean =>
      'id' in by
        ? id === by.id
        : 'key' in by
          ? by.key !== '' && (retryKey === by.key || receipt === by.key)
          : channel !== 'line' && mailIdentity(id) === by.mail;
    return [...this.#deliveries.values()].toSorted((a, b) => b.number - a.number).find(meant) ?? null;
  }

  async messages(transitionId: TransitionId): Promise<readonly Message[]> {
    return [...this.#messages.values()]
      .filter((message) => this.#tells({ transitionId: message.transitionId, messageId: message.id }, transitionId))
      .toSorted((a, b) => compare(a.id, b.id));
  }

  async deliveryCounts(transitionIds: readonly TransitionId[]): Promise<readonly DeliveryCount[]> {
    const counts = new Map<string, DeliveryCount>();
    for (const { delivery } of this.#deliveries.values()) {
      const { channel, state, lastReason, recipients } = delivery;
      if (state === 'refused' && lastReason === SPLIT_REASON) continue;
      for (const transitionId of transitionIds.filter((id) => this.#tells(delivery, id))) {
        const key = JSON.stringify([transitionId, channel, state]);
        const before = counts.get(key) ?? { transitionId, channel, state, deliveries: 0, recipients: 0 };
        counts.set(key, { ...before, deliveries: before.deliveries + 1, recipients: before.recipients + recipients.length });
      }
    }
    return [...counts.values()];
  }

  async beats(channel: ChannelName, limit: number): Promise<readonly Delivery[]> {
    return [...this.#deliveries.values()]
      .filter(({ delivery }) => delivery.status === 'test' && delivery.channel === channel)
      .toSorted((a, b) => b.number - a.number)
      .slice(0, limit)
      .map(({ delivery }) => delivery);
  }

  async queueDepths(): Promise<readonly QueueDepth[]> {
    const depths = new Map<string, QueueDepth>();
    for (const { delivery } of this.#deliveries.values()) {
      const { channel, state, status } = delivery;
      if (status === 'test') continue;
      if (state !== 'queued' && state !== 'sending' && state !== 'dead') continue;
      const key = `${channel} ${state}`;
      depths.set(key, { channel, state, deliveries: (depths.get(key)?.deliveries ?? 0) + 1 });
    }
    return [...depths.values()];
  }

  async forgetDeliveries(settledBefore: number): Promise<number> {
    const old = [...this.#deliveries.values()].filter(({ delivery }) => delivery.settledAt !== null && delivery.settledAt < settledBefore);
    for (const { delivery } of old) {
      this.#deliveries.delete(delivery.id);
      this.#proof.forget(delivery.id);
    }
    const needed = new Set([...this.#deliveries.values()].map(({ delivery }) => delivery.messageId));
    for (const { id, issuedAt } of this.#messages.values()) if (issuedAt < settledBefore && !needed.has(id)) this.#messages.delete(id);
    return old.length;
  }

  async forgetBeats(decidedBefore: number): Promise<number> {
    const followed = Math.min(...(['dispatch', 'propose'] as const).map((stage) => this.#stages.get(stage)!.position));
    const deliveries = Map.groupBy(this.#deliveries.values(), ({ delivery }) => delivery.transitionId);
    const old = this.#transitions.filter(
      ({ number, transition: { id, ruleId, status, decidedAt } }) =>
        number <= followed &&
        ruleId === HEARTBEAT_ID &&
        status === 'test' &&
        decidedAt < decidedBefore &&
        !deliveries.get(id)?.some(isUnderWay),
    );
    for (const numbered of old) {
      const { id } = numbered.transition;
      for (const { delivery } of deliveries.get(id) ?? []) {
        this.#deliveries.delete(delivery.id);
        this.#proof.forget(delivery.id);
      }
      for (const message of this.#messages.values()) if (message.transitionId === id) this.#messages.delete(message.id);
      this.#transitionById.delete(id);
      this.#transitions.splice(this.#transitions.indexOf(numbered), 1);
    }
    return old.length;
  }

  #inOrder(): readonly Delivery[] {
    return [...this.#deliveries.values()].toSorted((a, b) => a.number - b.number).map(({ delivery }) => delivery);
  }

  #add(transition: Transition): void {
    const numbered = { number: (this.#newest += 1), transition };
    this.#transitions.push(numbered);
    this.#transitionById.set(transition.id, numbered);
  }

  #isRaised(id: AlertId): boolean {
    return [...this.#alerts.values()].some((alert) => alert.state === 'raised' && alertId(alert) === id);
  }

  #advance(hold: Hold, to: number): Hold {
    assert(to >= hold.position, `${hold.stage} wants to go back from ${hold.position} to ${to}`);
    this.#checkCurrent(hold);
    const next = { ...hold, position: to };
    this.#stages.set(hold.stage, next);
    return next;
  }

  #checkCurrent(hold: Hold): void {
    const current = this.#stages.get(hold.stage)!;
    if (current.fence !== hold.fence || current.position !== hold.position) throw fenced(hold);
  }

  #checkHeld(hold: Hold): void {
    assert.equal(hold.stage, 'dispatch');
    if (this.#stages.get(hold.stage)!.fence !== hold.fence) throw fenced(hold);
  }

  /** Whether a delivery tells a transition: its own, or one of the group that its message is for. */
  #tells({ transitionId, messageId }: Pick<Delivery, 'transitionId' | 'messageId'>, asked: TransitionId): boolean {
    if (transitionId === asked) return true;
    return this.#gathered.some((one) => one.transitionId === asked && messageId.startsWith(`${one.groupId}/`));
  }

  #enqueue(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      this.#deliveryNumber += 1;
      if (!this.#deliveries.has(delivery.id)) this.#deliveries.set(delivery.id, { number: this.#deliveryNumber, delivery });
    }
  }

  #put(delivery: Delivery): void {
    this.#deliveries.set(delivery.id, { ...this.#deliveries.get(delivery.id)!, delivery });
  }

  #acknowledged(alert: Alert): Alert {
    const acknowledgement = this.#acknowledgements.get(keyOf(alert));
    if (acknowledgement?.alertId !== alertId(alert)) return alert;
    return { ...alert, acknowledgedBy: acknowledgement.by, acknowledgedAt: acknowledgement.at };
  }
}

const isUnderWay = ({ delivery: { state } }: Numbered): boolean => state === 'queued' || state === 'sending';

/** Calls of a queue and what is of the heartbeat are no alarms. */
const isListed = ({ kind, gauge }: Pick<Transition, 'kind' | 'gauge'>): boolean => kind !== 'called' && gauge !== HEARTBEAT_ID;

const keyOf = ({ ruleId, gauge }: Pick<Alert, 'ruleId' | 'gauge'>): string => JSON.stringify([ruleId, gauge]);

const fenced = ({ stage, position, fence }: Hold): LedgerFenced =>
  new LedgerFenced(`${stage} at position ${position} under fence ${fence} was taken over`);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const byUrgency = (a: Numbered, b: Numbered): number =>
  LANES.indexOf(a.delivery.lane) - LANES.indexOf(b.delivery.lane) || a.delivery.dueAt - b.delivery.dueAt || a.number - b.number;
