import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checkSound } from './soundness.ts';
import { errcodeOf, messageOf } from './storage-fault.ts';

/** Another process works on this folder. Two of them would give the same positions to different readings (F11). */
export class DataFolderTaken extends Error {
  override readonly name = 'DataFolderTaken';
}

/** The folder cannot be made or written. */
export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';
}

/** A restore broke off between its first and its last step: what lies there is neither the one nor the other. */
export class RestoreBrokenOff extends Error {
  override readonly name = 'RestoreBrokenOff';
}

/** When what lies in the folder was copied, and when it was put there. */
export interface Restored {
  readonly takenAt: number;
  readonly restoredAt: number;
}

/** Left by a restore for the service that starts on what it put there. */
export const RESTORED_FILE = 'restored.json';
/** There while a restore exchanges files. */
export const RESTORE_UNDER_WAY_FILE = 'restore-under-way.json';

/** Holds a folder for each drill, by its number. */
export const DRILLS_FOLDER = 'drill';

export interface DataFolderOptions {
  /** `SONAE_DATA`; made when it is missing. */
  readonly path: string;
  /** Where copies lie, to be named when a database is damaged; `backups` in the folder unless told otherwise. */
  readonly backups?: string;
  /** Larger databases are not read in full at the start. */
  readonly checkBytesMax?: number;
}

/** The folder with everything a standalone process keeps, held by this process alone until `close`. */
export class DataFolder {
  readonly path: string;
  /** Databases that were too large to be read in full at the start; the check of the next backup reads them. */
  readonly uncheckedFiles: readonly string[];
  readonly #lock: DatabaseSync;

  private constructor(path: string, lock: DatabaseSync, uncheckedFiles: readonly string[]) {
    this.path = path;
    this.uncheckedFiles = uncheckedFiles;
    this.#lock = lock;
  }

  /**
   * Takes the folder. Throws `DataFolderUnusable`, `DataFolderTaken`, `RestoreBrokenOff`, or `DatabaseDamaged` (F16); the folder is free again
   * then.
   */
  static open({ path, backups, checkBytesMax }: DataFolderOptions): DataFolder {
    const folder = resolve(path);
    checkFolder(folder);
    const lock = takeLock(folder);
    try {
      refuseBrokenOff(folder);
      const databases = readdirSync(folder).filter((name) => name.endsWith('.db'));
      const unchecked = databases.filter((name) => {
        const sound = checkSound({ file: join(folder, name), backups: backups ?? join(folder, 'backups'), checkBytesMax });
        return sound === 'tooLarge';
      });
      return new DataFolder(folder, lock, unchecked);
    } catch (cause) {
      releaseLock(folder, lock);
      throw cause;
    }
  }

  /** Takes the folder whatever its databases are like, to put others in their place. Throws `DataFolderUnusable` or `DataFolderTaken`. */
  static take(path: string): DataFolder {
    const folder = resolve(path);
    checkFolder(folder);
    return new DataFolder(folder, takeLock(folder), []);
  }

  /** What a restore left, until `forget(RESTORED_FILE)`; null without one. A note that cannot be read counts as a restore at an unknown time. */
  get restored(): Restored | null {
    const file = this.file(RESTORED_FILE);
    if (!existsSync(file)) return null;
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Restored;
    } catch {
      return { takenAt: 0, restoredAt: 0 };
    }
  }

  /** Writes a note into the folder, on the disk when this returns. */
  note(name: string, content: object): void {
    writeFileSync(this.file(name), `${JSON.stringify(content)}\n`, { mode: 0o600, flush: true });
    syncFolder(this.path);
  }

  /** Takes a note away, for good when this returns. */
  forget(name: string): void {
    rmSync(this.file(name), { force: true });
    syncFolder(this.path);
  }

  /** Path of a file in the folder. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Lets the next process in. Everything in the folder must be closed before. */
  close(): void {
    if (this.#lock.isOpen) releaseLock(this.path, this.#lock);
  }
}

function refuseBrokenOff(folder: string): void {
  if (!existsSync(join(folder, RESTORE_UNDER_WAY_FILE))) return;
  throw new RestoreBrokenOff(
    `A restore into ${folder} broke off. Run the same sonae restore <file> again; what was there before lies in ${folder}/before-restore-….`,
  );
}

function checkFolder(folder: string): void {
  try {
    makeFolder(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    readdirSync(folder);
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

/** Step by step rather than `recursive`, which never returns below /proc, and so that each folder is still there after a power cut. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  makeFolder(parent);
  // Readings are public, but subscribers' data lies here too.
  mkdirSync(folder, { mode: 0o700 });
  syncFolder(parent);
}

/**
 * An exclusive transaction on a database of its own, never ended: the system releases it when the process dies, in whatever way. The file of
 * the lock must not be opened by anything else in this process, for closing it there would release the lock (POSIX).
 */
function takeLock(folder: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(folder, LOCK_FILE), { timeout: 0 });
    lock.exec('pragma journal_mode=DELETE; begin exclusive');
    heldLocks.add(lock);
    writeFileSync(join(folder, HOLDER_FILE), `process ${process.pid} on ${hostname()}\n`);
    return lock;
  } catch (cause) {
    if (lock) close(lock);
    if (((errcodeOf(cause) ?? 0) & 0xff) !== BUSY) throw unusable(folder, cause);
    throw new DataFolderTaken(
      `${folder} is in use by another Sonae (${holderOf(folder)}). Stop that one first, or set SONAE_DATA to another folder.`,
      { cause },
    );
  }
}

function releaseLock(folder: string, lock: DatabaseSync): void {
  rmSync(join(folder, HOLDER_FILE), { force: true });
  close(lock);
}

function close(lock: DatabaseSync): void {
  heldLocks.delete(lock);
  lock.close();
}

/** Who holds the lock, in words; the file is only a note and decides nothing. */
function holderOf(folder: string): string {
  try {
    return readFileSync(join(folder, HOLDER_FILE), 'utf8').trim() || 'unknown process';
  } catch {
    // The other one is just starting and has not written its note.
    return 'unknown process';
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A connection that nobody refers to is closed when memory is tidied up, and the lock would go with it, unnoticed. */
const heldLocks = new Set<DatabaseSync>();

const unusable = (folder: string, cause: unknown) =>
  new DataFolderUnusable(
    `The data folder ${folder} cannot be used: ${messageOf(cause)}. It must be a folder that the user of this process may write, on a disk that is not read-only. ` +
      'Correct that, or set SONAE_DATA to another folder.',
    { cause },
  );

const LOCK_FILE = 'lock';
const HOLDER_FILE = 'lock-holder.txt';
const BUSY = 5;
