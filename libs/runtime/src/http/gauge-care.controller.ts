import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { z } from 'zod';
import { type Asking, GaugeCare, Refusal } from '#pipeline/desk';
import {
  type CorrectionAsk,
  correctionAsk,
  type CountAsk,
  countAsk,
  type FindingDto,
  findingDto,
  type GaugeFaultsDto,
  gaugeFaultsDto,
  type GaugeNoteAsk,
  gaugeNoteAsk,
  type LogbookEntryDto,
  logbookEntryDto,
  type MaintenanceAsk,
  maintenanceAsk,
  type MaintenanceDto,
  maintenanceDto,
} from '#wire';
import { Allow, type RequestOfStaff } from './session.guard.ts';

/** A key is made by a program; longer ones are somebody's payload. */
const KEY_CHARS_MAX = 200;
/** A month of flags; further back the history itself is read. */
const DAYS_MAX = 31;

const faultsQuery = z.strictObject({ days: z.coerce.number().int().min(1).max(DAYS_MAX).default(7) });
const logbookQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
});
const logbookPage = z.object({ items: z.array(logbookEntryDto), next: z.string().nullable() });

/** What staff does to a gauge, and what is known about its faults. A repeat with the same `Idempotency-Key` changes nothing. */
@ApiTags('headquarters')
@Allow('operator', 'duty', 'decider', 'admin')
@Controller('api/v1/gauges/:id')
export class GaugeCareController {
  constructor(@Inject(GaugeCare) private readonly care: GaugeCare) {}

  @Get('faults')
  @Allow('signedIn')
  @ApiResponse({ status: 200, description: 'What is wrong now, and how readings were flagged by day.', standardSchema: gaugeFaultsDto })
  faults(@Param('id') id: string, @Query({ schema: faultsQuery }) query: z.infer<typeof faultsQuery>): Promise<GaugeFaultsDto> {
    return this.care.faults(id, query);
  }

  @Get('logbook')
  @Allow('signedIn')
  @ApiResponse({ status: 200, description: 'What people did and what was found, newest first.', standardSchema: logbookPage })
  async logbook(
    @Param('id') id: string,
    @Query({ schema: logbookQuery }) { limit, cursor }: z.infer<typeof logbookQuery>,
  ): Promise<z.infer<typeof logbookPage>> {
    const items = await this.care.entries({ gauge: id, limit, ...(cursor === undefined ? {} : { before: cursor }) });
    return { items: [...items], next: items.length === limit ? String(items.at(-1)!.number) : null };
  }

  @Post('corrections')
  @ApiResponse({
    status: 201,
    description: 'The admitted and the raw value stay; history, charts and exports show all of them. No alert is judged anew.',
    standardSchema: logbookEntryDto,
  })
  correct(
    @Param('id') id: string,
    @Body({ schema: correctionAsk }) ask: CorrectionAsk,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<LogbookEntryDto> {
    return this.care.correct(id, ask, asking(request, key));
  }

  @Post('notes')
  @ApiResponse({ status: 201, standardSchema: logbookEntryDto })
  note(
    @Param('id') id: string,
    @Body({ schema: gaugeNoteAsk }) ask: GaugeNoteAsk,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<LogbookEntryDto> {
    return this.care.note(id, ask, asking(request, key));
  }

  @Post('count')
  @ApiResponse({
    status: 201,
    description: 'People counted by a person: a reading with the flag `manual`, from which the counters of the place count on.',
    standardSchema: logbookEntryDto,
  })
  count(
    @Param('id') id: string,
    @Body({ schema: countAsk }) ask: CountAsk,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<LogbookEntryDto> {
    return this.care.count(id, ask, asking(request, key));
  }

  @Post('maintenance')
  @ApiResponse({
    status: 201,
    description: 'Readings of that time are kept with the flag `maintenance` and move no alert. Ends by itself.',
    standardSchema: maintenanceDto,
  })
  maintain(
    @Param('id') id: string,
    @Body({ schema: maintenanceAsk }) ask: MaintenanceAsk,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<MaintenanceDto> {
    return this.care.maintain(id, ask, asking(request, key));
  }

  @Post('maintenance/:maintenance/end')
  @HttpCode(200)
  @ApiResponse({ status: 200, description: 'Over earlier than planned.', standardSchema: maintenanceDto })
  end(@Param('id') id: string, @Param('maintenance') maintenance: string, @Req() request: RequestOfStaff): Promise<MaintenanceDto> {
    return this.care.endMaintenance(id, maintenance, asking(request, undefined));
  }
}

/** What holds about any gauge: the work list of whoever keeps them in order. */
@ApiTags('headquarters')
@Allow('signedIn')
@Controller('api/v1/findings')
export class FindingsController {
  constructor(@Inject(GaugeCare) private readonly care: GaugeCare) {}

  @Get()
  @ApiResponse({ status: 200, description: 'The oldest first.', standardSchema: z.array(findingDto) })
  findings(): Promise<readonly FindingDto[]> {
    return this.care.findings();
  }
}

function asking({ staff }: RequestOfStaff, key: string | undefined): Asking {
  if (key !== undefined && key.length > KEY_CHARS_MAX)
    throw new Refusal('invalid', `Idempotency-Key has at most ${KEY_CHARS_MAX} characters`);
  return { by: staff!.user, role: staff!.role, key: key ?? null };
}
