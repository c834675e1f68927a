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
  const telling: Telling = {
    ruleId: 'passage',
    playbookVersion: 'v1',
    at,
    decidedAt: at,
    status,
    limits: [],
    evidence: [],
    verdict: (kind) => kind,
  };
  const passage: Passage = {
    upstream: upstream(),
    upstreamStep: 2,
    downstream: downstream(),
    downstreamStep: 2,
    withinMs: WITHIN_MS,
    off: false,
    ...set,
  };
  const { alert: after, transition } = advanceSequence(alert, passage, telling);
  return { after, said: transition && `${transition.kind} ${transition.from}→${transition.to} at ${(transition.at - T0) / HOUR}h` };
}

describe('a sequence that waits for nothing', () => {
  it.each<[string, Partial<Passage>, string | null]>([
    ['begins when the water passes upstream', {}, 'raised 0→1 at 0h'],
    ['begins at once with the arrival when it is here already', { downstream: downstream(high) }, 'raised 0→2 at 0h'],
    ['does not begin below the step', { upstream: upstream({ step: 1 }) }, null],
    ['does not begin by what is not confirmed', { upstream: upstream({ state: 'pending' }) }, null],
    ['promise 7 does not begin in real life by a drill upstream', { upstream: upstream({ status: 'exercise' }) }, null],
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

describe('a sequence that waits for the water', () => {
  it.each<[string, Partial<Passage>, number, string | null]>([
    ['goes on waiting', {}, 5 * HOUR, null],
    ['waits to the end of the lag', {}, WITHIN_MS, null],
    ['ends after the lag, at its end', {}, WITHIN_MS + HOUR, 'cleared 1→0 at 6h'],
    ['climbs when the water arrives', { downstream: downstream(high) }, HOUR, 'climbed 1→2 at 1h'],
    ['climbs when it arrives at the end of the lag', { downstream: downstream(high) }, WITHIN_MS, 'climbed 1→2 at 6h'],
    ['does not climb when it arrives later', { downstream: downstream(high) }, WITHIN_MS + 1, 'cleared 1→0 at 6h'],
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
