import { type PlaybookFiles, type PlaybookUse, PlaybookVersions } from '#core';

/** The playbooks that were in force, without durability: for tests. */
export class MemoryPlaybookVersions extends PlaybookVersions {
  readonly #files = new Map<string, PlaybookFiles>();
  readonly #uses: PlaybookUse[] = [];

  async use({
    version,
    files,
    at,
    by,
  }: {
    readonly version: string;
    readonly files: PlaybookFiles;
    readonly at: number;
    readonly by: string;
  }): Promise<PlaybookUse> {
    const present = this.#uses.at(-1);
    if (present?.version === version) return present;
    if (!this.#files.has(version)) this.#files.set(version, new Map(files));
    const use = { number: this.#uses.length + 1, version, at, by };
    this.#uses.push(use);
    return use;
  }

  async files(version: string): Promise<PlaybookFiles | null> {
    return this.#files.get(version) ?? null;
  }

  async uses({ before = Infinity, limit }: { readonly before?: number; readonly limit: number }): Promise<readonly PlaybookUse[]> {
    return this.#uses
      .filter(({ number }) => number < before)
      .toReversed()
      .slice(0, limit);
  }
}
