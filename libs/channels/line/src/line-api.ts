import { HTTPFetchError, LineBotClient } from '@line/bot-sdk';

export interface LineApiSettings {
  readonly token: string;
  /** Base URL; another one than LINE's own only in tests and demonstrations. */
  readonly apiBase?: string;
  /** The whole attempt, whatever holds it up. */
  readonly attemptMs?: number;
}

// Above the bounds of one connection, which end a call earlier and say why. Left for this one: an answer that trickles, a wait for a connection.
const ATTEMPT_MS = 15_000;

/** No answer, not a whole one, or not LINE's. `neverLeft` when the request cannot have reached the other side. */
export class LineUnreached extends Error {
  override readonly name = 'LineUnreached';
  readonly neverLeft: boolean;

  constructor(reason: string, options: ErrorOptions & { readonly neverLeft: boolean }) {
    super(reason, options);
    this.neverLeft = options.neverLeft;
  }
}

const LINE_HOST = 'api.line.me';

/** LINE takes images at a door of its own; whoever stands in for LINE has one door. */
const basesOf = (api: URL): { readonly apiBaseURL: string; readonly dataApiBaseURL: string } => ({
  apiBaseURL: api.href,
  dataApiBaseURL: api.hostname === LINE_HOST ? 'https://api-data.line.me/' : api.href,
});

/** LINE's SDK with an end to every call. Connections and their times are bounded for the whole process by `boundHttp`. */
export class LineApi {
  private readonly client: LineBotClient;
  private readonly attemptMs: number;
  private readonly underWay = new Set<Promise<unknown>>();

  /** Throws when `apiBase` is no URL. */
  constructor({ token, apiBase = 'https://api.line.me', attemptMs = ATTEMPT_MS }: LineApiSettings) {
    this.client = LineBotClient.fromChannelAccessToken({ channelAccessToken: token, ...basesOf(new URL(apiBase)) });
    this.attemptMs = attemptMs;
  }

  /**
   * One call of the SDK. Resolves with what LINE answered; rejects with `HTTPFetchError` when the answer is none of success, and with
   * `LineUnreached` for everything else, at the latest after `attemptMs`.
   */
  async call<T>(ask: (client: LineBotClient) => Promise<T>): Promise<T> {
    const call = this.withinDeadline(ask(this.client));
    this.underWay.add(call);
    try {
      return await call;
    } catch (error) {
      throw error instanceof HTTPFetchError || error instanceof LineUnreached ? error : unreached(error);
    } finally {
      this.underWay.delete(call);
    }
  }

  /** Waits for calls under way. Idle connections end by themselves and hold no process. */
  async close(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  /** The SDK takes no signal: a call that is late goes on without us, and the race swallows whatever becomes of it. */
  private async withinDeadline<T>(call: Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new LineUnreached('no whole answer in time', { neverLeft: false })), this.attemptMs);
    try {
      return await Promise.race([call, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Failures of name, connection or certificate: not a byte of the request was sent. */
const NEVER_LEFT =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|UNABLE_TO_.*|CERT_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|ERR_TLS_CERT_.*)$/;

/** `fetch` says "fetch failed" or "terminated" and keeps what happened in the cause. */
function unreached(error: unknown): LineUnreached {
  // By its fields: an error of another realm is no `instanceof Error` of this one.
  const { name, message, cause } = error as { readonly name: string; readonly message: string; readonly cause?: NodeJS.ErrnoException };
  const reason = name === 'SyntaxError' ? `not LINE's answer: ${message}` : (cause?.code ?? cause?.message ?? message);
  return new LineUnreached(reason, { cause: error, neverLeft: NEVER_LEFT.test(reason) });
}
