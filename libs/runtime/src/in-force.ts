import type { Clock, Playbook, PlaybookFiles, PlaybookUse, PlaybookVersions } from '#core';
import { playbookFromAside } from '#playbook';

/** Earlier playbooks kept at hand: those of alerts and words that are still under way; the rest is read again when it is asked for. */
const AT_HAND_MAX = 4;
/** Written down for a playbook that came with the start of the process. */
const START = 'start';

export interface InForceOptions {
  readonly versions: PlaybookVersions;
  readonly clock: Clock;
  readonly playbook: Playbook;
  /** As the playbook was read; null for one that is in no folder, which is then not kept. */
  readonly files: PlaybookFiles | null;
}

/** A stage takes another playbook here; it may take its time, and the ones after it wait. */
export type Adopt = (playbook: Playbook) => Promise<void> | void;

/** Neither the folder nor the data hold a playbook that could be used. */
export class NoPlaybook extends Error {
  override readonly name = 'NoPlaybook';
}

/** The playbook that this process works by, and the ones before it in their words. */
export class InForce {
  readonly #versions: PlaybookVersions;
  readonly #clock: Clock;
  readonly #atHand = new Map<string, Playbook>();
  readonly #followers: Adopt[] = [];
  #lead: Adopt = () => undefined;
  #playbook: Playbook;
  #files: PlaybookFiles | null;
  #use: PlaybookUse;

  private constructor({ versions, clock, playbook, files }: InForceOptions, use: PlaybookUse) {
    this.#versions = versions;
    this.#clock = clock;
    this.#playbook = playbook;
    this.#files = files;
    this.#use = use;
    this.#remember(playbook);
  }

  /** Writes down that the playbook is in force from now on, before anything is decided by it. */
  static async begin(options: InForceOptions): Promise<InForce> {
    const { versions, clock, playbook, files } = options;
    const { version } = playbook;
    const use = files
      ? await versions.use({ version, files, at: clock.now(), by: START })
      : { number: 0, version, at: clock.now(), by: START };
    const inForce = new InForce(options, use);
    const [, before] = await versions.uses({ limit: 2 });
    if (before) await inForce.of(before.version);
    return inForce;
  }

  /** The playbook that was in force last, for a start beside a folder that does not check clean (F51). Throws `NoPlaybook`. */
  static async last(versions: PlaybookVersions): Promise<Pick<InForceOptions, 'playbook' | 'files'>> {
    const [use] = await versions.uses({ limit: 1 });
    const files = use ? await versions.files(use.version) : null;
    const playbook = files && (await playbookFromAside(files));
    if (!playbook) throw new NoPlaybook('the playbook does not check clean, and no earlier one is in the data folder');
    return { playbook, files };
  }

  /**
   * The playbook in force, read through: whoever holds this sees every change. For stages that look into it at the moment of need; what has to
   * be the same over a wait is asked for by `playbook()`.
   */
  readonly view: Playbook = new Proxy({} as Playbook, {
    get: (_, key) => Reflect.get(this.#playbook, key) as unknown,
    has: (_, key) => Reflect.has(this.#playbook, key),
    ownKeys: () => Reflect.ownKeys(this.#playbook),
    getOwnPropertyDescriptor: (_, key) => {
      const found = Reflect.getOwnPropertyDescriptor(this.#playbook, key);
      return found && { ...found, configurable: true };
    },
  });

  /** The playbook in force; with a version the words of that one, where they are at hand. */
  playbook(version?: string): Playbook {
    return (version === undefined ? null : this.#atHand.get(version)) ?? this.#playbook;
  }

  /** The files of the playbook in force; null for one that is in no folder. */
  get files(): PlaybookFiles | null {
    return this.#files;
  }

  /** Since when it is in force, and who or what loaded it. */
  get use(): PlaybookUse {
    return this.#use;
  }

  /** A version in its words; null when it was never in force or cannot be read any more. */
  async of(version: string): Promise<Playbook | null> {
    const known = this.#atHand.get(version);
    if (known) return known;
    const files = await this.#versions.files(version);
    const playbook = files && (await playbookFromAside(files));
    if (playbook) this.#remember(playbook);
    return playbook;
  }

  /** The stage that judges takes every change first: a reading of a new gauge must not be let in before somebody judges it. */
  leads(adopt: Adopt): void {
    this.#lead = adopt;
  }

  /** From now on this one takes every change, after the stage that judges. */
  follows(adopt: Adopt): void {
    this.#followers.push(adopt);
  }

  /**
   * Puts another playbook in force: its files are kept before anything is decided by it, then the stage that judges takes it, then all others.
   * Rejects when it could not be kept; then everything is as it was.
   */
  async change({
    playbook,
    files,
    by,
  }: {
    readonly playbook: Playbook;
    readonly files: PlaybookFiles;
    readonly by: string;
  }): Promise<void> {
    this.#remember(playbook);
    this.#use = await this.#versions.use({ version: playbook.version, files, at: this.#clock.now(), by });
    await this.#lead(playbook);
    this.#playbook = playbook;
    this.#files = files;
    for (const adopt of this.#followers) await adopt(playbook);
  }

  #remember(playbook: Playbook): void {
    this.#atHand.delete(playbook.version);
    this.#atHand.set(playbook.version, playbook);
    for (const version of this.#atHand.keys()) {
      if (this.#atHand.size <= AT_HAND_MAX) return;
      if (version !== this.#playbook.version) this.#atHand.delete(version);
    }
  }
}
