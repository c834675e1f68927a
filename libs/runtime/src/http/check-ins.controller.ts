import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import type { Response } from 'express';
import { z } from 'zod';
import type { Playbook } from '#core';
import { DOOR_HEADERS, sheetPage } from '#door-page';
import { Html } from '#html';
import { CheckInDesk, Refusal } from '#pipeline/desk';
import { type CheckInDto, checkInAsk, checkInDto, type CheckInStaffAsk, type DoorSheetAsk, doorSheetAsk } from '#wire';
import { PLAYBOOK } from '../modules/adapters.module.ts';
import { PLACE, type Place } from '../place.ts';
import { keyOf } from './idempotency-key.ts';
import { Allow, type RequestOfStaff } from './session.guard.ts';

const sheetQuery = z.strictObject({ format: z.enum(['html', 'svg']).default('html') });

/** The desk of a shelter: who came, who went, and the sheet at the door. */
@ApiTags('headquarters')
@Allow('operator', 'duty', 'decider', 'admin')
@Controller('api/v1/shelters/:id')
export class CheckInsController {
  constructor(
    @Inject(CheckInDesk) private readonly desk: CheckInDesk,
    @Inject(PLAYBOOK) private readonly playbook: Playbook,
    @Inject(PLACE) private readonly place: Place,
  ) {}

  @Get('check-ins')
  @ApiResponse({ status: 200, description: 'The count, its newest lines, and who is in.', standardSchema: checkInDto })
  view(@Param('id') id: string): Promise<CheckInDto> {
    return this.desk.view(id);
  }

  @Post('check-ins')
  @HttpCode(200)
  @ApiResponse({
    status: 200,
    description:
      'Counted once it is on disk; it goes into the occupancy as a reading. Needs an `Idempotency-Key`: a repeat with the same one counts nothing.',
    standardSchema: checkInDto,
  })
  act(
    @Param('id') id: string,
    @Body({ schema: checkInAsk }) ask: CheckInStaffAsk,
    @Headers('idempotency-key') header: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<CheckInDto> {
    const key = keyOf(header);
    // A tablet on a bad network repeats what it does not know to be counted; without a key a family would be counted twice.
    if (key === null || key === '') throw new Refusal('invalid', 'checking in needs an Idempotency-Key');
    return this.desk.act(id, ask, { by: request.staff!.user, key });
  }

  @Get('door-sheet')
  @ApiResponse({ status: 200, description: 'The sheet for the door, to be printed on A4; with format=svg the code alone.' })
  async sheet(
    @Param('id') id: string,
    @Query({ schema: sheetQuery }) { format }: z.infer<typeof sheetQuery>,
    @Res() response: Response,
  ): Promise<void> {
    const { door, shelter } = await this.desk.view(id);
    // Level Q: a quarter of it may be wet, torn or in shadow.
    const { toString: qrCode } = await import('qrcode');
    const svg = await qrCode(door.url, { type: 'svg', errorCorrectionLevel: 'Q', margin: 4 });
    if (format === 'svg') {
      response
        .status(200)
        .set({ 'content-type': 'image/svg+xml', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
        .send(svg);
      return;
    }
    const { city } = this.playbook;
    const page = sheetPage({
      shelter: shelter.name,
      city: city.name,
      sheet: door.sheet,
      isDrill: this.place.status !== 'actual',
      code: new Html(svg),
    });
    response.status(200).set(DOOR_HEADERS).send(page.markup);
  }

  @Post('door-sheet')
  @HttpCode(200)
  @ApiResponse({
    status: 200,
    description: 'A new sheet: codes on all earlier ones count nobody from now on. Whoever came in by one still leaves by their page.',
    standardSchema: checkInDto,
  })
  renewSheet(
    @Param('id') id: string,
    @Body({ schema: doorSheetAsk }) { replaces }: DoorSheetAsk,
    @Req() request: RequestOfStaff,
  ): Promise<CheckInDto> {
    return this.desk.renewSheet(id, { replaces, by: request.staff!.user });
  }
}
