import type { OrderActKind, OrderState } from './order.ts';
import type { Role } from './role.ts';

/** Why an act was not done. The words are in `ORDER_REFUSALS`. */
export type OrderRefusalCode = keyof typeof ORDER_REFUSALS;

/** What is said to whoever asked for what cannot be done. */
export const ORDER_REFUSALS = {
  changed: 'the order has changed since you looked at it; read it again and decide anew',
  needsDecider: 'only a decider may do this',
  needsStaff: 'only a duty officer or a decider may do this',
  alreadyYou: 'you have confirmed this already; another person must confirm it too',
  ownProposal: 'whoever proposed it may not be the only one who confirms it',
  needsReason: 'write the reason',
  alreadyConfirmed: 'it is confirmed already and takes effect in some seconds; undo it if it is wrong',
  notConfirmed: 'it is not confirmed yet',
  notYet: 'its time has not come yet',
  tooLate: 'the time to undo is over; it takes effect',
  notYours: 'you have not confirmed it, so there is nothing of yours to undo',
  nothingToDecide: 'nothing waits to be decided about this order',
  notGiven: 'the order is not given yet',
  alreadyGiven: 'the order is given; lift it, or correct it if it was a mistake',
  changePending: 'a change of this order waits to be decided; confirm or withdraw that one first',
  noPolicy: 'no approved policy lets the service do this by itself',
  noChange: 'this changes nothing about the order',
  otherHazard: 'an update keeps the hazard; lift this order and propose another one',
  tooMany: 'this order was changed too often; lift it and propose another one',
  noExpiry: 'it does not lapse',
  alreadyProposed: 'an open proposal says the same for these districts; decide on that one',
  over: 'the order is over',
} as const;

type Cell = 'go' | OrderRefusalCode;
type Row = Readonly<Record<OrderActKind, Cell>>;

const OVER: Row = {
  confirm: 'over',
  breakGlass: 'over',
  undo: 'over',
  withdraw: 'over',
  update: 'over',
  lift: 'over',
  correct: 'over',
  governorReport: 'over',
  report: 'over',
  ground: 'over',
  counter: 'over',
  issue: 'over',
  take: 'over',
  expire: 'over',
};

/** Which act is possible in which state; what else must hold is asked by the act itself. */
export const ORDER_TABLE: Readonly<Record<OrderState, Row>> = {
  proposed: {
    confirm: 'go',
    breakGlass: 'go',
    undo: 'go',
    withdraw: 'go',
    update: 'go',
    lift: 'notGiven',
    correct: 'notGiven',
    governorReport: 'notGiven',
    report: 'go',
    ground: 'go',
    counter: 'go',
    issue: 'go',
    take: 'notConfirmed',
    expire: 'go',
  },
  confirmed: {
    confirm: 'alreadyConfirmed',
    breakGlass: 'alreadyConfirmed',
    undo: 'go',
    withdraw: 'go',
    update: 'alreadyConfirmed',
    lift: 'notGiven',
    correct: 'notGiven',
    governorReport: 'notGiven',
    report: 'go',
    ground: 'go',
    counter: 'go',
    issue: 'alreadyConfirmed',
    take: 'go',
    expire: 'alreadyConfirmed',
  },
  given: {
    confirm: 'nothingToDecide',
    breakGlass: 'nothingToDecide',
    undo: 'nothingToDecide',
    withdraw: 'alreadyGiven',
    update: 'go',
    lift: 'go',
    correct: 'go',
    governorReport: 'go',
    report: 'go',
    ground: 'go',
    counter: 'go',
    issue: 'nothingToDecide',
    take: 'nothingToDecide',
    expire: 'nothingToDecide',
  },
  changing: {
    confirm: 'go',
    breakGlass: 'go',
    undo: 'go',
    withdraw: 'go',
    update: 'changePending',
    lift: 'changePending',
    // Words that are out by mistake do not wait for a change that nobody has decided yet.
    correct: 'go',
    governorReport: 'go',
    report: 'go',
    ground: 'go',
    counter: 'go',
    issue: 'noPolicy',
    take: 'notConfirmed',
    expire: 'go',
  },
  changeConfirmed: {
    confirm: 'alreadyConfirmed',
    breakGlass: 'alreadyConfirmed',
    undo: 'go',
    withdraw: 'go',
    update: 'changePending',
    lift: 'changePending',
    correct: 'changePending',
    governorReport: 'go',
    report: 'go',
    ground: 'go',
    counter: 'go',
    issue: 'alreadyConfirmed',
    take: 'go',
    expire: 'alreadyConfirmed',
  },
  lifted: { ...OVER, correct: 'go', governorReport: 'go' },
  corrected: { ...OVER, governorReport: 'go' },
  withdrawn: OVER,
  expired: OVER,
};

/** What a role must be for an act of a person; the rest is done by the service. */
const RIGHTS: Readonly<Partial<Record<OrderActKind, 'needsDecider' | 'needsStaff'>>> = {
  confirm: 'needsDecider',
  breakGlass: 'needsDecider',
  correct: 'needsDecider',
  undo: 'needsStaff',
  withdraw: 'needsStaff',
  update: 'needsStaff',
  lift: 'needsStaff',
  governorReport: 'needsStaff',
  report: 'needsStaff',
};

/** Whether somebody in a role may do this at all; null when they may. */
export function refusedByRole(kind: OrderActKind, role: Role | null): OrderRefusalCode | null {
  const wanted = RIGHTS[kind];
  if (wanted === undefined || role === 'decider') return null;
  return wanted === 'needsStaff' && role === 'duty' ? null : wanted;
}
