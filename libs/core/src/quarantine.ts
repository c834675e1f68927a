import type { DeviceId } from './gauge.ts';

/** Why something was not admitted; `poison` was admitted, and then could not be judged (F10). */
export const QUARANTINE_REASONS = ['notJson', 'badShape', 'tooDeep', 'unknownGauge', 'unknownDevice', 'noQuantity', 'poison'] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

export interface QuarantineEntry {
  readonly device: DeviceId;
  readonly receivedAt: number;
  readonly reason: QuarantineReason;
  /** What is wrong, where, in words. */
  readonly detail: string;
  /** The bytes as they came, at most `QUARANTINE_BYTES_MAX` of them. */
  readonly payload: Uint8Array;
}

export interface QuarantinedEntry extends QuarantineEntry {
  readonly id: number;
}

/** Enough to see what a device sends; a packet may be 64 KiB. */
export const QUARANTINE_BYTES_MAX = 4096;

/** A good device may send bad bytes: they are kept with their reason and acknowledged, for refusing would bring the same poison for ever. */
export abstract class Quarantine {
  /** Resolves once the entries would survive a power cut. */
  abstract keep(entries: readonly QuarantineEntry[]): Promise<void>;
  /** Newest first, before the id when one is given. */
  abstract list(query: {
    readonly device?: DeviceId;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly QuarantinedEntry[]>;
  abstract count(): Promise<number>;
  abstract forget(receivedBefore: number): Promise<number>;
}
