import {
  carries,
  Channel,
  type Clock,
  type Contact,
  type Delivery,
  type DeviceId,
  type Message,
  type OperationStatus,
  type Outcome,
  type TransitionId,
} from '#core';
import { type CmdMessage, decodeAck } from '#wire';
import type { Broker } from './broker.ts';

export interface RelayChannelSettings<S extends OperationStatus> {
  /** Deliveries of another status are refused: a drill sounds no siren (promise 7, F67). */
  readonly status: S;
  readonly clock: Clock;
  /** Whether a transition, of an alert or of an order, calls people; otherwise its words end something, and lights go out. */
  readonly callsPeople: (transition: TransitionId) => Promise<boolean>;
  /** How long an acknowledgement is waited for; 10 s. */
  readonly ackMs?: number;
}

/** A relay switches in a fraction of a second; ten are a slow mobile network. */
const ACK_MS = 10_000;
/** A light or siren stops by itself after this, whatever becomes of us: an all-clear that cannot be delivered must not leave it sounding all night. */
const SIGNAL_S = 600;
/** A relay that is away may be back with its next keep-alive. */
const AWAY_RETRY_MS = 5_000;
const HOUR_MS = 3_600_000;

/**
 * Rotating lights and sirens behind the broker: a message becomes a command to the device, and counts as told when the device acknowledged that it
 * switched. The command carries the delivery's key at every attempt, so a device that remembers the last one switches once. A command that comes
 * too late is ignored by the device (S7).
 */
export class RelayChannel<S extends OperationStatus = OperationStatus> extends Channel<S> {
  readonly name = 'relay';
  readonly statuses: readonly S[];
  readonly chunkMax = 1;
  readonly inFlightMax = 32;
  readonly perSecondMax = 100;
  readonly repeatSafeMs = 22 * HOUR_MS;

  private readonly settings: RelayChannelSettings<S>;
  private readonly waiting = new Map<string, (outcome: Outcome) => void>();
  private readonly ending = new AbortController();
  private broker: Pick<Broker, 'publishTo' | 'isConnected'> | null = null;

  constructor(settings: RelayChannelSettings<S>) {
    super();
    this.settings = settings;
    this.statuses = [settings.status];
  }

  /** The broker by which devices are reached; before this none is. */
  connect(broker: Pick<Broker, 'publishTo' | 'isConnected'>): void {
    this.broker = broker;
  }

  /** What a device said on its `ack`. Words about another command, or none at all, change nothing. */
  heard(device: DeviceId, payload: Uint8Array): void {
    const ack = decodeAck(payload);
    if (!('id' in ack)) return;
    this.waiting.get(`${device} ${ack.id}`)?.(
      ack.ok
        ? { kind: 'sent', receipt: ack.detail ?? 'ok', duplicate: false }
        : { kind: 'refused', reason: `装置が切り替えられませんでした（${ack.detail ?? '理由なし'}）`, scope: 'recipients' },
    );
  }

  async attempt(delivery: Delivery<S>, message: Message<S>, contacts: readonly Contact[]): Promise<Outcome> {
    const { callsPeople, clock, ackMs = ACK_MS } = this.settings;
    if (!carries(this, { delivery, message })) {
      return { kind: 'refused', reason: `these lights and sirens are for ${this.statuses.join()} only`, scope: 'message' };
    }
    const device = contacts[0]!.address;
    if (!this.broker?.isConnected(device)) {
      return { kind: 'retry', reason: `${device} が接続していません`, unknown: false, afterMs: AWAY_RETRY_MS };
    }
    const on = await callsPeople(message.transitionId);
    const signal = { do: 'signal', on, level: message.level, seconds: on ? SIGNAL_S : 0 } as const;
    const command: CmdMessage = { id: delivery.retryKey, expires: message.expiresAt, ...signal };
    const key = `${device} ${delivery.retryKey}`;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.waiting.set(key, resolve);
    const over = new AbortController();
    try {
      await this.broker.publishTo(device, 'cmd', JSON.stringify(command));
      const silent = clock
        .sleep(ackMs, AbortSignal.any([over.signal, this.ending.signal]))
        .then((): Outcome => ({ kind: 'retry', reason: `${device} から返事がありません`, unknown: true }));
      return await Promise.race([promise, silent]);
    } catch (cause) {
      return { kind: 'retry', reason: cause instanceof Error ? cause.message : String(cause), unknown: true };
    } finally {
      over.abort();
      this.waiting.delete(key);
    }
  }

  /** Waits for no acknowledgement any more. */
  close(): Promise<void> {
    this.ending.abort();
    return Promise.resolve();
  }
}
