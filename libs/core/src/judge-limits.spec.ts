import { aGauge, aLevelRule, aPlaybook, aReading, aSequenceRule, aVoteRule, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import type { Alert, Transition } from './alert.ts';
import { carryOver } from './carry-over.ts';
import type { Gauge, GaugeId } from './gauge.ts';
import { Judge } from './judge.ts';
import type { Playbook } from './playbook.ts';
import type { GaugeWatch } from './watch-window.ts';

/** Other limits come into force here, some minutes after the first reading. */
const CHANGE_MINUTE = 45;

const steady = aGauge();
/** A warning level of 4.5 m that becomes another one during the story. */
const changing = (warn: number, set: Partial<Gauge> = {}): Gauge =>
  aGauge({ thresholds: [...steady.thresholds, { code: 'warn', value: warn, validFrom: T0 + CHANGE_MINUTE * MINUTE }], ...set });

type Seen = readonly [minute: number, value: number, gauge?: GaugeId, quality?: 'ok' | 'stepTooLarge'];

const every10 = (values: readonly number[]): readonly Seen[] => values.map((value, i) => [i * 10, value]);

/** What the engine says; made anew from its own stored state after each reading, as after a restart. */
function story(playbook: Playbook, seen: readonly Seen[]): { transitions: Transition[]; alerts: Alert[]; watches: GaugeWatch[] } {
  const alerts = new Map<string, Alert>();
  const watches = new Map<string, GaugeWatch>();
  const transitions: Transition[] = [];
  seen.forEach(([minute, value, gauge = 'tama-03', quality = 'ok'], i) => {
    const judge = new Judge(playbook, { alerts: [...alerts.values()], watches: [...watches.values()] }, T0);
    const at = T0 + minute * MINUTE;
    judge.observe({ position: i + 1, reading: aReading({ gauge, value, quality, observedAt: at }) }, at);
    const judged = judge.take();
    for (const alert of judged.alerts) alerts.set(`${alert.ruleId}@${alert.gauge}`, alert);
    for (const watch of judged.watches) watches.set(watch.gauge, watch);
    transitions.push(...judged.transitions);
  });
  return { transitions, alerts: [...alerts.values()], watches: [...watches.values()] };
}

const brief = ({ ruleId, kind, from, to, at }: Transition): string => `${ruleId} ${kind} ${from}>${to} at ${(at - T0) / MINUTE}`;
const said = (playbook: Playbook, seen: readonly Seen[]): readonly string[] =>
  story(playbook, seen).transitions.map((transition) => brief(transition).replace('river-level ', ''));

describe('F51 a level that comes into force during an episode', () => {
  const raised = 'raised 0>2 at 10';

  it.each<[string, number, readonly number[], readonly string[]]>([
    [
      'resets the alert visibly when it lies above water that did not move',
      5.2,
      [4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8],
      [raised, 'reset 2>0 at 50', 'raised 0>1 at 60'],
    ],
    ['lets the alert stand when the water holds it still', 4.6, [4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8], [raised]],
    ['lets the alert stand when it is lower', 4.2, [4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8], [raised]],
    [
      'gives the all-clear when the water falls later below the new level',
      4.7,
      [4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 3, 3, 3, 3],
      [raised, 'cleared 2>0 at 90'],
    ],
    [
      'leaves it to the hold, begun again, where the water had left the step already',
      5.2,
      [4.8, 4.8, 4.8, 4.3, 4.3, 4.3, 4.3, 4.3, 4.3],
      [raised, 'steppedDown 2>1 at 80'],
    ],
    [
      'climbs where the water rises past the new level at the same time',
      5.2,
      [4.8, 4.8, 4.8, 4.8, 5.6, 5.6],
      [raised, 'climbed 2>3 at 50'],
    ],
    ['says nothing where nothing is raised', 5.2, [3, 3, 3, 3, 3, 3], []],
  ])('%s', (_, warn, values, expected) => {
    expect(said(aPlaybook({ gauges: [changing(warn)] }), every10(values))).toEqual(expected);
  });

  it('says of a reset why, by which limits the alert had stood, and that it is no all-clear', () => {
    const { transitions } = story(aPlaybook({ gauges: [changing(5.2)] }), every10([4.8, 4.8, 4.8, 4.8, 4.8, 4.8]));
    const reset = transitions.find(({ kind }) => kind === 'reset')!;
    expect(reset.record).toMatchObject({
      by: 'rule river-level',
      verdict: '段階「危険水位」の基準が変わった。状況がおさまったことを示すものではない',
      limits: [{ code: 'start' }, { code: 'warn', value: 4.5 }, { code: 'flood' }],
    });
  });

  it('does so also when nothing but doubtful readings came in the hours between', () => {
    const doubtful = [20, 40, 60, 80, 100, 120, 140].map((minute): Seen => [minute, 9, 'tama-03', 'stepTooLarge']);
    const seen: Seen[] = [[0, 4.8], [10, 4.8], ...doubtful, [160, 4.8], [170, 4.8], [200, 4.8], [230, 4.8]];
    expect(said(aPlaybook({ gauges: [changing(5.2)] }), seen)).toEqual([raised, 'reset 2>0 at 160', 'raised 0>1 at 170']);
  });

  it('lets no vote and no sequence that rests on the alert end as if the water had gone', () => {
    const up = aGauge({ id: 'up' });
    const third = aGauge({ id: 'third' });
    const rules = [
      aLevelRule(),
      aVoteRule({ steps: [{ code: 'all', name: '全地点', atLeast: 3 }] }),
      aSequenceRule({ upstream: 'up', withinMs: 2 * HOUR }),
    ];
    const playbook = aPlaybook({ gauges: [changing(5.2), up, third], rules });
    const seen = [0, 10, 20, 30, 40, 50, 60].flatMap((minute): Seen[] => [
      [minute, 4.8, 'up'],
      [minute + 1, 4.8, 'third'],
      [minute + 2, 4.8],
    ]);
    const { transitions } = story(playbook, seen);
    const ends = transitions.filter(({ to }) => to === 0);
    expect(ends.map(brief)).toEqual(['river-level reset 2>0 at 52', 'river-follows reset 2>0 at 52', 'river-vote reset 1>0 at 52']);
    expect(ends[1]!.record.verdict).toContain('もとになる規則の警報がリセットされた');
  });

  it('nor a changed playbook, which resets the same alerts', () => {
    const rules = [aLevelRule(), aVoteRule({ steps: [{ code: 'both', name: '両地点', atLeast: 2 }] }), aSequenceRule({ upstream: 'up' })];
    const gauges = [steady, aGauge({ id: 'up' })];
    const before = aPlaybook({ version: 'v1', gauges, rules });
    const { alerts, watches } = story(
      before,
      [0, 10].flatMap((minute): Seen[] => [
        [minute, 4.8, 'up'],
        [minute + 1, 4.8],
      ]),
    );
    const raisedLevel = steady.thresholds.map((threshold) => (threshold.code === 'warn' ? { ...threshold, value: 5.2 } : threshold));
    const after = aPlaybook({ version: 'v2', gauges: [aGauge({ thresholds: raisedLevel }), aGauge({ id: 'up' })], rules });
    const carried = carryOver({ alerts, watches, before, beforeVersion: 'v1', after, decidedAt: T0 + HOUR });
    expect(carried.transitions.map(brief)).toEqual([
      'river-level reset 2>0 at 60',
      'river-follows reset 2>0 at 60',
      'river-vote reset 1>0 at 60',
    ]);
    expect(new Set(carried.alerts.map(({ ruleId }) => ruleId)).size).toBe(carried.alerts.length);
  });
});
