import { HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { clockOffsetMs, type ClockFault, judgeClock, NO_CLOCK } from './clock-offset.ts';

const DAY = 24 * HOUR;

/** Hears so many words, one every ten minutes unless told otherwise, of a clock that is off by what `offMs` says. */
function heard(count: number, offMs: (index: number) => number, everyMs = 10 * MINUTE) {
  let track = NO_CLOCK;
  const faults: (ClockFault | null)[] = [];
  for (let index = 0; index < count; index += 1) {
    const receivedAt = T0 + index * everyMs;
    const verdict = judgeClock(track, receivedAt + offMs(index), receivedAt);
    track = verdict.track;
    faults.push(verdict.fault);
  }
  return { faults, track };
}

describe('judgeClock', () => {
  it.each<[string, (index: number) => number, ClockFault | null, string]>([
    ['believes a clock that is right', () => -2_000, null, ''],
    ['believes two minutes ahead, as D§7 allows', () => 2 * MINUTE, null, ''],
    ['F22 does not believe two hours ahead', () => 2 * HOUR, 'ahead', '約2時間進んでいます'],
    ['F22 does not believe 1970', (index) => 1_000 * index - T0 - index * 10 * MINUTE, 'unset', '合わせられていません'],
    ['calls a steady lag of two hours a slow clock', () => -2 * HOUR, 'behind', '約2時間遅れています'],
    ['takes the nine hours between UTC and Japan for a slow clock', () => -9 * HOUR, 'behind', '約9時間遅れています'],
    ['takes a steady lag of ten minutes for the way of the words', () => -10 * MINUTE, null, ''],
    ['takes a lag that grows for an outage', (index) => -2 * HOUR - index * 10 * MINUTE, null, ''],
    ['takes a lag that shrinks for a buffer', (index) => -10 * HOUR + index * 9 * MINUTE, null, ''],
    ['takes a year and a day for so many days', () => 366 * DAY, 'ahead', '約366日進んでいます'],
    ['sees a year ahead', () => 365 * DAY, 'yearAhead', '年が1年先'],
    ['sees a year behind', () => -365 * DAY, 'yearBehind', '年が1年前'],
  ])('%s', (_, offMs, fault, words) => {
    const { faults, track } = heard(12, offMs);
    expect(faults.at(-1)).toBe(fault);
    expect(track.trouble).toContain(words);
    expect(track.trouble === '').toBe(fault === null);
  });

  it('waits for an hour of words before it calls a lag steady, and for a second word about the year', () => {
    expect(heard(7, () => -2 * HOUR).faults).toEqual([null, null, null, null, null, 'behind', 'behind']);
    expect(heard(3, () => -365 * DAY).faults).toEqual([null, 'yearBehind', 'yearBehind']);
  });

  it('sees the clocks of the offices that reported 2020 on the last days of 2019', () => {
    const receivedAt = Date.parse('2019-12-31T10:05:00+01:00');
    const { fault, track } = judgeClock(NO_CLOCK, Date.parse('2020-12-31T10:03:00+01:00'), receivedAt);
    expect([fault, track.trouble]).toEqual(['yearAhead', '機器の時計の年が1年先になっています。受信時刻で扱います']);
  });

  it('believes the clocks of a flood of long ago that is replayed', () => {
    const receivedAt = Date.parse('2011-03-11T15:00:00+09:00');
    expect(judgeClock(NO_CLOCK, receivedAt, receivedAt).fault).toBeNull();
    expect(judgeClock(NO_CLOCK, receivedAt - 3 * MINUTE, receivedAt).fault).toBe('unset');
  });

  it('believes a clock again that was set right', () => {
    const { faults } = heard(20, (index) => (index < 10 ? -2 * HOUR : 0));
    expect(faults.slice(9)).toEqual(['behind', ...Array<null>(10).fill(null)]);
  });

  it('F36 takes a day that is played back at its own pace for late and not for a slow clock', () => {
    const day = heard(144, () => 0).track;
    let track = day;
    const faults = Array.from({ length: 100 }, (_, index) => {
      const verdict = judgeClock(track, T0 + index * 10 * MINUTE, T0 + DAY + index * 10 * MINUTE);
      track = verdict.track;
      return verdict.fault;
    });
    expect(new Set(faults)).toEqual(new Set([null]));
  });

  it('takes no burst for a steady lag, however close together its observations are', () => {
    const faults: (ClockFault | null)[] = [];
    let track = NO_CLOCK;
    for (let index = 0; index < 500; index += 1) {
      const verdict = judgeClock(track, T0 + index * 1_000, T0 + 3 * HOUR + index * 50);
      track = verdict.track;
      faults.push(verdict.fault);
    }
    expect(new Set(faults)).toEqual(new Set([null]));
  });

  it('knows how far a clock is off by the word with the least delay', () => {
    expect(clockOffsetMs(heard(5, () => 0).track)).toBeNull();
    expect(clockOffsetMs(heard(9, (index) => -15 * MINUTE - index * 1_000).track)).toBe(-15 * MINUTE - 3_000);
  });
});
