import { type Clock, hasVigils, keepVigil, type Ledger, LedgerFenced, type Hold, type Playbook, type Transition } from '#core';

/** How often the raised alerts are looked at: reminders and calls are a matter of minutes. */
const LOOK_MS = 3_000;
/** Raised alerts looked at together, the most dangerous first; the list of headquarters stays usable with 1,000 (product §13). */
const VIGILANTS_MAX = 5_000;
/** Wait after a failed look or commit before the next try. */
const RETRY_MS = 500;

export interface VigilStageOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** The playbook in force, asked at every look. */
  readonly playbook: () => Playbook;
  /** Told after each commit that said something; a throw here would be a bug. */
  readonly onCommit?: (transitions: readonly Transition[]) => void;
  /** Told when the stage cannot go on (`why`) and when it can again (`null`). */
  readonly onTrouble?: (why: string | null) => void;
}

/**
 * Watches over raised alerts until somebody looks after them: reminds, and calls one level of people after the other. Everything it knows is
 * in the ledger, and what it says gets its number there with what was decided, so dispatch plans it like any other change. At whatever line
 * it dies, the next look comes to the same ids.
 */
export class VigilStage {
  readonly #options: VigilStageOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #trouble: string | null = null;

  constructor(options: VigilStageOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Finishes the commit that is under way and takes no new work. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#watchOver();
      } catch (cause) {
        this.#report(cause instanceof Error ? cause.message : String(cause));
        // Somebody else took the stage over: going on would call people twice (F9).
        if (cause instanceof LedgerFenced) return;
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  /** From a fresh hold until the stage stops or something fails. */
  async #watchOver(): Promise<void> {
    const { ledger, clock } = this.#options;
    const { signal } = this.#stopping;
    let hold = await ledger.seize('vigil');
    while (!signal.aborted) {
      hold = await this.#look(hold);
      this.#report(null);
      await clock.sleep(LOOK_MS, signal);
    }
  }

  async #look(hold: Hold): Promise<Hold> {
    const { ledger, clock, playbook, onCommit } = this.#options;
    const inForce = playbook();
    if (!hasVigils(inForce)) return hold;
    const { vigils, transitions } = keepVigil(inForce, await ledger.vigilants(VIGILANTS_MAX), clock.now());
    if (vigils.length === 0 && transitions.length === 0) return hold;
    const next = await ledger.commitVigil({ hold, vigils, transitions });
    if (transitions.length > 0) onCommit?.(transitions);
    return next;
  }

  #report(why: string | null): void {
    if (why === this.#trouble) return;
    this.#trouble = why;
    this.#options.onTrouble?.(why);
  }
}
