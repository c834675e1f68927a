import { type DynamicModule, Module } from '@nestjs/common';
import { Accounts, Clock, Directory, Ledger, Logbook, type Playbook, PlaybookVersions, Quarantine, ReadingHistory, ReadingLog } from '#core';
import type { Adapters } from '../adapters.ts';
import { Logger } from '../logger.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { Stages } from '../stages.ts';

/** Injection tokens of what has no class of its own. */
export const PLAYBOOK = Symbol('playbook');
export const CHANNELS = Symbol('channels');

export interface Ground {
  readonly settings: Settings;
  readonly playbook: Playbook;
  readonly adapters: Adapters;
  readonly logger: Logger;
}

/** What every stage stands on: settings, playbook, and an adapter behind each port. A shape of the product is a choice of these. */
@Module({})
export class AdaptersModule {
  static on({ settings, playbook, adapters, logger }: Ground): DynamicModule {
    const values = [
      { provide: SETTINGS, useValue: settings },
      { provide: PLAYBOOK, useValue: playbook },
      { provide: Logger, useValue: logger },
      { provide: Clock, useValue: adapters.clock },
      { provide: ReadingLog, useValue: adapters.log },
      { provide: ReadingHistory, useValue: adapters.history },
      { provide: Quarantine, useValue: adapters.quarantine },
      { provide: Ledger, useValue: adapters.ledger },
      { provide: Directory, useValue: adapters.directory },
      { provide: Accounts, useValue: adapters.accounts },
      { provide: Logbook, useValue: adapters.logbook },
      { provide: PlaybookVersions, useValue: adapters.playbookVersions },
      { provide: CHANNELS, useValue: adapters.channels },
      { provide: Stages, useValue: new Stages(adapters.clock) },
    ];
    return { module: AdaptersModule, providers: values, exports: values.map(({ provide }) => provide) };
  }
}
