import { useMemo } from 'react';
import { hrefOf } from '../place.ts';
import { ageOf } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { Link } from '../parts/link.tsx';
import { useWords, type Words } from '../words/words.ts';
import { type Show, type Tally, tallies, unreached } from './tally.ts';

const grouped = (count: number) => count.toLocaleString('en-US');

/** Each tile is a count, a filter and a sentence, and says how old the oldest value is that it rests on. */
export function Tiles({ show }: { readonly show: Show }) {
  const words = useWords();
  const { gauges, timeline, status } = usePicture();
  const { now, truthAt } = usePulse();
  const checked = now === null || truthAt === null ? '' : words.checked(words.ago(ageOf(truthAt, now)));
  const missed = unreached(timeline);
  const counted = useMemo(() => tallies([...gauges.values()]), [gauges]);
  const missedText = grouped(missed.failed);
  if (status === null) return <div aria-hidden="true" className="bg-raised h-15" />;
  return (
    <nav aria-label={words.filters} className="border-line bg-panel grid grid-cols-4 border-b lg:flex">
      {counted.map((tally) => (
        <Tile
          key={tally.show}
          href={hrefOf({ at: 'situation', show: tally.show === show ? 'all' : tally.show })}
          label={labelOf(tally, words)}
          count={grouped(tally.count)}
          more={words.placeCount(tally.count)}
          note={tally.oldestAt === null || now === null ? checked : words.valuesUpTo(words.ago(ageOf(tally.oldestAt, now)))}
          chosen={tally.show === show}
          grave={tally.code === 'flood' && tally.count > 0}
          hatched={tally.show === 'unknown' && tally.count > 0}
          zero={tally.count === 0}
          narrow={tally.show !== 'all' || show !== 'all'}
        />
      ))}
      <Tile
        href={hrefOf({ at: 'deliveries', transition: null })}
        label={words.failed}
        count={missedText}
        more={words.people(missedText)}
        note={missed.waiting > 0 ? words.stillWaiting(grouped(missed.waiting)) : checked}
        chosen={false}
        grave={missed.failed > 0}
        hatched={false}
        zero={missed.failed === 0}
        narrow
      />
    </nav>
  );
}

function labelOf({ show, name }: Tally, words: Words): string {
  if (show === 'all' || show === 'rising' || show === 'unknown' || show === 'crowded' || show === 'roads') return words[show];
  return words.limit(name);
}

interface TileProps {
  readonly href: string;
  readonly label: string;
  readonly count: string;
  readonly more: string;
  readonly note: string;
  readonly chosen: boolean;
  readonly grave: boolean;
  readonly hatched: boolean;
  readonly zero: boolean;
  /** Shown on a narrow screen as well; the way back to all is needed there only while the list is filtered. */
  readonly narrow: boolean;
}

function Tile({ href, label, count, more, note, chosen, grave, hatched, zero, narrow }: TileProps) {
  return (
    <Link
      href={href}
      aria-current={chosen ? 'true' : undefined}
      className={`ring-inside border-line hover:bg-raised flex min-w-0 flex-1 flex-col justify-center border-r px-1.5 py-1 max-lg:border-b lg:last:border-r-0 lg:h-15 lg:px-3 ${
        chosen ? 'bg-chosen shadow-[inset_0_-4px_0_var(--action)]' : ''
      } ${hatched ? 'hatched' : ''} ${narrow ? '' : 'max-lg:hidden'}`}
    >
      <span className="flex items-baseline justify-between gap-0.5">
        <span className={`truncate max-lg:text-[13px] ${zero ? 'text-dim' : 'font-bold'}`}>{label}</span>{' '}
        <span
          className={`text-lg leading-7 lg:text-xl ${zero ? 'text-dim' : 'font-bold'} ${grave ? 'bg-grave text-on-grave rounded-4 px-1' : ''}`}
        >
          {count}
        </span>
        <span className="sr-only">({more})</span>
      </span>
      <span className="text-dim truncate text-xs">{note}</span>
    </Link>
  );
}
