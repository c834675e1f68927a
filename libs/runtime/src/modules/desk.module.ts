import { randomUUID } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import {
  Accounts,
  Audit,
  Clock,
  Keys,
  Directory,
  Ledger,
  OrderBook,
  type Playbook,
  PlaybookVersions,
  Quarantine,
  ReadingHistory,
  ReadingLog,
  type Role,
} from '#core';
import { AlertActs, type ChainGround, Desk } from '#pipeline/desk';
import { ruleTextOf } from '#playbook';
import { ActsController } from '../http/acts.controller.ts';
import { DeskController } from '../http/desk.controller.ts';
import { LINEAGE_GROUND, LineageController } from '../http/lineage.controller.ts';
import { SessionController } from '../http/session.controller.ts';
import { InForce } from '../in-force.ts';
import { Logger } from '../logger.ts';
import { type DrillNow, PLACE, type Place } from '../place.ts';
import { SignIn } from '../sign-in.ts';
import { Stages } from '../stages.ts';
import { DRILL_NOW, NEEDS_SECOND_FACTOR, PLAYBOOK, WALL_CLOCK } from './adapters.module.ts';

/** Headquarters: what they see, and who they are. */
@Module({})
export class DeskModule {
  static on(ground: DynamicModule): DynamicModule {
    return {
      module: DeskModule,
      imports: [ground],
      controllers: [SessionController, DeskController, ActsController, LineageController],
      providers: [
        {
          provide: Desk,
          inject: [PLACE, WALL_CLOCK, DRILL_NOW, Ledger, ReadingHistory, Quarantine, OrderBook, Clock, InForce, Stages, Logger],
          useFactory: (
            { status }: Place,
            wall: Clock,
            drillNow: DrillNow,
            ledger: Ledger,
            history: ReadingHistory,
            quarantine: Quarantine,
            orders: OrderBook,
            clock: Clock,
            inForce: InForce,
            stages: Stages,
            logger: Logger,
          ) => {
            const desk = new Desk({
              status,
              drill: () => {
                const drill = drillNow();
                return drill && { ...drill, realTime: wall.now() };
              },
              ledger,
              history,
              quarantine,
              orders,
              clock,
              playbook: inForce.view,
              playbookOf: (version) => inForce.playbook(version),
              stages: () => stages.list(),
              onFault: (why) => logger.error(why, undefined, 'desk'),
              epoch: randomUUID().slice(0, 8),
            });
            inForce.follows(() => desk.adopt());
            return desk;
          },
        },
        {
          provide: LINEAGE_GROUND,
          inject: [Ledger, OrderBook, ReadingLog, Directory, ReadingHistory, Clock, PLAYBOOK, PlaybookVersions],
          useFactory: (
            ledger: Ledger,
            orders: OrderBook,
            log: ReadingLog,
            directory: Directory,
            history: ReadingHistory,
            clock: Clock,
            playbook: Playbook,
            versions: PlaybookVersions,
          ): ChainGround => ({
            ledger,
            orders,
            log,
            directory,
            history,
            clock,
            playbook,
            ruleText: async (version, ruleId) => {
              const files = await versions.files(version);
              return files && ruleTextOf(files, ruleId);
            },
          }),
        },
        {
          provide: AlertActs,
          inject: [Ledger, Accounts, Clock, PLAYBOOK],
          useFactory: (ledger: Ledger, accounts: Accounts, clock: Clock, playbook: Playbook) =>
            new AlertActs({ ledger, accounts, clock, playbook }),
        },
        {
          provide: SignIn,
          inject: [Accounts, Audit, Keys, WALL_CLOCK, NEEDS_SECOND_FACTOR],
          useFactory: (accounts: Accounts, audit: Audit, keys: Keys, clock: Clock, needsSecondFactor: (role: Role) => boolean) =>
            new SignIn({ accounts, audit, keys, clock, needsSecondFactor }),
        },
      ],
      exports: [Desk, SignIn],
    };
  }
}
