import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ResidentReportDto } from '#wire';
import { api } from '../api.ts';
import { ageOf, dayTime } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Failed } from '../parts/failed.tsx';
import { Fold } from '../parts/fold.tsx';
import { useRefetchOn } from '../parts/use-refetch-on.ts';
import { mayReadReports, useSession } from '../session.ts';
import { site } from '../site.ts';
import { useWords } from '../words/words.ts';
import { ReportMap } from './report-map.tsx';

/** What residents told, those who need help first, in a list and on a map. */
export function Reports() {
  const words = useWords();
  const session = useSession();
  return site === '' && mayReadReports(session) ? (
    <Found />
  ) : (
    <section className="bg-panel flex-1 p-3">
      <h2 className="text-lg">{words.reports}</h2>
      <p className="text-dim">{site === '' ? words.mayNotReadReports(words.role(session.role)) : words.noReportsHere}</p>
    </section>
  );
}

function Found() {
  const words = useWords();
  const { reportsHeard } = usePicture();
  const reports = useInfiniteQuery({
    queryKey: ['reports'],
    queryFn: ({ pageParam }) => api.reports(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  useRefetchOn(String(reportsHeard), reports.refetch);
  const all = reports.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard, also while it is empty
    <section tabIndex={0} aria-label={words.reports} className="ring-inside flex min-h-0 flex-1 max-lg:flex-col max-lg:overflow-y-auto">
      <section aria-labelledby="reports" className="bg-panel border-line min-w-0 p-3 lg:flex-1 lg:overflow-y-auto lg:border-r">
        <h2 id="reports" className="text-lg">
          {words.reports}
        </h2>
        <p className="text-dim mb-2">{words.reportsLead}</p>
        {reports.isError && (
          <p role="alert" className="text-fault">
            {words.readFailed} <Action onPress={() => void reports.refetch()}>{words.again}</Action>
          </p>
        )}
        {reports.data && all.length === 0 && <p>{words.noReports}</p>}
        <ol>
          {all.map((report) => (
            <Report key={report.id} report={report} />
          ))}
        </ol>
        {reports.hasNextPage && (
          <Action isDisabled={reports.isFetchingNextPage} onPress={() => void reports.fetchNextPage()}>
            {words.more}
          </Action>
        )}
      </section>
      <section aria-labelledby="report-map" className="bg-panel flex min-w-0 flex-col p-3 lg:flex-[0_0_48%] lg:overflow-y-auto">
        <h2 id="report-map" className="text-lg">
          {words.map}
        </h2>
        <ReportMap reports={all} />
      </section>
    </section>
  );
}

function Report({ report }: { readonly report: ResidentReportDto }) {
  const words = useWords();
  const { now } = usePulse();
  const { id, number, kind, at, place, district, text, state, by, note, actedAt, safeSince } = report;
  const isUrgent = kind === 'needHelp' && state !== 'closed';
  return (
    <li aria-label={words.reportTitle(number)} className={`border-line border-t py-2 ${state === 'closed' ? 'text-dim' : ''}`}>
      <p className="flex flex-wrap items-center gap-2">
        <span className="text-dim">{words.reportTitle(number)}</span>
        <span
          className={`rounded-4 border px-1.5 text-[13px] font-bold ${isUrgent ? 'bg-grave border-grave text-on-grave' : 'border-edge'}`}
        >
          {words.reportKind(kind)}
        </span>
        <strong>{district?.name ?? ''}</strong>
        <span className={state === 'new' ? 'text-warn font-bold' : ''}>{words.reportState(state)}</span>
        <span className="text-dim">
          {dayTime(at)}
          {now !== null && `（${words.ago(ageOf(at, now))}）`}
        </span>
      </p>
      {text !== '' && <p className="text-base wrap-anywhere">{text}</p>}
      <p className="text-dim text-[13px]">
        {place === null ? words.reportNoPlace : words.reportPlace(place.lat.toFixed(4), place.lon.toFixed(4))}
      </p>
      {safeSince !== null && <p className="font-bold">{words.reportSafe(dayTime(safeSince))}</p>}
      {actedAt !== null && <p className="wrap-anywhere">{words.reportBy(by, dayTime(actedAt), note)}</p>}
      {state !== 'closed' && (
        <Fold key={state} title={words.reportAct(number)}>
          <Acts id={id} number={number} state={state} />
        </Fold>
      )}
    </li>
  );
}

function Acts({ id, number, state }: Pick<ResidentReportDto, 'id' | 'number' | 'state'>) {
  const words = useWords();
  const client = useQueryClient();
  const field = useId();
  const { isCut } = usePulse();
  const [note, setNote] = useState('');
  const act = useMutation({
    mutationFn: (what: 'see' | 'close') => api.actOnReport(id, what, note.trim()),
    onSettled: () => void client.invalidateQueries({ queryKey: ['reports'] }),
  });
  const off = isCut || act.isPending;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={field}>{words.reportNote}</label>
      <input
        id={field}
        maxLength={500}
        className="border-edge rounded-8 bg-panel min-h-10 border px-2"
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
      <div role="alert">
        <Failed error={act.error} onRenewed={() => act.variables && act.mutate(act.variables)} />
      </div>
      <div className="flex flex-wrap gap-2">
        {state === 'new' && (
          <Action look="solid" isDisabled={off} onPress={() => act.mutate('see')}>
            {words.seeReport(number)}
          </Action>
        )}
        <Action isDisabled={off} onPress={() => act.mutate('close')}>
          {words.closeReport(number)}
        </Action>
      </div>
    </div>
  );
}
