import { sql, type Transaction } from 'kysely';
import { type ChannelName, endpointOf, type Keys, type Recipient, withoutAddresses } from '#core';
import { reserve } from './numbering.ts';
import { lookupOf, seal } from './sealed-addresses.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Tables } from './tables.ts';
import { inStatements, ROWS_PER_STATEMENT, write } from './write.ts';
import { whenFree } from './when-free.ts';

/** A delivery of LINE has 500 recipients: as many as are planned in one commit. */
const DELIVERIES_PER_STEP = 20;

/**
 * Seals what a version before 8 left in plain text: subscribers, and the recipients of deliveries, who become numbers. In steps of a bounded size,
 * each in a transaction, so that a kill in between leaves the rest to the next opening. Returns whether there was anything.
 */
export async function adoptPlain(database: SqlDatabase, keys: Keys): Promise<boolean> {
  let found = false;
  while (await write(database, 'sealing addresses', (t) => sealSome(t, keys))) found = true;
  // People who left before, by channel and address: their old deliveries keep counting them, under a number that nobody else has.
  const gone = new Map<string, number>();
  while (await write(database, 'numbering recipients', (t) => numberSome(t, keys, gone))) found = true;
  if (found) await rewrite(database);
  return found;
}

/** Writes the tables anew, so that no page holds what was deleted from them, by this version or by an earlier one that did not overwrite it. */
async function rewrite({ db, flavour }: SqlDatabase): Promise<void> {
  if (flavour === 'postgres') {
    await sql`vacuum (full) subscriber_plain, delivery`.execute(db);
    return;
  }
  await whenFree(() => sql`vacuum`.execute(db));
  await whenFree(() => sql`pragma wal_checkpoint(truncate)`.execute(db));
}

async function sealSome(t: Transaction<Tables>, keys: Keys): Promise<boolean> {
  await reserve(t, 'subscriber', 0); // Of two that open at once one does a step, and the other goes on after it.
  const plain = await t.selectFrom('subscriber_plain').selectAll().orderBy('no').limit(ROWS_PER_STATEMENT).execute();
  if (plain.length === 0) return false;
  const rows = plain.map(({ no, channel, language, address }) => ({
    no,
    channel,
    language,
    charset: 'utf-8' as const,
    blocked: 0 as const,
    standby: null,
    endpoint: endpointOf(channel, address),
    lookup: lookupOf(keys, channel, address),
    ...seal(keys, { channel, no, address }),
  }));
  // Two spellings of one mail address were two subscribers; they are one now, with the older number and its choices.
  await t
    .insertInto('subscriber')
    .values(rows)
    .onConflict((c) => c.column('lookup').doNothing())
    .execute();
  const numbers = plain.map(({ no }) => no);
  const kept = await t.selectFrom('subscriber').select('no').where('no', 'in', numbers).execute();
  const dropped = numbers.filter((no) => kept.every((one) => one.no !== no));
  if (dropped.length > 0) {
    for (const table of ['choice', 'wish', 'ticket'] as const) await t.deleteFrom(table).where('no', 'in', dropped).execute();
  }
  await t.deleteFrom('subscriber_plain').where('no', 'in', numbers).execute();
  return true;
}

async function numberSome(t: Transaction<Tables>, keys: Keys, gone: Map<string, number>): Promise<boolean> {
  await reserve(t, 'subscriber', 0);
  const rows = await t
    .selectFrom('delivery_plain')
    .leftJoin('delivery', 'delivery.number', 'delivery_plain.number')
    .select(['delivery_plain.number', 'delivery.channel', 'delivery.recipients', 'delivery.last_reason', 'delivery.receipt'])
    .orderBy('delivery_plain.number')
    .limit(DELIVERIES_PER_STEP)
    .execute();
  if (rows.length === 0) return false;
  for (const { number, channel, recipients, last_reason, receipt } of rows) {
    // Retention may have forgotten it meanwhile.
    if (channel === null || recipients === null) continue;
    const addresses = JSON.parse(recipients) as string[];
    const numbers = await numbersOf(t, keys, { channel, addresses, gone });
    await t
      .updateTable('delivery')
      .set({
        recipients: JSON.stringify(numbers),
        last_reason: withoutAddresses(last_reason ?? '', addresses),
        receipt: withoutAddresses(receipt ?? '', addresses),
      })
      .where('number', '=', number)
      .execute();
  }
  await t
    .deleteFrom('delivery_plain')
    .where(
      'number',
      'in',
      rows.map(({ number }) => number),
    )
    .execute();
  return true;
}

async function numbersOf(
  t: Transaction<Tables>,
  keys: Keys,
  {
    channel,
    addresses,
    gone,
  }: { readonly channel: ChannelName; readonly addresses: readonly string[]; readonly gone: Map<string, number> },
): Promise<readonly Recipient[]> {
  const lookups = addresses.map((address) => lookupOf(keys, channel, address));
  const known = new Map<string, number>();
  await inStatements([...new Set(lookups)], async (part) => {
    for (const { lookup, no } of await t.selectFrom('subscriber').select(['lookup', 'no']).where('lookup', 'in', part).execute())
      known.set(lookup, no);
  });
  const strangers = [...new Set(lookups)].filter((lookup) => !known.has(lookup) && !gone.has(lookup));
  const first = strangers.length > 0 ? await reserve(t, 'subscriber', strangers.length) : 0;
  for (const [index, lookup] of strangers.entries()) gone.set(lookup, first + index);
  return lookups.map((lookup) => String(known.get(lookup) ?? gone.get(lookup)));
}
