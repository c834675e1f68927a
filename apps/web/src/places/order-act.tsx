import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { OrderDetailDto } from '#wire';
import { Refused } from '../api.ts';
import { useActKey } from '../parts/use-act-key.ts';
import { useWords } from '../words/words.ts';
import { SignAgain } from './sign-again.tsx';

const REFUSED = 'urn:sonae:order:';

/** What a refusal says, in the reader's language; when the sign-in is too old, the way to renew it and go on. */
export function Failed({ error, onRenewed }: { readonly error: Error | null; readonly onRenewed: () => void }) {
  const words = useWords();
  if (!error) return null;
  if (!(error instanceof Refused)) return <p className="text-fault">{words.orderUnknown}</p>;
  if (error.type === 'urn:sonae:sign-in-again') return <SignAgain onRenewed={onRenewed} />;
  const code = error.type.startsWith(REFUSED) ? error.type.slice(REFUSED.length) : '';
  return <p className="text-fault font-bold">{words.orderFailed(words.orderRefusal(code, error.message))}</p>;
}

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
