/** Full-width characters in a line that mail programs and old handsets show without breaking it themselves (D§4.2). */
export const LINE_WIDTH_MAX = 35;

const segmenter = new Intl.Segmenter();

/** Width of a line in full-width characters; two half-width ones count as one. */
export const widthOf = (line: string): number =>
  [...segmenter.segment(line)].reduce((sum, { segment }) => sum + (segment <= '\u00FF' ? 0.5 : 1), 0);

/** Ends a line that goes on in the next one: a space before the break, as in `format=flowed` (RFC 3676 §4.2). */
const SOFT_BREAK = ' \n';

/**
 * A sentence of Japanese in lines of at most `LINE_WIDTH_MAX`, broken only at its marks `|`, so that no name and no word is torn. A piece that
 * is wider by itself stands in a line of its own. `unfolded` takes the breaks out again.
 */
export function foldText(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .reduce<readonly string[]>((lines, piece) => {
          const last = lines.at(-1);
          if (last === undefined) return [piece];
          return widthOf(last + piece.trimEnd()) <= LINE_WIDTH_MAX ? [...lines.slice(0, -1), last + piece] : [...lines, piece];
        }, [])
        .map((one) => one.trim())
        .join(SOFT_BREAK),
    )
    .join('\n');
}

/** A folded text for a screen that breaks lines itself. `between` stands where a line was broken: a space in writing that has them. */
export const unfolded = (text: string, between: '' | ' ' = ''): string => text.replaceAll(SOFT_BREAK, between);
