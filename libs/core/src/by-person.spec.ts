import { aBandRule, aGauge, aPlaybook, aReading, MINUTE, T0 } from '../../../test/support/builders.ts';
import { Judge } from './judge.ts';
import type { Playbook } from './playbook.ts';
import type { Quality } from './reading.ts';

const shelter = aGauge({ id: 'hall', device: 'hall', kind: 'shelter', quantity: 'count', river: null, capacity: 100, thresholds: [] });
const rule = aBandRule({
  bands: [
    { code: 'half', name: '半分以上', from: 50 },
    { code: 'nearlyFull', name: '満員に近い', from: 80 },
    { code: 'full', name: '満員', from: 100, byPerson: true },
  ],
  confirm: { readings: 2 },
  clearHoldMs: 30 * MINUTE,
});
const playbook = aPlaybook({ gauges: [shelter], rules: [rule] });

type Seen = number | readonly [number, Quality];

/** What is said of counts ten minutes apart, the same whether the judge goes on or is made anew from its own state between any two. */
function said(seen: readonly Seen[], of: Playbook = playbook): readonly string[] {
  const [straight, restarted] = [false, true].map((again) => {
    let judge = new Judge(of, { alerts: [], watches: [] }, T0);
    const told: string[] = [];
    const state = { alerts: new Map<string, unknown>(), watches: new Map<string, unknown>() };
    for (const [i, one] of seen.entries()) {
      const [value, quality] = typeof one === 'number' ? [one, 'ok' as const] : one;
      const reading = aReading({ gauge: 'hall', quantity: 'count', value, quality, observedAt: T0 + i * 10 * MINUTE });
      judge.observe({ position: i + 1, reading }, T0);
      const { alerts, watches, transitions } = judge.take();
      for (const alert of alerts) state.alerts.set(alert.ruleId, alert);
      for (const watch of watches) state.watches.set(watch.gauge, watch);
      told.push(...transitions.map(({ kind, to }) => `${kind} ${to} at ${i}`));
      if (!again) continue;
      const stored = JSON.parse(JSON.stringify({ alerts: [...state.alerts.values()], watches: [...state.watches.values()] })) as never;
      judge = new Judge(of, stored, reading.receivedAt);
    }
    return told;
  });
  expect(restarted).toEqual(straight);
  return straight!;
}

const person = (count: number): Seen => [count, 'manual'];

