import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const CELL = /"[^"]*"|[^,]+|(?<=,|^)(?=,|$)/g;

/** The rows of a table of the shared data, by column name; `.gz` too. A quoted cell may hold commas. */
export function sharedTable(file: string): readonly Readonly<Record<string, string>>[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
  const [header = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.includes('"') ? line.match(CELL)!.map((cell) => cell.replace(/^"|"$/g, '')) : line.split(',');
    if (cells.length !== names.length) throw new Error(`${file}: ${cells.length} columns instead of ${names.length} in: ${line}`);
    return Object.fromEntries(names.map((name, column) => [name, cells[column]!]));
  });
}
