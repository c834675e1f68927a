import { createHmac, timingSafeEqual } from 'node:crypto';

/** What is signed: the id that stays the same over all repeats, the second of this attempt, and the exact bytes of the body. */
export interface Signed {
  readonly id: string;
  readonly timestampS: number;
  readonly body: string;
}

/** How a secret is handed to the other side: the bytes as base64 behind this prefix (Standard Webhooks 1.0, "Signature scheme"). */
const SECRET_PREFIX = 'whsec_';

/** The secret as the receiver is given it. */
export const secretText = (secret: Uint8Array): string => `${SECRET_PREFIX}${Buffer.from(secret).toString('base64')}`;

/** The value of `webhook-signature` under one secret (Standard Webhooks 1.0: HMAC-SHA-256 over id, timestamp and body). */
export function signatureOf({ id, timestampS, body }: Signed, secret: Uint8Array): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestampS}.${body}`).digest('base64')}`;
}

/** Whether one of the signatures in a header is ours, as a receiver checks it; in constant time. */
export function isSigned(header: string, signed: Signed, secret: Uint8Array): boolean {
  const own = Buffer.from(signatureOf(signed, secret));
  return header.split(' ').some((given) => given.length === own.length && timingSafeEqual(Buffer.from(given), own));
}
