import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { DispatchHoldDto } from '#wire';
import { api } from '../api.ts';
import { dayTime, figure, shortTime } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Failed } from '../parts/failed.tsx';
import { Link } from '../parts/link.tsx';
import { channelStages } from '../parts/no-way-out.tsx';
import { hrefOf } from '../place.ts';
import { mayAcknowledge, mayRelease, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';

const HOLD_EVERY_MS = 5_000;

/** How the channels stand, what waits for a person, and whether anything is held. */
export function ChannelsNow() {
  const words = useWords();
  const session = useSession();
  const { status } = usePicture();
  const hold = useQuery({ queryKey: ['dispatch'], queryFn: api.dispatch, refetchInterval: HOLD_EVERY_MS });
  const stages = channelStages(status);
  const dead = status?.deadLetters ?? 0;
  return (
    <div className="px-3 pb-2">
      {hold.data?.held && <Held hold={hold.data} />}
      {stages.length > 0 && stages.every(({ state }) => state === 'ok') && (
        <p className="text-dim">{words.channelsAllWork(stages.map(({ name }) => words.channel(name)).join('・'))}</p>
      )}
      {stages.some(({ state }) => state !== 'ok') && (
        <section aria-labelledby="channel-states">
          <h3 id="channel-states" className="text-dim text-[13px]">
            {words.channelStates}
          </h3>
          <ul>
            {stages.map(({ name, state, since, why }) => (
              <li key={name} className={state === 'ok' ? '' : 'text-warn'}>
                <strong>{words.channel(name)}</strong>{' '}
                {state === 'ok' ? words.channelOk : `${words.since(shortTime(since, status?.serverTime ?? since))} ${why}`}
              </li>
            ))}
          </ul>
        </section>
      )}
      <p className="flex flex-wrap gap-x-4">
        {dead > 0 && (
          <Link href={hrefOf({ at: 'deadLetters' })} className="text-action inline-flex min-h-10 items-center font-bold underline">
            {words.toDead(figure(dead, ''))}
          </Link>
        )}
        {mayAcknowledge(session) && (
          <a href={api.callList} target="_blank" rel="noreferrer" className="text-action inline-flex min-h-10 items-center underline">
            {words.toCallList}
          </a>
        )}
      </p>
    </div>
  );
}

/** After a restore nothing leaves before somebody has looked (F20). */
function Held({ hold: { heldAt, why, waiting } }: { readonly hold: DispatchHoldDto }) {
  const words = useWords();
  const session = useSession();
  const client = useQueryClient();
  const field = useId();
  const { isCut } = usePulse();
  const [reason, setReason] = useState('');
  const release = useMutation({
    mutationFn: () => api.release(reason.trim()),
    onSettled: () => void client.invalidateQueries({ queryKey: ['dispatch'] }),
  });
  return (
    <section aria-labelledby="held" className="border-warn bg-warn-soft rounded-8 my-2 flex flex-col gap-2 border-2 p-3">
      <h3 id="held" className="text-warn text-base">
        <span aria-hidden="true">▲ </span>
        {words.held}
      </h3>
      {heldAt !== null && <p>{words.heldSince(dayTime(heldAt), why)}</p>}
      <p>{words.heldWaiting(figure(waiting, ''))}</p>
      {mayRelease(session) ? (
        <form
          className="flex flex-col gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            release.mutate();
          }}
        >
          <label htmlFor={field}>{words.releaseWhy}</label>
          <input
            id={field}
            required
            maxLength={500}
            className="border-edge rounded-8 bg-panel min-h-10 border px-2"
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
          <div role="alert">
            <Failed error={release.error} onRenewed={() => release.mutate()} />
          </div>
          <Action type="submit" className="self-start" isDisabled={isCut || reason.trim() === '' || release.isPending}>
            {words.releaseIt}
          </Action>
        </form>
      ) : (
        <p>{words.mayNotRelease(words.role(session.role))}</p>
      )}
    </section>
  );
}
