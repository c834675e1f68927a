import type { Clock } from '#core';

const MINUTE_MS = 60_000;
/** Addresses whose mails are counted; the one seen longest ago is forgotten first. */
const ADDRESSES_MAX = 10_000;

/** Who is at the door, so that one address can neither take all places nor all time. */
export class Guests {
  readonly #options: { readonly clock: Clock; readonly clientsOfOne: number; readonly mailsAMinuteOfOne: number };
  readonly #inside = new Map<string, number>();
  readonly #mails = new Map<string, { readonly since: number; readonly count: number }>();

  constructor(options: { readonly clock: Clock; readonly clientsOfOne: number; readonly mailsAMinuteOfOne: number }) {
    this.#options = options;
  }

  /** Lets somebody in who also leaves; false when as many of the address as may be are inside. */
  enter(address: string): boolean {
    const inside = this.#inside.get(address) ?? 0;
    if (inside >= this.#options.clientsOfOne) return false;
    this.#inside.set(address, inside + 1);
    return true;
  }

  leave(address: string): void {
    const inside = (this.#inside.get(address) ?? 0) - 1;
    if (inside > 0) this.#inside.set(address, inside);
    else this.#inside.delete(address);
  }

  /** Whether the address may hand in one more mail in this minute; counted when it may. */
  mayHandIn(address: string): boolean {
    const { clock, mailsAMinuteOfOne } = this.#options;
    const now = clock.monotonic();
    const known = this.#mails.get(address);
    const fresh = known !== undefined && now - known.since < MINUTE_MS ? known : { since: now, count: 0 };
    if (fresh.count >= mailsAMinuteOfOne) return false;
    this.#mails.delete(address);
    this.#mails.set(address, { ...fresh, count: fresh.count + 1 });
    const [oldest] = this.#mails.keys();
    if (this.#mails.size > ADDRESSES_MAX && oldest !== undefined) this.#mails.delete(oldest);
    return true;
  }
}
