import {
  backoffMs,
  type Clock,
  type Letter,
  type LetterCarrier,
  type LetterEnd,
  type Letters,
  type Outcome,
  withoutAddresses,
} from '#core';
import { type LetterPlace, letterWords } from './letter-words.ts';

export interface LetterStageOptions {
  readonly letters: Letters;
  readonly carrier: LetterCarrier;
  readonly clock: Clock;
  /** What letters name; read at every letter. */
  readonly place: () => LetterPlace;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
  /** Whether nothing may leave until a person has looked (F20). Never, without it. */
  readonly isHeld?: () => Promise<boolean>;
  /** Told why the stage stands still, and null when it works again. */
  readonly onTrouble?: (why: string | null) => void;
  /** Told of a letter that will never arrive, by its id. */
  readonly onDead?: (id: string, why: string) => void;
}

/** Letters under way at once: a few, since they go beside warnings and never for many people. */
const UNDER_WAY_MAX = 4;
/** Longer than any attempt takes (60 s): then the process that had the letter on loan is gone. */
const LEASE_MS = 2 * 60_000;
/** A lost ring costs this much. */
const LOOK_MS = 1_000;
/** Of the ten seconds in which a service stops (F8) dispatch has eight. */
const STOP_MS = 500;
/** A mailbox that was refused for now is tried again for the whole day of the link, less and less often. */
const RETRY_MS_MAX = 10 * 60_000;

/**
 * Sends letters from the queue, when the carrier has room beside the messages to many people. The queue is on disk: a letter that was on loan when
 * the process died goes out again after two minutes, under the same Message-ID.
 */
export class LetterStage {
  readonly #options: LetterStageOptions;
  readonly #stopping = new AbortController();
  #waking = new AbortController();
  #running: Promise<void> | null = null;

  constructor(options: LetterStageOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when what is under way is written down; an attempt that takes too long is given up, and repeated when its loan is over. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.ring();
    const stopped = new AbortController();
    await Promise.race([this.#running, this.#options.clock.sleep(STOP_MS, stopped.signal)]);
    stopped.abort();
  }

  /** A letter waits. */
  ring(): void {
    this.#waking.abort();
  }

  async #run(): Promise<void> {
    const { clock, random, onTrouble } = this.#options;
    for (let failures = 0; !this.#stopping.signal.aborted;) {
      this.#waking = new AbortController();
      try {
        const sent = await this.#round();
        if (failures > 0) onTrouble?.(null);
        failures = 0;
        if (sent === 0 && !this.#stopping.signal.aborted) await clock.sleep(LOOK_MS, this.#waking.signal);
      } catch (cause) {
        failures += 1;
        onTrouble?.(cause instanceof Error ? cause.message : String(cause));
        await clock.sleep(backoffMs({ tries: failures, random }), this.#stopping.signal);
      }
    }
  }

  async #round(): Promise<number> {
    const { letters, carrier, clock, isHeld } = this.#options;
    if (!carrier.isFree || (await isHeld?.())) return 0;
    const now = clock.now();
    const claimed = await letters.claim({ now, limit: UNDER_WAY_MAX, leaseUntil: now + LEASE_MS });
    const ends = await Promise.all(claimed.map(({ letter, attempt }) => this.#attempt(letter, attempt)));
    for (const end of ends) await letters.settle(end);
    return claimed.length;
  }

  async #attempt(letter: Letter, attempt: number): Promise<LetterEnd> {
    const { carrier, clock, place, random, onDead } = this.#options;
    const { id, address, charset } = letter;
    const outcome = await carrier.carry({ id, address, charset, ...letterWords(letter, place()), writtenAt: clock.now() });
    // Relays repeat the address in what they say (S39).
    if (outcome.kind === 'refused') onDead?.(id, withoutAddresses(outcome.reason, [address]));
    const waitMs = backoffMs({ tries: attempt, random, msMax: RETRY_MS_MAX });
    return { id, attempt, state: STATES[outcome.kind], dueAt: clock.now() + waitMs };
  }
}

/** A relay that is closed to us opens again: the letter keeps its place until its day is over. */
const STATES: Readonly<Record<Outcome['kind'], LetterEnd['state']>> = { sent: 'sent', refused: 'dead', retry: 'queued', closed: 'queued' };
