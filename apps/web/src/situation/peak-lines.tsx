import type { PeakDto } from '#wire';
import { shortTime } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { valueText } from './sentence.ts';

interface Props {
  readonly peak: PeakDto;
  /** The newest value of the gauge; null where it is not shown beside this. */
  readonly present: number | null;
}

/**
 * How high an episode went, and what late observations changed about that. Not while the present value stands as high or higher: then the
 * peak is what the value says, and an older one beside it would only confuse.
 */
export function PeakLines({ peak: { live, now, revised, late, lateDoubtful, unit }, present }: Props) {
  const words = useWords();
  const pulse = usePulse();
  if (!now || (present !== null && !revised && present >= now.value)) return null;
  const told = (at: number) => shortTime(at, pulse.now ?? at);
  return (
    <>
      <p>{revised ? words.peakRevised(valueText(now.value, unit), told(now.at)) : words.peak(valueText(now.value, unit), told(now.at))}</p>
      {revised && <p className="text-dim">{live ? words.peakLive(valueText(live.value, unit), told(live.at)) : words.peakLiveUnknown}</p>}
      {late > 0 && <p className="text-dim">{words.lateCount(late, lateDoubtful)}</p>}
    </>
  );
}
