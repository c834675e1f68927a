import { aGauge } from '../../../test/support/builders.ts';
import { aRoute } from '../../../test/support/dispatch-world.ts';
import { type AlertSilence, coverOf, isOver, maySilence, silences } from './alert-silence.ts';
import type { Transition } from './alert.ts';

const silence = (set: Partial<AlertSilence> = {}): AlertSilence => ({
  key: 'sato/1',
  id: 'silence-1',
  number: 1,
  matcher: { rivers: ['多摩川'] },
  covers: ['staff'],
  reason: '工事',
  by: 'sato',
  at: 0,
  endsAt: 1_000,
  after: 4,
  ended: null,
  told: false,
  ...set,
});

const staff = aRoute({ audience: { kind: 'staff', group: 'duty' }, lane: 'staff' });
const flood = aRoute();
const crowd = aRoute({ lane: 'congestion' });
const all = ['staff', 'congestion', 'flood'] as const;
const decided = (decidedAt: number, set: Partial<Transition> = {}): Transition =>
  ({ ruleId: 'river-level', decidedAt, ...set }) as Transition;

describe('a silence', () => {
  const cases: readonly (readonly [
    title: string,
    set: Partial<AlertSilence>,
    number: number,
    at: number,
    route: typeof staff,
    holds: boolean,
  ])[] = [
    ['holds back what is decided after it', {}, 5, 500, staff, true],
    ['does not touch what was decided before it', {}, 4, 500, staff, false],
    ['does not touch what is decided at its end', {}, 5, 1_000, staff, false],
    ['holds back up to its early end', { ended: { by: 'ito', at: 600, after: 6 } }, 6, 500, staff, true],
    ['does not touch what comes after its early end', { ended: { by: 'ito', at: 600, after: 6 } }, 7, 700, staff, false],
    ['of staff leaves residents alone', {}, 5, 500, flood, false],
    ['F52 of crowding leaves flood news alone', { covers: ['congestion'] }, 5, 500, flood, false],
    ['of crowding holds crowding news back', { covers: ['congestion'] }, 5, 500, crowd, true],
    ['of everything holds flood news back', { covers: all }, 5, 500, flood, true],
    ['of another river leaves this one alone', { matcher: { rivers: ['桂川'] } }, 5, 500, staff, false],
    ['of another rule leaves this one alone', { matcher: { rules: ['rain'] } }, 5, 500, staff, false],
    ['of this rule holds it back everywhere', { matcher: { rules: ['river-level'] } }, 5, 500, staff, true],
    ['needs all its lists to match', { matcher: { rules: ['river-level'], areas: ['009'] } }, 5, 500, staff, false],
    ['of a district holds its gauges back', { matcher: { areas: ['001', '009'] } }, 5, 500, staff, true],
  ];

  it.each(cases)('%s', (_, set, number, at, route, holds) => {
    expect(silences(silence(set), { numbered: { number, transition: decided(at) }, gauge: aGauge(), route })).toBe(holds);
  });

  it('is over at its end, or when somebody ended it', () => {
    expect([999, 1_000].map((now) => isOver(silence(), now))).toEqual([false, true]);
    expect(isOver(silence({ ended: { by: 'ito', at: 5, after: 4 } }), 5)).toBe(true);
  });

  it('counts evacuation as flood news', () => {
    expect([staff, crowd, flood, aRoute({ lane: 'evacuation' })].map(coverOf)).toEqual(['staff', 'congestion', 'flood', 'flood']);
  });

  it.each([
    ['viewer', false, false],
    ['operator', false, false],
    ['duty', true, false],
    ['decider', true, true],
    ['admin', true, false],
    ['auditor', false, false],
  ] as const)('F52 by %s: staff %s, residents %s', (role, ofStaff, ofResidents) => {
    expect(maySilence(role, ['staff'])).toBe(ofStaff);
    expect([maySilence(role, ['congestion']), maySilence(role, ['staff', 'flood'])]).toEqual([ofResidents, ofResidents]);
  });
});
