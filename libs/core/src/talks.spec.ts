import { describe, expect, it } from '@jest/globals';
import type { Outcome } from './delivery.ts';
import { replyAfter, wayOf } from './talks.ts';

const NOW = 1_000_000_000;
const SECOND = 1_000;
const pending = (ageS: number, fields: { attempts?: number; tokenDoubtful?: boolean; replyToken?: string | null } = {}) => ({
  event: { id: 'e', person: 'U', at: NOW, replyToken: 't', heard: { kind: 'follow' }, ...fields } as const,
  receivedAt: NOW - ageS * SECOND,
  attempts: 0,
  tokenDoubtful: false,
  ...fields,
});

describe('wayOf', () => {
  it.each([
    ['a fresh answer by its token', pending(1), 'token'],
    ['one whose token is nearly over as a push', pending(51), 'push'],
    ['one without token as a push', pending(1, { replyToken: null }), 'push'],
    ['one that may have been seen by its token again, which shows it once', pending(1, { tokenDoubtful: true }), 'token'],
    ['one that may have been seen, its token over, not any more (P4)', pending(51, { tokenDoubtful: true }), 'none'],
    ['one that was tried six times not any more', pending(1, { attempts: 6 }), 'none'],
    ['one of ten minutes ago not any more', pending(601), 'none'],
  ])('sends %s', (_, reply, way) => {
    expect(wayOf(reply, NOW)).toBe(way);
  });
});

describe('replyAfter', () => {
  const sent: Outcome = { kind: 'sent', receipt: '', duplicate: false };
  const lost: Outcome = { kind: 'retry', reason: '', unknown: true };
  const busy: Outcome = { kind: 'retry', reason: '', unknown: false };
  const refused: Outcome = { kind: 'refused', reason: '', scope: 'message' };
  const closed: Outcome = { kind: 'closed', reason: '' };

  it.each([
    ['token', sent, false, 'done'],
    ['token', lost, false, 'againDoubtful'],
    ['token', busy, false, 'again'],
    ['token', busy, true, 'againDoubtful'],
    ['token', refused, false, 'push'],
    ['token', refused, true, 'done'],
    ['token', closed, false, 'done'],
    ['push', sent, false, 'done'],
    ['push', lost, false, 'again'],
    ['push', refused, false, 'done'],
  ] as const)('after %s, %j, doubtful %s: %s', (by, outcome, tokenDoubtful, next) => {
    expect(replyAfter(by, outcome, { tokenDoubtful })).toBe(next);
  });
});
