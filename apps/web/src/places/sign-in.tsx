import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Form, Input, Label, TextField } from 'react-aria-components';
import type { SessionDto } from '#wire';
import { api, Refused } from '../api.ts';
import { Action } from '../parts/action.tsx';
import { useWords, type Words } from '../words/words.ts';

interface Props {
  /** The session ended by itself while the page was open. */
  readonly wasOver: boolean;
  readonly onSignedIn: (session: SessionDto) => void;
  readonly onOtherLanguage: () => void;
}

/** Name, password, and the code of whoever has a second factor. What went wrong is said above the button, and the typed name stays. */
export function SignIn({ wasOver, onSignedIn, onOtherLanguage }: Props) {
  const words = useWords();
  const signIn = useMutation({
    mutationFn: ({ user, password, code }: { readonly user: string; readonly password: string; readonly code: string }) =>
      api.signIn(user, password, code),
    onSuccess: onSignedIn,
  });
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    signIn.mutate({ user: textOf(typed.get('user')), password: textOf(typed.get('password')), code: textOf(typed.get('code')) });
  };
  return (
    <main className="flex min-h-dvh items-start justify-center p-4 pt-[12vh]">
      <div className="bg-panel border-line rounded-12 w-full max-w-96 border p-8">
        <h1 className="text-xl">{words.title}</h1>
        <p className="text-dim mb-6">{words.signInLead}</p>
        {wasOver && <p className="border-warn bg-warn-soft mb-4 border-l-4 p-3">{words.sessionOver}</p>}
        <Form ref={form} onSubmit={submit} className="flex flex-col gap-4">
          <Field name="user" label={words.user} type="text" autoComplete="username" />
          <Field name="password" label={words.password} type="password" autoComplete="current-password" />
          <Field name="code" label={words.code} type="text" autoComplete="one-time-code" inputMode="numeric" isRequired={false} />
          <div role="alert">{signIn.isError && <p className="text-fault font-bold">{whyNot(signIn.error, words)}</p>}</div>
          <Action type="submit" look="solid" className="min-h-12 text-base" isDisabled={signIn.isPending}>
            {signIn.isPending ? words.signingIn : words.signIn}
          </Action>
        </Form>
        <Action look="text" className="mt-4 font-normal" onPress={onOtherLanguage}>
          {words.otherLanguage}
        </Action>
      </div>
    </main>
  );
}

const textOf = (entry: FormDataEntryValue | null): string => (typeof entry === 'string' ? entry : '');

function whyNot(error: Error, words: Words): string {
  if (!(error instanceof Refused)) return words.signInUnreachable;
  if (error.type === 'urn:sonae:second-factor-missing') return words.noSecondFactor;
  return error.status === 401 ? words.signInWrong : error.message;
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly autoComplete: string;
  readonly inputMode?: 'numeric';
  readonly isRequired?: boolean;
}

function Field({ name, label, type, autoComplete, inputMode, isRequired = true }: FieldProps) {
  return (
    <TextField
      name={name}
      type={type}
      autoComplete={autoComplete}
      isRequired={isRequired}
      {...(inputMode && { inputMode })}
      className="flex flex-col gap-1"
    >
      <Label className="font-bold">{label}</Label>
      <Input className="border-edge rounded-8 bg-panel h-12 border px-3 text-base" />
    </TextField>
  );
}
