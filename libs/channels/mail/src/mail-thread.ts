import { Worker } from 'node:worker_threads';
import type { SMTPPoolOptions } from 'nodemailer';
import type { MailFailure } from './mail-outcome.ts';

/**
 * The thread's program, as text: it runs the same from the build, under a test runner and under a loader for TypeScript. The mailer is found from
 * the file that begins the thread. Each mail ends with one answer, at the latest after `attemptMs`.
 */
const PROGRAM = `
const { createRequire } = require('node:module');
const { parentPort, workerData } = require('node:worker_threads');
const { createTransport } = createRequire(workerData.from)('nodemailer');
const pool = createTransport(workerData.options);
const failure = ({ name, message, code, responseCode, command, permanent, timeoutType, originalCode }) =>
  ({ name, message, code, responseCode, command, permanent, timeoutType, originalCode });
let sending = 0;
let closing = false;
async function send({ id, envelope, raw }) {
  sending += 1;
  // Taken back when the mail is over: a signal that times out by itself fires a minute later for every mail that went well.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException('the whole attempt took too long', 'TimeoutError')), workerData.attemptMs);
  try {
    const { response, accepted, rejectedErrors } = await pool.sendMail({ envelope, raw: Buffer.from(raw), signal: late.signal });
    const rejected = accepted.length === 0 ? rejectedErrors?.[0] : undefined;
    parentPort.postMessage({ id, response, ...(rejected && { failure: failure(rejected) }) });
  } catch (cause) {
    parentPort.postMessage({ id, response: '', failure: failure(cause) });
  } finally {
    clearTimeout(timer);
    sending -= 1;
    if (closing && sending === 0) parentPort.close();
  }
}
parentPort.on('message', (asked) => {
  if (asked.kind === 'mail') return void send(asked);
  closing = true;
  pool.close();
  if (sending === 0) parentPort.close();
});
`;

export interface MailThreadOptions {
  readonly pool: SMTPPoolOptions;
  /** The whole attempt with its wait for a connection. */
  readonly attemptMs: number;
}

/** How a mail ended: the relay's last word, or why it has none. */
export interface HandedOver {
  readonly response: string;
  readonly failure?: MailFailure;
}

/** The thread ended with a mail in its hands: the relay may have it. */
const LOST: HandedOver = { response: '', failure: { name: 'Error', message: 'the thread that sends mail ended', code: 'ETHREAD' } };

const CLOSED: HandedOver = { response: '', failure: { name: 'Error', message: 'the way to the relay is closed', code: 'ECLOSED' } };

/**
 * The mailer's pool in a thread of its own: talking SMTP takes most of the time of a mail, and is no business of the loop that raises alarms and keeps
 * the ledger. It begins with the first mail; one that ends is replaced with the next.
 */
export class MailThread {
  readonly #options: MailThreadOptions;
  readonly #waiting = new Map<number, (ended: HandedOver) => void>();
  #worker: Worker | null = null;
  #asked = 0;
  #closed = false;

  constructor(options: MailThreadOptions) {
    this.#options = options;
  }

  /** Hands one mail to the pool. Never rejects. */
  send({
    envelope,
    raw,
  }: {
    readonly envelope: { readonly from: string; readonly to: readonly string[] };
    readonly raw: Buffer;
  }): Promise<HandedOver> {
    if (this.#closed) return Promise.resolve(CLOSED);
    const worker = (this.#worker ??= this.#begin());
    const id = (this.#asked += 1);
    const { promise, resolve } = Promise.withResolvers<HandedOver>();
    this.#waiting.set(id, resolve);
    worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has no origin; the rule means windows.
    worker.postMessage({ kind: 'mail', id, envelope, raw });
    return promise;
  }

  /** Takes no more; the pool and the thread end when what is under way has ended. */
  close(): void {
    this.#closed = true;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- as above.
    this.#worker?.postMessage({ kind: 'close' });
  }

  #begin(): Worker {
    const { pool, attemptMs } = this.#options;
    const worker = new Worker(PROGRAM, { eval: true, execArgv: [], workerData: { from: import.meta.url, options: pool, attemptMs } });
    worker.on('message', ({ id, ...ended }: HandedOver & { readonly id: number }) => {
      this.#waiting.get(id)?.(ended);
      this.#waiting.delete(id);
      // Whoever waits for a mail keeps the process alive, and the idle thread does not.
      if (this.#waiting.size === 0) worker.unref();
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => this.#lose(worker));
    return worker;
  }

  #lose(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const resolve of waiting) resolve(LOST);
  }
}
