import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { DrillDto } from '#wire';
import { api } from '../api.ts';
import { ageOf, dayClockTime, dayTime, figure } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Failed } from '../parts/failed.tsx';
import { Fold } from '../parts/fold.tsx';
import { Progress } from '../parts/progress.tsx';
import { mayEndDrill, mayHoldDrill, useSession } from '../session.ts';
import { site } from '../site.ts';
import { useWords } from '../words/words.ts';
import { DrillPrepare } from './drill-prepare.tsx';
import { SecondPerson } from './second-person.tsx';

/** The drill's own clock and how far the past has played are seen as they move. */
const DRILLS_EVERY_MS = 2_000;

/** Which drill runs or waits, how to prepare one, and how the earlier ones ended. */
export function Drills() {
  const words = useWords();
  return site === '' ? (
    <RealDrills />
  ) : (
    <section className="bg-panel flex flex-1 flex-col gap-2 p-6">
      <h2 className="text-lg">{words.drills}</h2>
      <p>{words.backToReal}</p>
      <a href="/hq/drills" className="text-action inline-flex min-h-10 items-center self-start underline">
        {words.toRealDrills}
      </a>
    </section>
  );
}

function RealDrills() {
  const words = useWords();
  const session = useSession();
  const drills = useInfiniteQuery({
    queryKey: ['drills'],
    queryFn: ({ pageParam }) => api.drills(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: DRILLS_EVERY_MS,
  });
  const all = drills.data?.pages.flatMap((page) => page.items) ?? [];
  const open = all.filter(({ state }) => state !== 'ended');
  const past = all.filter(({ state }) => state === 'ended');
  return (
    <div className="flex min-h-0 flex-1 max-lg:flex-col max-lg:overflow-y-auto">
      <section aria-labelledby="drills" className="bg-panel border-line min-w-0 p-3 lg:flex-1 lg:overflow-y-auto lg:border-r">
        <h2 id="drills" className="text-lg">
          {words.drills}
        </h2>
        <p className="text-dim mb-2">{words.drillsLead}</p>
        {drills.isError && (
          <p role="alert" className="text-fault">
            {words.readFailed} <Action onPress={() => void drills.refetch()}>{words.again}</Action>
          </p>
        )}
        {drills.data && open.length === 0 && <p>{words.noDrillNow}</p>}
        {open.map((drill) => (
          <OpenDrill key={drill.id} drill={drill} />
        ))}
        {past.length > 0 && <h3 className="mt-4">{words.drillsPast}</h3>}
        <ol>
          {past.map((drill) => (
            <PastDrill key={drill.id} drill={drill} />
          ))}
        </ol>
        {drills.hasNextPage && (
          <Action isDisabled={drills.isFetchingNextPage} onPress={() => void drills.fetchNextPage()}>
            {words.more}
          </Action>
        )}
      </section>
      <section aria-labelledby="prepare-drill" className="bg-panel min-w-0 p-3 lg:flex-[0_0_40%] lg:overflow-y-auto">
        <h2 id="prepare-drill" className="text-lg">
          {words.prepareDrill}
        </h2>
        {mayHoldDrill(session) ? <DrillPrepare /> : <p className="text-dim">{words.mayNotHoldDrill(words.role(session.role))}</p>}
      </section>
    </div>
  );
}

interface DrillProps {
  readonly drill: DrillDto;
}

function Facts({ drill: { reason, script, preparedBy, preparedAt, confirmedBy, startedAt } }: DrillProps) {
  const words = useWords();
  return (
    <>
      <p>{words.drillFor(reason)}</p>
      <p>{script === null ? words.drillNoScript : words.drillScript(script.name, figure(script.speed, ''))}</p>
      <p className="text-dim">
        {words.drillPrepared(preparedBy, dayTime(preparedAt))}
        {confirmedBy !== null && startedAt !== null && ` ・${words.drillConfirmed(confirmedBy, dayTime(startedAt))}`}
      </p>
    </>
  );
}

function OpenDrill({ drill }: DrillProps) {
  const words = useWords();
  const session = useSession();
  const { now } = usePulse();
  const { name, state, endsAt, running } = drill;
  return (
    <article aria-label={name} className="border-drill rounded-8 my-2 flex flex-col gap-1 border-2 p-3">
      <h3 className="flex flex-wrap items-center gap-2 text-base">
        <span className="bg-drill text-on-drill rounded-4 px-1.5 text-[13px]">{words.drillState(state)}</span>
        {name}
      </h3>
      <Facts drill={drill} />
      {now !== null && <p>{words.drillEndsAt(dayTime(endsAt), words.duration(ageOf(now, endsAt)))}</p>}
      {running && (
        <>
          <p className="text-base font-bold">
            {words.drillTime(dayClockTime(running.drillTime))} ・{words.drillAudience(figure(running.audience, ''))}
          </p>
          {running.played !== null && <Progress share={running.played} words={words.drillPlayed(Math.floor(running.played * 100))} />}
          <a href="/drill/hq/" className="text-action inline-flex min-h-10 items-center self-start font-bold underline">
            {words.toDrill}
          </a>
        </>
      )}
      {state === 'prepared' && mayHoldDrill(session) && <Confirm drill={drill} />}
      {mayEndDrill(session) && <End drill={drill} />}
    </article>
  );
}

function Confirm({ drill: { id, name, preparedBy } }: DrillProps) {
  const words = useWords();
  const session = useSession();
  const { isCut } = usePulse();
  const client = useQueryClient();
  const staff = useQuery({ queryKey: ['staff'], queryFn: api.staff, enabled: preparedBy === session.user });
  const confirm = useMutation({
    mutationFn: () => api.confirmDrill(id),
    onSettled: () => void client.invalidateQueries({ queryKey: ['drills'] }),
  });
  if (preparedBy === session.user) {
    const others = (staff.data ?? []).filter((one) => mayHoldDrill({ ...session, role: one.role }) && one.name !== session.user);
    return (
      <>
        <p>{words.ownDrill}</p>
        {others.length > 0 && <SecondPerson names={others.map((one) => one.name)} isNext={false} />}
      </>
    );
  }
  return (
    <div className="flex flex-col gap-1">
      <p>{words.confirmDrillMeans}</p>
      <div role="alert">
        <Failed error={confirm.error} onRenewed={() => confirm.mutate()} />
      </div>
      <Action look="solid" className="self-start" isDisabled={isCut || confirm.isPending} onPress={() => confirm.mutate()}>
        {words.confirmDrill(name)}
      </Action>
    </div>
  );
}

function End({ drill: { id, name, state } }: DrillProps) {
  const words = useWords();
  const client = useQueryClient();
  const field = useId();
  const [reason, setReason] = useState('');
  const end = useMutation({
    mutationFn: () => api.endDrill(id, reason.trim()),
    onSettled: () => void client.invalidateQueries({ queryKey: ['drills'] }),
  });
  return (
    <Fold title={state === 'running' ? words.endDrill : words.dropDrillTitle}>
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          end.mutate();
        }}
      >
        <label htmlFor={field}>{words.endDrillWhy}</label>
        <input
          id={field}
          required
          maxLength={500}
          className="border-edge rounded-8 bg-panel min-h-10 border px-2"
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        <div role="alert">
          <Failed error={end.error} onRenewed={() => end.mutate()} />
        </div>
        <Action type="submit" className="self-start" isDisabled={reason.trim() === '' || end.isPending}>
          {state === 'running' ? words.endDrillNow(name) : words.dropDrill(name)}
        </Action>
      </form>
    </Fold>
  );
}

function PastDrill({ drill }: DrillProps) {
  const words = useWords();
  const { name, endedAt, endedBy, ending, endWhy } = drill;
  return (
    <li className="border-line border-t py-2">
      <p>
        <strong>{name}</strong> {endedAt !== null && <span className="text-dim">{words.drillEnded(dayTime(endedAt), endedBy)}</span>}
      </p>
      <p>
        {ending !== null && words.drillEnding(ending)}
        {endWhy !== '' && `：${endWhy}`}
      </p>
      <Facts drill={drill} />
    </li>
  );
}
