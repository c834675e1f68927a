import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { AlertDto } from '#wire';
import { api } from '../api.ts';
import { shortTime } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Fold } from '../parts/fold.tsx';
import { useActKey } from '../parts/use-act-key.ts';
import { mayAcknowledge, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';

/** As many characters as the service takes. */
const NOTE_CHARS_MAX = 1_000;

/** What people did to one alert, and what else they may do: mute, assign, note. */
export function AlertActs({ alert, isOpen }: { readonly alert: AlertDto; readonly isOpen: boolean }) {
  const words = useWords();
  const { now } = usePulse();
  const may = mayAcknowledge(useSession());
  return (
    <>
      {(alert.mutedBy !== null || alert.assignedTo !== null) && (
        <p className="font-bold">
          {alert.mutedBy !== null && <span className="mr-4">{words.mutedBy(alert.mutedBy)}</span>}
          {alert.assignedTo !== null && words.assignedTo(alert.assignedTo)}
        </p>
      )}
      {(may || alert.acts.length > 0) && (
        <Fold title={words.actsHere(alert.acts.length)}>
          <ol aria-label={words.actsHere(alert.acts.length)}>
            {alert.acts.map(({ id, kind, by, at, text }) => (
              <li key={id} className="border-line border-t py-1">
                <span className="text-dim mr-2 whitespace-nowrap">{shortTime(at, now ?? at)}</span>
                {by} <span className="text-dim">{words.act(kind)}</span> <span className="whitespace-pre-wrap">{text}</span>
              </li>
            ))}
          </ol>
          {may && <Acting alert={alert} isOpen={isOpen} />}
        </Fold>
      )}
    </>
  );
}

function Acting({ alert: { id, mutedBy }, isOpen }: { readonly alert: AlertDto; readonly isOpen: boolean }) {
  const words = useWords();
  const { isCut } = usePulse();
  const client = useQueryClient();
  const field = useId();
  const [note, setNote] = useState('');
  const [person, setPerson] = useState('');
  const { key, renew } = useActKey();
  const staff = useQuery({ queryKey: ['staff'], queryFn: api.staff });
  const act = useMutation({
    mutationFn: ({ kind, body }: { readonly kind: 'mute' | 'unmute' | 'assign' | 'note'; readonly body?: object }) =>
      api.act(id, kind, key, body),
    onSuccess: (alert, { kind }) => {
      renew();
      if (kind === 'note') setNote('');
      client.setQueryData(['alert', id], alert);
    },
  });
  const isIdle = !isCut && !act.isPending;
  return (
    <div className="border-line mt-2 flex flex-col gap-3 border-t pt-2">
      {isOpen && (
        <div>
          <Action isDisabled={!isIdle} onPress={() => act.mutate({ kind: mutedBy === null ? 'mute' : 'unmute' })}>
            {mutedBy === null ? words.mute : words.unmute}
          </Action>
          <p className="text-dim text-[13px]">{words.muteMeans}</p>
        </div>
      )}
      {isOpen && (
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            if (person !== '') act.mutate({ kind: 'assign', body: { to: person } });
          }}
        >
          <span className="flex flex-col">
            <label htmlFor={`${field}-person`}>{words.assignee}</label>
            <select
              id={`${field}-person`}
              className="border-edge rounded-8 bg-panel min-h-10 border px-2"
              value={person}
              onChange={(event) => setPerson(event.target.value)}
            >
              <option value="">{words.choosePerson}</option>
              {staff.data?.map(({ name, role }) => (
                <option key={name} value={name}>
                  {name}（{words.role(role)}）
                </option>
              ))}
            </select>
          </span>
          <Action type="submit" isDisabled={!isIdle || person === ''}>
            {words.assign}
          </Action>
        </form>
      )}
      <form
        className="flex flex-col items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (note.trim() !== '') act.mutate({ kind: 'note', body: { text: note } });
        }}
      >
        <label htmlFor={`${field}-note`}>{words.note}</label>
        <textarea
          id={`${field}-note`}
          rows={2}
          maxLength={NOTE_CHARS_MAX}
          className="border-edge rounded-8 bg-panel w-full border p-2"
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <Action type="submit" isDisabled={!isIdle || note.trim() === ''}>
          {words.addNote}
        </Action>
      </form>
      <div role="alert">{act.isError && <p className="text-fault">{words.actFailed(act.error.message)}</p>}</div>
    </div>
  );
}
