import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { z } from 'zod';
import { OrderCopies } from '#pipeline/desk';
import { type OrderCopyDto, orderCopyDto } from '#wire';
import { Allow } from './session.guard.ts';

/** The longest id is that of a change: `order/{order}/{n}`. */
const query = z.strictObject({ of: z.string().min(1).max(64).optional() });

/** Reading them changes nothing: whoever may look at orders may copy their words. */
@ApiTags('headquarters')
@Allow('signedIn')
@Controller('api/v1/orders')
export class OrderCopyController {
  constructor(@Inject(OrderCopies) private readonly copies: OrderCopies) {}

  @Get(':id/copy')
  @ApiResponse({
    status: 200,
    description:
      'Prepared texts of the newest change that residents were told, or of the one named: 緊急速報メール, Lアラート, Yahoo!防災速報, 60-4, 60-5.',
    standardSchema: orderCopyDto,
  })
  copy(@Param('id') id: string, @Query({ schema: query }) { of }: z.infer<typeof query>): Promise<OrderCopyDto> {
    return this.copies.of(id, of);
  }
}
