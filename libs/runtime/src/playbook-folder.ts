import type { Clock } from '#core';
import { describeProblems, fingerprintOf, loadPlaybookAside, type Problem, versionInFolder } from '#playbook';
import type { InForce } from './in-force.ts';
import type { Running } from './lifecycle.ts';

/** How often the folder is looked at. A file that is being saved, or a folder that is being copied, is not the same at two looks. */
const LOOK_MS = 2_000;
/** Who loaded it, as it is written down. */
const BY_FOLDER = 'folder';
const BY_SIGNAL = 'SIGHUP';
/** Problems that are told in the sentence on the screen; the rest is counted, and listed under `playbook`. */
const TOLD_MAX = 3;

/** A change of the folder that is not in force, and why. */
export interface Pending {
  /** When it was found. */
  readonly since: number;
  readonly problems: readonly Problem[];
}

export interface PlaybookFolderOptions {
  readonly path: string;
  readonly inForce: InForce;
  readonly clock: Clock;
  /** What the folder held when the process started, if that is not what is in force. */
  readonly problems: readonly Problem[];
  /** Told in a sentence for the duty officer why a change is not in force, and null when the folder is what is in force. */
  readonly onPending: (why: string | null) => void;
  readonly log: (line: string) => void;
}

/**
 * Follows the folder of the playbook. A change is looked at as a whole once nothing in the folder has moved between two looks, and comes in force
 * only when it checks clean; otherwise the one in force stays, visibly (F51). Holds nothing: after a crash the folder is looked at again.
 */
export class PlaybookFolder implements Running {
  readonly #options: PlaybookFolderOptions;
  readonly #stopping = new AbortController();
  readonly #onSignal = (): void => void this.#turn(BY_SIGNAL);
  #turns: Promise<void> = Promise.resolve();
  #running: Promise<void> | null = null;
  #judged = '';
  #pending: Pending | null = null;

  constructor(options: PlaybookFolderOptions) {
    this.#options = options;
  }

  /** A change that waits to be put right; null when the folder is what is in force. */
  get pending(): Pending | null {
    return this.#pending;
  }

  async start(): Promise<void> {
    const { path, problems } = this.#options;
    if (problems.some(({ severity }) => severity === 'error')) {
      this.#refuse(problems);
      this.#judged = await fingerprintOf(path);
    }
    process.on('SIGHUP', this.#onSignal);
    this.#running ??= this.#follow();
  }

  async stop(): Promise<void> {
    process.off('SIGHUP', this.#onSignal);
    this.#stopping.abort();
    await this.#running;
    await this.#turns;
  }

  async #follow(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#turn(BY_FOLDER);
      await clock.sleep(LOOK_MS, signal);
    }
  }

  /** One look after the other: a signal in the middle of a change waits for its turn. */
  #turn(by: string): Promise<void> {
    this.#turns = this.#turns.then(async () => {
      try {
        await this.#look(by);
      } catch (cause) {
        // The ledger is away, or the process is ending: looked at again at the next turn.
        this.#judged = '';
        this.#options.log(`a change of the playbook could not be taken now: ${cause instanceof Error ? cause.message : String(cause)}`);
      }
    });
    return this.#turns;
  }

  async #look(by: string): Promise<void> {
    const { path, inForce, clock } = this.#options;
    const { signal } = this.#stopping;
    const seen = await fingerprintOf(path);
    if (seen === this.#judged && by !== BY_SIGNAL) return;
    await clock.sleep(LOOK_MS, signal);
    if (signal.aborted || (await fingerprintOf(path)) !== seen) return;
    // To check it takes another process and some time: not for what is in force already.
    const isInForce = (await versionInFolder(path)) === inForce.playbook().version;
    const { playbook, problems, files } = isInForce ? { playbook: null, problems: [], files: new Map() } : await loadPlaybookAside(path);
    // Somebody saved while it was read: what was read may be half of each.
    if ((await fingerprintOf(path)) !== seen) return;
    this.#judged = seen;
    if (!isInForce && !playbook) return this.#refuse(problems);
    if (playbook) {
      await inForce.change({ playbook, files, by });
      this.#options.log(`playbook ${playbook.version} is in force, loaded by ${by}`);
    }
    this.#pending = null;
    this.#options.onPending(null);
  }

  #refuse(problems: readonly Problem[]): void {
    const { inForce, clock, onPending, log } = this.#options;
    const errors = problems.filter(({ severity }) => severity === 'error');
    this.#pending = { since: clock.now(), problems };
    const told = errors.slice(0, TOLD_MAX).map(({ file, line, message }) => `${file} ${line}行: ${message}`);
    const more = errors.length > TOLD_MAX ? ` ほか${errors.length - TOLD_MAX}件` : '';
    onPending(`プレイブックの変更に誤りがあるため、前の版（${inForce.playbook().version}）で動いています。${told.join(' / ')}${more}`);
    log(`a change of the playbook is not in force, ${inForce.playbook().version} stays:\n${describeProblems(problems)}`);
  }
}
