import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { z } from 'zod';
import { NOTE_CHARS_MAX } from '#core';
import { AlertActs, type Asking, Desk, Refusal } from '#pipeline/desk';
import { type AlertDto, alertDto, type SilenceAsk, silenceAsk, type SilenceDto, silenceDto, type StaffDto, staffDto } from '#wire';
import { Allow, type RequestOfStaff } from './session.guard.ts';

/** A key is made by a program; longer ones are somebody's payload. */
const KEY_CHARS_MAX = 200;

const assignAsk = z.strictObject({ to: z.string().min(1).max(128) });
const noteAsk = z.strictObject({ text: z.string().min(1).max(NOTE_CHARS_MAX) });
const silencesQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
});
const silencesPage = z.object({ items: z.array(silenceDto), next: z.string().nullable() });

/** What staff does to an alert, and what it holds back (product §9). A repeat with the same `Idempotency-Key` changes nothing. */
@ApiTags('headquarters')
@Allow('operator', 'duty', 'decider', 'admin')
@Controller('api/v1')
export class ActsController {
  constructor(
    @Inject(AlertActs) private readonly acts: AlertActs,
    @Inject(Desk) private readonly desk: Desk,
  ) {}

  @Post('alerts/:id/mute')
  @HttpCode(200)
  @ApiResponse({
    status: 200,
    description: 'Staff hears nothing more of this episode until it clears or climbs above its present step; residents are not touched.',
    standardSchema: alertDto,
  })
  async mute(
    @Param('id') id: string,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<AlertDto> {
    await this.acts.act(id, 'mute', asking(request, key));
    this.desk.acted(id);
    return this.desk.alert(id);
  }

  @Post('alerts/:id/unmute')
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: alertDto })
  async unmute(
    @Param('id') id: string,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<AlertDto> {
    await this.acts.act(id, 'unmute', asking(request, key));
    this.desk.acted(id);
    return this.desk.alert(id);
  }

  @Post('alerts/:id/assign')
  @HttpCode(200)
  @ApiResponse({ status: 200, description: 'Assigned to a member of staff, by name.', standardSchema: alertDto })
  async assign(
    @Param('id') id: string,
    @Body({ schema: assignAsk }) { to }: z.infer<typeof assignAsk>,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<AlertDto> {
    await this.acts.act(id, 'assign', { ...asking(request, key), text: to });
    this.desk.acted(id);
    return this.desk.alert(id);
  }

  @Post('alerts/:id/note')
  @HttpCode(200)
  @ApiResponse({ status: 200, description: 'Also on an episode that is over.', standardSchema: alertDto })
  async note(
    @Param('id') id: string,
    @Body({ schema: noteAsk }) { text }: z.infer<typeof noteAsk>,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<AlertDto> {
    await this.acts.act(id, 'note', { ...asking(request, key), text });
    this.desk.acted(id);
    return this.desk.alert(id);
  }

  @Get('staff')
  @ApiResponse({ status: 200, description: 'To whom an alert can be assigned.', standardSchema: z.array(staffDto) })
  staff(): Promise<readonly StaffDto[]> {
    return this.acts.staff();
  }

  @Get('silences')
  @Allow('signedIn')
  @ApiResponse({ status: 200, description: 'Newest first, those that are over included.', standardSchema: silencesPage })
  async silences(
    @Query({ schema: silencesQuery }) { limit, cursor }: z.infer<typeof silencesQuery>,
  ): Promise<z.infer<typeof silencesPage>> {
    const items = await this.acts.silences({ limit, ...(cursor === undefined ? {} : { before: cursor }) });
    return { items: [...items], next: items.length === limit ? String(items.at(-1)!.number) : null };
  }

  @Post('silences')
  @Allow('duty', 'decider', 'admin')
  @ApiResponse({
    status: 201,
    description:
      'Holds messages back until its end, for a reason. Words to residents need a decider. What is held back stands in the deliveries.',
    standardSchema: silenceDto,
  })
  async silence(
    @Body({ schema: silenceAsk }) ask: SilenceAsk,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<SilenceDto> {
    const silence = await this.acts.silence(ask, asking(request, key));
    this.desk.acted(null);
    return silence;
  }

  @Post('silences/:id/end')
  @HttpCode(200)
  @Allow('duty', 'decider', 'admin')
  @ApiResponse({ status: 200, description: 'Ended early; staff is told what still stands.', standardSchema: silenceDto })
  async end(@Param('id') id: string, @Req() request: RequestOfStaff): Promise<SilenceDto> {
    const silence = await this.acts.endSilence(id, request.staff!.user, request.ip);
    this.desk.acted(null);
    return silence;
  }
}

function asking({ staff, ip }: RequestOfStaff, key: string | undefined): Asking {
  if (key !== undefined && key.length > KEY_CHARS_MAX)
    throw new Refusal('invalid', `Idempotency-Key has at most ${KEY_CHARS_MAX} characters`);
  return { by: staff!.user, role: staff!.role, key: key ?? null, from: ip };
}
