import { type DynamicModule, Module } from '@nestjs/common';
import { type Alert, Clock, Ledger, Quarantine, ReadingHistory, ReadingLog, isBlocked } from '#core';
import { Desk } from '#pipeline/desk';
import { Dispatch } from '#pipeline/dispatch';
import { HistoryFollower } from '#pipeline/history';
import { Tuner } from '#pipeline/tune';
import { Watch } from '#pipeline/watch';
import { carried } from '../carried.ts';
import { InForce } from '../in-force.ts';
import { Logger } from '../logger.ts';
import { PLACE, type Place } from '../place.ts';
import { PARKED_SAYS, Stages } from '../stages.ts';
import { trouble } from './trouble.ts';

export interface WatchNeighbours {
  /** Tells devices how often to measure; null where there are none to tell. */
  readonly tune: DynamicModule | null;
  readonly desk: DynamicModule;
  readonly dispatch: DynamicModule;
}

/** The followers of the log: judgement first, history beside it. What is committed shows at the desk, wakes dispatch and tunes devices. */
@Module({})
export class WatchModule {
  static on(ground: DynamicModule, { tune, desk, dispatch }: WatchNeighbours): DynamicModule {
    return {
      module: WatchModule,
      imports: [ground, desk, dispatch, ...(tune ? [tune] : [])],
      providers: [
        {
          provide: Watch,
          inject: [PLACE, ReadingLog, Ledger, Quarantine, Clock, InForce, { token: Tuner, optional: true }, Desk, Dispatch, Stages, Logger],
          useFactory: (
            place: Place,
            log: ReadingLog,
            ledger: Ledger,
            quarantine: Quarantine,
            clock: Clock,
            inForce: InForce,
            tuner: Tuner | undefined,
            shown: Desk,
            told: Dispatch,
            stages: Stages,
            logger: Logger,
          ) => {
            const seen = carried(place, inForce);
            const watch = new Watch({
              log,
              ledger,
              quarantine,
              clock,
              status: place.status,
              playbook: seen.playbook(),
              playbookOf: seen.of,
              onAdopted: (alerts) => stages.report('playbook', blockedText(alerts), PARKED_SAYS),
              onCommit: (entries, transitions) => {
                tuner?.committed(entries);
                shown.committed(entries, transitions);
                if (transitions.length > 0) told.notify();
              },
              onSetAside: ({ position, reading }, why) => {
                stages.report('watch', `${reading.gauge} の観測値を隔離し、ほかの判定を続けています（${why}）`, PARKED_SAYS);
                logger.error(`entry ${position} of ${reading.gauge} was set aside: ${why}`, undefined, 'watch');
              },
              onTrouble: trouble(stages, logger, 'watch', '判定が止まっています。観測値は保存され続けています'),
            });
            inForce.leads(async (playbook) => {
              await watch.adopt(seen.whole(playbook));
            });
            return watch;
          },
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

/** Gauges whose rules wait for somebody to say that the thresholds still fit; null when there are none (F46). */
function blockedText(alerts: readonly Alert[]): string | null {
  const gauges = [...new Set(alerts.filter(isBlocked).map(({ gauge }) => gauge))].toSorted();
  if (gauges.length === 0) return null;
  return `${gauges.join('・')}は基準（零点高・補正など）が変わったため、水位の規則の判定を止めています。しきい値を確かめ、thresholds.csv に新しい行を書くと再開します`;
}
