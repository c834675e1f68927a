import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { SilenceDto } from '#wire';
import { api } from '../api.ts';
import { dayTime } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { useActKey } from '../parts/use-act-key.ts';
import { maySilence, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';

const HOUR_MS = 3_600_000;
/** Ends that can be chosen; the service takes none that is further away than a week. */
const HOURS = [1, 3, 12, 24, 72, 168] as const;
const COVERS = ['staff', 'congestion', 'flood'] as const;
const REASON_CHARS_MAX = 500;
/** The list of a matcher that each kind of choice goes into. */
const LIST_OF = { river: 'rivers', area: 'areas', rule: 'rules', gauge: 'gauges' } as const;

/** What is held back by whom, why and until when; and the form to hold something back. */
export function Silences() {
  const words = useWords();
  const session = useSession();
  const silences = useInfiniteQuery({
    queryKey: ['silences'],
    queryFn: ({ pageParam }) => api.silences(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: 30_000,
  });
  const items = silences.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby="silences" className="bg-panel min-h-0 flex-1 overflow-y-auto p-3">
      <h2 id="silences" className="text-lg">
        {words.silences}
      </h2>
      <p className="text-dim mb-2">{words.silencesMean}</p>
      {silences.isError && (
        <p role="alert" className="text-fault">
          {words.readFailed} <Action onPress={() => void silences.refetch()}>{words.again}</Action>
        </p>
      )}
      {silences.data && items.length === 0 && <p>{words.noSilences}</p>}
      <ol>
        {items.map((silence) => (
          <Line key={silence.id} silence={silence} />
        ))}
      </ol>
      {silences.hasNextPage && (
        <Action isDisabled={silences.isFetchingNextPage} onPress={() => void silences.fetchNextPage()}>
          {words.more}
        </Action>
      )}
      {maySilence(session, 'staff') ? <NewSilence /> : <p className="text-dim mt-4">{words.mayNotSilence(session.role)}</p>}
    </section>
  );
}

function Line({ silence }: { readonly silence: SilenceDto }) {
  const words = useWords();
  const { gauges } = usePicture();
  const session = useSession();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => api.endSilence(silence.id),
    onSettled: () => client.invalidateQueries({ queryKey: ['silences'] }),
  });
  const districts = new Map([...gauges.values()].flatMap(({ areas }) => areas).map(({ code, name }) => [code, name]));
  const { id, matcher, covers, reason, by, endsAt, ended, active } = silence;
  const what = [
    ...(matcher.rivers ?? []),
    ...(matcher.gauges ?? []).map((gauge) => gauges.get(gauge)?.name ?? gauge),
    ...(matcher.areas ?? []).map((code) => districts.get(code) ?? code),
    ...(matcher.rules ?? []),
  ].join('・');
  return (
    <li className="border-line flex flex-wrap items-center gap-x-4 border-t py-1">
      <span className={active ? 'font-bold' : 'text-dim'}>{active ? words.silenceActive : words.silenceOver}</span>
      <span className="min-w-64 flex-1">
        {what} ・{covers.map((cover) => words.cover(cover)).join('・')} ・{reason}
        <span className="text-dim">
          {' '}
          ・{id} ・{by} ・{ended ? words.silenceEnded(ended.by, dayTime(ended.at)) : words.silenceUntil(dayTime(endsAt))}
        </span>
      </span>
      {active && maySilence(session, 'staff') && (
        <Action isDisabled={end.isPending} onPress={() => end.mutate()}>
          {words.endSilence(id)}
        </Action>
      )}
      <span role="alert">{end.isError && <span className="text-fault">{words.actFailed(end.error.message)}</span>}</span>
    </li>
  );
}

