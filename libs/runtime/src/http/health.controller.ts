import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Metrics } from '../metrics.ts';
import { Stages } from '../stages.ts';
import { Allow } from './session.guard.ts';

@ApiTags('operation')
@Allow('anyone')
@Controller()
export class HealthController {
  constructor(
    @Inject(Stages) private readonly stages: Stages,
    @Inject(Metrics) private readonly metricsOf: Metrics,
  ) {}

  /** The process lives and answers. */
  @Get('healthz')
  @Header('content-type', 'text/plain')
  alive(): string {
    return 'ok\n';
  }

  /**
   * This process takes readings, decides and answers; otherwise 503 with the reasons. Every stage is named with its trouble, also those of outside
   * platforms, which are no reason to take the process out of service.
   */
  @Get('readyz')
  ready(@Res({ passthrough: true }) response: Response): {
    ready: boolean;
    stages: readonly { name: string; state: string; why: string }[];
  } {
    const stages = this.stages.list();
    const { ready } = this.stages;
    if (!ready) response.status(503);
    return { ready, stages: stages.map(({ name, state, why }) => ({ name, state, why })) };
  }

  @Get('metrics')
  async metrics(@Res() response: Response): Promise<void> {
    response.type(this.metricsOf.contentType).send(await this.metricsOf.text());
  }
}
