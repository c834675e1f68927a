import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, Directory, Ledger, Logbook, type Playbook, ReadingHistory, Upkeep } from '#core';
import { GaugeCare, WindowTickets } from '#pipeline/desk';
import { Inspection } from '#pipeline/inspect';
import { Intake } from '#pipeline/intake';
import { FindingsController, GaugeCareController } from '../http/gauge-care.controller.ts';
import { TicketsController } from '../http/tickets.controller.ts';
import { Logger } from '../logger.ts';
import { PLAYBOOK } from './adapters.module.ts';

/** What staff does to gauges; intake asks what is in maintenance. */
@Module({})
export class CareModule {
  static on(ground: DynamicModule, admitting: DynamicModule): DynamicModule {
    return {
      module: CareModule,
      imports: [ground, admitting],
      controllers: [GaugeCareController, FindingsController, TicketsController],
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
        {
          provide: Inspection,
          inject: [ReadingHistory, Logbook, Clock, PLAYBOOK, Intake, Logger],
          useFactory: (history: ReadingHistory, logbook: Logbook, clock: Clock, playbook: Playbook, intake: Intake, logger: Logger) =>
            new Inspection({
              history,
              logbook,
              clock,
              playbook,
              markOf: (gauge) => intake.mark(gauge),
              onFound: ({ id, name }, { about, reason }) => logger.warn(`${id} ${name}: ${about}: ${reason}`, 'inspection'),
            }),
        },
        {
          provide: WindowTickets,
          inject: [Ledger, Directory, Clock, PLAYBOOK],
          useFactory: (ledger: Ledger, directory: Directory, clock: Clock, playbook: Playbook) =>
            new WindowTickets({ ledger, directory, clock, playbook }),
        },
      ],
      exports: [GaugeCare, Inspection],
    };
  }
}
