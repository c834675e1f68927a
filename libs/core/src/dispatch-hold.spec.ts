import type { TransitionKind } from './alert.ts';
import { isFromBefore, isOutdated } from './dispatch-hold.ts';

describe('isOutdated', () => {
  const raised = { id: 'river@a#1', acknowledgedBy: null };
  it.each<readonly [TransitionKind, boolean, { id: string; acknowledgedBy: string | null } | null, boolean]>([
    ['raised', false, raised, false],
    ['raised', true, raised, true],
    ['climbed', true, null, true],
    ['steppedDown', false, raised, false],
    ['cleared', false, null, false],
    ['cleared', true, raised, true],
    ['reset', true, raised, true],
    ['reminded', false, raised, true],
    ['called', false, null, true],
    ['escalated', false, raised, false],
    ['escalated', false, null, true],
    ['escalated', false, { id: 'river@a#2', acknowledgedBy: null }, true],
    ['escalated', false, { id: 'river@a#1', acknowledgedBy: 'sato' }, true],
    ['parked', true, null, false],
    ['asked', true, null, false],
  ])('F20 %s, moved since: %j, raised: %j → %j', (kind, movedSince, alert, isOld) => {
    expect(isOutdated({ kind, alertId: 'river@a#1' }, { movedSince, raised: alert })).toBe(isOld);
  });
});

describe('isFromBefore', () => {
  it.each([
    [null, 5, false],
    [{ heldAt: 1, why: '', released: null }, 5, false],
    [{ heldAt: 1, why: '', released: { at: 10, by: '', why: '' } }, 9, true],
    [{ heldAt: 1, why: '', released: { at: 10, by: '', why: '' } }, 10, false],
  ])('%j at %d', (hold, issuedAt, isBefore) => {
    expect(isFromBefore(hold, { issuedAt })).toBe(isBefore);
  });
});
