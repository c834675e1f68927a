import { Agent, setGlobalDispatcher } from 'undici';

/** What one connection to LINE may cost. Each bound covers what the one before cannot see. */
export interface HttpBounds {
  readonly connectMs: number;
  /** Until the head of the answer, and between two pieces of its body. */
  readonly answerMs: number;
}

/**
 * LINE answers a multicast within a second; ten seconds of silence mean that something is wrong, and the repeat with the same key is free. Both
 * together stay below the deadline of an attempt, so that a silent connection is given back before the attempt that follows needs it.
 */
const BOUNDS: HttpBounds = { connectMs: 3_000, answerMs: 10_000 };

/** 200 requests a second (D§3.3) at half a second each: more would only wait at LINE's side. */
export const CONNECTIONS_MAX = 100;

/** LINE's answers to what we ask are below 1 KiB; what is longer does not come from LINE. Also ends an answer that trickles for ever. */
const ANSWER_BYTES_MAX = 64 * 1024;

/**
 * Bounds the `fetch` of this process in time, connections and size. LINE's SDK calls the global `fetch` and takes neither a dispatcher nor a
 * signal; left alone, that opens a socket per call under way and waits 300 s for an answer. So the dispatcher has to be the global one. A later
 * use of `fetch` for something larger or slower than LINE names a dispatcher of its own. To be called once, before the first attempt.
 */
export function boundHttp(bounds: Partial<HttpBounds> = {}): void {
  const { connectMs, answerMs } = { ...BOUNDS, ...bounds };
  setGlobalDispatcher(
    new Agent({
      connections: CONNECTIONS_MAX,
      // One request per connection: a reset then speaks about one attempt only.
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: 30_000,
      connect: { timeout: connectMs },
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
      maxResponseSize: ANSWER_BYTES_MAX,
    }),
  );
}
