import { HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import type { Correction, Maintenance } from './logbook.ts';
import { correctionsInForce, Upkeep } from './upkeep.ts';

const base = { gauge: 'tama-03', reason: 'センサー清掃', by: 'sato', madeAt: T0 };
const aMaintenance = (id: string, fromHour: number, untilHour: number): Maintenance => ({
  ...base,
  id,
  kind: 'maintenance',
  from: T0 + fromHour * HOUR,
  until: T0 + untilHour * HOUR,
});

describe('Upkeep', () => {
  it.each<[string, number, boolean]>([
    ['before it begins', 59, false],
    ['when it begins', 60, true],
    ['while it lasts', 100, true],
    ['when it ends by itself', 120, false],
  ])('knows whether a gauge is in maintenance %s', (_, minute, expected) => {
    const upkeep = new Upkeep();
    upkeep.take([aMaintenance('m', 1, 2)]);
    const why = upkeep.of('tama-03')(T0 + minute * MINUTE);
    expect(why).toBe(expected ? '保守中のため判定に使いません: センサー清掃(sato)' : null);
    expect(upkeep.of('naka-01')(T0 + minute * MINUTE)).toBeNull();
  });

  it('ends early when somebody says so, and late readings from before still belong to it', () => {
    const upkeep = new Upkeep();
    upkeep.take([aMaintenance('m', 1, 5), { ...base, id: 'e', kind: 'maintenanceEnded', of: 'm', at: T0 + 2 * HOUR }]);
    upkeep.take([aMaintenance('m', 1, 5)]);
    expect(upkeep.of('tama-03')(T0 + 2 * HOUR)).toBeNull();
    expect(upkeep.of('tama-03')(T0 + 2 * HOUR - 1)).not.toBeNull();
    expect(upkeep.windows('tama-03', T0 + HOUR)).toMatchObject([{ id: 'm', until: T0 + 2 * HOUR }]);
  });

  it('lists what is planned by its beginning, and forgets what is long over', () => {
    const upkeep = new Upkeep();
    upkeep.take([aMaintenance('b', 5, 6), aMaintenance('a', 1, 2)]);
    expect(upkeep.windows('tama-03', T0).map(({ id }) => id)).toEqual(['a', 'b']);
    upkeep.forget(T0 + 2 * HOUR);
    expect(upkeep.windows('tama-03', T0).map(({ id }) => id)).toEqual(['b']);
    upkeep.forget(T0 + 6 * HOUR);
    expect(upkeep.windows('tama-03', T0)).toEqual([]);
  });
});

const correction = (at: number, value: number | null): Correction => ({
  ...base,
  id: `${at}/${value}`,
  kind: 'correction',
  quantity: 'level',
  at,
  was: 8,
  raw: 8,
  value,
});

describe('correctionsInForce', () => {
  it.each<[string, readonly Correction[], readonly (readonly [number, number])[]]>([
    [
      'takes the last of an observation',
      [correction(1, 3), correction(2, 4), correction(1, 5)],
      [
        [1, 5],
        [2, 4],
      ],
    ],
    ['takes none where the last takes it back', [correction(1, 3), correction(1, null)], []],
    ['takes one that was made again', [correction(1, 3), correction(1, null), correction(1, 6)], [[1, 6]]],
  ])('%s', (_, corrections, expected) => {
    expect([...correctionsInForce(corrections)].map(([at, { value }]) => [at, value])).toEqual(expected);
  });
});
