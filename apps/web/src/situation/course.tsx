import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { GaugeDto, ReadingsDto } from '#wire';
import { api } from '../api.ts';
import { Hydrograph } from '../chart/hydrograph.tsx';
import { chosenMinutes, keepMinutes, minutesToRead, minutesToShow, RANGES_MIN } from '../chart/range.ts';
import { linesOf } from '../chart/trace.ts';
import { readingsCsv } from '../csv.ts';
import { dayTime, figure, isoTime, periodOf } from '../figures.ts';
import { usePicture } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Fold } from '../parts/fold.tsx';
import { useRefetchOn } from '../parts/use-refetch-on.ts';
import { mayAcknowledge, useSession } from '../session.ts';
import { useDark } from '../use-wide.ts';
import { useWords } from '../words/words.ts';
import { Correct, type Doubted } from './care.tsx';
import { distanceText, valueText } from './sentence.ts';

const MINUTE_MS = 60_000;
/** The right end moves in steps, so that the picture does not crawl every second. */
const END_STEP_MS = 60_000;
/** Nobody reads more rows than these; all of them are in the CSV. */
const TABLE_ROWS_MAX = 500;

/** The last hours of one gauge: picture, the same as a table, the same as CSV. */
export function Course({ gauge, now }: { readonly gauge: GaugeDto; readonly now: number }) {
  const words = useWords();
  const { timeline } = usePicture();
  const dark = useDark();
  const [chosen, setChosen] = useState(chosenMinutes);
  const to = Math.ceil(now / END_STEP_MS) * END_STEP_MS;
  const read = chosen ?? minutesToRead(gauge.latest?.at ?? null, to);
  const { data, isError, refetch } = useQuery({
    queryKey: ['readings', gauge.id, gauge.quantity, read],
    queryFn: () => api.readings(gauge.id, { from: to - read * MINUTE_MS, to, quantity: gauge.quantity }),
    // The course of another gauge must never stand under this name; another period of the same one may, until it is there.
    placeholderData: (before) => (before?.gauge === gauge.id ? keepPreviousData(before) : undefined),
  });
  useRefetchOn(`${gauge.latest?.receivedAt ?? 0}`, refetch);
  const lines = useMemo(() => linesOf(gauge, words), [gauge, words]);
  const stableLines = useStable(lines);
  const changes = useStable(timeline.filter(({ transition }) => transition.gauge === gauge.id).map(({ transition }) => transition.at));
  const points = data?.points ?? NO_POINTS;
  const minutes = chosen ?? minutesToShow(read, points[0]?.at ?? null, to);
  const choose = (range: number) => {
    keepMinutes(range);
    setChosen(range);
  };
  const last = gauge.latest ? `${valueText(gauge.latest.value, gauge.unit)}、${distanceText(gauge, words)}` : words.noReadingYet;

  return (
    <section aria-label={words.range} className="flex flex-col gap-1">
      <fieldset aria-label={words.range} className="flex flex-wrap items-center gap-1">
        {RANGES_MIN.map((range) => (
          <button
            key={range}
            type="button"
            aria-pressed={range === minutes}
            onClick={() => choose(range)}
            className={`rounded-4 h-8 border px-2 text-[13px] whitespace-nowrap ${range === minutes ? 'border-action bg-chosen text-ink font-bold' : 'border-line text-dim'}`}
          >
            {words.period(periodOf(range))}
          </button>
        ))}
      </fieldset>
      {isError && (
        <p role="alert" className="text-fault">
          {words.readFailed} <Action onPress={() => void refetch()}>{words.again}</Action>
        </p>
      )}
      {data ? (
        <Hydrograph
          key={dark ? 'dark' : 'light'}
          points={points}
          lines={stableLines}
          unit={gauge.unit}
          from={to - minutes * MINUTE_MS}
          to={to}
          changes={changes}
          sentence={words.chartSentence(gauge.name, words.period(periodOf(minutes)), last)}
        />
      ) : (
        <div aria-hidden="true" className="bg-raised rounded-8 h-[212px]" />
      )}
      {data && points.length === 0 && <p className="text-dim">{words.noPoints}</p>}
      {data && (
        <p className="text-dim text-end text-xs">
          {words.lateMark}　{words.doubtfulMark}　{words.alertMark}
        </p>
      )}
      {data && (
        <div className="flex flex-wrap items-start justify-between gap-x-4">
          <Fold title={words.asTable}>
            <PointTable gauge={gauge} readings={data} />
          </Fold>
          <Action look="text" onPress={() => saveCsv(data)}>
            {words.asCsv}
          </Action>
        </div>
      )}
    </section>
  );
}

const NO_POINTS: ReadingsDto['points'] = [];

/** The same object as long as it says the same, so that the picture is not drawn anew for nothing. */
function useStable<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  // oxlint-disable-next-line react/exhaustive-deps -- the text stands for the value
  return useMemo(() => value, [text]);
}

function PointTable({ gauge, readings: { points, unit } }: { readonly gauge: GaugeDto; readonly readings: ReadingsDto }) {
  const words = useWords();
  const may = mayAcknowledge(useSession());
  const [doubted, setDoubted] = useState<Doubted | null>(null);
  const rows = points.toSorted((a, b) => b.at - a.at).slice(0, TABLE_ROWS_MAX);
  return (
    <>
      {doubted && <Correct key={doubted.at} gauge={gauge} doubted={doubted} onDone={() => setDoubted(null)} />}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard */}
      <section tabIndex={0} aria-label={words.asTable} className="ring-inside max-h-72 overflow-y-auto">
        <table className="w-full">
          <thead className="text-dim">
            <tr>
              <th scope="col">{words.time}</th>
              <th scope="col" className="figures">
                {words.value} ({unit})
              </th>
              <th scope="col" className="pl-4">
                {words.flag}
              </th>
              {may && (
                <th scope="col">
                  <span className="sr-only">{words.correct}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ at, receivedAt, value, quality, why, corrected }) => (
              <tr key={`${at}/${receivedAt}`} className="border-line border-t">
                <td className="whitespace-nowrap">{dayTime(at)}</td>
                <td className="figures">{figure(value, unit)}</td>
                <td className="pl-4">
                  {words.quality(quality)}
                  {why && <span className="text-dim"> {why}</span>}
                  {corrected && <strong> {words.corrected(valueText(corrected.value, unit), corrected.by)}</strong>}
                </td>
                {may && (
                  <td className="text-end">
                    <Action
                      look="text"
                      aria-label={words.correctReading(dayTime(at), valueText(value, unit))}
                      onPress={() => setDoubted({ at, value, corrected: corrected?.value ?? null })}
                    >
                      {words.correct}
                    </Action>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function saveCsv(readings: ReadingsDto): void {
  const url = URL.createObjectURL(new Blob([readingsCsv(readings)], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  const last = readings.points.at(-1);
  link.download = `${readings.gauge}-${last ? isoTime(last.at).slice(0, 16).replace(':', '') : 'empty'}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
