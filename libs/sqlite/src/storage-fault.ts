/** What a failed call to SQLite means for the process. */
export type FaultKind =
  /** What is on the disk is unknown or damaged: the process must end (reliability rule 4). */
  | 'fatal'
  /** No room: nothing was kept, and the same call succeeds when there is room again. */
  | 'full'
  /** Somebody else holds the file, or it cannot be written at the moment: nothing was kept. */
  | 'unavailable';

/** A database file could not do what was asked. Nothing of the commit that failed is kept. */
export class StorageFault extends Error {
  override readonly name = 'StorageFault';
  readonly kind: FaultKind;

  constructor(message: string, kind: FaultKind, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Primary result codes of SQLite that leave the content in doubt: input/output error (with fsync 1034 and write 778), malformed, not a database. */
const DOUBTFUL = new Set([10, 11, 26]);
const FULL = 13;
/** A broken constraint or a wrong type is our mistake and none of the disk's: SQLITE_ERROR, CONSTRAINT, MISMATCH, MISUSE, RANGE. */
const OURS = new Set([1, 19, 20, 21, 25]);

/** What the result code means; `null` when it tells of a bug rather than of the world. */
export function faultKind(errcode: number): FaultKind | null {
  const primary = errcode & 0xff;
  if (OURS.has(primary)) return null;
  if (DOUBTFUL.has(primary)) return 'fatal';
  return primary === FULL ? 'full' : 'unavailable';
}

/** The fault behind an error of node:sqlite; anything else comes back unchanged, for it is a bug. */
export function asFault(file: string, cause: unknown): unknown {
  const errcode = errcodeOf(cause);
  const kind = errcode === null ? null : faultKind(errcode);
  if (errcode === null || kind === null) return cause;
  return new StorageFault(`${file}: ${messageOf(cause)} (SQLite ${errcode})`, kind, { cause });
}

export function errcodeOf(cause: unknown): number | null {
  if (typeof cause !== 'object' || cause === null || !('errcode' in cause)) return null;
  return typeof cause.errcode === 'number' ? cause.errcode : null;
}

/** Not `instanceof Error`: errors of node:sqlite come from the realm of Node, which is another one inside a test runner's sandbox. */
export const messageOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : String(cause);
