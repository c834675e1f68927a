import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/**
 * The thread's program, as text: it runs the same from the build, under a test runner and under a loader for TypeScript. A thread of its own and not
 * one of those that look names up: when the network is gone these hang for seconds, and every commit with them. The log is there before the first
 * question, for something was committed; its name in the folder is brought to the disk with it.
 */
const PROGRAM = `
const { closeSync, fdatasyncSync, fsyncSync, openSync } = require('node:fs');
const { dirname } = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');
let fd = null;
function open() {
  fd = openSync(workerData.file + '-wal', 'r+');
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(workerData.file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
parentPort.on('message', () => {
  try {
    if (fd === null) open();
    fdatasyncSync(fd);
    parentPort.postMessage(null);
  } catch (cause) {
    parentPort.postMessage(String(cause));
  }
});
`;

/** As SQLite calls a failed sync (SQLITE_IOERR): what is on the disk is unknown (reliability rule 4). */
const IO_ERROR = 10;

/**
 * Brings what is committed to the disk beside the event loop. A commit of SQLite that syncs by itself holds the whole process up for as long as the
 * disk takes, a hundred times a second in a fan-out; here commits are written to the log (`synchronous=normal`), and whoever made one waits for
 * the sync that began after it. Several commits share one. The log is read back as far as it is whole, so what a sync covers, with
 * everything before it, survives a power cut.
 */
export class CommitSync {
  readonly #file: string;
  #worker: Worker | null = null;
  #answer: ((failure: string | null) => void) | null = null;
  #running: Promise<void> | null = null;
  /** Whether the running one was asked for: until then it covers what is committed meanwhile. */
  #asked = false;
  /** The one after the running one. */
  #next: Promise<void> | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  /** Resolves when everything that was committed before the call is on the disk; rejects with an input/output error of SQLite when nobody knows. */
  sync(): Promise<void> {
    if (this.#next) return this.#next;
    if (!this.#running) return this.#begin();
    if (!this.#asked) return this.#running;
    const begin = () => {
      this.#next = null;
      return this.#begin();
    };
    this.#next = this.#running.then(begin, begin);
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = null;
  }

  #begin(): Promise<void> {
    const running = this.#run().finally(() => {
      this.#running = null;
    });
    this.#asked = false;
    this.#running = running;
    return running;
  }

  async #run(): Promise<void> {
    // Commits of the same turn of the process are covered as well.
    await turn();
    const worker = (this.#worker ??= this.#start());
    const { promise, resolve } = Promise.withResolvers<string | null>();
    this.#answer = resolve;
    this.#asked = true;
    worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has no origin; the rule means windows.
    worker.postMessage(null);
    const failure = await promise;
    worker.unref();
    if (failure !== null) throw Object.assign(new Error(`the sync of ${this.#file} failed: ${failure}`), { errcode: IO_ERROR });
  }

  #start(): Worker {
    const worker = new Worker(PROGRAM, { eval: true, execArgv: [], workerData: { file: this.#file } });
    worker.on('message', (failure: string | null) => this.#answer?.(failure));
    const lose = (why: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#answer?.(why);
    };
    worker.on('error', (cause) => lose(String(cause)));
    worker.on('exit', () => lose('its thread ended'));
    return worker;
  }
}
