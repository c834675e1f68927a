import { EVACUATION_CATEGORY, type Playbook } from '#core';

/** What residents may hear by mail beside evacuation, which everybody hears: in the order of the playbook's routes. */
export const residentCategories = ({ routes }: Pick<Playbook, 'routes'>): readonly string[] => [
  ...new Set(
    routes.flatMap(({ audience, channels }) =>
      audience.kind === 'residents' && channels.includes('disaster-mail') && audience.category !== EVACUATION_CATEGORY
        ? [audience.category]
        : [],
    ),
  ),
];
