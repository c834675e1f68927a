import { createHash } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { Accounts, type Channel, Clock, Directory, HEARTBEAT_ID, Heartbeats, Keys, Ledger } from '#core';
import { Broker, publishAsDevice } from '#mqtt';
import { Desk } from '#pipeline/desk';
import { Dispatch } from '#pipeline/dispatch';
import { HeartbeatStage } from '#pipeline/heartbeat';
import { Intake } from '#pipeline/intake';
import { InForce } from '../in-force.ts';
import { Logger } from '../logger.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { HEARTBEAT_SAYS, Stages } from '../stages.ts';
import type { PlaceStages } from './place-stages.ts';
import { CHANNELS } from './adapters.module.ts';

/** Proves from the broker to the channels that a warning would arrive now. Only real life has something to prove. */
@Module({})
export class HeartbeatModule {
  static on({
    ground,
    intake,
    front,
    desk,
    dispatch,
  }: Pick<PlaceStages, 'ground' | 'intake' | 'front' | 'desk' | 'dispatch'>): DynamicModule {
    return {
      module: HeartbeatModule,
      imports: [ground, intake, ...(front ? [front] : []), desk, dispatch],
      providers: [
        {
          provide: HeartbeatStage,
          inject: [
            Ledger,
            Heartbeats,
            Directory,
            Accounts,
            Keys,
            Clock,
            InForce,
            CHANNELS,
            Broker,
            Intake,
            Desk,
            Dispatch,
            SETTINGS,
            Stages,
            Logger,
          ],
          useFactory: (
            ledger: Ledger,
            heartbeats: Heartbeats,
            directory: Directory,
            accounts: Accounts,
            keys: Keys,
            clock: Clock,
            inForce: InForce,
            channels: readonly Channel[],
            broker: Broker,
            admitting: Intake,
            shown: Desk,
            telling: Dispatch,
            { mqtt }: Settings,
            stages: Stages,
            logger: Logger,
          ) => {
            const key = keys.tokenFor('heartbeat', HEARTBEAT_ID);
            const stage = new HeartbeatStage({
              ledger,
              heartbeats,
              directory,
              clock,
              playbook: () => inForce.playbook(),
              ways: new Set(channels.map(({ name }) => name)),
              keptAt: () => admitting.mark(HEARTBEAT_ID)?.newestAt ?? null,
              letIn: () => knowDevice(accounts, key, clock.now()),
              isOpen: () => broker.plainPort !== null && broker.admits(HEARTBEAT_ID, key),
              publish: (payload) =>
                publishAsDevice({ host: reachedAt(mqtt.host), port: broker.plainPort!, device: HEARTBEAT_ID, key, payload }),
              onCommit: (transitions) => {
                shown.committed([], transitions);
                telling.notify();
              },
              onTrouble: (why) => {
                stages.report(
                  'heartbeat',
                  why &&
                    `通し確認の観測を送れない、または結果を確かめられません。本物の観測値にも同じことが起きていないか確かめてください（${why}）`,
                  HEARTBEAT_SAYS,
                );
                if (why !== null) logger.error(why, undefined, 'heartbeat');
              },
            });
            shown.proves(() => stage.now());
            return stage;
          },
        },
      ],
      exports: [HeartbeatStage],
    };
  }
}

/** Gives the device its key once; whoever revokes it stops the heartbeat, and hears of that. */
async function knowDevice(accounts: Accounts, key: string, createdAt: number): Promise<void> {
  const keyHash = createHash('sha256').update(key).digest('hex');
  const keys = await accounts.deviceKeys();
  if (keys.some((known) => known.device === HEARTBEAT_ID && known.keyHash === keyHash)) return;
  await accounts.addDeviceKey({ device: HEARTBEAT_ID, keyHash, createdAt, revokedAt: null });
}

/** Where this machine reaches a listener: one on all addresses has none of its own. */
const reachedAt = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);
