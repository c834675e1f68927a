import type { Insertable } from 'kysely';
import {
  alertId,
  HEARTBEAT_ID,
  LANES,
  mailIdentity,
  type Alert,
  type Delivery,
  type GaugeWatch,
  type Homes,
  type Message,
  type NumberedTransition,
  type Transition,
} from '#core';
import type { AlertRow, DeliveryRow, MessageRow, Tables, TransitionRow } from './tables.ts';

// What a mail server or LINE answers is shown to a person; the first lines say it all, and some servers send pages.
const REASON_CHARS_MAX = 1_000;

export const watchRow = (watch: GaugeWatch): Tables['gauge_watch'] => ({ gauge: watch.gauge, body: JSON.stringify(watch) });

export const watchFrom = ({ body }: Pick<Tables['gauge_watch'], 'body'>): GaugeWatch => JSON.parse(body) as GaugeWatch;

/** The row of an alert without its acknowledgement, which only `acknowledge` writes. */
export function alertRow(alert: Alert): Omit<AlertRow, 'acknowledged_id' | 'acknowledged_by' | 'acknowledged_at'> {
  const { ruleId, gauge, state, step, changedAt } = alert;
  const body = JSON.stringify({ ...alert, acknowledgedBy: null, acknowledgedAt: null });
  return { rule_id: ruleId, gauge, id: alertId(alert), state, step, changed_at: changedAt, body };
}

export function alertFrom(row: Pick<AlertRow, 'id' | 'body' | 'acknowledged_id' | 'acknowledged_by' | 'acknowledged_at'>): Alert {
  const alert = JSON.parse(row.body) as Alert;
  if (row.acknowledged_id !== row.id) return alert;
  return { ...alert, acknowledgedBy: row.acknowledged_by, acknowledgedAt: row.acknowledged_at };
}

export const transitionRow = (transition: Transition, number: number): TransitionRow => ({
  number,
  id: transition.id,
  alert_id: transition.alertId,
  gauge: transition.gauge,
  body: JSON.stringify(transition),
  turn: transition.kind === 'called' || transition.gauge === HEARTBEAT_ID ? 1 : 0,
});

export const transitionFrom = ({ number, body }: Pick<TransitionRow, 'number' | 'body'>): NumberedTransition => ({
  number,
  transition: JSON.parse(body) as Transition,
});

export const messageRow = (message: Message): MessageRow => ({
  id: message.id,
  transition_id: message.transitionId,
  issued_at: message.issuedAt,
  body: JSON.stringify(message),
});

/** Messages of an earlier version say nothing of level, translation and link: they were words of facts. */
export const messageFrom = ({ body }: Pick<MessageRow, 'body'>): Message => ({ ...PLAIN_WORDS, ...(JSON.parse(body) as Message) });

const PLAIN_WORDS = { level: null, translated: true, link: null } as const;

export const deliveryRow = (delivery: Delivery, number: number): Insertable<DeliveryRow> => ({
  id: delivery.id,
  number,
  message_id: delivery.messageId,
  transition_id: delivery.transitionId,
  channel: delivery.channel,
  endpoint: delivery.endpoint,
  lane: LANES.indexOf(delivery.lane),
  status: delivery.status,
  recipients: JSON.stringify(delivery.recipients),
  recipient_count: delivery.recipients.length,
  retry_key: delivery.retryKey,
  state: delivery.state,
  attempts: delivery.attempts,
  due_at: delivery.dueAt,
  first_attempt_at: delivery.firstAttemptAt,
  settled_at: delivery.settledAt,
  expires_at: delivery.expiresAt,
  last_reason: storable(delivery.lastReason),
  receipt: storable(delivery.receipt),
  mail_key: delivery.channel === 'line' ? null : mailIdentity(delivery.id),
  homes: delivery.homes ? JSON.stringify(delivery.homes) : null,
  stands_for: delivery.standsFor?.deliveryId ?? null,
  stands_recipient: delivery.standsFor?.recipient ?? null,
  stands_why: delivery.standsFor ? storable(delivery.standsFor.why) : null,
  stood_in: 0,
});

export const deliveryFrom = (row: DeliveryRow): Delivery => ({
  id: row.id,
  messageId: row.message_id,
  transitionId: row.transition_id,
  channel: row.channel,
  endpoint: row.endpoint,
  lane: LANES[row.lane]!,
  status: row.status,
  recipients: JSON.parse(row.recipients) as string[],
  retryKey: row.retry_key,
  state: row.state,
  attempts: row.attempts,
  dueAt: row.due_at,
  firstAttemptAt: row.first_attempt_at,
  settledAt: row.settled_at,
  expiresAt: row.expires_at,
  lastReason: row.last_reason,
  receipt: row.receipt,
  ...(row.homes !== null && { homes: JSON.parse(row.homes) as Homes }),
  ...(row.stands_for !== null && {
    standsFor: { deliveryId: row.stands_for, recipient: row.stands_recipient ?? '', why: row.stands_why ?? '' },
  }),
});

/** Text of a foreign server made fit for a column: PostgreSQL refuses a NUL, and a refusal here would stop the dispatch of everything. */
export const storable = (text: string): string => text.slice(0, REASON_CHARS_MAX).replaceAll('\0', '\uFFFD').toWellFormed();
