import type { Charset } from '#core';
import { foldLines } from './fold-lines.ts';
import { encodeIso2022Jp } from './iso-2022-jp.ts';

/** Words as a mail carries them, ready for any number of recipients: only the headers differ from one to the next. */
export interface MailWords {
  /** In which they are coded: not the charset that was asked for when that one has no place for a character of them. */
  readonly charset: Charset;
  /** The characters for whose sake another charset was taken; empty when there were none. */
  readonly lost: readonly string[];
  /** Value of the header field, folded. */
  readonly subject: string;
  /** Header fields of the part, and the part itself; lines end in CR LF. */
  readonly part: MailPart;
}

/** A part of a mail as it is on the wire: a text, a picture, or several of them. */
export interface MailPart {
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Octets of a line of base64 (RFC 2045 §6.8). */
const BASE64_LINE = 76;
/** An encoded word has 75 characters at most (RFC 2047 §2). */
const WORD_MAX = 75;
const LABELS: Readonly<Record<Charset, string>> = { 'utf-8': 'UTF-8', 'iso-2022-jp': 'ISO-2022-JP' };

/**
 * Codes a subject and a plain text. A text that ISO-2022-JP cannot hold is sent in UTF-8 instead, whole and with the reason beside it: a handset
 * may show it badly, which is better than a mail that says something else or never comes.
 */
export function mailWords(text: { readonly subject: string; readonly body: string }, asked: Charset): MailWords {
  const whole = asked === 'iso-2022-jp' ? encodeIso2022Jp(`${text.subject}${text.body.replaceAll('\n', '')}`) : null;
  const lost = whole?.kind === 'unmappable' ? whole.characters : [];
  const charset = lost.length > 0 ? 'utf-8' : asked;
  return { charset, lost, subject: headerText(text.subject, charset), part: textPart(text.body, charset) };
}

/** A plain text as a part. */
function textPart(text: string, charset: Charset): MailPart {
  const lines = text.replaceAll(/\r\n?/g, '\n').replace(/\n+$/, '');
  if (charset === 'iso-2022-jp') {
    const headers = ['Content-Type: text/plain; charset=ISO-2022-JP', 'Content-Transfer-Encoding: 7bit'];
    const body = Buffer.concat(foldLines(lines).flatMap((line) => [jis(line), CRLF]));
    return { headers, body };
  }
  return {
    headers: ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64'],
    body: base64Lines(Buffer.from(`${lines.replaceAll('\n', '\r\n')}\r\n`)),
  };
}

/** A page for readers who want more than the plain text, with the pictures that it shows by `cid:`. */
export function pagePart(
  { html, pictures }: { readonly html: string; readonly pictures: readonly MailPicture[] },
  boundary: string,
): MailPart {
  const page: MailPart = {
    headers: ['Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64'],
    body: base64Lines(Buffer.from(html)),
  };
  const shown = pictures.map(({ cid, png }): MailPart => {
    const headers = ['Content-Type: image/png', 'Content-Transfer-Encoding: base64', `Content-ID: <${cid}>`, 'Content-Disposition: inline'];
    return { headers, body: base64Lines(png) };
  });
  return shown.length === 0 ? page : partOf('related; type="text/html"', boundary, [page, ...shown]);
}

/** A picture that a page shows. */
export interface MailPicture {
  readonly cid: string;
  readonly png: Buffer;
}

/** The same in several forms, the plainest first: a reader shows the last one that it understands (RFC 2046 §5.1.4). */
export const alternatives = (parts: readonly MailPart[], boundary: string): MailPart => partOf('alternative', boundary, parts);

function partOf(kind: string, boundary: string, parts: readonly MailPart[]): MailPart {
  const inner = parts.flatMap(({ headers, body }) => [Buffer.from(`--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`), body]);
  return {
    headers: [`Content-Type: multipart/${kind}; boundary="${boundary}"`],
    body: Buffer.concat([...inner, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** A mail from its header fields and its part. */
export const rawMail = (fields: readonly string[], { headers, body }: MailPart): Buffer =>
  Buffer.concat([Buffer.from([...fields, 'MIME-Version: 1.0', ...headers, '', ''].join('\r\n')), body]);

/**
 * Text as the value of a header field. Plain ASCII stays as it is; everything else becomes encoded words, so that no line break, NUL or direction
 * mark of a name can become a header of its own (F60). A character that the charset lacks makes it UTF-8.
 */
export function headerText(text: string, charset: Charset): string {
  // A mark that turns the reading direction would let one name pass for another.
  const shown = text.replaceAll(/[\p{Cc}]+/gu, ' ').replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
  if (/^[ -~]*$/.test(shown) && !shown.includes('=?') && shown.length <= PLAIN_MAX) return shown;
  const jisFits = charset === 'iso-2022-jp' && encodeIso2022Jp(shown).kind === 'encoded';
  const used: Charset = jisFits ? 'iso-2022-jp' : 'utf-8';
  const bytesOf = jisFits ? jis : (part: string): Buffer => Buffer.from(part);
  const bytesMax = Math.floor((WORD_MAX - `=?${LABELS[used]}?B??=`.length) / 4) * 3;
  const words: Buffer[] = [];
  let current = '';
  for (const character of shown) {
    if (current !== '' && bytesOf(current + character).length > bytesMax) {
      words.push(bytesOf(current));
      current = '';
    }
    current += character;
  }
  return [...words, bytesOf(current)].map((bytes) => `=?${LABELS[used]}?B?${bytes.toString('base64')}?=`).join('\r\n ');
}

/** Longer ones would need folding, which encoded words do by themselves. */
const PLAIN_MAX = 60;

/** The sender or the receiver with a name that may be in any letters. The address must have been looked at before (`isMailAddress`). */
export const mailbox = ({ name, address }: { readonly name: string; readonly address: string }, charset: Charset): string =>
  name === '' ? address : `${phrase(name, charset)} <${address}>`;

/** A name before an address: a plain one in quotes, for it may hold a comma or a dot (RFC 5322 §3.2.5). */
function phrase(name: string, charset: Charset): string {
  const text = headerText(name, charset);
  return text.startsWith('=?') || /^[A-Za-z0-9 ]*$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

const CRLF = Buffer.from('\r\n');

function jis(text: string): Buffer {
  const encoded = encodeIso2022Jp(text);
  if (encoded.kind === 'unmappable') throw new RangeError(`not in ISO-2022-JP: ${encoded.characters.join('')}`);
  return encoded.bytes;
}

function base64Lines(bytes: Buffer): Buffer {
  const text = bytes.toString('base64');
  return Buffer.from(`${(text.match(new RegExp(`.{1,${BASE64_LINE}}`, 'g')) ?? []).join('\r\n')}\r\n`);
}
