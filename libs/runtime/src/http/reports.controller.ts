import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { z } from 'zod';
import { REPORT_ROLES, RESIDENT_REPORT_KINDS, RESIDENT_REPORT_STATES } from '#core';
import { ReportDesk } from '#pipeline/desk';
import { type ResidentReportAct, residentReportAct, type ResidentReportDto, residentReportDto } from '#wire';
import { Allow, type RequestOfStaff } from './session.guard.ts';

const query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(32).optional(),
  kind: z.enum(RESIDENT_REPORT_KINDS).optional(),
  state: z.enum(RESIDENT_REPORT_STATES).optional(),
});
const page = z.object({ items: z.array(residentReportDto), next: z.string().nullable() });

/** What residents report. */
@ApiTags('headquarters')
@Allow(...REPORT_ROLES)
@Controller('api/v1/reports')
export class ReportsController {
  constructor(@Inject(ReportDesk) private readonly reports: ReportDesk) {}

  @Get()
  @ApiResponse({ status: 200, description: 'Those who need help first, then the newest.', standardSchema: page })
  async list(@Query({ schema: query }) { limit, cursor, kind, state }: z.infer<typeof query>): Promise<z.infer<typeof page>> {
    const { items, next } = await this.reports.list({
      limit,
      ...(cursor === undefined ? {} : { cursor }),
      ...(kind === undefined ? {} : { kind }),
      ...(state === undefined ? {} : { state }),
    });
    return { items: [...items], next };
  }

  @Post(':id/see')
  @HttpCode(200)
  @ApiResponse({ status: 200, description: 'Somebody looks after it. Again changes nothing.', standardSchema: residentReportDto })
  see(
    @Param('id') id: string,
    @Body({ schema: residentReportAct }) { note }: ResidentReportAct,
    @Req() request: RequestOfStaff,
  ): Promise<ResidentReportDto> {
    return this.reports.act(id, 'see', { by: request.staff!.user, note });
  }

  @Post(':id/close')
  @HttpCode(200)
  @ApiResponse({ status: 200, description: 'Nothing is left to do; it stays closed.', standardSchema: residentReportDto })
  close(
    @Param('id') id: string,
    @Body({ schema: residentReportAct }) { note }: ResidentReportAct,
    @Req() request: RequestOfStaff,
  ): Promise<ResidentReportDto> {
    return this.reports.act(id, 'close', { by: request.staff!.user, note });
  }
}