describe('a step that only a person leads into (D§7: "満" needs a human yes)', () => {
  it.each<[string, readonly Seen[], readonly string[]]>([
    ['D§10.12 does not flap from 79 over 81 to 79', [79, 81, 79, 81, 79, 81, 81], ['raised 1 at 1', 'climbed 2 at 6']],
    ['counters alone stay below it, and staff are asked once', [90, 90, 120, 120, 120, 120], ['raised 2 at 1', 'asked 2 at 3']],
    ['a jump raises what counters may raise and asks at once', [120, 120, 120], ['raised 2 at 1', 'asked 2 at 1']],
    ['one absurd count asks nobody', [90, 90, 120, 90, 90], ['raised 2 at 1']],
    ['one person is witness enough, from anywhere', [10, person(100)], ['raised 3 at 1']],
    ['a person who says yes ends the question', [120, 120, person(100), 101, 102], ['raised 2 at 1', 'asked 2 at 1', 'climbed 3 at 2']],
    ['a person who says no is not asked again in this stay', [120, 120, person(90), 120, 120, 120], ['raised 2 at 1', 'asked 2 at 1']],
    [
      'a person’s count leads down at once',
      [120, 120, person(100), person(60)],
      ['raised 2 at 1', 'asked 2 at 1', 'climbed 3 at 2', 'steppedDown 1 at 3'],
    ],
    [
      'counters lead down by the margin for the hold',
      [person(100), 96, 96, 96, 96, 94, 94, 94, 94],
      ['raised 3 at 0', 'steppedDown 2 at 8'],
    ],
    ['a new stay asks again', [120, 120, 90, 90, 90, 90, 120, 120], ['raised 2 at 1', 'asked 2 at 1', 'asked 2 at 7']],
    ['a short dip is no new stay', [120, 120, 90, 90, 120, 120, 120], ['raised 2 at 1', 'asked 2 at 1']],
    [
      'what is doubtful asks nobody',
      [90, 90, [900, 'outOfRange'], [900, 'outOfRange'], [120, 'backfilled'], [120, 'backfilled']],
      ['raised 2 at 1'],
    ],
    [
      'an estimate from the doors asks like a count',
      [
        [90, 'estimated'],
        [90, 'estimated'],
        [120, 'estimated'],
        [120, 'estimated'],
      ],
      ['raised 2 at 1', 'asked 2 at 3'],
    ],
    ['says nothing of an empty hall that a person counted', [person(0), person(3), 0], []],
  ])('%s', (_, seen, expected) => {
    expect(said(seen)).toEqual(expected);
  });

  it('raises nothing outside its hours, whoever counts, and asks nobody', () => {
    const off = { ...rule, schedule: { weekdays: [3], fromMinute: 600, toMinute: 700 } };
    expect(said([120, 120, person(100)], aPlaybook({ gauges: [shelter], rules: [off] }))).toEqual([]);
  });

  it('leaves rules without such a step to their confirmation', () => {
    const plain = { ...rule, bands: rule.bands.slice(0, 2) };
    expect(said([90, person(90), person(10)], aPlaybook({ gauges: [shelter], rules: [plain] }))).toEqual(['raised 2 at 1']);
  });

  it('says in the record who counted, and that counters alone were not believed', () => {
    const judge = new Judge(playbook, { alerts: [], watches: [] }, T0);
    const seen = [120, 120].map((value, i) => aReading({ gauge: 'hall', quantity: 'count', value, observedAt: T0 + i * MINUTE }));
    const yes = aReading({
      gauge: 'hall',
      quantity: 'count',
      value: 100,
      quality: 'manual',
      why: 'sato が数えた人数です',
      observedAt: T0 + 2 * MINUTE,
    });
    for (const [i, reading] of [...seen, yes].entries()) judge.observe({ position: i + 1, reading }, T0);
    const verdicts = judge.take().transitions.map(({ record }) => record.verdict);
    expect(verdicts).toEqual([
      '2回続けて満員に近い(80)以上',
      '計数器の値は「満員」に達したが、「満員」は職員が確かめてから知らせる',
      'sato が数えた人数です(100)',
    ]);
  });
});

describe('bands by measure', () => {
  it('count persons on the ground of a place without walls, and leave them by its own margin', () => {
    const square = { ...shelter, capacity: null, areaM2: 200 };
    const dense = aBandRule({ measure: 'density', bands: [{ code: 'dense', name: '過密', from: 1.5 }], hysteresis: 0.25, clearHoldMs: 0 });
    const of = aPlaybook({ gauges: [square], rules: [dense] });
    expect(said([299, 300, 251, 250, 249], of)).toEqual(['raised 1 at 1', 'cleared 0 at 4']);
    expect(said([9_999], aPlaybook({ gauges: [{ ...square, areaM2: null }], rules: [dense] }))).toEqual([]);
  });

  it('count who comes by, for two sights in a row', () => {
    const gate = { ...shelter, quantity: 'count' as const };
    const flow = aBandRule({
      quantity: 'count',
      measure: 'flow',
      windowMs: 20 * MINUTE,
      bands: [{ code: 'busy', name: '混雑', from: 10 }],
      hysteresis: 2,
      confirm: { readings: 2 },
    });
    const of = aPlaybook({ gauges: [gate], rules: [flow] });
    expect(said([0, 100, 100, 100, 90, 90, 80, 70], of)).toEqual(['raised 1 at 2', 'cleared 0 at 7']);
  });
});