function NewSilence() {
  const words = useWords();
  const { gauges } = usePicture();
  const { now, isCut } = usePulse();
  const session = useSession();
  const client = useQueryClient();
  const field = useId();
  const { key, renew } = useActKey();
  const [what, setWhat] = useState('');
  const [covers, setCovers] = useState<readonly (typeof COVERS)[number][]>(['staff']);
  const [hours, setHours] = useState('');
  const [reason, setReason] = useState('');
  const rivers = [...new Set([...gauges.values()].flatMap(({ river }) => river ?? []))].toSorted((a, b) => a.localeCompare(b, 'ja'));
  const districts = [...new Map([...gauges.values()].flatMap(({ areas }) => areas).map(({ code, name }) => [code, name]))];
  const { data: playbook } = useQuery({ queryKey: ['playbook'], queryFn: api.playbook });
  const places = [...gauges.values()].toSorted((a, b) => a.name.localeCompare(b.name, 'ja'));
  const begin = useMutation({
    mutationFn: (startsAt: number) => {
      const [kind, name] = [what.slice(0, what.indexOf(':')), what.slice(what.indexOf(':') + 1)];
      const matcher = { [LIST_OF[kind as keyof typeof LIST_OF]]: [name] };
      return api.silence({ matcher, covers: [...covers], reason, endsAt: startsAt + Number(hours) * HOUR_MS }, key);
    },
    onSuccess: () => {
      renew();
      setWhat('');
      setHours('');
      setReason('');
      void client.invalidateQueries({ queryKey: ['silences'] });
    },
  });
  const isWhole = what !== '' && hours !== '' && reason.trim() !== '' && covers.length > 0;
  const box = 'border-edge rounded-8 bg-panel min-h-10 border px-2';
  return (
    <form
      aria-labelledby={`${field}-title`}
      className="border-line mt-4 flex max-w-160 flex-col gap-3 border-t pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole && now !== null) begin.mutate(now);
      }}
    >
      <h3 id={`${field}-title`}>{words.newSilence}</h3>
      <label htmlFor={`${field}-what`}>{words.silenceWhat}</label>
      <select id={`${field}-what`} required className={box} value={what} onChange={(event) => setWhat(event.target.value)}>
        <option value="">{words.choosePlease}</option>
        {rivers.map((river) => (
          <option key={river} value={`river:${river}`}>
            {words.wholeRiver(river)}
          </option>
        ))}
        {districts.map(([code, name]) => (
          <option key={code} value={`area:${code}`}>
            {words.wholeDistrict(name)}
          </option>
        ))}
        {playbook?.rules.map(({ id, name }) => (
          <option key={id} value={`rule:${id}`}>
            {words.wholeRule(name)}
          </option>
        ))}
        {places.map(({ id, name, river }) => (
          <option key={id} value={`gauge:${id}`}>
            {[river, name].filter(Boolean).join(' ')}
          </option>
        ))}
      </select>
      <fieldset className="flex flex-col gap-1">
        <legend>{words.silenceCovers}</legend>
        {COVERS.map((cover) => (
          <label key={cover} className="flex min-h-8 items-center gap-2">
            <input
              type="checkbox"
              checked={covers.includes(cover)}
              disabled={!maySilence(session, cover)}
              onChange={({ target }) =>
                setCovers((before) => COVERS.filter((one) => (one === cover ? target.checked : before.includes(one))))
              }
            />
            {words.cover(cover)}
          </label>
        ))}
        {!maySilence(session, 'flood') && <p className="text-dim text-[13px]">{words.residentsNeedDecider}</p>}
      </fieldset>
      <label htmlFor={`${field}-end`}>{words.silenceFor}</label>
      <select id={`${field}-end`} required className={box} value={hours} onChange={(event) => setHours(event.target.value)}>
        <option value="">{words.choosePlease}</option>
        {HOURS.map((count) => (
          <option key={count} value={count}>
            {words.duration(count < 24 ? { count, unit: 'hour' } : { count: count / 24, unit: 'day' })}
          </option>
        ))}
      </select>
      <label htmlFor={`${field}-reason`}>{words.silenceReason}</label>
      <textarea
        id={`${field}-reason`}
        required
        rows={2}
        maxLength={REASON_CHARS_MAX}
        className="border-edge rounded-8 bg-panel border p-2"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div role="alert">{begin.isError && <p className="text-fault">{words.actFailed(begin.error.message)}</p>}</div>
      <Action type="submit" look="solid" className="self-start" isDisabled={!isWhole || isCut || begin.isPending}>
        {words.beginSilence}
      </Action>
    </form>
  );
}
