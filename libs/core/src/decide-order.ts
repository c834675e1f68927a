import { derivedUuid } from './delivery.ts';
import type { OperationStatus } from './operation-status.ts';
import {
  type Order,
  type OrderAct,
  type OrderConfirmation,
  type OrderContent,
  type OrderDecision,
  type OrderGrounds,
  type OrderOrigin,
  type OrderPolicy,
  type OrderReading,
  type OrderState,
  type OrderToldKind,
  type OrderTransition,
  type OrderTransitionKind,
  orderTransitionId,
} from './order.ts';
import { ORDER_TABLE, type OrderRefusalCode, refusedByRole } from './order-table.ts';
import type { Role } from './role.ts';

/** Between the last yes and the first message, so that a mis-click can be taken back (F66): real time, also in a drill whose clock runs faster. */
export const UNDO_MS = 5_000;
/** From this level on two different persons decide (S13, product promise 6). */
export const SECOND_PERSON_FROM = 3;
/** How many times as many persons as usual make an area "too wide" for one person (F66). */
export const WIDE_FACTOR = 3;
/** Changes of one order that residents may be told; a night has fewer, and every transition carries them all. */
export const ORDER_CHANGES_MAX = 40;
/** Readings, reports and counter-evidence of one order; the oldest give way, for the newest say how things are now. */
export const GROUNDS_MAX = 50;
/** Words of a reason or a field report. */
export const ORDER_TEXT_CHARS_MAX = 1_000;

interface Who {
  /** A person, or for what the service does by itself the name of its stage or policy. */
  readonly by: string;
  /** Null for the service itself. */
  readonly role: Role | null;
  readonly at: number;
  /** The version of the order that the person saw. Null where it does not matter to what is done. */
  readonly version: number | null;
  /** How fast the clock of `at` runs (`Clock.speed`); 1 unless it is said. */
  readonly speed?: number;
}

/** What would be decided: as it would stand, how wide that is, and which approved policies speak of it. */
export interface OrderPlanned {
  readonly content: OrderContent;
  readonly wide: OrderDecision['wide'];
  readonly policies: readonly OrderPolicy[];
  readonly expiresAt: number | null;
}

/** An act as it is asked for. */
export type OrderAsk = Who &
  (
    | { readonly kind: 'confirm' | 'undo' | 'issue' | 'take' }
    | { readonly kind: 'breakGlass' | 'withdraw' | 'correct'; readonly reason: string }
    | { readonly kind: 'lift'; readonly reason: string; readonly policies: readonly OrderPolicy[] }
    | { readonly kind: 'update'; readonly reason: string; readonly planned: OrderPlanned }
    | { readonly kind: 'governorReport'; readonly reportedAt: number }
    | { readonly kind: 'report' | 'counter'; readonly text: string }
    | { readonly kind: 'ground'; readonly readings: readonly OrderReading[]; readonly weatherLevel: OrderGrounds['weatherLevel'] }
    /** `why` when something else made it void; otherwise its time must have come. */
    | { readonly kind: 'expire'; readonly why: string | null }
  );

/** The order after an act, with what people hear of it; or why nothing was done. */
export type OrderStep =
  | { readonly kind: 'done'; readonly order: Order; readonly transition: OrderTransition | null }
  | { readonly kind: 'refused'; readonly code: OrderRefusalCode };

/**
 * Moves one order by one act. The order of the questions is fixed, so that whoever loses a race always hears the same word: the right, the
 * version, the state, and then what the act itself asks.
 */
