import { z } from 'zod';

/** Shapes of `api/v1/playbook`. Instants are epoch milliseconds by the server's clock. */
const instant = z.number().int().min(0).max(8_640_000_000_000_000);

const problemDto = z
  .object({
    file: z.string(),
    /** Lines and columns count from 1. */
    line: z.number().int(),
    column: z.number().int().optional(),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
  })
  .meta({ id: 'PlaybookProblem' });

export const playbookUseDto = z
  .object({ number: z.number().int(), version: z.string(), at: instant, by: z.string() })
  .meta({ id: 'PlaybookUse', description: 'A version came in force. One that was put back is a use of its own.' });
export type PlaybookUseDto = z.infer<typeof playbookUseDto>;

export const playbookDto = z
  .object({
    version: z.string(),
    /** Since when it is in force, and who or what loaded it. */
    since: instant,
    by: z.string(),
    city: z.string(),
    gauges: z.number().int(),
    rules: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        kind: z.string(),
        /** The rule as headquarters wrote it; null for a playbook that is in no folder. */
        text: z.string().nullable(),
        gauges: z.number().int(),
        staffOnly: z.boolean(),
        shadow: z.boolean(),
      }),
    ),
    /** Rules that are not judged on a gauge because it was moved and its thresholds were not given anew (F46). */
    blocked: z.array(z.object({ rule: z.string(), gauge: z.string(), why: z.string() })),
    /** A change of the folder that is not in force, and why; null when the folder is what is in force. */
    pending: z.object({ since: instant, problems: z.array(problemDto).readonly() }).nullable(),
  })
  .meta({ id: 'Playbook' });
export type PlaybookDto = z.infer<typeof playbookDto>;

export const playbookVersionDto = z
  .object({ version: z.string(), files: z.array(z.object({ name: z.string(), bytes: z.number().int(), text: z.string() })) })
  .meta({ id: 'PlaybookVersion', description: 'The files as they were in force; bytes that are no UTF-8 are replaced in `text`.' });
export type PlaybookVersionDto = z.infer<typeof playbookVersionDto>;

const hearersDto = z.object({
  route: z.string(),
  audience: z.string(),
  of: z.string(),
  districts: z.array(z.string()).readonly(),
  channels: z.array(z.string()).readonly(),
  subscribers: z.number().int(),
});
const episodeDto = z
  .object({
    raisedAt: instant,
    endedAt: instant.nullable(),
    top: z.string(),
    topStep: z.number().int(),
    heard: z.array(hearersDto).readonly(),
  })
  .nullable();

/** What the playbook in force and a changed one would have said of the same readings. */
const effectDto = z
  .object({
    beforeVersion: z.string(),
    afterVersion: z.string(),
    from: instant,
    to: instant,
    readings: z.number().int(),
    isComplete: z.boolean(),
    episodes: z.object({ before: z.number().int(), after: z.number().int(), same: z.number().int() }),
    differences: z
      .array(
        z.object({
          kind: z.enum(['added', 'removed', 'changed']),
          rule: z.string(),
          ruleName: z.string(),
          gauge: z.string(),
          gaugeName: z.string(),
          before: episodeDto,
          after: episodeDto,
        }),
      )
      .readonly(),
    differencesLeftOut: z.number().int(),
    routes: z.array(z.object({ route: z.string(), before: z.number().int(), after: z.number().int() })).readonly(),
    moved: z.array(z.string()).readonly(),
    converted: z.array(z.string()).readonly(),
  })
  .meta({ id: 'PlaybookEffect' });

export const previewDto = z
  .object({ version: z.string().nullable(), problems: z.array(problemDto).readonly(), effect: effectDto.nullable() })
  .meta({ id: 'PlaybookPreview' });
export type PreviewDto = z.infer<typeof previewDto>;
