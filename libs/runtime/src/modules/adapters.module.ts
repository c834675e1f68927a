import { type DynamicModule, Module } from '@nestjs/common';
import { Accounts, Clock, Directory, Ledger, Logbook, PlaybookVersions, Quarantine, ReadingHistory, ReadingLog } from '#core';
import type { Problem } from '#playbook';
import type { Adapters } from '../adapters.ts';
import { InForce } from '../in-force.ts';
import { Logger } from '../logger.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { Stages } from '../stages.ts';

/** Injection tokens of what has no class of its own; `PLAYBOOK` is the view of the one in force. */
export const PLAYBOOK = Symbol('playbook');
export const CHANNELS = Symbol('channels');

export interface Ground {
  readonly settings: Settings;
  readonly inForce: InForce;
  /** What the playbook's folder held at the start; null for a playbook that is in no folder. */
  readonly folder: { readonly problems: readonly Problem[] } | null;
  readonly adapters: Adapters;
  readonly logger: Logger;
}

/** What every stage stands on: settings, playbook, and an adapter behind each port. A shape of the product is a choice of these. */
@Module({})
export class AdaptersModule {
  static on({ settings, inForce, adapters, logger }: Ground): DynamicModule {
    const values = [
      { provide: SETTINGS, useValue: settings },
      { provide: InForce, useValue: inForce },
      { provide: PLAYBOOK, useValue: inForce.view },
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
