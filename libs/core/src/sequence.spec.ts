import { HOUR, T0 } from '../../../test/support/builders.ts';
import { type Alert, quietAlert } from './alert.ts';
import type { Telling } from './move.ts';
import { advanceSequence, lagEndsAt, type Passage } from './sequence.ts';

const WITHIN_MS = 6 * HOUR;
const quiet = quietAlert('passage', 'down');
const upstream = (set: Partial<Alert> = {}): Alert => ({
  ...quietAlert('river-level', 'up'),
  state: 'raised',
  step: 2,
  episode: 1,
  ...set,
});
const downstream = (set: Partial<Alert> = {}): Alert => ({ ...quietAlert('river-level', 'down'), ...set });
const high: Partial<Alert> = { state: 'raised', step: 2 };
const waiting: Alert = { ...quiet, state: 'raised', step: 1, episode: 1, changedAt: T0, transitions: 1, about: 'river-level@up#1' };

function moved(alert: Alert, set: Partial<Passage> = {}, at = T0, status: Alert['status'] = 'actual') {
  const telling = (): Telling => ({
    ruleId: 'passage',
    playbookVersion: 'v1',
    at,
    decidedAt: at,
    status,
    limits: [],
    evidence: [],
    verdict: (kind) => kind,
  });
  const passage: Passage = {
    upstream: upstream(),
    upstreamStep: 2,
    downstream: downstream(),
    downstreamStep: 2,
    byUpstream: true,
    downstreamSeenAt: at,
    withinMs: WITHIN_MS,
    off: false,
    ...set,
  };
  const moves = advanceSequence(alert, passage, telling);
  const said = moves.flatMap(({ transition: t }) => (t ? [`${t.kind} ${t.from}→${t.to} at ${(t.at - T0) / HOUR}h`] : []));
  return { after: moves.at(-1)?.alert ?? alert, said: said.join(', ') || null };
}

describe('a sequence that waits for nothing', () => {
  it.each<[string, Partial<Passage>, string | null]>([
    ['begins when the water passes upstream', {}, 'raised 0→1 at 0h'],
    [
      'begins and arrives at the same instant when a reading of that instant has the water here',
      { downstream: downstream(high) },
      'raised 0→1 at 0h, climbed 1→2 at 0h',
    ],
    [
      'only begins where the water was here before, for it may be leaving',
      { downstream: downstream(high), downstreamSeenAt: T0 - 1 },
      'raised 0→1 at 0h',
    ],
    [
      'begins when it passed and arrives when it did, though the word of the arrival came first',
      { downstream: downstream(high), downstreamSeenAt: T0 + HOUR },
      'raised 0→1 at 0h, climbed 1→2 at 1h',
    ],
    ['does not begin below the step', { upstream: upstream({ step: 1 }) }, null],
    ['does not begin by what is not confirmed', { upstream: upstream({ state: 'pending' }) }, null],
    ['promise 7 does not begin in real life by a drill upstream', { upstream: upstream({ status: 'exercise' }) }, null],
    ['does not begin by a word from elsewhere', { byUpstream: false }, null],
    ['does not begin outside its hours', { off: true }, null],
    ['does not begin by water here alone', { upstream: upstream({ state: 'quiet', step: 0 }), downstream: downstream(high) }, null],
  ])('%s', (_, passage, said) => {
    expect(moved(quiet, passage).said).toBe(said);
  });

  it('promise 7 takes no drill downstream for the arrival', () => {
    expect(moved(quiet, { downstream: downstream({ ...high, status: 'exercise' }) }).said).toBe('raised 0→1 at 0h');
  });

  it('tells one upstream episode once, and the next one anew', () => {
    const told = moved(quiet).after;
    expect(told.about).toBe('river-level@up#1');
    expect(moved({ ...quiet, about: 'river-level@up#1' }).said).toBeNull();
    expect(moved({ ...quiet, about: 'river-level@up#1' }, { upstream: upstream({ episode: 2 }) }).said).toBe('raised 0→1 at 0h');
  });
});

describe('a sequence that ended', () => {
  const ended: Alert = { ...quiet, episode: 1, changedAt: T0, about: 'river-level@up#1' };
  const again = { upstream: upstream({ episode: 2 }) };

  it('begins anew after its end, not at the very instant', () => {
    expect(moved(ended, again).said).toBeNull();
    expect(moved(ended, again, T0 + HOUR).said).toBe('raised 0→1 at 1h');
  });
});

describe('a sequence that waits for the water', () => {
  it.each<[string, Partial<Passage>, number, string | null]>([
    ['goes on waiting', {}, 5 * HOUR, null],
    ['waits to the end of the lag', {}, WITHIN_MS, null],
    ['ends after the lag, at its end', {}, WITHIN_MS + HOUR, 'cleared 1→0 at 6h'],
    ['climbs when the water arrives', { downstream: downstream(high) }, HOUR, 'climbed 1→2 at 1h'],
    ['climbs by its own word as well', { downstream: downstream(high), byUpstream: false }, HOUR, 'climbed 1→2 at 1h'],
    ['climbs when it arrives at the end of the lag', { downstream: downstream(high) }, WITHIN_MS, 'climbed 1→2 at 6h'],
    ['does not climb when it arrives later', { downstream: downstream(high) }, WITHIN_MS + 1, 'cleared 1→0 at 6h'],
    [
      'stands as far as anybody knows when the gauge was silent all the time',
      { downstream: downstream(high), downstreamSeenAt: T0 - HOUR },
      WITHIN_MS + HOUR,
      'climbed 1→2 at 6h',
    ],
    [
      'ends when the gauge was silent all the time and had not risen before',
      { downstreamSeenAt: null },
      WITHIN_MS + HOUR,
      'cleared 1→0 at 6h',
    ],
    ['does not climb below the step', { downstream: downstream({ ...high, step: 1 }) }, HOUR, null],
    ['does not climb by what is not confirmed', { downstream: downstream({ ...high, state: 'pending' }) }, HOUR, null],
    ['goes on waiting when the water upstream has gone', { upstream: upstream({ state: 'quiet', step: 0 }) }, HOUR, null],
  ])('%s', (_, passage, afterMs, said) => {
    expect(moved(waiting, passage, T0 + afterMs).said).toBe(said);
  });
});

describe('a sequence whose water arrived', () => {
  const arrived: Alert = { ...waiting, step: 2, transitions: 2 };

  it('stays while it is here, however long, and ends when it has gone', () => {
    expect(moved(arrived, { downstream: downstream(high) }, T0 + 9 * HOUR).said).toBeNull();
    expect(moved(arrived, {}, T0 + 9 * HOUR).said).toBe('cleared 2→0 at 9h');
  });
});

describe('lagEndsAt', () => {
  it('is known only while the water is waited for', () => {
    expect([0, 1, 2].map((step) => lagEndsAt({ ...waiting, step }, WITHIN_MS))).toEqual([null, T0 + WITHIN_MS, null]);
  });
});
