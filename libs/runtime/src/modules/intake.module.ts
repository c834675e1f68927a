import { type DynamicModule, Module } from '@nestjs/common';
import { Accounts, Clock, type Playbook, Quarantine, ReadingLog, Upkeep } from '#core';
import { Broker, type BrokerLimits } from '#mqtt';
import { Intake } from '#pipeline/intake';
import { DevicesController } from '../http/devices.controller.ts';
import { Logger } from '../logger.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { Stages } from '../stages.ts';
import { PLAYBOOK } from './adapters.module.ts';

/** A device that was silent may catch up ten seconds' worth at once. */
const BURST_S = 10;

/** The way in: broker and HTTP in front, group commits behind. */
@Module({})
export class IntakeModule {
  static on(ground: DynamicModule, limits: Partial<BrokerLimits>): DynamicModule {
    return {
      module: IntakeModule,
      imports: [ground],
      controllers: [DevicesController],
      providers: [
        { provide: Upkeep, useFactory: () => new Upkeep() },
        {
          provide: Intake,
          inject: [ReadingLog, Quarantine, PLAYBOOK, Clock, Upkeep],
          useFactory: (log: ReadingLog, quarantine: Quarantine, playbook: Playbook, clock: Clock, upkeep: Upkeep) =>
            new Intake({ log, quarantine, gauges: () => playbook.gauges, clock, maintenanceOf: (gauge) => upkeep.of(gauge) }),
        },
        {
          provide: Broker,
          inject: [Intake, Accounts, Clock, SETTINGS, Stages, Logger],
          useFactory: (intake: Intake, accounts: Accounts, clock: Clock, { mqtt }: Settings, stages: Stages, logger: Logger) =>
            new Broker({
              accounts,
              clock,
              admit: told(intake, stages, logger),
              onFault: (what, cause) =>
                logger.error(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, undefined, 'broker'),
              onTakeover: (device) => logger.warn(`${device} is connected in two places; check whether its key was copied`, 'broker'),
              limits: { readingsPerSecond: mqtt.deviceRate, burst: mqtt.deviceRate * BURST_S, ...limits },
            }),
        },
      ],
      exports: [Intake, Broker, Upkeep],
    };
  }
}

/** Admission that shows when nothing can be kept: devices are not acknowledged then, and repeat. */
function told(intake: Intake, stages: Stages, logger: Logger): (device: string, payload: Uint8Array, receivedAt: number) => Promise<void> {
  let troubled = false;
  stages.report('intake', null);
  return async (device, payload, receivedAt) => {
    try {
      await intake.admit(device, payload, receivedAt);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      if (!troubled) logger.error(why, undefined, 'intake');
      troubled = true;
      stages.report('intake', `観測値を保存できないため、受け取りを確認していません。機器は送り直します（${why}）`);
      throw cause;
    }
    if (!troubled) return;
    troubled = false;
    stages.report('intake', null);
  };
}
