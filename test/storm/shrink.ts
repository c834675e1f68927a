/** Stories played at most while one is made shorter: at a tenth of a second each, half a minute. */
const PLAYS_MAX = 300;

/**
 * Leaves out runs of steps, halves first and single steps last, for as long as the story still breaks something: what remains is what it takes.
 * `brokenBy` tells what a story breaks, or null.
 */
export async function shrink<S>(
  story: readonly S[],
  brokenBy: (story: readonly S[]) => Promise<string | null>,
): Promise<{ readonly steps: readonly S[]; readonly broken: string | null }> {
  let steps = story;
  let broken = await brokenBy(story);
  let plays = 1;
  for (let run = Math.ceil(steps.length / 2); run >= 1 && broken !== null; run = run === 1 ? 0 : Math.ceil(run / 2)) {
    for (let from = 0; from < steps.length && plays < PLAYS_MAX; plays += 1) {
      const shorter = steps.toSpliced(from, run);
      const still = await brokenBy(shorter);
      if (still === null) from += run;
      else [steps, broken] = [shorter, still];
    }
  }
  return { steps, broken };
}
