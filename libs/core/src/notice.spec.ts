import type { Transition } from './alert.ts';
import { type Noticeable, noticeOf } from './notice.ts';

const MINUTE = 60_000;

/** "0>1@5" is decided at minute 5; "0>1@5!" is damped. */
const history = (story: string): readonly Noticeable[] =>
  story.split(' ').map((word) => {
    const [from, to, at] = word.replace('!', '').split(/[>@]/).map(Number) as [number, number, number];
    const kind = to > from ? 'raised' : to === 0 ? 'cleared' : 'steppedDown';
    return { transition: { from, to, decidedAt: at * MINUTE, kind } as Transition, isDamped: word.endsWith('!') };
  });

describe('a notice with half an hour between two', () => {
  it.each([
    ['goes at once when it is the first', '0>1@0', 0],
    ['waits for the interval', '0>1@0 1>2@5', 30],
    ['waits as an all-clear does, and is never held for ever', '0>1@0 1>0@5', 30],
    ['goes at once when the interval has passed', '0>1@0 1>0@30', 30],
    ['takes the place of one that waits', '0>1@0 1>2@5 2>1@10 1>0@12', 30],
    ['is not needed when it tells what people know already', '0>1@0 1>0@5 0>1@10', null],
    ['is needed again when that changes', '0>1@0 1>0@5 0>1@10 1>0@15', 30],
    ['is not needed when nobody heard of the rise that it takes back', '0>1@0 1>0@35 0>1@40 1>0@50', null],
    ['counts the interval from when the last one went', '0>1@0 1>2@5 2>1@40', 60],
    ['waits with what damping left alone', '0>1@0 1>0@5 0>1@10! 1>0@15', 30],
    ['goes at once when an all-clear fell away because the alert stood again', '0>1@0 1>0@5 0>1@10! 1>0@45', 45],
    ['knows that an all-clear went when the alert rose after it', '0>1@0 1>0@5 0>1@35! 1>0@45', null],
    ['goes at once long after the last one', '0>1@0 1>0@5 0>1@90', 90],
    ['counts one that may go in this very minute as gone', '0>1@0 1>2@5 2>0@30', 60],
    ['goes at once when it may, even though people know as much', '0>1@0 1>0@31! 0>1@40', 40],
    ['does not wait for one that was damped and told nobody', '0>1@0 1>2@40! 2>0@45', 45],
    ['knows that a rise went although the alert rose further, damped', '0>1@0 1>2@5 2>3@10! 3>0@40', 60],
  ])('%s', (_, story, minute) => {
    const notice = noticeOf(history(story), { fromStep: 1, noticeIntervalMs: 30 * MINUTE });
    expect(notice).toEqual(minute === null ? { kind: 'unneeded' } : { kind: 'at', at: minute * MINUTE });
  });

  it('is not needed where nothing happened', () => {
    expect(noticeOf([], { fromStep: 1 })).toEqual({ kind: 'unneeded' });
  });

  it('goes at once on a route that leaves no time between two', () => {
    expect(noticeOf(history('0>1@0 1>0@5 0>1@6'), { fromStep: 1 })).toEqual({ kind: 'at', at: 6 * MINUTE });
  });

  it('counts steps as the route hears them', () => {
    // The all-clear that waits until minute 60 is untrue by then for those who are told from step 2 on.
    expect(noticeOf(history('1>2@0 2>1@35 1>2@40! 2>1@66'), { fromStep: 2, noticeIntervalMs: 30 * MINUTE })).toEqual({
      kind: 'at',
      at: 66 * MINUTE,
    });
    expect(noticeOf(history('1>2@0 2>1@35 1>2@40 2>1@50'), { fromStep: 2, noticeIntervalMs: 30 * MINUTE })).toEqual({ kind: 'unneeded' });
  });
});
