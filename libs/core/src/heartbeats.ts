import type { HeartbeatProof } from './heartbeat.ts';

/** What is known of the heartbeat's channels for good: since when each is to be proven, and when it was proven last. */
export abstract class Heartbeats {
  /** In the order of the channels' names. */
  abstract proofs(): Promise<readonly HeartbeatProof[]>;
  /** Writes these in place of all that was there; on disk when it resolves. Again changes nothing. */
  abstract keep(proofs: readonly HeartbeatProof[]): Promise<void>;
}
