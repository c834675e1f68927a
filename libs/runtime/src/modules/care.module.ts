import { type DynamicModule, Module } from '@nestjs/common';
import {
  CheckIns,
  Clock,
  Directory,
  Ledger,
  Logbook,
  type Playbook,
  ReadingHistory,
  shelterCountedBy,
  ShelterOpenings,
  Upkeep,
} from '#core';
import { Desk, GaugeCare, MaintenanceFollower, ShelterDesk, WindowTickets } from '#pipeline/desk';
import { Dispatch } from '#pipeline/dispatch';
import { FaultAlarms, Inspection } from '#pipeline/inspect';
import { Intake } from '#pipeline/intake';
import { FindingsController, GaugeCareController } from '../http/gauge-care.controller.ts';
import { SheltersController } from '../http/shelters.controller.ts';
import { TicketsController } from '../http/tickets.controller.ts';
import { InForce } from '../in-force.ts';
import { Logger } from '../logger.ts';
import { PLAYBOOK } from './adapters.module.ts';

export interface CareNeighbours {
  readonly intake: DynamicModule;
  readonly desk: DynamicModule;
  readonly dispatch: DynamicModule;
}

/** What staff does to gauges, and what is found out about them; intake asks what is in maintenance. */
@Module({})
export class CareModule {
  static on(ground: DynamicModule, { intake: admitting, desk, dispatch }: CareNeighbours): DynamicModule {
    return {
      module: CareModule,
      imports: [ground, admitting, desk, dispatch],
      controllers: [GaugeCareController, FindingsController, TicketsController, SheltersController],
      providers: [
        {
          provide: GaugeCare,
          inject: [Logbook, ReadingHistory, Clock, PLAYBOOK, Upkeep, Intake, MaintenanceFollower, CheckIns],
          useFactory: (
            logbook: Logbook,
            history: ReadingHistory,
            clock: Clock,
            playbook: Playbook,
            upkeep: Upkeep,
            intake: Intake,
            maintained: MaintenanceFollower,
            checkIns: CheckIns,
          ) =>
            new GaugeCare({
              onCounted: async (gauge, { count, by, note, at }) => {
                const shelter = shelterCountedBy(gauge, playbook.shelters)?.id;
                const register = shelter === undefined ? undefined : (await checkIns.registers()).get(shelter);
                if (!register?.open) return;
                const { shelter: id, households } = register;
                const reason = note === '' ? '職員が数えた人数' : note;
                await checkIns.act({
                  act: 'correct',
                  id: `counted/${by}/${at}`,
                  shelter: id,
                  way: 'desk',
                  by,
                  at,
                  households,
                  persons: count,
                  reason,
                });
              },
              onUpkeep: () => maintained.look(),
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
          provide: MaintenanceFollower,
          inject: [Ledger, Upkeep, Clock, PLAYBOOK, Dispatch],
          useFactory: (ledger: Ledger, upkeep: Upkeep, clock: Clock, playbook: Playbook, told: Dispatch) =>
            new MaintenanceFollower({ ledger, upkeep, clock, playbook, onEnded: () => told.notify() }),
        },
        {
          provide: FaultAlarms,
          inject: [Ledger, Logbook, Clock, InForce, Desk, Dispatch],
          useFactory: (ledger: Ledger, logbook: Logbook, clock: Clock, inForce: InForce, shown: Desk, told: Dispatch) =>
            new FaultAlarms({
              ledger,
              logbook,
              clock,
              playbook: () => inForce.playbook(),
              onCommit: (transitions) => {
                shown.committed([], transitions);
                told.notify();
              },
            }),
        },
        {
          provide: Inspection,
          inject: [ReadingHistory, Logbook, Clock, PLAYBOOK, Intake, FaultAlarms, MaintenanceFollower, Logger],
          useFactory: (
            history: ReadingHistory,
            logbook: Logbook,
            clock: Clock,
            playbook: Playbook,
            intake: Intake,
            alarms: FaultAlarms,
            maintained: MaintenanceFollower,
            logger: Logger,
          ) =>
            new Inspection({
              onLooked: async () => {
                await alarms.look();
                // A maintenance that was planned for later begins with nobody's request.
                await maintained.look();
              },
              history,
              logbook,
              clock,
              playbook,
              markOf: (gauge) => intake.mark(gauge),
              onFound: ({ id, name }, { about, reason }) => logger.warn(`${id} ${name}: ${about}: ${reason}`, 'inspection'),
            }),
        },
        {
          provide: ShelterDesk,
          inject: [ShelterOpenings, CheckIns, Clock, PLAYBOOK, Desk],
          useFactory: (openings: ShelterOpenings, checkIns: CheckIns, clock: Clock, playbook: Playbook, shown: Desk) =>
            new ShelterDesk({ openings, checkIns, clock, playbook, gauges: () => shown.gauges() }),
        },
        {
          provide: WindowTickets,
          inject: [Ledger, Directory, Clock, PLAYBOOK],
          useFactory: (ledger: Ledger, directory: Directory, clock: Clock, playbook: Playbook) =>
            new WindowTickets({ ledger, directory, clock, playbook }),
        },
      ],
      exports: [GaugeCare, Inspection, ShelterDesk, WindowTickets],
    };
  }
}
