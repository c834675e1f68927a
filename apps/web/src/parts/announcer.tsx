import { useState } from 'react';
import type { TimelineDto } from '#wire';
import { usePicture } from '../live/use-live.ts';
import { isGrave } from '../live/news.ts';
import { changeText } from '../situation/sentence.ts';
import { useWords } from '../words/words.ts';

/** Reads new changes aloud to a screen reader: the grave ones at once, the others politely. */
export function Announcer() {
  const words = useWords();
  const { news } = usePicture();
  const [last, setLast] = useState<readonly TimelineDto[]>([]);
  if (news.length > 0 && news !== last) setLast(news);
  const say = (grave: boolean) =>
    last
      .filter(({ transition }) => isGrave(transition) === grave)
      .map(({ transition }) => `${transition.gaugeName} ${changeText(transition, words)}`)
      .join('。');
  return (
    <div className="sr-only">
      <p role="alert">{say(true)}</p>
      <p aria-live="polite">{say(false)}</p>
    </div>
  );
}
