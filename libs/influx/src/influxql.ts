import { HistoryUnavailable } from './history-unavailable.ts';

/**
 * Pieces of InfluxQL, the language that 1.x, 2.x and 3.x all speak at `/query`. Values stand in the text as literals: 1.x and 2.x would bind
 * parameters there, and 3.x ignores them (influxdata/influxdb#24805).
 */

/** Instants that InfluxDB can hold are 64 bits of nanoseconds; these are the whole years within. */
const EARLIEST_AT = Date.UTC(1678, 0);
const LATEST_AT = Date.UTC(2262, 0);

/** LIMIT is a 32-bit number to some of the versions; a range is never that long. */
const LIMIT_MAX = 2 ** 31 - 1;

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\n': '\\n' };

/** A text as InfluxQL writes it: whatever is in it, it stays one text. */
export const text = (value: string): string => `'${value.replaceAll(/[\\'\n]/g, (found) => ESCAPES[found]!)}'`;

/** An instant in epoch ms, brought into the range that InfluxDB knows. Fractions go up, as both `>=` and `<` want it for whole milliseconds. */
export const instant = (at: number): string => `'${new Date(Math.ceil(Math.min(Math.max(at, EARLIEST_AT), LATEST_AT))).toISOString()}'`;

/** A number of rows, for LIMIT; there 0 would mean all, so the caller asks for at least one. */
export const count = (rows: number): string => String(Math.min(Math.floor(rows), LIMIT_MAX));

/** One row, by name of the column. */
export type Row = ReadonlyMap<string, unknown>;

/** The rows of the one statement that was asked. Throws `HistoryUnavailable` when the statement failed, which InfluxDB says under status 200. */
export function rowsOf(answer: unknown): readonly Row[] {
  const { results, error } = fieldsOf(answer);
  if (error !== undefined) throw new HistoryUnavailable(`InfluxDB: ${JSON.stringify(error)}`);
  if (!Array.isArray(results)) throw new HistoryUnavailable('InfluxDB answered with something else than results');
  return results.flatMap((result) => {
    const { series = [], error: failed } = fieldsOf(result);
    if (failed !== undefined) throw new HistoryUnavailable(`InfluxDB: ${JSON.stringify(failed)}`);
    return listOf(series).flatMap((one) => {
      const { columns, values = [] } = fieldsOf(one);
      const names = listOf(columns).map(String);
      return listOf(values).map((row) => new Map(names.map((name, index) => [name, listOf(row)[index]])));
    });
  });
}

/** The number in a column; null when there is none. */
export function numberIn(row: Row | undefined, column: string): number | null {
  const value = row?.get(column);
  return typeof value === 'number' ? value : null;
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new HistoryUnavailable('InfluxDB answered with something else than rows');
  return value;
}
