import { type GaugeId, Judge, type Playbook } from '#core';
import { aReading, MINUTE, T0 } from '../../../test/support/builders.ts';
import { SAMPLE, withEdited } from './broken-playbook.ts';
import { loadPlaybook } from './load-playbook.ts';

/** A condition as it is written below `condition:`, at the head of the rules of the sample city: its first line is line 12. */
const city = (condition: string, selector = '{ gauges: [ose-kawara] }') => ({
  file: 'playbook.yaml',
  from: 'rules:\n',
  to: `rules:
  - id: upstream-and-rain
    condition: ${condition}
    kind: cel
    name: 上流と雨
    selector: ${selector}
    confirm: { for: 20m }
    greatestAge: 30m
    steps: [{ code: watch, name: 警戒 }]
    clearHold: 1h
    staffOnly: true
`,
});

/** What is wrong with the condition as `line:column message`; that no route names the rule is another matter. */
const told = (condition: string, selector?: string): Promise<readonly string[]> =>
  withEdited([city(condition, selector)], async (folder) =>
    (await loadPlaybook(folder)).problems
      .filter(({ message }) => message.includes('condition'))
      .map(({ line, column, message }) => `${line}${column === undefined ? '' : `:${column}`} ${message}`),
  );

/** What the engine says of a rule: `kind to at-minute`. */
function said(
  playbook: Playbook,
  readings: readonly (readonly [minute: number, gauge: GaugeId, level: number])[],
  rule = 'upstream-and-rain',
) {
  const judge = new Judge(playbook, { alerts: [], watches: [] }, T0);
  for (const [i, [minute, gauge, value]] of readings.entries())
    judge.observe({ position: i + 1, reading: aReading({ gauge, value, observedAt: T0 + minute * MINUTE }) }, T0);
  return judge
    .take()
    .transitions.filter(({ ruleId }) => ruleId === rule)
    .map(({ kind, to, at }) => `${kind} ${to} at ${(at - T0) / MINUTE}`);
}

const loaded = (condition: string): Promise<Playbook> =>
  withEdited([city(condition)], async (folder) => {
    const { playbook, problems } = await loadPlaybook(folder);
    if (!playbook) throw new Error(JSON.stringify(problems));
    return playbook;
  });

const every10 = (gauge: GaugeId, levels: readonly number[]) =>
  levels.map((level, i): readonly [number, GaugeId, number] => [i * 10, gauge, level]);
const RISING = [2, 2, 2, 2.2, 2.5, 2.8, 3.1, 3.4];

describe('a condition in the engine', () => {
  it('raises by what several gauges say together, and not by one of them', async () => {
    const playbook = await loaded('rise(30) >= 0.5 && gauges["ose-seguchi"].value > 3.0');
    const upstream = (level: number) =>
      every10(
        'ose-seguchi',
        RISING.map(() => level),
      );
    const both = (level: number) => [...upstream(level), ...every10('ose-kawara', RISING)].toSorted(([a], [b]) => a - b);
    expect(said(playbook, both(3.5))).toEqual(['raised 1 at 60']);
    expect(said(playbook, both(2.9))).toEqual([]);
    expect(said(playbook, every10('ose-kawara', RISING))).toEqual([]);
  });

  it('F49 parks a condition that a device made too costly, and the other rules go on', async () => {
    const [windows, times] = [Array.from({ length: 10 }, () => 'mean(60) > 99.0').join(' || '), Array.from({ length: 50 }, (_, i) => i)];
    const playbook = await loaded(`'[${times.join(', ')}].exists(i, ${windows})'`);
    const everySecond = Array.from({ length: 100 }, (_, i): readonly [number, GaugeId, number] => [i / 60, 'ose-kawara', 9]);
    expect(said(playbook, every10('ose-kawara', RISING))).toEqual([]);
    expect(said(playbook, everySecond)).toEqual([expect.stringMatching(/^parked 0/)]);
    expect(said(playbook, everySecond, 'river-level')).toEqual([expect.stringMatching(/^raised 3/)]);
  });
});

describe('a rule with a condition', () => {
  it('becomes a rule of the engine', async () => {
    await withEdited([city('rise(30) >= 0.5 && gauges["ose-seguchi"].step("river-level") >= 2')], async (folder) => {
      const { playbook, problems } = await loadPlaybook(folder);
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(playbook!.rules[0]).toMatchObject({
        id: 'upstream-and-rain',
        kind: 'cel',
        confirm: { forMs: 1_200_000 },
        greatestAgeMs: 1_800_000,
        clearHoldMs: 3_600_000,
        steps: [{ code: 'watch', name: '警戒' }],
        condition: { gauges: ['ose-seguchi'], windowMs: 1_800_000 },
      });
    });
  });

  it.each([
    ['value > 3.0 && valeu > 9.0', /^12:31 .*「valeu」という語はありません。「value」ではありませんか$/],
    ['"value > 3.0 && gauges[\\"ose-seguch\\"].value > 3.0"', /^12:39 .*「ose-seguch」.*「ose-seguchi」ではありませんか$/],
    [`'gauge.name == "it''s" && valeu > 9.0'`, /^12:42 .*「valeu」/],
    ['|\n      value > 3.0 &&\n      // 夜だけ\n      clock.hours > 20', /^15 .*「\.hours」.*「hour」ではありませんか$/],
    ['>-\n      value > 3.0 &&\n      weather.level > 2 &&\n      valeu > 9.0', /^15:7 .*「valeu」/],
    ['value > 3.0 &&\n      weather.level > 2 &&\n      valeu > 9.0', /^14:7 .*「valeu」/],
    ['value > threshold("nothing-like-it")', /「nothing-like-it」.*使えるのは .*warn.* です$/],
    ['step("upstream-and-rain") > 0', /「upstream-and-rain」というほかのルールはありません/],
    [`'value > 3.0 ? 2 : "a"'`, /同じ種類/],
    ['gauge.name.matches("(a+)+$")', /matches/],
    ["' '", /write a condition such as rise\(30\)/],
    ['3.5', /write a condition such as rise\(30\)/],
  ])('is refused at its own place: %s', async (condition, problem) => {
    const problems = await told(condition);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    await withEdited([city(condition)], async (folder) => expect((await loadPlaybook(folder)).playbook).toBeNull());
  });

  it('warns of gauges on which it could never tell, and is used all the same', async () => {
    const condition = 'value > threshold("warn")';
    const selector = '{ gauges: [ose-kawara, ose-chuobashi] }';
    expect(await told(condition, selector)).toEqual([expect.stringMatching(/^12:34 .*ose-chuobashi に.*warn/)]);
    await withEdited([city(condition, selector)], async (folder) => expect((await loadPlaybook(folder)).playbook).not.toBeNull());
  });

  it('does not tell a gauge twice whose row has an error', async () => {
    const edits = [city('gauges["ose-seguchi"].value > 3.0'), { file: 'gauges.csv', from: '137.6985,T.P.', to: '東経,T.P.' }];
    await withEdited(edits, async (folder) => {
      const { problems } = await loadPlaybook(folder);
      expect(problems.filter(({ message }) => message.includes('condition'))).toEqual([]);
      expect(problems.map(({ file }) => file)).toContain('gauges.csv');
    });
  });

  it('F51 leaves the sample city as it is', async () => {
    expect((await loadPlaybook(SAMPLE)).problems).toEqual([]);
  });
});
