import type { ReachDto, TimelineDto } from '#wire';
import { shortTime } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { Link } from '../parts/link.tsx';
import { hrefOf } from '../place.ts';
import { useWords } from '../words/words.ts';
import { changeText } from './sentence.ts';

const grouped = (count: number) => count.toLocaleString('en-US');

/** Events, newest first, one line each: what changed, and whom it reached by which channel. */
export function Timeline() {
  const words = useWords();
  const { timeline, status } = usePicture();
  return (
    <section
      aria-labelledby="timeline"
      className="border-line bg-panel flex h-11 shrink-0 flex-col border-t lg:h-[122px] lg:overflow-y-auto"
    >
      <h2 id="timeline" className="text-dim px-3 pt-1 text-xs max-lg:sr-only">
        {words.timeline}
      </h2>
      {timeline.length === 0 ? (
        <p className="text-dim px-3 py-2">{status === null ? words.loading : words.noTimeline}</p>
      ) : (
        <ol className="max-lg:[&>li:not(:first-child)]:hidden">
          {timeline.map((item) => (
            <li key={item.transition.id}>
              <TimelineLine item={item} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** "23:40 大瀬川 瀬口 危険水位に到達 → LINE 2,140/2,140 受付 · …", a link to the deliveries. */
function TimelineLine({ item: { transition, reach } }: { readonly item: TimelineDto }) {
  const words = useWords();
  const { now } = usePulse();
  return (
    <Link
      href={hrefOf({ at: 'deliveries', transition: transition.id })}
      className="ring-inside hover:bg-raised flex min-h-8 items-center gap-x-3 px-3 max-lg:min-h-11"
    >
      <span className="text-dim w-22 shrink-0 whitespace-nowrap max-lg:w-auto">{shortTime(transition.at, now ?? transition.at)}</span>
      <span className="min-w-0 shrink truncate">
        <span className="font-bold">{transition.gaugeName}</span> {changeText(transition, words)}
      </span>
      <span aria-hidden="true" className="text-dim max-lg:hidden">
        →
      </span>
      <span className="truncate max-lg:hidden">
        {reach.length === 0 ? (
          <span className="text-dim">{words.noReach}</span>
        ) : (
          reach.map((one) => <Reach key={one.channel} reach={one} />)
        )}
      </span>
      <span aria-hidden="true" className="text-action ml-auto">
        ▸
      </span>
    </Link>
  );
}

/** "LINE 2,140/2,140 受付", and in words what is missing. */
export function Reach({ reach }: { readonly reach: ReachDto }) {
  const words = useWords();
  const rest = words.reachRest(reach);
  const failed = reach.refused + reach.dead > 0;
  return (
    <span className="mr-4 whitespace-nowrap">
      {words.channel(reach.channel)} {words.accepted(grouped(reach.accepted), grouped(reach.planned))}
      {rest && <span className={failed ? 'text-warn font-bold' : 'text-dim'}> ({rest})</span>}
    </span>
  );
}
