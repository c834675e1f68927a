import {
  type Alert,
  type Clock,
  concernedBy,
  FAULT_MOVES_MAX,
  followFindings,
  type Hold,
  type Ledger,
  LedgerFenced,
  type Logbook,
  type Playbook,
  quietAlert,
  type Transition,
} from '#core';

/** Open alerts looked through for those about devices; the list of headquarters stays usable with 1,000 (product §13). */
const ALERTS_MAX = 5_000;

export interface FaultAlarmsOptions {
  readonly ledger: Ledger;
  readonly logbook: Logbook;
  readonly clock: Clock;
  /** The playbook in force, asked at every look. */
  readonly playbook: () => Playbook;
  /** Told after each commit that said something; a throw here would be a bug. */
  readonly onCommit?: (transitions: readonly Transition[]) => void;
}

/**
 * Takes the alerts about devices to the findings of the logbook, so that staff hear of each once (F32). What was told stands in the ledger with
 * the alert: at whatever line it dies, the next look comes to the same ids. Whoever calls it calls it again.
 */
export class FaultAlarms {
  readonly #options: FaultAlarmsOptions;
  #hold: Hold | null = null;
  /** Looks follow each other: two at once would decide from the same state. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: FaultAlarmsOptions) {
    this.#options = options;
  }

  /** Rejects with the error of the ledger when it cannot be asked or written, and with `LedgerFenced` once another process took over (F9). */
  look(): Promise<void> {
    const looked = this.#last.then(() => this.#look());
    this.#last = looked.catch(() => undefined);
    return looked;
  }

  async #look(): Promise<void> {
    const { ledger, logbook, clock, onCommit } = this.#options;
    const playbook = this.#options.playbook();
    if (!playbook.rules.some(({ kind }) => kind === 'fault')) return;
    const findings = await logbook.openFindings();
    const alerts = await this.#alerts(playbook, findings);
    const moves = followFindings(playbook, { findings, alerts, now: clock.now() });
    if (moves.length === 0) return;
    try {
      this.#hold ??= await ledger.seize('fault');
      this.#hold = await ledger.commitFaults({ hold: this.#hold, moves });
    } catch (cause) {
      // Nobody knows whether the commit happened, so the position is asked again; a hold that was taken over stays void.
      if (!(cause instanceof LedgerFenced)) this.#hold = null;
      throw cause;
    }
    onCommit?.(moves.flatMap(({ transitions }) => transitions));
  }

  /** Those that stand, and of the others as many as can move at this look. */
  async #alerts(playbook: Playbook, findings: Parameters<typeof concernedBy>[1]): Promise<readonly Alert[]> {
    const { ledger } = this.#options;
    const rules = new Set(playbook.rules.filter(({ kind }) => kind === 'fault').map(({ id }) => id));
    const open = (await ledger.openAlerts(ALERTS_MAX)).filter(({ ruleId }) => rules.has(ruleId));
    const known = new Set(open.map(keyOf));
    const resting: Alert[] = [];
    for (const { rule, gauge } of concernedBy(playbook, findings)) {
      const quiet = quietAlert(rule, gauge);
      if (resting.length === FAULT_MOVES_MAX || known.has(keyOf(quiet))) continue;
      known.add(keyOf(quiet));
      resting.push((await ledger.alert(rule, gauge)) ?? quiet);
    }
    return [...open, ...resting];
  }
}

const keyOf = ({ ruleId, gauge }: Pick<Alert, 'ruleId' | 'gauge'>): string => JSON.stringify([ruleId, gauge]);
