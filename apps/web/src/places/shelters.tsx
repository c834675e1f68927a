import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ShelterDto } from '#wire';
import { api } from '../api.ts';
import { ageOf, countWords, dayTime, figure } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Failed } from '../parts/failed.tsx';
import { Fold } from '../parts/fold.tsx';
import { Link } from '../parts/link.tsx';
import { Progress } from '../parts/progress.tsx';
import { useActKey } from '../parts/use-act-key.ts';
import { hrefOf } from '../place.ts';
import { mayOpenShelter, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';

/** Counters and people at the door change a shelter within the minute. */
const SHELTERS_EVERY_MS = 3_000;

/** Which shelters are open, how full each is, and the way to say that one opens or closes. */
export function Shelters() {
  const words = useWords();
  const session = useSession();
  const shelters = useQuery({ queryKey: ['shelters'], queryFn: api.shelters, refetchInterval: SHELTERS_EVERY_MS });
  const all = shelters.data ?? [];
  const open = all.filter(({ opening }) => opening?.state === 'open');
  return (
    <section aria-labelledby="shelters" className="bg-panel min-h-0 flex-1 overflow-y-auto p-3">
      <h2 id="shelters" className="text-lg">
        {words.shelters}
      </h2>
      {shelters.isError && (
        <p role="alert" className="text-fault">
          {words.readFailed} <Action onPress={() => void shelters.refetch()}>{words.again}</Action>
        </p>
      )}
      {shelters.data && (
        <p className="mb-2">
          {all.length === 0 ? words.noShelters : words.sheltersLead(open.length, all.length, all.filter(({ full }) => full).length)}
        </p>
      )}
      {!mayOpenShelter(session) && <p className="text-dim">{words.mayNotOpenShelter(words.role(session.role))}</p>}
      <ul>
        {all.map((shelter) => (
          <Shelter key={shelter.id} shelter={shelter} />
        ))}
      </ul>
    </section>
  );
}

function Shelter({ shelter }: { readonly shelter: ShelterDto }) {
  const words = useWords();
  const session = useSession();
  const { now } = usePulse();
  const { id, name, address, hazards, capacity, opening, occupancy, occupancyPercent, full, checkedIn } = shelter;
  const isOpen = opening?.state === 'open';
  return (
    <li className="border-line grid gap-x-6 border-t py-2 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)]">
      <div>
        <h3 className="flex flex-wrap items-center gap-2 text-base">
          <span
            className={`rounded-4 border px-1.5 text-[13px] ${isOpen ? 'border-ink' : 'border-edge text-dim border-dashed font-normal'}`}
          >
            <span aria-hidden="true">{isOpen ? '● ' : '○ '}</span>
            {words.shelterState(opening?.state ?? null)}
          </span>
          {name}
          {full && <span className="bg-grave text-on-grave rounded-4 px-1.5 text-[13px]">{words.shelterFull}</span>}
        </h3>
        <p className="text-dim text-[13px]">{address}</p>
        <p className="text-dim text-[13px]">{words.shelterHazards(hazards)}</p>
      </div>
      <div>
        {occupancy ? (
          <>
            <Progress
              share={(occupancyPercent ?? 0) / 100}
              words={words.shelterPeople(figure(occupancy.count, ''), countWords(capacity), occupancyPercent)}
            />
            <p className="text-dim text-[13px]">
              {now !== null && words.ago(ageOf(occupancy.at, now))} ・{words.quality(occupancy.quality)}
            </p>
          </>
        ) : (
          <p className="text-dim hatched px-1">{words.shelterUnknown(countWords(capacity))}</p>
        )}
        {checkedIn && <p>{words.checkInListed(checkedIn.households, checkedIn.persons)}</p>}
      </div>
      <div>
        {opening && (
          <p className="text-dim text-[13px] wrap-anywhere">{words.shelterSaid(opening.by, dayTime(opening.at), opening.note)}</p>
        )}
        {mayOpenShelter(session) && (
          <>
            {/* Closes with what was said: the opposite must not stand where the finger still is. */}
            <Fold key={opening?.at ?? 0} title={words.shelterSay(name)}>
              <Say shelter={shelter} />
            </Fold>
            <Link href={hrefOf({ at: 'checkIn', id })} className="text-action inline-flex min-h-8 items-center underline">
              {words.toDesk(name)}
            </Link>
          </>
        )}
      </div>
    </li>
  );
}

function Say({ shelter: { id, name, opening } }: { readonly shelter: ShelterDto }) {
  const words = useWords();
  const client = useQueryClient();
  const field = useId();
  const { isCut } = usePulse();
  const { key, renew } = useActKey();
  const [note, setNote] = useState('');
  const say = useMutation({
    mutationFn: (state: 'open' | 'closed') => api.sayOfShelter(id, { state, note: note.trim() }, key),
    onSuccess: () => renew(),
    onSettled: () => void client.invalidateQueries({ queryKey: ['shelters'] }),
  });
  const isOpen = opening?.state === 'open';
  const next = isOpen ? 'closed' : 'open';
  return (
    <form
      className="flex flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        say.mutate(next);
      }}
    >
      <p className="text-dim">{words.shelterMeans}</p>
      <label htmlFor={field}>{words.shelterNote}</label>
      <input
        id={field}
        maxLength={500}
        className="border-edge rounded-8 bg-panel min-h-10 border px-2"
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
      <div role="alert">
        <Failed error={say.error} onRenewed={() => say.mutate(next)} />
      </div>
      <div className="flex flex-wrap gap-2">
        <Action type="submit" isDisabled={isCut || say.isPending}>
          {isOpen ? words.closeShelter(name) : words.openShelter(name)}
        </Action>
        {/* Of a shelter that nobody spoke of yet it can be said that it stays closed; a new note on an open one says it again. */}
        {(opening === null || isOpen) && (
          <Action look="text" isDisabled={isCut || say.isPending} onPress={() => say.mutate(isOpen ? 'open' : 'closed')}>
            {isOpen ? words.openShelter(name) : words.closeShelter(name)}
          </Action>
        )}
      </div>
    </form>
  );
}
