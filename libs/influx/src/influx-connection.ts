import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpError, InfluxDB, setLogger, type WriteApi } from '@influxdata/influxdb-client';
import { HistoryUnavailable } from './history-unavailable.ts';

/** A batch of 5,000 took InfluxDB 50 ms on two busy cores and a chart 8 ms; who is silent for so long is away, and asked again later. */
export const ANSWER_MS_MAX = 5_000;

/** Charts that are asked for at the same time; more wait for a connection, and give up with the deadline above. */
const QUERIES_MAX = 8;

/**
 * The only way in which `flush` says honestly whether everything was written: one flush for a batch, no sending in between, no retries of its
 * own, no `writeFailed`. Any other way it resolves after failures that it goes on with in secret, or gives up in secret. The follower repeats.
 */
const ONE_FLUSH = { batchSize: 1_000_000, maxBatchBytes: 100_000_000, flushInterval: 0, maxRetries: 0 } as const;

/** InfluxDB's ways to say that lines are at fault rather than itself: 400 and 422 for what a line says, 413 for the size of them all. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 422]);

/** The lines that lie behind the retention of the bucket; everything else in the request was kept. */
const BEYOND_RETENTION = /beyond retention policy/;

export interface InfluxAddress {
  readonly url: string;
  readonly token: string;
  readonly org: string;
  readonly bucket: string;
}

/** Requests to one bucket, each with a deadline. */
export class InfluxConnection {
  readonly #bucket: string;
  readonly #queries: InfluxDB;
  readonly #writes: WriteApi;
  readonly #queryAgent: HttpAgent;
  readonly #writeAgent: HttpAgent;

  constructor({ url, token, org, bucket }: InfluxAddress) {
    // The client prints every failure besides rejecting with it; who calls is told once, and says so in the log of the service.
    setLogger({ error: () => undefined, warn: () => undefined });
    const Agent = new URL(url).protocol === 'https:' ? HttpsAgent : HttpAgent;
    this.#bucket = bucket;
    this.#queryAgent = new Agent({ keepAlive: true, maxSockets: QUERIES_MAX });
    this.#writeAgent = new Agent({ keepAlive: true, maxSockets: 1 });
    const client = (agent: HttpAgent): InfluxDB => new InfluxDB({ url, token, timeout: ANSWER_MS_MAX, transportOptions: { agent } });
    this.#queries = client(this.#queryAgent);
    this.#writes = client(this.#writeAgent).getWriteApi(org, bucket, 'ms', ONE_FLUSH);
  }

  /**
   * Writes lines in one request. Resolves with null when all of them are kept, or with InfluxDB's words when it refused some for what they say:
   * which ones, and whether it kept the others, it does not tell reliably. Rejects with `HistoryUnavailable` when it is away.
   */
  async write(lines: readonly string[]): Promise<string | null> {
    let late = false;
    // The client stops listening after its own time-out but leaves the connection open, and that one takes no signal: so the agent ends it.
    const deadline = setTimeout(() => {
      late = true;
      this.#writeAgent.destroy();
    }, ANSWER_MS_MAX);
    try {
      this.#writes.writeRecords([...lines]);
      await this.#writes.flush();
      return null;
    } catch (cause) {
      const answered = cause instanceof HttpError;
      if (!answered) this.#writeAgent.destroy();
      if (!answered || !REFUSALS.has(cause.statusCode)) throw unavailable(late ? new Error(LATE, { cause }) : cause);
      return BEYOND_RETENTION.test(cause.message) ? null : wordsOf(cause);
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Asks one statement of InfluxQL. Resolves with the answer as it came. Rejects with `HistoryUnavailable`. */
  async query(statement: string): Promise<unknown> {
    const asked = new URLSearchParams({ db: this.#bucket, q: statement, epoch: 'ms' });
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    try {
      const answer: unknown = await this.#queries.transport.request(`/query?${asked.toString()}`, '', {
        method: 'POST',
        headers: { accept: 'application/json' },
        signal,
      });
      return answer;
    } catch (cause) {
      throw unavailable(signal.aborted ? new Error(LATE, { cause }) : cause);
    }
  }

  close(): void {
    this.#writes.dispose();
    this.#writeAgent.destroy();
    this.#queryAgent.destroy();
  }
}

/** A proxy's page of HTML need not stand in the log of the service in full. */
const WORDS_MAX = 300;

const LATE = `no answer within ${ANSWER_MS_MAX} ms`;

const unavailable = (cause: unknown): HistoryUnavailable => new HistoryUnavailable(`InfluxDB: ${wordsOf(cause)}`, { cause });

/** Not `instanceof Error`: errors of Node come from its own realm, which is another one inside a test runner's sandbox. */
function wordsOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return String(cause);
  const { message, code } = cause as { readonly message?: unknown; readonly code?: unknown };
  const words = [saidBy(cause), message, code].filter((candidate) => typeof candidate === 'string').find((candidate) => candidate !== '');
  return (words ?? 'no reason given').slice(0, WORDS_MAX);
}

/** The server's own sentence out of its JSON: `error` in 1.x and 3.x, `message` in 2.x. */
function saidBy(cause: object): string | null {
  if (!(cause instanceof HttpError)) return null;
  const { error, message } = (cause.json ?? {}) as { readonly error?: unknown; readonly message?: unknown };
  const said = [error, message].find((candidate) => typeof candidate === 'string');
  return said === undefined ? null : `${cause.statusCode} ${said.trim()}`;
}
