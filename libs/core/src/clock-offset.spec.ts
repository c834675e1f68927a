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

/** What is kept of words at these instants, each with its delay. */
const lagsOf = (lags: readonly (readonly [afterMs: number, lagMs: number])[]) => {
  let track = NO_CLOCK;
  for (const [afterMs, lagMs] of lags) ({ track } = judgeClock(track, T0 + afterMs - lagMs, T0 + afterMs));
  return track.lags.map(([receivedAt, lagMs]) => [receivedAt - T0, lagMs]);
};

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

  it.each<[string, number, ClockFault | null]>([
    ['half an hour', 30 * MINUTE, 'behind'],
    ['a second less than half an hour', 30 * MINUTE - 1_000, null],
  ])('calls a steady lag from half an hour on a slow clock: %s', (_, lagMs, fault) => {
    expect(heard(6, () => -lagMs).faults.at(-1)).toBe(fault);
  });

  it.each<[string, number, ClockFault | null]>([
    ['two minutes', 2 * MINUTE, 'behind'],
    ['a second more', 2 * MINUTE + 1_000, null],
  ])('calls a lag steady that varies by as much as two minutes: %s', (_, spreadMs, fault) => {
    expect(heard(6, (index) => -2 * HOUR - (index === 2 ? spreadMs : 0)).faults.at(-1)).toBe(fault);
  });

  it.each<[string, number, number, ClockFault | null]>([
    ['six words in ten minutes', 6, 2 * MINUTE, 'behind'],
    ['five words in an hour', 5, 15 * MINUTE, null],
    ['many words, each less than two minutes after the one before it that counted', 6, 119_000, null],
  ])('asks for six words, two minutes apart: %s', (_, count, everyMs, fault) => {
    expect(heard(count, () => -2 * HOUR, everyMs).faults.at(-1)).toBe(fault);
  });

  it('asks for ten minutes between the first and the last even when ours was set back meanwhile', () => {
    const minutes = [0, 3, 6, 1, 4, 7];
    let track = NO_CLOCK;
    const faults = minutes.map((minute, index) => {
      const receivedAt = T0 + minute * MINUTE;
      const verdict = judgeClock(track, T0 - 2 * HOUR + minute * MINUTE + index, receivedAt);
      ({ track } = verdict);
      return verdict.fault;
    });
    expect(track.lags).toHaveLength(6);
    expect(faults.at(-1)).toBeNull();
  });

  it('keeps of words at about one time the one with the least delay', () => {
    expect(
      lagsOf([
        [0, 5_000],
        [1_000, 3_000],
        [2_000, 4_000],
      ]),
    ).toEqual([[0, 3_000]]);
    expect(
      lagsOf([
        [0, 5_000],
        [120_000, 4_000],
        [121_000, 2_000],
      ]),
    ).toEqual([
      [0, 5_000],
      [120_000, 2_000],
    ]);
    expect(
      lagsOf([
        [0, 5_000],
        [119_999, 9_000],
      ]),
    ).toEqual([[0, 5_000]]);
    // Our own clock was set back: a new word, or none would count until it has caught up.
    expect(
      lagsOf([
        [60_000, 5_000],
        [0, 9_000],
      ]),
    ).toEqual([
      [60_000, 5_000],
      [0, 9_000],
    ]);
  });

  it.each<[string, number, ClockFault | null]>([
    ['an hour off is that year', HOUR, 'yearAhead'],
    ['more than an hour off is no whole year', HOUR + 1_000, 'ahead'],
  ])('knows a year by the hour: %s', (_, offMs, fault) => {
    expect(judgeClock(NO_CLOCK, T0 + 365 * DAY + offMs, T0).fault).toBe(fault);
  });

  it('does not take the delay of a live word and one word of last year for a clock a year behind', () => {
    const { track } = heard(3, () => -2_000);
    expect(judgeClock(track, T0 + HOUR - 365 * DAY, T0 + HOUR).fault).toBeNull();
  });

  it('forgets nothing that was claimed when a clock is ahead for a while', () => {
    const { track } = heard(2, () => 0);
    const ahead = judgeClock(track, T0 + 3 * HOUR, T0 + HOUR).track;
    expect(ahead.claimedTo).toBe(T0 + 10 * MINUTE);
    expect(judgeClock(ahead, T0, T0 + HOUR).track.claimedTo).toBe(T0 + 10 * MINUTE);
    expect(judgeClock(ahead, T0 + 2 * MINUTE + HOUR, T0 + HOUR).track.claimedTo).toBe(T0 + 2 * MINUTE + HOUR);
  });

  it('knows how far a clock is off by the word with the least delay', () => {
    expect(clockOffsetMs(heard(5, () => 0).track)).toBeNull();
    expect(clockOffsetMs(heard(9, (index) => -15 * MINUTE - index * 1_000).track)).toBe(-15 * MINUTE - 3_000);
  });
});
