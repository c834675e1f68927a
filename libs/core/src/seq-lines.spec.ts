import { MINUTE, T0 } from '../../../test/support/builders.ts';
import { randomOf } from '../../../test/support/random.ts';
import { meetSeq, missingCount, NO_NUMBERS, type NumberClaim, type Numbering, type SeqLine, type SeqTurn } from './seq-lines.ts';

const line = (high: number, ...missing: [number, number][]): SeqLine => ({ from: T0, to: T0, high, missing });
const numbering = (...lines: SeqLine[]): Numbering => ({ ...NO_NUMBERS, lines });
/** A number of a device whose clock is right, `minute` minutes after the beginning. */
const dated = (seq: number, minute: number): NumberClaim => ({ seq, claimedAt: T0 + minute * MINUTE, believed: true, content: '' });
/** A number of a device that never had a clock. */
const undated = (seq: number, level: number): NumberClaim => ({ seq, claimedAt: 0, believed: false, content: String(level) });

/** What became of each number, and the memory after them. */
function met(claims: readonly NumberClaim[], from: Numbering = NO_NUMBERS): { turns: (SeqTurn | null)[]; after: Numbering } {
  let after = from;
  const turns = claims.map((claim) => {
    const meeting = meetSeq(after, claim);
    after = meeting.numbering;
    return meeting.turn;
  });
  return { turns, after };
}

const repeated = (claims: readonly NumberClaim[], from?: Numbering) => met(claims, from).turns.every((turn) => turn === null);
const taken = (claims: readonly NumberClaim[], from?: Numbering) => met(claims, from).turns.every((turn) => turn !== null);

