import { Channel, type ChannelName, type Contact, type Delivery, isMarked, type Message, type Outcome, type Quota } from '#core';
import type { DrillAudience } from './drill-audience.ts';

/** A drill leaves nine tenths of every limit of the outside to real words, which may come at any moment. */
const SHARE = 0.1;

export interface ExerciseChannelOptions {
  /** The way out, made for drills. */
  readonly channel: Channel<'exercise'>;
  readonly audience: Pick<DrillAudience, 'has'>;
  /** Whether a word may still go out; once the drill is over only the word that it is over may. */
  readonly mayGo: (delivery: Delivery<'exercise'>) => boolean;
  /** Told of every word that was aimed at somebody else or lacked its mark: a fault of this program, and a person has to know. */
  readonly onRefused: (channel: ChannelName, deliveryId: string, why: string) => void;
}

/**
 * The last door before the outside, for words of a drill: they carry the mark where everybody sees it and go to its own audience, or they go
 * nowhere (F67). What is wrong with them is a fault of what comes before; here it is stopped, counted and told.
 */
export class ExerciseChannel extends Channel<'exercise'> {
  readonly name: ChannelName;
  readonly statuses = ['exercise'] as const;
  readonly chunkMax: number;
  readonly inFlightMax: number;
  readonly perSecondMax: number;
  readonly repeatSafeMs: number;
  readonly #options: ExerciseChannelOptions;
  #refused = 0;

  constructor(options: ExerciseChannelOptions) {
    super();
    const { channel } = options;
    this.#options = options;
    this.name = channel.name;
    this.chunkMax = channel.chunkMax;
    this.inFlightMax = Math.max(1, Math.floor(channel.inFlightMax * SHARE));
    this.perSecondMax = Math.max(1, channel.perSecondMax * SHARE);
    this.repeatSafeMs = channel.repeatSafeMs;
  }

  /** Words that were stopped here for what they were. */
  get refused(): number {
    return this.#refused;
  }

  async attempt(delivery: Delivery<'exercise'>, message: Message<'exercise'>, contacts: readonly Contact[]): Promise<Outcome> {
    const { channel, mayGo, onRefused } = this.#options;
    const why = this.#faultOf(delivery, message, contacts);
    if (why !== null) {
      this.#refused += 1;
      onRefused(this.name, delivery.id, why);
      return refused(why);
    }
    if (!mayGo(delivery)) return refused('訓練が終わったため送りません');
    return channel.attempt(delivery, message, contacts);
  }

  /** Words of a drill use up the same plan as real ones, so they give way to the same reserve. */
  override quota(): Promise<Quota | null | 'unknown'> {
    return this.#options.channel.quota();
  }

  close(): Promise<void> {
    return this.#options.channel.close();
  }

  #faultOf(delivery: Delivery, message: Message, contacts: readonly Contact[]): string | null {
    const { audience } = this.#options;
    const foreign = [delivery.status, message.status].find((status) => status !== 'exercise');
    if (foreign !== undefined) return `訓練の送信口に ${foreign} の知らせが来ました`;
    if (delivery.messageId !== message.id) return '知らせと送り先の組み合わせが違います';
    if (!isMarked(message)) return '件名・最初の行・最後の行のどれかに【訓練】がありません';
    if (contacts.length > delivery.recipients.length) return '送り先が計画より多くなっています';
    const strangers = delivery.recipients.filter((recipient) => !audience.has(recipient)).length;
    return strangers > 0 ? `訓練に参加していない${strangers}人が送り先に入っています` : null;
  }
}

const refused = (reason: string): Outcome => ({ kind: 'refused', reason, scope: 'message' });
