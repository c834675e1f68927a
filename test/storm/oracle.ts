import { Judge, type Ledger, type ReadingLog, type Transition } from '#core';
import { PLAYBOOK } from './town.ts';

/** Rules that time alone may move: the service looks at the clock between readings, this judge does not. */
const TIMED = new Set(PLAYBOOK.rules.filter(({ kind }) => kind === 'blind' || kind === 'sequence').map(({ id }) => id));

/** A judge that nothing ever befalls: fed with the log, it says what the service ought to have decided. What time alone decides is not judged by it. */
export class Oracle {
  readonly #log: ReadingLog;
  readonly #ledger: Ledger;
  readonly #judge = new Judge({ ...PLAYBOOK, rules: PLAYBOOK.rules.filter(({ id }) => !TIMED.has(id)) }, { alerts: [], watches: [] }, 0);
  #fed = 0;
  #compared = 0;
  #expected: Transition[] = [];

  constructor(log: ReadingLog, ledger: Ledger) {
    this.#log = log;
    this.#ledger = ledger;
  }

  /** Compares everything that was decided up to a position of the log; null when it is the same. */
  async objection(position: number): Promise<string | null> {
    for (const entry of await this.#log.after(this.#fed, position - this.#fed)) {
      this.#judge.observe(entry, 0);
      this.#fed = entry.position;
    }
    this.#expected.push(...this.#judge.take().transitions);
    for (const { number, transition } of await this.#ledger.transitionsAfter(this.#compared, 1_000_000)) {
      this.#compared = number;
      if (TIMED.has(transition.ruleId)) continue;
      const expected = this.#expected.shift();
      const [is, ought] = [told(transition), expected ? told(expected) : 'nothing'];
      if (is !== ought) return `decided ${is}, a judge that read the log alone says ${ought}`;
    }
    const [missing] = this.#expected;
    return missing ? `not decided: ${told(missing)}` : null;
  }
}

const told = ({ id, kind, from, to, at, status }: Transition): string => `${id} ${kind} ${from}→${to} at ${at} (${status})`;
