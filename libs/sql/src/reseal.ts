import { setImmediate as turn } from 'node:timers/promises';
import { sql, type Transaction } from 'kysely';
import { type Keys, SealBroken } from '#core';
import { type Resealed, resealRest } from './reseal-rest.ts';
import { announceKeys, seal, unseal } from './sealed-addresses.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { SubscriberRow, Tables } from './tables.ts';
import { read, ROWS_PER_STATEMENT, write } from './write.ts';

/** How many addresses each generation of the keys has sealed. */
export function sealedByGeneration(database: SqlDatabase): Promise<ReadonlyMap<number, number>> {
  return read(database, 'counting sealed addresses', async (db) => {
    const rows = await db
      .selectFrom('subscriber')
      .select((e) => ['sealed_by', e.fn.countAll<number>().as('addresses')])
      .groupBy('sealed_by')
      .orderBy('sealed_by')
      .execute();
    return new Map(rows.map(({ sealed_by, addresses }) => [sealed_by, addresses]));
  });
}

/**
 * Seals every address, and whatever else is sealed, anew by the newest generation, while the service runs. In transactions of a few milliseconds;
 * what somebody changed in between stays as they left it. A kill leaves the rest under the old generation, which opens it as before: do it again.
 * What was damaged stays, and is counted apart.
 */
export async function reseal({
  database,
  keys,
  onProgress = () => undefined,
}: {
  readonly database: SqlDatabase;
  readonly keys: Keys;
  readonly onProgress?: (resealed: number) => void;
}): Promise<Resealed & { readonly rest: Resealed }> {
  await announceKeys(database, keys);
  let [resealed, damaged, after] = [0, 0, -1];
  for (;;) {
    const rows = await oldRows(database, keys, after);
    if (rows.length === 0) break;
    const renewed = rows.flatMap((row) => {
      const sealed = renewedOf(row, keys);
      return sealed === null ? [] : [{ no: row.no, was: row.sealed, sealed }];
    });
    damaged += rows.length - renewed.length;
    if (renewed.length > 0) resealed += await write(database, 'sealing anew', (t) => replace(t, renewed, keys.generation));
    after = rows.at(-1)!.no;
    onProgress(resealed);
    await turn();
  }
  return { resealed, damaged, rest: await resealRest(database, keys) };
}

const oldRows = (database: SqlDatabase, keys: Keys, after: number): Promise<readonly Pick<SubscriberRow, 'no' | 'channel' | 'sealed'>[]> =>
  read(database, 'reading sealed addresses', (db) =>
    db
      .selectFrom('subscriber')
      .select(['no', 'channel', 'sealed'])
      .where('no', '>', after)
      .where('sealed_by', '<>', keys.generation)
      .orderBy('no')
      .limit(ROWS_PER_STATEMENT)
      .execute(),
  );

function renewedOf({ no, channel, sealed }: Pick<SubscriberRow, 'no' | 'channel' | 'sealed'>, keys: Keys): string | null {
  try {
    return seal(keys, { channel, no, address: unseal(keys, { channel, no, sealed }) }).sealed;
  } catch (cause) {
    if (cause instanceof SealBroken) return null;
    throw cause;
  }
}

interface Renewed {
  readonly no: number;
  readonly was: string;
  readonly sealed: string;
}

/** Compare and set, many rows in one statement. Both databases call the columns of `values` so. */
async function replace(t: Transaction<Tables>, rows: readonly Renewed[], generation: number): Promise<number> {
  const values = sql.join(rows.map(({ no, was, sealed }) => sql`(cast(${no} as bigint), ${was}, ${sealed})`));
  const { numAffectedRows } = await sql`
    update subscriber set sealed = renewed.column3, sealed_by = ${generation}
    from (values ${values}) as renewed
    where subscriber.no = renewed.column1 and subscriber.sealed = renewed.column2`.execute(t);
  return Number(numAffectedRows ?? 0);
}
