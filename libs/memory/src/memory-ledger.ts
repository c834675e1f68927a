import assert from 'node:assert/strict';
import {
  alertId,
  LANES,
  Ledger,
  LedgerFenced,
  mailIdentity,
  SPLIT_REASON,
  type Alert,
  type AlertId,
  type ChannelName,
  type Delivery,
  type DeliveryClue,
  type DeliveryCount,
  type DeliveryState,
  type GaugeId,
  type GaugeWatch,
  type Hold,
  type Message,
  type NumberedTransition,
  type PlanCommit,
  type QueueDepth,
  type Settlement,
  type Stage,
  type TransitionId,
  type WatchCommit,
  type WatchState,
} from '#core';

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
  ]);
  readonly #watches = new Map<GaugeId, GaugeWatch>();
  readonly #alerts = new Map<string, Alert>();
  readonly #acknowledgements = new Map<string, Acknowledgement>();
  readonly #transitions: NumberedTransition[] = [];
  readonly #transitionById = new Map<TransitionId, NumberedTransition>();
  readonly #messages = new Map<string, Message>();
  readonly #deliveries = new Map<string, Numbered>();
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
    for (const transition of transitions) {
      const numbered = { number: this.#transitions.length + 1, transition };
      this.#transitions.push(numbered);
      this.#transitionById.set(transition.id, numbered);
    }
    this.#playbookVersion = playbookVersion ?? this.#playbookVersion;
    return next;
  }

  async watchState(): Promise<WatchState> {
    return {
      watches: [...this.#watches.values()],
      alerts: [...this.#alerts.values()].map((alert) => this.#acknowledged(alert)),
      playbookVersion: this.#playbookVersion,
    };
  }

  async transitionsAfter(number: number, limit: number): Promise<readonly NumberedTransition[]> {
    return this.#transitions.slice(number, number + limit);
  }

  async commitPlan({ hold, to, messages, deliveries }: PlanCommit): Promise<Hold> {
    assert.equal(hold.stage, 'dispatch');
    const next = this.#advance(hold, to);
    for (const message of messages) if (!this.#messages.has(message.id)) this.#messages.set(message.id, message);
    this.#enqueue(deliveries);
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
    for (const { id, attempt, state, at, dueAt, reason, receipt, parts = [] } of settlements) {
      const delivery = this.#deliveries.get(id)?.delivery;
      if (delivery?.state !== 'sending' || delivery.attempts !== attempt) continue;
      if (parts.length > 0) this.#put({ ...delivery, state: 'refused', settledAt: at, lastReason: SPLIT_REASON, receipt });
      else if (state === 'queued') this.#put({ ...delivery, state, dueAt, settledAt: null, lastReason: reason, receipt });
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

  async reopen(id: string, by: string, at: number): Promise<boolean> {
    const delivery = this.#deliveries.get(id)?.delivery;
    if (delivery?.state !== 'dead') return false;
    const lastReason = `reopened by ${by}`;
    this.#put({ ...delivery, state: 'queued', dueAt: at, firstAttemptAt: null, settledAt: null, lastReason });
    return true;
  }

  async acknowledge(id: AlertId, by: string, at: number): Promise<boolean> {
    const alert = [...this.#alerts.values()].find((one) => alertId(one) === id);
    if (alert?.state !== 'raised') return false;
    const key = keyOf(alert);
    if (this.#acknowledgements.get(key)?.alertId !== id) this.#acknowledgements.set(key, { alertId: id, by, at });
    return true;
  }

  async openAlerts(limit: number): Promise<readonly Alert[]> {
    return [...this.#alerts.values()]
      .filter(({ state }) => state !== 'quiet')
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
      .filter(({ number }) => number < before)
      .filter(({ transition }) => (gauge ?? transition.gauge) === transition.gauge && (alert ?? transition.alertId) === transition.alertId)
      .toReversed()
      .slice(0, limit);
  }

  async transition(id: TransitionId): Promise<NumberedTransition | null> {
    return this.#transitionById.get(id) ?? null;
  }

  async deliveries(query: {
    readonly transitionId?: TransitionId;
    readonly state?: DeliveryState;
    readonly channel?: ChannelName;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly Numbered[]> {
    return [...this.#deliveries.values()]
      .filter(({ number }) => number < (query.before ?? Infinity))
      .filter(({ delivery }) => (query.transitionId ?? delivery.transitionId) === delivery.transitionId)
      .filter(({ delivery }) => (query.state ?? delivery.state) === delivery.state)
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
    return [...this.#messages.values()].filter((message) => message.transitionId === transitionId).toSorted((a, b) => compare(a.id, b.id));
  }

  async deliveryCounts(transitionIds: readonly TransitionId[]): Promise<readonly DeliveryCount[]> {
    const counts = new Map<string, DeliveryCount>();
    for (const { delivery } of this.#deliveries.values()) {
      const { transitionId, channel, state, lastReason, recipients } = delivery;
      if (!transitionIds.includes(transitionId)) continue;
      if (state === 'refused' && lastReason === SPLIT_REASON) continue;
      const key = JSON.stringify([transitionId, channel, state]);
      const before = counts.get(key) ?? { transitionId, channel, state, deliveries: 0, recipients: 0 };
      counts.set(key, { ...before, deliveries: before.deliveries + 1, recipients: before.recipients + recipients.length });
    }
    return [...counts.values()];
  }

  async queueDepths(): Promise<readonly QueueDepth[]> {
    const depths = new Map<string, QueueDepth>();
    for (const { delivery } of this.#deliveries.values()) {
      const { channel, state } = delivery;
      if (state !== 'queued' && state !== 'sending' && state !== 'dead') continue;
      const key = `${channel} ${state}`;
      depths.set(key, { channel, state, deliveries: (depths.get(key)?.deliveries ?? 0) + 1 });
    }
    return [...depths.values()];
  }

  async forgetDeliveries(settledBefore: number): Promise<number> {
    const old = [...this.#deliveries.values()].filter(({ delivery }) => delivery.settledAt !== null && delivery.settledAt < settledBefore);
    for (const { delivery } of old) this.#deliveries.delete(delivery.id);
    const needed = new Set([...this.#deliveries.values()].map(({ delivery }) => delivery.messageId));
    for (const { id, issuedAt } of this.#messages.values()) if (issuedAt < settledBefore && !needed.has(id)) this.#messages.delete(id);
    return old.length;
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

const keyOf = ({ ruleId, gauge }: Pick<Alert, 'ruleId' | 'gauge'>): string => JSON.stringify([ruleId, gauge]);

const fenced = ({ stage, position, fence }: Hold): LedgerFenced =>
  new LedgerFenced(`${stage} at position ${position} under fence ${fence} was taken over`);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const byUrgency = (a: Numbered, b: Numbered): number =>
  LANES.indexOf(a.delivery.lane) - LANES.indexOf(b.delivery.lane) || a.delivery.dueAt - b.delivery.dueAt || a.number - b.number;
