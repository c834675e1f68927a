import { setTimeout } from 'node:timers/promises';

// The command line writes for milliseconds; five seconds of waiting for it mean that something else holds the file.
const BUSY_WAIT_MS_MAX = 5_000;
const BUSY_PAUSE_MS = 5;

// SQLITE_BUSY: another process holds the write lock. With `begin immediate` this is met before anything was done.
const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean => sqliteCode(error) === SQLITE_BUSY;

/** Repeats work that fails because another process is writing to the SQLite file at this moment, with pauses that hold nobody up. */
export async function whenFree<T>(work: () => Promise<T>): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += BUSY_PAUSE_MS) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || waitedMs >= BUSY_WAIT_MS_MAX) throw error;
      await setTimeout(BUSY_PAUSE_MS);
    }
  }
}

/** The result code of SQLite in an error, with its extended part; undefined in errors of another origin. */
export const sqliteCode = (error: unknown): number | undefined => {
  const { errcode } = error as { readonly errcode?: unknown };
  return typeof errcode === 'number' ? errcode : undefined;
};
