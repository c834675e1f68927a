import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { QUANTITIES, type Quantity } from '#core';

/** Twenty million readings are four years of a hundred gauges at ten minutes, and 0.4 GB here; more is several runs. */
const READINGS_MAX = 20_000_000;
const GAUGES_MAX = 20_000;

/** A file of readings that cannot be read: which, where, and what to write instead. */
export class ReadingsUnreadable extends Error {
  override readonly name = 'ReadingsUnreadable';
}

type Measured = Quantity | 'distance';
const MEASURED: ReadonlySet<string> = new Set<Measured>([...QUANTITIES, 'distance']);

/** Readings of files, in order of time; at equal times in the order of the files. Columns rather than objects: a year of a city fits. */
export interface ReadingTable {
  readonly length: number;
  readonly gauges: readonly string[];
  /** Quantity of each gauge index. */
  readonly quantities: readonly Measured[];
  at(index: number): { readonly gauge: number; readonly time: number; readonly value: number };
}

/**
 * Reads CSV files of readings, plain or `.gz`: long (`gauge,time,level`, or another quantity) or wide (`time`, then one column for each
 * gauge, whose quantity is `quantity`). Times are ISO 8601 with offset. An empty value is no reading. Throws `ReadingsUnreadable` with
 * file and line at the first line that cannot be read.
 */
export async function readReadings(files: readonly string[], quantity: Measured = 'level'): Promise<ReadingTable> {
  const table = new GrowingTable();
  for (const file of files) await readFile(file, quantity, table);
  if (table.length === 0) throw new ReadingsUnreadable(`${files.join(', ')}: no reading in it`);
  return table.sorted();
}

async function readFile(file: string, wideQuantity: Measured, table: GrowingTable): Promise<void> {
  let line = 0;
  let take: ((cells: readonly string[], where: string) => void) | null = null;
  for await (const text of linesOf(file)) {
    line += 1;
    if (text.trim() === '') continue;
    const cells = cellsOf(text);
    const where = `${file}:${line}`;
    if (take) take(cells, where);
    else take = layoutOf(cells, where, wideQuantity, table);
  }
}

/** How the rows below this header are to be read. */
function layoutOf(
  header: readonly string[],
  where: string,
  wideQuantity: Measured,
  table: GrowingTable,
): (cells: readonly string[], where: string) => void {
  const names = header.map((name) => name.trim());
  const time = names.indexOf('time');
  const gauge = names.indexOf('gauge');
  if (time < 0)
    throw new ReadingsUnreadable(`${where}: no column "time"; the first line names the columns: gauge,time,level or time,<gauge>,<gauge>…`);
  if (gauge < 0) {
    const columns = names.map((name, index) => ({ index, gauge: index === time ? -1 : table.gauge(name, wideQuantity, where) }));
    return (cells, at) => {
      sameWidth(cells, names, at);
      const instant = instantOf(cells[time] ?? '', at);
      for (const column of columns) if (column.gauge >= 0) table.add(column.gauge, instant, cells[column.index] ?? '', at);
    };
  }
  const value = names.findIndex((name) => MEASURED.has(name));
  if (value < 0) throw new ReadingsUnreadable(`${where}: no column with a quantity; name one of ${[...MEASURED].join(', ')}`);
  return (cells, at) => {
    sameWidth(cells, names, at);
    const id = (cells[gauge] ?? '').trim();
    if (id === '') throw new ReadingsUnreadable(`${at}: no gauge; every line names one`);
    table.add(table.gauge(id, names[value] as Measured, at), instantOf(cells[time] ?? '', at), cells[value] ?? '', at);
  };
}

function sameWidth(cells: readonly string[], names: readonly string[], where: string): void {
  if (cells.length !== names.length)
    throw new ReadingsUnreadable(`${where}: ${cells.length} columns instead of ${names.length} (${names.slice(0, 4).join(',')}…)`);
}

