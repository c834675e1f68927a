import type { Transition } from './alert.ts';
import { flappingOf } from './flapping.ts';

const MINUTE = 60_000;

/** "0>1@5" is a rise from 0 to 1 at minute 5. */
const history = (story: string): readonly Transition[] =>
  story.split(' ').map((word) => {
    const [, from, to, at, status] = /^(\d)>(\d)@(\d+)(!?)$/.exec(word)!;
    return { from: Number(from), to: Number(to), at: Number(at) * MINUTE, status: status ? 'exercise' : 'actual' } as Transition;
  });

describe('F52 flapping', () => {
  it.each([
    ['the first time', '0>1@0', 1, false, false],
    ['the second time', '0>1@0 1>0@10 0>1@20', 2, false, false],
    ['the third time within the hour, and a person is asked', '0>1@0 1>0@10 0>1@20 1>0@30 0>1@40', 3, true, true],
    ['the fourth time, and nobody is asked again', '0>1@0 1>0@5 0>1@10 1>0@15 0>1@20 1>0@25 0>1@30', 4, true, false],
    ['the third time after an hour exactly', '0>1@0 1>0@10 0>1@20 1>0@30 0>1@60', 2, false, false],
    ['a swing that goes on, and nobody is asked at each', '0>1@0 1>0@10 0>1@20 1>0@30 0>1@40 1>0@50 0>1@61', 3, true, false],
    [
      'a swing after a rest, and a person is asked again',
      '0>1@0 1>0@1 0>1@2 1>0@3 0>1@4 1>0@5 0>1@100 1>0@101 0>1@102 1>0@103 0>1@104',
      3,
      true,
      true,
    ],
    ['a step down', '0>1@0 1>0@10 0>1@20 1>0@30 0>1@40 1>0@50', 0, false, false],
    ['a climb that swings within one episode', '0>1@0 1>2@5 2>1@10 1>2@15 2>1@20 1>2@25', 3, true, true],
    ['a climb above what swung before', '0>1@0 1>0@10 0>1@20 1>0@30 0>2@40', 1, false, false],
    ['a rise past the step counts as a rise to it', '0>2@0 2>0@10 0>2@20 2>0@30 0>1@40', 3, true, true],
    ['a step down to a step above 0 is no rise to it', '0>1@0 1>0@5 0>1@10 1>0@15 0>2@20 2>1@25', 0, false, false],
    ['a word at the same step is no rise', '0>1@0 1>0@5 0>1@10 1>0@15 0>1@20 1>1@25', 0, false, false],
    ['a climb from the step itself is no rise to it', '0>1@0 1>2@5 2>1@10 1>2@15 2>0@20 0>1@25', 2, false, false],
    ['a drill does not count for real life', '0>1@0! 1>0@10! 0>1@20! 1>0@30! 0>1@40', 1, false, false],
  ])('%s', (_, story, times, isFlapping, asks) => {
    expect(flappingOf(history(story))).toEqual({ times, isFlapping, asks });
  });

  it('is nothing without a history', () => {
    expect(flappingOf([]).isFlapping).toBe(false);
  });
});
