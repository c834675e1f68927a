import { hash, timingSafeEqual } from 'node:crypto';
import type { Accounts, DeviceId } from '#core';

/** Keys that are valid now, in memory, so that ten thousand returning devices cost a hash each and no query (F29). */
export class DeviceKeys {
  private keys: ReadonlyMap<DeviceId, readonly Buffer[]> = new Map();

  /** Reads the keys anew. When that fails the keys at hand stay in force: a locked table must not silence every gauge. */
  async refresh(accounts: Accounts, now: number): Promise<void> {
    const keys = new Map<DeviceId, Buffer[]>();
    for (const { device, keyHash, revokedAt } of await accounts.deviceKeys()) {
      if (revokedAt !== null && revokedAt <= now) continue;
      const digest = Buffer.from(keyHash, 'hex');
      if (digest.length !== DIGEST_BYTES) continue;
      const known = keys.get(device);
      if (known) known.push(digest);
      else keys.set(device, [digest]);
    }
    this.keys = keys;
  }

  /** The digest of the device's key that was shown, or null. Takes as long for a device that does not exist. */
  verify(device: DeviceId, key: Uint8Array): Buffer | null {
    const shown = hash('sha256', key, 'buffer');
    let found: Buffer | null = null;
    for (const digest of this.keys.get(device) ?? NOBODY) if (timingSafeEqual(digest, shown)) found = digest;
    return found;
  }

  /** Whether the device has any valid key; one that shows a certificate is revoked by revoking its keys. */
  knows(device: DeviceId): boolean {
    return this.keys.has(device);
  }

  /** Whether a digest that was verified is still valid. */
  holds(device: DeviceId, digest: Buffer): boolean {
    return this.keys.get(device)?.some((known) => known.equals(digest)) ?? false;
  }
}

const DIGEST_BYTES = 32;
/** Stands for the key of an unknown device; no key hashes to nothing but zeros. */
const NOBODY: readonly Buffer[] = [Buffer.alloc(DIGEST_BYTES)];
