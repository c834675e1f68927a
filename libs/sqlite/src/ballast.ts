import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { dirname } from 'node:path';
import type { Clock } from '#core';

/** Enough for a night of orders and their deliveries when nothing else fits on the disk any more. */
const BALLAST_BYTES = 32 * 1024 * 1024;
/** The ballast is put back once this many times its size is free, so that readings do not fill the disk again in the same second. */
const ROOM_FACTOR = 2;
/** How often it is tried to put it back. */
const RETRY_MS = 1_000;
const BLOCK_BYTES = 1024 * 1024;

export interface BallastOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly bytes?: number;
  /** Bytes that may still be written beside the file; a test says so itself. */
  readonly freeBytes?: () => number;
}

/**
 * A file that does nothing but take up room (F13). When the disk is full it is released, and the room goes to orders: the log takes no
 * readings until there is enough for both again.
 */
export class Ballast {
  readonly #file: string;
  readonly #bytes: number;
  readonly #clock: Clock;
  readonly #freeBytes: () => number;
  #inPlace: boolean;
  #retryAt = 0;

  constructor({ file, clock, bytes = BALLAST_BYTES, freeBytes = () => freeBeside(file) }: BallastOptions) {
    this.#file = file;
    this.#bytes = bytes;
    this.#clock = clock;
    this.#freeBytes = freeBytes;
    this.#inPlace = statSync(file, { throwIfNoEntry: false })?.size === bytes;
    this.#lay();
  }

  /** Whether the room is there; `false` means that it was given to orders. */
  get inPlace(): boolean {
    return this.#inPlace;
  }

  /** Gives the room away. */
  release(): void {
    rmSync(this.#file, { force: true });
    this.#inPlace = false;
    this.#retryAt = this.#clock.monotonic() + RETRY_MS;
  }

  /** Whether the ballast is in place, putting it back if that is possible by now. */
  restore(): boolean {
    if (this.#inPlace) return true;
    if (this.#clock.monotonic() < this.#retryAt) return false;
    this.#retryAt = this.#clock.monotonic() + RETRY_MS;
    this.#lay();
    return this.#inPlace;
  }

  #lay(): void {
    if (this.#inPlace || this.#freeBytes() < this.#bytes * ROOM_FACTOR) return;
    try {
      fill(this.#file, this.#bytes);
      this.#inPlace = true;
    } catch {
      // A quota can be tighter than the free space that the file system tells; then the ballast stays released.
      rmSync(this.#file, { force: true });
    }
  }
}

/** Random bytes, since file systems that compress would store zeros in no room at all. */
function fill(file: string, bytes: number): void {
  const block = randomFillSync(new Uint8Array(BLOCK_BYTES));
  const descriptor = openSync(file, 'w', 0o600);
  try {
    for (let left = bytes; left > 0;) left -= writeSync(descriptor, block, 0, Math.min(left, BLOCK_BYTES));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function freeBeside(file: string): number {
  const { bavail, bsize } = statfsSync(dirname(file));
  return bavail * bsize;
}
