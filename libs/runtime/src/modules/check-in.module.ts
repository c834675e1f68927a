import { type DynamicModule, Module } from '@nestjs/common';
import { CheckIns, Clock, FamilyCodes, Keys, OpenRegisters, type Playbook, ShelterOpenings } from '#core';
import { CheckInDesk, CheckInFeed, Desk, FamilyDesk, ShelterDesk } from '#pipeline/desk';
import { Intake } from '#pipeline/intake';
import { CheckInsController } from '../http/check-ins.controller.ts';
import { DoorController } from '../http/door.controller.ts';
import { FamilyController } from '../http/family.controller.ts';
import { Logger } from '../logger.ts';
import { PLACE, type Place } from '../place.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { DOORS_SAY, Stages } from '../stages.ts';
import { PLAYBOOK } from './adapters.module.ts';
import { trouble } from './trouble.ts';

export interface CheckInNeighbours {
  readonly intake: DynamicModule;
  readonly desk: DynamicModule;
  readonly care: DynamicModule;
}

/** Checking in at shelters: the code at the door, the desk of staff, and what family may ask. A drill has its own doors. */
@Module({})
export class CheckInModule {
  static on(ground: DynamicModule, { intake: admitting, desk, care }: CheckInNeighbours): DynamicModule {
    return {
      module: CheckInModule,
      imports: [ground, admitting, desk, care],
      controllers: [CheckInsController, DoorController, FamilyController],
      providers: [
        {
          provide: CheckInFeed,
          inject: [CheckIns, ShelterOpenings, OpenRegisters, Clock, PLAYBOOK, Intake, Stages, Logger],
          useFactory: (
            checkIns: CheckIns,
            openings: ShelterOpenings,
            registers: OpenRegisters,
            clock: Clock,
            playbook: Playbook,
            intake: Intake,
            stages: Stages,
            logger: Logger,
          ) => {
            const feed = new CheckInFeed({
              checkIns,
              openings,
              registers,
              clock,
              playbook,
              markOf: (gauge) => intake.mark(gauge),
              admit: (gauge, count, receivedAt) => intake.admitRegister(gauge, count, receivedAt),
              onTrouble: trouble(stages, logger, 'check-in', '避難所の受付は続けられますが、人数が状況の画面と判定に届いていません'),
            });
            stages.ask(() => [{ name: 'check-in', why: feed.attention }], DOORS_SAY);
            return feed;
          },
        },
        {
          provide: CheckInDesk,
          inject: [CheckIns, Keys, Clock, PLAYBOOK, Desk, ShelterDesk, PLACE, SETTINGS, CheckInFeed],
          useFactory: (
            checkIns: CheckIns,
            keys: Keys,
            clock: Clock,
            playbook: Playbook,
            shown: Desk,
            shelters: ShelterDesk,
            { root }: Place,
            { http }: Settings,
            feed: CheckInFeed,
          ) =>
            new CheckInDesk({
              checkIns,
              keys,
              clock,
              playbook,
              gauges: () => shown.gauges(),
              shelters: () => shelters.list(),
              root,
              publicUrl: http.publicUrl.replace(/\/$/, ''),
              onCounted: () => feed.ring(),
            }),
        },
        {
          provide: FamilyDesk,
          inject: [FamilyCodes, CheckIns, Keys, Clock, PLAYBOOK],
          useFactory: (families: FamilyCodes, checkIns: CheckIns, keys: Keys, clock: Clock, playbook: Playbook) =>
            new FamilyDesk({ families, checkIns, keys, clock, playbook }),
        },
      ],
      exports: [CheckInFeed, FamilyDesk],
    };
  }
}
