import { useEffect } from 'react';
import { ageOf, clockTime } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { beep } from './beep.ts';

/** Lies over a page that may no longer pass for the present, and says of when it is. It covers the line of time at the
 * bottom and nothing else: the page below stays readable and can be moved in. */
export function Veil() {
  const words = useWords();
  const { isCut, truthAt, now } = usePulse();
  useEffect(() => {
    if (isCut) beep();
  }, [isCut]);
  if (!isCut) return null;
  return (
    <div className="pointer-events-none fixed inset-0 z-40">
      <div className="hatched absolute inset-0" />
      <div role="alert" className="border-fault bg-panel absolute inset-x-0 bottom-14 border-4 px-4 py-2 lg:bottom-0 lg:left-18">
        <p className="text-fault text-lg font-bold">{words.cutTitle}</p>
        <p className="text-base">
          {truthAt === null || now === null ? words.cutFirst : words.cutSince(clockTime(truthAt), words.duration(ageOf(truthAt, now)))}
        </p>
        <p>{words.cutNow}</p>
      </div>
    </div>
  );
}
