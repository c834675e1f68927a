import { Refused } from '../api.ts';
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
