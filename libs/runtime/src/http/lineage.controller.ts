import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { z } from 'zod';
import type { Role } from '#core';
import { type ChainGround, chainOf } from '#pipeline/desk';
import { chainDto, type LineageDto, type OrderLineageDto } from '#wire';
import { Allow, type RequestOfStaff } from './session.guard.ts';

/** What the chain is read from. */
export const LINEAGE_GROUND = Symbol('lineage ground');

/** The longest id is that of a delivery. */
const lineageQuery = z.strictObject({ of: z.string().min(1).max(512) });

/** Who reads addresses as they are: whoever answers for them, and whoever audits that. */
const SEEING: ReadonlySet<Role> = new Set<Role>(['admin', 'auditor']);

@ApiTags('headquarters')
@Allow('signedIn')
@Controller('api/v1/lineage')
export class LineageController {
  constructor(@Inject(LINEAGE_GROUND) private readonly ground: ChainGround) {}

  @Get()
  @ApiResponse({
    status: 200,
    description:
      'The chain from an alert, an order, a transition, message or delivery (by its id, a LINE retry key or the Message-ID of a mail) back to who decided, to readings and device.',
    standardSchema: chainDto,
  })
  lineage(
    @Query({ schema: lineageQuery }) { of }: z.infer<typeof lineageQuery>,
    @Req() request: RequestOfStaff,
  ): Promise<LineageDto | OrderLineageDto> {
    return chainOf(of, SEEING.has(request.staff!.role) ? 'whole' : 'masked', this.ground);
  }
}
