import { useQuery } from '@tanstack/react-query';
import type { OrderDto } from '#wire';
import { api } from '../api.ts';
import { usePicture } from '../live/use-live.ts';
import { useRefetchOn } from './use-refetch-on.ts';

const WAITING: ReadonlySet<OrderDto['state']> = new Set(['proposed', 'changing']);
const IN_FORCE: ReadonlySet<OrderDto['state']> = new Set(['given', 'changing', 'changeConfirmed']);

/** The orders on which somebody has to decide, and those in force, the gravest first. One that is in force may wait for its change as well. */
export function useOpenOrders(): { readonly waiting: readonly OrderDto[]; readonly inForce: readonly OrderDto[] } {
  const { ordersHeard } = usePicture();
  const open = useQuery({ queryKey: ['orders', 'open'], queryFn: api.openOrders });
  useRefetchOn(String(ordersHeard), open.refetch);
  const gravestFirst = (open.data?.items ?? []).toSorted(
    (a, b) => b.content.municipalLevel - a.content.municipalLevel || b.openedAt - a.openedAt,
  );
  return {
    waiting: gravestFirst.filter(({ state }) => WAITING.has(state)),
    inForce: gravestFirst.filter(({ state }) => IN_FORCE.has(state)),
  };
}
