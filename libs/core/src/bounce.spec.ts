import { describe, expect, it } from '@jest/globals';
import { bounceKindOf, isGone, readDeliveryReports, slowUntil, type Bounce } from './bounce.ts';

describe('readDeliveryReports', () => {
  it('reads one block per recipient, folded lines and small letters alike', () => {
    const text = [
      'Reporting-MTA: dns; mx.example.jp',
      'Arrival-Date: Wed, 1 Jul 2026 03:10:00 +0900',
      '',
      'Final-Recipient: rfc822; hana@example.jp',
      'Action: Failed',
      'Status: 5.1.1 (no such user)',
      'Diagnostic-Code: smtp; 550 5.1.1',
      '\t<hana@example.jp>: user unknown',
      '',
      'final-recipient: rfc822; taro@example.jp',
      'action: delayed',
      'status: 4.4.1',
      '',
    ].join('\r\n');
    expect(readDeliveryReports(text)).toEqual([
      { action: 'failed', status: '5.1.1' },
      { action: 'delayed', status: '4.4.1' },
    ]);
  });

  it.each([
    ['', []],
    ['nothing of the kind\n\nat all', []],
    ['Final-Recipient: rfc822; a@b.jp\nStatus: mailbox unknown', [{ action: '', status: '' }]],
  ])('%j: %j', (text, reports) => {
    expect(readDeliveryReports(text)).toEqual(reports);
  });

  it('reads no more than fifty recipients of whatever is sent', () => {
    expect(readDeliveryReports('Action: failed\n\n'.repeat(1_000))).toHaveLength(50);
  });
});

describe('bounceKindOf', () => {
  const rows: readonly [string, string, string | null][] = [
    ['failed', '5.1.1', 'gone'],
    ['failed', '5.1.2', 'gone'],
    ['failed', '5.1.10', 'gone'],
    ['failed', '5.1.8', 'blocked'],
    ['failed', '5.1.7', 'blocked'],
    ['failed', '5.2.2', 'full'],
    ['failed', '5.2.1', 'full'],
    ['failed', '5.7.1', 'blocked'],
    ['failed', '5.7.26', 'blocked'],
    ['failed', '4.4.7', 'later'],
    ['delayed', '4.2.2', 'later'],
    ['delayed', '', 'later'],
    ['failed', '5.4.4', 'unclear'],
    ['failed', '5.3.4', 'unclear'],
    ['failed', '', 'unclear'],
    ['', '', 'unclear'],
    ['delivered', '2.1.5', null],
    ['relayed', '2.0.0', null],
    ['expanded', '', null],
  ];
  it.each(rows)('%s %s: %j', (action, status, kind) => {
    expect(bounceKindOf({ action, status })).toBe(kind);
  });
});

const came = (deliveryId: string, day: string, kind: Bounce['kind'] = 'gone') => ({ deliveryId, kind, day });

describe('isGone', () => {
  const rows: readonly [string, readonly Pick<Bounce, 'deliveryId' | 'kind' | 'day'>[], boolean][] = [
    ['nothing', [], false],
    ['one day', [came('a', '2026-07-01')], false],
    ['the same day again', [came('a', '2026-07-01'), came('b', '2026-07-01')], false],
    ['two days', [came('a', '2026-07-01'), came('b', '2026-07-02')], true],
    ['one mail that is reported again on the next day', [came('a', '2026-07-01'), came('a', '2026-07-02')], false],
    ['a full mailbox on the second day', [came('a', '2026-07-01'), came('b', '2026-07-02', 'full')], false],
  ];
  it.each(rows)('%s', (_, bounces, gone) => {
    expect(isGone(bounces)).toBe(gone);
  });
});

const blocked = (recipient: string, at: number, kind: Bounce['kind'] = 'blocked') => ({ recipient, at, kind });

describe('slowUntil', () => {
  const HOUR = 3_600_000;
  const rows: readonly [string, readonly Pick<Bounce, 'kind' | 'recipient' | 'at'>[], number | null][] = [
    ['nothing', [], null],
    ['two people', [blocked('1', HOUR), blocked('2', HOUR)], null],
    ['one person three times', [blocked('1', HOUR), blocked('1', HOUR), blocked('1', HOUR)], null],
    ['three people within the hour', [blocked('1', HOUR), blocked('2', HOUR + 1), blocked('3', HOUR + 2)], 2 * HOUR + 2],
    ['three people, one of them long ago', [blocked('1', 0), blocked('2', HOUR + 1), blocked('3', HOUR + 2)], null],
    ['three people whose mailboxes are gone', ['1', '2', '3'].map((one) => blocked(one, HOUR, 'gone')), null],
  ];
  it.each(rows)('%s', (_, bounces, until) => {
    expect(slowUntil(bounces, HOUR + 2)).toBe(until);
  });
});
