import { type DynamicModule, Module } from '@nestjs/common';
import {
  Accounts,
  Audit,
  CheckIns,
  Clock,
  Directory,
  FamilyCodes,
  Heartbeats,
  Keys,
  Ledger,
  Logbook,
  OrderBook,
  PlaybookVersions,
  Quarantine,
  ReadingHistory,
  ReadingLog,
  type Role,
  ShelterOpenings,
} from '#core';
import type { Problem } from '#playbook';
import type { Adapters } from '../adapters.ts';
import { InForce } from '../in-force.ts';
import { Logger } from '../logger.ts';
import { type DrillNow, PLACE, type Place } from '../place.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { Stages } from '../stages.ts';

/** Injection tokens of what has no class of its own; `PLAYBOOK` is the view of the one in force. */
export const PLAYBOOK = Symbol('playbook');
export const CHANNELS = Symbol('channels');
/** Lights and sirens of real life; null in a drill. */
export const RELAY = Symbol('relay');
export const PERSONAL_RECORDS = Symbol('personal records');
/** Whose password alone is not enough. */
export const NEEDS_SECOND_FACTOR = Symbol('needs second factor');
/** The clock of real life, for what concerns real people in whatever place: sessions, second factors, limits of their tries. */
export const WALL_CLOCK = Symbol('wall clock');
/** The drill that runs, for the screens of both places. */
export const DRILL_NOW = Symbol('drill now');

export interface Ground {
  readonly place: Place;
  /** Of real life; that of the adapters may run at another pace. */
  readonly wall: Clock;
  readonly drillNow: DrillNow;
  readonly settings: Settings;
  readonly inForce: InForce;
  /** What the playbook's folder held at the start; null for a playbook that is in no folder. */
  readonly folder: { readonly problems: readonly Problem[] } | null;
  readonly adapters: Adapters | Adapters<'exercise'>;
  readonly needsSecondFactor: (role: Role) => boolean;
  readonly logger: Logger;
}

/** What every stage stands on: settings, playbook, and an adapter behind each port. A shape of the product is a choice of these. */
@Module({})
export class AdaptersModule {
  static on({ place, wall, drillNow, settings, inForce, adapters, needsSecondFactor, logger }: Ground): DynamicModule {
    const values = [
      { provide: PLACE, useValue: place },
      { provide: WALL_CLOCK, useValue: wall },
      { provide: DRILL_NOW, useValue: drillNow },
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
      { provide: Keys, useValue: adapters.keys },
      { provide: PERSONAL_RECORDS, useValue: adapters.personalRecords },
      { provide: Accounts, useValue: adapters.accounts },
      { provide: Audit, useValue: adapters.audit },
      { provide: NEEDS_SECOND_FACTOR, useValue: needsSecondFactor },
      { provide: Logbook, useValue: adapters.logbook },
      { provide: OrderBook, useValue: adapters.orders },
      { provide: Heartbeats, useValue: adapters.heartbeats },
      { provide: PlaybookVersions, useValue: adapters.playbookVersions },
      { provide: CHANNELS, useValue: adapters.channels },
      { provide: RELAY, useValue: adapters.relay ?? null },
      { provide: ShelterOpenings, useValue: adapters.shelterOpenings },
      { provide: CheckIns, useValue: adapters.checkIns },
      { provide: FamilyCodes, useValue: adapters.families },
      { provide: Stages, useValue: new Stages(adapters.clock) },
    ];
    return { module: AdaptersModule, providers: values, exports: values.map(({ provide }) => provide) };
  }
}
