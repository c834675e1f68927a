import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Ways in which a text may lie in a file. Base64 depends on where in a group of three bytes the text begins, so its middle is looked for in all three. */
const formsOf = (text: string): readonly Buffer[] => [
  Buffer.from(text, 'utf8'),
  Buffer.from(text.toLowerCase(), 'utf8'),
  Buffer.from(text, 'utf16le'),
  Buffer.from(text, 'utf16le').swap16(),
  ...[0, 1, 2].map((shift) => Buffer.from(base64Middle(text, shift), 'latin1')),
  ...[0, 1, 2].map((shift) => Buffer.from(base64Middle(text, shift).replaceAll('+', '-').replaceAll('/', '_'), 'latin1')),
  Buffer.from(Buffer.from(text, 'utf8').toString('hex'), 'latin1'),
  Buffer.from(encodeURIComponent(text), 'latin1'),
];

function base64Middle(text: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text, 'utf8')]);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
  return whole.toString('base64').slice(shift === 0 ? 0 : 4);
}

/** Where one of the texts is found, in any of its forms, in any file below a folder: `file: text`. Also in pages and logs of databases. */
export function whatFilesHold(folder: string, texts: readonly string[]): readonly string[] {
  return globSync('**/*', { cwd: folder }).flatMap((name) => {
    const file = join(folder, name);
    return statSync(file).isFile() ? whatBytesHold(readFileSync(file), texts).map((text) => `${name}: ${text}`) : [];
  });
}

/** Which of the texts some bytes hold, in any form. */
export const whatBytesHold = (bytes: Buffer, texts: readonly string[]): readonly string[] =>
  texts.filter((text) => formsOf(text).some((form) => bytes.includes(form)));
