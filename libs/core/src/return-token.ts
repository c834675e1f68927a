import type { Keys } from './keys.ts';

const PURPOSE = 'return mail';

/** 128 bits in digits to the base 32: with the identity before it 61 of the 64 octets that may stand before an @ (RFC 5321 §4.5.3.1). */
const BASE = 32;
const PROOF_DIGITS = 26;
const TOKEN = /^([0-9a-f]{32})-([0-9a-v]{26})$/;

/**
 * What the envelope sender of a mail is made of: its identity, and the proof that it came from us. An identity follows from what was told to whom,
 * so a stranger may guess one; only who got the mail knows the proof, and nobody else can report that it came back.
 */
export const returnTokenOf = (keys: Keys, identity: string): string =>
  `${identity}-${BigInt(`0x${Buffer.from(keys.tokenFor(PURPOSE, identity), 'base64url').toString('hex')}`)
    .toString(BASE)
    .padStart(PROOF_DIGITS, '0')}`;

/** The identity of the mail that a token is of; null for what is none. */
export function identityOfReturnToken(keys: Keys, token: string): string | null {
  const [, identity, digits] = TOKEN.exec(token.toLowerCase()) ?? [];
  if (identity === undefined || digits === undefined) return null;
  const proof = Array.from(digits, (digit) => BigInt(Number.parseInt(digit, BASE))).reduce((sum, digit) => sum * BigInt(BASE) + digit, 0n);
  return keys.isToken(Buffer.from(proof.toString(16).padStart(32, '0'), 'hex').toString('base64url'), PURPOSE, identity) ? identity : null;
}
