import { sql, type Transaction } from 'kysely';
import { DEAD_LETTERS_MAX, type DeadLetterAct, type DeadLetters, deadLetterWords } from '#core';
import { appendAudit } from './audit-entries.ts';
import { openSends } from './audit-sends.ts';
import { storable } from './ledger-rows.ts';
import type { Tables } from './tables.ts';
import { inStatements } from './write.ts';

/** Settles dead letters with the words of a person beside each, and in the audit. */
export async function settleDeadLetters(t: Transaction<Tables>, which: DeadLetters, act: DeadLetterAct): Promise<number> {
  const { kind, by, role, at, reason, from } = act;
  let query = t.selectFrom('delivery').select(['id', 'channel', 'endpoint']).where('state', '=', sql.lit('dead'));
  if ('ids' in which) query = query.where('id', 'in', which.ids.slice(0, DEAD_LETTERS_MAX));
  else {
    query = query.where('channel', '=', which.channel);
    if (which.endpoint !== undefined) query = query.where('endpoint', '=', which.endpoint);
  }
  const found = await query.orderBy('number').limit(DEAD_LETTERS_MAX).execute();
  const settled: string[] = [];
  await inStatements(found, async (part) => {
    const rows = await t
      .updateTable('delivery')
      .set({
        last_reason: storable(deadLetterWords(act)),
        ...(kind === 'retry'
          ? { state: 'queued' as const, due_at: at, first_attempt_at: null, settled_at: null }
          : { state: 'closed' as const, settled_at: at }),
      })
      .where(
        'id',
        'in',
        part.map(({ id }) => id),
      )
      .where('state', '=', sql.lit('dead'))
      .returning(['id', 'transition_id'])
      .execute();
    settled.push(...rows.map(({ id }) => id));
    if (kind === 'retry')
      await openSends(
        t,
        rows.map(({ transition_id }) => transition_id),
      );
  });
  const name = kind === 'retry' ? ('delivery-reopened' as const) : ('delivery-closed' as const);
  await appendAudit(
    t,
    settled.toSorted().map((subject) => ({ at, by, role, act: name, subject, grounds: reason, ...(from !== undefined && { from }) })),
  );
  return settled.length;
}
