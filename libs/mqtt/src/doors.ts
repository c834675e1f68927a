import { isIPv4 } from 'node:net';

export interface DoorLimits {
  /** A gateway brings many devices from one address; fifty is more than any (S28). */
  readonly perAddressMax: number;
  /** Ten thousand devices and some that have not noticed yet that they are gone. */
  readonly connectionsMax: number;
  /** A proxy or a simulator on this machine brings everybody from one address. */
  readonly countLoopback: boolean;
}

/** Counts connections in all and per address (F28). */
export class Doors {
  private readonly limits: DoorLimits;
  private readonly perAddress = new Map<string, number>();
  private count = 0;

  constructor(limits: DoorLimits) {
    this.limits = limits;
  }

  get open(): number {
    return this.count;
  }

  /** Lets a connection in, or says why not. Who is let in must `leave` once. */
  enter(address: string): 'tooMany' | 'tooManyFromAddress' | null {
    if (this.count >= this.limits.connectionsMax) return 'tooMany';
    const from = this.perAddress.get(address) ?? 0;
    const counted = this.limits.countLoopback || !isLoopback(address);
    if (counted && from >= this.limits.perAddressMax) return 'tooManyFromAddress';
    this.count += 1;
    this.perAddress.set(address, from + 1);
    return null;
  }

  leave(address: string): void {
    this.count -= 1;
    const left = (this.perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.perAddress.set(address, left);
    else this.perAddress.delete(address);
  }
}

function isLoopback(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  return isIPv4(plain) ? plain.startsWith('127.') : plain === '::1';
}
