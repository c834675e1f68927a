import { Body, Controller, Get, Header, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiProduces, ApiResponse, ApiTags } from './described.ts';
import { z } from 'zod';
import { Proof, type ProofActor } from '#pipeline/desk';
import {
  closeAsk,
  type DeadLettersAsk,
  deadLettersAsk,
  type DeadLettersDto,
  deadLettersDto,
  type DispatchHoldDto,
  dispatchHoldDto,
  type ReachReportDto,
  reachReportDto,
  type ReleaseAsk,
  releaseAsk,
  retryAsk,
} from '#wire';
import { Allow, Fresh, type RequestOfStaff } from './session.guard.ts';

const reachQuery = z.strictObject({ of: z.string().min(1).max(512) });

/** Whom messages reached, and what of them waits for a person. Lists of dead letters are `GET /api/v1/deliveries?state=dead`. */
@ApiTags('headquarters')
@Allow('signedIn')
@Controller('api/v1')
export class ProofController {
  constructor(@Inject(Proof) private readonly proof: Proof) {}

  @Get('reach')
  @ApiResponse({
    status: 200,
    description: 'Whom a transition, or a transition of an order, reached: by district, language and channel. Two seconds old at most.',
    standardSchema: reachReportDto,
  })
  reach(@Query({ schema: reachQuery }) { of }: z.infer<typeof reachQuery>): Promise<ReachReportDto> {
    return this.proof.reach(of);
  }

  @Get('reach.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="reach.csv"')
  @ApiProduces('text/csv')
  @ApiResponse({ status: 200, description: 'The same by district, for the loudspeaker cars: the districts with the fewest reached first.' })
  reachSheet(@Query({ schema: reachQuery }) { of }: z.infer<typeof reachQuery>): Promise<string> {
    return this.proof.reachSheet(of);
  }

  @Post('deliveries/:id/retry')
  @HttpCode(204)
  @Allow('duty', 'decider', 'admin')
  @ApiResponse({ status: 204, description: 'A dead letter goes back to the queue.' })
  retry(
    @Param('id') id: string,
    @Body({ schema: retryAsk.prefault({}) }) { reason }: z.infer<typeof retryAsk>,
    @Req() request: RequestOfStaff,
  ): Promise<void> {
    return this.proof.settleOne(id, { kind: 'retry', reason }, actorOf(request));
  }

  @Post('deliveries/:id/close')
  @HttpCode(204)
  @Allow('duty', 'decider', 'admin')
  @ApiResponse({ status: 204, description: 'A dead letter was settled otherwise; the reason says how.' })
  close(
    @Param('id') id: string,
    @Body({ schema: closeAsk }) { reason }: z.infer<typeof closeAsk>,
    @Req() request: RequestOfStaff,
  ): Promise<void> {
    return this.proof.settleOne(id, { kind: 'close', reason }, actorOf(request));
  }

  @Post('dead-letters')
  @HttpCode(200)
  @Allow('duty', 'decider', 'admin')
  @ApiResponse({
    status: 200,
    description: 'Dead letters settled together: by ids, or all of a channel or of one mail domain. A repeat finds none any more.',
    standardSchema: deadLettersDto,
  })
  settle(
    @Body({ schema: deadLettersAsk }) { act, reason, which }: DeadLettersAsk,
    @Req() request: RequestOfStaff,
  ): Promise<DeadLettersDto> {
    const meant = 'ids' in which ? which : { channel: which.channel, ...(which.endpoint !== undefined && { endpoint: which.endpoint }) };
    return this.proof.settleDead(meant, { kind: act, reason }, actorOf(request));
  }

  @Get('dispatch')
  @ApiResponse({ status: 200, description: 'Whether dispatch is held, since when and why.', standardSchema: dispatchHoldDto })
  hold(): Promise<DispatchHoldDto> {
    return this.proof.hold();
  }

  @Post('dispatch/release')
  @HttpCode(200)
  @Allow('decider', 'admin')
  @Fresh()
  @ApiResponse({
    status: 200,
    description: 'Dispatch goes on after a restore. What is out of date is not sent any more.',
    standardSchema: dispatchHoldDto,
  })
  release(@Body({ schema: releaseAsk }) { reason }: ReleaseAsk, @Req() request: RequestOfStaff): Promise<DispatchHoldDto> {
    return this.proof.release(reason, actorOf(request));
  }

  @Get('call-list')
  @Allow('operator', 'duty', 'decider', 'admin')
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiProduces('text/plain')
  @ApiResponse({ status: 200, description: 'Whom to call by telephone when no channel works, to be printed.' })
  callList(): Promise<string> {
    return this.proof.callList();
  }
}

const actorOf = ({ staff, ip }: RequestOfStaff): ProofActor => ({ by: staff!.user, role: staff!.role, from: ip });
