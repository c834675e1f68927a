import type { CheckInStaffAsk } from '#wire';

/** Something done at the desk that the service has not accepted yet. */
export interface WaitingAct {
  /** Its Idempotency-Key: however often it is sent, it counts once. */
  readonly key: string;
  readonly ask: CheckInStaffAsk;
  /** By the tablet's clock, for whoever looks at it. */
  readonly madeAt: number;
  /** Why the service will not take it; it waits for a person then. */
  readonly refused: string | null;
}

/** In the order in which they were done. Kept by the tablet, so that a page that is loaded again goes on with them. */
export type Outbox = readonly WaitingAct[];

/** What a volunteer does in a night without any network; more is a fault, and the tablet's memory is bounded. */
export const WAITING_MAX = 1_000;

/** The act that is sent next: one at a time, for a family leaves after it came. Those that were refused hold up nobody. */
export const nextOf = (outbox: Outbox): WaitingAct | null => outbox.find(({ refused }) => refused === null) ?? null;

/** With one more; the same when it is full. */
export const queued = (outbox: Outbox, act: WaitingAct): Outbox => (outbox.length >= WAITING_MAX ? outbox : [...outbox, act]);

export const without = (outbox: Outbox, key: string): Outbox => outbox.filter((act) => act.key !== key);

export const refusedAs = (outbox: Outbox, key: string, refused: string): Outbox =>
  outbox.map((act) => (act.key === key ? { ...act, refused } : act));

/** What becomes of an act by the status of the answer; 0 for none. A session that ended and a service in trouble take it later. */
export function fateOf(status: number): 'done' | 'again' | 'refused' {
  if (status >= 200 && status < 300) return 'done';
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500 ? 'again' : 'refused';
}

/** By how many persons the count moves once everything that waits is accepted; null when a correction is among it, after which nobody can say. */
export function waitingPersons(outbox: Outbox): number | null {
  let persons = 0;
  for (const { ask, refused } of outbox) {
    if (refused !== null) continue;
    if (ask.act === 'come') persons += ask.persons;
    else if (ask.act === 'leaveUnnamed') persons -= ask.persons;
    else return null;
  }
  return persons;
}

/** An outbox as it was kept; empty for what is none. */
export function readOutbox(text: string | null): Outbox {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isAct) : [];
  } catch {
    return [];
  }
}

const isAct = (one: unknown): one is WaitingAct =>
  typeof one === 'object' && one !== null && typeof (one as WaitingAct).key === 'string' && typeof (one as WaitingAct).ask === 'object';
