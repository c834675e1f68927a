/** Further away than this share of its length, a name is another name and not a slip of the finger. */
const SLIP_SHARE_MAX = 0.4;

/** What to do about an unknown name: `; did you mean "x"?`, or what is told otherwise. */
export function suggestion(name: string, known: Iterable<string>, otherwise: string): string {
  const meant = nearest(name, known);
  return meant === null ? `; ${otherwise}` : `; did you mean "${meant}"?`;
}

/** The known name that was probably meant, or null. */
export function nearest(name: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(name.length * SLIP_SHARE_MAX)) + 1;
  for (const candidate of known) {
    const distance = edits(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein's distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
