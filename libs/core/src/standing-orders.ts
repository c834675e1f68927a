import { isInForce } from './decide-order.ts';
import type { Order, OrderDistrict, OrderTransition, StandingOrder } from './order.ts';

/**
 * The other orders that go on holding in districts which a change lets go. An evacuation of the elderly stays in force when the order to leave
 * beside it is lifted, and whoever hears only "lifted" would go home. Gravest first.
 */
export function standingAfter(
  { kind, order, before, corrects }: Pick<OrderTransition, 'kind' | 'order' | 'before' | 'corrects'>,
  others: readonly Order[],
): readonly StandingOrder[] {
  const isOver = kind === 'lifted' || (kind === 'corrected' && corrects?.kind === 'given');
  const left = isOver ? order.content.districts : lost(before?.districts ?? [], order.content.districts);
  const codes = new Set(left.map(({ code }) => code));
  return others
    .filter((other) => other.id !== order.id && isInForce(other))
    .flatMap(({ content: { municipalLevel, hazard, districts } }): readonly StandingOrder[] => {
      const shared = districts.filter(({ code }) => codes.has(code));
      return shared.length === 0 ? [] : [{ municipalLevel, hazard, districts: shared }];
    })
    .toSorted((a, b) => b.municipalLevel - a.municipalLevel);
}

const lost = (before: readonly OrderDistrict[], now: readonly OrderDistrict[]): readonly OrderDistrict[] =>
  before.filter(({ code }) => now.every((district) => district.code !== code));