export function decideOrder(order: Order, ask: OrderAsk): OrderStep {
  const byRole = refusedByRole(ask.kind, ask.role);
  if (byRole) return refused(byRole);
  const cell = ORDER_TABLE[order.state][ask.kind];
  // Somebody who looked at an older version and finds it over is told what it is now, which says more than that it changed.
  if (cell === 'over') return refused('over');
  if (ask.version !== null && ask.version !== order.version) return refused('changed');
  if (cell !== 'go') return refused(cell);
  switch (ask.kind) {
    case 'confirm':
      return confirm(order, ask);
    case 'breakGlass':
      return breakGlass(order, ask, ask.reason);
    case 'issue':
      return issue(order, ask);
    case 'undo':
      return undo(order, ask);
    case 'withdraw':
      return withdraw(order, ask, ask.reason);
    case 'update':
      return order.state === 'proposed' ? revise(order, ask, ask) : propose(order, ask, { change: 'update', ...ask });
    case 'lift':
      return propose(order, ask, {
        change: 'lift',
        reason: ask.reason,
        planned: { content: order.content, wide: null, policies: ask.policies, expiresAt: null },
      });
    case 'correct':
      return correct(order, ask, ask.reason);
    case 'take':
      return take(order, ask);
    case 'expire':
      return expire(order, ask, ask.why);
    case 'governorReport':
      return kept(order, { governorReport: { reportedAt: ask.reportedAt, by: ask.by, notedAt: ask.at } });
    case 'report':
      if (ask.text.trim() === '') return refused('needsReason');
      return grounded(order, { reports: newest([...order.grounds.reports, { text: ask.text.trim(), by: ask.by, at: ask.at }]) });
    case 'counter':
      return grounded(order, { against: newest([...order.grounds.against, { text: ask.text, at: ask.at }]) });
    case 'ground':
      return ground(order, ask.readings, ask.weatherLevel);
  }
}

/** What people would hear if what waits to be decided took effect at an instant; null when nothing waits. For showing it, never for telling it. */
export function previewOrder(order: Order, at: number): OrderTransition | null {
  if (!order.decision) return null;
  const step = take({ ...order, decision: { ...order.decision, effectAt: at } }, { by: '', role: null, at, version: null });
  return step.kind === 'done' ? step.transition : null;
}

/** How many different deciders a decision takes: two from level 3 on (S13) unless a policy says one, and two for a wide area in any case (F66). */
export function confirmationsWanted({ content, wide, policies }: Pick<OrderPlanned, 'content' | 'wide' | 'policies'>): number {
  if (wide) return 2;
  return content.municipalLevel >= SECOND_PERSON_FROM && !policies.some(({ kind }) => kind === 'onePerson') ? 2 : 1;
}

/** A new order, nothing of which is told to residents; staff hears that it waits for them. */
export function openOrder({
  id,
  origin,
  planned,
  grounds,
  status,
  playbookVersion,
  at,
}: {
  readonly id: string;
  readonly origin: OrderOrigin;
  readonly planned: OrderPlanned;
  readonly grounds: OrderGrounds;
  readonly status: OperationStatus;
  readonly playbookVersion: string;
  readonly at: number;
}): { readonly order: Order; readonly transition: OrderTransition } {
  const proposedBy = origin.kind === 'staff' ? origin.by : null;
  const order: Order = {
    id,
    version: 1,
    revision: 1,
    state: 'proposed',
    status,
    playbookVersion,
    origin,
    openedAt: at,
    content: planned.content,
    decision: decisionOf('give', { planned, proposedBy, reason: '', at }),
    grounds,
    given: null,
    lifted: null,
    governorReport: null,
    transitions: 0,
    told: [],
    endedWhy: '',
  };
  return numbered(order, { kind: 'proposed', at, by: [proposedBy ?? originName(origin)] });
}

