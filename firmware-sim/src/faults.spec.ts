import type { Values } from './device.ts';
import { clockShown, distorted, type Fault, nextTurn } from './faults.ts';

const HOUR = 3_600_000;
const rising = (at: number): Values => ({ level: 1 + at / HOUR });
const from = HOUR;
const to = 2 * HOUR;

it.each<[string, Fault, number, number]>([
  ['F42 a spike adds while it lasts', { kind: 'spike', from, to, add: 12 }, 1.5, 14.5],
  ['F42 … and not before', { kind: 'spike', from, to, add: 12 }, 0.5, 1.5],
  ['F42 … nor after', { kind: 'spike', from, to, add: 12 }, 2, 3],
  ['F42 a stuck sensor repeats the value of the beginning', { kind: 'stuck', from, to }, 1.75, 2],
  ['a drift grows with time', { kind: 'drift', from, to, addPerHour: 0.2 }, 1.5, 2.6],
  ['a radio gap does not touch the value', { kind: 'gap', from, to, shuffled: false }, 1.5, 2.5],
])('%s', (_, fault, hour, level) => {
  expect(distorted({ kind: 'level' }, [fault], rising, hour * HOUR)).toEqual({ level });
});

it('F22 shows 1970 on a clock that was never set, and runs on from there', () => {
  const faults: Fault[] = [{ kind: 'clock1970', from, to }];
  expect(clockShown(faults, from + 5_000, 1_782_846_600_000, () => 5_000)).toBe(5_000);
  expect(clockShown(faults, to, 1_782_846_600_000, () => 5_000)).toBe(1_782_846_600_000);
});

it('F22 shows a clock ahead', () => {
  expect(clockShown([{ kind: 'clockAhead', from, to, aheadMs: HOUR }], from, 10 * HOUR, () => 0)).toBe(11 * HOUR);
});

it('names the next begin or end', () => {
  const faults: Fault[] = [{ kind: 'dead', from, to }];
  expect([nextTurn(faults, 0), nextTurn(faults, from), nextTurn(faults, to)]).toEqual([from, to, Number.POSITIVE_INFINITY]);
});
