import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, Logbook, type Playbook, ReadingHistory, Upkeep } from '#core';
import { GaugeCare } from '#pipeline/desk';
import { Intake } from '#pipeline/intake';
import { GaugeCareController } from '../http/gauge-care.controller.ts';
import { PLAYBOOK } from './adapters.module.ts';

/** What staff does to gauges; intake asks what is in maintenance. */
@Module({})
export class CareModule {
  static on(ground: DynamicModule, admitting: DynamicModule): DynamicModule {
    return {
      module: CareModule,
      imports: [ground, admitting],
      controllers: [GaugeCareController],
      providers: [
        {
          provide: GaugeCare,
          inject: [Logbook, ReadingHistory, Clock, PLAYBOOK, Upkeep, Intake],
          useFactory: (logbook: Logbook, history: ReadingHistory, clock: Clock, playbook: Playbook, upkeep: Upkeep, intake: Intake) =>
            new GaugeCare({
              logbook,
              history,
              clock,
              playbook,
              upkeep,
              markOf: (gauge) => intake.mark(gauge),
              admitCount: (gauge, count, receivedAt) => intake.admitManual(gauge, count, receivedAt),
            }),
        },
      ],
      exports: [GaugeCare],
    };
  }
}
