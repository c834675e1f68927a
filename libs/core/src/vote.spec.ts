import { aVoteRule, MINUTE, T0 } from '../../../test/support/builders.ts';
import { type Alert, type Evidence, quietAlert } from './alert.ts';
import { sightVote, tally, type Voter } from './vote.ts';

const seen = (at: number): Evidence => ({ position: 1, at, receivedAt: at, value: 4, quality: 'ok', why: '', status: 'actual' });
const voter = (alert: Partial<Alert> | null, agoMs: number | null = 0): Voter => ({
  gauge: 'tama-03',
  alert: alert ? { ...quietAlert('river-level', 'tama-03'), ...alert } : undefined,
  newest: agoMs === null ? undefined : seen(T0 - agoMs),
});
const raised = (step: number, set: Partial<Alert> = {}): Partial<Alert> => ({ state: 'raised', step, ...set });
const counted = (voters: readonly Voter[]) => tally(voters, { step: 2, at: T0, greatestAgeMs: 30 * MINUTE, status: 'actual' });

describe('tally', () => {
  it.each<[string, Voter, readonly [yes: number, unknown: number, lastYes: number]]>([
    ['votes for at the step', voter(raised(2)), [1, 0, 0]],
    ['votes for above the step', voter(raised(3)), [1, 0, 0]],
    ['votes against below the step', voter(raised(1)), [0, 0, 0]],
    ['votes against while nothing is confirmed', voter({ state: 'pending', step: 2 }), [0, 0, 0]],
    ['votes against while it is quiet', voter({}), [0, 0, 0]],
    ['votes against when it never had an alert', voter(null), [0, 0, 0]],
    ['promise 7 does not vote in real life by a drill', voter(raised(2, { status: 'exercise' })), [0, 0, 0]],
    ['votes as long as its reading is no older than allowed', voter(raised(2), 30 * MINUTE), [1, 0, 0]],
    ['F50 cannot tell when its reading is older, and was for', voter(raised(2), 30 * MINUTE + 1), [0, 1, 1]],
    ['F50 cannot tell when its reading is older, and was against', voter(raised(1), 30 * MINUTE + 1), [0, 1, 0]],
    ['cannot tell when it never spoke', voter(null, null), [0, 1, 0]],
  ])('a gauge %s', (_, one, [yes, unknown, lastYes]) => {
    expect(counted([one])).toEqual({ yes, unknown, lastYes, of: 1 });
  });

  it('adds up what each says', () => {
    const old = 31 * MINUTE;
    const voters = [voter(raised(2)), voter(raised(3)), voter({}), voter(raised(2), old), voter(raised(2), old), voter({}, old)];
    expect(counted(voters)).toEqual({ yes: 2, unknown: 3, lastYes: 2, of: 6 });
    expect(counted([])).toEqual({ yes: 0, unknown: 0, lastYes: 0, of: 0 });
  });
});

describe('sightVote', () => {
  const rule = aVoteRule({ steps: [2, 4].map((atLeast, i) => ({ code: `s${i}`, name: '', atLeast })) });

  it.each([
    [1, 0, 0, 0],
    [2, 0, 1, 1],
    [3, 0, 1, 1],
    [4, 0, 2, 2],
    [1, 1, 0, 1],
    [0, 4, 0, 2],
    [2, 2, 1, 2],
  ])('reaches by %i votes and holds by %i more of the silent ones: %i and %i', (yes, lastYes, step, held) => {
    expect(sightVote(rule, { yes, lastYes, unknown: lastYes, of: 9 }, T0)).toEqual({ at: T0, step, held, broken: false });
  });
});
