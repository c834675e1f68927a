import { Controller, Headers, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Broker } from '#mqtt';
import { Refusal } from '#pipeline/desk';
import { Allow } from './session.guard.ts';

const kept = z.object({ kept: z.literal(true) });

/** The way in for devices that speak HTTP: the body and the guarantees of MQTT (product §7). */
@ApiTags('devices')
@Allow('anyone')
@Controller('api/v1/devices')
export class DevicesController {
  constructor(@Inject(Broker) private readonly broker: Broker) {}

  @Post(':device/obs')
  @HttpCode(200)
  @ApiResponse({ status: 200, description: 'On disk. What could not be read is in quarantine and counts as kept.', standardSchema: kept })
  @ApiResponse({ status: 401, description: 'HTTP Basic: the device id and its key.' })
  async report(
    @Param('device') device: string,
    @Headers('authorization') authorization: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<z.infer<typeof kept>> {
    const [user, key] = basic(authorization);
    if (user !== device || !this.broker.admits(device, key)) {
      response.setHeader('www-authenticate', 'Basic realm="sonae devices"');
      throw new Refusal('signedOut', 'Send the device id and its key as HTTP Basic credentials.');
    }
    const body: unknown = request.body;
    await this.broker.receive(device, body instanceof Buffer ? body : Buffer.alloc(0), () => response.destroyed);
    return { kept: true };
  }
}

function basic(authorization: string | undefined): readonly [string, string] {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/.exec(authorization ?? '');
  if (!match) return ['', ''];
  const text = Buffer.from(match[1]!, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)];
}
