import { aGauge, aReport, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { admit, admitManual } from './admit.ts';
import { deviceFaults } from './device-record.ts';
import type { Gauge } from './gauge.ts';
import { emptyMark, type Mark } from './mark.ts';
import type { Quality, Reading } from './reading.ts';
import type { Report } from './report.ts';

const gauge = aGauge();

/** Admits reports one after the other, each received when it was observed unless told otherwise. */
function admitted(
  reports: readonly (Partial<Report> & { receivedAt?: number })[],
  where: Gauge = gauge,
): { readings: Reading[]; duplicates: number; mark: Mark } {
  let mark = emptyMark(where.id);
  const readings: Reading[] = [];
  let duplicates = 0;
  for (const { receivedAt, ...set } of reports) {
    const report = aReport(set);
    const admission = admit(mark, report, where, receivedAt ?? report.at, 'actual');
    readings.push(...admission.readings);
    duplicates += admission.duplicates;
    mark = admission.mark;
  }
  return { readings, duplicates, mark };
}

const levels = (values: readonly number[], everyMs: number) => values.map((level, i) => ({ at: T0 + i * everyMs, values: { level } }));
const qualities = (readings: readonly Reading[]): Quality[] => readings.map(({ quality }) => quality);

describe('admit', () => {
  it('keeps the raw value beside the corrected one', () => {
    const { readings } = admitted([{ values: { level: 3.21 } }], aGauge({ offset: -0.2 }));
    expect(readings).toMatchObject([{ raw: 3.21, value: 3.01, quality: 'ok' }]);
  });

  it('turns a distance into a level by the elevation of the sensor', () => {
    const { readings } = admitted([{ values: { distance: 2.48 } }], aGauge({ sensorElevationM: 8.1 }));
    expect(readings).toMatchObject([{ quantity: 'level', raw: 2.48, value: 5.62 }]);
  });

  it('gives one reading for each quantity of a report', () => {
    const { readings } = admitted(
      [{ values: { count: 12, in: 40, out: 28 } }],
      aGauge({ kind: 'spot', quantity: 'count', thresholds: [] }),
    );
    expect(readings.map(({ quantity, value }) => [quantity, value])).toEqual([
      ['count', 12],
      ['in', 40],
      ['out', 28],
    ]);
  });

  it('F37 counts repeats by seq and, without one, by instant', () => {
    expect(admitted([{ seq: 4 }, { seq: 4 }, { seq: 5, at: T0 + MINUTE }])).toMatchObject({
      duplicates: 1,
      readings: [{ seq: 4 }, { seq: 5 }],
    });
    expect(admitted([{}, {}, { at: T0 + MINUTE }])).toMatchObject({ duplicates: 1, readings: [{}, {}] });
  });

  it.each([
    ['1970', 0],
    ['two hours ahead', T0 + 2 * HOUR],
  ])('F22 replaces a clock that shows %s by the receipt time', (_, at) => {
    const { readings } = admitted([{ at, receivedAt: T0 }]);
    expect(readings).toMatchObject([{ observedAt: T0, quality: 'clockSuspect', why: expect.stringContaining('受信時刻') }]);
  });

  it('believes a clock that is two minutes ahead, as D§7 allows', () => {
    expect(admitted([{ at: T0 + 2 * MINUTE, receivedAt: T0 }]).readings).toMatchObject([{ observedAt: T0 + 2 * MINUTE, quality: 'ok' }]);
  });
});

const doors = (...figures: (readonly [number, number])[]) =>
  figures.map(([into, out], i) => ({ seq: i, at: T0 + i * 10 * MINUTE, values: { in: into, out } }));
const told = (readings: readonly Reading[]) => readings.filter(({ quantity }) => quantity === 'count');

describe('a place whose people are told by its doors', () => {
  const hall = aGauge({
    kind: 'shelter',
    quantity: 'count',
    thresholds: [],
    plausible: { min: 0, max: 200, stepPer10Min: 50, stepPerHour: 150, stuckAfterMs: 3 * HOUR },
  });
  it('D§10.13 keeps its people when the counter restarts, and says so', () => {
    const { readings, mark } = admitted(doors([100, 60], [0, 0], [4, 1]), hall);
    expect(told(readings).map(({ value, quality }) => [value, quality])).toEqual([
      [40, 'estimated'],
      [40, 'estimated'],
      [43, 'estimated'],
    ]);
    expect(readings.filter(({ quality, quantity }) => quality !== 'ok' && quantity !== 'count')).toMatchObject([
      { quantity: 'in', value: 0, quality: 'estimated', why: expect.stringContaining('100 から 0 に戻りました') as string },
      { quantity: 'out', value: 0, quality: 'estimated', why: expect.stringContaining('60 から 0 に戻りました') as string },
    ]);
    expect(mark.device).toMatchObject({ counterResets: 1, lastCounterResetAt: T0 + 10 * MINUTE });
  });

  it('gives no estimate for a place that counts people itself, nor for a place that does not judge them', () => {
    expect(told(admitted([{ values: { count: 5, in: 40, out: 10 } }], hall).readings)).toMatchObject([{ value: 5, quality: 'ok' }]);
    expect(told(admitted([{ values: { in: 40, out: 10 } }], aGauge({ quantity: 'in' })).readings)).toEqual([]);
  });

  it('doubts an estimate that the place cannot hold, and one that leaps', () => {
    expect(qualities(told(admitted(doors([100, 60], [400, 60]), hall).readings))).toEqual(['estimated', 'outOfRange']);
    expect(qualities(told(admitted(doors([100, 60], [190, 60]), hall).readings))).toEqual(['estimated', 'stepTooLarge']);
  });

  it('gives late figures no say', () => {
    const late = { seq: 9, at: T0 - HOUR, values: { in: 900, out: 0 }, receivedAt: T0 + 10 * MINUTE };
    const { readings } = admitted([...doors([100, 60], [110, 60]), late], hall);
    expect(told(readings).map(({ value }) => value)).toEqual([40, 50]);
  });

  it('lets a person count, by name, and counts on from there', () => {
    const { mark } = admitted(doors([100, 60]), hall);
    const manual = admitManual(mark, { count: 150, by: '佐藤', note: '体育館' }, hall, T0 + MINUTE, 'actual');
    expect(manual.readings).toMatchObject([
      { quantity: 'count', value: 150, quality: 'manual', why: '佐藤 が数えた人数です: 体育館', seq: null },
    ]);
    const [, next] = doors([100, 60], [103, 60]);
    const after = admit(manual.mark, aReport(next), hall, next!.at, 'actual').readings;
    expect(told(after)).toMatchObject([{ value: 153, quality: 'estimated', why: expect.stringContaining('佐藤') as string }]);
  });
});

const inWork = (at: number) => (at >= T0 + HOUR && at < T0 + 2 * HOUR ? '点検中です' : null);

describe('a gauge in maintenance', () => {
  it('keeps what it measures, moves nothing and teaches the checks nothing', () => {
    let mark = emptyMark(gauge.id);
    const readings = [3, 8.5, 0.2, 3.1].flatMap((level, hour) => {
      const at = T0 + hour * 40 * MINUTE;
      const admission = admit(mark, aReport({ at, values: { level } }), gauge, at, 'actual', inWork);
      mark = admission.mark;
      return admission.readings;
    });
    expect(readings.map(({ quality, why }) => [quality, why])).toEqual([
      ['ok', ''],
      ['stepTooLarge', expect.any(String)],
      ['maintenance', '点検中です'],
      ['ok', ''],
    ]);
  });
});

describe('the device behind the readings', () => {
  it('F32 is told apart from a copy of its key by two lines of numbers, however many readings come', () => {
    const both = Array.from({ length: 12 }, (_, i) => ({
      seq: i % 2 === 0 ? 1_000 + i / 2 : 40 + (i - 1) / 2,
      at: T0 + i * 5 * MINUTE,
      values: { level: 3 },
    }));
    const { readings, mark } = admitted(both);
    expect(readings).toHaveLength(12);
    expect(deviceFaults(mark.device, T0 + HOUR)).toMatchObject([{ kind: 'cloned', why: expect.stringContaining('2か所') as string }]);
  });

  it('F22 is heard by our clock when its own lags steadily by hours', () => {
    const slow = Array.from({ length: 9 }, (_, i) => ({
      seq: i,
      at: T0 + i * 10 * MINUTE,
      receivedAt: T0 + 2 * HOUR + i * 10 * MINUTE,
      values: { level: 3 + i / 100 },
    }));
    const { readings } = admitted(slow);
    expect(qualities(readings)).toEqual([...Array<Quality>(5).fill('backfilled'), ...Array<Quality>(4).fill('clockSuspect')]);
    expect(readings.at(-1)).toMatchObject({
      observedAt: T0 + 2 * HOUR + 80 * MINUTE,
      why: '機器の時計が約2時間遅れています。受信時刻で扱います',
    });
  });

  it('knows a repeat by its instant though the clock is ahead', () => {
    const ahead = { at: T0 + 3 * HOUR, receivedAt: T0 };
    expect(admitted([ahead, { ...ahead, receivedAt: T0 + MINUTE }])).toMatchObject({ readings: [{}], duplicates: 1 });
    expect(
      admitted([
        { at: 0, receivedAt: T0 },
        { at: 0, receivedAt: T0 + MINUTE },
      ]),
    ).toMatchObject({ readings: [{}, {}], duplicates: 0 });
  });
});

const same = (level: number): Quality[] => qualities(admitted(levels(Array<number>(24).fill(level), 10 * MINUTE)).readings);

describe('the quality of a reading', () => {
  it.each<[string, readonly number[], number, readonly Quality[]]>([
    ['believes a flood that rises 0.9 m in 10 minutes', [3, 3.9, 4.8, 5.7], 10 * MINUTE, ['ok', 'ok', 'ok', 'ok']],
    ['doubts a spike, and believes what returns after it', [3, 8, 3.02], 10 * MINUTE, ['ok', 'stepTooLarge', 'ok']],
    ['believes a second witness that moves like water', [3, 5, 5.1], 10 * MINUTE, ['ok', 'stepTooLarge', 'ok']],
    [
      'does not take the same digits twice for two witnesses',
      [3, 5, 5, 5],
      10 * MINUTE,
      ['ok', 'stepTooLarge', 'stepTooLarge', 'stepTooLarge'],
    ],
    ['refuses what the place cannot show', [3, 12], 10 * MINUTE, ['ok', 'outOfRange']],
    ['lets the believable step grow with the time since the last reading', [3, 5.5], HOUR, ['ok', 'ok']],
  ])('%s', (_, values, everyMs, expected) => {
    expect(qualities(admitted(levels(values, everyMs)).readings)).toEqual(expected);
  });

  it.each<[string, readonly number[], readonly Quality[]]>([
    ['withholds what leaps and then stands still, as ice and weeds do', [3, 4.6, 4.61, 4.6], ['ok', 'ok', 'constant', 'constant']],
    ['believes what leaps and goes on moving', [3, 4.6, 4.7, 4.7], ['ok', 'ok', 'ok', 'ok']],
    ['knows the level at which it leapt and stood when it comes again', [3, 4.6, 4.61, 3, 4.6], ['ok', 'ok', 'constant', 'ok', 'constant']],
    ['lets water stand that rose step by step', [4, 4.4, 4.8, 4.81, 4.8, 4.81], ['ok', 'ok', 'ok', 'ok', 'ok', 'ok']],
    ['does not take the way back from a spike for a leap', [4.8, 4.9, 8.8, 4.9, 4.91], ['ok', 'ok', 'stepTooLarge', 'ok', 'ok']],
    ['lets base flow leap and stand', [2, 2.8, 2.8, 2.8], ['ok', 'ok', 'ok', 'ok']],
  ])('%s', (_, values, expected) => {
    expect(qualities(admitted(levels(values, HOUR)).readings)).toEqual(expected);
  });

  it('remembers a stuck sensor for a week, and wider after it stood for longer than three hours', () => {
    const stuck = [3, 4.6, 4.61, 4.6, 4.61, 4.6];
    const dip = levels([...stuck, 4.5, 4.7], HOUR);
    expect(qualities(admitted(dip).readings).slice(6)).toEqual(['constant', 'constant']);
    const later = [...levels(stuck, HOUR), { at: T0 + 8 * 24 * HOUR, values: { level: 4.5 } }];
    expect(qualities(admitted(later).readings).at(-1)).toBe('ok');
  });

  it('believes a sensor no longer that jumps up and down, until it has been calm for three days', () => {
    const jumps = levels([3, 4.6, 3.2, 4.7, 3.1, 4.8, 3.2, 4.0], HOUR);
    const calm = { at: T0 + 80 * HOUR, values: { level: 4.2 } };
    const expected = ['ok', 'ok', 'ok', 'ok', 'ok', 'stepTooLarge', 'ok', 'stepTooLarge', 'ok'];
    expect(qualities(admitted([...jumps, calm]).readings)).toEqual(expected);
  });

  it('believes a flood with two crests in a day', () => {
    const crests = [3, 3.8, 4.8, 5.6, 5.0, 4.2, 3.6, 4.6, 5.5, 6.1, 5.4, 4.7];
    expect(new Set(qualities(admitted(levels(crests, HOUR)).readings))).toEqual(new Set(['ok']));
  });

  it.each<[string, readonly number[], readonly Quality[]]>([
    ['doubts a first word far above start, and the same digits again', [6.6, 6.6], ['stepTooLarge', 'stepTooLarge']],
    ['believes a second word that moves like water', [6.6, 6.8], ['stepTooLarge', 'ok']],
    ['believes a first word that water can have reached within an hour', [6.4, 6.5], ['ok', 'ok']],
  ])('of a gauge that is silent below start (D§1.1): %s', (_, words, expected) => {
    const never = levels(words, 10 * MINUTE);
    expect(qualities(admitted(never).readings)).toEqual(expected);
    const again = never.map((report) => ({ ...report, at: report.at + 10 * 24 * HOUR }));
    expect(qualities(admitted([{ values: { level: 3.2 } }, ...again]).readings)).toEqual(['ok', ...expected]);
  });

  it('calls a value stuck only above start, after three hours of the same digits', () => {
    expect(new Set(same(3.2))).toEqual(new Set(['ok']));
    expect(same(4.6).lastIndexOf('ok')).toBe(17);
    expect(same(4.6).at(-1)).toBe('constant');
  });

  it('D§10.4 marks a shuffled burst after an outage as backfilled, and keeps it', () => {
    const now = T0 + 4 * HOUR;
    const live = { at: now, values: { level: 3.3 } };
    const burst = [3, 1, 2].map((hour) => ({ at: T0 + hour * HOUR, values: { level: 3 + hour / 10 }, receivedAt: now }));
    expect(qualities(admitted([live, ...burst]).readings)).toEqual(['ok', 'backfilled', 'backfilled', 'backfilled']);
  });

  it('marks a reading that took an hour to arrive as backfilled although it is the newest', () => {
    expect(admitted([{ receivedAt: T0 + HOUR }]).readings).toMatchObject([{ quality: 'backfilled', why: '観測から60分後に届きました' }]);
  });

  it('lets late readings teach the checks nothing', () => {
    const { readings } = admitted([
      { at: T0 + 2 * HOUR, values: { level: 3 } },
      { at: T0, values: { level: 8 }, receivedAt: T0 + 2 * HOUR },
      { at: T0 + 2 * HOUR + 10 * MINUTE, values: { level: 3.1 } },
    ]);
    expect(qualities(readings)).toEqual(['ok', 'backfilled', 'ok']);
  });
});
