import { Channel, type ChannelName, type Clock, type Contact, type Delivery, type Message, type Outcome } from '#core';
import { OFFSET_MS_MAX, OFFSET_MS_MIN, type Weather } from './story.ts';
import { BAD } from './town.ts';

/** A request is given up after this long, as the real channels do. */
const TIMEOUT_MS = 10_000;
const SLOW_MS = 4_000;
/** The reason of a refusal that is about the words and not about the people. */
export const REFUSED_WORDS = '400: the words';

/** What one person was told, in the order of acceptance. */
export interface Told {
  readonly channel: ChannelName;
  readonly address: string;
  readonly messageId: string;
  readonly transitionId: string;
  /** By the wall clock of the service. */
  readonly at: number;
}

/** A channel with its other side: it outlives every process, behaves as the weather is, and knows retry keys if it is LINE. */
export class OtherSide extends Channel {
  readonly name: ChannelName;
  /** The town has no second place: what drills there is told apart by its audience alone. */
  readonly statuses = ['actual', 'exercise', 'test'] as const;
  readonly chunkMax: number;
  readonly inFlightMax = 3;
  readonly perSecondMax = 50;
  /** Shorter than the words live, so that some attempts end where only a person may decide. */
  readonly repeatSafeMs = 100_000;
  weather: Weather = 'well';
  readonly told: Told[] = [];
  readonly #accepted = new Map<string, number>();
  readonly #clock: Clock;
  readonly #reached: (what: string) => void;

  constructor(name: ChannelName, clock: Clock, reached: (what: string) => void) {
    super();
    this.name = name;
    this.chunkMax = name === 'line' ? 3 : 1;
    this.#clock = clock;
    this.#reached = reached;
  }

  async attempt({ retryKey }: Delivery, message: Message, contacts: readonly Contact[]): Promise<Outcome> {
    const { weather } = this;
    const request = { retryKey, to: contacts.map(({ address }) => address) };
    this.#reached(`weather ${weather}`);
    switch (weather) {
      case 'limited':
        return { kind: 'retry', reason: '429', unknown: false, afterMs: 2_000 };
      case 'broken':
        return { kind: 'retry', reason: '500', unknown: true };
      case 'closed':
        return { kind: 'closed', reason: '401' };
      case 'refusesWords':
        return { kind: 'refused', reason: REFUSED_WORDS, scope: 'message' };
      case 'timeout':
        await this.#clock.sleep(TIMEOUT_MS);
        return { kind: 'retry', reason: 'no answer', unknown: true };
      case 'acceptedButLost':
        this.#accept(request, message);
        await this.#clock.sleep(TIMEOUT_MS);
        return { kind: 'retry', reason: 'no answer', unknown: true };
      case 'slow':
        await this.#clock.sleep(SLOW_MS);
        return this.#accept(request, message);
      case 'well':
        return this.#accept(request, message);
    }
  }

  async close(): Promise<void> {
    // There are no connections to let go of.
  }

  #accept({ retryKey, to }: { readonly retryKey: string; readonly to: readonly string[] }, message: Message): Outcome {
    if (to.some((address) => address.startsWith(BAD))) return { kind: 'refused', reason: '400', scope: 'recipients' };
    const acceptedAt = this.#accepted.get(retryKey);
    // LINE knows a key for two hours longer than a repeat is dared (24 h and 22 h): more than a clock that is set right can deceive.
    const rememberMs = this.repeatSafeMs + OFFSET_MS_MAX - OFFSET_MS_MIN + 2 * TIMEOUT_MS;
    const known = this.name === 'line' && acceptedAt !== undefined && this.#clock.monotonic() - acceptedAt < rememberMs;
    if (known) return { kind: 'sent', receipt: 'again', duplicate: true };
    this.#accepted.set(retryKey, this.#clock.monotonic());
    const at = this.#clock.now();
    for (const address of to) {
      this.told.push({ channel: this.name, address, messageId: message.id, transitionId: message.transitionId, at });
    }
    return { kind: 'sent', receipt: 'first', duplicate: false };
  }
}
