import type { Clock, Directory, PlaybookFiles, ReadingLog } from '#core';
import { Refusal } from '#pipeline/desk';
import { type Effect, effectOf } from '#pipeline/replay';
import { isPlaybookFile, loadFilesAside, type Problem } from '#playbook';
import type { InForce } from './in-force.ts';

/** After a slice of work the live stages have the process for as long again: what is shown must not delay what is told. */
const REST_SHARE = 1;

export interface Previewed {
  readonly version: string | null;
  readonly problems: readonly Problem[];
  /** Null when the change does not check clean: then nothing was judged by it. */
  readonly effect: Effect | null;
}

export interface PreviewOptions {
  readonly inForce: InForce;
  readonly log: ReadingLog;
  readonly directory: Directory;
  readonly clock: Clock;
}

/** What a change of the playbook would have done, before it is saved (F51). One at a time, for each has two engines in memory. */
export class Preview {
  readonly #options: PreviewOptions;
  #share: number | null = null;

  constructor(options: PreviewOptions) {
    this.#options = options;
  }

  /** The share of the preview under way that is done; null when there is none. */
  get share(): number | null {
    return this.#share;
  }

  /** `changed` holds the new text of files, null for one that is removed; all others are as in force. `Refusal` for anything else. */
  async of(changed: Readonly<Record<string, string | null>>, days: number): Promise<Previewed> {
    const { inForce, log, directory, clock } = this.#options;
    if (this.#share !== null) throw new Refusal('conflict', 'another preview is under way; wait for its end');
    if (!inForce.files) throw new Refusal('conflict', 'the playbook of this process is in no folder, so there is nothing to change');
    for (const name of Object.keys(changed)) if (!isPlaybookFile(name)) throw new Refusal('invalid', `${name} is not a file of a playbook`);
    this.#share = 0;
    try {
      const { playbook, problems } = await loadFilesAside(withChanges(inForce.files, changed));
      if (!playbook) return { version: null, problems, effect: null };
      const effect = await effectOf({
        before: inForce.playbook(),
        after: playbook,
        log,
        directory,
        now: clock.now(),
        days,
        pause: (workedMs) => clock.sleep(workedMs * REST_SHARE),
        onProgress: (share) => {
          this.#share = share;
        },
      });
      return { version: playbook.version, problems, effect };
    } finally {
      this.#share = null;
    }
  }
}

function withChanges(files: PlaybookFiles, changed: Readonly<Record<string, string | null>>): PlaybookFiles {
  const next = new Map(files);
  for (const [name, text] of Object.entries(changed)) {
    if (text === null) next.delete(name);
    else next.set(name, Buffer.from(text, 'utf8'));
  }
  return next;
}
