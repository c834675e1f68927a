import type { Shelter } from '#core';
import { isCityCode, restoredCityCode } from './city-code.ts';
import { readTable, type Row } from './csv-table.ts';
import { geographicProblem } from './position.ts';
import type { Findings } from './problem.ts';

const HAZARD = '災害種別_';
/** Hazards of the national data set, without the prefix (D§6.4). */
const HAZARDS = ['洪水', '崖崩れ、土石流及び地滑り', '高潮', '地震', '津波', '大規模な火事', '内水氾濫', '火山現象'] as const;
const CODE_COLUMNS = ['全国地方公共団体コード', '所在地_全国地方公共団体コード', '市区町村コード'] as const;
const YES = new Set(['1', '○', '〇', '◯', '有', '該当']);

/**
 * Reads shelters in the national open-data columns, the present and the older set, in any order and with columns missing (D§6.4). Repairs
 * are warnings at their row; a row without name or position is refused, not the file. `cityCode` is the city's own, which decides how a
 * damaged code is read.
 */
export function readShelters(file: string, bytes: Uint8Array, cityCode: string | null, findings: Findings): readonly Shelter[] {
  const rows = readTable({ file, bytes, required: ['名称', '緯度', '経度'], optional: [], others: 'ignored' }, findings);
  if (!rows) return [];
  reportUnknownHazards(rows[0]);
  const lines = new Map<string, number>();
  return rows.flatMap((row) => {
    const shelter = shelterOf(row, cityCode);
    if (!shelter) return [];
    const line = lines.get(shelter.id);
    if (line !== undefined) {
      row.warning(`ID "${shelter.id}" is already that of line ${line}; this row was left out, give it its own ID`);
      return [];
    }
    lines.set(shelter.id, row.place.line);
    return [shelter];
  });
}

function shelterOf(row: Row, cityCode: string | null): Shelter | null {
  const name = row.text('名称');
  const lat = coordinate(row.text('緯度'));
  const lon = coordinate(row.text('経度'));
  if (name === '' || lat === null || lon === null) {
    row.warning('the row has no 名称, 緯度 or 経度 that can be used and was left out; people cannot be sent to it, complete it');
    return null;
  }
  const problem = geographicProblem(lat, lon);
  if (problem !== null) {
    row.warning(`the row was left out: 緯度 and 経度 ${problem}`);
    return null;
  }
  for (const column of CODE_COLUMNS) reportCode(row, column, cityCode);
  return {
    id: row.text('ID') || row.text('NO') || `line-${row.place.line}`,
    name,
    address: addressOf(row),
    lat,
    lon,
    hazards: HAZARDS.filter((hazard) => isDesignated(row, `${HAZARD}${hazard}`)),
    capacity: capacityOf(row),
  };
}

function coordinate(text: string): number | null {
  const plain = text.normalize('NFKC');
  return /^-?\d{1,3}(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

function reportCode(row: Row, column: string, cityCode: string | null): void {
  const text = row.text(column);
  if (text === '' || isCityCode(text)) return;
  const restored = restoredCityCode(text, cityCode);
  if (restored === null) row.warning(`${column}: "${text}" is not a municipality code; correct it`);
  else
    row.warning(
      `${column}: "${text}" was read as "${restored}" (a spreadsheet drops leading zeros and the check digit); format the column as text`,
    );
}

function addressOf(row: Row): string {
  const whole = row.text('所在地_連結表記') || row.text('住所');
  if (whole !== '') return whole;
  const parts = ['所在地_都道府県', '所在地_市区町村', '所在地_町字', '所在地_番地以下'].map((column) => row.text(column));
  const [, city, town, rest] = parts;
  if (city !== '' && town === '' && rest === '' && /[市区町村].*\d/.test(city!)) {
    row.warning('所在地_市区町村 holds the whole address and was read as such; divide it');
  }
  return parts.join('');
}

/** Official value is `1`; circles are common and understood, with a word to the owner of the file. */
function isDesignated(row: Row, column: string): boolean {
  const text = row.text(column);
  if (text === '' || text === '0') return false;
  if (!YES.has(text)) {
    row.warning(`${column}: "${text}" was read as not designated; write 1 or leave it empty`);
    return false;
  }
  if (text !== '1') row.warning(`${column}: "${text}" was read as 1; write 1`);
  return true;
}

/** Capacity is text in practice: 約500人, 1,200. */
function capacityOf(row: Row): number | null {
  const text = row.text('想定収容人数');
  if (text === '') return null;
  const digits = /\d+/.exec(text.normalize('NFKC').replaceAll(',', ''))?.[0];
  if (digits === undefined) {
    row.warning(`想定収容人数: "${text}" is not a number and was left out; write persons in digits`);
    return null;
  }
  if (digits !== text) row.warning(`想定収容人数: "${text}" was read as ${digits}; write digits only`);
  return Number(digits);
}

function reportUnknownHazards(row: Row | undefined): void {
  for (const column of row?.columns ?? []) {
    if (column.startsWith(HAZARD) && !HAZARDS.some((hazard) => column === `${HAZARD}${hazard}`)) {
      row!.warning(`the column ${column} is not a hazard of the national data set and was left out; use ${HAZARDS.join(', ')}`);
    }
  }
}
