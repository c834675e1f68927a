import { Worker } from 'node:worker_threads';
import { faultKind, StorageFault } from './storage-fault.ts';

/** How often the write-ahead log is copied into the database: at 30,000 readings/s it then stays at some 7 MB. */
const EVERY_MS = 200;
/** Beyond this the log file is cut back to nothing, which makes writers wait for a moment; a reader that stays open lets it grow. */
const WAL_BYTES_MAX = 64 * 1024 * 1024;
/** How long cutting back may wait for the writer, and then for readers. Waiting for readers holds the writer up, so it stays far below its patience. */
const TRUNCATE_WAIT_MS = 100;
/** Pause after a cut that a reader (a backup, say) did not allow, so that the writer is not held up again and again. */
const TRUNCATE_PAUSE_MS = 2_000;

/**
 * The thread's program, as text: it runs the same from the build, under a test runner and under a loader for TypeScript, because it is not a
 * file that anybody must find or translate. `synchronous=FULL`, for a checkpoint that does not sync would reuse log that is not yet copied.
 */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
const { statSync } = require('node:fs');
const kept = new Map();
const pausedUntil = new Map();
const walBytes = (file) => statSync(file + '-wal', { throwIfNoEntry: false })?.size ?? 0;
function checkpoint(file, db) {
  try {
    db.exec('pragma wal_checkpoint(PASSIVE)');
    if (walBytes(file) <= workerData.walBytesMax || performance.now() < (pausedUntil.get(file) ?? 0)) return;
    const { busy } = db.prepare('pragma wal_checkpoint(TRUNCATE)').get();
    if (busy) pausedUntil.set(file, performance.now() + workerData.truncatePauseMs);
  } catch (cause) {
    parentPort.postMessage({ kind: 'fault', file, errcode: cause.errcode ?? 0, message: cause.message });
  }
}
function add(file) {
  try {
    const db = new DatabaseSync(file);
    db.exec('pragma busy_timeout=' + workerData.truncateWaitMs + '; pragma synchronous=FULL; pragma fullfsync=1; pragma checkpoint_fullfsync=1');
    kept.set(file, db);
  } catch (cause) {
    parentPort.postMessage({ kind: 'fault', file, errcode: cause.errcode ?? 0, message: cause.message });
  }
}
function remove(file) {
  kept.get(file)?.close();
  kept.delete(file);
  parentPort.postMessage({ kind: 'removed', file });
}
parentPort.on('message', ({ kind, file }) => (kind === 'add' ? add(file) : remove(file)));
setInterval(() => kept.forEach((db, file) => checkpoint(file, db)), workerData.everyMs);
`;

type Said =
  | { readonly kind: 'fault'; readonly file: string; readonly errcode: number; readonly message: string }
  | { readonly kind: 'removed'; readonly file: string };

interface Kept {
  readonly onFatal: (fault: StorageFault) => void;
  removed: (() => void) | null;
}

/**
 * Copies write-ahead logs into their databases, in a thread with connections of its own: done by the writer, the checkpoint is what makes a
 * commit take 50 ms now and then. One for all database files of a process.
 * Writers of these files raise `wal_autocheckpoint` far above the default of 1,000 pages, which would come before the thread.
 */
export class Checkpointer {
  readonly #worker: Worker;
  readonly #files = new Map<string, Kept>();
  #ended = false;

  constructor({ everyMs = EVERY_MS, walBytesMax = WAL_BYTES_MAX }: { readonly everyMs?: number; readonly walBytesMax?: number } = {}) {
    this.#worker = new Worker(PROGRAM, {
      eval: true,
      // Loaders and flags of the parent have no business in here.
      execArgv: [],
      workerData: { everyMs, walBytesMax, truncateWaitMs: TRUNCATE_WAIT_MS, truncatePauseMs: TRUNCATE_PAUSE_MS },
    });
    this.#worker.on('message', (said: Said) => this.#hear(said));
    this.#worker.on('error', (cause) => this.#lose(cause));
    this.#worker.on('exit', () => this.#lose(null));
    // Stages keep the process alive, not this thread.
    this.#worker.unref();
  }

  /** Takes care of a database in WAL mode from now on. `onFatal` hears of a failed sync or a thread that ended: the process must end then. */
  add(file: string, onFatal: (fault: StorageFault) => void): void {
    this.#files.set(file, { onFatal, removed: null });
    this.#tell({ kind: 'add', file });
  }

  /** Resolves once the thread holds no connection to the file any more. */
  async remove(file: string): Promise<void> {
    const kept = this.#files.get(file);
    if (!kept || this.#ended) return;
    this.#worker.ref();
    await new Promise<void>((done) => {
      kept.removed = done;
      this.#tell({ kind: 'remove', file });
    });
    this.#worker.unref();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files.keys()].map((file) => this.remove(file)));
    this.#ended = true;
    await this.#worker.terminate();
  }

  #tell(order: { readonly kind: 'add' | 'remove'; readonly file: string }): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has no origin; the rule means windows.
    this.#worker.postMessage(order);
  }

  #hear(said: Said): void {
    const kept = this.#files.get(said.file);
    if (said.kind === 'removed') {
      this.#files.delete(said.file);
      kept?.removed?.();
      return;
    }
    // A busy or full disk is met again at the next round, and by the writer, who tells; doubt about the content is told at once.
    if (faultKind(said.errcode) !== 'fatal') return;
    kept?.onFatal(new StorageFault(`${said.file}: checkpoint: ${said.message} (SQLite ${said.errcode})`, 'fatal'));
  }

  /** Without the thread the logs would grow until the disk is full. */
  #lose(cause: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const [file, { onFatal, removed }] of this.#files) {
      onFatal(new StorageFault(`${file}: the checkpoint thread ended`, 'fatal', { cause }));
      removed?.();
    }
  }
}
