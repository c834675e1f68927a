import { sql, type Transaction } from 'kysely';
import { type AlertSilence, type SilenceDraft, silenceId } from '#core';
import { newestTransition } from './alert-acts.ts';
import { appendAudit, roleOf } from './audit-entries.ts';
import { storable } from './ledger-rows.ts';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { SilenceRow, Tables } from './tables.ts';
import { inStatements } from './write.ts';

/** Writes a silence down once per key. */
export async function addSilence(t: Transaction<Tables>, { from, ...draft }: SilenceDraft): Promise<AlertSilence> {
  const after = await newestTransition(t);
  const known = await t.selectFrom('silence').selectAll().where('key', '=', draft.key).executeTakeFirst();
  if (known) return silenceFrom(known);
  const number = await reserve(t, 'silence', 1);
  const silence: AlertSilence = {
    ...draft,
    reason: storable(draft.reason),
    id: silenceId(number),
    number,
    after,
    ended: null,
    told: false,
  };
  await t
    .insertInto('silence')
    .values({ number, key: draft.key, told: 0, body: JSON.stringify(silence) })
    .execute();
  const { by, at, matcher, covers, endsAt, reason } = silence;
  await appendAudit(t, [
    {
      at,
      by,
      role: await roleOf(t, by),
      act: 'silence-begun',
      subject: silence.id,
      after: { matcher, covers, endsAt },
      grounds: reason,
      ...(from !== undefined && { from }),
    },
  ]);
  return silence;
}

/** Ends a silence early; the first end stays. */
export async function endSilence(t: Transaction<Tables>, id: string, by: string, at: number, from?: string): Promise<AlertSilence | null> {
  const after = await newestTransition(t);
  const number = Number(id.slice(id.lastIndexOf('-') + 1));
  if (!Number.isSafeInteger(number) || silenceId(number) !== id) return null;
  const row = await t.selectFrom('silence').selectAll().where('number', '=', number).executeTakeFirst();
  if (!row) return null;
  const silence = silenceFrom(row);
  if (silence.ended !== null || silence.endsAt <= at) return silence;
  const ended: AlertSilence = { ...silence, ended: { by, at, after } };
  await t
    .updateTable('silence')
    .set({ body: JSON.stringify(ended) })
    .where('number', '=', number)
    .execute();
  const { endsAt } = silence;
  await appendAudit(t, [
    { at, by, role: await roleOf(t, by), act: 'silence-ended', subject: id, before: { endsAt }, ...(from !== undefined && { from }) },
  ]);
  return ended;
}

/** Newest first. */
export async function listSilences(
  db: SqlDatabase['reads'],
  { open = false, before, limit }: { readonly open?: boolean; readonly before?: number; readonly limit: number },
): Promise<readonly AlertSilence[]> {
  let query = db.selectFrom('silence').selectAll();
  if (open) query = query.where('told', '=', sql.lit(0));
  if (before !== undefined) query = query.where('number', '<', before);
  return (await query.orderBy('number', 'desc').limit(limit).execute()).map(silenceFrom);
}

/** Closes silences: staff was told what stands after them. */
export async function closeSilences(t: Transaction<Tables>, ids: readonly string[]): Promise<void> {
  const numbers = ids.map((id) => Number(id.slice(id.lastIndexOf('-') + 1)));
  await inStatements(numbers, (part) => t.updateTable('silence').set({ told: 1 }).where('number', 'in', part).execute());
}

const silenceFrom = ({ body, told }: Pick<SilenceRow, 'body' | 'told'>): AlertSilence => ({
  ...(JSON.parse(body) as AlertSilence),
  told: told === 1,
});
