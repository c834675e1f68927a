import { Body, Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { Directory } from '#core';
import { PersonalData, type PersonalDataAsk } from '#pipeline/desk';
import {
  type ErasureDto,
  erasureDto,
  shownCounts,
  type SubscriberAsk,
  subscriberAsk,
  type SubscriberCountsDto,
  subscriberCountsDto,
  type SubscriberExportDto,
  subscriberExportDto,
} from '#wire';
import { Allow, Fresh, type RequestOfStaff } from './session.guard.ts';

/** Those who subscribed: figures for staff, and what a person may ask about themselves, done for them by an administrator. */
@ApiTags('headquarters')
@Controller('api/v1/subscribers')
export class SubscribersController {
  constructor(
    @Inject(Directory) private readonly directory: Directory,
    @Inject(PersonalData) private readonly personal: PersonalData,
  ) {}

  @Get()
  @Allow('signedIn')
  @ApiResponse({
    status: 200,
    description: 'How many subscribed, by channel, language and district. A figure of one to four people is null.',
    standardSchema: subscriberCountsDto,
  })
  async counts(): Promise<SubscriberCountsDto> {
    return shownCounts(await this.directory.counts());
  }

  @Post('export')
  @HttpCode(200)
  @Allow('admin')
  @Fresh()
  @ApiResponse({ status: 200, description: 'Everything that is held about one person.', standardSchema: subscriberExportDto })
  export(@Body({ schema: subscriberAsk }) ask: SubscriberAsk, @Req() request: RequestOfStaff): Promise<SubscriberExportDto> {
    return this.personal.export(askOf(ask, request));
  }

  @Post('erase')
  @HttpCode(200)
  @Allow('admin')
  @Fresh()
  @ApiResponse({
    status: 200,
    description: 'Forgotten, with choices, tickets and reports. What they were told stays provable by a number that leads to nobody.',
    standardSchema: erasureDto,
  })
  erase(@Body({ schema: subscriberAsk }) ask: SubscriberAsk, @Req() request: RequestOfStaff): Promise<ErasureDto> {
    return this.personal.erase(askOf(ask, request));
  }
}

function askOf({ channel, address }: SubscriberAsk, { staff, ip }: RequestOfStaff): PersonalDataAsk {
  return { channel, address, by: staff!.user, role: staff!.role, ...(ip !== undefined && { from: ip }) };
}
