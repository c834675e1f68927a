import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from './described.ts';
import type { Request } from 'express';
import { Account } from '#pipeline/account';
import { Refusal } from '#pipeline/desk';
import { decodeLineWebhook } from '#wire';
import { SETTINGS, type Settings } from '../settings.ts';
import { Allow } from './session.guard.ts';

/** Where LINE tells what people do. Only bytes that LINE signed are looked at, and they are kept before the 200 (F64). */
@ApiExcludeController()
@Allow('anyone')
@Controller('webhooks/line')
export class LineWebhookController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(Account) private readonly account: Account | null,
  ) {}

  @Post()
  @HttpCode(200)
  async take(@Req() request: Request): Promise<Record<string, never>> {
    const secret = this.settings.line?.secret ?? null;
    if (secret === null || !this.account) throw new Refusal('notFound', 'this service has no channel secret (SONAE_LINE_SECRET)');
    const { isSignedByLine } = await import('#channels/line');
    const raw: unknown = request.body;
    const bytes = raw instanceof Uint8Array ? raw : new Uint8Array();
    if (!isSignedByLine(bytes, request.get('x-line-signature'), secret)) throw new Refusal('forbidden', 'not signed by LINE');
    const read = decodeLineWebhook(bytes);
    if ('problem' in read) throw new Refusal('invalid', read.problem);
    await this.account.take(read.events);
    return {};
  }
}
