import type { Recipient } from '#core';

/** A byte holds a step and that there is one; rules have fewer steps by far. */
const STEP_MAX = 254;
/** Numbers of subscribers are given one after the other, so a byte for each is a megabyte for a million people. Beyond this they go into a map. */
const DENSE_MAX = 64 * 1024 * 1024;
const BYTES_FIRST = 1_024;

/** The step that each person was told last: cheap for a million of them. */
export class HeardSteps {
  #dense = new Uint8Array(BYTES_FIRST);
  readonly #others = new Map<Recipient, number>();
  #count = 0;

  /** How many people there are. */
  get size(): number {
    return this.#count;
  }

  get(recipient: Recipient): number | undefined {
    const index = indexOf(recipient);
    const held = index === null ? 0 : (this.#dense[index] ?? 0);
    return held > 0 ? held - 1 : this.#others.get(recipient);
  }

  has(recipient: Recipient): boolean {
    return this.get(recipient) !== undefined;
  }

  /** Sets the step of somebody who has none yet. */
  add(recipient: Recipient, step: number): void {
    if (this.has(recipient)) return;
    this.#count += 1;
    const index = indexOf(recipient);
    if (index === null || step > STEP_MAX) {
      this.#others.set(recipient, step);
      return;
    }
    if (index >= this.#dense.length) {
      const wider = new Uint8Array(Math.max(index + 1, this.#dense.length * 2));
      wider.set(this.#dense);
      this.#dense = wider;
    }
    this.#dense[index] = step + 1;
  }

  /** Everybody, by number. */
  *recipients(): Iterable<Recipient> {
    for (const [index, held] of this.#dense.entries()) if (held > 0) yield String(index);
    yield* this.#others.keys();
  }
}

function indexOf(recipient: Recipient): number | null {
  const number = Number(recipient);
  return Number.isInteger(number) && number >= 0 && number < DENSE_MAX && String(number) === recipient ? number : null;
}
