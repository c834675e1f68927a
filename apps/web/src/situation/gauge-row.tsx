import { memo } from 'react';
import type { GaugeDto } from '#wire';
import { hrefOf } from '../place.ts';
import { figure, rhythmOf, trendOf } from '../figures.ts';
import { Chip } from '../parts/chip.tsx';
import { Link } from '../parts/link.tsx';
import { useWords } from '../words/words.ts';
import { distanceText, valueText } from './sentence.ts';
import { type Freshness, isAcknowledged, standingOf, trustOf } from './standing.ts';
import type { Show } from './tally.ts';

const ARROW = { up: '↑', down: '↓', level: '→', unknown: '' } as const;

interface Props {
  readonly gauge: GaugeDto;
  readonly show: Show;
  /** Age of the value in words; changes rarely, so that a row renders only when it has something new to say. */
  readonly age: string;
  readonly since: string;
  readonly freshness: Freshness;
  readonly chosen: boolean;
  readonly rose: boolean;
  readonly reachable: boolean;
}

/** One gauge: value · unit · distance · trend · age · quality. One line on a wide screen, two on a narrow one. */
export const GaugeRow = memo(({ gauge, show, age, since, freshness, chosen, rose, reachable }: Props) => {
  const words = useWords();
  const { latest, unit } = gauge;
  const standing = standingOf(gauge);
  const old = freshness === 'old';
  const blind = standing.kind === 'unknown' || latest === null;
  const doubtful = latest !== null && trustOf(latest.quality) !== 'good';
  const tone = blind || old || doubtful ? 'text-dim' : 'text-ink';
  return (
    <Link
      href={hrefOf({ at: 'gauge', id: gauge.id, show })}
      data-gauge={gauge.id}
      aria-current={chosen ? 'true' : undefined}
      tabIndex={reachable ? 0 : -1}
      className={`ring-inside border-line gauge-row hover:bg-raised h-full items-center gap-x-2 border-b px-2 ${blind && standing.kind !== 'calm' ? 'hatched' : ''} ${
        chosen ? 'bg-chosen shadow-[inset_4px_0_0_var(--action)]' : ''
      } ${rose ? 'blink-once' : ''}`}
    >
      <span className="[grid-area:chip]">
        <Chip standing={standing} freshness={freshness} />
      </span>
      <span className="truncate [grid-area:name]">
        {gauge.river && <span className="text-dim">{gauge.river} </span>}
        <span className="font-bold">{gauge.name}</span>
        {isAcknowledged(gauge) && <span className="text-dim text-xs"> ✓{words.acknowledgedShort}</span>}
      </span>
      <span className={`figures [grid-area:value] ${tone}`}>
        {blind ? (
          <span aria-hidden="true">—</span>
        ) : (
          <>
            <span className={`text-base ${freshness !== 'fresh' || doubtful ? '' : 'font-bold'}`}>{figure(latest.value, unit)}</span>{' '}
            <span className="text-dim">{unit}</span>
          </>
        )}
      </span>
      <span className={`truncate [grid-area:distance] ${blind ? 'text-ink' : tone}`}>
        {blind ? since : doubtful ? <Doubt quality={words.quality(latest.quality)} /> : distanceText(gauge, words)}
      </span>
      <span className={`figures [grid-area:trend] ${tone}`}>
        {blind ? (
          latest && <span className="text-dim">{words.lastKnown(valueText(latest.value, unit))}</span>
        ) : freshness === 'standby' ? (
          <span className="text-dim">{words.every(rhythmOf(gauge.expected.everyMs))}</span>
        ) : (
          <Trend gauge={gauge} />
        )}
      </span>
      <span className="cell-spark text-dim [grid-area:spark]">{!blind && <Spark values={gauge.spark} />}</span>
      <span className={`cell-age whitespace-nowrap [grid-area:age] ${old ? 'text-dim font-bold' : 'text-dim'}`}>{age}</span>
    </Link>
  );
});
GaugeRow.displayName = 'GaugeRow';

function Doubt({ quality }: { readonly quality: string }) {
  return (
    <span className="text-warn font-bold">
      <span aria-hidden="true">× </span>
      {quality}
    </span>
  );
}

function Trend({ gauge: { ratePerHour, unit } }: { readonly gauge: GaugeDto }) {
  const words = useWords();
  const trend = trendOf(ratePerHour, unit);
  if (trend === 'unknown') return <span className="sr-only">{words.trendUnknown}</span>;
  return (
    <>
      <span aria-hidden="true">{ARROW[trend]} </span>
      <span className="sr-only">{words[trend]} </span>
      {words.perHour(valueText(Math.abs(ratePerHour ?? 0), unit))}
    </>
  );
}

/** The latest values as a small line, without figures: the sentence beside it says the same. */
function Spark({ values }: { readonly values: readonly number[] }) {
  if (values.length < 2) return null;
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const points = values.map((value, index) => `${(index / (values.length - 1)) * 38 + 1},${18 - ((value - low) / span) * 16}`).join(' ');
  return (
    <svg aria-hidden="true" width="40" height="20" className="block">
      <polyline points={points} fill="none" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}
