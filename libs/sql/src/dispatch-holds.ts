import { sql, type Transaction } from 'kysely';
import type { DispatchHold, DispatchRelease } from '#core';
import { appendAudit } from './audit-entries.ts';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Tables } from './tables.ts';

/** The newest hold; null when there never was one. */
export async function newestHold(db: SqlDatabase['reads']): Promise<DispatchHold | null> {
  const row = await db.selectFrom('dispatch_hold').select('body').orderBy('number', 'desc').limit(1).executeTakeFirst();
  return row ? (JSON.parse(row.body) as DispatchHold) : null;
}

/** Begins a hold, unless one holds; and in any case takes what waits for what may have gone out since the copy was taken. */
export async function putHold(t: Transaction<Tables>, { at, why }: { readonly at: number; readonly why: string }): Promise<void> {
  // Reserved first, so that two who begin at once come one after the other.
  const number = await reserve(t, 'dispatch_hold', 1);
  await t
    .updateTable('delivery')
    .set((e) => ({ first_attempt_at: e.ref('due_at') }))
    .where('state', '=', sql.lit('queued'))
    .where('first_attempt_at', 'is', null)
    .execute();
  await t.deleteFrom('mail_letter').execute();
  const open = await t.selectFrom('dispatch_hold').select('number').where('open', '=', 1).executeTakeFirst();
  if (open) return;
  const hold: DispatchHold = { heldAt: at, why, released: null };
  await t
    .insertInto('dispatch_hold')
    .values({ number, body: JSON.stringify(hold), open: 1 })
    .execute();
  await appendAudit(t, [{ at, by: 'dispatch', role: 'system', act: 'dispatch-held', subject: 'dispatch', grounds: why }]);
}

/** Ends the hold that holds; false when none does. */
export async function endHold(t: Transaction<Tables>, { at, by, role, why, from }: DispatchRelease): Promise<boolean> {
  await reserve(t, 'dispatch_hold', 0); // Two who release at once come one after the other.
  const row = await t.selectFrom('dispatch_hold').selectAll().where('open', '=', 1).executeTakeFirst();
  if (!row) return false;
  const hold: DispatchHold = { ...(JSON.parse(row.body) as DispatchHold), released: { at, by, why } };
  await t
    .updateTable('dispatch_hold')
    .set({ body: JSON.stringify(hold), open: 0 })
    .where('number', '=', row.number)
    .execute();
  await appendAudit(t, [
    { at, by, role, act: 'dispatch-released', subject: 'dispatch', grounds: why, ...(from !== undefined && { from }) },
  ]);
  return true;
}
