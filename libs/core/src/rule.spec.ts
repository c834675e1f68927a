import {
  aBandRule,
  aBlindRule,
  aFaultRule,
  aLevelRule,
  aQueueRule,
  aRiseRule,
  aSequenceRule,
  aVoteRule,
} from '../../../test/support/builders.ts';
import { type Rule, stepByPerson, stepNumber, stepsOf } from './rule.ts';

describe('the steps of a rule', () => {
  it.each<[string, Rule, readonly string[]]>([
    ['a level', aLevelRule(), ['start', 'warn', 'flood']],
    ['a band', aBandRule(), ['some', 'busy', 'nearlyFull']],
    ['a rate', aRiseRule(), ['quick', 'veryQuick']],
    ['a vote', aVoteRule(), ['several', 'many']],
    ['a sequence', aSequenceRule(), ['upstream', 'arrived']],
    ['silence, which is or is not', aBlindRule(), ['blind']],
    ['a queue, whose turn is near or not', aQueueRule(), ['near']],
  ])('are counted from 1 in their order: %s', (_, rule, codes) => {
    expect(stepsOf(rule).map(({ code }) => code)).toEqual(codes);
    expect(codes.map((code) => stepNumber(rule, code))).toEqual(codes.map((__, i) => i + 1));
    expect(stepNumber(rule, 'nothing')).toBe(0);
  });

  it('have the name of the rule where the rule names none', () => {
    expect(stepsOf(aBlindRule())).toEqual([{ code: 'blind', name: '受信なし' }]);
    expect(stepsOf(aQueueRule())).toEqual([{ code: 'near', name: '順番' }]);
    const faults = stepsOf(aFaultRule());
    expect(faults.slice(0, 3)).toEqual([
      { code: 'fault1', name: '装置の不具合' },
      { code: 'fault2', name: '装置の不具合（2件）' },
      { code: 'fault3', name: '装置の不具合（3件）' },
    ]);
    // Whichever of the findings a rule tells, a step keeps its place.
    expect(stepsOf(aFaultRule({ findings: ['clock'] }))).toEqual(faults);
  });
});

const bands = (...byPerson: readonly boolean[]) => byPerson.map((by, i) => ({ code: `b${i}`, name: `b${i}`, from: i, byPerson: by }));

describe('the step that only a person leads into', () => {
  it.each<[string, ReturnType<typeof stepByPerson>, readonly boolean[]]>([
    ['none', null, [false, false]],
    ['the first', 1, [true, true]],
    ['a later one', 2, [false, true, true]],
  ])('is the lowest of them: %s', (_, step, byPerson) => {
    expect(stepByPerson(aBandRule({ bands: bands(...byPerson) }))).toBe(step);
  });

  it('is nothing that a level has', () => {
    expect(stepByPerson(aLevelRule())).toBeNull();
  });
});
