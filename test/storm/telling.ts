import { shrink } from './shrink.ts';
import { play, type Spoiled } from './storm.ts';
import { type Step, storyOf } from './story.ts';

export interface Telling {
  readonly first: number;
  readonly seeds: number;
  readonly steps: number;
  readonly print: (line: string) => void;
  readonly spoiled?: Spoiled;
  /** Where it is added up how often each kind of thing came about. */
  readonly reached?: Map<string, number>;
}

/** Plays seed after seed. The first that fails is told with its steps and as the shortest story that still fails the same way. */
export async function tell({ first, seeds, steps, print, spoiled = {}, reached = new Map() }: Telling): Promise<boolean> {
  for (let seed = first; seed < first + seeds; seed += 1) {
    const story = storyOf(seed, steps);
    const end = await play(story, spoiled);
    for (const [what, times] of end.reached) reached.set(what, (reached.get(what) ?? 0) + times);
    if (end.broken === null) continue;
    print(`seed ${seed} fails at step ${end.atStep} of ${steps}: ${end.broken}`);
    print(`again: npm run storm -- --seed ${seed} --steps ${steps}`);
    const short = await shrink(story, async (shorter) => (await play(shorter, spoiled)).broken);
    print(`the shortest story found, ${short.steps.length} steps: ${short.broken}`);
    for (const [index, step] of short.steps.entries()) print(`${String(index + 1).padStart(3)}  ${words(step)}`);
    return false;
  }
  print(`${seeds} seeds of ${steps} steps from ${first} on: every invariant held`);
  for (const [what, times] of [...reached].toSorted(([a], [b]) => (a < b ? -1 : 1))) print(`${String(times).padStart(9)}  ${what}`);
  return true;
}

const words = ({ kind, ...rest }: Step): string => `${kind} ${JSON.stringify(rest)}`;
