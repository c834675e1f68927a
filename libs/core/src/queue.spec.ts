import { aQueueRule, T0 } from '../../../test/support/builders.ts';
import { type Alert, quietAlert, type Transition } from './alert.ts';
import { callNumber, isNear } from './queue.ts';

const rule = aQueueRule();

/** What is told of a row of numbers, as the tickets that came near. */
function called(numbers: readonly number[], ahead = 5): { readonly alert: Alert; readonly told: readonly Transition[] } {
  let alert = quietAlert(rule.id, 'window');
  const told: Transition[] = [];
  for (const [i, number] of numbers.entries()) {
    const telling = {
      ruleId: rule.id,
      playbookVersion: 'test-1',
      at: T0 + i,
      decidedAt: T0 + i,
      status: 'actual' as const,
      limits: [],
      evidence: [],
      verdict: () => '',
    };
    const moved = callNumber(alert, number, { ahead }, telling);
    alert = moved.alert;
    if (moved.transition) told.push(moved.transition);
  }
  return { alert, told };
}

describe('a queue', () => {
  it.each<[string, readonly number[], readonly string[]]>([
    ['calls all within reach at the beginning', [1], ['2–6']],
    ['calls those that came near with the next number', [1, 2, 4], ['2–6', '7–7', '8–9']],
    ['says nothing while the same number stands', [3, 3, 3], ['4–8']],
    ['begins a new round with the number one', [98, 99, 1, 2], ['99–103', '104–104', '2–6', '7–7']],
    ['takes any lower number for a new round', [50, 40], ['51–55', '41–45']],
    ['goes on over a jump of fifty', [1, 51], ['2–6', '7–56']],
    ['calls nobody after a longer jump, and goes on from there', [1, 52, 53], ['2–6', '58–58']],
    ['does not take half a number, or one below zero, for a ticket', [1, 1.5, -1, Number.NaN, 2], ['2–6', '7–7']],
    ['counts nobody as called before the first number', [0, 1], ['1–5', '6–6']],
  ])('%s', (_, numbers, expected) => {
    expect(called(numbers).told.map(({ turn }) => `${turn!.near.above + 1}–${turn!.near.upTo}`)).toEqual(expected);
  });

  it('names whose tickets the call before used up, also across a silent jump and a new round', () => {
    expect(called([1, 2, 60, 61, 1]).told.map(({ turn }) => turn!.used)).toEqual([
      null,
      { above: 1, upTo: 6 },
      { above: 6, upTo: 7 },
      { above: 65, upTo: 66 },
    ]);
  });

  it('derives ids by round and call, each once, and stands at no step', () => {
    const { alert, told } = called([1, 2, 90, 91, 1]);
    expect(told.map(({ id }) => id)).toEqual([
      'window-queue@window#1/1',
      'window-queue@window#1/2',
      'window-queue@window#2/1',
      'window-queue@window#3/1',
    ]);
    expect(told.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['called', -4, 1],
      ['called', 1, 2],
      ['called', 90, 91],
      ['called', -4, 1],
    ]);
    expect(alert).toMatchObject({ state: 'quiet', step: 0 });
  });

  it('knows whether a ticket is near when it is drawn', () => {
    const { alert } = called([10]);
    expect([10, 11, 15, 16].map((number) => isNear(alert, number, rule))).toEqual([false, true, true, false]);
    expect(isNear(null, 3, rule)).toBeNull();
    expect(isNear(quietAlert(rule.id, 'window'), 3, rule)).toBeNull();
  });
});
