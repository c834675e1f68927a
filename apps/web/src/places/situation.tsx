import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { usePicture } from '../live/use-live.ts';
import { Link } from '../parts/link.tsx';
import { hrefOf, type Place } from '../place.ts';
import { GaugeDetail } from '../situation/gauge-detail.tsx';
import { GaugeList } from '../situation/gauge-list.tsx';
import { Tiles } from '../situation/tiles.tsx';
import { Timeline } from '../situation/timeline.tsx';
import { isPlainKey } from '../situation/use-row-keys.ts';
import { go } from '../use-place.ts';
import { useWide } from '../use-wide.ts';
import { useWords } from '../words/words.ts';

type Here = Extract<Place, { at: 'situation' | 'gauge' | 'alert' }>;

/** What is getting dangerous, how sure that is, what to do next: list, detail of one, line of time. */
export function Situation({ place }: { readonly place: Here }) {
  const words = useWords();
  const wide = useWide();
  const { show } = place;
  const [find, setFind] = useState('');
  const alone = !wide && place.at !== 'situation';
  const gaugeId = useGaugeOf(place);
  return (
    <>
      {alone ? null : <Tiles show={show} />}
      <div className="flex min-h-0 flex-1">
        {!alone && (
          <section
            aria-label={words.gauges}
            className="bg-panel flex min-h-80 min-w-0 flex-1 flex-col lg:flex-[0_0_60%] 2xl:flex-[0_0_56%]"
          >
            <Search value={find} onChange={setFind} />
            <GaugeList
              show={show}
              find={find}
              chosen={gaugeId}
              onShowAll={() => {
                setFind('');
                go({ at: 'situation', show: 'all' });
              }}
            />
          </section>
        )}
        {(wide || alone) && (
          <section aria-label={words.value} className="border-line bg-panel min-w-0 flex-1 overflow-y-auto border-l p-3">
            {alone && (
              <Link href={hrefOf({ at: 'situation', show })} className="text-action inline-flex min-h-11 items-center underline">
                ← {words.back}
              </Link>
            )}
            <Detail place={place} gaugeId={gaugeId} />
          </section>
        )}
      </div>
      {!alone && <Timeline />}
    </>
  );
}

/** The gauge that the place is about; an alert's link first has to be asked for its gauge. */
function useGaugeOf(place: Here): string | null {
  const { gauges } = usePicture();
  const id = place.at === 'alert' ? place.id : '';
  const near = [...gauges.values()].find((gauge) => gauge.alerts.some((alert) => alert.id === id));
  const { data } = useQuery({ queryKey: ['alert', id], queryFn: () => api.alert(id), enabled: place.at === 'alert' });
  if (place.at === 'gauge') return place.id;
  return place.at === 'alert' ? (near?.id ?? data?.gauge ?? null) : null;
}

function Detail({ place, gaugeId }: { readonly place: Here; readonly gaugeId: string | null }) {
  const words = useWords();
  const { gauges, status } = usePicture();
  const gauge = gaugeId === null ? undefined : gauges.get(gaugeId);
  if (gauge) return <GaugeDetail key={gauge.id} gauge={gauge} alertId={place.at === 'alert' ? place.id : null} />;
  if (status === null) return <p className="text-dim">{words.loading}</p>;
  if (place.at === 'situation') {
    return (
      <div className="text-dim p-6">
        <p>{words.choose}</p>
        <p>{words.chooseKeys}</p>
      </div>
    );
  }
  return <p className="p-6">{words.gone}</p>;
}

function Search({ value, onChange }: { readonly value: string; readonly onChange: (find: string) => void }) {
  const words = useWords();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || !isPlainKey(event)) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  return (
    <div className="border-line flex h-10 shrink-0 items-center gap-2 border-b px-2">
      <label htmlFor="find" className="text-dim whitespace-nowrap">
        {words.search}
      </label>
      <input
        id="find"
        ref={input}
        type="search"
        value={value}
        placeholder={words.searchHint}
        autoComplete="off"
        className="ring-inside placeholder:text-dim h-8 min-w-0 flex-1 bg-transparent px-1"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          onChange('');
          event.currentTarget.blur();
        }}
      />
    </div>
  );
}
