import { type DynamicModule, Module } from '@nestjs/common';
import { Accounts, Clock, type Playbook } from '#core';
import { Broker, type BrokerLimits, type RelayChannel } from '#mqtt';
import { Intake } from '#pipeline/intake';
import { Tuner } from '#pipeline/tune';
import { DevicesController } from '../http/devices.controller.ts';
import { Logger } from '../logger.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { Stages } from '../stages.ts';
import { PLAYBOOK, RELAY } from './adapters.module.ts';

/** A device that was silent may catch up ten seconds' worth at once. */
const BURST_S = 10;

/** Where devices come in, by MQTT and by HTTP, and are told how often to measure. Only real life has any: their word never enters a drill. */
@Module({})
export class BrokerModule {
  static on(ground: DynamicModule, intake: DynamicModule, limits: Partial<BrokerLimits>): DynamicModule {
    return {
      module: BrokerModule,
      imports: [ground, intake],
      controllers: [DevicesController],
      providers: [
        {
          provide: Broker,
          inject: [Intake, Accounts, Clock, SETTINGS, Stages, Logger, RELAY],
          useFactory: (
            admitting: Intake,
            accounts: Accounts,
            clock: Clock,
            { mqtt }: Settings,
            stages: Stages,
            logger: Logger,
            relay: RelayChannel<'actual'> | null,
          ) => {
            const broker = new Broker({
              accounts,
              clock,
              admit: told(admitting, stages, logger),
              onMessage: (device, leaf, payload) => {
                if (leaf === 'ack') relay?.heard(device, payload);
              },
              onFault: (what, cause) =>
                logger.error(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, undefined, 'broker'),
              onTakeover: (device) => logger.warn(`${device} is connected in two places; check whether its key was copied`, 'broker'),
              limits: { readingsPerSecond: mqtt.deviceRate, burst: mqtt.deviceRate * BURST_S, ...limits },
            });
            relay?.connect(broker);
            return broker;
          },
        },
        { provide: Tuner, inject: [PLAYBOOK, Broker, Logger], useFactory: tunerOn },
      ],
      exports: [Broker, Tuner],
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

const tunerOn = (playbook: Playbook, broker: Broker, logger: Logger): Tuner =>
  new Tuner({
    playbook,
    publish: (device, { mode, intervalMs }, rev) => {
      const cfg = JSON.stringify({ rev, mode, interval: intervalMs / 1000 });
      broker
        .publishTo(device, 'cfg', cfg, { retain: true })
        .catch((cause: unknown) => logger.warn(`cfg of ${device}: ${String(cause)}`, 'tune'));
    },
  });
