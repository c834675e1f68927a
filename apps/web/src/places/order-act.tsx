import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { OrderDetailDto } from '#wire';
import { useActKey } from '../parts/use-act-key.ts';

/** One act on an order, on the version that is shown; the page reads it anew afterwards. */
export function useOrderAct<Ask>(order: OrderDetailDto, act: (ask: Ask, key: string) => Promise<unknown>, onDone?: () => void) {
  const client = useQueryClient();
  const { key, renew } = useActKey();
  return useMutation({
    mutationFn: (ask: Ask) => act(ask, key),
    onSuccess: () => {
      renew();
      onDone?.();
    },
    // Not waited for: what was refused is said at once, also while the order cannot be read.
    onSettled: () => {
      for (const queryKey of [['order', order.id], ['orders']]) void client.invalidateQueries({ queryKey });
    },
  });
}
