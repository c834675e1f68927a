/** What an accepted call is remembered by. */
export interface AcceptedCall {
  readonly requestId: string;
  readonly at: number;
  readonly sentMessages: readonly { readonly id: string }[];
}

const HOUR_MS = 3_600_000;
/** LINE forgets a key after this time (D§3.2). */
export const RETRY_KEY_MEMORY_MS = 24 * HOUR_MS;
/** More than a fan-out to five million recipients needs; beyond it the oldest are forgotten, so that memory stays bounded. */
const RETRY_KEYS_MAX = 20_000;

/** Which calls were accepted under which key within the last 24 hours. */
export class RetryKeys {
  private readonly calls = new Map<string, AcceptedCall>();

  find(key: string, now: number): AcceptedCall | null {
    const call = this.calls.get(key);
    return call !== undefined && now - call.at < RETRY_KEY_MEMORY_MS ? call : null;
  }

  keep(key: string, call: AcceptedCall): void {
    this.calls.delete(key);
    this.calls.set(key, call);
    for (const oldest of this.calls.keys()) {
      if (this.calls.size <= RETRY_KEYS_MAX) return;
      this.calls.delete(oldest);
    }
  }
}

/** LINE wants a UUID in its usual hexadecimal form. */
export const isRetryKey = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
