import { createHash, type KeyObject, verify } from 'node:crypto';

/** What a mail's first DKIM signature says of itself, and whether it holds (RFC 6376, relaxed/relaxed with SHA-256). */
export interface ReadSignature {
  readonly domain: string;
  readonly selector: string;
  /** Names of the signed fields, in lower case. */
  readonly fields: readonly string[];
  /** Whether the fields are as they were signed. */
  readonly isSigned: boolean;
  /** Whether the body is as it was signed. */
  readonly isWhole: boolean;
}

/** Reads the signature of a raw mail; fields that others put above it do not matter. Throws when there is none. */
export function readSignature(mail: Buffer, publicKey: KeyObject): ReadSignature {
  const [head = '', ...rest] = mail.toString('latin1').split('\r\n\r\n');
  const fields = head.split(/\r\n(?![ \t])/);
  const signature = fields.find((field) => /^dkim-signature:/i.test(field));
  if (signature === undefined) throw new Error('the mail is not signed');
  const tag = (name: string) =>
    new RegExp(`[;:\\s]${name}=([^;]*)`).exec(signature.replaceAll(/\s+/g, ' '))?.[1]?.replaceAll(' ', '') ?? '';
  const signed = tag('h').toLowerCase().split(':');
  const taken = signed
    .map((name) => fields.find((field) => field.toLowerCase().startsWith(`${name}:`)))
    .filter((field) => field !== undefined);
  const text = [...taken.map(relaxed), relaxed(signature.replace(/([;\s]b=)[^;]*$/, '$1'))].join('\r\n');
  const body = `${rest
    .join('\r\n\r\n')
    .replaceAll(/[ \t]+\r\n/g, '\r\n')
    .replaceAll(/[ \t]+/g, ' ')
    .replace(/(\r\n)*$/, '')}\r\n`;
  return {
    domain: tag('d'),
    selector: tag('s'),
    fields: signed,
    isSigned: verify('sha256', Buffer.from(text, 'latin1'), publicKey, Buffer.from(tag('b'), 'base64')),
    isWhole: tag('bh') === createHash('sha256').update(body, 'latin1').digest('base64'),
  };
}

/** A header field as DKIM reads it (RFC 6376 §3.4.2). */
const relaxed = (field: string) => {
  const colon = field.indexOf(':');
  return `${field.slice(0, colon).toLowerCase().trim()}:${field
    .slice(colon + 1)
    .replaceAll(/\r\n/g, '')
    .replaceAll(/[ \t]+/g, ' ')
    .trim()}`;
};
