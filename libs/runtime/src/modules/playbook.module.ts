import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, Directory, ReadingLog } from '#core';
import { PlaybookController } from '../http/playbook.controller.ts';
import { InForce } from '../in-force.ts';
import { Logger } from '../logger.ts';
import { PlaybookFolder } from '../playbook-folder.ts';
import { Preview } from '../preview.ts';
import { PLAYBOOK_SAYS, Stages } from '../stages.ts';
import type { Ground } from './adapters.module.ts';

/** The life of the playbook: the folder that is followed, and what headquarters see of it. Without a folder nothing is followed. */
@Module({})
export class PlaybookModule {
  static on(ground: DynamicModule, { settings, folder }: Pick<Ground, 'settings' | 'folder'>): DynamicModule {
    return {
      module: PlaybookModule,
      imports: [ground],
      controllers: [PlaybookController],
      providers: [
        {
          provide: PlaybookFolder,
          inject: [InForce, Clock, Stages, Logger],
          useFactory: (inForce: InForce, clock: Clock, stages: Stages, logger: Logger) =>
            folder &&
            new PlaybookFolder({
              path: settings.playbook,
              inForce,
              clock,
              problems: folder.problems,
              onPending: (why) => stages.report('playbook', why, PLAYBOOK_SAYS),
              log: (line) => logger.warn(line, 'playbook'),
            }),
        },
        {
          provide: Preview,
          inject: [InForce, ReadingLog, Directory, Clock],
          useFactory: (inForce: InForce, log: ReadingLog, directory: Directory, clock: Clock) =>
            new Preview({ inForce, log, directory, clock }),
        },
      ],
      exports: [PlaybookFolder],
    };
  }
}
