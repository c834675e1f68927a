import { type Bounce, Bounces, type Recipient } from '#core';

/** Bounces without durability, for tests. */
export class MemoryBounces extends Bounces {
  #kept: readonly { readonly number: number; readonly bounce: Bounce }[] = [];
  #last = 0;

  async keep(bounce: Bounce): Promise<boolean> {
    const { deliveryId, kind, day } = bounce;
    if (this.#kept.some(({ bounce: other }) => other.deliveryId === deliveryId && other.kind === kind && other.day === day)) return false;
    this.#kept = [...this.#kept, { number: (this.#last += 1), bounce }];
    return true;
  }

  async ofRecipient(recipient: Recipient): Promise<readonly Bounce[]> {
    return this.#bounces.filter((bounce) => bounce.recipient === recipient);
  }

  async ofDomain(domain: string, since: number, limit: number): Promise<readonly Bounce[]> {
    return this.#bounces.filter((bounce) => bounce.domain === domain && bounce.at >= since).slice(-limit);
  }

  async domains(since: number): Promise<readonly string[]> {
    return [...new Set(this.#bounces.filter(({ at }) => at >= since).map(({ domain }) => domain))].toSorted();
  }

  async goneOn(days: number): Promise<readonly Recipient[]> {
    const gone = Map.groupBy(
      this.#bounces.filter(({ kind }) => kind === 'gone'),
      ({ recipient }) => recipient,
    );
    return [...gone].filter(([, own]) => new Set(own.map(({ day }) => day)).size >= days).map(([recipient]) => recipient);
  }

  async list({
    before = Number.MAX_SAFE_INTEGER,
    limit,
  }: {
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly { readonly number: number; readonly bounce: Bounce }[]> {
    return this.#kept
      .filter(({ number }) => number < before)
      .toReversed()
      .slice(0, limit);
  }

  async forgetOf(recipient: Recipient): Promise<number> {
    return this.#keepOnly((bounce) => bounce.recipient !== recipient);
  }

  async forget(before: number): Promise<number> {
    return this.#keepOnly(({ at }) => at >= before);
  }

  #keepOnly(isKept: (bounce: Bounce) => boolean): number {
    const left = this.#kept.filter(({ bounce }) => isKept(bounce));
    const gone = this.#kept.length - left.length;
    this.#kept = left;
    return gone;
  }

  get #bounces(): readonly Bounce[] {
    return this.#kept.map(({ bounce }) => bounce);
  }
}
