import { useEffect, useRef } from 'react';
import type { GaugeDto } from '#wire';
import { ageOf, dayTime, figure, rhythmOf, shortTime, trendOf } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { Chip } from '../parts/chip.tsx';
import { Link } from '../parts/link.tsx';
import { hrefOf } from '../place.ts';
import { useWords } from '../words/words.ts';
import { Care } from './care.tsx';
import { Course } from './course.tsx';
import { Decision } from './decision.tsx';
import { Faults } from './faults.tsx';
import { HeadCount } from './head-count.tsx';
import { NextOrders } from './next-orders.tsx';
import { distanceText, valueText } from './sentence.ts';
import { freshnessOf, standingOf, trustOf } from './standing.ts';

const ARROW = { up: '↑', down: '↓', level: '→', unknown: '' } as const;

/** One gauge: the value with everything that qualifies it, its course, why it stands where it stands, and what to do. */
export function GaugeDetail({ gauge, alertId }: { readonly gauge: GaugeDto; readonly alertId: string | null }) {
  const words = useWords();
  const { now } = usePulse();
  const heading = useRef<HTMLHeadingElement>(null);
  // On its own page the eye starts at the heading, and so does the focus. Beside the list the focus stays in the list.
  useEffect(() => {
    if (!matchMedia('(min-width: 1024px)').matches) heading.current?.focus();
  }, []);
  const at = now ?? gauge.latest?.at ?? 0;
  const alerts = gauge.alerts.toSorted((a, b) => Number(b.id === alertId) - Number(a.id === alertId) || b.step - a.step);
  const first = alerts.find((alert) => alert.state === 'raised' && alert.acknowledgedBy === null);
  return (
    <article className="flex flex-col gap-2">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 ref={heading} tabIndex={-1} className="text-lg">
          {gauge.river && <span className="text-dim font-normal">{gauge.river} </span>}
          {gauge.name}
        </h2>
        <Chip standing={standingOf(gauge)} freshness={freshnessOf(gauge, at)} />
        <span className="text-dim">{gauge.areas.map((area) => area.name).join('・')}</span>
      </header>
      <Now gauge={gauge} now={at} />
      {gauge.window && <p>{words.windowState(gauge.window)}</p>}
      {gauge.kind === 'shelter' && (
        <Link href={hrefOf({ at: 'checkIn', id: gauge.id })} className="text-action underline">
          {words.checkInToList}
        </Link>
      )}
      {/* What somebody has begun at one gauge must not go on at another. */}
      {gauge.fullHouse && <HeadCount key={`count ${gauge.id}`} gauge={gauge} full={gauge.fullHouse} />}
      {now !== null && <Course key={`course ${gauge.id}`} gauge={gauge} now={now} />}
      <NextOrders gauge={gauge} />
      {alerts.length === 0 ? (
        <p className="border-line text-dim border-t pt-2">{words.noAlert}</p>
      ) : (
        alerts.map((brief) => <Decision key={brief.id} gauge={gauge} brief={brief} byKey={brief.id === first?.id} />)
      )}
      <Faults key={`faults ${gauge.id}`} gauge={gauge} />
      <Care key={`care ${gauge.id}`} gauge={gauge} />
      <p className="text-dim text-xs">
        {[
          gauge.id,
          gauge.datum ?? '',
          gauge.publicAlert === 'staffOnly' ? words.staffOnly : '',
          gauge.batteryV === null ? '' : words.battery(gauge.batteryV.toFixed(2)),
          gauge.rssiDbm === null ? '' : words.signal(gauge.rssiDbm),
        ]
          .filter(Boolean)
          .join(' ・ ')}
      </p>
    </article>
  );
}

function Now({ gauge, now }: { readonly gauge: GaugeDto; readonly now: number }) {
  const words = useWords();
  const { latest, unit, crestM, ratePerHour } = gauge;
  const blind = gauge.blindSince !== null;
  if (!latest && gauge.kind === 'link') return <p className="rounded-8 border-line border p-2">{words.isLink}</p>;
  if (!latest) return <p className="hatched rounded-8 border-line border p-2">{words.noReadingYet}</p>;
  const freshness = freshnessOf(gauge, now);
  const old = freshness === 'old';
  const trend = trendOf(ratePerHour, unit);
  const standing = standingOf(gauge);
  const toCrest = crestM === null || gauge.quantity !== 'level' ? null : crestM - latest.value;
  return (
    <div className={`rounded-8 border px-3 py-1.5 ${blind ? 'hatched border-ink border-dashed' : 'border-line'}`}>
      {gauge.blindSince !== null && (
        <p>
          <strong>{words.unknownSince(shortTime(gauge.blindSince, now))}</strong>
          {standing.kind === 'unknown' && standing.before && <span> ・{words.lastKnown(words.limit(standing.before))}</span>}
        </p>
      )}
      <p className={`flex flex-wrap items-baseline gap-x-3 ${blind || old ? 'text-dim' : ''}`}>
        <span className="whitespace-nowrap">
          <span className={`text-2xl ${blind || old ? '' : 'font-bold'}`}>{figure(latest.value, unit)}</span>{' '}
          <span className="text-dim">{unit}</span>
        </span>
        <span className={blind || old ? '' : 'font-bold'}>{distanceText(gauge, words)}</span>
        {trend !== 'unknown' && !blind && (
          <span>
            <span aria-hidden="true">{ARROW[trend]} </span>
            <span className="sr-only">{words[trend]} </span>
            {words.perHour(valueText(Math.abs(ratePerHour ?? 0), unit))}
          </span>
        )}
        {toCrest !== null && (
          <span className="text-dim">
            {toCrest >= 0 ? words.toCrest(valueText(toCrest, unit)) : words.overCrest(valueText(-toCrest, unit))}
          </span>
        )}
      </p>
      <p className="text-dim text-[13px]">
        {words.observedAt(dayTime(latest.at), words.ago(ageOf(latest.at, now)))}
        {old && <strong className="text-ink"> {words.old}</strong>}
        {freshness === 'standby' && !blind && ` ・${words.standingBy(words.every(rhythmOf(gauge.expected.everyMs)))}`} ・
        {words.received(shortTime(latest.receivedAt, now))} ・{words.flag}:{' '}
        <span className={trustOf(latest.quality) === 'good' ? '' : 'text-warn font-bold'}>
          {words.quality(latest.quality)}
          {latest.why && ` — ${latest.why}`}
        </span>
      </p>
    </div>
  );
}
