import { aBandRule, MINUTE, T0 } from '../../../test/support/builders.ts';
import type { Evidence } from './alert.ts';
import { flowOf, sightFlow } from './flow.ts';

const counted = (minute: number, value: number): Evidence => ({
  position: minute,
  at: T0 + minute * MINUTE,
  receivedAt: T0 + minute * MINUTE,
  value,
  quality: 'ok',
  why: '',
  status: 'actual',
});
const rule = aBandRule({ measure: 'flow', quantity: 'in', windowMs: 10 * MINUTE, hysteresis: 5 });
const row = (...values: readonly (readonly [number, number])[]): Evidence[] => values.map(([minute, value]) => counted(minute, value));

describe('a flow of people', () => {
  it.each<[string, 'in' | 'count', readonly Evidence[], number | null]>([
    ['is what the counter rose by, per minute', 'in', row([0, 100], [5, 200], [10, 300]), 20],
    ['looks no further back than its window', 'in', row([0, 0], [10, 100], [15, 200], [20, 300]), 20],
    ['counts on through a restart of the counter', 'in', row([0, 100], [5, 200], [10, 50]), 15],
    ['loses those a restarted counter cannot have counted', 'in', row([0, 10_000], [5, 10_100], [10, 5_000]), 10],
    ['counts through the wrap of 32 bits', 'in', row([0, 2 ** 32 - 50], [10, 150]), 20],
    ['adds up periods, the first of which began before the window', 'count', row([0, 999], [5, 60], [10, 40]), 10],
    ['cannot be told from one figure', 'in', row([0, 100]), null],
    ['cannot be told from less than half of its window', 'in', row([0, 100], [4, 200]), null],
    ['cannot be told from two figures of one instant', 'in', [counted(0, 1), counted(0, 2)], null],
    ['cannot be told from nothing', 'in', [], null],
  ])('%s', (_, quantity, seen, expected) => {
    expect(flowOf({ ...rule, quantity }, seen)).toBe(expected);
  });

  it('is seen against the limits, with the hysteresis and with holes', () => {
    const limits = [{ step: 1, code: 'busy', name: '混雑', value: 20, leaveBelow: 15 }];
    const seen = row([0, 0], [5, 90], [10, 180]);
    expect(sightFlow(rule, limits, seen, 5 * MINUTE)).toMatchObject({ perMinute: 18, step: 0, held: 1, broken: false });
    expect(sightFlow(rule, limits, seen, 4 * MINUTE)).toMatchObject({ broken: true });
    expect(sightFlow(rule, limits, row([0, 0]), 5 * MINUTE)).toBeNull();
  });
});
