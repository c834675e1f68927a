/**
 * Where the people of a delivery lived when its audience was frozen, of the districts that were asked for. Everybody is in one of a few sets of
 * districts, so that 500 people take about a kilobyte, and a split or a bounce still knows whose district it touches.
 */
export interface Homes {
  /** Sets of district codes that occur, each once; the codes in the order of their text. */
  readonly sets: readonly (readonly string[])[];
  /** For each recipient, in their order, the index of their set. */
  readonly of: readonly number[];
}

/** The homes of people in their order. */
export function homesOf(districts: readonly (readonly string[])[]): Homes {
  const known = new Map<string, number>();
  const sets: (readonly string[])[] = [];
  const of = districts.map((codes) => {
    const set = codes.toSorted();
    const key = JSON.stringify(set);
    const index = known.get(key) ?? sets.push(set) - 1;
    known.set(key, index);
    return index;
  });
  return { sets, of };
}

/** The districts of the person at a place in the order; none when nothing is known of them. */
export const homeAt = (homes: Homes | undefined, index: number): readonly string[] => homes?.sets[homes.of[index] ?? -1] ?? [];

/** The homes of the people from one place in the order up to before another. */
export const homesPart = (homes: Homes, from: number, to?: number): Homes =>
  homesOf(homes.of.slice(from, to).map((_, index) => homeAt(homes, from + index)));
