import { randomUUID } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { Accounts, Clock, Ledger, type Playbook, Quarantine, ReadingHistory } from '#core';
import { Desk } from '#pipeline/desk';
import { DeskController } from '../http/desk.controller.ts';
import { SessionController } from '../http/session.controller.ts';
import { Logger } from '../logger.ts';
import { SignIn } from '../sign-in.ts';
import { Stages } from '../stages.ts';
import { PLAYBOOK } from './adapters.module.ts';

/** Headquarters: what they see, and who they are. */
@Module({})
export class DeskModule {
  static on(ground: DynamicModule): DynamicModule {
    return {
      module: DeskModule,
      imports: [ground],
      controllers: [SessionController, DeskController],
      providers: [
        {
          provide: Desk,
          inject: [Ledger, ReadingHistory, Quarantine, Clock, PLAYBOOK, Stages, Logger],
          useFactory: (
            ledger: Ledger,
            history: ReadingHistory,
            quarantine: Quarantine,
            clock: Clock,
            playbook: Playbook,
            stages: Stages,
            logger: Logger,
          ) =>
            new Desk({
              ledger,
              history,
              quarantine,
              clock,
              playbook,
              stages: () => stages.list(),
              onFault: (why) => logger.error(why, undefined, 'desk'),
              epoch: randomUUID().slice(0, 8),
            }),
        },
        { provide: SignIn, inject: [Accounts, Clock], useFactory: (accounts: Accounts, clock: Clock) => new SignIn(accounts, clock) },
      ],
      exports: [Desk, SignIn],
    };
  }
}
