import { backoffMs, type Clock } from '#core';

/** One failure happens to everybody; three in a row, without an answer between them, are the endpoint's own. */
const FAILURES_IN_ROW = 3;
/** First pause of a failing endpoint. */
const PAUSE_FIRST_MS = 1_000;
/** Longest pause: one try in ten seconds burdens nobody, and fresh words must not wait longer for an endpoint that has recovered. */
const PAUSE_MS_MAX = 10_000;
/** Failing endpoints that are remembered, and those that took nothing. A statement names them all; beyond this the one that failed first is believed again. */
const SUSPECTS_MAX = 1_000;

interface Health {
  /** Claimed or under way. */
  held: number;
  /** Of them under way. */
  out: number;
  failures: number;
  pauses: number;
  pausedUntil: number;
}

/**
 * Who may be attempted next, so that one dead endpoint starves nobody (F58). No endpoint holds more than half of the slots while there are
 * others, so that the rest takes at most twice its normal time; one that fails in a row rests for a growing while, and then gets one
 * attempt at a time until it answers. One that takes nothing, however quickly it says so, gets no more answers than all others together.
 */
export class Endpoints {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #slots: number;
  readonly #half: number;
  readonly #health = new Map<string, Health>();
  /** Answers in which an endpoint took nothing, and that no other endpoint has had in return yet; at most its share. */
  readonly #owed = new Map<string, number>();
  #only: string | null = null;
  #many = false;
  #answered = false;

  constructor({ clock, random, slots }: { readonly clock: Clock; readonly random: () => number; readonly slots: number }) {
    this.#clock = clock;
    this.#random = random;
    this.#slots = slots;
    this.#half = Math.ceil(slots / 2);
  }

  /** What an ordinary claim leaves out, and how many it may take so that nobody gets more than a share of the slots and of what is claimed beyond. */
  ordinary(ahead = 0): { readonly except: readonly string[]; readonly limit: number } {
    const except: string[] = [];
    const share = this.#shareOf(this.#slots + ahead);
    let limit = Math.ceil((this.#slots + ahead) / 2);
    for (const endpoint of new Set([...this.#health.keys(), ...this.#owed.keys()])) {
      const { held = 0, pauses = 0 } = this.#health.get(endpoint) ?? {};
      const room = share - held - (this.#owed.get(endpoint) ?? 0);
      if (pauses > 0 || room <= 0) except.push(endpoint);
      else limit = Math.min(limit, room);
    }
    return { except, limit };
  }

  /** The others have nothing due: nobody owes them a turn. True when somebody did. */
  forgive(): boolean {
    const owed = this.#owed.size > 0;
    this.#owed.clear();
    return owed;
  }

  /** What a claim of one leaves out so that it may meet an endpoint that has rested; null when none has. */
  probe(): { readonly except: readonly string[] } | null {
    const except: string[] = [];
    let rested = false;
    for (const [endpoint, health] of this.#health) {
      const suspect = health.pauses > 0;
      const full = health.held >= (suspect ? 1 : this.#shareOf(this.#slots));
      if (full || (suspect && this.#clock.monotonic() < health.pausedUntil)) except.push(endpoint);
      else rested ||= suspect;
    }
    return rested ? { except } : null;
  }

  begin(endpoint: string): void {
    this.#only ??= endpoint;
    this.#many ||= endpoint !== this.#only;
    const health = this.#health.get(endpoint);
    if (health) health.held += 1;
    else this.#health.set(endpoint, { held: 1, out: 0, failures: 0, pauses: 0, pausedUntil: 0 });
  }

  /** Whether somebody who was begun for may be attempted now, or when one of the endpoint's ends, or is better left to a later claim. */
  turnOf(endpoint: string): 'go' | 'full' | 'later' {
    const { out = 0, pauses = 0, pausedUntil = 0 } = this.#health.get(endpoint) ?? {};
    if (pauses > 0) return out === 0 && this.#clock.monotonic() >= pausedUntil ? 'go' : 'later';
    const owed = this.#owed.get(endpoint) ?? 0;
    if (out + owed < this.#shareOf(this.#slots)) return 'go';
    return owed > 0 ? 'later' : 'full';
  }

  /** The attempt that was begun for is under way. */
  go(endpoint: string): void {
    const health = this.#health.get(endpoint);
    if (health) health.out += 1;
  }

  /** An attempt that was begun for comes to nothing: whoever it was for needs it no more. */
  leave(endpoint: string): void {
    const health = this.#health.get(endpoint);
    if (!health) return;
    health.held -= 1;
    if (health.held === 0 && health.failures === 0) this.#health.delete(endpoint);
  }

  /**
   * `answered` when the endpoint spoke for itself, whatever it said; false when nothing or "not now" came of the attempt. `took` when it took what it
   * was given.
   */
  end(endpoint: string, answered: boolean, took = answered): void {
    this.#account(endpoint, took);
    const health = this.#health.get(endpoint);
    if (!health) return;
    health.held -= 1;
    health.out = Math.max(health.out - 1, 0);
    this.#answered ||= answered;
    if (answered) this.#recover(endpoint, health);
    else this.#fail(health);
  }

  /** Whether nobody fails, and nobody owes the others a turn. */
  get isCalm(): boolean {
    return this.#owed.size === 0 && this.suspects === 0;
  }

  /** Endpoints that rest or are being tried again. */
  get suspects(): number {
    return [...this.#health.values()].filter(({ pauses }) => pauses > 0).length;
  }

  /** Milliseconds until the next endpoint has rested; null when none rests. */
  restMs(): number | null {
    const at = this.#clock.monotonic();
    const rests = [...this.#health.values()].filter(({ pauses, pausedUntil }) => pauses > 0 && pausedUntil > at);
    return rests.length === 0 ? null : Math.min(...rests.map(({ pausedUntil }) => pausedUntil - at));
  }

  #account(endpoint: string, took: boolean): void {
    if (!took && this.#many && (this.#owed.has(endpoint) || this.#owed.size < SUSPECTS_MAX))
      this.#owed.set(endpoint, Math.min((this.#owed.get(endpoint) ?? 0) + 1, this.#half));
    for (const [other, owed] of this.#owed) {
      if (other === endpoint) continue;
      if (owed > 1) this.#owed.set(other, owed - 1);
      else this.#owed.delete(other);
    }
  }

  /** A channel with one endpoint may use all its slots, once that endpoint has proved to be alive. */
  #shareOf(slots: number): number {
    return !this.#many && this.#answered ? slots : Math.ceil(slots / 2);
  }

  #recover(endpoint: string, health: Health): void {
    if (health.held === 0) this.#health.delete(endpoint);
    else Object.assign(health, { failures: 0, pauses: 0, pausedUntil: 0 });
  }

  #fail(health: Health): void {
    health.failures += 1;
    const at = this.#clock.monotonic();
    // What was under way together fails together: that is one pause, not many.
    if (health.failures < FAILURES_IN_ROW || at < health.pausedUntil) return;
    health.pauses += 1;
    health.pausedUntil = at + backoffMs({ tries: health.pauses, random: this.#random, firstMs: PAUSE_FIRST_MS, msMax: PAUSE_MS_MAX });
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    if (this.#health.size <= SUSPECTS_MAX) return;
    for (const [endpoint, { held }] of this.#health) {
      if (held > 0) continue;
      this.#health.delete(endpoint);
      return;
    }
  }
}
