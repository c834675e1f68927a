import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { print } from './print.ts';

/** Figures of a suite that a document of the project holds too. The title is the heading above the table there. */
export interface FigureTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const DOCS = join(import.meta.dirname, '../../docs');

/** The cells of the first table below a heading of `docs/<document>`. */
export function writtenTable(document: string, title: string): readonly (readonly string[])[] {
  const lines = readFileSync(join(DOCS, document), 'utf8').split('\n');
  const heading = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === title);
  if (heading < 0) throw new Error(`docs/${document} has no heading "${title}"`);
  const first = lines.findIndex((line, index) => index > heading && line.startsWith('|'));
  const after = lines.findIndex((line, index) => index > first && !line.startsWith('|'));
  return lines
    .slice(first, after < 0 ? lines.length : after)
    .filter((line) => !/^\|[\s|:-]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** The cells of a table as `writtenTable` reads them. */
export const cellsOf = ({ header, rows }: FigureTable): readonly (readonly string[])[] => [header, ...rows];

/** Prints a table the way a document takes it: headings and rows can be copied from the output of the run. */
export function printTable({ title, header, rows }: FigureTable): void {
  const cells = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column]!))));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell + ' '.repeat(widths[column]! - widthOf(cell))).join(' | ')} |`;
  print(`## ${title}`, '', line(header), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line), '');
}

/** Columns on a terminal: kana, kanji and full-width signs take two. */
const widthOf = (text: string): number => text.length + (text.match(/[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60]/g)?.length ?? 0);

export const thousands = (value: number): string => value.toLocaleString('en-US');

/** An instant as people in Japan read it. */
export const japanTime = (at: number): string => new Date(at + JAPAN_MS).toISOString().slice(0, 16).replace('T', ' ');
const JAPAN_MS = 9 * 3_600_000;
