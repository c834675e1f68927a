import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { z } from 'zod';
import { type OrderAsker, OrderDesk } from '#pipeline/desk';
import {
  governorReportAsk,
  orderAsk,
  orderConfirmAsk,
  orderCorrectAsk,
  type OrderDetailDto,
  orderDetailDto,
  orderDto,
  type OrderPlanDto,
  orderPlanDto,
  type OrderProposalAsk,
  orderReasonAsk,
  orderReportAsk,
  orderUpdateAsk,
  orderVersionAsk,
} from '#wire';
import { keyOf } from './idempotency-key.ts';
import { Allow, Fresh, type RequestOfStaff } from './session.guard.ts';

const listQuery = z.strictObject({
  open: z.enum(['true', 'false']).default('false'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
});
const page = z.object({ items: z.array(orderDto), next: z.string().nullable() });
const answer = { status: 200, standardSchema: orderDetailDto } as const;

/**
 * Evacuation orders. Every act names the version of the order that its person saw, and a repeat with the same `Idempotency-Key` changes nothing: two
 * deciders, a double click, and a confirmation against a withdrawal have one outcome (F65). A refusal is a problem of type `urn:sonae:order:…`.
 */
@ApiTags('headquarters')
@Allow('duty', 'decider')
@Controller('api/v1/orders')
export class OrdersController {
  constructor(@Inject(OrderDesk) private readonly orders: OrderDesk) {}

  @Get()
  @Allow('signedIn')
  @ApiResponse({ status: 200, description: 'Newest first; with open=true proposals and orders in force only.', standardSchema: page })
  async list(@Query({ schema: listQuery }) { open, limit, cursor }: z.infer<typeof listQuery>): Promise<z.infer<typeof page>> {
    const items = await this.orders.list({ open: open === 'true', limit, ...(cursor === undefined ? {} : { before: cursor }) });
    return { items: [...items], next: items.length === limit ? String(items.at(-1)!.number) : null };
  }

  @Get('plan')
  @Allow('signedIn')
  @ApiResponse({
    status: 200,
    description: 'Presets, standing approvals and districts of the playbook in force.',
    standardSchema: orderPlanDto,
  })
  plan(): OrderPlanDto {
    return this.orders.plan();
  }

  @Post()
  @ApiResponse({ status: 201, description: 'A proposal: it is kept, staff is told, residents are not.', standardSchema: orderDetailDto })
  propose(
    @Body({ schema: orderAsk }) ask: OrderProposalAsk,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<OrderDetailDto> {
    return this.orders.propose(ask, asker(request, key));
  }

  @Get(':id')
  @Allow('signedIn')
  @ApiResponse({ ...answer, description: 'Everything that a person needs to decide on it.' })
  order(@Param('id') id: string): Promise<OrderDetailDto> {
    return this.orders.order(id);
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Allow('decider')
  @Fresh()
  @ApiResponse({ ...answer, description: 'A yes to what waits to be decided. With the last one it takes effect after five seconds.' })
  confirm(
    @Param('id') id: string,
    @Body({ schema: orderConfirmAsk }) { version, breakGlass }: z.infer<typeof orderConfirmAsk>,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<OrderDetailDto> {
    return this.orders.confirm(id, { version, ...(breakGlass !== undefined && { breakGlass }) }, asker(request, key));
  }

  @Post(':id/undo')
  @HttpCode(200)
  @ApiResponse({ ...answer, description: 'Takes back what has not taken effect yet.' })
  undo(
    @Param('id') id: string,
    @Body({ schema: orderVersionAsk }) { version }: z.infer<typeof orderVersionAsk>,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<OrderDetailDto> {
    return this.orders.undo(id, version, asker(request, key));
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @ApiResponse({ ...answer, description: 'Ends a proposal, or a change that waits to be decided.' })
  withdraw(
    @Param('id') id: string,
    @Body({ schema: orderReasonAsk }) ask: z.infer<typeof orderReasonAsk>,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<OrderDetailDto> {
    return this.orders.withdraw(id, ask, asker(request, key));
  }

  @Post(':id/update')
  @HttpCode(200)
  @ApiResponse({ ...answer, description: 'Changes a proposal; of an order in force it proposes a change, which is then confirmed.' })
  update(
    @Param('id') id: string,
    @Body({ schema: orderUpdateAsk }) { version, reason, municipalLevel, districts }: z.infer<typeof orderUpdateAsk>,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<OrderDetailDto> {
    const ask = { version, reason, ...(municipalLevel !== undefined && { municipalLevel }), ...(districts && { districts }) };
    return this.orders.update(id, ask, asker(request, key));
  }

  @Post(':id/lift')
  @HttpCode(200)
  @ApiResponse({ ...answer, description: 'Proposes to lift it, which is then confirmed. Nothing but people lifts an order.' })
  lift(
    @Param('id') id: string,
    @Body({ schema: orderReasonAsk }) ask: z.infer<typeof orderReasonAsk>,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<OrderDetailDto> {
    return this.orders.lift(id, ask, asker(request, key));
  }

  @Post(':id/correct')
  @HttpCode(200)
  @Allow('decider')
  @Fresh()
  @ApiResponse({
    ...answer,
    description: 'One person takes back what was told last, by mistake; everybody who may have got it hears so after five seconds (F68).',
  })
  correct(
    @Param('id') id: string,
    @Body({ schema: orderCorrectAsk }) ask: z.infer<typeof orderCorrectAsk>,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<OrderDetailDto> {
    return this.orders.correct(id, ask, asker(request, key));
  }

  @Post(':id/governor-report')
  @HttpCode(200)
  @ApiResponse({ ...answer, description: 'Notes when the governor was told (art. 60-4).' })
  governorReport(
    @Param('id') id: string,
    @Body({ schema: governorReportAsk }) { reportedAt }: z.infer<typeof governorReportAsk>,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<OrderDetailDto> {
    return this.orders.governorReport(id, reportedAt, asker(request, key));
  }

  @Post(':id/report')
  @HttpCode(200)
  @ApiResponse({ ...answer, description: 'Adds what somebody saw to the grounds.' })
  report(
    @Param('id') id: string,
    @Body({ schema: orderReportAsk }) { text }: z.infer<typeof orderReportAsk>,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<OrderDetailDto> {
    return this.orders.report(id, text, asker(request, key));
  }
}

const asker = ({ staff }: RequestOfStaff, key: string | undefined): OrderAsker => ({
  by: staff!.user,
  role: staff!.role,
  key: keyOf(key),
});
