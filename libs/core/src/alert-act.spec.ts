import { type AlertAct, assigneeOf, muteAt } from './alert-act.ts';
import type { NumberedTransition, Transition } from './alert.ts';

const act = (kind: AlertAct['kind'], set: Partial<AlertAct> = {}): AlertAct => ({
  id: `${kind}-${set.after ?? 1}`,
  alertId: 'river-level@tama-03#1',
  kind,
  by: 'sato',
  at: 0,
  text: '',
  step: 1,
  after: 1,
  ...set,
});

const moves = (...steps: readonly (readonly [number: number, to: number])[]): readonly NumberedTransition[] =>
  steps.map(([number, to]) => ({ number, transition: { to } as Transition }));

describe('a mute', () => {
  const raised = moves([1, 1]);
  const cases: readonly (readonly [
    title: string,
    acts: readonly AlertAct[],
    transitions: readonly NumberedTransition[],
    number: number,
    muted: boolean,
  ])[] = [
    ['is not there without an act', [], raised, 2, false],
    ['is in force for what comes after it', [act('mute')], moves([1, 1], [2, 1]), 2, true],
    ['is not in force for what came before it', [act('mute', { after: 2 })], moves([1, 1], [2, 1]), 2, false],
    ['ends with a person’s word', [act('mute'), act('unmute', { after: 2 })], moves([1, 1], [3, 1]), 3, false],
    ['was in force until that word', [act('mute'), act('unmute', { after: 2 })], moves([1, 1], [2, 1]), 2, true],
    ['is taken up again', [act('mute'), act('unmute', { after: 2 }), act('mute', { after: 3 })], moves([1, 1], [4, 1]), 4, true],
    ['is left by a climb above its step, at once', [act('mute')], moves([1, 1], [2, 2]), 2, false],
    ['stays left after that climb, also at its own step', [act('mute')], moves([1, 1], [2, 2], [3, 1]), 3, false],
    ['stays when the climb came before it', [act('mute', { step: 1, after: 2 })], moves([1, 2], [2, 1], [3, 1]), 3, true],
    ['stays on the way down', [act('mute', { step: 2 })], moves([1, 2], [2, 1]), 2, true],
    ['is not touched by other acts', [act('mute'), act('note', { after: 2 }), act('assign', { after: 2 })], moves([1, 1]), 3, true],
  ];

  it.each(cases)('%s', (_, acts, transitions, number, muted) => {
    expect(muteAt({ acts, transitions, number }) !== null).toBe(muted);
  });
});

describe('the assignee', () => {
  it('is the last one, or nobody', () => {
    expect(assigneeOf([act('note')])).toBeNull();
    expect(assigneeOf([act('assign', { text: 'ito' }), act('assign', { text: 'abe' }), act('note', { text: 'x' })])).toBe('abe');
  });
});
