import { setImmediate as turn } from 'node:timers/promises';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import { endpointOf, type Keys, type Subscriber } from '#core';
import { reserve } from './numbering.ts';
import { announceKeys, lookupOf, seal } from './sealed-addresses.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Flavour } from './flavour.ts';
import type { Tables } from './tables.ts';
import { write } from './write.ts';

/** A commit costs a sync of the disk; a quarter of a second of rows makes it cheap. Nothing else runs beside a filling. */
const ROWS_PER_COMMIT = 5_000;

/**
 * Adds very many people who are certainly not there yet, at tens of thousands a second: a city that comes with its list, a measurement. Whoever is
 * there makes it reject; `subscribe` is for them. The addresses of one commit are in memory at once, so any iterable will do.
 */
export async function fillDirectory({
  database,
  keys,
  subscribers,
  onProgress = () => undefined,
}: {
  readonly database: SqlDatabase;
  readonly keys: Keys;
  readonly subscribers: Iterable<Subscriber>;
  readonly onProgress?: (filled: number) => void;
}): Promise<number> {
  await announceKeys(database, keys);
  let filled = 0;
  let part: Subscriber[] = [];
  const flush = async () => {
    const rows = part;
    part = [];
    await write(database, 'filling the directory', (t) => insert(t, { flavour: database.flavour, keys, subscribers: rows }));
    onProgress((filled += rows.length));
    await turn();
  };
  for (const subscriber of subscribers) {
    part.push(subscriber);
    if (part.length === ROWS_PER_COMMIT) await flush();
  }
  if (part.length > 0) await flush();
  return filled;
}

async function insert(
  t: Transaction<Tables>,
  { flavour, keys, subscribers }: { readonly flavour: Flavour; readonly keys: Keys; readonly subscribers: readonly Subscriber[] },
): Promise<void> {
  const first = await reserve(t, 'subscriber', subscribers.length);
  const people: unknown[] = [];
  const choices: unknown[] = [];
  const wishes: unknown[] = [];
  for (const [index, { channel, address, language, districts, categories, charset = 'utf-8', standby = null }] of subscribers.entries()) {
    const no = first + index;
    const { sealed, sealed_by } = seal(keys, { channel, no, address });
    const endpoint = endpointOf(channel, address);
    people.push([no, channel, language, charset, endpoint, standby, lookupOf(keys, channel, address), sealed, sealed_by]);
    for (const district of new Set(districts)) choices.push([channel, district, language, no]);
    for (const category of new Set(categories)) wishes.push([channel, category, language, no]);
  }
  await sql`
    insert into subscriber (no, channel, language, charset, endpoint, blocked, standby, lookup, sealed, sealed_by)
    select ${number(0)}, ${value(1)}, ${value(2)}, ${value(3)}, ${value(4)}, 0, ${number(5)}, ${value(6)}, ${value(7)}, ${number(8)}
    from ${rowsOf(people, flavour)}`.execute(t);
  await sql`
    insert into choice (channel, blocked, district, language, no)
    select ${value(0)}, 0, ${value(1)}, ${value(2)}, ${number(3)} from ${rowsOf(choices, flavour)}`.execute(t);
  await sql`
    insert into wish (channel, blocked, category, language, no)
    select ${value(0)}, 0, ${value(1)}, ${value(2)}, ${number(3)} from ${rowsOf(wishes, flavour)}`.execute(t);
}

const value = (at: number): RawBuilder<unknown> => sql`value ->> ${sql.lit(at)}`;
const number = (at: number): RawBuilder<unknown> => sql`cast(${value(at)} as bigint)`;

/** Rows as one parameter: thousands of placeholders would take longer to compile than their rows to write. */
const rowsOf = (rows: readonly unknown[], flavour: Flavour): RawBuilder<unknown> =>
  flavour === 'postgres'
    ? sql`json_array_elements(cast(${JSON.stringify(rows)} as json)) as element(value)`
    : sql`json_each(${JSON.stringify(rows)})`;
