import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../api.ts';
import { Action } from './action.tsx';
import { useWords } from '../words/words.ts';

/** Asks once more who decides, when the sign-in is old; what was begun goes on by itself afterwards. */
export function SignAgain({ onRenewed }: { readonly onRenewed: () => void }) {
  const words = useWords();
  const field = useId();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const renew = useMutation({ mutationFn: () => api.renew(password, code), onSuccess: onRenewed });
  const box = 'border-edge rounded-8 bg-panel min-h-10 border px-2';
  // Not a form: it may stand inside of one, and Enter must not press the button of that one.
  return (
    <div className="border-warn bg-warn-soft rounded-8 flex flex-col gap-2 border p-3">
      <p className="font-bold">{words.signAgain}</p>
      <label htmlFor={`${field}-password`}>{words.password}</label>
      <input
        id={`${field}-password`}
        type="password"
        autoComplete="current-password"
        className={box}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <label htmlFor={`${field}-code`}>{words.code}</label>
      <input
        id={`${field}-code`}
        inputMode="numeric"
        autoComplete="one-time-code"
        className={box}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      {renew.isError && <p className="text-fault">{words.orderFailed(renew.error.message)}</p>}
      <Action className="self-start" isDisabled={password === '' || renew.isPending} onPress={() => renew.mutate()}>
        {words.signAgainDo}
      </Action>
    </div>
  );
}
