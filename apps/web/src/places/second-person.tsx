import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, Refused } from '../api.ts';
import { Action } from '../parts/action.tsx';
import { Fold } from '../parts/fold.tsx';
import { useWords } from '../words/words.ts';

interface Props {
  readonly names: readonly string[];
  /** It is the other person's turn now: the form is open. */
  readonly isNext: boolean;
}

/** The other person signs in at the same desk. From then on the page is theirs, and shows the same order; the first one is signed out. */
export function SecondPerson({ names, isNext }: Props) {
  const words = useWords();
  return isNext ? (
    <section aria-labelledby="second-person" className="flex flex-col gap-2">
      <h3 id="second-person">{words.secondPerson}</h3>
      <Credentials names={names} />
    </section>
  ) : (
    <Fold title={words.secondPerson}>
      <Credentials names={names} />
    </Fold>
  );
}

function Credentials({ names }: Pick<Props, 'names'>) {
  const words = useWords();
  const client = useQueryClient();
  const field = useId();
  const [user, setUser] = useState(names[0] ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const signIn = useMutation({
    mutationFn: () => api.signIn(user, password, code),
    onSuccess: (session) => {
      // What the first person saw is read anew with the rights of the second.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      client.setQueryData(['session'], session);
    },
  });
  const box = 'border-edge rounded-8 bg-panel min-h-10 border px-2';
  return (
    <form
      className="flex flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <p className="text-dim">{words.secondPersonMeans}</p>
      <label htmlFor={`${field}-user`}>{words.user}</label>
      <select id={`${field}-user`} className={box} value={user} onChange={({ target }) => setUser(target.value)}>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <label htmlFor={`${field}-password`}>{words.password}</label>
      <input
        id={`${field}-password`}
        type="password"
        required
        autoComplete="off"
        className={box}
        value={password}
        onChange={({ target }) => setPassword(target.value)}
      />
      <label htmlFor={`${field}-code`}>{words.code}</label>
      <input
        id={`${field}-code`}
        inputMode="numeric"
        autoComplete="one-time-code"
        className={box}
        value={code}
        onChange={({ target }) => setCode(target.value)}
      />
      <div role="alert">
        {signIn.isError && (
          <p className="text-fault">
            {!(signIn.error instanceof Refused)
              ? words.signInUnreachable
              : signIn.error.type === 'urn:sonae:second-factor-missing'
                ? words.noSecondFactor
                : signIn.error.status === 401
                  ? words.signInWrong
                  : signIn.error.message}
          </p>
        )}
      </div>
      <Action type="submit" className="mt-2 self-start" isDisabled={user === '' || password === '' || signIn.isPending}>
        {words.secondPersonGoes(user)}
      </Action>
    </form>
  );
}
