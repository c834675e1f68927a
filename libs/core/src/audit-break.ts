import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type AuditHead, canonicalJson } from './audit.ts';
import { auditKeyName } from './audit-checkpoint.ts';

/**
 * A stretch of the chain that a restore lost, accepted by a person at the console. It names the very end that was signed and is gone, so it says
 * nothing about any other; and it is signed with the key of the checkpoints, for whoever can write the database must not be able to write it.
 */
export interface AuditBreak {
  /** The last signed entry that the chain still has; number 0 when there was none. */
  readonly kept: AuditHead;
  /** The newest entry that was signed before the restore, which the chain has no more. */
  readonly lost: AuditHead;
  /** The entry that says who released the hold after the restore, and when. */
  readonly released: AuditHead & { readonly by: string; readonly at: number };
  /** Who accepted it at the console. */
  readonly by: string;
  readonly at: number;
  /** As of `AuditCheckpoint`. */
  readonly key: string;
  /** Ed25519 over `sonae audit break`, a line feed, and the canonical JSON of everything but key and signature, base64url. */
  readonly signature: string;
}

/** Signs that a stretch was lost by a restore. */
export function signBreak(said: Omit<AuditBreak, 'key' | 'signature'>, key: KeyObject): AuditBreak {
  return { ...said, key: auditKeyName(key), signature: sign(null, signedText(said), key).toString('base64url') };
}

/** What is wrong with it; null when one of the keys that are trusted signed it as it stands. */
export function breakFault(broken: AuditBreak, trusted: readonly string[]): 'signature' | 'key' | null {
  if (!trusted.includes(broken.key)) return 'key';
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: broken.key }, format: 'jwk' });
  return verify(null, signedText(broken), key, Buffer.from(broken.signature, 'base64url')) ? null : 'signature';
}

/** A break from a line of a file of checkpoints; null when it is none. */
export function breakFrom(line: string): AuditBreak | null {
  try {
    const { kept, lost, released, by, at, key, signature } = JSON.parse(line) as Partial<AuditBreak>;
    if (!isHead(kept) || !isHead(lost) || !isHead(released)) return null;
    if (typeof released.by !== 'string' || !Number.isSafeInteger(released.at) || typeof by !== 'string' || !Number.isSafeInteger(at))
      return null;
    if (typeof key !== 'string' || typeof signature !== 'string') return null;
    return { kept, lost, released, by, at: at!, key, signature };
  } catch {
    return null;
  }
}

const isHead = (head: AuditHead | undefined): head is AuditHead => Number.isSafeInteger(head?.number) && typeof head?.hash === 'string';

const headOf = ({ number, hash }: AuditHead): AuditHead => ({ number, hash });

const signedText = ({ kept, lost, released, by, at }: Omit<AuditBreak, 'key' | 'signature'>): Buffer => {
  const said = { kept: headOf(kept), lost: headOf(lost), released: { ...headOf(released), by: released.by, at: released.at }, by, at };
  return Buffer.from(`sonae audit break\n${canonicalJson(said)}`);
};

/** What was signed, in the order of the lines: an end of the chain, or that a stretch of it was lost. */
export type SignedLine =
  | { readonly line: number; readonly end: AuditHead; readonly broken?: undefined }
  | { readonly line: number; readonly broken: AuditBreak; readonly end?: undefined };

/** What counts of the lines of one file. */
export interface SignedEnds {
  /** Ends of the chain that must still be there. */
  readonly ends: readonly { readonly line: number; readonly end: AuditHead }[];
  readonly breaks: readonly AuditBreak[];
  /** Lines with breaks that name no end which was the newest when it was signed: they acknowledge nothing. */
  readonly idle: readonly number[];
}

/**
 * Takes away the ends that lie in a stretch whose loss was accepted, and nothing else: those of the lines up to the end that the break names and
 * behind what the chain kept. That end must have been the newest of its time, or a part of a stretch could be accepted away. In their place stand what
 * was kept and the release, which must be in the chain as they were signed.
 */
export function signedEnds(lines: readonly SignedLine[]): SignedEnds {
  let ends: SignedEnds['ends'][number][] = [];
  const breaks: AuditBreak[] = [];
  const idle: number[] = [];
  for (const { line, end, broken } of lines) {
    if (end) {
      ends.push({ line, end });
      continue;
    }
    const { kept, lost, released } = broken;
    const at = ends.findLastIndex((one) => one.end.number === lost.number && one.end.hash === lost.hash);
    const isNewest = at >= 0 && ends.slice(0, at).every((one) => one.end.number <= lost.number);
    if (!isNewest || kept.number >= lost.number) {
      idle.push(line);
      continue;
    }
    breaks.push(broken);
    const own = [kept, released].filter(({ number }) => number > 0).map((head) => ({ line, end: headOf(head) }));
    ends = [...ends.filter((one, index) => index > at || one.end.number <= kept.number), ...own];
  }
  return { ends, breaks, idle };
}
