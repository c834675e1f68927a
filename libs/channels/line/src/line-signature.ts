import { validateSignature } from '@line/bot-sdk';

/** Base64 of 32 bytes: anything longer is no signature, and is not decoded. */
const SIGNATURE_CHARS = 44;

/**
 * Whether a webhook is LINE's: `x-line-signature` is the HMAC-SHA256 of the raw bytes under the channel secret, compared in constant time (D§3.5).
 * False without a header.
 */
export const isSignedByLine = (raw: Uint8Array, signature: string | undefined, secret: string): boolean =>
  signature?.length === SIGNATURE_CHARS && validateSignature(Buffer.from(raw), secret, signature);
