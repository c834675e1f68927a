import { emptyMark, type Playbook, type Reading, type Route } from '#core';
import { MemoryDirectory, MemoryReadingLog } from '#memory';
import { aGauge, aPlaybook, aReading, HOUR, MINUTE, T0 } from '../../../../test/support/builders.ts';
import { effectOf, type EffectOptions } from './effect.ts';

const DAY = 24 * HOUR;
const NOW = T0 + 20 * DAY;

const route: Route = {
  id: 'residents',
  rules: ['river-level'],
  transitions: ['raised', 'climbed', 'steppedDown', 'cleared'],
  fromStep: 2,
  audience: { kind: 'residents', category: 'flood' },
  channels: ['line', 'disaster-mail'],
  lane: 'flood',
  expiresAfterMs: HOUR,
  wording: 'river',
};

const marks = (warn: number) => [
  { code: 'start', value: 3.5, validFrom: 0 },
  { code: 'warn', value: warn, validFrom: 0 },
  { code: 'flood', value: 5.5, validFrom: 0 },
];
const playbook = (version: string, warn: number, set: Partial<Parameters<typeof aPlaybook>[0]> = {}): Playbook =>
  aPlaybook({ version, routes: [route], gauges: [aGauge({ thresholds: marks(warn) })], ...set });

/** A flood to 4.7 m on a day: an hour up, and down again. */
const flood = (day: number, top = 4.7): readonly Reading[] =>
  [3, top, top, top, 3, 3, 3, 3, 3].map((value, i) => aReading({ value, observedAt: T0 + day * DAY + i * 10 * MINUTE }));

async function effect(readings: readonly Reading[], set: Partial<EffectOptions> = {}) {
  const log = new MemoryReadingLog();
  await log.append({ readings, marks: [emptyMark('tama-03')] });
  const directory = new MemoryDirectory();
  await directory.subscribe(
    ['a', 'b', 'c'].map((address) => ({ channel: 'line', address, language: 'ja', districts: ['001'], categories: ['flood'] })),
  );
  await directory.subscribe([{ channel: 'line', address: 'd', language: 'ja', districts: ['002'], categories: ['flood'] }]);
  const [before, after] = [playbook('v1', 4.5), playbook('v2', 4.5)];
  return effectOf({ before, after, log, directory, now: NOW, pause: async () => undefined, ...set });
}

describe('the effect of a change on the readings of the last days', () => {
  it('is nothing when the playbook says the same', async () => {
    expect(await effect([...flood(1), ...flood(5)])).toMatchObject({
      readings: 18,
      isComplete: true,
      episodes: { before: 2, after: 2, same: 2 },
      differences: [],
      differencesLeftOut: 0,
      routes: [{ route: 'residents', before: 4, after: 4 }],
    });
  });

  it('F51 tells what would have been raised, when, and for how many people', async () => {
    const { differences, episodes, routes } = await effect([...flood(1), ...flood(5, 4.3)], { after: playbook('v2', 4.2) });
    expect(episodes).toEqual({ before: 2, after: 2, same: 1 });
    expect(differences).toMatchObject([
      {
        kind: 'changed',
        rule: 'river-level',
        gauge: 'tama-03',
        gaugeName: '多摩川 多摩 三',
        before: { raisedAt: T0 + 5 * DAY + 20 * MINUTE, top: '観測開始水位', heard: [] },
        after: {
          raisedAt: T0 + 5 * DAY + 20 * MINUTE,
          top: '危険水位',
          heard: [
            {
              route: 'residents',
              audience: 'residents',
              of: 'flood',
              districts: ['本町'],
              channels: ['line', 'disaster-mail'],
              subscribers: 3,
            },
          ],
        },
      },
    ]);
    expect(routes).toEqual([{ route: 'residents', before: 2, after: 4 }]);
  });

  it('tells what would not be said any more, and what would be said anew', async () => {
    const none = playbook('v2', 4.5, { rules: [] });
    expect((await effect(flood(1), { after: none })).differences).toMatchObject([{ kind: 'removed', after: null, before: { topStep: 2 } }]);
    expect((await effect(flood(1), { before: none })).differences).toMatchObject([{ kind: 'added', before: null, after: { topStep: 2 } }]);
  });

  it('tells that other people would hear of the same alert', async () => {
    const after = playbook('v2', 4.5, { gauges: [aGauge({ thresholds: marks(4.5), areas: ['001', '002'] })] });
    const { differences } = await effect(flood(1), { after });
    expect(differences).toMatchObject([
      { kind: 'changed', before: { heard: [{ subscribers: 3 }] }, after: { heard: [{ subscribers: 4 }] } },
    ]);
  });

  it('looks at the asked days only, and at no drill', async () => {
    const drill = flood(6).map((reading) => ({ ...reading, status: 'exercise' as const }));
    const { from, readings, episodes } = await effect([...flood(1), ...flood(18), ...drill], { days: 10 });
    expect(from).toBe(T0 + 18 * DAY);
    expect(readings).toBe(9);
    expect(episodes.before).toBe(1);
  });

  it('leaves everybody else a turn after every slice, and says when time ran out before the end', async () => {
    const many = Array.from({ length: 200 }, (_, i) => flood(i / 20)).flat();
    let pauses = 0;
    const whole = await effect(many, { pause: async () => void (pauses += 1) });
    expect(whole.isComplete).toBe(true);
    expect(pauses).toBeGreaterThanOrEqual(many.length / 500);
    const cut = await effect(many, { workMsMax: 0 });
    expect(cut).toMatchObject({ isComplete: false, readings: 0, episodes: { before: 0 } });
  });

  it('F46 names gauges that were moved, and those whose past was converted otherwise', async () => {
    const after = playbook('v2', 4.5, { gauges: [aGauge({ thresholds: marks(4.5), offset: 0.3 })] });
    expect(await effect(flood(1), { after })).toMatchObject({ moved: ['tama-03'], converted: ['tama-03'] });
    const anew = playbook('v2', 4.5, { gauges: [aGauge({ thresholds: marks(4.4), offset: 0.3 })] });
    expect(await effect(flood(1), { after: anew })).toMatchObject({ moved: [], converted: ['tama-03'] });
  });

  it('is empty for a log without readings', async () => {
    expect(await effect([])).toMatchObject({ readings: 0, isComplete: true, episodes: { before: 0, after: 0, same: 0 } });
  });
});
