/** What goes wrong: whether the platform takes the message all the same, and what the caller gets to see. */
interface Fault {
  readonly takes: boolean;
  readonly answer: 'drop' | 'half' | 'html' | 'silence' | 'slow' | { readonly status: number; readonly message: string };
}

const says = (status: number, message: string): Fault => ({ takes: false, answer: { status, message } });

/** Messages of D§3.4 where it gives them. */
const FAULTS = {
  badRequest: says(400, 'The request body has 1 error(s)'),
  unauthorized: says(401, 'Authentication failed. Confirm that the access token in the authorization header is valid.'),
  forbidden: says(403, 'Access to this API is not available for your account'),
  notFound: says(404, 'Not found'),
  requestTimeout: says(408, 'Request timeout'),
  tooLarge: says(413, 'Request entity too large'),
  wrongType: says(415, 'Unsupported media type'),
  rateLimited: says(429, 'The API rate limit has been exceeded. Try again later.'),
  quotaReached: says(429, 'You have reached your monthly limit.'),
  error500: says(500, 'Internal server error'),
  error503: says(503, 'Service unavailable'),
  /** Taken, although the answer says that something broke. */
  error500AfterAccept: { takes: true, answer: { status: 500, message: 'Internal server error' } },
  dropBeforeAccept: { takes: false, answer: 'drop' },
  dropAfterAccept: { takes: true, answer: 'drop' },
  /** The head of a good answer, then the connection ends. */
  halfAnswer: { takes: true, answer: 'half' },
  /** Somebody between us and LINE answers 200 with a page, as a hotel's portal does. */
  htmlAnswer: { takes: false, answer: 'html' },
  /** Taken; the answer comes after `slowMs`. */
  slowAnswer: { takes: true, answer: 'slow' },
  /** Taken; no answer ever comes. */
  silence: { takes: true, answer: 'silence' },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultKind = keyof typeof FAULTS;

export const faultOf = (kind: FaultKind): Fault => FAULTS[kind];

/** Which of the coming requests fail, and how. Planned faults come first and in order; after them the outage, if there is one. */
export class FaultScript {
  private planned: FaultKind[] = [];
  private outage: FaultKind | null = null;

  /** The next `count` requests that carry messages fail in this way. */
  failNext(count: number, kind: FaultKind): void {
    this.planned = [...this.planned, ...Array.from({ length: count }, () => kind)];
  }

  /** Every request fails in this way until `null` lifts it. */
  failAll(kind: FaultKind | null): void {
    this.outage = kind;
  }

  take(): FaultKind | null {
    return this.planned.shift() ?? this.outage;
  }
}
