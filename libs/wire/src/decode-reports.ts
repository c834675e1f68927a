import { isUtf8 } from 'node:buffer';
import type { QuarantineReason, Report } from '#core';
import type { z } from 'zod';
import { outlineOf } from './json-outline.ts';
import { PACKET_BYTES_MAX, REPORTS_MAX, type ReportBody, reportBody, toReport } from './report-body.ts';

/** Nesting and keys that any honest document stays below (S19). */
export const DEPTH_MAX = 16;
export const KEYS_MAX = 200;
/** The reason is for people: long enough to name a key, too short to carry the payload into a log. */
const DETAIL_CHARS_MAX = 200;

/** Why bytes are no reports, in the words of the quarantine. */
export interface Undecodable {
  readonly reason: Extract<QuarantineReason, 'notJson' | 'badShape' | 'tooDeep'>;
  /** What is wrong, where: at most 200 characters, and nothing but the names of keys is taken from the payload. */
  readonly detail: string;
}

export type Decoded = { readonly reports: readonly Report[] } | Undecodable;

/** A parsed document, or why it is none. */
export type Parsed = { readonly value: unknown; readonly members: number } | Undecodable;

/**
 * The reports of a packet, all of them or none. Never throws, whatever the bytes; the time is linear in their number, and a packet
 * of more than 64 KiB is not looked at (F41).
 */
export function decodeReports(bytes: Uint8Array): Decoded {
  const parsed = parseBounded(bytes);
  if ('reason' in parsed) return parsed;
  const { value, members } = parsed;
  if (!Array.isArray(value)) {
    const report = checked(value, '');
    if ('reason' in report) return report;
    return members === keysOf(value) ? { reports: [toReport(report)] } : TWICE;
  }
  if (value.length === 0 || value.length > REPORTS_MAX) {
    return { reason: 'badShape', detail: `a batch holds 1 to ${REPORTS_MAX} reports, not ${value.length}` };
  }
  const reports: Report[] = [];
  let keys = 0;
  for (const [index, item] of value.entries()) {
    const report = checked(item, `[${index}]`);
    if ('reason' in report) return report;
    keys += keysOf(item);
    reports.push(toReport(report));
  }
  return members === keys ? { reports } : TWICE;
}

/** Parses JSON from a stranger: UTF-8, at most 64 KiB, 16 levels, and 200 keys in an object that stands alone. */
export function parseBounded(bytes: Uint8Array): Parsed {
  if (bytes.length > PACKET_BYTES_MAX) return { reason: 'badShape', detail: `${bytes.length} bytes; at most ${PACKET_BYTES_MAX} are read` };
  if (!isUtf8(bytes)) return { reason: 'notJson', detail: 'not UTF-8' };
  const { members, depth } = outlineOf(bytes);
  if (depth > DEPTH_MAX) return { reason: 'tooDeep', detail: `${depth} levels of nesting; at most ${DEPTH_MAX} are read` };
  const text = (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'notJson', detail: text.trim() === '' ? 'empty' : 'not JSON' };
  }
  if (members > KEYS_MAX && !Array.isArray(value)) {
    return { reason: 'tooDeep', detail: `${members} keys; at most ${KEYS_MAX} are read` };
  }
  return { value, members };
}

const TWICE: Undecodable = { reason: 'badShape', detail: 'a key is written twice' };

/** A refusal of a schema in words: where, and what was expected. */
export function refusalOf(error: z.ZodError, where: string): Undecodable {
  const [issue] = error.issues;
  const path = [where, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
  const what = issue?.message ?? 'not of the expected shape';
  return { reason: 'badShape', detail: `${path === '' ? '' : `${path}: `}${what}`.slice(0, DETAIL_CHARS_MAX) };
}

function checked(value: unknown, where: string): ReportBody | Undecodable {
  const result = reportBody.safeParse(value);
  return result.success ? result.data : refusalOf(result.error, where);
}

/** Only called for what the schema let through: a flat object. */
const keysOf = (value: unknown): number => Object.keys(value as object).length;
