import { setImmediate as turn } from 'node:timers/promises';
import type { Delivery, DeliveryClue } from '#core';
import { deliveryFrom } from './ledger-rows.ts';
import type { SqlDatabase } from './sql-database.ts';

// A few milliseconds on SQLite, which answers in our own thread; then everybody else has a turn.
const SLICE = 2_000;

/**
 * The newest delivery that a clue means. A mail is found by what it carried, for bounces ask for that by the thousand and strangers may too. There is
 * no index over keys: every delivery would pay for it, and somebody asks once in a month. So the whole table is gone through in slices, a million
 * deliveries in seconds.
 */
export async function findDelivery(
  db: SqlDatabase['reads'],
  by: DeliveryClue,
): Promise<{ readonly number: number; readonly delivery: Delivery } | null> {
  const id = 'id' in by ? by.id : await idOf(db, by);
  if (id === null) return null;
  const row = await db.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? { number: row.number, delivery: deliveryFrom(row) } : null;
}

async function idOf(db: SqlDatabase['reads'], by: Exclude<DeliveryClue, { readonly id: string }>): Promise<string | null> {
  if ('mail' in by) return (await db.selectFrom('delivery').select('id').where('mail_key', '=', by.mail).executeTakeFirst())?.id ?? null;
  // Nothing that was not sent has a receipt, so an empty one means nobody.
  if (by.key === '') return null;
  const { first, last } = await db
    .selectFrom('delivery')
    .select(({ fn }) => [fn.min<number | null>('number').as('first'), fn.max<number | null>('number').as('last')])
    .executeTakeFirstOrThrow();
  if (first === null || last === null) return null;
  for (let to = last; to >= first; to -= SLICE) {
    const found = await db
      .selectFrom('delivery')
      .select('id')
      .where('number', '>', to - SLICE)
      .where('number', '<=', to)
      .where((e) => e.or([e('retry_key', '=', by.key), e('receipt', '=', by.key)]))
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (found) return found.id;
    await turn();
  }
  return null;
}
