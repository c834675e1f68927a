import type { ChannelName } from './delivery.ts';
import { EVACUATION_CATEGORY } from './directory.ts';
import type { Playbook } from './playbook.ts';

/** The one choice by which residents take part in drills. In the directory it stands as the categories that it means. */
export const DRILL_CHOICE = 'drill';

/** What residents may choose on a channel beside evacuation, which everybody hears: in the order of the playbook's routes, drills last. */
export const residentChoices = ({ routes, drills }: Pick<Playbook, 'routes' | 'drills'>, channel: ChannelName): readonly string[] => [
  ...new Set(
    routes.flatMap(({ audience, channels }) =>
      audience.kind === 'residents' && channels.includes(channel) && audience.category !== EVACUATION_CATEGORY ? [audience.category] : [],
    ),
  ),
  ...(drills ? [DRILL_CHOICE] : []),
];

const EXERCISE = 'exercise/';
/** Staff groups, also in drills, and test users are put in by the administrator: nobody chooses them. */
export const isAssigned = (category: string): boolean => /^(?:(?:exercise\/)?staff:|test\/)/.test(category);
const isDrill = (category: string): boolean => category.startsWith(EXERCISE) && !isAssigned(category);

/** The categories of somebody as they see their choices: all that concerns drills is one. */
export const choicesOf = (categories: readonly string[]): readonly string[] => [
  ...categories.filter((category) => !isDrill(category)),
  ...(categories.some(isDrill) ? [DRILL_CHOICE] : []),
];

/** The categories behind choices. Whoever takes part in drills hears in a drill what they would hear if it were real, and nothing else. */
export function categoriesOf(choices: readonly string[]): readonly string[] {
  const real = choices.filter((choice) => choice !== DRILL_CHOICE && !isDrill(choice));
  if (!choices.includes(DRILL_CHOICE)) return real;
  return [...real, ...real.filter((category) => !isAssigned(category)).map((category) => `${EXERCISE}${category}`)];
}
