import { createHash } from 'node:crypto';
import type { Transition } from './alert.ts';
import { type ChannelName, type Delivery, deliveryId, derivedUuid, type Language, type Message, messageId } from './delivery.ts';
import type { AudienceQuery, TicketQuery } from './directory.ts';
import type { Gauge } from './gauge.ts';
import type { Homes } from './homes.ts';
import type { OperationStatus } from './operation-status.ts';
import type { Route } from './playbook.ts';
import type { Rule } from './rule.ts';
import type { Rendering } from './rendering.ts';

/**
 * Routes that hear of a transition, in the order of the playbook. A step down and an all-clear go by the same routes as the rise before
 * them, because a route is asked for the higher of the two steps: whoever heard that a step was reached hears that it was left.
 */
export function routesOf({
  routes,
  transition,
  gauge,
  rule,
  called = 0,
}: {
  readonly routes: readonly Route[];
  readonly transition: Moved & Pick<Transition, 'call'>;
  readonly gauge: Pick<Gauge, 'publicAlert'>;
  readonly rule: Pick<Rule, 'id' | 'staffOnly' | 'shadow'>;
  /** The highest escalation level that was called in this episode. */
  readonly called?: number;
}): readonly Route[] {
  if (rule.shadow || transition.coveredBy !== undefined) return [];
  // That a rule is judged no more is for those who can mend it, and no playbook can leave it out (F49); the same for what waits for their yes.
  if (transition.kind === 'parked' || transition.kind === 'asked') {
    return routes.filter(({ rules, audience, level }) => rules.includes(rule.id) && audience.kind === 'staff' && level === undefined);
  }
  const staffOnly = rule.staffOnly || gauge.publicAlert === 'staffOnly';
  return routes.filter(
    (route) =>
      route.rules.includes(rule.id) &&
      hears(route, transition) &&
      isCalled(route, transition, called) &&
      !(staffOnly && route.audience.kind !== 'staff'),
  );
}

/** The people of an escalation level hear their own call, and then the all-clear of what they were called to; an ordinary route hears on. */
const isCalled = ({ level }: Pick<Route, 'level'>, { kind, call }: Pick<Transition, 'kind' | 'call'>, called: number): boolean =>
  level === undefined || (kind === 'escalated' ? call?.ordinal === level : level <= called);

/** Whether a route tells such a change at all. */
export const hears = (route: Pick<Route, 'transitions' | 'fromStep'>, transition: Moved): boolean =>
  // Ticket numbers are no steps.
  (transition.kind === 'called' && route.transitions.includes('called')) ||
  ((transition.kind === 'reset' ? tellsAlarms(route) : route.transitions.includes(heardAs(route, transition).kind)) &&
    Math.max(transition.from, transition.to) >= route.fromStep);

/** Whoever was told of an alarm hears that it was reset; no playbook can leave that out. */
const tellsAlarms = ({ transitions }: Pick<Route, 'transitions'>): boolean =>
  transitions.includes('raised') || transitions.includes('climbed');

type Moved = Pick<Transition, 'kind' | 'from' | 'to' | 'coveredBy'>;

/**
 * A transition as those hear it who are told from a step on: the climb to their first step is for them the raise, and the step down below
 * it the all-clear. Whoever never heard of the steps below must not be told that one of them still holds.
 */
export function heardAs({ fromStep }: Pick<Route, 'fromStep'>, { kind, from, to }: Moved): Moved {
  if (kind === 'reset' || kind === 'parked' || kind === 'asked' || kind === 'called') return { kind, from, to };
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
  switch (route.audience.kind) {
    case 'residents':
      return { category: own(route.audience.category), districts: gauge.areas };
    case 'staff':
      return { category: own(`staff:${route.audience.group}`), districts: null };
    // They are found by their tickets (`ticketsOf`); no category leads to them.
    case 'tickets':
      return { category: own('tickets'), districts: [] };
  }
}

/**
 * The holders of tickets that a transition means on a route to them; null for any other route. Who draws a ticket waits for a real turn, so a
 * drill or a test calls nobody (product promise 7).
 */
export function ticketsOf(
  route: Pick<Route, 'audience'>,
  { gauge, turn, status, decidedAt }: Pick<Transition, 'gauge' | 'turn' | 'status' | 'decidedAt'>,
): Omit<TicketQuery, 'channel'> | null {
  if (route.audience.kind !== 'tickets') return null;
  const nobody = { above: 0, upTo: 0 };
  return { gauge, near: status === 'actual' && turn ? turn.near : nobody, at: decidedAt };
}

/** The canonical message of a transition for a route in a language. It is issued when it was decided, whenever it is planned. */
export function messageOf<S extends OperationStatus>({
  transition,
  route,
  language,
  subject,
  body,
  translated = true,
  level = null,
  link = null,
}: Omit<Rendering, 'translated'> & {
  readonly translated?: boolean;
  readonly transition: Pick<Transition<S>, 'id' | 'status' | 'decidedAt'>;
  readonly route: Pick<Route, 'id' | 'expiresAfterMs'>;
  readonly language: Language;
}): Message<S> {
  return {
    id: messageId(transition.id, route.id, language),
    transitionId: transition.id,
    routeId: route.id,
    language,
    status: transition.status,
    subject,
    body,
    level,
    translated,
    link,
    issuedAt: transition.decidedAt,
    expiresAt: transition.decidedAt + route.expiresAfterMs,
  };
}

/**
 * One message for one frozen part of its audience. The id, and with it the retry key, follows from the recipients: the same people under
 * the same words always carry the same key, and other people never do, wherever a crash lets the next chunk begin.
 * Words that have expired already are written down as expired, so that somebody can see who was not told.
 */
export function deliveryOf<S extends OperationStatus>({
  message,
  route,
  channel,
  endpoint,
  recipients,
  now,
  dueAt = message.issuedAt,
  suppressedWhy = null,
  homes,
}: {
  readonly message: Pick<Message<S>, 'id' | 'transitionId' | 'status' | 'issuedAt' | 'expiresAt'>;
  readonly route: Pick<Route, 'lane'>;
  readonly channel: ChannelName;
  readonly endpoint: string;
  readonly recipients: readonly string[];
  readonly now: number;
  /** Since it was issued unless told otherwise, so that within a lane older words go first. */
  readonly dueAt?: number;
  /** Why these people are not told: written down, so that nobody asks later why they did not hear. */
  readonly suppressedWhy?: string | null;
  /** Where the recipients live, in their order, when they were chosen by that. */
  readonly homes?: Homes;
}): Delivery<S> {
  const id = deliveryId(message.id, channel, chunkName(recipients));
  const ended = suppressedWhy !== null ? 'suppressed' : message.expiresAt <= now ? 'expired' : null;
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
    state: ended ?? 'queued',
    attempts: 0,
    dueAt,
    firstAttemptAt: null,
    settledAt: ended === null ? null : now,
    expiresAt: message.expiresAt,
    lastReason: suppressedWhy ?? (ended === null ? '' : '計画した時点で伝える期限を過ぎていました'),
    receipt: '',
    ...(homes && { homes }),
  };
}

/** 64 bits tell the chunks of one message apart; addresses themselves do not belong into ids, which are logged. */
const CHUNK_NAME_DIGITS = 16;

/** A name that follows from exactly these recipients in this order. */
export function chunkName(recipients: readonly string[]): string {
  return createHash('sha256').update(recipients.join('\n')).digest('hex').slice(0, CHUNK_NAME_DIGITS);
}
