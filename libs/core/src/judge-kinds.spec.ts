import {
  aBlindRule,
  aCelRule,
  aGauge,
  aLevelRule,
  aPlaybook,
  aReading,
  aRiseRule,
  aSequenceRule,
  aVoteRule,
  HOUR,
  MINUTE,
  T0,
} from '../../../test/support/builders.ts';
import type { Transition } from './alert.ts';
import { Condition, type FactsSource, type Verdict } from './condition.ts';
import type { GaugeId } from './gauge.ts';
import { Judge } from './judge.ts';
import type { Playbook, Route } from './playbook.ts';
import { routesOf } from './plan.ts';
import type { Quality } from './reading.ts';

/** A reading of a gauge at a minute. */
type Seen = readonly [minute: number, gauge: GaugeId, value: number, quality?: Quality];

const reading = ([minute, gauge, value, quality = 'ok']: Seen) => aReading({ gauge, value, quality, observedAt: T0 + minute * MINUTE });
const brief = ({ ruleId, gauge, kind, to, at }: Transition): string =>
  `${ruleId}@${gauge} ${kind} ${to} at ${Math.round((at - T0) / MINUTE)}`;

/** What a rule says of some readings, and then of the passing of time. The judge is made anew from its own state between any two readings. */
function said(playbook: Playbook, rule: string, seen: readonly Seen[], untilMinute = 0): readonly string[] {
  const straight = transitionsOf(playbook, rule, seen, untilMinute, false);
  // P2: a restart between any two readings changes nothing.
  expect(transitionsOf(playbook, rule, seen, untilMinute, true)).toEqual(straight);
  return straight.map((transition) => brief(transition).replace(`${rule}@tama-03 `, ''));
}

function transitionsOf(playbook: Playbook, rule: string, seen: readonly Seen[], untilMinute: number, restarted: boolean): Transition[] {
  let judge = new Judge(playbook, { alerts: [], watches: [] }, T0);
  const state = { alerts: new Map<string, unknown>(), watches: new Map<string, unknown>() };
  const all: Transition[] = [];
  const keep = (): void => {
    const { alerts, watches, transitions } = judge.take();
    for (const alert of alerts) state.alerts.set(`${alert.ruleId}@${alert.gauge}`, alert);
    for (const watch of watches) state.watches.set(watch.gauge, watch);
    all.push(...transitions);
  };
  seen.forEach((one, i) => {
    judge.observe({ position: i + 1, reading: reading(one) }, T0);
    keep();
    if (!restarted) return;
    const stored = JSON.parse(JSON.stringify({ alerts: [...state.alerts.values()], watches: [...state.watches.values()] })) as never;
    judge = new Judge(playbook, stored, reading(one).receivedAt);
  });
  if (untilMinute > 0) judge.tick(T0 + untilMinute * MINUTE);
  keep();
  return all.filter(({ ruleId }) => ruleId === rule).map((transition) => ({ ...transition, decidedAt: T0 }));
}

const every10 = (values: readonly (number | readonly [number, Quality])[]): Seen[] =>
  values.map((value, i) => (typeof value === 'number' ? [i * 10, 'tama-03', value] : [i * 10, 'tama-03', value[0], value[1]]));

