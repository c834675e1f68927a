import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AuditAsk, AuditEntryDto } from '#wire';
import { api } from '../api.ts';
import { ageOf, dayClockTime } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { mayReadAudit, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';
import { factText, nameIn } from './audit-facts.ts';

type Group = NonNullable<AuditAsk['group']>;
const GROUPS: readonly Group[] = [
  'signIn',
  'rights',
  'playbook',
  'masters',
  'alert',
  'residents',
  'order',
  'sending',
  'privacy',
  'machine',
  'drill',
];
const STANDING_EVERY_MS = 30_000;

/** What was done by whom, newest first, and above it whether the chain holds. */
export function Audit() {
  const words = useWords();
  const session = useSession();
  return (
    <section aria-labelledby="audit" className="bg-panel min-h-0 flex-1 overflow-y-auto p-3">
      <h2 id="audit" className="text-lg">
        {words.audit}
      </h2>
      {mayReadAudit(session) ? (
        <>
          <Standing />
          <Entries />
        </>
      ) : (
        <p>{words.mayNotReadAudit(session.role)}</p>
      )}
    </section>
  );
}

/** Whether the chain holds as far as the service has looked, and how old the newest signature is. */
function Standing() {
  const words = useWords();
  const { now } = usePulse();
  const standing = useQuery({ queryKey: ['audit', 'standing'], queryFn: api.auditStanding, refetchInterval: STANDING_EVERY_MS });
  if (standing.isError) return <p className="text-fault">{words.readFailed}</p>;
  if (!standing.data) return null;
  const { entries, checkpoint, faults } = standing.data;
  return (
    <div className="mb-3">
      {faults.length > 0 ? (
        <p role="alert" className="border-fault text-fault border-l-4 p-2 font-bold">
          {words.auditBroken(faults.map(({ from, to }) => words.auditStretch(from, to)).join('・'))}
        </p>
      ) : (
        <p>{words.auditHolds(entries)}</p>
      )}
      <p className="text-dim">
        {checkpoint
          ? words.auditSigned(checkpoint.number, dayClockTime(checkpoint.at), words.ago(ageOf(checkpoint.at, now ?? checkpoint.at)))
          : words.auditUnsigned}
      </p>
    </div>
  );
}

function Entries() {
  const words = useWords();
  const [group, setGroup] = useState<Group | ''>('');
  const entries = useInfiniteQuery({
    queryKey: ['audit', 'entries', group],
    queryFn: ({ pageParam }) => api.audit({ cursor: pageParam, group }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const items = entries.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-4">
        <label className="flex items-center gap-2">
          {words.auditGroup}
          <select
            value={group}
            onChange={({ target }) => setGroup(target.value as Group | '')}
            className="border-edge rounded-8 bg-panel h-10 border px-2"
          >
            <option value="">{words.auditAll}</option>
            {GROUPS.map((one) => (
              <option key={one} value={one}>
                {words.auditGroupName(one)}
              </option>
            ))}
          </select>
        </label>
        <Action onPress={() => void entries.refetch()}>{words.auditReload}</Action>
        <a href={api.auditSheet} download className="text-action underline">
          {words.auditSheet}
        </a>
      </div>
      {entries.isError && (
        <p role="alert" className="text-fault">
          {words.readFailed} <Action onPress={() => void entries.refetch()}>{words.again}</Action>
        </p>
      )}
      {entries.data && items.length === 0 && <p className="text-dim">{words.auditNone}</p>}
      <ol>
        {items.map((entry) => (
          <Line key={entry.number} entry={entry} />
        ))}
      </ol>
      {entries.hasNextPage && (
        <Action isDisabled={entries.isFetchingNextPage} onPress={() => void entries.fetchNextPage()}>
          {words.more}
        </Action>
      )}
    </>
  );
}

function Line({ entry }: { readonly entry: AuditEntryDto }) {
  const words = useWords();
  const { number, at, by, role, act, subject, before, after, grounds, from } = entry;
  const [was, is, why] = [before, after, grounds].map((fact) => factText(fact, words.auditFact));
  const details = [
    ...(was ? [words.auditBefore(was)] : []),
    ...(is ? [is] : []),
    ...(why ? [words.auditWhy(why)] : []),
    ...(from ? [words.auditFrom(from)] : []),
  ];
  return (
    <li className="border-line flex flex-wrap gap-x-4 border-t py-1">
      <span className="text-dim w-16 text-right tabular-nums">{number}</span>
      <span className="text-dim w-32 whitespace-nowrap">{dayClockTime(at)}</span>
      <span className="min-w-64 flex-1 wrap-anywhere">
        {words.auditSentence(by, words.auditRole(role), words.auditAct(act, nameIn(subject)))}
        {details.length > 0 && <span className="text-dim"> ・{details.join(' ・')}</span>}
      </span>
    </li>
  );
}
