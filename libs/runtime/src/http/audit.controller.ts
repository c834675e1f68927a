import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiProduces, ApiResponse, ApiTags } from './described.ts';
import type { Response } from 'express';
import type { z } from 'zod';
import { Audit, AUDIT_ACTS, AUDIT_CSV_HEAD, auditCsvLine, type AuditQuery, Clock } from '#core';
import { type AuditAsk, auditPage, type AuditPageDto, auditQuery, auditSheetQuery, type AuditStandingDto, auditStandingDto } from '#wire';
import { Notary } from '../notary.ts';
import { Allow, type RequestOfStaff } from './session.guard.ts';

/** Entries read at once for a sheet; the process breathes between two reads. */
const SHEET_PAGE = 500;

/** What was done by whom, for those who look after it (product §2.8). */
@ApiTags('audit')
@Allow('auditor', 'admin')
@Controller('api/v1')
export class AuditController {
  constructor(
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Notary) private readonly notary: Notary,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get('audit')
  @ApiResponse({ status: 200, description: 'Newest first; each condition that is given holds.', standardSchema: auditPage })
  async list(@Query({ schema: auditQuery }) ask: AuditAsk): Promise<AuditPageDto> {
    const items = await this.audit.entries(queryOf(ask));
    return { items: [...items], next: items.length === ask.limit ? String(items.at(-1)!.number) : null };
  }

  @Get('audit/standing')
  @ApiResponse({
    status: 200,
    description: 'How the chain stands as far as this process has looked, and the newest checkpoint.',
    standardSchema: auditStandingDto,
  })
  async standing(): Promise<AuditStandingDto> {
    const { number, hash } = await this.audit.head();
    const { checkpoint, faults } = this.notary.standing;
    return {
      entries: number,
      hash,
      checkpoint: checkpoint && { number: checkpoint.number, at: checkpoint.at },
      faults: faults.map(({ kind, from, to }) => ({ kind, from, to })),
    };
  }

  @Get('audit.csv')
  @ApiProduces('text/csv')
  @ApiResponse({ status: 200, description: 'Entries of a stretch of time, newest first. Taking the sheet is written down itself.' })
  async sheet(
    @Query({ schema: auditSheetQuery }) ask: z.infer<typeof auditSheetQuery>,
    @Req() request: RequestOfStaff,
    @Res() response: Response,
  ): Promise<void> {
    const { user, role } = request.staff!;
    const [own] = await this.audit.append([
      {
        at: this.clock.now(),
        by: user,
        role,
        act: 'exported',
        subject: 'audit',
        after: ask,
        ...(request.ip !== undefined && { from: request.ip }),
      },
    ]);
    response.type('text/csv; charset=utf-8').setHeader('content-disposition', 'attachment; filename="audit.csv"');
    // A reader who goes away ends the reading; there is nobody left to tell.
    await pipeline(Readable.from(this.#lines(ask, own!.number)), response).catch(() => undefined);
  }

  /** The mark by which spreadsheets recognise UTF-8, the head, and page after page. */
  async *#lines({ since, until }: z.infer<typeof auditSheetQuery>, before: number): AsyncIterable<string> {
    yield `\uFEFF${AUDIT_CSV_HEAD}`;
    for (let cursor = before; ;) {
      const page = await this.audit.entries({ ...queryOf({ since, until, limit: SHEET_PAGE }), before: cursor });
      if (page.length > 0) yield page.map(auditCsvLine).join('');
      if (page.length < SHEET_PAGE) return;
      cursor = page.at(-1)!.number;
    }
  }
}

function queryOf({ limit, cursor, group, act, by, subject, since, until }: AuditAsk): AuditQuery {
  const acts = act !== undefined ? [act] : group === undefined ? undefined : AUDIT_ACTS[group];
  return {
    limit,
    ...(cursor !== undefined && { before: cursor }),
    ...(acts && { acts }),
    ...(by !== undefined && { by }),
    ...(subject !== undefined && { subject }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}
