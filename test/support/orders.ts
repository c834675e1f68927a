import {
  decideOrder,
  openOrder,
  type Order,
  type OrderAsk,
  type OrderContent,
  type OrderOrigin,
  type OrderPlanned,
  type OrderState,
  type OrderStep,
  UNDO_MS,
} from '#core';
import { HOUR, T0 } from './builders.ts';

/** Orders for tests, moved into each state by the acts that lead there. */

export const aContent = (set: Partial<OrderContent> = {}): OrderContent => ({
  municipalLevel: 4,
  hazard: 'flood',
  districts: [{ code: '001', name: '一丁目', households: 400, persons: 900 }],
  destinations: [{ id: 'school', name: '一小', address: '一丁目1' }],
  ...set,
});

export const planned = (set: Partial<OrderPlanned> = {}): OrderPlanned => ({
  content: aContent(),
  wide: null,
  policies: [],
  expiresAt: T0 + 12 * HOUR,
  ...set,
});

export const BY_STAFF: OrderOrigin = { kind: 'staff', by: 'duty-1', preset: null };

export const anOrder = (set: { readonly id?: string; readonly planned?: OrderPlanned; readonly origin?: OrderOrigin } = {}): Order =>
  openOrder({
    id: set.id ?? 'o0',
    origin: set.origin ?? BY_STAFF,
    planned: set.planned ?? planned(),
    grounds: { readings: [], weatherLevel: null, reports: [], against: [] },
    status: 'actual',
    playbookVersion: 'v1',
    at: T0,
  }).order;

type Asked = OrderAsk extends infer A ? (A extends OrderAsk ? Omit<A, 'by' | 'role' | 'at' | 'version'> : never) : never;

/** One act on an order by somebody who saw it as it is. */
export const ask = (order: Order, asked: Asked, who: Partial<Pick<OrderAsk, 'by' | 'role' | 'at' | 'version'>> = {}): OrderAsk => ({
  by: 'decider-1',
  role: 'decider',
  at: T0 + 1_000,
  version: order.version,
  ...who,
  ...asked,
});

/** Moves an order by acts that must all be possible. */
export function moved(order: Order, ...asks: readonly ((order: Order) => OrderAsk)[]): Order {
  return asks.reduce((now, asked) => done(decideOrder(now, asked(now))).order, order);
}

/** The step of an act that must have been possible. */
export function done(step: OrderStep): Extract<OrderStep, { kind: 'done' }> {
  if (step.kind !== 'done') throw new Error(`it was refused: ${step.code}`);
  return step;
}

export const confirmedBy =
  (by: string, at = T0 + 1_000) =>
  (order: Order): OrderAsk =>
    ask(order, { kind: 'confirm' }, { by, at });
export const taken =
  (at = T0 + 1_000 + UNDO_MS) =>
  (order: Order): OrderAsk =>
    ask(order, { kind: 'take' }, { by: 'sonae', role: null, at, version: null });
export const wider = (order: Order): OrderAsk =>
  ask(order, {
    kind: 'update',
    reason: '',
    planned: planned({
      content: aContent({ districts: [...aContent().districts, { code: '002', name: '二丁目', households: null, persons: 500 }] }),
    }),
  });
export const liftAsked = (order: Order): OrderAsk => ask(order, { kind: 'lift', reason: '水位が下がった', policies: [] });

/** The acts that lead a new order into each state. */
const WAYS: Readonly<Record<OrderState, readonly ((order: Order) => OrderAsk)[]>> = {
  proposed: [],
  confirmed: [confirmedBy('decider-1'), confirmedBy('decider-2')],
  given: [confirmedBy('decider-1'), confirmedBy('decider-2'), taken()],
  changing: [confirmedBy('decider-1'), confirmedBy('decider-2'), taken(), wider],
  changeConfirmed: [confirmedBy('decider-1'), confirmedBy('decider-2'), taken(), wider, confirmedBy('decider-1'), confirmedBy('decider-2')],
  lifted: [
    confirmedBy('decider-1'),
    confirmedBy('decider-2'),
    taken(),
    liftAsked,
    confirmedBy('decider-1'),
    confirmedBy('decider-2'),
    taken(),
  ],
  corrected: [
    confirmedBy('decider-1'),
    confirmedBy('decider-2'),
    taken(),
    (order) => ask(order, { kind: 'correct', reason: '誤って発令した' }),
    taken(),
  ],
  withdrawn: [(order) => ask(order, { kind: 'withdraw', reason: '誤報' })],
  expired: [(order) => ask(order, { kind: 'expire', why: null }, { by: 'sonae', role: null, at: T0 + 12 * HOUR, version: null })],
};

export const orderIn = (state: OrderState): Order => moved(anOrder(), ...WAYS[state]);
