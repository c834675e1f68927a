import { createRequire } from 'node:module';
import type Encoding from 'encoding-japanese';

/** Its tables are megabytes, and most cities write to no handset that needs them: loaded for the first character that does. */
let encoding: typeof Encoding | null = null;
const require = createRequire(import.meta.url);
const converter = (): typeof Encoding => (encoding ??= require('encoding-japanese') as typeof Encoding);

/** A text in ISO-2022-JP, or the characters that it has no place for. */
export type Iso2022Jp =
  | { readonly kind: 'encoded'; readonly bytes: Buffer }
  /** Each character once, in the order in which they stand. */
  | { readonly kind: 'unmappable'; readonly characters: readonly string[] };

/**
 * A text as old handsets read it: ASCII and JIS X 0208, nothing of a vendor, nothing in half-width kana, and never a `?` in the place of
 * something else (D§4.2). Ends in ASCII, so that lines can be joined. What reads the same in JIS X 0208 is put in the place of what is not in
 * it; when a single character is left over, the text is not encoded at all and its owner decides.
 */
export function encodeIso2022Jp(text: string): Iso2022Jp {
  const bytes: number[] = [];
  const unmappable = new Set<string>();
  let isKanji = false;
  for (const character of plain(text)) {
    const code = codeOf(character);
    if (code === null) {
      unmappable.add(character);
      continue;
    }
    if ((code.length === 2) !== isKanji) bytes.push(...(isKanji ? TO_ASCII : TO_KANJI));
    isKanji = code.length === 2;
    bytes.push(...code);
  }
  if (unmappable.size > 0) return { kind: 'unmappable', characters: [...unmappable] };
  return { kind: 'encoded', bytes: Buffer.from(isKanji ? [...bytes, ...TO_ASCII] : bytes) };
}

/** `ESC $ B` and `ESC ( B` (RFC 1468): the only two escapes that every old handset knows. */
const TO_KANJI = [0x1b, 0x24, 0x42];
const TO_ASCII = [0x1b, 0x28, 0x42];

/** The text with every character that JIS X 0208 lacks replaced by one that reads the same, as far as there is one. */
function* plain(text: string): Generator<string> {
  // A mark over half-width kana is a character of its own: only the whole run becomes the kana that was meant.
  const whole = text.normalize('NFC').replaceAll(/[\uFF61-\uFF9F]+/g, (run) => run.normalize('NFKC'));
  for (const character of whole) {
    if (codeOf(character) !== null) yield character;
    else yield* REPLACEMENTS[character] ?? compatible(character);
  }
}

/** ㈱ as (株), Ⅲ as III, ㎏ as kg. Marks that only steer other programs' display are left out. */
function compatible(character: string): string {
  if (UNSEEN.test(character)) return '';
  return Array.from(character.normalize('NFKC'), (part) => REPLACEMENTS[part] ?? part).join('');
}

/** Control and format characters (direction marks, joiners, variation selectors): nothing of what a reader reads (F60). */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Variation_Selector}]/u;

/** What NFKC does not know, or turns into something worse. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [String.fromCodePoint(0x2460 + index), `(${index + 1})`])),
  '\u2014': '―', // em dash
  '\u2013': '－', // en dash
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u00A0': ' ',
  '\u2022': '・',
  '\u00A5': '￥',
  '\u00B7': '・',
  '\u02DC': '～',
  '\u22EF': '…',
  '\u00AB': '《',
  '\u00BB': '》',
  '\u00D8': 'O',
  髙: '高',
  﨑: '崎',
  濵: '浜',
  德: '徳',
  瀨: '瀬',
  𠮷: '吉',
};

/** JIS X 0208 ends with row 84; rows 9 to 15 and those behind it belong to vendors. */
const isStandardRow = (row: number): boolean => (row >= 1 && row <= 8) || (row >= 16 && row <= 84);

/** As many as the standard has, so that no text can fill the memory. */
const KNOWN_MAX = 7_000;
const known = new Map<string, readonly number[] | null>();

/** One byte of ASCII or two of JIS X 0208; null for everything else. */
function codeOf(character: string): readonly number[] | null {
  const point = character.codePointAt(0)!;
  if (point < 0x80) return point >= 0x20 && point < 0x7f ? [point] : null;
  const met = known.get(character);
  if (met !== undefined) return met;
  const code = convert(character);
  if (known.size < KNOWN_MAX) known.set(character, code);
  return code;
}

/** The converter also speaks half-width kana, JIS X 0212 and vendor rows, silently: so its bytes are looked at, not its word. */
function convert(character: string): readonly number[] | null {
  let bytes: readonly number[];
  try {
    bytes = converter().convert(character, { from: 'UNICODE', to: 'JIS', type: 'array', fallback: 'error' });
  } catch {
    return null;
  }
  const [a, b, c, high, low, ...rest] = bytes;
  const isKanji = [a, b, c].every((byte, index) => byte === TO_KANJI[index]) && rest.every((byte, index) => byte === TO_ASCII[index]);
  if (!isKanji || high === undefined || low === undefined || rest.length !== TO_ASCII.length) return null;
  return isStandardRow(high - 0x20) ? [high, low] : null;
}
