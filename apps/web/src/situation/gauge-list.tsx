import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { GaugeDto } from '#wire';
import { ageOf, shortTime } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { useWide } from '../use-wide.ts';
import { useWords, type Words } from '../words/words.ts';
import { GaugeRow } from './gauge-row.tsx';
import { freshnessOf } from './standing.ts';
import { bySeverity, settle, type StillRows } from './stillness.ts';
import { belongs, matches, type Show } from './tally.ts';
import { useRowKeys } from './use-row-keys.ts';

const ROW_PX = 40;
const NARROW_ROW_PX = 60;
const OVERSCAN_ROWS = 6;
/** A row that rose may blink this long after the fact, not when it is scrolled into view later. */
const BLINK_MS = 2_500;

interface Props {
  readonly show: Show;
  readonly find: string;
  readonly chosen: string | null;
  readonly onShowAll: () => void;
}

/** Gauges by severity. Rows keep their place while the pointer or the focus is among them. */
export function GaugeList({ show, find, chosen, onShowAll }: Props) {
  const words = useWords();
  const wide = useWide();
  const { gauges, rises, status } = usePicture();
  const { now } = usePulse();
  const scroller = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState({ pointer: false, focus: false });
  const sorted = useMemo(() => bySeverity(gauges.values()), [gauges]);
  const wanted = useMemo(
    () => sorted.filter((gauge) => belongs(gauge, show) && matches(gauge, find)).map((gauge) => gauge.id),
    [sorted, show, find],
  );
  const [rows, reveal] = useStillRows(wanted, held.pointer || held.focus, `${show} ${find}`);
  const shown = rows.ids.flatMap((id) => gauges.get(id) ?? []);

  // oxlint-disable-next-line react/incompatible-library -- its functions change under the same name; nothing below memoises them
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (wide ? ROW_PX : NARROW_ROW_PX),
    overscan: OVERSCAN_ROWS,
    getItemKey: (index) => shown[index]?.id ?? index,
  });
  useEffect(() => virtual.measure(), [wide, virtual]);
  const current = useRowKeys({ rows: shown, chosen, scroller, scrollTo: (index) => virtual.scrollToIndex(index), reveal });

  if (status === null) return <Skeleton />;
  if (gauges.size === 0) return <Notice title={words.noGauges} text={words.noGaugesWhy} />;
  return (
    <div
      className="relative flex min-h-0 flex-1 flex-col"
      // Around the button too: it would be gone under the pointer that goes to press it.
      onPointerEnter={(event) => setHeld((was) => ({ ...was, pointer: event.pointerType === 'mouse' }))}
      onPointerLeave={() => setHeld((was) => ({ ...was, pointer: false }))}
    >
      {rows.waiting > 0 && (
        // In the line of the search above: over the list it would hide the value of the gravest row.
        <div className="absolute -top-10 right-2 z-10">
          <Action look="solid" onPress={reveal} className="min-h-9">
            {words.changes(rows.waiting)}
          </Action>
        </div>
      )}
      {shown.length === 0 && (
        <Notice title={words.noneFound} text="">
          <Action onPress={onShowAll}>{words.showAll}</Action>
        </Notice>
      )}
      <div
        ref={scroller}
        className="min-h-0 flex-1 overflow-y-auto"
        onFocus={() => setHeld((was) => ({ ...was, focus: true }))}
        onBlur={() => setHeld((was) => ({ ...was, focus: false }))}
      >
        <ul aria-label={words.gauges} className="relative w-full" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start, size }) => {
            const gauge = shown[index];
            if (!gauge) return null;
            return (
              <li
                key={key}
                aria-setsize={shown.length}
                aria-posinset={index + 1}
                className="absolute inset-x-0 top-0"
                style={{ height: size, transform: `translateY(${start}px)` }}
              >
                <GaugeRow
                  gauge={gauge}
                  show={show}
                  age={now === null || !gauge.latest ? '' : words.ago(ageOf(gauge.latest.at, now))}
                  since={sinceText(gauge, now, words)}
                  freshness={now === null ? 'fresh' : freshnessOf(gauge, now)}
                  chosen={gauge.id === chosen}
                  rose={performance.now() - (rises.get(gauge.id) ?? Number.NEGATIVE_INFINITY) < BLINK_MS}
                  reachable={gauge.id === current}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

const sinceText = (gauge: GaugeDto, now: number | null, words: Words): string =>
  gauge.kind === 'link' && gauge.blindSince === null
    ? words.isLink
    : gauge.blindSince === null
      ? words.noReadingYet
      : words.unknownSince(shortTime(gauge.blindSince, now ?? gauge.blindSince));

/** Keeps the rows still while held; another filter or search, and asking for the changes, shows the newest order. */
function useStillRows(wanted: readonly string[], held: boolean, question: string): readonly [StillRows, () => void] {
  const [asked, setAsked] = useState(0);
  const [kept, setKept] = useState<{ readonly ids: readonly string[]; readonly key: string }>({ ids: [], key: '' });
  const key = `${asked} ${question}`;
  const rows = settle(kept.ids, wanted, held && kept.key === key);
  if (rows.ids !== kept.ids || key !== kept.key) setKept({ ids: rows.ids, key });
  return [rows, () => setAsked((count) => count + 1)];
}

function Skeleton() {
  const words = useWords();
  return (
    <div aria-live="polite" className="flex flex-col gap-2 p-2">
      <span className="sr-only">{words.loading}</span>
      {Array.from({ length: 8 }, (_, row) => (
        <div key={row} aria-hidden="true" className="bg-raised rounded-4 h-8" />
      ))}
    </div>
  );
}

/** A state of the page that has nothing to list, and what to do about it. */
function Notice({ title, text, children }: { readonly title: string; readonly text: string; readonly children?: React.ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-2 p-6">
      <p className="text-base font-bold">{title}</p>
      {text && <p className="text-dim">{text}</p>}
      {children}
    </div>
  );
}