describe('a rise rule', () => {
  const playbook = aPlaybook({ rules: [aRiseRule()] });

  it.each<[string, readonly (number | readonly [number, Quality])[], readonly string[]]>([
    ['says nothing of a calm river', [3, 3, 3.01, 3, 3.02, 3], []],
    ['says nothing before the window is half covered', [3, 3.3], []],
    ['raises when two sights in a row are quick enough', [3, 3, 3.1, 3.3, 3.5, 3.7], ['raised 1 at 40']],
    ['does not raise by one sight alone', [3, 3, 3, 3.25, 3, 3, 3], []],
    ['climbs when it rises faster still', [3, 3, 3.2, 3.4, 4, 4.8, 5.6], ['raised 1 at 30', 'climbed 2 at 50']],
    ['R3 lets no doubtful value count', [3, 3, 3, [5, 'stepTooLarge'], [6, 'stepTooLarge'], [7, 'backfilled'], 3, 3], []],
    [
      'ends after the hold, once the water rises no more',
      [3, 3, 3.2, 3.4, 3.6, 3.6, 3.6, 3.6, 3.6, 3.6],
      ['raised 1 at 30', 'cleared 0 at 90'],
    ],
  ])('%s', (_, values, expected) => {
    expect(said(playbook, 'river-rise', every10(values))).toEqual(expected);
  });

  it('counts only above the threshold that it names', () => {
    const above = aPlaybook({ rules: [aRiseRule({ above: 'warn' })] });
    expect(said(above, 'river-rise', every10([3, 3, 3.2, 3.4, 3.6, 3.8]))).toEqual([]);
    expect(said(above, 'river-rise', every10([4, 4, 4.2, 4.4, 4.6, 4.8]))).toEqual(['raised 1 at 50']);
  });

  it('says how fast, in the unit of the quantity per hour', () => {
    const [raised] = transitionsOf(playbook, 'river-rise', every10([3, 3, 3.2, 3.4]), 0, false);
    expect(raised!.record).toMatchObject({
      verdict: '30分間の変化が1時間あたり 0.80 m',
      limits: [
        { code: 'quick', value: 0.5 },
        { code: 'veryQuick', value: 1.5 },
      ],
    });
  });
});

describe('a schedule', () => {
  const rules = [aLevelRule({ schedule: { weekdays: [3], fromMinute: 0, toMinute: 20 } })];

  it('raises and climbs only in its hours, by the clocks of the city, and steps down at any time', () => {
    // T0 is a Wednesday, 00:00 in Japan.
    const playbook = aPlaybook({ rules });
    expect(said(playbook, 'river-level', every10([3.6, 3.6, 4.6, 4.6, 5.6, 3, 3, 3, 3]))).toEqual(['raised 1 at 10', 'cleared 0 at 80']);
    expect(
      said(playbook, 'river-level', [
        [30, 'tama-03', 5],
        [40, 'tama-03', 5],
      ]),
    ).toEqual([]);
    const honolulu = { ...playbook, city: { ...playbook.city, timeZone: 'Pacific/Honolulu' } };
    expect(said(honolulu, 'river-level', every10([3.6, 3.6, 4.6, 4.6]))).toEqual([]);
  });
});

const three = ['tama-01', 'tama-02', 'tama-03'].map((id, i) => aGauge({ id, device: id, upstream: i > 0 ? `tama-0${i}` : null }));
const over = (minute: number, ...ids: readonly string[]): Seen[] =>
  ids.flatMap(
    (id) =>
      [
        [minute, id, 4.6],
        [minute + 5, id, 4.7],
      ] as Seen[],
  );
const byTime = (seen: readonly Seen[]): Seen[] => seen.toSorted((a, b) => a[0] - b[0]);

