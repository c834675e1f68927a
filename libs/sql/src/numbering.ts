import type { Transaction } from 'kysely';
import type { CounterName, Tables } from './tables.ts';

/**
 * Reserves `count` numbers and resolves with the first one. The row stays locked until the transaction ends, so numbers become visible
 * in their own order and a rollback leaves no gap: a follower that goes by number misses nothing. (A sequence promises neither.)
 */
export async function reserve(t: Transaction<Tables>, name: CounterName, count: number): Promise<number> {
  const { value } = await t
    .updateTable('counter')
    .set((e) => ({ value: e('value', '+', count) }))
    .where('name', '=', name)
    .returning('value')
    .executeTakeFirstOrThrow();
  return value - count + 1;
}
