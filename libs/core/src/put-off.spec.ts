import type { Outcome } from './delivery.ts';
import { isFirstPutOff } from './put-off.ts';

const putOff = (reason: string): Outcome => ({ kind: 'retry', reason, unknown: false, ofRecipients: true });
const GREYLISTED = 'EENVELOPE all recipients were rejected: 450 4.2.0 <h…@a.jp>: Greylisted, come again in 287 seconds';

describe('somebody who is put off', () => {
  it.each<[string, { readonly attempts: number; readonly lastReason: string }, Outcome, boolean]>([
    ['at the first attempt', { attempts: 1, lastReason: '' }, putOff(GREYLISTED), true],
    ['after the relay was away', { attempts: 4, lastReason: 'ECONNREFUSED' }, putOff(GREYLISTED), true],
    ['after this process died on the first attempt', { attempts: 2, lastReason: '' }, putOff(GREYLISTED), true],
    ['after the domain was away', { attempts: 4, lastReason: 'EENVELOPE 450 4.3.2 <h…@a.jp>: not now' }, putOff(GREYLISTED), true],
    ['again, with other words', { attempts: 2, lastReason: GREYLISTED }, putOff(GREYLISTED.replace('287', '286')), false],
    ['again, without an enhanced status', { attempts: 2, lastReason: '450 later' }, putOff('450 later, please'), false],
    ['by a relay that says so of itself', { attempts: 1, lastReason: '' }, { kind: 'retry', reason: '421 4.3.2', unknown: false }, false],
    ['no more', { attempts: 2, lastReason: GREYLISTED }, { kind: 'sent', receipt: '250', duplicate: false }, false],
    ['for good', { attempts: 1, lastReason: '' }, { kind: 'refused', reason: '550 5.1.1', scope: 'recipients' }, false],
  ])('%s', (_, delivery, outcome, first) => {
    expect(isFirstPutOff(delivery, outcome)).toBe(first);
  });
});
