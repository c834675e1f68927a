import {
  Channel,
  type ChannelName,
  type Contact,
  type Delivery,
  type Directory,
  HEARTBEAT_CATEGORY,
  HEARTBEAT_ID,
  isMarkedAsTest,
  type Message,
  type OperationStatus,
  type Outcome,
  type Quota,
} from '#core';

export interface LiveChannelOptions {
  /** The way out, made for real words and for the heartbeat. */
  readonly channel: Channel<'actual' | 'test'>;
  readonly directory: Pick<Directory, 'subscriberOf'>;
  /** Told of every test that was aimed at somebody else or lacked its mark: a fault of this program, and a person has to know. */
  readonly onRefused: (channel: ChannelName, deliveryId: string, why: string) => void;
}

/**
 * The last door of real life for tests. Real words pass as they are; a test is a beat of the heartbeat, says so where everybody sees it, and goes to
 * test users, or it goes nowhere (product promise 7).
 */
export class LiveChannel extends Channel<'actual' | 'test'> {
  readonly name: ChannelName;
  readonly statuses = ['actual', 'test'] as const;
  readonly chunkMax: number;
  readonly inFlightMax: number;
  readonly perSecondMax: number;
  readonly repeatSafeMs: number;
  readonly #options: LiveChannelOptions;

  constructor(options: LiveChannelOptions) {
    super();
    const { name, chunkMax, inFlightMax, perSecondMax, repeatSafeMs } = options.channel;
    this.#options = options;
    this.name = name;
    this.chunkMax = chunkMax;
    this.inFlightMax = inFlightMax;
    this.perSecondMax = perSecondMax;
    this.repeatSafeMs = repeatSafeMs;
  }

  async attempt(
    delivery: Delivery<'actual' | 'test'>,
    message: Message<'actual' | 'test'>,
    contacts: readonly Contact[],
  ): Promise<Outcome> {
    const { channel, onRefused } = this.#options;
    if (isReal(delivery) && isReal(message)) return channel.attempt(delivery, message, contacts);
    const why = await this.#faultOf(delivery, message, contacts);
    if (why === null) return channel.attempt(delivery, message, contacts);
    onRefused(this.name, delivery.id, why);
    return { kind: 'refused', reason: why, scope: 'message' };
  }

  override quota(): Promise<Quota | null | 'unknown'> {
    return this.#options.channel.quota();
  }

  close(): Promise<void> {
    return this.#options.channel.close();
  }

  async #faultOf(delivery: Delivery, message: Message, contacts: readonly Contact[]): Promise<string | null> {
    const foreign = [delivery.status, message.status].find((status) => status !== 'test');
    if (foreign !== undefined) return `試験の知らせに ${foreign} が混ざっています`;
    if (delivery.messageId !== message.id) return '知らせと送り先の組み合わせが違います';
    if (!delivery.transitionId.startsWith(`${HEARTBEAT_ID}@`) || delivery.lane !== 'test') return '通し確認でない試験の知らせが来ました';
    if (!isMarkedAsTest(message)) return '件名・最初の行・最後の行のどれかに【試験】がありません';
    if (contacts.length > delivery.recipients.length) return '送り先が計画より多くなっています';
    // A handful of test users, once an hour: asking for each is cheap.
    const people = await Promise.all(delivery.recipients.map((recipient) => this.#options.directory.subscriberOf(recipient)));
    const strangers = people.filter((person) => person !== null && !person.categories.includes(HEARTBEAT_CATEGORY)).length;
    return strangers > 0 ? `試験の宛先でない${strangers}人が送り先に入っています` : null;
  }
}

const isReal = ({ status }: { readonly status: OperationStatus }): boolean => status === 'actual';
