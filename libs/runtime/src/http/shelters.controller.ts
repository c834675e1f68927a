import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { z } from 'zod';
import { Refusal, ShelterDesk } from '#pipeline/desk';
import { type ShelterDto, shelterDto, type ShelterOpeningAsk, shelterOpeningAsk } from '#wire';
import { Allow, type RequestOfStaff } from './session.guard.ts';

/** A key is made by a program; longer ones are somebody's payload. */
const KEY_CHARS_MAX = 200;

/** Shelters: open or closed by staff's word, and how full they are. */
@ApiTags('headquarters')
@Allow('signedIn')
@Controller('api/v1/shelters')
export class SheltersController {
  constructor(@Inject(ShelterDesk) private readonly shelters: ShelterDesk) {}

  @Get()
  @ApiResponse({ status: 200, description: 'In the order of the playbook.', standardSchema: z.array(shelterDto) })
  list(): Promise<readonly ShelterDto[]> {
    return this.shelters.list();
  }

  @Post(':id/opening')
  @HttpCode(200)
  @Allow('operator', 'duty', 'decider', 'admin')
  @ApiResponse({
    status: 200,
    description: 'Residents who ask for shelters are told from now on. A repeat with the same `Idempotency-Key` changes nothing.',
    standardSchema: shelterDto,
  })
  say(
    @Param('id') id: string,
    @Body({ schema: shelterOpeningAsk }) ask: ShelterOpeningAsk,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<ShelterDto> {
    if (key !== undefined && key.length > KEY_CHARS_MAX)
      throw new Refusal('invalid', `Idempotency-Key has at most ${KEY_CHARS_MAX} characters`);
    return this.shelters.say(id, ask, { by: request.staff!.user, key: key ?? null });
  }
}
