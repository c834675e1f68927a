import type { Freshness, Standing } from '../situation/standing.ts';
import { useWords, type Words } from '../words/words.ts';

const BOX = 'rounded-4 inline-flex h-6 max-w-full items-center gap-1.5 border px-1.5 text-[13px] leading-5 font-bold whitespace-nowrap';

/** The state of a gauge as shape and word, colour only on top: bars count the steps, so that nothing is lost in black and white. */
export function Chip({ standing, freshness }: { readonly standing: Standing; readonly freshness: Freshness }) {
  const words = useWords();
  switch (standing.kind) {
    case 'raised':
    case 'crowded':
    case 'noted': {
      // What a rule over several gauges or a rate says is no limit that was reached, so it never looks like the highest one.
      const top = standing.kind !== 'noted' && standing.step === standing.stepsMax;
      const look = top
        ? 'bg-grave border-grave text-on-grave'
        : standing.step > 1 || standing.kind === 'noted'
          ? 'bg-warn-soft border-warn text-warn'
          : 'border-edge text-ink';
      return (
        <span className={`${BOX} ${look}`}>
          <Bars step={standing.step} max={standing.stepsMax} />
          <span className="truncate">{words.limit(standing.name)}</span>
          <span className="sr-only">{words.step(standing.step, standing.stepsMax)}</span>
        </span>
      );
    }
    case 'unknown':
      return (
        <span className={`${BOX} hatched border-ink text-ink border-dashed`}>
          <span aria-hidden="true">？</span>
          {words.unknown}
        </span>
      );
    case 'silent':
      return <span className={`${BOX} hatched border-edge text-dim border-dashed`}>{words.silent}</span>;
    case 'pending':
      return <span className={`${BOX} border-edge text-ink border-dashed`}>{words.pending}</span>;
    case 'doubtful':
      return (
        <span className={`${BOX} border-warn text-warn border-dashed`}>
          <span aria-hidden="true">×</span>
          {words.doubtful}
        </span>
      );
    case 'calm':
      return <span className={`${BOX} text-dim border-transparent font-normal`}>{CALM_WORD[freshness](words)}</span>;
  }
}

const CALM_WORD = { fresh: ({ calm }: Words) => calm, standby: ({ standby }: Words) => standby, old: ({ old }: Words) => old } as const;

function Bars({ step, max }: { readonly step: number; readonly max: number }) {
  return (
    <svg aria-hidden="true" width={max * 4} height="12" className="shrink-0">
      {Array.from({ length: max }, (_, index) => {
        const height = Math.round(((index + 1) / max) * 11);
        const shape = { x: index * 4 + 0.5, y: 11.5 - height, width: 2, height: height - 0.5 };
        return <rect key={shape.x} {...shape} fill={index < step ? 'currentColor' : 'none'} stroke="currentColor" />;
      })}
    </svg>
  );
}