const ISO_WITH_OFFSET = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;

function instantOf(text: string, where: string): number {
  const instant = ISO_WITH_OFFSET.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant))
    throw new ReadingsUnreadable(`${where}: "${text}" is no time with offset; write it like 2016-08-31T04:00:00+09:00`);
  return instant;
}

/** Cells of one line; quotes as in RFC 4180, except that a cell does not run over lines. */
function cellsOf(text: string): readonly string[] {
  if (!text.includes('"')) return text.split(',');
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  let first = true;
  try {
    for await (const chunk of textOf(file)) {
      const lines = `${rest}${String(chunk)}`.split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        yield first ? line.replace(/^\uFEFF/, '') : line;
        first = false;
      }
    }
  } catch (cause) {
    throw new ReadingsUnreadable(`${file}: cannot be read (${reasonOf(cause)}); give a CSV file, plain or .gz`, { cause });
  }
  if (rest !== '') yield first ? rest.replace(/^\uFEFF/, '') : rest;
}

function textOf(file: string): Readable {
  const source = createReadStream(file);
  if (!file.endsWith('.gz')) return source.setEncoding('utf8');
  const plain = createGunzip();
  // An error of either stream reaches the reader of the second one.
  pipeline(source, plain, () => undefined);
  return plain.setEncoding('utf8');
}

class GrowingTable {
  length = 0;
  private times = new Float64Array(65_536);
  private values = new Float64Array(65_536);
  private owners = new Uint16Array(65_536);
  private readonly indexes = new Map<string, number>();
  private readonly quantities: Measured[] = [];

  gauge(id: string, quantity: Measured, where: string): number {
    const known = this.indexes.get(id);
    if (known !== undefined) {
      if (this.quantities[known] === quantity) return known;
      throw new ReadingsUnreadable(
        `${where}: gauge ${id} has ${this.quantities[known]} elsewhere and ${quantity} here; replay them one after the other`,
      );
    }
    if (this.indexes.size >= GAUGES_MAX) throw new ReadingsUnreadable(`${where}: more than ${GAUGES_MAX} gauges; replay them in parts`);
    this.indexes.set(id, this.indexes.size);
    this.quantities.push(quantity);
    return this.indexes.size - 1;
  }

  add(gauge: number, time: number, text: string, where: string): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    const value = Number(trimmed);
    if (!Number.isFinite(value))
      throw new ReadingsUnreadable(`${where}: "${trimmed}" is no number; leave the cell empty where there is no value`);
    if (this.length >= READINGS_MAX)
      throw new ReadingsUnreadable(`${where}: more than ${READINGS_MAX} readings; replay the files in parts`);
    if (this.length === this.times.length) this.grow();
    this.times[this.length] = time;
    this.values[this.length] = value;
    this.owners[this.length] = gauge;
    this.length += 1;
  }

  sorted(): ReadingTable {
    const { length, times, values, owners, indexes, quantities } = this;
    const order = Uint32Array.from({ length }, (_, index) => index);
    if (order.some((index) => index > 0 && times[index]! < times[index - 1]!)) order.sort((a, b) => times[a]! - times[b]! || a - b);
    const present = [...indexes.keys()];
    return {
      length,
      gauges: present,
      quantities,
      at: (index) => {
        const row = order[index]!;
        return { gauge: owners[row]!, time: times[row]!, value: values[row]! };
      },
    };
  }

  private grow(): void {
    const size = this.times.length * 2;
    this.times = wider(this.times, new Float64Array(size));
    this.values = wider(this.values, new Float64Array(size));
    this.owners = wider(this.owners, new Uint16Array(size));
  }
}

function wider<T extends Float64Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** The code of the operating system or of zlib's message; its own sentence names the file a second time. */
const reasonOf = (cause: unknown): string => {
  const { code, message } = cause as NodeJS.ErrnoException;
  return code !== undefined && /^E[A-Z]+$/.test(code) ? code : message;
};
