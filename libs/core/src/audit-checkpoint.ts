import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type AuditHead, canonicalJson } from './audit.ts';

/** The end of the chain at an instant, signed: whoever writes the chain anew afterwards cannot make this fit again (S33). */
export interface AuditCheckpoint extends AuditHead {
  readonly at: number;
  /** Which key signed it: the raw Ed25519 public key, base64url. */
  readonly key: string;
  /** Ed25519 over `sonae audit checkpoint`, a line feed, and the canonical JSON of `number`, `hash` and `at` (RFC 8032), base64url. */
  readonly signature: string;
}

/** S33. */
const CHECKPOINT_EVERY_MS = 3_600_000;

/**
 * Whether the chain is to be signed now: every hour, also when the clock was put back, and behind every act on an order. A chain that is shorter than
 * what was signed, as after a restore, is signed at once: until then no act on an order would lie behind the last signature.
 */
export function isCheckpointDue({
  last,
  head,
  newestOrder,
  now,
}: {
  readonly last: Pick<AuditCheckpoint, 'number' | 'at'> | null;
  readonly head: AuditHead;
  /** Number of the newest entry about an order; 0 when there is none. */
  readonly newestOrder: number;
  readonly now: number;
}): boolean {
  if (head.number === 0) return false;
  if (last === null || last.number > head.number || newestOrder > last.number) return true;
  return Math.abs(now - last.at) >= CHECKPOINT_EVERY_MS;
}

/** The public key of a private or public one, as checkpoints name it. */
export function auditKeyName(key: KeyObject): string {
  const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return x!;
}

/** Signs the end of the chain. */
export function signCheckpoint({ number, hash }: AuditHead, at: number, key: KeyObject): AuditCheckpoint {
  const signature = sign(null, signedText({ number, hash, at }), key).toString('base64url');
  return { number, hash, at, key: auditKeyName(key), signature };
}

/** What is wrong with a checkpoint; null when one of the keys that are trusted signed it as it stands. */
export function checkpointFault(checkpoint: AuditCheckpoint, trusted: readonly string[]): 'signature' | 'key' | null {
  if (!trusted.includes(checkpoint.key)) return 'key';
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: checkpoint.key }, format: 'jwk' });
  return verify(null, signedText(checkpoint), key, Buffer.from(checkpoint.signature, 'base64url')) ? null : 'signature';
}

/** A checkpoint from a line of a file; null when it is none. */
export function checkpointFrom(line: string): AuditCheckpoint | null {
  try {
    const { number, hash, at, key, signature } = JSON.parse(line) as Partial<AuditCheckpoint>;
    if (!Number.isSafeInteger(number) || !Number.isSafeInteger(at)) return null;
    if (typeof hash !== 'string' || typeof key !== 'string' || typeof signature !== 'string') return null;
    return { number: number!, hash, at: at!, key, signature };
  } catch {
    return null;
  }
}

const signedText = ({ number, hash, at }: Pick<AuditCheckpoint, 'number' | 'hash' | 'at'>): Buffer =>
  Buffer.from(`sonae audit checkpoint\n${canonicalJson({ number, hash, at })}`);
