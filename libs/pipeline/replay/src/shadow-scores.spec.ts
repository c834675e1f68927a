import { Judge, type LogEntry, type Playbook, type Reading } from '#core';
import { MemoryLedger, MemoryReadingHistory } from '#memory';
import { aBandRule, aGauge, aLevelRule, aPlaybook, aReading, HOUR, MINUTE, T0 } from '../../../../test/support/builders.ts';
import { shadowScores } from './shadow-scores.ts';

const DAY = 24 * HOUR;
const NOW = T0 + 29 * DAY;

const route = {
  id: 'residents',
  rules: ['river-level', 'trial'],
  transitions: ['raised', 'climbed', 'cleared'] as const,
  fromStep: 2,
  audience: { kind: 'residents' as const, category: 'flood' },
  channels: ['line'] as const,
  lane: 'flood' as const,
  expiresAfterMs: HOUR,
  wording: 'flood',
};

/** The rule under trial warns at 4.5 m of what begins to flow over at 5.5 m, and says nothing to anybody. */
const playbook = aPlaybook({
  gauges: [aGauge()],
  rules: [
    aLevelRule(),
    aLevelRule({ id: 'trial', name: '試しの規則', shadow: true }),
    aBandRule({ shadow: true, selector: { kinds: ['shelter'] } }),
  ],
  routes: [route],
});

/** Ten minutes apart from a day on. */
const course = (day: number, values: readonly number[], set: Partial<Reading> = {}): readonly Reading[] =>
  values.map((value, i) => aReading({ value, observedAt: T0 + day * DAY + i * 10 * MINUTE, ...set }));

/** Judges these as the live service did, keeps both sides, and scores them. */
async function scored(readings: readonly Reading[], { now = NOW, by = playbook }: { readonly now?: number; readonly by?: Playbook } = {}) {
  const ledger = new MemoryLedger();
  const history = new MemoryReadingHistory();
  const entries = readings.map((reading, i): LogEntry => ({ position: i + 1, reading }));
  await history.write(entries);
  const judge = new Judge(by, { alerts: [], watches: [] }, 0);
  for (const entry of entries) judge.observe(entry, entry.reading.receivedAt);
  await ledger.commitWatch({ hold: await ledger.seize('watch'), to: entries.length, ...judge.take() });
  let paused = 0;
  const scores = await shadowScores({
    playbook: by,
    ledger,
    history,
    now,
    pause: async () => {
      paused += 1;
    },
  });
  return { scores, paused };
}

const flood = [3, 4, 4.6, 4.7, 5.2, 5.6, 5.7, 5.8];
const high = [3, 4, 4.6, 4.7, 4.8];

describe('what a shadow rule would have told', () => {
  it.each([
    ['a warning and then the flood', course(1, flood), { alarms: 1, hits: 1, misses: 0, falseAlarms: 0, leadTimeMin: 20 }],
    ['a warning and no flood', course(1, high), { alarms: 1, hits: 0, misses: 0, falseAlarms: 1, leadTimeMin: null }],
    [
      'a flood within one interval, told when it was there',
      course(1, [3, 3.2, 5.6, 5.7, 5.8]),
      { alarms: 1, hits: 0, misses: 1, falseAlarms: 0 },
    ],
    ['a day on which nothing happened', course(1, [3, 3.1, 3, 3.1]), { alarms: 0, hits: 0, misses: 0, falseAlarms: 0 }],
    [
      'an absurd value that nobody believed',
      course(1, [3, 9, 3], { quality: 'outOfRange' }),
      { alarms: 0, hits: 0, misses: 0, falseAlarms: 0 },
    ],
    ['a flood that was practised', course(1, flood, { status: 'exercise' }), { alarms: 0 }],
    ['a flood of two months ago', course(-40, flood), { alarms: 0, hits: 0, misses: 0, falseAlarms: 0 }],
  ])('%s', async (_, readings, wanted) => {
    const { scores, paused } = await scored(readings);
    expect(scores[0]).toMatchObject({ rule: 'trial', name: '試しの規則', kind: 'level', ...wanted });
    expect(paused).toBe(1);
  });

  it('counts by route what would have been told, although nobody was', async () => {
    const { scores } = await scored(course(1, flood));
    // The climb to the route's first step and the one above it; the step below is not for residents.
    expect(scores[0]!.routes).toEqual([{ route: 'residents', changes: 2 }]);
  });

  it('leaves rules that speak out, and gives no score to one that no flood can be held against', async () => {
    const { scores } = await scored(course(1, flood));
    expect(scores.map(({ rule }) => rule)).toEqual(['trial', 'shelter-crowd']);
    expect(scores[1]).toEqual({
      rule: 'shelter-crowd',
      name: '避難所の混雑',
      kind: 'band',
      alarms: 0,
      routes: [],
      hits: null,
      misses: null,
      falseAlarms: null,
      leadTimeMin: null,
    });
  });

  it('adds up the gauges of a rule', async () => {
    const by = aPlaybook({ ...playbook, gauges: [aGauge(), aGauge({ id: 'asa-01', device: 'asa-01' })] });
    // The second one's alarm of the second day still stood when its flood came: a false alarm, and a flood that nothing new warned of.
    const both = [...course(1, flood), ...course(2, high, { gauge: 'asa-01' }), ...course(5, flood, { gauge: 'asa-01' })];
    const { scores } = await scored(both, { by });
    expect(scores[0]).toMatchObject({ alarms: 2, hits: 1, misses: 1, falseAlarms: 1 });
  });
});
