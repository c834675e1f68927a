import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { DeadLettersAsk, DeliveryDto } from '#wire';
import { api } from '../api.ts';
import { dayTime, figure } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Failed } from '../parts/failed.tsx';
import { Link } from '../parts/link.tsx';
import { useRefetchOn } from '../parts/use-refetch-on.ts';
import { hrefOf } from '../place.ts';
import { maySettleDead, useSession } from '../session.ts';
import { useWords, type Words } from '../words/words.ts';

const CHOSEN = 'chosen';

/** What did not arrive, to be worked off: tried again, or closed with how people were told otherwise; one by one or all of a channel or domain. */
export function DeadLetters() {
  const words = useWords();
  const session = useSession();
  const { status } = usePicture();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const dead = useInfiniteQuery({
    queryKey: ['dead-letters'],
    queryFn: ({ pageParam }) => api.deadLetters(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  useRefetchOn(String(status?.deadLetters ?? 0), dead.refetch);
  const rows = dead.data?.pages.flatMap((page) => page.items) ?? [];
  const choose = (id: string, isOn: boolean) =>
    setChosen((before) => new Set(isOn ? [...before, id] : [...before].filter((other) => other !== id)));
  return (
    <section aria-labelledby="dead" className="bg-panel min-h-0 flex-1 overflow-y-auto p-3">
      <Link href={hrefOf({ at: 'deliveries', transition: null })} className="text-action inline-flex min-h-10 items-center underline">
        ← {words.deliveries}
      </Link>
      <h2 id="dead" className="text-lg">
        {words.dead}
      </h2>
      <p className="text-dim mb-2">{words.deadLead}</p>
      {dead.isError && (
        <p role="alert" className="text-fault">
          {words.readFailed} <Action onPress={() => void dead.refetch()}>{words.again}</Action>
        </p>
      )}
      {dead.data && rows.length === 0 && <p>{words.noDead}</p>}
      {!maySettleDead(session) && <p className="text-dim">{words.mayNotSettle(words.role(session.role))}</p>}
      {maySettleDead(session) && dead.data && <Settle rows={rows} chosen={chosen} onSettled={() => setChosen(new Set())} />}
      <ul>
        {rows.map((row) => (
          <li key={row.id} className="border-line flex flex-wrap items-center gap-x-4 border-t py-1">
            {maySettleDead(session) && (
              <input
                type="checkbox"
                aria-label={words.chooseOne(String(row.number))}
                className="size-6"
                checked={chosen.has(row.id)}
                onChange={({ target }) => choose(row.id, target.checked)}
              />
            )}
            <strong>{whereOf(row, words)}</strong>
            <span>
              {words.language(row.language)} ・{words.people(figure(row.recipients, ''))}
            </span>
            <span className="text-dim">{row.settledAt !== null && dayTime(row.settledAt)}</span>
            <span className="min-w-0 flex-1 wrap-anywhere">{row.lastReason}</span>
            <Link
              href={hrefOf({ at: 'deliveries', transition: row.transitionId })}
              className="text-action inline-flex min-h-8 items-center underline"
            >
              {words.outToRecord}
            </Link>
          </li>
        ))}
      </ul>
      {dead.hasNextPage && (
        <Action isDisabled={dead.isFetchingNextPage} onPress={() => void dead.fetchNextPage()}>
          {words.more}
        </Action>
      )}
    </section>
  );
}

const whereOf = ({ channel, endpoint }: Pick<DeliveryDto, 'channel' | 'endpoint'>, words: Words): string =>
  endpoint === channel ? words.channel(channel) : `${words.channel(channel)} ${endpoint}`;

interface SettleProps {
  readonly rows: readonly DeliveryDto[];
  readonly chosen: ReadonlySet<string>;
  readonly onSettled: () => void;
}

function Settle({ rows, chosen, onSettled }: SettleProps) {
  const words = useWords();
  const client = useQueryClient();
  const field = useId();
  const { isCut } = usePulse();
  const [which, setWhich] = useState(CHOSEN);
  const [reason, setReason] = useState('');
  const groups = new Map(rows.map((row) => [`${row.channel} ${row.endpoint}`, row]));
  const group = groups.get(which);
  const ids = rows.map(({ id }) => id).filter((id) => chosen.has(id));
  const settle = useMutation({
    mutationFn: (ask: DeadLettersAsk) => api.settleDead(ask),
    onSuccess: () => {
      setReason('');
      onSettled();
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ['dead-letters'] }),
  });
  const what = group ? words.deadAll(whereOf(group, words)) : words.deadChosen(ids.length);
  const off = isCut || settle.isPending || reason.trim() === '' || (!group && ids.length === 0);
  const act = (kind: DeadLettersAsk['act']) =>
    settle.mutate({ act: kind, reason: reason.trim(), which: group ? { channel: group.channel, endpoint: group.endpoint } : { ids } });
  return (
    <div className="mb-3 flex flex-col gap-2 lg:max-w-180">
      {rows.length > 0 && (
        <>
          <label htmlFor={`${field}-which`}>{words.deadWhich}</label>
          <select
            id={`${field}-which`}
            className="border-edge rounded-8 bg-panel min-h-10 border px-2"
            value={group ? which : CHOSEN}
            onChange={({ target }) => setWhich(target.value)}
          >
            <option value={CHOSEN}>{words.deadChosen(ids.length)}</option>
            {[...groups].map(([key, row]) => (
              <option key={key} value={key}>
                {words.deadAll(whereOf(row, words))}
              </option>
            ))}
          </select>
          <label htmlFor={`${field}-reason`}>{words.deadReason}</label>
          <input
            id={`${field}-reason`}
            maxLength={500}
            className="border-edge rounded-8 bg-panel min-h-10 border px-2"
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
          <div className="flex flex-wrap gap-2">
            <Action isDisabled={off} onPress={() => act('retry')}>
              {words.deadRetry(what)}
            </Action>
            <Action isDisabled={off} onPress={() => act('close')}>
              {words.deadClose(what)}
            </Action>
          </div>
        </>
      )}
      <div role="alert">
        <Failed error={settle.error} onRenewed={() => settle.variables && settle.mutate(settle.variables)} />
      </div>
      <output>
        {settle.data && words.deadSettled(figure(settle.data.settled, ''))}
        {settle.data?.more && ` ${words.deadMore}`}
      </output>
    </div>
  );
}
