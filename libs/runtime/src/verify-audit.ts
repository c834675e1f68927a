import { type Audit, type AuditFindings, AuditVerifier } from '#core';

/** Rows read at once: a few hundred kilobytes. */
const ROWS_MAX = 1_000;

/**
 * Walks along a whole chain in bounded memory, also while the service writes on. `signed` are the hashes of the checkpoints. `onProgress` hears
 * which share is done.
 */
export async function verifyAudit(
  audit: Pick<Audit, 'count' | 'rows'>,
  signed: ReadonlyMap<number, string>,
  onProgress: (share: number) => void = () => undefined,
): Promise<AuditFindings> {
  const count = await audit.count();
  const verifier = new AuditVerifier({ count, signed });
  for (let after = Number.MIN_SAFE_INTEGER, done = 0; ;) {
    const rows = await audit.rows(after, ROWS_MAX);
    for (const row of rows) verifier.take(row);
    if (rows.length < ROWS_MAX) return verifier.end(await audit.count());
    after = rows.at(-1)!.number;
    done += rows.length;
    onProgress(Math.min(1, done / Math.max(1, count)));
  }
}
