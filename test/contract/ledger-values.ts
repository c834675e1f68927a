import {
  alertId,
  deliveryId,
  derivedUuid,
  messageId,
  quietAlert,
  transitionId,
  type Alert,
  type Delivery,
  type GaugeWatch,
  type Hold,
  type Ledger,
  type Message,
  type Settlement,
  type Transition,
} from '#core';

export interface LedgerHarness {
  /** A new ledger, empty. */
  open(): Promise<Ledger>;
  /** The same ledger as another process sees it: what it shares with the first is on disk. */
  again(): Promise<Ledger>;
  close(): Promise<void>;
}

/** Values for the contract of the ledger: plausible, and each set apart by what matters. */

export const T0 = Date.parse('2026-07-01T00:00:00+09:00');
const HOUR_MS = 3_600_000;

export const aWatch = (gauge: string, value = 3): GaugeWatch => ({
  gauge,
  recent: { level: [{ position: 1, at: T0, receivedAt: T0, value, quality: 'ok', why: '', status: 'actual' }] },
  heardAt: T0,
  mode: 'observe',
  intervalMs: 600_000,
});

export const anAlert = (set: Partial<Alert> = {}): Alert => ({
  ...quietAlert('river-level', 'tama-03'),
  episode: 1,
  state: 'raised',
  step: 2,
  changedAt: T0,
  transitions: 1,
  ...set,
});

export function aTransition(set: Partial<Alert> & { readonly ordinal?: number } = {}): Transition {
  const { ordinal = 1, ...rest } = set;
  const alert = anAlert(rest);
  return {
    id: transitionId(alert, ordinal),
    alertId: alertId(alert),
    ruleId: alert.ruleId,
    gauge: alert.gauge,
    kind: 'raised',
    from: 0,
    to: alert.step,
    at: T0,
    decidedAt: T0,
    status: 'actual',
    record: { playbookVersion: 'test-1', ruleId: alert.ruleId, by: 'rule', verdict: '危険水位を超えました', limits: [], evidence: [] },
  };
}

export const aMessage = (transition: string, set: Partial<Message> = {}): Message => ({
  id: messageId(transition, 'residents', set.language ?? 'ja'),
  transitionId: transition,
  routeId: 'residents',
  language: 'ja',
  status: 'actual',
  subject: '多摩川 危険水位',
  body: '多摩川の水位が危険水位を超えました。',
  level: null,
  translated: true,
  link: null,
  issuedAt: T0,
  expiresAt: T0 + HOUR_MS,
  ...set,
});

export function aDelivery(message: Message, chunk: number, set: Partial<Delivery> = {}): Delivery {
  const channel = set.channel ?? 'line';
  const id = deliveryId(message.id, channel, chunk);
  return {
    id,
    messageId: message.id,
    transitionId: message.transitionId,
    channel,
    endpoint: 'line',
    lane: 'flood',
    status: 'actual',
    recipients: [`U${chunk}a`, `U${chunk}b`],
    retryKey: derivedUuid(id),
    state: 'queued',
    attempts: 0,
    dueAt: T0,
    firstAttemptAt: null,
    settledAt: null,
    expiresAt: message.expiresAt,
    lastReason: '',
    receipt: '',
    ...set,
  };
}

export const aSettlement = (delivery: Delivery, set: Partial<Settlement> = {}): Settlement => ({
  id: delivery.id,
  attempt: delivery.attempts,
  state: 'sent',
  at: T0 + 1_000,
  dueAt: T0,
  reason: '',
  receipt: 'req-1',
  ...set,
});

/** Takes `dispatch` over and plans these deliveries of one message. */
export async function planned(ledger: Ledger, deliveries: (message: Message) => readonly Delivery[], ordinal = 1): Promise<Hold> {
  const message = aMessage(aTransition({ ordinal }).id);
  const hold = await ledger.seize('dispatch');
  return ledger.commitPlan({ hold, to: hold.position + 1, messages: [message], deliveries: deliveries(message) });
}

/** Claims everything of LINE that is due. */
export const claimAll = (ledger: Ledger, hold: Hold, set: Partial<Parameters<Ledger['claim']>[0]> = {}) =>
  ledger.claim({ hold, channel: 'line', now: T0, limit: 100, exceptEndpoints: [], ...set });
