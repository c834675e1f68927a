import { type Clock, type Ledger, maintenanceSilences, type Playbook, SILENCES_OPEN_MAX, type Upkeep } from '#core';

export interface MaintenanceFollowerOptions {
  readonly ledger: Pick<Ledger, 'silences' | 'addSilence' | 'endSilence'>;
  readonly upkeep: Upkeep;
  readonly clock: Clock;
  /** The one in force, looked into at every look. */
  readonly playbook: Playbook;
  /** Told when a silence ended early, for whoever tells what still stands. */
  readonly onEnded?: () => void;
}

/**
 * Keeps the silences of gauges in maintenance as the logbook wants them. Whoever calls it calls it again: at whatever line it dies, the next
 * look does what is left, for the key of a silence follows from its maintenance.
 */
export class MaintenanceFollower {
  readonly #options: MaintenanceFollowerOptions;

  constructor(options: MaintenanceFollowerOptions) {
    this.#options = options;
  }

  async look(): Promise<void> {
    const { ledger, upkeep, clock, playbook, onEnded } = this.#options;
    const now = clock.now();
    const windows = [...playbook.gauges.keys()].flatMap((gauge) => upkeep.windows(gauge, now));
    const open = await ledger.silences({ open: true, limit: SILENCES_OPEN_MAX });
    const { begin, end } = maintenanceSilences(playbook, { windows, open, now });
    // Beyond the bound dispatch would not see them, so what comes too late waits until others are over.
    for (const draft of begin.slice(0, SILENCES_OPEN_MAX - open.length)) await ledger.addSilence(draft);
    for (const id of end) await ledger.endSilence(id, open.find((one) => one.id === id)!.by, now);
    if (end.length > 0) onEnded?.();
  }
}
