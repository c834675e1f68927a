import type { ReadingsDto } from '#wire';
import { isoTime } from './figures.ts';

/** A spreadsheet takes a cell that begins like this for a formula (F72). */
const FORMULA = /^[=+\-@\t\r\0]/;

/** Text for a cell: always quoted, and never a formula. Figures are ours and go in as they are. */
const cell = (text: string): string => `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/** Readings as the project's CSV (`gauge,time,<quantity>`), with receipt, raw value, flag and what staff corrected behind. Begins with a mark so that Excel reads UTF-8. */
export function readingsCsv({ gauge, quantity, points }: ReadingsDto): string {
  const head = `gauge,time,${quantity},received,raw,quality,why,corrected,correctedBy,correctedWhy`;
  const rows = points.map(({ at, receivedAt, raw, value, quality, why, corrected }) => {
    const correction = corrected ? [corrected.value, cell(corrected.by), cell(corrected.reason)] : ['', '', ''];
    return [cell(gauge), isoTime(at), value, isoTime(receivedAt), raw, cell(quality), cell(why), ...correction].join(',');
  });
  return `\uFEFF${[head, ...rows].join('\r\n')}\r\n`;
}
