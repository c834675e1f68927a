import type { Threshold } from '#core';
import { readTable, type Row } from './csv-table.ts';
import { CODE, CODE_WANTED } from './plan-fields.ts';
import type { Findings, Place } from './problem.ts';

export interface LocatedThreshold extends Threshold {
  readonly gauge: string;
  readonly place: Place;
}

/**
 * Reads `thresholds.csv`: versions, never overwritten (D§1.1). The column is called valueM after the usual unit; for rain it holds
 * millimetres, for counters persons. A day without a time begins at midnight in the city.
 */
export function readThresholds(file: string, bytes: Uint8Array, timeZone: string, findings: Findings): readonly LocatedThreshold[] | null {
  const rows = readTable(
    { file, bytes, required: ['gauge', 'code', 'valueM'], optional: ['validFrom', 'note'], others: 'refused' },
    findings,
  );
  if (!rows) return null;
  const seen = new Map<string, number>();
  return rows.flatMap((row) => {
    const threshold = thresholdOf(row, timeZone);
    if (!threshold) return [];
    const key = `${threshold.gauge} ${threshold.code} ${threshold.validFrom}`;
    const line = seen.get(key);
    if (line !== undefined) {
      row.error(
        `${threshold.gauge} has a ${threshold.code} valid from the same time in line ${line}; remove one or give it a later validFrom`,
      );
      return [];
    }
    seen.set(key, row.place.line);
    return [threshold];
  });
}

/** Grouped for the gauges. */
export function thresholdsByGauge(thresholds: readonly LocatedThreshold[]): ReadonlyMap<string, readonly Threshold[]> {
  const grouped = Map.groupBy(thresholds, ({ gauge }) => gauge);
  return new Map([...grouped].map(([gauge, own]) => [gauge, own.map(({ code, value, validFrom }) => ({ code, value, validFrom }))]));
}

function thresholdOf(row: Row, timeZone: string): LocatedThreshold | null {
  const gauge = row.required('gauge', 'the id of a gauge');
  const code = row.required('code', CODE_WANTED);
  const written = row.required('valueM', 'the limit in the unit of the gauge');
  const value = row.number('valueM', { wanted: 'a limit in the unit of the gauge such as 5.00' });
  const validFrom = instantOf(row, timeZone);
  if (code !== null && !CODE.test(code)) {
    row.error(`code: "${code}" is not ${CODE_WANTED}; correct it`);
    return null;
  }
  if (gauge === null || code === null || written === null || value === null || validFrom === null) return null;
  return { gauge, code, value, validFrom, place: row.place };
}

/** Spreadsheets like to write 2026/4/1 and 2026/4/1 9:00. */
const DAY = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::\d{2})?)?$/;

/** Epoch milliseconds; 0 for an empty cell: in force ever since. */
function instantOf(row: Row, timeZone: string): number | null {
  const text = row.text('validFrom');
  if (text === '') return 0;
  const match = DAY.exec(text);
  try {
    if (!match) return Temporal.Instant.from(text).epochMilliseconds;
    const [year, month, day, hour, minute] = match.slice(1).map((part: string | undefined) => Number(part ?? 0));
    const local = { timeZone, year: year!, month: month!, day: day!, hour: hour!, minute: minute! };
    return Temporal.ZonedDateTime.from(local, { overflow: 'reject' }).epochMilliseconds;
  } catch {
    row.error(`validFrom: "${text}" is no date; write 2026-04-01, or 2026-04-01T09:00:00+09:00, or leave it empty`);
    return null;
  }
}
