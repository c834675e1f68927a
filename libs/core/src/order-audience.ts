import type { OrderTransition, OrderTransitionId } from './order.ts';

/**
 * The transitions of its order whose recipients hear a change: of a correction those of what it takes back, of any other those of all that was
 * told before and not taken back. Newest first, so that somebody is met in the last thing that they heard.
 */
export function toldBefore(transition: OrderTransition, history: readonly OrderTransition[]): readonly OrderTransitionId[] {
  if (transition.corrects) return [transition.corrects.id];
  const earlier = history.slice(
    0,
    history.findIndex(({ id }) => id === transition.id),
  );
  const takenBack = new Set(earlier.flatMap(({ corrects }) => corrects?.id ?? []));
  return earlier
    .filter(({ id, kind }) => (kind === 'given' || kind === 'updated') && !takenBack.has(id))
    .map(({ id }) => id)
    .toReversed();
}

/**
 * Whether words of an order that wait and were never tried must stay unsaid: what a correction took back, and an order that is lifted meanwhile.
 * Whoever did not hear the order then does not hear its all-clear either.
 */
export function isVoid(transition: OrderTransition, history: readonly OrderTransition[]): boolean {
  const later = history.slice(history.findIndex(({ id }) => id === transition.id) + 1);
  if (later.some(({ corrects }) => corrects?.id === transition.id)) return true;
  const takenBack = new Set(later.flatMap(({ corrects }) => corrects?.id ?? []));
  const isOver = later.some(({ id, kind }) => kind === 'lifted' && !takenBack.has(id));
  return isOver && (transition.kind === 'given' || transition.kind === 'updated');
}
