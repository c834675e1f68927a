import type { Transaction } from 'kysely';
import { AUDIT_ROOT, type AuditDraft, type AuditEntry, auditEntry, type AuditHead, type AuditRole, auditText, chainOn } from '#core';
import { storable } from './ledger-rows.ts';
import { reserve } from './numbering.ts';
import type { AuditRow, Tables } from './tables.ts';
import { inStatements } from './write.ts';

/**
 * Writes down what was done, in the transaction that does it: both are kept or neither. The end of the chain stays locked until the transaction
 * ends, so call it last: whoever held it and then waited for another lock could wait for somebody who waits for this one.
 */
export async function appendAudit(t: Transaction<Tables>, drafts: readonly AuditDraft[]): Promise<readonly AuditEntry[]> {
  if (drafts.length === 0) return [];
  const first = await reserve(t, 'audit', drafts.length);
  const last = await t
    .selectFrom('audit')
    .select('hash')
    .where('number', '=', first - 1)
    .executeTakeFirst();
  // The entry before may be gone only when somebody removed it. The work goes on: the verifier names the gap, and a flood does not wait for it.
  const head: AuditHead = { number: first - 1, hash: last?.hash ?? AUDIT_ROOT };
  const entries = chainOn(head, drafts.map(fit));
  await inStatements(entries.map(auditRow), (rows) => t.insertInto('audit').values(rows).execute());
  return entries;
}

const fit = (draft: AuditDraft): AuditDraft => ({ ...draft, by: storable(draft.by), subject: storable(draft.subject) });

const auditRow = (entry: AuditEntry): AuditRow => ({
  number: entry.number,
  at: entry.at,
  act: entry.act,
  by_name: entry.by,
  subject: entry.subject,
  body: auditText(entry.number, entry),
  previous: entry.previous,
  hash: entry.hash,
});

/** The entry of a row, by the text that was hashed. */
export const auditFrom = ({ body, previous, hash }: Pick<AuditRow, 'body' | 'previous' | 'hash'>): AuditEntry =>
  auditEntry({ text: body, previous, hash });

/** In what capacity somebody of this name acts: their role, or `system` for a part of the service. */
export async function roleOf(t: Transaction<Tables>, name: string): Promise<AuditRole> {
  const staff = await t.selectFrom('staff').select('role').where('name', '=', name).executeTakeFirst();
  return staff?.role ?? 'system';
}
