interface Props {
  /** 0 to 1. */
  readonly share: number;
  /** What the bar says, for everybody: the bar only draws it. */
  readonly words: string;
  /** Another share that is drawn behind, as what is still on its way. */
  readonly waiting?: number;
}

/** How far something has come, in words, and as a bar below them. */
export function Progress({ share, words, waiting = 0 }: Props) {
  return (
    <div>
      <p>{words}</p>
      <div aria-hidden="true" className="border-edge relative h-2 w-full overflow-hidden border">
        <div className="hatched absolute inset-y-0 left-0" style={{ width: percent(share + waiting) }} />
        <div className="bg-action absolute inset-y-0 left-0" style={{ width: percent(share) }} />
      </div>
    </div>
  );
}

const percent = (of: number): string => `${Math.max(0, Math.min(1, of)) * 100}%`;
