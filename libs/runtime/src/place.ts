import type { OperationStatus } from '#core';
import type { DrillNowDto } from '#wire';

/** The names of a session's cookie, over plain HTTP and over TLS, and below which path a browser sends it. */
export interface PlaceCookie {
  readonly plain: string;
  readonly secure: string;
  readonly path: string;
}

/**
 * What tells one place from another as values: whether it is real life or a drill, where its face lies, and how its sessions are called. The
 * stages of both places are the same; nothing in them asks which one they are in (F67).
 */
export interface Place {
  readonly status: OperationStatus;
  /** In front of every address of its face; empty for real life. */
  readonly root: '' | '/drill';
  readonly cookie: PlaceCookie;
  /** How long words that are under way get when the place ends. */
  readonly stopMs: number;
}

/** The drill that runs, as every screen says it; null when there is none. */
export type DrillNow = () => Omit<DrillNowDto, 'realTime'> | null;

/** Injection token of the place. */
export const PLACE = Symbol('place');

/** Real life. Over TLS the prefix `__Host-` binds the cookie to this host and to secure connections (S11). */
export const LIVE_PLACE: Place = {
  status: 'actual',
  root: '',
  cookie: { plain: 'sonae', secure: '__Host-sonae', path: '/' },
  // Of the ten seconds in which a service stops (F8).
  stopMs: 8_000,
};

/** The drill. `__Host-` would send its sessions to the whole host, real life included, so the prefix is the one that allows a path. */
export const DRILL_PLACE: Place = {
  status: 'exercise',
  root: '/drill',
  cookie: { plain: 'sonae-drill', secure: '__Secure-sonae-drill', path: '/drill' },
  // Real life's words wait for those of a drill, which is over with the process, no longer than that (F8).
  stopMs: 500,
};
