import type { ReportBody } from '#wire';

/** A batch may hold 500 reports and a packet 64 KiB; a full report of a gauge is below 210 bytes, so 300 of them always fit. */
export const BATCH_REPORTS_MAX = 300;

/** One report goes alone, several as a batch. */
export const encodeReports = (reports: readonly ReportBody[]): string => JSON.stringify(reports.length === 1 ? reports[0] : reports);

const JST_MS = 9 * 3_600_000;

/** ISO 8601 with the offset of Japan, to the millisecond only where there is a fraction. */
export function isoJapan(at: number): string {
  return `${new Date(at + JST_MS)
    .toISOString()
    .slice(0, -1)
    .replace(/\.000$/, '')}+09:00`;
}
