import { shortTime } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';

/** Says which stages are out of order, since when, and what still works. Nothing when all is well. */
export function Banner() {
  const words = useWords();
  const { status } = usePicture();
  const { now } = usePulse();
  const broken = status?.stages.filter((stage) => stage.state === 'degraded') ?? [];
  return (
    <div aria-live="polite">
      {broken.length > 0 && (
        <div className="border-warn bg-warn-soft text-ink flex gap-3 border-y-2 px-3 py-2">
          <p className="text-warn font-bold whitespace-nowrap">
            <span aria-hidden="true">▲ </span>
            {words.degraded}
          </p>
          <ul>
            {broken.map(({ name, since, why }) => (
              <li key={name}>
                <strong>{words.stage(name)}</strong> ({words.since(shortTime(since, now ?? since))}) {why}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
