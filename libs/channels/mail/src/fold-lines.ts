/** 35 full-width characters (D§4.2); with their two escapes 76 bytes, under the 78 that a line of a mail should have (RFC 5322 §2.1.1). */
const COLUMNS_MAX = 70;

/** What must not begin a line, and what must not end one (JIS X 4051), as far as it stands in messages. */
const NOT_FIRST = /^[、。，．・：；？！」』】）〕｝〉》ーゝ々…‥%％ぁぃぅぇぉっゃゅょァィゥェォッャュョ)\].,!?:;]/u;
const NOT_LAST = /[「『【（〔｛〈《([]$/u;

/**
 * A text in lines that old handsets and their gateways take, broken between words; a line that is short enough stays as it is. A web address is
 * never broken: what is longer than a line has a line of its own.
 */
export const foldLines = (text: string): readonly string[] => text.split('\n').flatMap(foldLine);

function foldLine(line: string): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const piece of piecesOf(line)) {
    if (current !== '' && columnsOf(current) + columnsOf(piece.trimEnd()) > COLUMNS_MAX) {
      lines.push(current.trimEnd());
      current = piece.trimStart();
    } else current += piece;
  }
  return [...lines, current.trimEnd()];
}

/** What stays together: a word of ASCII with the space behind it, or one full-width character with what may not leave it. */
function piecesOf(line: string): readonly string[] {
  const pieces: string[] = [];
  for (const part of line.match(/[!-~]+ *| +|./gsu) ?? []) {
    const last = pieces.at(-1);
    if (last !== undefined && (NOT_FIRST.test(part) || NOT_LAST.test(last))) pieces[pieces.length - 1] = last + part;
    else pieces.push(part);
  }
  return pieces;
}

/** ASCII and half-width kana take one column, everything else two. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += /[\u0020-\u007e\uff61-\uff9f]/u.test(character) ? 1 : 2;
  return columns;
}
