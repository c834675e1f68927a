import { MINUTE, T0 } from '../../../test/support/builders.ts';
import { emptyMark, meetTime, readMark } from './mark.ts';

describe('meetTime', () => {
  it('knows an instant again among the newest 256, in any order of arrival', () => {
    let times: readonly number[] | undefined;
    for (const minute of [5, 1, 3, 2, 4]) times = meetTime(times, T0 + minute * MINUTE).times;
    expect(times).toEqual([5, 1, 3, 2, 4].map((minute) => T0 + minute * MINUTE));
    expect(meetTime(times, T0 + 3 * MINUTE)).toEqual({ repeat: true, times });
    for (let minute = 6; minute < 400; minute += 1) times = meetTime(times, T0 + minute * MINUTE).times;
    expect(times).toHaveLength(256);
  });
});

describe('readMark', () => {
  it('reads a mark that a version without remembered instants stored', () => {
    const stored = {
      gauge: 'tama-03',
      lines: [
        { from: T0, high: 4, missing: [] },
        { from: 1, high: 90, missing: [[3, 5]] },
      ],
      times: {},
      newestAt: T0 + MINUTE,
      tracks: {},
    };
    const mark = readMark(JSON.parse(JSON.stringify(stored)));
    expect(mark).toEqual({
      ...emptyMark('tama-03'),
      newestAt: T0 + MINUTE,
      lines: [
        { from: T0, to: T0 + MINUTE, high: 4, missing: [] },
        { from: 1, to: T0, high: 90, missing: [[3, 5]] },
      ],
    });
  });

  it('leaves a whole mark as it is', () => {
    const mark = { ...emptyMark('tama-03'), lines: [{ from: 1, to: 2, high: 3, missing: [] }], newestAt: 9 };
    expect(readMark(mark)).toEqual(mark);
  });
});
