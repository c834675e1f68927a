import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The key that signs the audit cannot be used; the message says which file, and what to do. */
export class AuditKeyUnusable extends Error {
  override readonly name = 'AuditKeyUnusable';
}

/**
 * The Ed25519 key that signs the end of the audit, from a PEM file; made when there is none. Whoever has it can sign a chain of their own, so what
 * was signed has to be kept where they cannot write (S33). Throws `AuditKeyUnusable`.
 */
export function openAuditKey(file: string): KeyObject {
  if (!existsSync(file)) make(file);
  return readAuditKey(file);
}

/** The key in a file that must be there. Throws `AuditKeyUnusable`. */
export function readAuditKey(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new AuditKeyUnusable(`${file}: the key that signs the audit cannot be read; restore it, or set SONAE_AUDIT_KEY to where it is`, {
      cause,
    });
  }
  throw new AuditKeyUnusable(`${file}: this is no Ed25519 key; make one with openssl genpkey -algorithm ed25519`);
}

/** Written beside its place and linked there: of two that start at once one wins, and a kill leaves no half key. */
function make(file: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  const draft = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
  chmodSync(draft, 0o600);
  try {
    linkSync(draft, file);
  } catch (cause) {
    if (!existsSync(file)) throw new AuditKeyUnusable(`${file}: no key could be made here`, { cause });
  } finally {
    rmSync(draft, { force: true });
  }
}