describe('a vote rule', () => {
  const playbook = aPlaybook({ gauges: three, rules: [aLevelRule({ clearHoldMs: 0 }), aVoteRule()] });

  it('raises when enough gauges stand at the step, and climbs with more of them', () => {
    expect(said(playbook, 'river-vote', over(0, 'tama-01'))).toEqual([]);
    const all = byTime([...over(0, 'tama-01'), ...over(10, 'tama-02'), ...over(20, 'tama-03')]);
    expect(said(playbook, 'river-vote', all)).toEqual(['raised 1 at 15', 'climbed 2 at 25']);
  });

  it('steps down when gauges leave the step', () => {
    const falling = [...byTime([...over(0, 'tama-01'), ...over(5, 'tama-02')]), [20, 'tama-02', 3]] as Seen[];
    expect(said(playbook, 'river-vote', falling)).toEqual(['raised 1 at 10', 'cleared 0 at 20']);
  });

  it('F50 promise 4 a gauge that fell silent has no vote: it neither raises nor lets the alert go down', () => {
    // The third gauge, calm and heard, is asked to judge after the other two fell silent.
    const silent = byTime([...over(0, 'tama-01'), ...over(5, 'tama-02')]);
    const later = [60, 70, 80].map((minute) => [minute, 'tama-03', 3] as Seen);
    expect(said(playbook, 'river-vote', [...silent, ...later])).toEqual(['raised 1 at 10']);
    expect(said(playbook, 'river-vote', [...over(0, 'tama-01'), ...over(60, 'tama-02')])).toEqual([]);
  });

  it('promise 7 lets no test take back what is real', () => {
    const judge = new Judge(playbook, { alerts: [], watches: [] }, T0);
    const real = byTime([...over(0, 'tama-01'), ...over(5, 'tama-02')]).map(reading);
    const tests = [20, 30, 40].map((minute) => ({ ...reading([minute, 'tama-02', 3]), status: 'test' as const }));
    [...real, ...tests].forEach((one, i) => judge.observe({ position: i + 1, reading: one }, T0));
    expect(
      judge
        .take()
        .transitions.map(brief)
        .filter((told) => told.startsWith('river-vote')),
    ).toEqual(['river-vote@tama-03 raised 1 at 10']);
  });

  it('F42 one absurd gauge does not vote', () => {
    const absurd: Seen[] = [
      [0, 'tama-02', 8, 'stepTooLarge'],
      [5, 'tama-02', 8, 'outOfRange'],
    ];
    expect(said(playbook, 'river-vote', [...absurd, ...over(10, 'tama-01')])).toEqual([]);
  });

  it('writes down which readings voted, and how many could not tell', () => {
    const [raised] = transitionsOf(playbook, 'river-vote', byTime([...over(0, 'tama-01'), ...over(5, 'tama-02')]), 0, false);
    expect(raised!.record.verdict).toBe('3地点のうち2地点が該当(1地点は分からない)');
    expect(raised!.record.evidence.map(({ gauge, value }) => [gauge, value])).toEqual([
      ['tama-01', 4.7],
      ['tama-02', 4.7],
    ]);
  });
});

describe('a sequence rule', () => {
  const playbook = aPlaybook({ gauges: three, rules: [aLevelRule({ clearHoldMs: 0 }), aSequenceRule()] });
  const upstream = over(0, 'tama-02');

  it.each<[string, readonly Seen[], number, readonly string[]]>([
    [
      'tells when the water passed upstream, and again when it came',
      [...upstream, ...over(60, 'tama-03')],
      0,
      ['raised 1 at 5', 'climbed 2 at 65'],
    ],
    ['ends by itself when the water did not come within the lag', upstream, 200, ['raised 1 at 5', 'cleared 0 at 125']],
    [
      'ends when the water has left',
      [...upstream, ...over(60, 'tama-03'), [90, 'tama-03', 3]],
      0,
      ['raised 1 at 5', 'climbed 2 at 65', 'cleared 0 at 90'],
    ],
    ['says nothing when the water rises only here', over(0, 'tama-03'), 200, []],
    [
      'tells the passage, and with the next reading the arrival, when the water was here first',
      [...over(0, 'tama-03'), ...over(10, 'tama-02'), [20, 'tama-03', 4.6]],
      0,
      ['raised 1 at 15', 'climbed 2 at 20'],
    ],
    [
      'tells one upstream episode once',
      [...upstream, [180, 'tama-02', 4.7], [190, 'tama-02', 4.8]],
      400,
      ['raised 1 at 5', 'cleared 0 at 125'],
    ],
    [
      'begins anew with the next upstream episode',
      [...upstream, [150, 'tama-02', 3], ...over(160, 'tama-02')],
      200,
      ['raised 1 at 5', 'cleared 0 at 125', 'raised 1 at 165'],
    ],
    ['does not follow a gauge further up', over(0, 'tama-01'), 200, []],
  ])('%s', (_, seen, until, expected) => {
    expect(said(playbook, 'river-follows', seen, until)).toEqual(expected);
  });
});

