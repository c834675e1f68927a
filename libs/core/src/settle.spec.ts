import { describe, expect, it } from '@jest/globals';
import type { Delivery, Outcome } from './delivery.ts';
import { MERGED_WHY } from './restrain.ts';
import { mayHaveArrived, settle, settleMerged, settleUnsent, settleUntouched, settleUntrue } from './settle.ts';

const HOUR_MS = 3_600_000;
const now = 1_000_000_000;
const aDelivery = (some: Partial<Delivery> = {}): Delivery => ({
  id: 'm/line/x',
  messageId: 'm',
  transitionId: 't',
  channel: 'line',
  endpoint: 'line',
  lane: 'flood',
  status: 'actual',
  recipients: ['u1'],
  retryKey: 'key',
  state: 'sending',
  attempts: 1,
  dueAt: now,
  firstAttemptAt: now,
  settledAt: null,
  expiresAt: now + 6 * HOUR_MS,
  lastReason: '',
  receipt: '',
  ...some,
});
const settled = (outcome: Outcome, some: Partial<Delivery> = {}) =>
  settle({ delivery: aDelivery(some), outcome, now, repeatSafeMs: 22 * HOUR_MS, random: () => 1 });
const retry = (some: Partial<Extract<Outcome, { kind: 'retry' }>> = {}): Outcome => ({
  kind: 'retry',
  reason: 'HTTP 500',
  unknown: true,
  ...some,
});
const OF_ORDER = { transitionId: 'order/o0/2' } as const;
const old = { firstAttemptAt: now - 22 * HOUR_MS, expiresAt: now + 100 * HOUR_MS };

describe('settle', () => {
  it.each([
    ['accepted', { kind: 'sent', receipt: 'r', duplicate: false }, {}, { state: 'sent', receipt: 'r', reason: '' }],
    [
      'accepted earlier',
      { kind: 'sent', receipt: 'r', duplicate: true },
      {},
      { state: 'sent', receipt: 'r', reason: '以前の試行で受け付け済み' },
    ],
    ['unknown', retry(), {}, { state: 'queued', dueAt: now + 1_000, reason: 'HTTP 500' }],
    ['unknown for the third time', retry(), { attempts: 3 }, { state: 'queued', dueAt: now + 4_000 }],
    ['unknown for the 40th time', retry(), { attempts: 40 }, { state: 'queued', dueAt: now + 60_000 }],
    ['asked to come later', retry({ afterMs: 30_000 }), {}, { state: 'queued', dueAt: now + 30_000 }],
    ['asked to come sooner', retry({ afterMs: 10 }), {}, { state: 'queued', dueAt: now + 1_000 }],
    ['asked to come next year', retry({ afterMs: 365 * 24 * HOUR_MS }), {}, { state: 'queued', dueAt: now + 15 * 60_000 }],
    ['unknown, words gone', retry(), { expiresAt: now }, { state: 'expired' }],
    ['certainly not there', retry({ unknown: false }), OF_ORDER, { state: 'queued', dueAt: now + 1_000, unclaimed: true }],
    [
      'certainly not there for seven seconds',
      retry({ unknown: false }),
      { ...OF_ORDER, firstAttemptAt: now - 7_000, lastReason: 'ECONNREFUSED' },
      { state: 'queued', dueAt: now + 8_000, unclaimed: true },
    ],
    ['unknown at the first try of what waited', retry(), { firstAttemptAt: now - HOUR_MS }, { state: 'queued', dueAt: now + 1_000 }],
    ['unknown, a last try fits', retry(), { attempts: 9, expiresAt: now + 10_000 }, { state: 'queued', dueAt: now + 8_000 }],
    ['unknown, nothing fits any more', retry(), { attempts: 9, expiresAt: now + 1_500 }, { state: 'expired' }],
    ['unknown, the time of the last try is now', retry(), { expiresAt: now + 2_000 }, { state: 'queued', dueAt: now + 1_000 }],
    ['asked to come when the words end', retry({ afterMs: 30_000 }), { expiresAt: now + 30_000 }, { state: 'expired' }],
    ['asked to come after the words', retry({ afterMs: 60_000 }), { expiresAt: now + 30_000 }, { state: 'expired' }],
    ['unknown when no repeat is safe', retry(), old, { state: 'dead' }],
    ['unknown just before that', retry(), { ...old, firstAttemptAt: old.firstAttemptAt + 1 }, { state: 'queued' }],
    ['words refused', { kind: 'refused', reason: 'too long', scope: 'message' }, { recipients: ['u1', 'u2'] }, { state: 'refused' }],
    ['one recipient refused', { kind: 'refused', reason: 'bad id', scope: 'recipients' }, {}, { state: 'refused', reason: 'bad id' }],
    ['closed', { kind: 'closed', reason: '401' }, {}, { state: 'queued', dueAt: now, reason: '401' }],
    [
      'closed, words of an order',
      { kind: 'closed', reason: '401' },
      { ...OF_ORDER, attempts: 3 },
      { state: 'queued', attempt: 3, dueAt: now, unclaimed: true },
    ],
    ['closed, words gone', { kind: 'closed', reason: '401' }, { expiresAt: now }, { state: 'expired' }],
  ] as const)('of %s', (_, outcome, some, expected) => {
    const settlement = settled(outcome, some);
    expect(settlement).toMatchObject({ id: 'm/line/x', attempt: aDelivery(some).attempts, at: now, ...expected });
    expect(settlement.parts).toBeUndefined();
  });

  it.each([
    ['words that are gone', retry(), { expiresAt: now }, '伝える期限を過ぎました（HTTP 500）'],
    ['words that will be gone', retry({ afterMs: 60_000 }), { expiresAt: now + 30_000 }, '次に試せる前に伝える期限を過ぎます（HTTP 500）'],
    [
      'a repeat that is not safe',
      retry(),
      old,
      '届いたか分からないまま安全に再送できる時間を過ぎました。担当者が判断してください（HTTP 500）',
    ],
    ['no reason given', retry({ reason: '' }), { expiresAt: now }, '伝える期限を過ぎました'],
  ] as const)('tells staff why it ended, and what the channel said last: %s', (_, outcome, some, reason) => {
    expect(settled(outcome, some)).toMatchObject({ reason, receipt: '' });
  });

  it('has no receipt of what is queued again', () => {
    expect(settled(retry()).receipt).toBe('');
  });

  it('F56 puts two single recipients in place of two', () => {
    const { parts } = settled({ kind: 'refused', reason: 'bad id', scope: 'recipients' }, { recipients: ['u1', 'u2'] });
    expect(parts?.map(({ recipients }) => recipients)).toEqual([['u1'], ['u2']]);
  });

  it('F56 puts two halves with keys of their own in place of a chunk with a bad recipient', () => {
    const chunk = { recipients: ['u1', 'u2', 'u3', 'u4', 'u5'], attempts: 3, lastReason: 'HTTP 500', receipt: 'r' };
    const refused: Outcome = { kind: 'refused', reason: 'bad id', scope: 'recipients' };
    const { state, parts } = settled(refused, chunk);
    expect(state).toBe('refused');
    expect(parts?.map(({ recipients }) => recipients)).toEqual([
      ['u1', 'u2', 'u3'],
      ['u4', 'u5'],
    ]);
    expect(new Set([aDelivery().id, ...parts!.map(({ id }) => id)]).size).toBe(3);
    expect(new Set([aDelivery().retryKey, ...parts!.map(({ retryKey }) => retryKey)]).size).toBe(3);
    const fresh = { state: 'queued', attempts: 0, firstAttemptAt: null, dueAt: now, settledAt: null, lastReason: '', receipt: '' };
    for (const part of parts!) expect(part).toMatchObject(fresh);
    expect(settled(refused, chunk).parts).toEqual(parts);
  });
});

