import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, HEARTBEAT_ID, OpenRegisters, Quarantine, ReadingLog, Upkeep } from '#core';
import { Intake } from '#pipeline/intake';
import { carried } from '../carried.ts';
import { InForce } from '../in-force.ts';
import { PLACE, type Place } from '../place.ts';

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
          inject: [PLACE, ReadingLog, Quarantine, InForce, Clock, Upkeep, OpenRegisters],
          useFactory: (
            place: Place,
            log: ReadingLog,
            quarantine: Quarantine,
            inForce: InForce,
            clock: Clock,
            upkeep: Upkeep,
            registers: OpenRegisters,
          ) => {
            const seen = carried(place, inForce);
            return new Intake({
              log,
              quarantine,
              gauges: () => seen.playbook().gauges,
              clock,
              statusOf: (device) => (device === HEARTBEAT_ID ? 'test' : place.status),
              maintenanceOf: (gauge) => registers.of(gauge) ?? upkeep.of(gauge),
            });
          },
        },
      ],
      exports: [Intake, Upkeep, OpenRegisters],
    };
  }
}
