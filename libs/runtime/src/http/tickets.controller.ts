import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { WindowTickets } from '#pipeline/desk';
import { type TicketAsk, ticketAsk, type TicketDto, ticketDto } from '#wire';
import { Allow } from './session.guard.ts';

/** Tickets that staff note for somebody who waits. A repeat changes nothing. */
@ApiTags('headquarters')
@Allow('operator', 'duty', 'decider', 'admin')
@Controller('api/v1/gauges/:id')
export class TicketsController {
  constructor(@Inject(WindowTickets) private readonly tickets: WindowTickets) {}

  @Post('tickets')
  @ApiResponse({
    status: 201,
    description: 'Its holder hears once when the turn is near. `near`: it is near already, and no call follows.',
    standardSchema: ticketDto,
  })
  draw(@Param('id') id: string, @Body({ schema: ticketAsk }) ask: TicketAsk): Promise<TicketDto> {
    return this.tickets.draw(id, ask);
  }
}
