import { decideOrder, isVoid, type Order, type OrderAsk, orderStaffNote, type OrderTransition, toldBefore } from '#core';
import { anOrder, ask, confirmedBy, done, liftAsked, taken, wider } from '../../../test/support/orders.ts';

type Act = (order: Order) => OrderAsk;

const BOTH: readonly Act[] = [confirmedBy('decider-1'), confirmedBy('decider-2'), taken()];
const corrected: readonly Act[] = [(order) => ask(order, { kind: 'correct', reason: '誤り' }), taken()];

/** What is told of an order by some acts, after the word to staff that it is proposed. */
function toldBy(...acts: readonly Act[]): readonly OrderTransition[] {
  let order = anOrder();
  const told: OrderTransition[] = [proposedOf()];
  for (const act of acts) {
    const step = done(decideOrder(order, act(order)));
    order = step.order;
    if (step.transition) told.push(step.transition);
  }
  return told;
}

const proposedOf = (): OrderTransition => ({
  id: 'order/o0/1',
  orderId: 'o0',
  kind: 'proposed',
  at: 0,
  by: [],
  confirmations: [],
  status: 'actual',
  order: anOrder(),
  before: null,
  corrects: null,
  brokeGlass: false,
});

const numbersOf = (ids: readonly string[]) => ids.map((id) => Number(id.split('/')[2]));

describe('whom a change of an order concerns', () => {
  const whole = toldBy(...BOTH, wider, ...BOTH, liftAsked, ...BOTH);

  it('is everybody who heard the order or its updates, for its end', () => {
    expect(whole.map(({ kind }) => kind)).toEqual(['proposed', 'given', 'updated', 'lifted']);
    expect(numbersOf(toldBefore(whole[3]!, whole))).toEqual([3, 2]);
    expect(numbersOf(toldBefore(whole[2]!, whole))).toEqual([2]);
    expect(toldBefore(whole[1]!, whole)).toEqual([]);
  });

  it('F68 is whoever got what a correction takes back, and afterwards nobody hears of that again', () => {
    const fixed = toldBy(...BOTH, wider, ...BOTH, ...corrected, liftAsked, ...BOTH);
    expect(fixed.map(({ kind }) => kind)).toEqual(['proposed', 'given', 'updated', 'corrected', 'lifted']);
    expect(numbersOf(toldBefore(fixed[3]!, fixed))).toEqual([3]);
    expect(numbersOf(toldBefore(fixed[4]!, fixed))).toEqual([2]);
  });

  it.each([
    ['an order that stands', toldBy(...BOTH), 1, false],
    ['an order that was updated', toldBy(...BOTH, wider, ...BOTH), 1, false],
    ['an order that was lifted', whole, 1, true],
    ['an update before the end', whole, 2, true],
    ['the end itself', whole, 3, false],
    ['an order that was taken back', toldBy(...BOTH, ...corrected), 1, true],
    ['an order under an update that was taken back', toldBy(...BOTH, wider, ...BOTH, ...corrected), 1, false],
    ['an update that was taken back', toldBy(...BOTH, wider, ...BOTH, ...corrected), 2, true],
    ['an order whose end was taken back', toldBy(...BOTH, liftAsked, ...BOTH, ...corrected), 1, false],
    ['an end that was taken back', toldBy(...BOTH, liftAsked, ...BOTH, ...corrected), 2, true],
  ])('F68 leaves what nobody got yet unsaid or not: %s', (_, history, index, expected) => {
    expect(isVoid(history[index]!, history)).toBe(expected);
  });
});

describe('what staff reads in front of it', () => {
  it('S13 names who decided, and why somebody decided alone', () => {
    const [, given] = toldBy(...BOTH);
    expect(orderStaffNote(given!, 'ja')).toBe('【職員】決定：decider-1、decider-2');
    const [, alone] = toldBy((order) => ask(order, { kind: 'breakGlass', reason: '電話が不通' }), taken());
    expect(orderStaffNote(alone!, 'ja')).toMatch(/decider-1 が二人目の確認を待たずに.*\n理由：電話が不通/);
    expect(orderStaffNote(alone!, 'en')).toMatch(/without a second person/);
    expect(orderStaffNote(alone!, 'vi')).toBe(orderStaffNote(alone!, 'ja'));
    expect(orderStaffNote(proposedOf(), 'ja')).toBeNull();
  });
});