describe('mayHaveArrived', () => {
  it.each<[Delivery['state'], number, boolean]>([
    ['queued', 0, true],
    ['sending', 1, true],
    ['sent', 1, true],
    ['dead', 3, true],
    ['closed', 3, true],
    ['expired', 1, false],
    ['expired', 2, true],
    // The answer to an attempt before may have died with the process.
    ['refused', 1, false],
    ['refused', 2, true],
    ['suppressed', 0, false],
    ['suppressed', 1, false],
    ['suppressed', 2, true],
  ])('of one that is %s after %i attempts: %s', (state, attempts, may) => {
    expect(mayHaveArrived({ state, attempts, lastReason: '' })).toBe(may);
  });
});

describe('settleUnsent', () => {
  const asked = (some: Partial<Delivery>) => settleUnsent(aDelivery(some), { now, repeatSafeMs: 22 * HOUR_MS })?.state ?? null;

  it.each([
    ['a fresh delivery', {}, null],
    ['one that was never attempted', { firstAttemptAt: null }, null],
    ['one whose first attempt is just now', { firstAttemptAt: now }, null],
    ['one a millisecond before it expires', { expiresAt: now + 1 }, null],
    ['one that has expired', { expiresAt: now }, 'expired'],
    ['one that no repeat is safe for', old, 'dead'],
    ['one that has expired and is unsafe', { ...old, expiresAt: now }, 'expired'],
  ])('decides about %s', (_, some, expected) => {
    expect(asked(some)).toBe(expected);
  });
});

it.each([
  ['nobody knows how it went', retry(), OF_ORDER],
  ['a domain puts somebody off', retry({ unknown: false, ofRecipients: true }), OF_ORDER],
  ['an alert is told, whatever came of it', retry({ unknown: false }), {}],
] as const)('counts an attempt in which %s', (_, outcome, some) => {
  expect(settled(outcome, some)).not.toHaveProperty('unclaimed');
});

describe('what was claimed and not attempted', () => {
  it('goes back into the queue with its last reason, for as late as it is told', () => {
    const untouched = settleUntouched(aDelivery({ ...OF_ORDER, attempts: 3, lastReason: 'HTTP 500' }), { now, dueAt: now + 5_000 });
    expect(untouched).toEqual({
      id: 'm/line/x',
      attempt: 3,
      state: 'queued',
      at: now,
      dueAt: now + 5_000,
      reason: 'HTTP 500',
      receipt: '',
      unclaimed: true,
    });
  });

  it('is held back for good when a later notice took its place', () => {
    expect(settleMerged(aDelivery({ attempts: 3 }), now)).toMatchObject({ state: 'suppressed', attempt: 3, at: now, reason: MERGED_WHY });
  });

  it('ends without being told when it is an all-clear and the water rose again', () => {
    expect(settleUntrue(aDelivery(), now)).toMatchObject({
      state: 'expired',
      at: now,
      reason: '再び警戒すべき状態になったため、この知らせは送りません',
    });
  });
});
