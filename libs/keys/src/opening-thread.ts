import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { SealedText } from '#core';

/** A thread that nobody asked for so long ends: addresses are opened by the thousand for a few minutes in a night, and then not for weeks. */
const IDLE_MS = 30_000;
/** It holds one question and its answer at a time; a thousand addresses are 200 kB. */
const HEAP_MB_MAX = 64;

/** The thread's program, as text: it runs the same from the build, under a test runner and under a loader for TypeScript. As `KeyRing.open`. */
const PROGRAM = `
const { createDecipheriv } = require('node:crypto');
const { parentPort } = require('node:worker_threads');
const OPTIONS = { authTagLength: 16 };
function open(keys, sealed, bound) {
  try {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', keys.get(bytes[0]), bytes.subarray(1, 13), OPTIONS);
    decipher.setAAD(Buffer.from(bound));
    decipher.setAuthTag(bytes.subarray(-16));
    const text = decipher.update(bytes.subarray(13, -16));
    decipher.final();
    return text.toString();
  } catch {
    return null;
  }
}
parentPort.on('message', ({ id, keys, sealed, bound }) => {
  parentPort.postMessage({ id, texts: sealed.map((one, at) => open(keys, one, bound[at])) });
});
`;

interface Said {
  readonly id: number;
  readonly texts: readonly (string | null)[];
}

/** Opens sealed texts beside the event loop. It begins with the first question and ends by itself when there are no more. */
export class OpeningThread {
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #asked = 0;
  readonly #waiting = new Map<number, (texts: readonly (string | null)[] | null) => void>();

  /** The texts, null for each that does not open; null instead of all when the thread ended, and then somebody else has to. */
  open(keys: ReadonlyMap<number, KeyObject>, texts: readonly SealedText[]): Promise<readonly (string | null)[] | null> {
    const worker = (this.#worker ??= this.#begin());
    const id = (this.#asked += 1);
    if (this.#idle) clearTimeout(this.#idle);
    const { promise, resolve } = Promise.withResolvers<readonly (string | null)[] | null>();
    this.#waiting.set(id, resolve);
    // Whoever asks waits for the answer; between two questions the thread holds no process.
    worker.ref();
    const sealed = texts.map((text) => text.sealed);
    const bound = texts.map((text) => text.bound);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has no origin; the rule means windows.
    worker.postMessage({ id, keys, sealed, bound });
    return promise;
  }

  #begin(): Worker {
    const worker = new Worker(PROGRAM, { eval: true, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX } });
    worker.on('message', ({ id, texts }: Said) => {
      this.#waiting.get(id)?.(texts);
      this.#waiting.delete(id);
      if (this.#waiting.size > 0) return;
      worker.unref();
      this.#idle = setTimeout(() => this.#end(worker), IDLE_MS).unref();
    });
    worker.on('error', () => this.#end(worker));
    worker.on('exit', () => this.#end(worker));
    return worker;
  }

  #end(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    void worker.terminate();
    for (const resolve of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
  }
}
