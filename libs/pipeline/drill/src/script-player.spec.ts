import { type DrillGauge, PacedClock, type Quantity, type Report } from '#core';
import { ManualClock } from '#memory';
import { aGauge, MINUTE, T0 } from '../../../../test/support/builders.ts';
import { type DrillTable, intervalsOf, ScriptPlayer, speakers } from './script-player.ts';

const PAST = Date.parse('2016-08-31T04:00:00+09:00');

/** Rows of `[column, minute, value]`. */
const tableOf = (
  rows: readonly (readonly [number, number, number])[],
  gauges: readonly string[] = ['past-1', 'past-2'],
  quantity: Quantity | 'distance' = 'level',
): DrillTable => ({
  length: rows.length,
  gauges,
  quantities: gauges.map(() => quantity),
  at: (index) => {
    const [gauge, minute, value] = rows[index]!;
    return { gauge, time: PAST + minute * MINUTE, value };
  },
});
const known = new Map(['ose', 'sakura', 'past-2'].map((id) => [id, aGauge({ id, device: `d-${id}` })]));
const map: readonly DrillGauge[] = [
  { from: 'past-1', to: 'ose', shift: -38.5 },
  { from: 'past-2', to: 'sakura', shift: 0 },
];

function play(table: DrillTable, speed: number, options: { readonly map?: readonly DrillGauge[]; readonly fails?: number } = {}) {
  const real = new ManualClock(T0);
  const clock = new PacedClock(real, { startsAt: T0, speed });
  const heard: { readonly device: string; readonly report: Report; readonly receivedAt: number }[] = [];
  const troubles: (string | null)[] = [];
  let fails = options.fails ?? 0;
  const player = new ScriptPlayer({
    table,
    speakers: speakers(table, options.map ?? map, known),
    clock,
    admit: (device, reports, receivedAt) => {
      fails -= 1;
      if (fails >= 0) return Promise.reject(new Error('disk full'));
      for (const report of reports) heard.push({ device, report, receivedAt });
      return Promise.resolve();
    },
    onTrouble: (why) => troubles.push(why),
  });
  player.start();
  return { real, player, heard, troubles };
}

/** Lets everybody who can go on do so. */
const still = async (): Promise<void> => {
  for (let turns = 0; turns < 20; turns += 1) await new Promise((next) => setImmediate(next));
};

async function advance(real: ManualClock, ms: number, everyMs = 500): Promise<void> {
  for (let left = ms; left > 0; left -= everyMs) {
    await still();
    await real.advance(Math.min(left, everyMs));
  }
  await still();
}

const ids = (all: ReturnType<typeof speakers>): readonly (string | null)[] => all.map((speaker) => speaker?.gauge.id ?? null);

describe('who speaks for whom', () => {
  it('is said by the map, or by the names where there is none', () => {
    const table = tableOf([]);
    expect(ids(speakers(table, map, known))).toEqual(['ose', 'sakura']);
    expect(ids(speakers(table, [map[0]!], known))).toEqual(['ose', null]);
    expect(ids(speakers(table, [], known))).toEqual([null, 'past-2']);
    expect(ids(speakers(table, [{ from: 'past-1', to: 'gone', shift: 0 }], known))).toEqual([null, null]);
  });
});

describe('how far apart rows lie', () => {
  it('is the middle of the distances of each gauge, between a minute and a day', () => {
    const rows = [0, 60, 120, 300, 360].map((minute) => [0, minute, 1] as const);
    expect(intervalsOf(tableOf([...rows, [1, 0, 1], [1, 0.1, 1]]))).toEqual([60 * MINUTE, MINUTE]);
    expect(
      intervalsOf(
        tableOf([
          [0, 0, 1],
          [0, 5_000, 1],
        ]),
      ),
    ).toEqual([1_440 * MINUTE, null]);
  });
});

describe('a past flood in a drill', () => {
  it.each([1, 60, 600])('happens at %s times its speed: each row as long after the first as it was then', async (speed) => {
    const { real, player, heard } = play(
      tableOf([
        [0, 0, 40.0],
        [1, 0, 2.0],
        [0, 10, 40.5],
        [0, 20, 41.0],
      ]),
      speed,
    );
    await still();
    expect(heard.map(({ device, report }) => [device, report.values])).toEqual([
      ['d-ose', { level: 1.5 }],
      ['d-sakura', { level: 2.0 }],
    ]);
    expect(player.share).toBe(0.5);
    await advance(real, (20 * MINUTE) / speed, Math.max(1, (MINUTE / speed) | 0));
    const ose = heard.filter(({ device }) => device === 'd-ose').slice(0, 3);
    expect(ose.map(({ report }) => [report.at - T0, report.values.level])).toEqual([
      [0, 1.5],
      [10 * MINUTE, 2],
      [20 * MINUTE, 2.5],
    ]);
    expect(ose.every(({ report, receivedAt }) => receivedAt >= report.at && report.intervalMs === 10 * MINUTE)).toBe(true);
    await player.stop();
  });

  it('lets the water stand as the past left it, so that no gauge falls silent because the file ends', async () => {
    const { real, player, heard } = play(
      tableOf([
        [0, 0, 40.0],
        [0, 5, 40.4],
      ]),
      60,
    );
    await advance(real, (31 * MINUTE) / 60);
    expect(player.share).toBe(1);
    const after = heard.slice(2).map(({ report }) => report.values.level);
    expect(after.length).toBeGreaterThanOrEqual(4);
    expect(new Set(after)).toEqual(new Set([heard[1]!.report.values.level]));
    await player.stop();
    const end = heard.length;
    await advance(real, 60_000, 5_000);
    expect(heard).toHaveLength(end);
  });

  it('shrinks a distance where a level would be raised', async () => {
    const { player, heard } = play(tableOf([[0, 0, 8]], ['past-1'], 'distance'), 1, { map: [{ from: 'past-1', to: 'ose', shift: 2 }] });
    await still();
    expect(heard.map(({ report }) => report.values)).toEqual([{ distance: 6 }]);
    await player.stop();
  });

  it('hands the same rows in again until they are kept, and says so', async () => {
    const { real, player, heard, troubles } = play(
      tableOf([
        [0, 0, 40.0],
        [0, 1, 40.1],
      ]),
      60,
      { fails: 2 },
    );
    await advance(real, 3_000);
    expect(troubles).toEqual(['disk full', 'disk full', null]);
    expect(heard.slice(0, 2).map(({ report }) => report.at - T0)).toEqual([0, MINUTE]);
    await player.stop();
  });

  it('has nothing to say without rows, and stops in the middle of a wait', async () => {
    const empty = play(tableOf([]), 60);
    await still();
    expect([empty.heard, empty.player.share]).toEqual([[], 1]);
    await empty.player.stop();
    const waiting = play(
      tableOf([
        [0, 0, 1],
        [0, 600, 1],
      ]),
      1,
    );
    await still();
    await waiting.player.stop();
    expect(waiting.heard).toHaveLength(1);
  });
});
