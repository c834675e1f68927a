import {
  Bell,
  type CheckInRegister,
  type CheckIns,
  type Clock,
  countsOf,
  DOOR_CEILING_UNKNOWN,
  type Gauge,
  isRegisterTold,
  type Mark,
  type OpenRegisters,
  type Playbook,
  type RegisterCount,
  type ShelterOpenings,
} from '#core';

export interface CheckInFeedOptions {
  readonly checkIns: CheckIns;
  readonly openings: ShelterOpenings;
  readonly registers: OpenRegisters;
  readonly clock: Clock;
  /** The one in force, looked into at every look. */
  readonly playbook: Playbook;
  readonly markOf: (gauge: string) => Mark | undefined;
  /** Resolves once the count is kept as a reading. */
  readonly admit: (gauge: Gauge, count: RegisterCount, receivedAt: number) => Promise<void>;
  /** Told when counts cannot be handed on (`why`) and when they can again (`null`). */
  readonly onTrouble: (why: string | null) => void;
}

/** How often is looked at what no ring told of: openings, and registers whose interval has passed. */
const LOOK_MS = 2_000;
const RETRY_MS = 1_000;

/**
 * Hands the counts of shelters on as readings of their gauges, from where they go the way of every reading. What was told last stands in the gauge's
 * mark, which is kept with the reading: after a death the newest count is told once, whatever was told before it. Many who come within a moment make
 * one reading, for a shelter has one number of people.
 */
export class CheckInFeed {
  readonly #options: CheckInFeedOptions;
  readonly #bell: Bell;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #attention: string | null = null;

  constructor(options: CheckInFeedOptions) {
    this.#options = options;
    this.#bell = new Bell(options.clock);
  }

  /** Sets the counters of shelters aside whose register counts, before a device is heard. */
  async start(): Promise<void> {
    this.#take(await this.#options.checkIns.registers());
    this.#running ??= this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#bell.ring();
    await this.#running;
  }

  /** Something was counted. */
  ring(): void {
    this.#bell.ring();
  }

  /** What headquarters should look after, in a sentence; null when there is nothing. */
  get attention(): string | null {
    return this.#attention;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#look();
        this.#options.onTrouble(null);
        await this.#bell.wait(LOOK_MS);
      } catch (cause) {
        this.#options.onTrouble(cause instanceof Error ? cause.message : String(cause));
        await this.#options.clock.sleep(RETRY_MS, signal);
      }
    }
  }

  async #look(): Promise<void> {
    const { checkIns, openings, clock, playbook, markOf, admit } = this.#options;
    const registers = await checkIns.registers();
    this.#take(registers);
    for (const shelter of playbook.shelters) {
      const register = registers.get(shelter.id);
      const gauge = countsOf(shelter, [...playbook.gauges.values()]);
      if (!register || !gauge || register.number === 0) continue;
      const { number, persons, households } = register;
      const now = clock.now();
      const mark = markOf(gauge.id);
      const told = mark?.occupancy?.register;
      // What was closed is told once; before anything was told there is nothing to end.
      const isDue = register.open ? !isRegisterTold(mark, { number, gauge, now }) : told !== undefined && told.number < number;
      if (isDue) await admit(gauge, { number, persons, households }, now);
    }
    this.#attention = await this.#attentionOf(registers, openings);
  }

  #take(registers: ReadonlyMap<string, CheckInRegister>): void {
    const { registers: known, playbook } = this.#options;
    const gauges = [...playbook.gauges.values()];
    const open = playbook.shelters.filter(({ id }) => registers.get(id)?.open === true);
    known.take(new Set(open.flatMap((shelter) => countsOf(shelter, gauges)?.id ?? [])));
  }

  /** Nobody is turned away at a door, so headquarters must hear of people at one that was not opened, and of a door that cannot count any more. */
  async #attentionOf(registers: ReadonlyMap<string, CheckInRegister>, openings: ShelterOpenings): Promise<string | null> {
    const said = await openings.current();
    const { playbook } = this.#options;
    const gauges = [...playbook.gauges.values()];
    const words = playbook.shelters.flatMap((shelter) => {
      const register = registers.get(shelter.id);
      if (register?.open !== true || register.persons === 0) return [];
      const ceiling = shelter.capacity ?? countsOf(shelter, gauges)?.capacity ?? DOOR_CEILING_UNKNOWN;
      return [
        ...(said.get(shelter.id)?.state === 'open'
          ? []
          : [`開設の連絡がない${shelter.name}に、受付で${register.households}世帯${register.persons}人を数えました。確かめてください。`]),
        ...(register.persons < ceiling
          ? []
          : [`${shelter.name}の受付が定員${ceiling}人に達しました。入口では数えないため、係員が数えてください。`]),
      ];
    });
    return words.length === 0 ? null : words.join(' ');
  }
}
