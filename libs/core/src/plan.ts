import { createHash } from 'node:crypto';
import type { Transition } from './alert.ts';
import { type ChannelName, type Delivery, deliveryId, derivedUuid, type Language, type Message, messageId } from './delivery.ts';
import type { AudienceQuery } from './directory.ts';
import type { Gauge } from './gauge.ts';
import type { OperationStatus } from './operation-status.ts';
import type { Route } from './playbook.ts';
import type { Rule } from './rule.ts';

/**
 * Routes that hear of a transition, in the order of the playbook. A step down and an all-clear go by the same routes as the rise before
 * them, because a route is asked for the higher of the two steps: whoever heard that a step was reached hears that it was left.
 */
export function routesOf({
  routes,
  transition,
  gauge,
  rule,
}: {
  readonly routes: readonly Route[];
  readonly transition: Moved;
  readonly gauge: Pick<Gauge, 'publicAlert'>;
  readonly rule: Pick<Rule, 'id' | 'staffOnly' | 'shadow'>;
}): readonly Route[] {
  if (rule.shadow) return [];
  const staffOnly = rule.staffOnly || gauge.publicAlert === 'staffOnly';
  const highest = Math.max(transition.from, transition.to);
  return routes.filter(
    (route) =>
      route.rules.includes(rule.id) &&
      route.transitions.includes(heardAs(route, transition).kind) &&
      highest >= route.fromStep &&
      !(staffOnly && route.audience.kind === 'residents'),
  );
}

type Moved = Pick<Transition, 'kind' | 'from' | 'to'>;

/**
 * A transition as those hear it who are told from a step on: the climb to their first step is for them the raise, and the step down below
 * it the all-clear. Whoever never heard of the steps below must not be told that one of them still holds.
 */
export function heardAs({ fromStep }: Pick<Route, 'fromStep'>, { kind, from, to }: Moved): Moved {
  if (from < fromStep && fromStep <= to) return { kind: 'raised', from: 0, to };
  if (to < fromStep && fromStep <= from) return { kind: 'cleared', from, to: 0 };
  return { kind, from, to };
}

/**
 * Whom a route means. Drills and tests have categories of their own (`exercise/flood`, `test/staff:duty`), which nobody is in who did not
 * choose so: what is not real cannot meet the real audience by any path (product promise 7).
 */
export function audienceOf(
  route: Pick<Route, 'audience'>,
  gauge: Pick<Gauge, 'areas'>,
  status: OperationStatus,
): Omit<AudienceQuery, 'channel'> {
  const own = (category: string) => (status === 'actual' ? category : `${status}/${category}`);
  return route.audience.kind === 'residents'
    ? { category: own(route.audience.category), districts: gauge.areas }
    : { category: own(`staff:${route.audience.group}`), districts: null };
}

/** The canonical message of a transition for a route in a language. It is issued when it was decided, whenever it is planned. */
export function messageOf({
  transition,
  route,
  language,
  subject,
  body,
}: {
  readonly transition: Pick<Transition, 'id' | 'status' | 'decidedAt'>;
  readonly route: Pick<Route, 'id' | 'expiresAfterMs'>;
  readonly language: Language;
  readonly subject: string;
  readonly body: string;
}): Message {
  return {
    id: messageId(transition.id, route.id, language),
    transitionId: transition.id,
    routeId: route.id,
    language,
    status: transition.status,
    subject,
    body,
    issuedAt: transition.decidedAt,
    expiresAt: transition.decidedAt + route.expiresAfterMs,
  };
}

/**
 * One message for one frozen part of its audience. The id, and with it the retry key, follows from the recipients: the same people under
 * the same words always carry the same key, and other people never do, wherever a crash lets the next chunk begin.
 * Words that have expired already are written down as expired, so that somebody can see who was not told.
 */
export function deliveryOf({
  message,
  route,
  channel,
  endpoint,
  recipients,
  now,
}: {
  readonly message: Pick<Message, 'id' | 'transitionId' | 'status' | 'issuedAt' | 'expiresAt'>;
  readonly route: Pick<Route, 'lane'>;
  readonly channel: ChannelName;
  readonly endpoint: string;
  readonly recipients: readonly string[];
  readonly now: number;
}): Delivery {
  const id = deliveryId(message.id, channel, chunkName(recipients));
  const expired = message.expiresAt <= now;
  return {
    id,
    messageId: message.id,
    transitionId: message.transitionId,
    channel,
    endpoint,
    lane: route.lane,
    status: message.status,
    recipients,
    // With the instant of issue, so that a ledger begun anew, whose ids begin anew, does not repeat the keys of yesterday's.
    retryKey: derivedUuid(`${id}@${message.issuedAt}`),
    state: expired ? 'expired' : 'queued',
    attempts: 0,
    // Due since it was decided, so that within a lane older words go first.
    dueAt: message.issuedAt,
    firstAttemptAt: null,
    settledAt: expired ? now : null,
    expiresAt: message.expiresAt,
    lastReason: expired ? '計画した時点で伝える期限を過ぎていました' : '',
    receipt: '',
  };
}

/** 64 bits tell the chunks of one message apart; addresses themselves do not belong into ids, which are logged. */
const CHUNK_NAME_DIGITS = 16;

/** A name that follows from exactly these recipients in this order. */
export function chunkName(recipients: readonly string[]): string {
  return createHash('sha256').update(recipients.join('\n')).digest('hex').slice(0, CHUNK_NAME_DIGITS);
}
