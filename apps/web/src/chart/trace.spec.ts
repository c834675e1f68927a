import type { PointDto } from '#wire';
import { traceOf } from './trace.ts';

const MINUTE = 60_000;
const aPoint = (minute: number, value: number, quality = 'ok'): PointDto => ({
  at: minute * MINUTE,
  receivedAt: minute * MINUTE,
  raw: value,
  value,
  quality,
  why: '',
});

describe('trace', () => {
  it('breaks the line where nobody saw anything', () => {
    const trace = traceOf(
      [0, 2, 4, 30, 32].map((minute) => aPoint(minute, 1)),
      [],
    );
    expect(trace.ys).toEqual([1, 1, 1, null, 1, 1]);
  });

  it('draws late values on the line and marks them', () => {
    const trace = traceOf([aPoint(4, 3), aPoint(0, 1), aPoint(2, 2, 'backfilled')], []);
    expect(trace.ys).toEqual([1, 2, 3]);
    expect(trace.late).toEqual([{ x: 120, y: 2 }]);
  });

  it('keeps doubtful values off the line and off the axis', () => {
    const trace = traceOf([aPoint(0, 1), aPoint(2, 40, 'stepTooLarge'), aPoint(4, 2)], [{ name: '危険水位', value: 3, kind: 'limit' }]);
    expect(trace.ys).toEqual([1, 2]);
    expect(trace.doubtful).toEqual([{ x: 120, y: 40 }]);
    expect(trace.range[1]).toBeLessThan(4);
  });

  it('draws what staff corrected as corrected, and marks where it had been', () => {
    const spike = { ...aPoint(2, 40, 'stepTooLarge'), corrected: { value: 1.5, by: 'sato', at: 0, reason: '水位標' } };
    const trace = traceOf([aPoint(0, 1), spike, aPoint(4, 2)], []);
    expect(trace.ys).toEqual([1, 1.5, 2]);
    expect(trace.doubtful).toEqual([{ x: 120, y: 40 }]);
    expect(trace.range[1]).toBeLessThan(4);
  });

  it('has a picture also without a value', () => {
    expect(traceOf([], [])).toEqual({ xs: [], ys: [], late: [], doubtful: [], range: [0, 1] });
  });
});