/** Three gauges speak, a minute after each other. */
const allHeard = (minute: number): Seen[] => ['tama-01', 'tama-02', 'tama-03'].map((id, i) => [minute + i, id, 3]);

describe('gauges on one link', () => {
  const link = aGauge({ id: 'mast-1', device: 'mast-1', name: '北の基地局', kind: 'link', thresholds: [] });
  const members = ['tama-01', 'tama-02', 'tama-03'].map((id) => aGauge({ id, device: id, link: 'mast-1', thresholds: [] }));
  const elsewhere = aGauge({ id: 'tama-09', device: 'tama-09', thresholds: [] });
  const rule = aBlindRule({ linkGaugesMin: 3 });
  const playbook = aPlaybook({ gauges: [...members, elsewhere, link], rules: [rule] });
  const told = (transitions: readonly Transition[]): readonly string[] =>
    transitions
      .filter((transition) => routesOf({ routes: [route], transition, gauge: link, rule }).length > 0)
      .map((transition) => brief(transition).replace('blind@', ''));
  const route = {
    id: 'staff',
    rules: ['blind'],
    transitions: ['raised', 'cleared'] as const,
    fromStep: 1,
    audience: { kind: 'staff', group: 'duty' } as const,
    channels: ['email'] as const,
    lane: 'staff' as const,
    expiresAfterMs: HOUR,
    wording: 'staffBlind',
  };

  it('fall silent together: one alert of the link, and each gauge is blind all the same', () => {
    const all = transitionsOf(playbook, 'blind', [[0, 'tama-09', 3], ...allHeard(0), [20, 'tama-09', 3], [31, 'tama-09', 3]], 40, false);
    expect(told(all)).toEqual(['mast-1 raised 1 at 30']);
    expect(all.map(brief)).toHaveLength(4);
    expect(all.filter(({ coveredBy }) => coveredBy === 'blind@mast-1#1')).toHaveLength(3);
  });

  it('one of them alone is told as itself', () => {
    const seen: Seen[] = [...allHeard(0), [15, 'tama-02', 3], [16, 'tama-03', 3], [25, 'tama-02', 3], [26, 'tama-03', 3]];
    expect(told(transitionsOf(playbook, 'blind', seen, 35, false))).toEqual(['tama-01 raised 1 at 30']);
  });

  it('a gauge that stayed away when its link falls silent again is not told at no instant at all, and clears when it is heard', () => {
    const seen: Seen[] = [...allHeard(0), [50, 'tama-01', 3], [50, 'tama-02', 3], [300, 'tama-03', 3]];
    const all = transitionsOf(playbook, 'blind', seen, 300, false);
    expect(all.every(({ at }) => Number.isFinite(at))).toBe(true);
    expect(all.filter(({ gauge }) => gauge === 'tama-03').map(brief)).toEqual([
      'blind@tama-03 raised 1 at 32',
      'blind@tama-03 cleared 0 at 300',
    ]);
  });

  it('the link returns: its all-clear is told once, and whoever stays silent is told as itself', () => {
    const back: Seen[] = [
      [50, 'tama-01', 3],
      [51, 'tama-02', 3],
      [60, 'tama-01', 3],
      [61, 'tama-02', 3],
      [70, 'tama-01', 3],
    ];
    const all = transitionsOf(playbook, 'blind', [...allHeard(0), ...back], 81, false);
    expect(told(all)).toEqual(['mast-1 raised 1 at 30', 'mast-1 cleared 0 at 50', 'tama-03 raised 1 at 80']);
  });
});

function judged(judge: Judge, minute: number): readonly string[] {
  judge.tick(T0 + minute * MINUTE);
  return judge.take().transitions.map(brief);
}

