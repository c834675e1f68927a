import { Worker } from 'node:worker_threads';
import type { SMTPPoolOptions } from 'nodemailer';
import type { MailFailure } from './mail-outcome.ts';

/**
 * The thread's program, as text: it runs the same from the build, under a test runner and under a loader for TypeScript. The mailer is found from
 * the file that begins the thread. Each mail ends with one answer, at the latest after `attemptMs`.
 *
 * Mails come ready-made, so the pool is asked and not the part of the mailer above it that composes: half of the time of a mail (measured).
 * It wants to know of a mail its envelope and its bytes. Mails and answers cross in groups, because each crossing wakes the other side.
 */
const PROGRAM = `
const { createRequire } = require('node:module');
const { Readable } = require('node:stream');
const { parentPort, workerData } = require('node:worker_threads');
const library = createRequire(workerData.from);
const { pool: { dkim, ...options }, attemptMs } = workerData;
const pool = new (library('nodemailer/lib/smtp-pool'))(options);
const signer = dkim && new (library('nodemailer/lib/dkim'))(dkim);
const failure = ({ name, message, code, responseCode, command, permanent, timeoutType, originalCode }) =>
  ({ name, message, code, responseCode, command, permanent, timeoutType, originalCode });

class Bytes extends Readable {
  constructor(bytes) {
    super();
    this.push(bytes);
    this.push(null);
  }
  _read() {}
}

// By when each must have ended; all have the same time, so the first is the oldest. One timer for all of them.
const ends = new Map();
let timer = null;
function endLate() {
  timer = null;
  for (const [late, at] of ends) {
    const inMs = at - performance.now();
    if (inMs > 0) {
      timer = setTimeout(endLate, inMs).unref();
      return;
    }
    ends.delete(late);
    late.abort(new DOMException('the whole attempt took too long', 'TimeoutError'));
  }
}

let sending = 0;
let closing = false;
let answers = [];
function tell() {
  parentPort.postMessage(answers);
  answers = [];
  if (closing && sending === 0) parentPort.close();
}
function send({ id, from, to }, bytes) {
  sending += 1;
  const late = new AbortController();
  ends.set(late, performance.now() + attemptMs);
  // The port holds the thread for as long as anything is under way.
  timer ??= setTimeout(endLate, attemptMs).unref();
  const message = {
    getEnvelope: () => ({ from, to }),
    messageId: () => String(id),
    getHeader: () => '',
    createReadStream: () => (signer ? signer.sign(bytes) : new Bytes(bytes)),
  };
  pool.send({ data: { signal: late.signal }, message }, (cause, info) => {
    ends.delete(late);
    sending -= 1;
    if (answers.length === 0) setImmediate(tell);
    const rejected = !cause && info.accepted.length === 0 ? info.rejectedErrors?.[0] : cause;
    answers.push({ id, response: info?.response ?? '', ...(rejected && { failure: failure(rejected) }) });
  });
}
parentPort.on('message', (asked) => {
  if (asked.kind === 'mails') {
    let at = 0;
    for (const mail of asked.mails) {
      send(mail, Buffer.from(asked.bytes.buffer, at, mail.length));
      at += mail.length;
    }
    return;
  }
  closing = true;
  pool.close();
  if (sending === 0 && answers.length === 0) parentPort.close();
});
`;

export interface MailThreadOptions {
  readonly pool: SMTPPoolOptions;
  /** The whole attempt with its wait for a connection. */
  readonly attemptMs: number;
}

interface Outgoing {
  readonly id: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
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
  /** What is handed over in this turn of the process. */
  #outgoing: Outgoing[] = [];
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
    if (this.#outgoing.length === 0) setImmediate(() => this.#handOver());
    this.#outgoing.push({ id, from: envelope.from, to: envelope.to, raw });
    return promise;
  }

  /** Takes no more; the pool and the thread end when what is under way has ended. */
  close(): void {
    this.#handOver();
    this.#closed = true;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has no origin; the rule means windows.
    this.#worker?.postMessage({ kind: 'close' });
  }

  #handOver(): void {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    if (outgoing.length === 0) return;
    // In one piece that changes hands: memory that is shared between texts cannot.
    const bytes = new Uint8Array(outgoing.reduce((sum, { raw }) => sum + raw.length, 0));
    let at = 0;
    for (const { raw } of outgoing) {
      bytes.set(raw, at);
      at += raw.length;
    }
    const mails = outgoing.map(({ id, from, to, raw }) => ({ id, from, to, length: raw.length }));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- as above.
    this.#worker?.postMessage({ kind: 'mails', mails, bytes }, [bytes.buffer]);
  }

  #begin(): Worker {
    const { pool, attemptMs } = this.#options;
    const worker = new Worker(PROGRAM, { eval: true, execArgv: [], workerData: { from: import.meta.url, pool, attemptMs } });
    worker.on('message', (answers: readonly (HandedOver & { readonly id: number })[]) => {
      for (const { id, ...ended } of answers) {
        this.#waiting.get(id)?.(ended);
        this.#waiting.delete(id);
      }
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
    this.#outgoing = [];
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const resolve of waiting) resolve(LOST);
  }
}
