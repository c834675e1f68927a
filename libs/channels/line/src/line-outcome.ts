import type { HTTPFetchError } from '@line/bot-sdk';
import type { Outcome } from '#core';
import { LineUnreached } from './line-api.ts';

/** The rates are per second (D§3.3): a second later there is room again. */
const RATE_PAUSE_MS = 1_000;

/** However long the other side asks us to wait: an evacuation order does not wait longer than this for its next attempt. */
const PAUSE_MS_MAX = 60_000;

/** What is kept of an answer for the people who read the reason. */
const REASON_CHARS_MAX = 200;

/** LINE numbers every request, whatever it answers (D§3.4); nobody between us and LINE knows that number. */
const REQUEST_ID = 'x-line-request-id';

/** What the SDK tells of an answer of success: its head, and its JSON or null. */
export interface LineAnswer {
  readonly httpResponse: Pick<Response, 'status' | 'redirected' | 'headers'>;
  readonly body: unknown;
}

/**
 * What an answer of success means. Only LINE's own words count: somebody between us and LINE may answer 200 as well, or lead us elsewhere, and
 * asking again with the same key costs nothing.
 */
export function outcomeOfAnswer({ httpResponse, body }: LineAnswer): Outcome {
  const { status, redirected, headers } = httpResponse;
  const requestId = headers.get(REQUEST_ID);
  // A portal may well speak JSON, but it does not know LINE's number for the request.
  if (status !== 200 || redirected || !isRecord(body) || requestId === null) {
    return unknown(`${status}, but not LINE's answer: ${JSON.stringify(body)}`.slice(0, REASON_CHARS_MAX));
  }
  return { kind: 'sent', receipt: requestId, duplicate: false };
}

/**
 * What any other answer, or none, means (D§3.4, as a table). Only LINE's own words refuse for good: a page of a proxy or of a hotel's portal says
 * nothing about the message.
 */
export function outcomeOfFailure(failure: HTTPFetchError | LineUnreached): Outcome {
  // Again, and whether LINE has it is open unless the request never left.
  if (failure instanceof LineUnreached) {
    return { kind: 'retry', reason: failure.message.slice(0, REASON_CHARS_MAX), unknown: !failure.neverLeft };
  }
  const { status, headers, body } = failure;
  const said = wordsOf(body);
  const reason = `${status} ${said?.message ?? body}`.slice(0, REASON_CHARS_MAX).trim();

  switch (status) {
    case 409: {
      // The key was taken before, so an earlier attempt did arrive; its request id is the one that proves it. A conflict of somebody else proves nothing.
      const acceptedId = headers.get('x-line-accepted-request-id');
      return acceptedId === null ? unknown(reason) : { kind: 'sent', receipt: acceptedId, duplicate: true };
    }
    case 401:
    case 403:
      return { kind: 'closed', reason };
    case 429:
      if (/monthly limit/i.test(reason)) return { kind: 'closed', reason };
      return { kind: 'retry', reason, unknown: false, afterMs: pauseOf(headers) ?? RATE_PAUSE_MS };
    case 408:
      return { kind: 'retry', reason, unknown: false, ...withPause(headers) };
    // Too large or of the wrong type is our own mistake, whoever on the way says so.
    case 413:
    case 415:
      return { kind: 'refused', reason, scope: 'message' };
  }
  if (status >= 400 && status < 500 && said?.message !== undefined && headers.has(REQUEST_ID)) {
    return { kind: 'refused', reason, scope: isAboutRecipients(said) ? 'recipients' : 'message' };
  }
  return { ...unknown(reason), ...withPause(headers) };
}

const unknown = (reason: string) => ({ kind: 'retry', reason, unknown: true }) as const;

function withPause(headers: Headers): { readonly afterMs?: number } {
  const afterMs = pauseOf(headers);
  return afterMs === null ? {} : { afterMs };
}

function pauseOf(headers: Headers): number | null {
  const ms = Number(headers.get('retry-after')) * 1_000;
  return ms > 0 ? Math.min(ms, PAUSE_MS_MAX) : null;
}

interface Words {
  readonly message?: string;
  readonly properties: readonly string[];
}

/** The JSON object that LINE writes, or null when somebody else answered. */
function wordsOf(text: string): Words | null {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(body)) return null;
  const { message, details } = body;
  const properties = Array.isArray(details) ? details.map(propertyOf) : [];
  return { properties, ...(typeof message === 'string' && { message }) };
}

function propertyOf(detail: { readonly property?: unknown } | null): string {
  const property = detail?.property;
  return typeof property === 'string' ? property : '';
}

/** "Failed to send messages" is what LINE says about an id it does not know; the others name the list of recipients. */
function isAboutRecipients({ message = '', properties }: Words): boolean {
  return /failed to send messages|'to(\[\d+\])?'/i.test(message) || properties.some((property) => /^to(\[|$)/.test(property));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
