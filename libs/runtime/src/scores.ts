import type { Clock, Ledger, Playbook, ReadingHistory } from '#core';
import { SCORE_DAYS, shadowScores } from '#pipeline/replay';
import type { RuleScoresDto } from '#wire';

/** A month changes little within this time, and many may look at one screen. */
const FRESH_MS = 10 * 60_000;
/** After each gauge the live stages have the process for so long: what is looked back upon must not delay what is told. */
const REST_MS = 5;

export interface ScoresOptions {
  readonly ledger: Ledger;
  readonly history: ReadingHistory;
  readonly clock: Clock;
  readonly playbook: () => Playbook;
}

/** How the shadow rules did. Reckoned when somebody asks, once for all who ask at the same time. */
export class Scores {
  readonly #options: ScoresOptions;
  #known: { readonly at: number; readonly version: string; readonly scores: Promise<RuleScoresDto> } | null = null;

  constructor(options: ScoresOptions) {
    this.#options = options;
  }

  /** Rejects when ledger or history cannot be read; the next one who asks begins anew. */
  async list(): Promise<RuleScoresDto> {
    const { clock, playbook } = this.#options;
    const at = clock.monotonic();
    const { version } = playbook();
    if (this.#known === null || this.#known.version !== version || at - this.#known.at > FRESH_MS) {
      const scores = this.#reckon();
      this.#known = { at, version, scores };
      scores.catch(() => {
        if (this.#known?.scores === scores) this.#known = null;
      });
    }
    return this.#known.scores;
  }

  async #reckon(): Promise<RuleScoresDto> {
    const { ledger, history, clock, playbook } = this.#options;
    const now = clock.now();
    const inForce = playbook();
    const scores = await shadowScores({ playbook: inForce, ledger, history, now, pause: () => clock.sleep(REST_MS) });
    return {
      from: now - SCORE_DAYS * 86_400_000,
      to: now,
      playbookVersion: inForce.version,
      scores: scores.map((score) => ({ ...score, routes: [...score.routes] })),
    };
  }
}
