import {
  arrivalMs,
  beatReports,
  type HeartbeatProof,
  type HeartbeatSight,
  heartbeatStateOf,
  isUnproven,
  nextBeatAt,
  proofAgeMs,
  proofsAfter,
} from './heartbeat.ts';
import { HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';

const plan = { everyMs: HOUR };
const proof = (set: Partial<HeartbeatProof> = {}): HeartbeatProof => ({ channel: 'line', since: T0, provenAt: T0, ...set });

describe('nextBeatAt', () => {
  it.each([
    ['at once when there was none', null, T0, T0],
    ['a period after the last', T0, T0 + MINUTE, T0 + HOUR],
    ['a period after the last also when that is long over, once', T0, T0 + 9 * HOUR, T0 + HOUR],
    ['counted from now when the clock was set back by an hour', T0 + HOUR, T0, T0 + HOUR],
    ['counted from now when the clock was a year ahead', T0 + 8_760 * HOUR, T0, T0 + HOUR],
  ])('%s', (_, lastAt, now, due) => {
    expect(nextBeatAt(lastAt, plan, now)).toBe(due);
  });

  it('takes no notice of summer time: a period is a period', () => {
    const night = Date.parse('2026-10-25T00:30:00Z'); // Clocks in Europe go back half an hour later.
    expect(nextBeatAt(night, plan, night) - night).toBe(HOUR);
  });
});

const proofAfter = (known: readonly HeartbeatProof[], arrivedAt: number | null, now: number) =>
  proofsAfter(known, { channels: ['line'], arrived: new Map(arrivedAt === null ? [] : [['line', arrivedAt]]), now })[0];

describe('proofsAfter', () => {
  it.each([
    ['begins now with a channel that is new', [], null, T0, { since: T0, provenAt: null }],
    ['takes the first that arrived', [], T0 - 1, T0, { since: T0, provenAt: T0 - 1 }],
    ['keeps what is known when nothing arrived', [proof()], null, T0 + HOUR, { since: T0, provenAt: T0 }],
    ['takes what arrived since', [proof()], T0 + HOUR, T0 + HOUR, { since: T0, provenAt: T0 + HOUR }],
    ['keeps the newer one when the ledger has forgotten it', [proof({ provenAt: T0 + 9 })], T0, T0 + HOUR, { since: T0, provenAt: T0 + 9 }],
    ['F21 brings a proof from ahead back to now', [proof({ since: T0 + 8, provenAt: T0 + 9 })], null, T0, { since: T0, provenAt: T0 }],
    ['F21 believes no arrival from ahead', [proof({ provenAt: null })], T0 + 9, T0, { since: T0, provenAt: null }],
  ])('%s', (_, known, arrivedAt, now, expected) => {
    expect(proofAfter(known, arrivedAt, now)).toEqual({ channel: 'line', ...expected });
  });

  it('F21 lets a channel whose proof came from ahead grow old from then on, though the same arrival lies there', () => {
    const back = proofAfter([proof({ provenAt: T0 + 9 * HOUR })], T0 + 9 * HOUR, T0)!;
    expect(proofAfter([back], T0 + 9 * HOUR, T0 + 2 * HOUR)).toEqual(proof());
    expect(isUnproven(back, plan, T0 + 2 * HOUR)).toBe(true);
  });

  it('has the channels of the plan in their order, and forgets the others', () => {
    const known = [proof(), proof({ channel: 'email' })];
    expect(proofsAfter(known, { channels: ['disaster-mail', 'line'], arrived: new Map(), now: T0 }).map(({ channel }) => channel)).toEqual([
      'disaster-mail',
      'line',
    ]);
  });
});

describe('isUnproven', () => {
  it.each([
    ['a beat that is a minute late', proof(), HOUR + MINUTE, false],
    ['one beat that is missed', proof(), 2 * HOUR - 1, false],
    ['two beats in a row', proof(), 2 * HOUR, true],
    ['nothing in the first two periods', proof({ provenAt: null }), 2 * HOUR - 1, false],
    ['nothing ever', proof({ provenAt: null }), 2 * HOUR, true],
    ['a proof that is younger than the beginning', proof({ provenAt: T0 + HOUR }), 2 * HOUR, false],
    ['a clock that was set back', proof(), -9 * HOUR, false],
  ])('%s', (_, of, after, unproven) => {
    expect(isUnproven(of, plan, T0 + after)).toBe(unproven);
  });
});

describe('heartbeatStateOf', () => {
  const sight = (set: Partial<HeartbeatSight> = {}): HeartbeatSight => ({
    proof: proof(),
    hasWay: true,
    hasTester: true,
    isSpared: false,
    overdueForMs: 0,
    ...set,
  });
  const never = proof({ provenAt: null });

  it.each([
    ['proven', sight(), HOUR],
    ['waiting', sight({ proof: never }), HOUR],
    ['late', sight({ overdueForMs: MINUTE - 1 }), 2 * HOUR],
    ['late', sight({ proof: never, overdueForMs: 0 }), 99 * HOUR],
    ['old', sight({ overdueForMs: MINUTE }), 2 * HOUR],
    ['old', sight({ proof: never, overdueForMs: MINUTE }), 2 * HOUR],
    ['proven', sight({ isSpared: true }), HOUR],
    ['spared', sight({ isSpared: true, overdueForMs: HOUR }), 3 * HOUR],
    ['nobody', sight({ hasTester: false, overdueForMs: HOUR }), 3 * HOUR],
    ['absent', sight({ hasWay: false, hasTester: false, overdueForMs: HOUR }), 3 * HOUR],
  ] as const)('%s: %j', (state, of, after) => {
    expect(heartbeatStateOf(of, plan, T0 + after)).toBe(state);
  });
});

it('gives a beat a minute to arrive, and of a short period a quarter', () => {
  expect([arrivalMs({ everyMs: HOUR }), arrivalMs({ everyMs: 2 * MINUTE })]).toEqual([MINUTE, 30_000]);
});

it('has no negative age, whatever became of the clock', () => {
  expect([proofAgeMs(proof(), T0 + 5), proofAgeMs(proof({ provenAt: null }), T0 + 7), proofAgeMs(proof(), T0 - 5)]).toEqual([5, 7, 0]);
});

it('beats over the limit and back, so that no alert stays raised', () => {
  expect(beatReports(T0)).toEqual([
    { t: T0 - 1_000, level: 1 },
    { t: T0, level: 0 },
  ]);
});
