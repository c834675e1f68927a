import type { PeakDto } from '#wire';
import { shortTime } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { valueText } from './sentence.ts';

/** How high an episode went, and what late observations changed about that. */
export function PeakLines({ peak: { live, now, revised, late, lateDoubtful, unit } }: { readonly peak: PeakDto }) {
  const words = useWords();
  const pulse = usePulse();
  if (!now) return null;
  const told = (at: number) => shortTime(at, pulse.now ?? at);
  return (
    <>
      <p>{revised ? words.peakRevised(valueText(now.value, unit), told(now.at)) : words.peak(valueText(now.value, unit), told(now.at))}</p>
      {revised && <p className="text-dim">{live ? words.peakLive(valueText(live.value, unit), told(live.at)) : words.peakLiveUnknown}</p>}
      {late > 0 && <p className="text-dim">{words.lateCount(late, lateDoubtful)}</p>}
    </>
  );
}
