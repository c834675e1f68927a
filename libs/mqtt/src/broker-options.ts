import type { Accounts, Clock, DeviceId } from '#core';
import type { Said } from './device-topic.ts';
import type { Refusal } from './judge-connect.ts';

/** Bounds of the wire (S28). Each can be set; the reasons stand where they are used. */
export interface BrokerLimits {
  /** From the first byte to the whole CONNECT, and for the TLS handshake. */
  readonly connectMs: number;
  /** A subscriber that takes nothing for so long is dropped; aedes' own minute would hold up everybody else (F25). */
  readonly drainMs: number;
  readonly perAddressMax: number;
  readonly connectionsMax: number;
  readonly countLoopback: boolean;
  /** Per device; a bench sets `Infinity`. */
  readonly readingsPerSecond: number;
  readonly burst: number;
  /** How often keys are read anew: a revocation is felt within 5 s (S4). */
  readonly refreshMs: number;
}

export const BROKER_LIMITS: BrokerLimits = {
  connectMs: 5000,
  drainMs: 3000,
  perAddressMax: 50,
  connectionsMax: 12_000,
  countLoopback: false,
  readingsPerSecond: 20,
  burst: 200,
  refreshMs: 3000,
};

export interface BrokerOptions {
  readonly accounts: Accounts;
  readonly clock: Clock;
  /**
   * Keeps what a device published to its `obs`. The PUBACK leaves after it resolved; when it rejects there is none and the connection is
   * closed, so that the device repeats.
   */
  readonly admit: (device: DeviceId, payload: Uint8Array, receivedAt: number) => Promise<void>;
  /** What a device says beside readings. Acknowledged whatever happens to it; it must not throw. */
  readonly onMessage?: (device: DeviceId, leaf: Exclude<Said, 'obs'>, payload: Uint8Array, receivedAt: number) => void;
  /** One credential was shown in two places (F32). */
  readonly onTakeover?: (device: DeviceId, takeover: Takeover) => void;
  /** Faults of the world that the broker survives: keys that cannot be read, a listener that fails. */
  readonly onFault?: (what: string, cause: unknown) => void;
  readonly limits?: Partial<BrokerLimits>;
}

/** A device that was seen at two connections. Once may be a link that died unnoticed; again and again is a copied credential (F32). */
export interface Takeover {
  /** Network address of the connection that was closed, and of the one that took its place. */
  readonly from: string;
  readonly to: string;
  /** Takeovers of this device within the last ten minutes, this one included. */
  readonly recent: number;
}

/** Everything counts up since the start, but for `connections`. */
export interface BrokerCounters {
  readonly connections: number;
  readonly connected: number;
  readonly packets: number;
  /** Packets that had to wait for their turn. */
  readonly held: number;
  /** Packets that could not be kept and were not acknowledged. */
  readonly failed: number;
  readonly takeovers: number;
  /** Messages to devices that made room for newer ones. */
  readonly dropped: number;
  readonly refused: Readonly<Record<Refusal, number>>;
}
