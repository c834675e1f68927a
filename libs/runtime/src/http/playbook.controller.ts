import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { z } from 'zod';
import { isBlocked, Ledger, PlaybookVersions, selects } from '#core';
import { Refusal } from '#pipeline/desk';
import { EFFECT_DAYS } from '#pipeline/replay';
import { ruleTextOf } from '#playbook';
import {
  type PlaybookDto,
  playbookDto,
  type PlaybookUseDto,
  playbookUseDto,
  type PlaybookVersionDto,
  playbookVersionDto,
  type PreviewDto,
  previewDto,
} from '#wire';
import { InForce } from '../in-force.ts';
import { PlaybookFolder } from '../playbook-folder.ts';
import { Preview } from '../preview.ts';
import { Allow } from './session.guard.ts';

const versionsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
});
const versionsPage = z.object({ items: z.array(playbookUseDto), next: z.string().nullable() });

/** A whole playbook has a dozen texts; five hundred files are its bound. */
const FILES_MAX = 500;
const previewAsk = z.strictObject({
  /** New texts by the names of their files; null removes one. All others stay as they are in force. */
  files: z.record(z.string().max(200), z.string().nullable()).refine((files) => Object.keys(files).length <= FILES_MAX, 'too many files'),
  days: z.number().int().min(1).max(EFFECT_DAYS).default(EFFECT_DAYS),
});
const progressDto = z.object({ share: z.number().nullable() });

/** The playbook in force and the ones before it. */
@ApiTags('playbook')
@Allow('signedIn')
@Controller('api/v1/playbook')
export class PlaybookController {
  constructor(
    @Inject(InForce) private readonly inForce: InForce,
    @Inject(PlaybookFolder) private readonly folder: PlaybookFolder | null,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(PlaybookVersions) private readonly versions: PlaybookVersions,
    @Inject(Preview) private readonly preview: Preview,
  ) {}

  @Get()
  @ApiResponse({ status: 200, description: 'In force, with what is wrong with a change that is not.', standardSchema: playbookDto })
  async show(): Promise<PlaybookDto> {
    const { version, city, gauges, rules } = this.inForce.playbook();
    const { files, use } = this.inForce;
    const pending = this.folder?.pending ?? null;
    const { alerts } = await this.ledger.watchState();
    return {
      version,
      since: use.at,
      by: use.by,
      city: city.name,
      gauges: gauges.size,
      rules: await Promise.all(
        rules.map(async (rule) => ({
          id: rule.id,
          name: rule.name,
          kind: rule.kind,
          text: files && (await ruleTextOf(files, rule.id)),
          gauges: [...gauges.values()].filter((gauge) => selects(rule.selector, gauge)).length,
          staffOnly: rule.staffOnly,
          shadow: rule.shadow,
        })),
      ),
      blocked: alerts.filter(isBlocked).map(({ ruleId, gauge, parked }) => ({ rule: ruleId, gauge, why: parked ?? '' })),
      pending,
    };
  }

  @Get('versions')
  @ApiResponse({ status: 200, description: 'What was in force, newest first.', standardSchema: versionsPage })
  async uses(
    @Query({ schema: versionsQuery }) { limit, cursor }: z.infer<typeof versionsQuery>,
  ): Promise<{ readonly items: readonly PlaybookUseDto[]; readonly next: string | null }> {
    const items = await this.versions.uses({ limit, ...(cursor === undefined ? {} : { before: cursor }) });
    return { items, next: items.length === limit ? String(items.at(-1)!.number) : null };
  }

  @Get('versions/:version')
  @ApiResponse({ status: 200, standardSchema: playbookVersionDto })
  async version(@Param('version') version: string): Promise<PlaybookVersionDto> {
    const files = await this.versions.files(version);
    if (!files) throw new Refusal('notFound', `the playbook ${version} was never in force here`);
    return {
      version,
      files: [...files].map(([name, bytes]) => ({ name, bytes: bytes.length, text: Buffer.from(bytes).toString('utf8') })),
    };
  }

  @Post('preview')
  @HttpCode(200)
  @Allow('decider', 'admin')
  @ApiResponse({
    status: 200,
    description: 'What the changed files would have raised on the readings of the last days, when and for whom. Nothing is saved.',
    standardSchema: previewDto,
  })
  tryOut(@Body({ schema: previewAsk }) { files, days }: z.infer<typeof previewAsk>): Promise<PreviewDto> {
    return this.preview.of(files, days);
  }

  @Get('preview')
  @Allow('decider', 'admin')
  @ApiResponse({ status: 200, description: 'How far the preview under way is; null when there is none.', standardSchema: progressDto })
  progress(): z.infer<typeof progressDto> {
    return { share: this.preview.share };
  }
}