describe('meetSeq', () => {
  it.each<[string, Numbering, number, SeqTurn | null, readonly SeqLine[]]>([
    ['starts a line with the first number', NO_NUMBERS, 0, 'first', [line(0)]],
    ['waits for what a first number leaves out', NO_NUMBERS, 7, 'first', [line(7, [0, 6])]],
    ['follows the next number', numbering(line(7)), 8, 'next', [line(8)]],
    ['remembers what a jump left out', numbering(line(7)), 11, 'gap', [line(11, [8, 10])]],
    ['knows a repeat of the newest', numbering(line(7)), 7, null, [line(7)]],
    ['knows a repeat of an old one', numbering(line(11, [8, 10])), 3, null, [line(11, [8, 10])]],
    ['takes a straggler', numbering(line(11, [8, 10])), 9, 'straggler', [line(11, [8, 8], [10, 10])]],
    ['closes a gap of one', numbering(line(11, [8, 8], [10, 10])), 8, 'straggler', [line(11, [10, 10])]],
  ])('%s', (_, before, seq, turn, lines) => {
    const meeting = meetSeq(before, dated(seq, 0));
    expect([meeting.turn, meeting.numbering.lines]).toEqual([turn, lines]);
  });

  // A life that counted to 500 until minute 60 and owes six numbers; the next one counted to 20 between the minutes 100 and 120.
  const former: SeqLine = { from: T0, to: T0 + 60 * MINUTE, high: 500, missing: [[490, 495]] };
  const newest: SeqLine = { from: T0 + 100 * MINUTE, to: T0 + 120 * MINUTE, high: 20, missing: [] };
  it.each<[string, seq: number, minute: number, SeqTurn | null]>([
    ['takes what the former life still owes', 492, 30, 'straggler'],
    ['takes what it owes of its last minute', 492, 60, 'straggler'],
    ['takes what it had not told when it ended', 501, 80, 'straggler'],
    ['knows a repeat of the former life', 480, 30, null],
    ['knows a repeat of the former life by its instant, although the new life counted past the number', 10, 30, null],
    ['knows a repeat of its last minute', 10, 60, null],
    ['knows a repeat of the new life', 10, 110, null],
    ['goes on with the new life', 21, 125, 'next'],
    ['goes on with the new life as far as may be', 36, 125, 'gap'],
    ['sees the former life go on beside the new one', 501, 130, 'interleaved'],
    ['sees it go on as far as no buffer reorders', 516, 130, 'interleaved'],
    ['takes what is further than that for a gap of the new life', 517, 130, 'gap'],
    ['takes a number that fell for a third life when it is newer than everything', 5, 121, 'restart'],
    ['knows a repeat of the newest minute', 5, 120, null],
  ])('between two lives it %s', (_, seq, minute, turn) => {
    const meeting = meetSeq(numbering(newest, former), dated(seq, minute));
    expect(meeting.turn).toBe(turn);
    // A repeat changes nothing, and whatever was taken is a repeat from then on.
    expect(meeting.numbering.lines.length).toBe(2);
    expect(meetSeq(meeting.numbering, dated(seq, minute)).turn).toBeNull();
  });

  it.each<[string, number, SeqTurn | null]>([
    ['far below the newest is a new life', 84, 'restart'],
    ['just below it is a repeat', 85, null],
    ['above it goes on', 101, 'next'],
  ])('without a clock, a number %s', (_, seq, turn) => {
    const counted: SeqLine = { from: 0, to: 0, high: 100, missing: [] };
    const meeting = meetSeq(numbering(counted), undated(seq, 3));
    expect(meeting.turn).toBe(turn);
    expect(meeting.numbering.lines.at(-1)).toEqual(turn === 'next' ? { ...counted, high: 101 } : counted);
  });

  it('joins the two gaps that lie closest together when there is one too many', () => {
    const gaps = Array.from({ length: 128 }, (_, i): [number, number] => [20 * i + 1, 20 * i + 10]);
    gaps[51] = [1_012, 1_030];
    const { missing } = meetSeq(numbering(line(3_000, ...gaps)), dated(3_002, 1)).numbering.lines[0]!;
    expect(missing).toEqual([...gaps.slice(0, 50), [1_001, 1_030], ...gaps.slice(52), [3_001, 3_001]]);
  });

  it('takes a number that fell, observed later than everything, for a reboot and not for a repeat (F47)', () => {
    const { turns, after } = met([dated(0, 1)], numbering(line(1812)));
    expect(turns).toEqual(['restart']);
    expect(after.lines).toEqual([{ from: T0 + MINUTE, to: T0 + MINUTE, high: 0, missing: [] }, line(1812)]);
  });

  it('F47 hears a gauge that reboots every few reports and counts from one, as a failing battery makes it', () => {
    let after: Numbering = NO_NUMBERS;
    for (let life = 0; life < 10; life += 1) {
      for (const seq of [1, 2, 3]) {
        const claim = dated(seq, 1 + 3 * life + seq);
        const meeting = meetSeq(after, claim);
        expect(meeting.turn).not.toBeNull();
        // The same report again, as after a lost acknowledgement.
        expect(repeated([claim], meeting.numbering)).toBe(true);
        after = meeting.numbering;
      }
    }
  });

  it('F47 takes the 0 of a new life after its 1, though only a 0 was ever heard', () => {
    const { turns, after } = met([dated(0, 0), dated(1, 20), dated(0, 10), dated(2, 30)]);
    expect(turns).toEqual(['first', 'next', 'restart', 'next']);
    expect(repeated([dated(0, 0), dated(1, 20), dated(0, 10), dated(2, 30)], after)).toBe(true);
    // The 1 belongs to the new life: one of the old life may still come.
    expect(taken([dated(1, 5)], after)).toBe(true);
  });

  it.each([
    [1, 9],
    [2, 9],
    [7, 9],
    [30, 9],
    [3, 100],
    [3, 500],
    [400, 500],
    [2_000, 500],
  ])('F47 takes a new life told backwards: after %i numbers of the old one %i of the new', (old, young) => {
    const past = Array.from({ length: old }, (_, seq) => dated(seq, seq));
    const life = Array.from({ length: young }, (_, index) => dated(young - 1 - index, 9_000 - index));
    const next = dated(young, 9_001);
    const { turns, after } = met([...past, ...life, next]);
    expect(turns).not.toContain(null);
    expect(repeated([...life, next], after)).toBe(true);
  });

  it('still takes the buffer of the life before the reboot, once', () => {
    const before = met([...Array.from({ length: 40 }, (_, seq) => dated(seq, seq)), dated(43, 43)]).after;
    const rebooted = met([dated(0, 60)], before).after;
    const { turns, after } = met([dated(41, 41), dated(44, 44)], rebooted);
    expect(turns).toEqual(['straggler', 'straggler']);
    expect(repeated([dated(41, 41), dated(44, 44), dated(3, 3)], after)).toBe(true);
  });

  it('F36 knows a whole life again when it is played back after the reboot', () => {
    const life = Array.from({ length: 300 }, (_, seq) => dated(seq, seq));
    const next = Array.from({ length: 300 }, (_, seq) => dated(seq, 1_000 + seq));
    const { after } = met([...life, ...next]);
    expect(repeated([...life, ...next], after)).toBe(true);
  });

  it('F22 knows the unanswered batch of a device without a clock again, its 0 included', () => {
    const batch = Array.from({ length: 500 }, (_, seq) => undated(seq, seq / 100));
    const { turns, after } = met(batch);
    expect(turns).not.toContain(null);
    expect(repeated(batch, after)).toBe(true);
  });

  it('F47 tells two lives of a device without a clock apart by what they measured', () => {
    const { turns } = met([undated(0, 1.1), undated(1, 1.2), undated(0, 1.3), undated(1, 1.4), undated(2, 1.5), undated(1, 1.4)]);
    expect(turns).toEqual(['first', 'next', 'restart', 'next', 'next', null]);
  });

  it('takes a batch of a device without a clock in any order', () => {
    const batch = Array.from({ length: 60 }, (_, seq) => undated(59 - seq, seq));
    expect(taken(batch)).toBe(true);
  });

  it('knows a report again whose instant was ahead when it first came and is not any more', () => {
    const claim: NumberClaim = { seq: 5, claimedAt: T0 + 3 * MINUTE, believed: false, content: '3' };
    expect(met([claim, { ...claim, believed: true, content: '' }]).turns).toEqual(['first', null]);
  });

  it('F32 hears two devices with one key, each of whose lines goes on', () => {
    const here = [1_000, 1_001, 1_002, 1_003].map((seq, index) => dated(seq, 2 * index));
    const there = [50, 51, 52, 53].map((seq, index) => dated(seq, 2 * index + 1));
    const { turns, after } = met(here.flatMap((claim, index) => [claim, there[index]!]));
    expect(turns).toEqual(['first', 'restart', ...Array<SeqTurn>(6).fill('interleaved')]);
    expect(repeated([...here, ...there], after)).toBe(true);
  });

  it('counts what is missing, but not what came before the first number', () => {
    expect(missingCount(met([dated(7, 0), dated(11, 4), dated(9, 2)]).after)).toBe(2);
    expect(missingCount(NO_NUMBERS)).toBe(0);
  });

  it('stays bounded when a device loses every second report for ever', () => {
    const { after } = met(Array.from({ length: 5_000 }, (_, index) => dated(2 * index, index)));
    expect(after.lines[0]!.missing).toHaveLength(128);
    expect(after.recent).toEqual([]);
  });

  it.each([500, 5_000])('F37 takes each of %i reports that were buffered in an outage and are told in any order', (count) => {
    const random = randomOf(count);
    const ranked = Array.from({ length: count }, (_, seq) => ({ seq, rank: random.below(1e6) })).toSorted((a, b) => a.rank - b.rank);
    const { turns, after } = met([dated(0, 0), ...ranked.map(({ seq }) => dated(seq + 1, seq + 1))]);
    expect(turns).not.toContain(null);
    expect(after.lines[0]!.missing.length).toBeLessThanOrEqual(128);
  });
});
