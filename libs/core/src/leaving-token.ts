import type { Keys } from './keys.ts';
import type { Recipient } from './delivery.ts';

const PURPOSE = 'leave mail';

/**
 * What the link and the address for leaving end in: it belongs to one subscriber for ever, and nobody without the keys can make it for another.
 * In hexadecimal digits, since some relays write an address in small letters.
 */
export const leavingTokenOf = (keys: Keys, recipient: Recipient): string =>
  `${recipient}-${Buffer.from(keys.tokenFor(PURPOSE, recipient), 'base64url').toString('hex')}`;

/** Whose token it is; null for what is none. */
export function recipientOfLeavingToken(keys: Keys, token: string): Recipient | null {
  const [, recipient, digits] = /^([1-9]\d{0,15})-([0-9a-f]{32})$/.exec(token.toLowerCase()) ?? [];
  if (recipient === undefined || digits === undefined) return null;
  return keys.isToken(Buffer.from(digits, 'hex').toString('base64url'), PURPOSE, recipient) ? recipient : null;
}