describe('time in which nobody listened', () => {
  const playbook = aPlaybook({ rules: [aBlindRule()] });

  it('is nobody’s silence, and a service that is restarted every day still finds a standby gauge blind', () => {
    let judge = new Judge(playbook, { alerts: [], watches: [] }, T0);
    judge.observe({ position: 1, reading: aReading({ mode: 'standby', value: 2 }) }, T0);
    let stored = judge.take();
    // Blind after 30 h of listening; each restart was away for an hour, and another gauge shows until when the one before listened.
    const other = { gauge: 'other', recent: {}, mode: null, intervalMs: null };
    for (const [startHour, until] of [
      [11, 10],
      [22, 21],
      [33, 32],
    ] as const) {
      const watches = [...stored.watches.filter(({ gauge }) => gauge !== 'other'), { ...other, heardAt: T0 + until * HOUR }];
      judge = new Judge(playbook, { alerts: [], watches }, T0 + startHour * HOUR);
      stored = judge.take();
    }
    expect(judged(judge, 32.9 * 60)).toEqual([]);
    expect(judged(judge, 33.1 * 60)).toEqual(['blind@tama-03 raised 1 at 1980']);
  });

  it('is excused once, however often the stage begins anew in one life of the process', () => {
    const before = new Judge(playbook, { alerts: [], watches: [] }, T0);
    before.observe({ position: 1, reading: aReading({ value: 5 }) }, T0);
    let { watches } = before.take();
    const startAt = T0 + 10 * HOUR;
    for (let begun = 0; begun < 5; begun += 1) {
      const judge = new Judge(playbook, { alerts: [], watches }, startAt, startAt);
      const kept = judge.take().watches;
      watches = kept.length > 0 ? kept : watches;
    }
    const judge = new Judge(playbook, { alerts: [], watches }, startAt, startAt);
    expect(judged(judge, 10 * 60 + 29)).toEqual([]);
    expect(judged(judge, 10 * 60 + 31)).toEqual(['blind@tama-03 raised 1 at 630']);
  });

  it('F21 is counted from the start when the clock was set back meanwhile, and a new word counts again from itself', () => {
    const before = new Judge(playbook, { alerts: [], watches: [] }, T0);
    before.observe({ position: 1, reading: aReading({ value: 5 }) }, T0);
    const { watches } = before.take();
    const startMinute = -24 * 60;
    const startAt = T0 + startMinute * MINUTE;
    const restarted = () => new Judge(playbook, { alerts: [], watches }, startAt, startAt);
    const silent = restarted();
    expect(judged(silent, startMinute + 29)).toEqual([]);
    expect(judged(silent, startMinute + 31)).toEqual([`blind@tama-03 raised 1 at ${startMinute + 30}`]);

    const heard = restarted();
    const at = T0 + (startMinute + 10) * MINUTE;
    heard.observe({ position: 2, reading: aReading({ value: 5, observedAt: at, receivedAt: at }) }, at);
    expect(judged(heard, startMinute + 39)).toEqual([]);
    expect(judged(heard, startMinute + 41)).toEqual([`blind@tama-03 raised 1 at ${startMinute + 40}`]);
  });
});

const ruleOn = (condition: Condition) => aCelRule({ condition, selector: { gauges: ['tama-03'] } });

