import { LEVEL_COLOURS, type AlertLevel } from '../../../../libs/core/src/alert-level.ts';
import { useWords } from '../words/words.ts';

/** An official level: number, name and colour, always the three, with a border that a black-and-white print shows (D§2.1). */
export function LevelChip({ level }: { readonly level: AlertLevel }) {
  const words = useWords();
  const { fill, text } = LEVEL_COLOURS[level];
  return (
    <span
      className="rounded-4 border-ink inline-flex min-h-7 max-w-full items-center border px-2 text-sm font-bold"
      style={{ backgroundColor: fill, color: text }}
    >
      {words.levelName(level)}
    </span>
  );
}
