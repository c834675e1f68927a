import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, OpenRegisters, type Playbook, Quarantine, ReadingLog, Upkeep } from '#core';
import { Intake } from '#pipeline/intake';
import { PLACE, type Place } from '../place.ts';
import { PLAYBOOK } from './adapters.module.ts';

/** The way in, behind whatever hands in readings: they are stamped with what the place is for, and kept in group commits. */
@Module({})
export class IntakeModule {
  static on(ground: DynamicModule): DynamicModule {
    return {
      module: IntakeModule,
      imports: [ground],
      providers: [
        { provide: Upkeep, useFactory: () => new Upkeep() },
        { provide: OpenRegisters, useFactory: () => new OpenRegisters() },
        {
          provide: Intake,
          inject: [PLACE, ReadingLog, Quarantine, PLAYBOOK, Clock, Upkeep, OpenRegisters],
          useFactory: (
            { status }: Place,
            log: ReadingLog,
            quarantine: Quarantine,
            playbook: Playbook,
            clock: Clock,
            upkeep: Upkeep,
            registers: OpenRegisters,
          ) =>
            new Intake({
              log,
              quarantine,
              gauges: () => playbook.gauges,
              clock,
              statusOf: () => status,
              maintenanceOf: (gauge) => registers.of(gauge) ?? upkeep.of(gauge),
            }),
        },
      ],
      exports: [Intake, Upkeep, OpenRegisters],
    };
  }
}
