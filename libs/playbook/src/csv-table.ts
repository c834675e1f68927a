import { CsvError, parse } from 'csv-parse/sync';
import { decode } from './decode.ts';
import { suggestion } from './nearest.ts';
import type { Findings, Place } from './problem.ts';

/** No city's table is longer; a file with more rows is another file. */
const ROWS_MAX = 200_000;

interface Shape {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Foreign tables (open data) may have columns of their own; in ours an unknown one is a slip that would be ignored for ever. */
  readonly others: 'refused' | 'ignored';
}

interface Raw {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

/**
 * Reads a table by the names of its columns, in any order. Rows without any text are skipped. Every cell is text, whatever it begins with.
 * Null, and an error, when it cannot be read as a table of this shape.
 */
export function readTable(shape: Shape, findings: Findings): readonly Row[] | null {
  const { file, bytes } = shape;
  const text = decode(file, bytes, findings);
  const records = text === null ? null : parseRecords(file, text, findings);
  if (!records) return null;
  const header = records[0];
  if (!header) {
    findings.error({ file, line: 1 }, `the table is empty; its first line names the columns ${shape.required.join(', ')}, …`);
    return null;
  }
  const columns = header.record.map((name) => name.normalize('NFKC').trim());
  if (!headerFits(shape, columns, lineOf(header), findings)) return null;
  if (records.length > ROWS_MAX + 1) {
    findings.error({ file, line: ROWS_MAX + 2 }, `more than ${ROWS_MAX} rows; is this the right file?`);
    return null;
  }

  return records.slice(1).flatMap((raw) => {
    if (raw.record.every((cell) => cell.trim() === '')) return [];
    const place = { file, line: lineOf(raw) };
    if (raw.record.slice(columns.length).some((cell) => cell.trim() !== '')) {
      findings.error(
        place,
        `the row has ${raw.record.length} cells for ${columns.length} columns; put a text that contains a comma in "quotes"`,
      );
    }
    return [new Row(place, new Map(columns.map((column, i) => [column, raw.record[i]?.trim() ?? ''])), findings)];
  });
}

/** One row; its methods read a cell in one way, and write down what is wrong with it. */
export class Row {
  readonly place: Place;
  readonly #cells: ReadonlyMap<string, string>;
  readonly #findings: Findings;

  constructor(place: Place, cells: ReadonlyMap<string, string>, findings: Findings) {
    this.place = place;
    this.#cells = cells;
    this.#findings = findings;
  }

  get columns(): readonly string[] {
    return [...this.#cells.keys()];
  }

  /** The text of a cell, line breaks and runs of spaces as one space; empty when there is none. */
  text(column: string): string {
    return (this.#cells.get(column) ?? '').replaceAll(/\s+/g, ' ');
  }

  /** The text of a cell that must not be empty. */
  required(column: string, wanted: string): string | null {
    const text = this.text(column);
    if (text !== '') return text;
    this.error(`${column} is empty; write ${wanted}`);
    return null;
  }

  /** A number; null when the cell is empty or, with an error, when it is none. Full-width digits and thousands separators are understood. */
  number(column: string, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, wanted }: NumberWanted): number | null {
    const text = this.text(column);
    if (text === '') return null;
    const plain = text.normalize('NFKC').replace('−', '-');
    const digits = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain) ? plain.replaceAll(',', '') : plain;
    const value = /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(digits) ? Number(digits) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.error(`${column}: "${text}" is not ${wanted}; correct it or leave the cell empty`);
    return null;
  }

  /** One of some words; the first of them when the cell is empty. */
  oneOf<T extends string>(column: string, words: readonly T[]): T | null {
    const text = this.text(column);
    if (text === '') return words[0]!;
    const found = words.find((word) => word === text);
    if (found === undefined)
      this.error(`${column}: "${text}" is not one of ${words.join(', ')}${suggestion(text, words, 'write one of them')}`);
    return found ?? null;
  }

  error(message: string): void {
    this.#findings.error(this.place, message);
  }

  warning(message: string): void {
    this.#findings.warning(this.place, message);
  }
}

interface NumberWanted {
  readonly min?: number;
  readonly max?: number;
  /** What the cell should hold, for the message. */
  readonly wanted: string;
}

function parseRecords(file: string, text: string, findings: Findings): readonly Raw[] | null {
  let goodLines = 0;
  try {
    // One kind of line end, or the line numbers of cells that run over several lines are counted twice.
    const lines = text.replaceAll(/\r\n?/g, '\n');
    const records: unknown = parse(lines, {
      info: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record: string[], { lines: line }) => {
        goodLines = line;
        return record;
      },
    });
    return records as readonly Raw[];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    // The parser stumbles where the file ends; the row that went wrong is the one after the last good one.
    findings.error(
      { file, line: goodLines + 1 },
      `the table cannot be read (${cause.code}); look for a "quote" that is not closed, or doubled inside a cell`,
    );
    return null;
  }
}

/** A record is reported at the line on which it begins; a quoted cell may run over several. */
const lineOf = ({ raw, info }: Raw): number => info.lines - (raw.trim().match(/\n/g)?.length ?? 0);

function headerFits({ file, required, optional, others }: Shape, columns: readonly string[], line: number, findings: Findings): boolean {
  const known = [...required, ...optional];
  for (const [i, column] of columns.entries()) {
    if (column !== '' && columns.indexOf(column) < i) {
      findings.error({ file, line }, `the column ${column} is there twice; remove one`);
    }
    if (others === 'refused' && column !== '' && !known.includes(column)) {
      findings.error({ file, line }, `unknown column "${column}"${suggestion(column, known, `known are ${known.join(', ')}`)}`);
    }
  }
  const missing = required.filter((column) => !columns.includes(column));
  for (const column of missing) findings.error({ file, line }, `the column ${column} is missing; add it to the first line`);
  return missing.length === 0;
}
