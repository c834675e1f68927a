import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyFile } from '#keys';
import { fillDirectory, openSqlite } from '#sql';
import { type Crowd, people } from './crowd.ts';

/** A data folder in which a crowd is subscribed, to be copied for each run. */
export class FilledDirectory {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(crowd: Crowd, districts: readonly string[], onProgress: (filled: number) => void): Promise<FilledDirectory> {
    const folder = mkdtempSync(join(tmpdir(), 'sonae-bench-crowd-'));
    const database = await openSqlite(join(folder, 'ledger.db'));
    try {
      const keys = openKeyFile(join(folder, 'keys'), { make: true });
      await fillDirectory({ database, keys, subscribers: people(crowd, districts), onProgress });
    } finally {
      await database.close();
    }
    return new FilledDirectory(folder);
  }

  /** Puts ledger and keys into a data folder of a service that has not begun. */
  copyTo(data: string): void {
    mkdirSync(data, { recursive: true });
    for (const file of ['ledger.db', 'keys']) cpSync(join(this.#folder, file), join(data, file));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Codes of the districts of a playbook folder. */
export function districtsOf(playbook: string): readonly string[] {
  const { features } = JSON.parse(readFileSync(join(playbook, 'areas.geojson'), 'utf8')) as {
    readonly features: readonly { readonly properties: { readonly code: string } }[];
  };
  return features.map(({ properties }) => properties.code);
}
