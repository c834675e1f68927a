/**
 * How an answer goes wrong on the way: the connection ends (`drop`) or breaks (`reset`), before the answer or in the middle of it (`half`), nothing
 * ever comes, or somebody between speaks in place of LINE: a page, JSON of a portal, a gateway that found nobody behind it.
 */
export type SpoiltAnswer = 'drop' | 'reset' | 'half' | 'silence' | 'html' | 'json' | 'gateway';

/** What goes wrong: whether the platform takes the message all the same, and what the caller gets to see. */
interface Fault {
  readonly takes: boolean;
  readonly answer: SpoiltAnswer | 'slow' | { readonly status: number; readonly message: string };
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
  /** Taken, but a gateway in front of LINE did not live to see the answer, and says so in a page of its own. */
  error502: { takes: true, answer: 'gateway' },
  /** Taken, although the answer says that something broke. */
  error500AfterAccept: { takes: true, answer: { status: 500, message: 'Internal server error' } },
  dropBeforeAccept: { takes: false, answer: 'drop' },
  dropAfterAccept: { takes: true, answer: 'drop' },
  resetBeforeAccept: { takes: false, answer: 'reset' },
  resetAfterAccept: { takes: true, answer: 'reset' },
  /** The head of a good answer, then the connection ends. */
  halfAnswer: { takes: true, answer: 'half' },
  /** Somebody between us and LINE answers 200 with a page, as a hotel's portal does. */
  htmlAnswer: { takes: false, answer: 'html' },
  /** The same by a portal that speaks JSON. */
  jsonAnswer: { takes: false, answer: 'json' },
  /** Taken; the answer comes after `slowMs`. */
  slowAnswer: { takes: true, answer: 'slow' },
  /** Taken; no answer ever comes. */
  silence: { takes: true, answer: 'silence' },
  /** Neither taken nor answered. */
  silenceBeforeAccept: { takes: false, answer: 'silence' },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultKind = keyof typeof FAULTS;

export const faultOf = (kind: FaultKind): Fault => FAULTS[kind];

/** Which of the coming requests fail, and how. Planned faults come first and in order; after them the turns or the outage, if there are any. */
export class FaultScript {
  private planned: FaultKind[] = [];
  private turns: readonly (FaultKind | null)[] = [];
  private turn = 0;

  /** The next `count` requests that carry messages fail in this way. */
  failNext(count: number, kind: FaultKind): void {
    this.planned = [...this.planned, ...Array.from({ length: count }, () => kind)];
  }

  /** Every request fails in this way until `null` lifts it. */
  failAll(kind: FaultKind | null): void {
    this.failInTurn([kind]);
  }

  /** Requests fail in these ways one after the other, and again from the first; null is one that goes well, and an empty list lifts it. */
  failInTurn(turns: readonly (FaultKind | null)[]): void {
    this.turns = turns;
    this.turn = 0;
  }

  take(): FaultKind | null {
    const planned = this.planned.shift();
    if (planned !== undefined || this.turns.length === 0) return planned ?? null;
    const next = this.turns[this.turn % this.turns.length]!;
    this.turn += 1;
    return next;
  }
}
