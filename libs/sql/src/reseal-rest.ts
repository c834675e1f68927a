import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Keys, SECOND_FACTOR_SEAL, SealBroken } from '#core';
import { REPORT_SEAL } from './sql-resident-reports.ts';
import { FAMILY_SEAL } from './sql-family-codes.ts';
import { LETTERS_SEAL } from './sql-letters.ts';
import { TALK_SEAL } from './sql-talks.ts';
import type { SqlDatabase } from './sql-database.ts';
import { read, ROWS_PER_STATEMENT, write } from './write.ts';

/** How many texts were sealed anew, and how many do not open. */
export interface Resealed {
  readonly resealed: number;
  readonly damaged: number;
}

/** A column that holds sealed texts, beside the addresses of the directory. */
interface SealedColumn {
  readonly table: string;
  /** By which a row is found, and to which its text is bound. */
  readonly key: string;
  readonly column: string;
  readonly purpose: string;
  readonly boundTo: (key: string) => string;
}

/** Whoever seals another column adds a row. */
const COLUMNS: readonly SealedColumn[] = [
  { table: 'talk', key: 'person', column: 'body', purpose: TALK_SEAL, boundTo: (person) => `talk ${person}` },
  { table: 'line_event', key: 'id', column: 'body', purpose: TALK_SEAL, boundTo: (id) => `event ${id}` },
  { table: 'resident_report', key: 'id', column: 'body', purpose: REPORT_SEAL, boundTo: (id) => id },
  { table: 'family_code', key: 'holder', column: 'sealed', purpose: FAMILY_SEAL, boundTo: (holder) => holder },
  { table: 'mail_link', key: 'token_hash', column: 'sealed', purpose: LETTERS_SEAL, boundTo: (hash) => `link ${hash}` },
  { table: 'mail_letter', key: 'id', column: 'sealed', purpose: LETTERS_SEAL, boundTo: (id) => `letter ${id}` },
  { table: 'second_factor', key: 'staff', column: 'secret', purpose: SECOND_FACTOR_SEAL, boundTo: (user) => user },
];

interface Row {
  readonly key: string;
  readonly sealed: string;
}

/** Seals everything beside the addresses anew, in the manner of `reseal`. */
export async function resealRest(database: SqlDatabase, keys: Keys): Promise<Resealed> {
  let [resealed, damaged] = [0, 0];
  for (const of of COLUMNS) {
    for (let after = ''; ;) {
      const rows = await rowsOf(database, of, after);
      const last = rows.at(-1);
      if (!last) break;
      after = last.key;
      // A text that is over and was blanked has nothing to seal.
      const old = rows.filter(({ sealed }) => sealed !== '' && keys.generationOf(sealed) !== keys.generation);
      const renewed = old.flatMap((row) => renewedOf(keys, of, row));
      damaged += old.length - renewed.length;
      if (renewed.length > 0) resealed += await replace(database, of, renewed);
      await turn();
    }
  }
  return { resealed, damaged };
}

const rowsOf = (database: SqlDatabase, { table, key, column }: SealedColumn, after: string): Promise<readonly Row[]> =>
  read(database, `reading what is sealed in ${table}`, async (db) => {
    const { rows } = await sql<Row>`
      select ${sql.ref(key)} as key, ${sql.ref(column)} as sealed from ${sql.table(table)}
      where ${sql.ref(key)} > ${after} order by ${sql.ref(key)} limit ${ROWS_PER_STATEMENT}`.execute(db);
    return rows;
  });

function renewedOf(keys: Keys, { purpose, boundTo }: SealedColumn, { key, sealed }: Row): readonly (Row & { readonly was: string })[] {
  try {
    return [{ key, was: sealed, sealed: keys.seal(purpose, keys.open(purpose, sealed, boundTo(key)), boundTo(key)) }];
  } catch (cause) {
    if (cause instanceof SealBroken) return [];
    throw cause;
  }
}

/** Compare and set: what somebody changed in between stays as they left it, and is sealed by the newest generation already. */
const replace = (
  database: SqlDatabase,
  { table, key, column }: SealedColumn,
  rows: readonly (Row & { readonly was: string })[],
): Promise<number> =>
  write(database, `sealing ${table} anew`, async (t) => {
    let changed = 0;
    for (const row of rows) {
      const { numAffectedRows } = await sql`
        update ${sql.table(table)} set ${sql.ref(column)} = ${row.sealed}
        where ${sql.ref(key)} = ${row.key} and ${sql.ref(column)} = ${row.was}`.execute(t);
      changed += Number(numAffectedRows ?? 0);
    }
    return changed;
  });
