import { userInfo } from 'node:os';
import { type Audit, AUDIT_ROOT, type AuditBreak, type AuditEntry, type AuditHead, signBreak } from '#core';
import { CheckpointFile, readAuditKey, readSignedRecord, type SignedRecord, verifyAudit } from '#runtime';
import { UsageError } from './command.ts';

/** Restores that are looked through for the one that lost what was signed. */
const RESTORES_MAX = 100;
/** Restores after each other of which none was accepted yet. */
const BREAKS_MAX = 20;

/**
 * Accepts, as a person at the console, that restores lost ends of the chain that were signed: writes a signed line behind the checkpoints for each.
 * Resolves with them; with none when nothing is missing. Refuses unless the chain itself tells of the restore, a person released the hold that came
 * with it, and everything else of the chain holds.
 */
export async function acceptRestore(
  audit: Audit,
  { file, keyFile, trusted }: { readonly file: string; readonly keyFile: string; readonly trusted: readonly string[] },
): Promise<readonly AuditBreak[]> {
  const key = readAuditKey(keyFile);
  const accepted: AuditBreak[] = [];
  for (let turn = 0; turn < BREAKS_MAX; turn += 1) {
    const record = await readSignedRecord(file, trusted);
    const stretch = await lostStretch(audit, record);
    if (!stretch) break;
    if (accepted.length === 0) await mustHoldOtherwise(audit, record);
    const released = await releaseAfter(audit, stretch.kept);
    const { number, hash, by, at } = released;
    const broken = signBreak({ ...stretch, released: { number, hash, by, at }, by: userInfo().username, at: Date.now() }, key);
    await new CheckpointFile(file).append(broken);
    accepted.push(broken);
  }
  return accepted;
}

/** The newest end that was signed and that the chain does not have, with the last one before it that the chain has; null when all are there. */
async function lostStretch(audit: Audit, { ends }: SignedRecord): Promise<Pick<AuditBreak, 'kept' | 'lost'> | null> {
  const isThere = await presence(audit, ends);
  const missing = ends.flatMap((end, index) => (isThere[index] ? [] : [{ end, index }]));
  if (missing.length === 0) return null;
  const highest = Math.max(...missing.map(({ end }) => end.number));
  const last = missing.findLast(({ end }) => end.number === highest)!;
  const before = ends.slice(0, last.index).filter((_, index) => isThere[index]);
  const kept = before.toSorted((one, other) => one.number - other.number).at(-1) ?? { number: 0, hash: AUDIT_ROOT };
  if (missing.some(({ end, index }) => index <= last.index && end.number <= kept.number))
    throw new UsageError('the chain lacks ends in its middle, which no restore leaves behind; audit verify names what was changed.');
  return { kept, lost: last.end };
}

async function presence(audit: Audit, ends: readonly AuditHead[]): Promise<readonly boolean[]> {
  const there: boolean[] = [];
  // One after the other: a look takes less than a millisecond, and ten years have 90,000 of them.
  for (const { number, hash } of ends) {
    const [row] = await audit.rows(number - 1, 1);
    there.push(row?.number === number && row.hash === hash);
  }
  return there;
}

/** Everything but the ends that are gone. */
async function mustHoldOtherwise(audit: Audit, { ends, faults }: SignedRecord): Promise<void> {
  const isThere = await presence(audit, ends);
  const signed = new Map(ends.filter((_, index) => isThere[index]).map(({ number, hash }) => [number, hash]));
  const found = await verifyAudit(audit, signed);
  const others = faults.filter(({ kind }) => kind !== 'contradiction');
  if (found.faults.length + found.faultsMore + others.length > 0)
    throw new UsageError('more is wrong than what a restore leaves behind; audit verify names it.');
}

/** The entry by which a person released the hold of the restore that came after what was kept. */
async function releaseAfter(audit: Audit, kept: AuditHead): Promise<AuditEntry> {
  const of = async (act: 'restored' | 'dispatch-released', after: number): Promise<AuditEntry | undefined> =>
    (await audit.entries({ acts: [act], limit: RESTORES_MAX })).filter(({ number }) => number > after).at(-1);
  const restored = await of('restored', kept.number);
  if (!restored) throw new UsageError('the chain tells of no restore behind what it kept; audit verify names what is missing.');
  const released = await of('dispatch-released', restored.number);
  if (!released)
    throw new UsageError(
      'nobody released what the restore holds yet: a decider or an administrator looks at it first and does so on the page.',
    );
  return released;
}
