import { Readable } from 'node:stream';
import { deviceOf, mayHear } from './device-topic.ts';

/** Messages to a device that has not acknowledged them. What matters longer is retained (`cfg`) or repeated by the service. */
const QUEUED_MAX = 32;
/** QoS 2 handshakes of one device that were begun and not ended. */
const HANDSHAKES_MAX = 1000;

/** The parts of aedes' packets that a session looks at. */
interface Packet {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
  readonly cmd?: string;
  messageId?: number;
}

interface Subscription {
  readonly topic: string;
  readonly qos: number;
}

interface Holder {
  readonly id: string;
}

/**
 * What the broker remembers of devices between packets and connections: aedes' persistence with a bound on everything. Client id and device
 * are one, and only a device's own topics are ever subscribed to, so a topic leads to its one listener without a search. It lives as long as
 * the process: after a restart devices find no session, subscribe again and get the configuration that the service has published anew;
 * what they say about their state is handed to the service and not kept here.
 */
export class DeviceSessions {
  private readonly retained = new Map<string, Packet>();
  private readonly subscriptions = new Map<string, Map<string, Subscription>>();
  private readonly outgoing = new Map<string, Packet[]>();
  private readonly handshakes = new Map<string, Set<number>>();
  private droppedCount = 0;

  /** Messages to devices that had to make room for newer ones. */
  get dropped(): number {
    return this.droppedCount;
  }

  /** Forgets devices that no longer exist. What the service retained stays: it may be for a device whose key is yet to come. */
  forgetAllBut(exists: (device: string) => boolean): void {
    for (const kept of [this.subscriptions, this.outgoing, this.handshakes]) {
      for (const device of kept.keys()) if (!exists(device)) kept.delete(device);
    }
  }

  /** Nothing to prepare; aedes insists on an async function. */
  async setup(): Promise<void> {}

  async storeRetained(packet: Packet): Promise<void> {
    if (packet.payload.length === 0) this.retained.delete(packet.topic);
    else this.retained.set(packet.topic, { ...packet });
  }

  createRetainedStreamCombi(topics: readonly string[]): Readable {
    return Readable.from(topics.flatMap((topic) => this.retained.get(topic) ?? []));
  }

  /** aedes hands over the whole SUBSCRIBE, also what was refused of it; only what the device may hear is remembered. */
  async addSubscriptions({ id }: Holder, wanted: readonly Subscription[]): Promise<void> {
    const own = this.subscriptions.get(id) ?? new Map<string, Subscription>();
    for (const { topic, qos } of wanted) if (mayHear(id, topic)) own.set(topic, { topic, qos });
    if (own.size > 0) this.subscriptions.set(id, own);
  }

  async removeSubscriptions({ id }: Holder, topics: readonly string[]): Promise<void> {
    for (const topic of topics) this.subscriptions.get(id)?.delete(topic);
  }

  async subscriptionsByClient({ id }: Holder): Promise<readonly Subscription[]> {
    return [...(this.subscriptions.get(id)?.values() ?? [])];
  }

  async cleanSubscriptions({ id }: Holder): Promise<void> {
    this.subscriptions.delete(id);
    this.outgoing.delete(id);
  }

  async subscriptionsByTopic(topic: string): Promise<readonly (Subscription & { readonly clientId: string })[]> {
    const clientId = deviceOf(topic);
    const subscription = clientId === null ? undefined : this.subscriptions.get(clientId)?.get(topic);
    return clientId !== null && subscription !== undefined && subscription.qos > 0 ? [{ ...subscription, clientId }] : [];
  }

  async outgoingEnqueueCombi(listeners: readonly { readonly clientId: string }[], packet: Packet): Promise<void> {
    for (const { clientId } of listeners) {
      const queue = this.outgoing.get(clientId) ?? [];
      queue.push({ ...packet });
      if (queue.length > QUEUED_MAX) {
        queue.shift();
        this.droppedCount += 1;
      }
      this.outgoing.set(clientId, queue);
    }
  }

  /** Notes the number under which a queued message was sent. One that made room meanwhile is none the worse for being sent. */
  async outgoingUpdate({ id }: Holder, packet: Packet): Promise<void> {
    const queue = this.outgoing.get(id) ?? [];
    for (const [index, queued] of queue.entries()) {
      if (packet.cmd !== 'pubrel' && queued.brokerId === packet.brokerId && queued.brokerCounter === packet.brokerCounter) {
        if (packet.messageId !== undefined) queued.messageId = packet.messageId;
        return;
      }
      if (packet.cmd === 'pubrel' && queued.messageId === packet.messageId) {
        queue[index] = packet;
        return;
      }
    }
  }

  async outgoingClearMessageId({ id }: Holder, { messageId }: Packet): Promise<Packet | undefined> {
    const queue = this.outgoing.get(id);
    const index = messageId === undefined || !queue ? -1 : queue.findIndex((queued) => queued.messageId === messageId);
    return index < 0 ? undefined : queue!.splice(index, 1)[0];
  }

  outgoingStream({ id }: Holder): Readable {
    return Readable.from([...(this.outgoing.get(id) ?? [])]);
  }

  /** Only the number is kept: what the packet said was admitted before the handshake began. */
  async incomingStorePacket({ id }: Holder, { messageId }: Packet): Promise<void> {
    const open = this.handshakes.get(id) ?? new Set<number>();
    open.add(messageId!);
    if (open.size > HANDSHAKES_MAX) open.delete(open.values().next().value!);
    this.handshakes.set(id, open);
  }

  async incomingGetPacket({ id }: Holder, packet: Packet): Promise<Packet> {
    if (!this.handshakes.get(id)?.has(packet.messageId!)) throw new Error('no such packet');
    return packet;
  }

  async incomingDelPacket({ id }: Holder, { messageId }: Packet): Promise<void> {
    if (!this.handshakes.get(id)?.delete(messageId!)) throw new Error('no such packet');
  }

  async cleanIncoming({ id }: Holder): Promise<void> {
    this.handshakes.delete(id);
  }

  /** A Will is kept by its connection; after a crash the expected interval tells more than a Will could. */
  async putWill(): Promise<void> {}

  async delWill(): Promise<void> {}

  streamWill(): Readable {
    return Readable.from([]);
  }
}
