import { useInfiniteQuery } from '@tanstack/react-query';
import { api } from '../api.ts';
import { dayClockTime } from '../figures.ts';
import { usePicture } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Link } from '../parts/link.tsx';
import { useRefetchOn } from '../parts/use-refetch-on.ts';
import { hrefOf } from '../place.ts';
import { mayReadAudit, useSession } from '../session.ts';
import { changeText } from '../situation/sentence.ts';
import { Reach } from '../situation/timeline.tsx';
import { useWords } from '../words/words.ts';
import { RuleScores } from './rule-scores.tsx';

/** Every transition, newest first, with what was decided by whom and whom it reached. */
export function Records() {
  const words = useWords();
  const session = useSession();
  const { status, timeline } = usePicture();
  const records = useInfiniteQuery({
    queryKey: ['transitions'],
    queryFn: ({ pageParam }) => api.transitions(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  useRefetchOn(timeline[0]?.transition.id ?? '', records.refetch);
  const items = records.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby="records" className="bg-panel min-h-0 flex-1 overflow-y-auto p-3">
      <h2 id="records" className="text-lg">
        {words.records}
      </h2>
      {mayReadAudit(session) && (
        <Link href={hrefOf({ at: 'audit' })} className="text-action inline-flex min-h-8 items-center underline">
          {words.toAudit}
        </Link>
      )}
      {status && (
        <p className="text-dim mb-2">
          {words.quarantined(status.quarantined)} ・{words.deadLetters(status.deadLetters)} ・{words.playbook} {status.playbookVersion}
        </p>
      )}
      {records.isError && (
        <p role="alert" className="text-fault">
          {words.readFailed} <Action onPress={() => void records.refetch()}>{words.again}</Action>
        </p>
      )}
      <RuleScores />
      {records.data && items.length === 0 && <p className="text-dim">{words.noTimeline}</p>}
      <ol>
        {items.map(({ transition, reach }) => (
          <li key={transition.id} className="border-line flex flex-wrap items-center gap-x-4 border-t py-1">
            <span className="text-dim w-32 whitespace-nowrap">{dayClockTime(transition.at)}</span>
            <Link
              href={hrefOf({ at: 'alert', id: transition.alertId, show: 'all' })}
              className="text-action flex min-h-8 min-w-64 items-center underline"
            >
              {transition.gaugeName} {changeText(transition, words)}
            </Link>
            <span className="min-w-64 flex-1">
              {transition.record.verdict}{' '}
              <span className="text-dim">
                ・{words.by}{' '}
                {transition.record.by === `rule ${transition.ruleId}` ? `${words.rule} ${transition.ruleName}` : transition.record.by}
              </span>
            </span>
            <Link
              href={hrefOf({ at: 'deliveries', transition: transition.id })}
              className="text-action flex min-h-8 w-full flex-wrap items-center underline"
            >
              {reach.length === 0 ? words.noReach : reach.map((one) => <Reach key={one.channel} reach={one} />)}
            </Link>
          </li>
        ))}
      </ol>
      {records.hasNextPage && (
        <Action isDisabled={records.isFetchingNextPage} onPress={() => void records.fetchNextPage()}>
          {words.more}
        </Action>
      )}
    </section>
  );
}
