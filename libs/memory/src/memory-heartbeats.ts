import { type HeartbeatProof, Heartbeats } from '#core';

/** What is known of the heartbeat's channels without durability, for tests. */
export class MemoryHeartbeats extends Heartbeats {
  #proofs: readonly HeartbeatProof[] = [];

  async proofs(): Promise<readonly HeartbeatProof[]> {
    return this.#proofs;
  }

  async keep(proofs: readonly HeartbeatProof[]): Promise<void> {
    this.#proofs = proofs.toSorted((a, b) => (a.channel < b.channel ? -1 : 1));
  }
}
