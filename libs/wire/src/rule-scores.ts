import { z } from 'zod';

const count = z.number().int().min(0);
const instant = z.number().int().min(0).max(8_640_000_000_000_000);

/** What a shadow rule would have told, and how it met what the water did. Null where nothing can be compared. */
export const ruleScoreDto = z
  .object({
    rule: z.string(),
    name: z.string(),
    kind: z.string(),
    /** How often it raised an alert. */
    alarms: count,
    /** Changes that each of its routes would have told. */
    routes: z.array(z.object({ route: z.string(), changes: count })),
    hits: count.nullable(),
    misses: count.nullable(),
    falseAlarms: count.nullable(),
    leadTimeMin: z.number().nullable(),
  })
  .meta({ id: 'RuleScore' });
export type RuleScoreDto = z.infer<typeof ruleScoreDto>;

export const ruleScoresDto = z
  .object({
    /** The days that were looked at. */
    from: instant,
    to: instant,
    playbookVersion: z.string(),
    scores: z.array(ruleScoreDto),
  })
  .meta({ id: 'RuleScores' });
export type RuleScoresDto = z.infer<typeof ruleScoresDto>;
