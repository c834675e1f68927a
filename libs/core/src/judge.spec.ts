import { aBandRule, aBlindRule, aGauge, aLevelRule, aPlaybook, aReading, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import type { Transition } from './alert.ts';
import { Judge } from './judge.ts';
import type { Playbook } from './playbook.ts';
import type { Quality, Reading } from './reading.ts';

const quiet = { alerts: [], watches: [] };

/** Lets a judge see readings and collects what it says: `kind to-step at-minute`. */
function story(playbook: Playbook, readings: readonly Partial<Reading>[]): { said: string[]; transitions: Transition[]; judge: Judge } {
  const judge = new Judge(playbook, quiet, T0);
  readings.forEach((set, i) => judge.observe({ position: i + 1, reading: aReading(set) }, T0));
  const { transitions } = judge.take();
  return { said: transitions.map(brief), transitions: [...transitions], judge };
}
const brief = ({ kind, to, at }: Transition): string => `${kind} ${to} at ${Math.round((at - T0) / MINUTE)}`;

const levels = (values: readonly (number | [number, Quality])[], everyMs = 10 * MINUTE): Partial<Reading>[] =>
  values.map((entry, i) => {
    const [value, quality] = typeof entry === 'number' ? [entry, 'ok' as const] : entry;
    return { value, quality, observedAt: T0 + i * everyMs };
  });

describe('a level rule', () => {
  const playbook = aPlaybook();

  it.each<[string, readonly (number | [number, Quality])[], readonly string[]]>([
    ['says nothing below start', [3.0, 3.2, 3.4], []],
    ['waits for a second reading', [3.0, 4.6, 3.0], []],
    ['raises at the second reading and at the step that both reached', [3.0, 3.6, 4.6], ['raised 1 at 20']],
    ['climbs as one alert', [3.6, 3.7, 4.6, 4.7, 5.6, 5.7], ['raised 1 at 10', 'climbed 2 at 30', 'climbed 3 at 50']],
    ['goes straight to the highest step that is confirmed', [3.0, 5.6, 5.7], ['raised 3 at 20']],
    ['stays raised between the limit and the margin below it', [4.6, 4.6, 4.45, 4.45, 4.45, 4.45, 4.45], ['raised 2 at 10']],
    ['steps down after the hold, not before', [4.6, 4.6, 4.3, 4.3, 4.3, 4.3], ['raised 2 at 10', 'steppedDown 1 at 50']],
    ['starts the hold again when the value returns', [4.6, 4.6, 4.3, 4.3, 4.6, 4.3, 4.3, 4.3], ['raised 2 at 10']],
    ['clears from the highest step at once when the water is gone', [5.6, 5.7, 3.0, 3.0, 3.0, 3.0], ['raised 3 at 10', 'cleared 0 at 50']],
    ['steps down to the highest step held during the hold', [5.6, 5.7, 4.6, 3.0, 3.0, 3.0], ['raised 3 at 10', 'steppedDown 2 at 50']],
    ['does not count a spike', [3.0, [8, 'stepTooLarge'], 3.0, [8, 'stepTooLarge'], [8, 'outOfRange']], []],
    [
      'does not let doubtful values clear',
      [4.6, 4.6, [1, 'stepTooLarge'], [1, 'outOfRange'], [1, 'constant'], [1, 'backfilled']],
      ['raised 2 at 10'],
    ],
    ['numbers its episodes', [3.6, 3.6, 3, 3, 3, 3, 3.6, 3.6], ['raised 1 at 10', 'cleared 0 at 50', 'raised 1 at 70']],
  ])('%s', (_, values, expected) => {
    expect(story(playbook, levels(values)).said).toEqual(expected);
  });

  it('gives a second episode its own ids', () => {
    const { transitions } = story(playbook, levels([3.6, 3.6, 3, 3, 3, 3, 3.6, 3.6]));
    expect(transitions.map(({ id }) => id)).toEqual(['river-level@tama-03#1/1', 'river-level@tama-03#1/2', 'river-level@tama-03#2/1']);
  });

  it('promise 7 lets no test bear witness to real life, nor the other way round', () => {
    const [one, two, three] = levels([4.6, 4.7, 4.8]);
    expect(story(playbook, [one!, { ...two!, status: 'test' }]).said).toEqual([]);
    expect(story(playbook, [{ ...one!, status: 'test' }, two!]).said).toEqual([]);
    expect(story(playbook, [one!, { ...two!, status: 'test' }, three!]).said).toEqual(['raised 2 at 20']);
  });

  it('promise 7 lets no test take back what is real', () => {
    const real = levels([4.6, 4.7]);
    const calm = [2, 3, 4, 5, 6].map((i) => ({ value: 3, observedAt: T0 + i * 10 * MINUTE, status: 'test' as const }));
    expect(story(playbook, [...real, ...calm]).said).toEqual(['raised 2 at 10']);
  });

  it('R3 never raises by late readings, and decides the same in any order of arrival within the lateness', () => {
    const late = levels([
      [4.6, 'backfilled'],
      [4.7, 'backfilled'],
    ]);
    expect(story(playbook, late).said).toEqual([]);
    const [a, b, c] = levels([3.0, 4.6, 4.7]);
    expect(story(playbook, [a!, c!, b!]).said).toEqual(['raised 2 at 20']);
  });

  it('does not judge the present by a reading older than the greatest age', () => {
    const old = levels([4.6, 4.7]).map((reading) => ({ ...reading, receivedAt: reading.observedAt! + HOUR }));
    expect(story(playbook, old).said).toEqual([]);
  });

  it('a gap is not a state: a hold with a hole in it starts again', () => {
    const readings = [4.6, 4.6, 4.3].map((value, i) => ({ value, observedAt: T0 + i * 10 * MINUTE }));
    const afterGap = [0, 10, 20, 30].map((minute) => ({ value: 4.3, observedAt: T0 + (120 + minute) * MINUTE }));
    expect(story(playbook, [...readings, ...afterGap]).said).toEqual(['raised 2 at 10', 'steppedDown 1 at 150']);
  });

  it('does not take two readings for a row that are more than six hours apart', () => {
    const first = { value: 4.6, observedAt: T0 };
    expect(story(playbook, [first, { value: 4.7, observedAt: T0 + 7 * HOUR }]).said).toEqual([]);
    expect(story(playbook, [first, { value: 4.7, observedAt: T0 + 5 * HOUR }]).said).toEqual(['raised 2 at 300']);
  });

  it('D§10.5 judges each reading by the limits in force when it was made', () => {
    const gauge = aGauge({
      thresholds: [
        { code: 'warn', value: 4.5, validFrom: 0 },
        { code: 'warn', value: 5, validFrom: T0 + 20 * MINUTE },
      ],
    });
    expect(story(aPlaybook({ gauges: [gauge] }), levels([4.6, 4.4, 4.6, 4.6, 5.1, 5.1])).said).toEqual(['raised 2 at 50']);
  });

  it('keeps the number of a step where the gauge lacks the one below', () => {
    const gauge = aGauge({ thresholds: aGauge().thresholds.filter(({ code }) => code !== 'warn') });
    expect(story(aPlaybook({ gauges: [gauge] }), levels([5.6, 5.6])).said).toEqual(['raised 3 at 10']);
  });

  it('can ask for a duration instead of a number of readings', () => {
    const patient = aPlaybook({ rules: [aLevelRule({ confirm: { forMs: 20 * MINUTE } })] });
    expect(story(patient, levels([3.0, 4.6, 4.6, 4.6])).said).toEqual(['raised 2 at 30']);
  });

  it('carries the evidence, the limits and the verdict', () => {
    const { transitions } = story(playbook, levels([3.0, [8, 'stepTooLarge'], 4.6, 4.7]));
    expect(transitions[0]!.record).toMatchObject({
      playbookVersion: 'test-1',
      verdict: '2回続けて危険水位(4.5)以上',
      evidence: [{ position: 1 }, { position: 2, quality: 'stepTooLarge' }, { position: 3 }, { position: 4, value: 4.7 }],
    });
  });
});

const counts = (values: readonly number[]): Partial<Reading>[] =>
  levels(values).map((reading) => ({ ...reading, quantity: 'count' as const }));

describe('a band rule', () => {
  it('D§10.12 does not flap at 79 → 81 → 79 percent', () => {
    const shelter = aGauge({ kind: 'shelter', quantity: 'count', capacity: 100, thresholds: [] });
    const playbook = aPlaybook({ gauges: [shelter], rules: [aBandRule()] });
    expect(story(playbook, counts([79, 81, 79, 81, 74])).said).toEqual(['raised 2 at 0', 'climbed 3 at 10', 'steppedDown 2 at 40']);
  });
});

describe('a blind rule', () => {
  const playbook = aPlaybook({ rules: [aBlindRule(), aLevelRule()] });

  it('D§10.2 calls a gauge that falls silent while observing blind after three intervals, and keeps its last state', () => {
    const { judge } = story(playbook, levels([5.3, 5.4]));
    judge.tick(T0 + 39 * MINUTE);
    expect(judge.take().transitions).toEqual([]);
    judge.tick(T0 + 45 * MINUTE);
    expect(judge.take().transitions.map(brief)).toEqual(['raised 1 at 40']);
    expect(judge.alert('river-level', 'tama-03').step).toBe(2);
  });

  it('is patient with a gauge that stands by', () => {
    const { judge } = story(playbook, [{ value: 2, mode: 'standby' }]);
    judge.tick(T0 + 29 * HOUR);
    expect(judge.take().transitions).toEqual([]);
    judge.tick(T0 + 31 * HOUR);
    expect(judge.take().transitions.map(brief)).toEqual(['raised 1 at 1800']);
  });

  it('clears when the gauge is heard again, and proves nothing about the time before this service listened', () => {
    const { judge } = story(playbook, levels([5.3]));
    judge.tick(T0 + HOUR);
    judge.observe({ position: 9, reading: aReading({ observedAt: T0 + 2 * HOUR, value: 5 }) }, T0);
    expect(
      judge
        .take()
        .transitions.filter(({ ruleId }) => ruleId === 'blind')
        .map(brief),
    ).toEqual(['raised 1 at 30', 'cleared 0 at 120']);
    const restarted = new Judge(playbook, { alerts: [], watches: [] }, T0 + 24 * HOUR);
    restarted.tick(T0 + 24 * HOUR + MINUTE);
    expect(restarted.take().transitions).toEqual([]);
  });
});

describe('a judge that is restarted', () => {
  it('comes to the same transitions from any commit on (P2)', () => {
    const readings = levels([3.0, 3.6, 4.6, 4.7, [9, 'stepTooLarge'], 5.6, 5.7, 4, 4, 4, 4, 3, 3, 3, 3, 3]);
    const whole = story(aPlaybook(), readings).transitions;
    for (let cut = 0; cut <= readings.length; cut += 1) {
      const before = new Judge(aPlaybook(), quiet, T0);
      readings.slice(0, cut).forEach((set, i) => before.observe({ position: i + 1, reading: aReading(set) }, T0));
      const kept = before.take();
      const stored = JSON.parse(JSON.stringify({ alerts: kept.alerts, watches: kept.watches })) as typeof quiet;
      const after = new Judge(aPlaybook(), stored, T0);
      readings.slice(cut).forEach((set, i) => after.observe({ position: cut + i + 1, reading: aReading(set) }, T0));
      expect([...kept.transitions, ...after.take().transitions]).toEqual(whole);
    }
  });
});
