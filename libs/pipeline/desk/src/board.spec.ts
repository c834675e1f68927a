import { aBandRule, aBlindRule, aGauge, aLevelRule, aPlaybook, aReading, HOUR, MINUTE, T0 } from '../../../../test/support/builders.ts';
import { type Alert, quietAlert, type Reading } from '#core';
import { Board } from './board.ts';

const entries = (readings: readonly Partial<Reading>[]) => readings.map((set, i) => ({ position: i + 1, reading: aReading(set) }));
const raised = (ruleId: string, gauge: string, step: number): Alert => ({
  ...quietAlert(ruleId, gauge),
  episode: 1,
  state: 'raised',
  step,
  changedAt: T0,
});

describe('the board', () => {
  it('shows value, distance to the next limit and rate of the newest reading', () => {
    const board = new Board(aPlaybook());
    board.take(entries([3.0, 3.2, 3.4, 3.8].map((value, i) => ({ value, observedAt: T0 + i * 10 * MINUTE }))));
    expect(board.row('tama-03', [], T0 + HOUR)).toMatchObject({
      latest: { value: 3.8, quality: 'ok' },
      passed: { name: '観測開始水位', distance: 0.3 },
      next: { name: '危険水位', distance: 0.7 },
      ratePerHour: 1.6,
      spark: [3, 3.2, 3.4, 3.8],
    });
  });

  it('shows a doubtful newest value with its reason, and keeps it out of the line', () => {
    const board = new Board(aPlaybook());
    board.take(entries([{ value: 3 }, { value: 8, observedAt: T0 + 10 * MINUTE, quality: 'stepTooLarge', why: '10分で 5.00 m' }]));
    expect(board.row('tama-03', [], T0 + HOUR)).toMatchObject({
      latest: { value: 8, quality: 'stepTooLarge', why: '10分で 5.00 m' },
      spark: [3],
    });
  });

  it('puts late readings at their place in the line and leaves the newest value alone', () => {
    const board = new Board(aPlaybook());
    board.take(
      entries([
        { value: 3, observedAt: T0 + HOUR },
        { value: 2, observedAt: T0, quality: 'backfilled' },
      ]),
    );
    expect(board.row('tama-03', [], T0 + HOUR)).toMatchObject({ latest: { value: 3 }, spark: [2, 3] });
  });

  it('says nothing it does not know', () => {
    expect(new Board(aPlaybook()).row('tama-03', [], T0)).toMatchObject({
      latest: null,
      passed: null,
      next: null,
      ratePerHour: null,
      blindSince: null,
      spark: [],
    });
    expect(new Board(aPlaybook()).row('nowhere', [], T0)).toBeNull();
  });

  it('shows a silent gauge as blind since it was last heard', () => {
    const board = new Board(aPlaybook({ rules: [aLevelRule(), aBlindRule()] }));
    board.take(entries([{ value: 5.3, receivedAt: T0 + MINUTE }]));
    expect(board.row('tama-03', [raised('blind', 'tama-03', 1)], T0 + HOUR)).toMatchObject({
      blindSince: T0 + MINUTE,
      latest: { value: 5.3 },
    });
  });

  it('shows the bands of a crowd in persons', () => {
    const hall = aGauge({ id: 'hall', device: 'hall', kind: 'shelter', quantity: 'count', capacity: 200, thresholds: [] });
    const board = new Board(aPlaybook({ gauges: [hall], rules: [aBandRule()] }));
    expect(board.row('hall', [], T0)!.limits).toEqual([
      { code: 'some', name: 'やや混雑', value: 60 },
      { code: 'busy', name: '混雑', value: 120 },
      { code: 'nearlyFull', name: 'ほぼ満員', value: 160 },
    ]);
  });

  it('puts water before people: a river at its danger mark ranks above a full hall', () => {
    const river = aGauge();
    const hall = aGauge({ id: 'hall', device: 'hall', kind: 'shelter', quantity: 'count', capacity: 200, thresholds: [] });
    const board = new Board(
      aPlaybook({
        gauges: [river, hall],
        rules: [aLevelRule({ selector: { kinds: ['river'] } }), aBandRule({ selector: { kinds: ['shelter'] } })],
      }),
    );
    const atDanger = board.row('tama-03', [raised('river-level', 'tama-03', 2)], T0)!;
    const full = board.row('hall', [raised('shelter-crowd', 'hall', 3)], T0)!;
    expect(atDanger.severity).toBeGreaterThan(full.severity);
  });
});
