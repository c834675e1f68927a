import { describe, expect, it } from '@jest/globals';
import { button } from './talk-intent.ts';
import { seenData, seenOf } from './seen-answer.ts';

describe('the button "I have seen this"', () => {
  it.each(['actual', 'exercise', 'test'] as const)('names its delivery and whether it was real: %s', (status) => {
    const id = 'river-level@ose-seguchi#1/3/residents+merged&x=%/ja-easy/line/12';
    expect(seenOf(seenData({ id, status })!)).toEqual({ deliveryId: id, status });
  });

  it('is left out where LINE would refuse its name', () => {
    expect(seenData({ id: 'x'.repeat(250), status: 'exercise' })).not.toBeNull();
    expect(seenData({ id: 'あ'.repeat(40), status: 'exercise' })).toBeNull();
  });

  it.each([button.topic('safe'), button.district('a', true, 0), 'seen=x', 'seen=x&as=real', 'as=actual', ''])(
    'is no other button: %s',
    (data) => {
      expect(seenOf(data)).toBeNull();
    },
  );
});
