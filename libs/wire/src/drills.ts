import { z } from 'zod';
import { DRILL_ENDINGS, DRILL_GAUGES_MAX, DRILL_NAME_CHARS_MAX, DRILL_REASON_CHARS_MAX, DRILL_SPEED_MAX, DRILL_STATES } from '#core';

const instant = z.number().int().min(0).max(8_640_000_000_000_000);
/** Without dots or slashes: it names a file in one folder and nothing beside it. */
const floodName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'small letters, digits and hyphens, without .csv');
const gaugeName = z.string().min(1).max(128);

/** A past flood that plays into a drill, at N times its speed. */
export const drillScriptDto = z.strictObject({
  /** `playbook`: `floods/{name}.csv` in the playbook's folder; `data`: the same in the data folder. */
  source: z.enum(['playbook', 'data']),
  name: floodName,
  speed: z.number().min(1).max(DRILL_SPEED_MAX).default(1),
  /** Which gauge of the file speaks for which gauge of the playbook, and what is added to its values; empty: the same names. */
  map: z
    .array(z.strictObject({ from: gaugeName, to: gaugeName, shift: z.number().min(-10_000).max(10_000).default(0) }))
    .max(DRILL_GAUGES_MAX)
    .default([]),
});

/** What is asked for: a drill of its own, or one of the playbook's usual ones by its id. */
export const drillAsk = z.union([
  z.strictObject({
    usual: z.string().min(1).max(64),
    reason: z.string().trim().min(1).max(DRILL_REASON_CHARS_MAX),
  }),
  z.strictObject({
    name: z.string().trim().min(1).max(DRILL_NAME_CHARS_MAX),
    reason: z.string().trim().min(1).max(DRILL_REASON_CHARS_MAX),
    endsAt: instant,
    script: drillScriptDto.nullable().default(null),
  }),
]);
export type DrillAsk = z.infer<typeof drillAsk>;

export const drillEndAsk = z.strictObject({ reason: z.string().trim().min(1).max(DRILL_REASON_CHARS_MAX) });
export type DrillEndAsk = z.infer<typeof drillEndAsk>;

export const drillDto = z
  .object({
    id: z.string(),
    number: z.number().int(),
    name: z.string(),
    reason: z.string(),
    state: z.enum(DRILL_STATES),
    preparedBy: z.string(),
    preparedAt: instant,
    confirmedBy: z.string().nullable(),
    startedAt: instant.nullable(),
    endsAt: instant,
    endedAt: instant.nullable(),
    /** Null for the service itself. */
    endedBy: z.string().nullable(),
    ending: z.enum(DRILL_ENDINGS).nullable(),
    endWhy: z.string(),
    script: drillScriptDto.nullable(),
    /** Only while it runs: its own time, how much of the script was played, how many people take part. */
    running: z.object({ drillTime: instant, played: z.number().nullable(), audience: z.number().int() }).nullable(),
  })
  .meta({
    id: 'Drill',
    description: 'A drill with its record. Its place is below /drill/ while it runs. All instants but drillTime are real.',
  });
export type DrillDto = z.infer<typeof drillDto>;

export const usualDrillDto = z
  .object({ id: z.string(), name: z.string(), lastsMs: z.number().int(), script: drillScriptDto.nullable(), note: z.string() })
  .meta({ id: 'UsualDrill' });
export type UsualDrillDto = z.infer<typeof usualDrillDto>;

/** The drill that runs, on every screen of both places. */
export const drillNowDto = z
  .object({
    id: z.string(),
    name: z.string(),
    /** In real time. */
    endsAt: instant,
    /** How many times faster than real time the drill's own clock runs. */
    speed: z.number(),
    realTime: instant,
  })
  .meta({ id: 'DrillNow' });
export type DrillNowDto = z.infer<typeof drillNowDto>;