/** When the service has to look at the order again by itself; null when only people move it. */
export function nextLookAt({ state, decision }: Pick<Order, 'state' | 'decision'>): number | null {
  if (!decision) return null;
  if (decision.effectAt !== null) return decision.effectAt;
  const times = [state === 'proposed' ? decision.issueAt : null, decision.expiresAt].filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** Whether the time in which a proposal could be decided is over. */
export const hasLapsed = ({ expiresAt }: Pick<OrderDecision, 'expiresAt'>, at: number): boolean => expiresAt !== null && at >= expiresAt;

/** Whether it stands in front of headquarters: a proposal, or an order in force. */
export const isOpenOrder = ({ state }: Pick<Order, 'state'>): boolean =>
  state === 'proposed' || state === 'confirmed' || state === 'given' || state === 'changing' || state === 'changeConfirmed';

/** Whether residents are under it now. */
export const isInForce = ({ state }: Pick<Order, 'state'>): boolean =>
  state === 'given' || state === 'changing' || state === 'changeConfirmed';

/**
 * What only one open proposal may be about: the same districts, hazard and level. Null for an order that is no proposal any more, so that the next
 * danger can be proposed again.
 */
export function proposalKey({ state, status, content, decision }: Pick<Order, 'state' | 'status' | 'content' | 'decision'>): string | null {
  if (state !== 'proposed' && state !== 'confirmed') return null;
  const { municipalLevel, hazard, districts } = decision?.content ?? content;
  return `${status}/${hazard}/${municipalLevel}/${codesOf({ districts })}`;
}

/**
 * The same person, act and key are one act, however often it is asked for; without a key the version that they saw tells the acts apart. However long
 * the key is, the id is short: PostgreSQL indexes no text of more than 2,704 bytes.
 */
export const orderActId = (
  { orderId, kind, by, version }: Pick<OrderAct, 'orderId' | 'kind' | 'by' | 'version'>,
  key: string | null,
): string => `${orderId}/${kind}/${by}/${key === null ? `v${version}` : derivedUuid(key)}`;

function confirm(order: Order, who: Who): OrderStep {
  const { by, role, at } = who;
  const { decision } = order;
  if (!decision) return refused('nothingToDecide');
  if (decision.confirmations.some((yes) => yes.by === by)) return refused('alreadyYou');
  const confirmations = [...decision.confirmations, { by, role, at, how: 'person', reason: '' } as const];
  if (confirmations.length < decision.wanted) return kept(order, { decision: { ...decision, confirmations } });
  if (confirmations.every((yes) => yes.by === decision.proposedBy)) return refused('ownProposal');
  return confirmed(order, decision, confirmations, who);
}

function breakGlass(order: Order, who: Who, reason: string): OrderStep {
  const { by, role, at } = who;
  const { decision } = order;
  if (!decision) return refused('nothingToDecide');
  if (reason.trim() === '') return refused('needsReason');
  const others = decision.confirmations.filter((yes) => yes.by !== by);
  return confirmed(order, decision, [...others, { by, role, at, how: 'breakGlass', reason: reason.trim() }], who);
}

function issue(order: Order, who: Who): OrderStep {
  const { at } = who;
  const { decision } = order;
  const policy = decision?.policies.find(({ kind }) => kind === 'issue');
  if (!decision || !policy || decision.issueAt === null) return refused('noPolicy');
  if (at < decision.issueAt) return refused('notYet');
  // A service that stood still for so long must not begin with an order for the water of yesterday.
  if (hasLapsed(decision, at)) return refused('noPolicy');
  const by: OrderConfirmation = { by: `policy:${policy.id}`, role: null, at, how: 'policy', reason: policy.approvedBy };
  return confirmed(order, decision, [...decision.confirmations, by], who);
}

const confirmed = (order: Order, decision: OrderDecision, confirmations: readonly OrderConfirmation[], who: Who): OrderStep =>
  kept(order, {
    state: order.state === 'proposed' ? 'confirmed' : 'changeConfirmed',
    decision: { ...decision, confirmations, effectAt: effectOf(who) },
  });

/** When what is decided now takes effect, by the clock of whoever decides. */
const effectOf = ({ at, speed = 1 }: Who): number => at + UNDO_MS * speed;

/** Takes back what has not taken effect: a confirmed decision as a whole, or one's own yes while another one is missing. */
function undo(order: Order, { by, at }: Who): OrderStep {
  const { decision } = order;
  if (!decision) return refused('nothingToDecide');
  if (decision.effectAt === null) {
    const confirmations = decision.confirmations.filter((yes) => yes.by !== by);
    if (confirmations.length === decision.confirmations.length) return refused('notYours');
    return changed(order, { decision: { ...decision, confirmations } });
  }
  if (at >= decision.effectAt) return refused('tooLate');
  // A correction is decided and proposed by one word, so its undoing takes both back.
  if (decision.kind === 'correct') return changed(order, { state: stateWithout(order), decision: null });
  // Somebody has answered, so a policy that waits for nobody to answer does not act any more.
  const again = { ...decision, confirmations: [], effectAt: null, issueAt: null };
  return changed(order, { state: order.state === 'confirmed' ? 'proposed' : 'changing', decision: again });
}

function withdraw(order: Order, { at }: Who, reason: string): OrderStep {
  const { decision } = order;
  if (!decision) return refused('nothingToDecide');
  if (decision.effectAt !== null && at >= decision.effectAt) return refused('tooLate');
  if (decision.kind !== 'give') return changed(order, { state: stateWithout(order), decision: null });
  return changed(order, { state: 'withdrawn', decision: null, endedWhy: reason.trim() });
}

/** A proposal in other words or for another area: every yes to the one before is void. */
function revise(
  order: Order,
  { by, at }: Who,
  { planned, reason }: { readonly planned: OrderPlanned; readonly reason: string },
): OrderStep {
  const { decision } = order;
  if (!decision) return refused('nothingToDecide');
  if (planned.content.hazard !== order.content.hazard) return refused('otherHazard');
  if (sameContent(planned.content, decision.content)) return refused('noChange');
  return changed(order, {
    content: planned.content,
    decision: decisionOf('give', { planned: { ...planned, policies: planned.policies }, proposedBy: by, reason: reason.trim(), at }),
  });
}

function propose(
  order: Order,
  { by, at }: Who,
  { change, planned, reason }: { readonly change: 'update' | 'lift'; readonly planned: OrderPlanned; readonly reason: string },
): OrderStep {
  if (planned.content.hazard !== order.content.hazard) return refused('otherHazard');
  if (change === 'update' && sameContent(planned.content, order.content)) return refused('noChange');
  // The last change of all must be able to end it.
  if (order.told.length >= ORDER_CHANGES_MAX - (change === 'update' ? 1 : 0)) return refused('tooMany');
  const policies = planned.policies.filter(({ kind }) => kind === 'onePerson');
  return changed(order, {
    state: 'changing',
    decision: decisionOf(change, { planned: { ...planned, policies }, proposedBy: by, reason: reason.trim(), at }),
  });
}

/** One person corrects, for a wrong message does more harm with every minute (F68); it can still be undone for some seconds. */
function correct(order: Order, who: Who, reason: string): OrderStep {
  const { by, role, at } = who;
  const last = order.told.at(-1);
  if (!last) return refused('notGiven');
  if (reason.trim() === '') return refused('needsReason');
  const content = order.told.at(-2)?.content ?? order.content;
  const planned = { content, wide: null, policies: [], expiresAt: null };
  const decision = decisionOf('correct', { planned, proposedBy: by, reason: reason.trim(), at });
  return changed(order, {
    state: 'changeConfirmed',
    decision: { ...decision, wanted: 1, confirmations: [{ by, role, at, how: 'person', reason: reason.trim() }], effectAt: effectOf(who) },
  });
}

/** Lets a confirmed decision take effect, once it cannot be undone any more. */
function take(order: Order, { at }: Who): OrderStep {
  const { decision } = order;
  if (!decision || decision.effectAt === null) return refused('notConfirmed');
  if (at < decision.effectAt) return refused('notYet');
  const { kind, content, confirmations, reason } = decision;
  const brokeGlass = confirmations.some(({ how }) => how === 'breakGlass');
  const decided = { at, by: confirmations.map((yes) => yes.by), confirmations, brokeGlass };
  const after: Order = { ...order, version: order.version + 1, revision: order.revision + 1, decision: null };
  switch (kind) {
    case 'give':
      return told({ ...after, state: 'given', content, given: { at, confirmations } }, { kind: 'given', ...decided });
    case 'update':
      return told({ ...after, state: 'given', content }, { kind: 'updated', ...decided, before: order.content });
    case 'lift':
      return told({ ...after, state: 'lifted', lifted: { at, confirmations } }, { kind: 'lifted', ...decided });
    case 'correct': {
      const corrects = order.told.at(-1)!;
      const left = order.told.slice(0, -1);
      // Who corrects a wrong all-clear says that the order still stands; who corrects the order itself says that there is none.
      const stands = left.length > 0;
      const corrected: Order = {
        ...after,
        state: stands ? 'given' : 'corrected',
        told: left,
        content: left.at(-1)?.content ?? order.content,
        lifted: corrects.kind === 'lifted' ? null : order.lifted,
        endedWhy: stands ? '' : reason,
      };
      return done(numbered(corrected, { kind: 'corrected', ...decided, corrects: { id: corrects.id, kind: corrects.kind } }));
    }
  }
}

function expire(order: Order, { at }: Who, why: string | null): OrderStep {
  const { decision } = order;
  if (!decision) return refused('nothingToDecide');
  if (why === null && decision.expiresAt === null) return refused('noExpiry');
  if (why === null && !hasLapsed(decision, at)) return refused('notYet');
  if (decision.kind !== 'give') return changed(order, { state: 'given', decision: null });
  return changed(order, { state: 'expired', decision: null, endedWhy: why ?? '' });
}

function ground(order: Order, readings: readonly OrderReading[], weatherLevel: OrderGrounds['weatherLevel']): OrderStep {
  const known = new Set(order.grounds.readings.map(({ transitionId }) => transitionId));
  const fresh = readings.filter(({ transitionId }) => !known.has(transitionId));
  return grounded(order, {
    readings: newest([...order.grounds.readings, ...fresh]),
    weatherLevel: weatherLevel ?? order.grounds.weatherLevel,
  });
}

const decisionOf = (
  kind: OrderDecision['kind'],
  {
    planned: { content, wide, policies, expiresAt },
    proposedBy,
    reason,
    at,
  }: { readonly planned: OrderPlanned; readonly proposedBy: string | null; readonly reason: string; readonly at: number },
): OrderDecision => {
  // An approval was given for what is usual; what is much wider than that nobody has approved (F66).
  const approved = wide ? [] : policies;
  const byItself = approved.find((policy) => policy.kind === 'issue');
  return {
    kind,
    content,
    proposedBy,
    proposedAt: at,
    reason,
    confirmations: [],
    wanted: confirmationsWanted({ content, wide, policies: approved }),
    wide,
    policies: approved,
    issueAt: byItself ? issueAtOf(byItself, at) : null,
    effectAt: null,
    expiresAt,
  };
};

/** When a policy would issue what is proposed now; null when it does not hold any more by then. */
const issueAtOf = ({ afterMs, until }: OrderPolicy, proposedAt: number): number | null => {
  const at = proposedAt + (afterMs ?? 0);
  return at < until ? at : null;
};

/** The state of an order of which nothing waits to be decided. */
const stateWithout = (order: Order): OrderState => (order.told.at(-1)?.kind === 'lifted' ? 'lifted' : 'given');

/** A person saw something else than what is there after this. */
const changed = (order: Order, after: Partial<Order>): OrderStep => ({
  kind: 'done',
  order: { ...order, ...after, version: order.version + 1, revision: order.revision + 1 },
  transition: null,
});

/** What a person decides on stays as it was. */
const kept = (order: Order, after: Partial<Order>): OrderStep => ({
  kind: 'done',
  order: { ...order, ...after, revision: order.revision + 1 },
  transition: null,
});

const grounded = (order: Order, grounds: Partial<OrderGrounds>): OrderStep => kept(order, { grounds: { ...order.grounds, ...grounds } });

interface Telling {
  readonly kind: OrderTransitionKind;
  readonly at: number;
  readonly by: readonly string[];
  readonly confirmations?: readonly OrderConfirmation[];
  readonly brokeGlass?: boolean;
  readonly before?: OrderContent;
  readonly corrects?: OrderTransition['corrects'];
}

function told(order: Order, telling: Telling & { readonly kind: OrderToldKind }): OrderStep {
  const id = orderTransitionId(order.id, order.transitions + 1);
  return done(numbered({ ...order, told: [...order.told, { id, kind: telling.kind, at: telling.at, content: order.content }] }, telling));
}

function numbered(
  before: Order,
  { kind, at, by, confirmations = [], brokeGlass = false, before: stoodBefore, corrects = null }: Telling,
): { readonly order: Order; readonly transition: OrderTransition } {
  const order = { ...before, transitions: before.transitions + 1 };
  const id = orderTransitionId(order.id, order.transitions);
  const { status } = order;
  return {
    order,
    transition: { id, orderId: order.id, kind, at, by, confirmations, status, order, before: stoodBefore ?? null, corrects, brokeGlass },
  };
}

const done = ({ order, transition }: { readonly order: Order; readonly transition: OrderTransition }): OrderStep => ({
  kind: 'done',
  order,
  transition,
});

const refused = (code: OrderRefusalCode): OrderStep => ({ kind: 'refused', code });

const newest = <T>(items: readonly T[]): readonly T[] => items.slice(-GROUNDS_MAX);

const originName = (origin: OrderOrigin): string => (origin.kind === 'staff' ? origin.by : `rule:${origin.ruleId}`);

const sameContent = (a: OrderContent, b: OrderContent): boolean =>
  a.municipalLevel === b.municipalLevel && a.hazard === b.hazard && codesOf(a) === codesOf(b);

const codesOf = ({ districts }: Pick<OrderContent, 'districts'>): string =>
  districts
    .map(({ code }) => code)
    .toSorted()
    .join(',');
