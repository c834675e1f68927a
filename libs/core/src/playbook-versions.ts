/** The files of a playbook as they were read, by their names inside the folder. */
export type PlaybookFiles = ReadonlyMap<string, Uint8Array>;

/** A playbook came in force. `number` ascends without gaps; a version that is put back is a use of its own. */
export interface PlaybookUse {
  readonly number: number;
  readonly version: string;
  readonly at: number;
  /** Who or what loaded it. */
  readonly by: string;
}

/** Every playbook that was ever in force, in its own words: the rule behind an old decision can be shown as it was then (promise 8). */
export abstract class PlaybookVersions {
  /**
   * Keeps the files, and writes down that this version is in force from now on; when it is so already, nothing is written and the present
   * use comes back. A file that an earlier version had is kept once. Survives a power cut once it resolves; rejects with `LedgerUnavailable`.
   */
  abstract use(given: {
    readonly version: string;
    readonly files: PlaybookFiles;
    readonly at: number;
    readonly by: string;
  }): Promise<PlaybookUse>;

  /** The files of a version; null when it was never in force. */
  abstract files(version: string): Promise<PlaybookFiles | null>;

  /** Newest first, before the number when one is given. The first one without a bound is in force. */
  abstract uses(query: { readonly before?: number; readonly limit: number }): Promise<readonly PlaybookUse[]>;
}