describe('a condition', () => {
  /** Says what a table tells it: the verdict for the value of the gauge that is judged. */
  class Tabled extends Condition {
    readonly text = 'table';
    readonly gauges: readonly GaugeId[];
    readonly around = [];
    readonly asksWeather = true;
    readonly windowMs = 0;
    readonly #verdict: (facts: FactsSource) => Verdict;
    constructor(verdict: (facts: FactsSource) => Verdict, gauges: readonly GaugeId[] = []) {
      super();
      this.#verdict = verdict;
      this.gauges = gauges;
    }
    evaluate(facts: FactsSource): Verdict {
      return this.#verdict(facts);
    }
  }
  const weather = aGauge({ id: 'sky', device: 'sky', kind: 'weather', quantity: 'weather', river: null, thresholds: [] });
  const stepBy = (tell: (facts: FactsSource) => number) => new Tabled((facts) => ({ kind: 'step', step: tell(facts) }));
  const cityWith = (condition: Condition) => aPlaybook({ gauges: [...three, weather], rules: [aLevelRule(), ruleOn(condition)] });

  it('is confirmed, held and left like any other rule', () => {
    const high = stepBy(({ own }) => ((own.newest?.value ?? 0) > 4 ? 1 : 0));
    expect(said(cityWith(high), 'river-cel', every10([5, 3, 5, 5, 3, 3, 3, 3]))).toEqual(['raised 1 at 30', 'cleared 0 at 60']);
  });

  it('F50 cannot tell is never under: it neither raises nor clears', () => {
    const torn = new Tabled(({ own }) => (own.newest!.value < 3.5 ? { kind: 'unknown', why: 'gone' } : { kind: 'step', step: 1 }));
    expect(said(cityWith(torn), 'river-cel', every10([5, 5, 3, 3, 3, 3, 3, 3]))).toEqual(['raised 1 at 10']);
  });

  it('is asked again when another gauge that it names speaks, and sees how that one stands', () => {
    const other = new Tabled((facts) => ({ kind: 'step', step: facts.other('tama-01')?.step('river-level') === 2 ? 1 : 0 }), ['tama-01']);
    expect(said(cityWith(other), 'river-cel', [[0, 'tama-03', 3], ...over(10, 'tama-01'), [20, 'tama-01', 4.8]])).toEqual([
      'raised 1 at 20',
    ]);
  });

  it('sees the weather level of its district as long as somebody told it', () => {
    const stormy = new Tabled(({ weatherLevel }) =>
      weatherLevel === null ? { kind: 'unknown', why: '' } : { kind: 'step', step: weatherLevel >= 3 ? 1 : 0 },
    );
    const playbook = cityWith(stormy);
    const judge = new Judge(playbook, { alerts: [], watches: [] }, T0);
    const bulletin = aReading({ gauge: 'sky', quantity: 'weather', value: 3 });
    judge.observe({ position: 1, reading: bulletin }, T0);
    for (const [i, hour] of [1, 2, 14, 15].entries()) {
      judge.observe({ position: i + 2, reading: aReading({ observedAt: T0 + hour * HOUR }) }, T0);
    }
    expect(judge.take().transitions.map(brief)).toEqual(['river-cel@tama-03 raised 1 at 60']);
  });

  it('F49 is parked where it costs too much, told once, and judged no more; other rules go on', () => {
    let asked = 0;
    const costly = new Tabled(() => {
      asked += 1;
      return { kind: 'tooCostly' };
    });
    const judge = new Judge(cityWith(costly), { alerts: [], watches: [] }, T0);
    every10([3.6, 3.6, 3.6]).forEach((one, i) => judge.observe({ position: i + 1, reading: reading(one) }, T0));
    const { transitions, alerts } = judge.take();
    expect(transitions.map(brief)).toEqual(['river-cel@tama-03 parked 0 at 0', 'river-level@tama-03 raised 1 at 10']);
    expect(alerts.find(({ ruleId }) => ruleId === 'river-cel')?.parked).toBe('計算の上限を超えた');
    expect(asked).toBe(1);
    const staff = { id: 'staff', rules: ['river-cel'], audience: { kind: 'staff', group: 'duty' } } as unknown as Route;
    const residents = { id: 'public', rules: ['river-cel'], audience: { kind: 'residents', category: 'flood' } } as unknown as Route;
    const heard = routesOf({ routes: [staff, residents], transition: transitions[0]!, gauge: three[0]!, rule: ruleOn(costly) });
    expect(heard.map(({ id }) => id)).toEqual(['staff']);
  });
});
