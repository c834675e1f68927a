import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { z } from 'zod';
import { Bounces } from '#core';
import { type BounceDto, bounceDto } from '#wire';
import { Allow } from './session.guard.ts';

const ROWS_MAX = 200;
const bouncesQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(ROWS_MAX).default(50),
  cursor: z.coerce.number().int().positive().optional(),
});

/** What came back of mails: who is not reached although the relay took the mail. */
@ApiTags('headquarters')
@Allow('signedIn')
@Controller('api/v1/mail')
export class BouncesController {
  constructor(@Inject(Bounces) private readonly bounces: Bounces) {}

  @Get('bounces')
  @ApiResponse({
    status: 200,
    description: 'Newest first.',
    standardSchema: z.object({ items: z.array(bounceDto), next: z.string().nullable() }),
  })
  async list(
    @Query({ schema: bouncesQuery }) { limit, cursor }: z.infer<typeof bouncesQuery>,
  ): Promise<{ readonly items: readonly BounceDto[]; readonly next: string | null }> {
    const found = await this.bounces.list({ limit, ...(cursor === undefined ? {} : { before: cursor }) });
    const items = found.map(({ number, bounce }) => ({ number, ...bounce }));
    return { items, next: items.length === limit ? String(items.at(-1)!.number) : null };
  }
}
