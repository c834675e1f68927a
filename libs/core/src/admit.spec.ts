import { aGauge, aReport, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { admit } from './admit.ts';
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
