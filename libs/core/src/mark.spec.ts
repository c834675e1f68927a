import { aReport, MINUTE, T0 } from '../../../test/support/builders.ts';
import { randomOf } from '../../../test/support/random.ts';
import { meetSeq, meetTime, type SeqLine } from './mark.ts';

const line = (high: number, ...missing: [number, number][]): SeqLine => ({ from: T0, high, missing });
const at = aReport().at;

describe('meetSeq', () => {
  it.each<[string, readonly SeqLine[], number, number, boolean, readonly SeqLine[]]>([
    ['starts a line with the first number', [], 0, at, false, [line(0)]],
    ['waits for what a first number leaves out', [], 7, at, false, [line(7, [0, 6])]],
    ['follows the next number', [line(7)], 8, at, false, [line(8)]],
    ['remembers what a jump left out', [line(7)], 11, at, false, [line(11, [8, 10])]],
    ['knows a repeat of the newest', [line(7)], 7, at, true, [line(7)]],
    ['knows a repeat of an old one', [line(11, [8, 10])], 3, at, true, [line(11, [8, 10])]],
    ['takes a straggler once', [line(11, [8, 10])], 9, at, false, [line(11, [8, 8], [10, 10])]],
    ['closes a gap of one', [line(11, [8, 8], [10, 10])], 8, at, false, [line(11, [10, 10])]],
  ])('%s', (_, lines, seq, observedAt, repeat, expected) => {
    expect(meetSeq(lines, seq, observedAt, at)).toEqual({ repeat, lines: expected });
  });

  it('takes a number that fell, observed later than everything, for a reboot and not for a repeat (F47)', () => {
    const met = meetSeq([line(1812)], 0, at + MINUTE, at);
    expect(met).toEqual({ repeat: false, lines: [{ from: at + MINUTE, high: 0, missing: [] }, line(1812)] });
  });

  it('F47 hears a gauge that reboots every few reports and counts from one, as a failing battery makes it', () => {
    let lines: readonly SeqLine[] = [];
    let newestAt = at;
    for (let life = 0; life < 10; life += 1) {
      for (const seq of [1, 2, 3]) {
        const met = meetSeq(lines, seq, newestAt + MINUTE, newestAt);
        expect(met.repeat).toBe(false);
        // The same report again, as after a lost acknowledgement.
        expect(meetSeq(met.lines, seq, newestAt + MINUTE, newestAt + MINUTE).repeat).toBe(true);
        lines = met.lines;
        newestAt += MINUTE;
      }
    }
    // Without a clock a repeat and a reboot look alike, and a repeat must not bear witness to itself.
    expect(meetSeq(lines, 3, newestAt + MINUTE, newestAt, false).repeat).toBe(true);
  });

  it('still takes the buffer of the life before the reboot, once', () => {
    const rebooted = meetSeq([line(1812, [1800, 1805])], 0, at + 60 * MINUTE, at).lines;
    const straggler = meetSeq(rebooted, 1803, at - MINUTE, at + 60 * MINUTE);
    expect(straggler.repeat).toBe(false);
    expect(meetSeq(straggler.lines, 1803, at - MINUTE, at + 60 * MINUTE).repeat).toBe(true);
  });

  it('stays bounded when a device loses every second report for ever', () => {
    let lines: readonly SeqLine[] = [];
    for (let seq = 0; seq < 10_000; seq += 2) lines = meetSeq(lines, seq, at + seq, at + seq - 1).lines;
    expect(lines[0]!.missing).toHaveLength(128);
  });

  it.each([500, 5_000])('F37 takes each of %i reports that were buffered in an outage and are told in any order', (count) => {
    const random = randomOf(count);
    const ranked = Array.from({ length: count }, (_, seq) => ({ seq, rank: random.below(1e6) })).toSorted((a, b) => a.rank - b.rank);
    let lines: readonly SeqLine[] = [line(0)];
    let newestAt = at;
    const lost = ranked.filter(({ seq }) => {
      const met = meetSeq(lines, seq + 1, at + seq, newestAt);
      lines = met.lines;
      newestAt = Math.max(newestAt, at + seq);
      return met.repeat;
    });
    expect(lost).toEqual([]);
    expect(lines[0]!.missing.length).toBeLessThanOrEqual(128);
  });
});

describe('meetTime', () => {
  it('knows an instant again among the newest 256, in any order of arrival', () => {
    let times: readonly number[] | undefined;
    for (const minute of [5, 1, 3, 2, 4]) times = meetTime(times, T0 + minute * MINUTE).times;
    expect(times).toEqual([1, 2, 3, 4, 5].map((minute) => T0 + minute * MINUTE));
    expect(meetTime(times, T0 + 3 * MINUTE).repeat).toBe(true);
    for (let minute = 6; minute < 400; minute += 1) times = meetTime(times, T0 + minute * MINUTE).times;
    expect(times).toHaveLength(256);
  });
});
