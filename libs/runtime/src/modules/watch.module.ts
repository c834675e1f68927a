import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, Ledger, type Playbook, ReadingHistory, ReadingLog } from '#core';
import { Broker } from '#mqtt';
import { Desk } from '#pipeline/desk';
import { Dispatch } from '#pipeline/dispatch';
import { HistoryFollower } from '#pipeline/history';
import { Tuner } from '#pipeline/tune';
import { Watch } from '#pipeline/watch';
import { Logger } from '../logger.ts';
import { Stages } from '../stages.ts';
import { PLAYBOOK } from './adapters.module.ts';
import { trouble } from './trouble.ts';

export interface WatchNeighbours {
  readonly intake: DynamicModule;
  readonly desk: DynamicModule;
  readonly dispatch: DynamicModule;
}

/** The followers of the log: judgement first, history beside it. What is committed shows at the desk, wakes dispatch and tunes devices. */
@Module({})
export class WatchModule {
  static on(ground: DynamicModule, { intake, desk, dispatch }: WatchNeighbours): DynamicModule {
    return {
      module: WatchModule,
      imports: [ground, intake, desk, dispatch],
      providers: [
        { provide: Tuner, inject: [PLAYBOOK, Broker, Logger], useFactory: tunerOn },
        {
          provide: Watch,
          inject: [ReadingLog, Ledger, Clock, PLAYBOOK, Tuner, Desk, Dispatch, Stages, Logger],
          useFactory: (
            log: ReadingLog,
            ledger: Ledger,
            clock: Clock,
            playbook: Playbook,
            tuner: Tuner,
            shown: Desk,
            told: Dispatch,
            stages: Stages,
            logger: Logger,
          ) =>
            new Watch({
              log,
              ledger,
              clock,
              playbook,
              onCommit: (entries, transitions) => {
                tuner.committed(entries);
                shown.committed(entries, transitions);
                if (transitions.length > 0) told.notify();
              },
              onTrouble: trouble(stages, logger, 'watch', '判定が止まっています。観測値は保存され続けています'),
            }),
        },
        {
          provide: HistoryFollower,
          inject: [ReadingLog, ReadingHistory, Clock, Stages, Logger],
          useFactory: (log: ReadingLog, history: ReadingHistory, clock: Clock, stages: Stages, logger: Logger) =>
            new HistoryFollower({
              log,
              history,
              clock,
              onTrouble: trouble(stages, logger, 'history', 'グラフの更新が遅れています。判定と配信は動いています'),
            }),
        },
      ],
      exports: [Watch, HistoryFollower],
    };
  }
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
