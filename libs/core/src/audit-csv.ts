import { type AuditEntry, type AuditFact, canonicalJson } from './audit.ts';
import { csvCell } from './reach.ts';

/** First line of the audit as CSV. */
export const AUDIT_CSV_HEAD = 'number,time,act,by,role,subject,before,after,grounds,from,hash\r\n';

/** One entry as a line. Facts that are more than a text are JSON; no cell is ever a formula (F72). */
export function auditCsvLine({ number, at, act, by, role, subject, before, after, grounds, from, hash }: AuditEntry): string {
  const facts = [before, after, grounds].map(factText);
  const cells = [number, new Date(at).toISOString(), act, by, role, subject, ...facts, from ?? '', hash];
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function factText(fact: AuditFact | undefined): string {
  if (fact === undefined) return '';
  return typeof fact === 'string' ? fact : canonicalJson(fact);
}
