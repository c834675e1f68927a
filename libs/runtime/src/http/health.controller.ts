import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Header, Headers, Inject, Res, UnauthorizedException } from '@nestjs/common';
import { ApiTags } from './described.ts';
import type { Response } from 'express';
import { Metrics } from '../metrics.ts';
import { type Settings, SETTINGS } from '../settings.ts';
import { Stages } from '../stages.ts';
import { Allow } from './session.guard.ts';

@ApiTags('operation')
@Allow('anyone')
@Controller()
export class HealthController {
  constructor(
    @Inject(Stages) private readonly stages: Stages,
    @Inject(Metrics) private readonly metricsOf: Metrics,
    @Inject(SETTINGS) private readonly settings: Settings,
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

  /** For Prometheus: to everybody who reaches the port, or, when the settings hold a token, to those who show it as a bearer. */
  @Get('metrics')
  async metrics(@Headers('authorization') shown: string | undefined, @Res() response: Response): Promise<void> {
    const { metricsToken } = this.settings;
    if (metricsToken !== null && !same(shown ?? '', `Bearer ${metricsToken}`)) {
      response.setHeader('www-authenticate', 'Bearer');
      throw new UnauthorizedException('Show the token of SONAE_METRICS_TOKEN as a bearer.');
    }
    response.type(this.metricsOf.contentType).send(await this.metricsOf.text());
  }
}

/** In the same time whatever is wrong, so that a token cannot be found out letter by letter. */
const same = (one: string, other: string): boolean => timingSafeEqual(digestOf(one), digestOf(other));
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
