import { DatabaseSync } from 'node:sqlite';
import { migrate, SchemaTooNew, versionOf } from './migrate.ts';
import { READINGS_MIGRATIONS } from './readings-migrations.ts';
import { QUARANTINE_MIGRATIONS } from './sqlite-quarantine.ts';
import { HISTORY_MIGRATIONS } from './sqlite-reading-history.ts';

const STEPS = [
  'create table a (x integer not null) strict; insert into a values (1)',
  'alter table a add column y integer not null default 7; insert into a values (2, 8)',
  'create table b (z integer) strict; insert into b select sum(y) from a; drop table a',
];

describe('migrate', () => {
  let db: DatabaseSync;
  beforeEach(() => {
    db = new DatabaseSync(':memory:');
  });
  afterEach(() => db.close());

  it.each([0, 1, 2, 3])('leads from version %i to the newest, keeping the data', (from) => {
    migrate(db, 'x.db', STEPS.slice(0, from));
    expect(migrate(db, 'x.db', STEPS)).toBe(from);
    expect(versionOf(db)).toBe(3);
    expect(
      db
        .prepare('select z from b')
        .all()
        .map((row) => row['z']),
    ).toEqual([15]);
  });

  it('F6 leaves the file as it was when a step fails, steps before it included', () => {
    migrate(db, 'x.db', STEPS.slice(0, 1));
    const before = schemaOf(db);
    expect(() => migrate(db, 'x.db', [STEPS[0]!, STEPS[1]!, 'create table c (k integer); insert into nowhere values (1)'])).toThrow(
      /nowhere/,
    );
    expect([versionOf(db), schemaOf(db), db.isTransaction]).toEqual([1, before, false]);
    expect(migrate(db, 'x.db', STEPS)).toBe(1);
  });

  it('F6 refuses a newer schema, says what to do, and changes nothing', () => {
    migrate(db, 'x.db', STEPS);
    const before = schemaOf(db);
    expect(() => migrate(db, 'x.db', STEPS.slice(0, 2))).toThrow(SchemaTooNew);
    expect(() => migrate(db, 'x.db', STEPS.slice(0, 2))).toThrow(
      /x\.db has schema version 3, .* up to 2\. Start the newer program .* backup/,
    );
    expect([versionOf(db), schemaOf(db), db.isTransaction]).toEqual([3, before, false]);
  });

  describe.each([
    ['readings.db', READINGS_MIGRATIONS],
    ['history.db', HISTORY_MIGRATIONS],
    ['quarantine.db', QUARANTINE_MIGRATIONS],
  ])('of %s', (file, steps) => {
    it.each(steps.map((_, version) => version))('leads from version %i to what a new file has', (from) => {
      migrate(db, file, steps.slice(0, from));
      migrate(db, file, steps);
      const fresh = new DatabaseSync(':memory:');
      migrate(fresh, file, steps);
      expect(schemaOf(db)).toEqual(schemaOf(fresh));
      expect(versionOf(db)).toBe(steps.length);
      fresh.close();
    });
  });
});

const schemaOf = (db: DatabaseSync) =>
  db
    .prepare('select type, name, sql from sqlite_schema order by name')
    .all()
    .map((row) => ({ ...row }));
