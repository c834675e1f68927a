import type { Kysely } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, Migrator, type Migration } from 'kysely/migration';
import { first } from './migrations/0001-first.ts';
import { alertActs } from './migrations/0002-alert-acts.ts';
import { vigil } from './migrations/0003-vigil.ts';
import { playbookVersions } from './migrations/0004-playbook-versions.ts';
import { corrections } from './migrations/0005-corrections.ts';
import { crowding } from './migrations/0006-crowding.ts';
import { faultStage } from './migrations/0007-fault-stage.ts';
import { directory } from './migrations/0008-directory.ts';
import { orders } from './migrations/0009-orders.ts';
import { audit } from './migrations/0010-audit.ts';
import { secondFactor } from './migrations/0011-second-factor.ts';
import { lineAccount } from './migrations/0012-line-account.ts';
import { mail } from './migrations/0013-mail.ts';
import { drills } from './migrations/0015-drills.ts';
import { checkIn } from './migrations/0018-check-in.ts';
import { proof } from './migrations/0014-proof.ts';
import { heartbeat } from './migrations/0016-heartbeat.ts';
import type { Flavour } from './flavour.ts';

/** One step forward. There is none back: a restored backup is the way back. */
export type MigrationStep = (db: Kysely<unknown>, flavour: Flavour) => Promise<void>;

/** Every version of the schema, oldest first. A version that was ever released never changes; the next one is a new row. */
export const MIGRATIONS: Readonly<Record<string, MigrationStep>> = {
  '0001-first': first,
  '0002-alert-acts': alertActs,
  '0003-vigil': vigil,
  '0004-playbook-versions': playbookVersions,
  '0005-corrections': corrections,
  '0006-crowding': crowding,
  '0007-fault-stage': faultStage,
  '0008-directory': directory,
  '0009-orders': orders,
  '0010-audit': audit,
  '0011-second-factor': secondFactor,
  '0012-line-account': lineAccount,
  '0013-mail': mail,
  '0014-proof': proof,
  '0015-drills': drills,
  '0016-heartbeat': heartbeat,
  '0018-check-in': checkIn,
};

/** The database was written by a newer program. This one would misread it and must not touch it (F6). */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';
}

/**
 * Brings the schema up to `to`, or to the newest version. All pending steps happen in one transaction, so that a failure or a kill
 * leaves the version from before. Rejects with `SchemaTooNew` without having changed anything.
 */
export async function migrate(
  db: Kysely<unknown>,
  flavour: Flavour,
  { steps = MIGRATIONS, to }: { readonly steps?: Readonly<Record<string, MigrationStep>>; readonly to?: string } = {},
): Promise<void> {
  await refuseNewer(db, steps);
  const provider = { getMigrations: () => Promise.resolve(migrationsOf(steps, flavour)) };
  const migrator = new Migrator({ db, provider });
  const { error } = await (to === undefined ? migrator.migrateToLatest() : migrator.migrateTo(to));
  if (error === undefined) return;
  await refuseNewer(db, steps); // A newer program may have come first since we looked.
  throw error;
}

/** The database was written by an older program, and whoever only reads must not bring it up to date. */
export class SchemaTooOld extends Error {
  override readonly name = 'SchemaTooOld';
}

/** For whoever only reads: rejects with `SchemaTooNew` or `SchemaTooOld` unless the schema is the one that this program knows. */
export async function requireNewest(db: Kysely<unknown>): Promise<void> {
  await refuseNewer(db, MIGRATIONS);
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const done = tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)
    ? await (db as Kysely<{ [DEFAULT_MIGRATION_TABLE]: { name: string } }>).selectFrom(DEFAULT_MIGRATION_TABLE).select('name').execute()
    : [];
  const missing = Object.keys(MIGRATIONS).filter((name) => done.every((one) => one.name !== name));
  if (missing.length > 0) throw new SchemaTooOld(`the database lacks schema ${missing.join(', ')}: start the service of this version once`);
}

const migrationsOf = (steps: Readonly<Record<string, MigrationStep>>, flavour: Flavour): Record<string, Migration> =>
  Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, { up: (db: Kysely<unknown>) => step(db, flavour) }]));

async function refuseNewer(db: Kysely<unknown>, steps: Readonly<Record<string, MigrationStep>>): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return;
  const done = await (db as Kysely<{ [DEFAULT_MIGRATION_TABLE]: { name: string } }>)
    .selectFrom(DEFAULT_MIGRATION_TABLE)
    .select('name')
    .orderBy('name')
    .execute();
  const unknown = done.map(({ name }) => name).filter((name) => !(name in steps));
  if (unknown.length === 0) return;
  const newest = Object.keys(steps).toSorted().at(-1);
  throw new SchemaTooNew(
    `the database holds schema ${unknown.join(', ')}, this program knows only up to ${newest}: start the newer program, or restore a backup`,
  );
}
