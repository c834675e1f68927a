import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildOnce } from './build-once.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The program of the standalone shape as `npm start` runs it, built first if it is missing or older than its sources. */
export async function builtService(): Promise<string> {
  const made = join(ROOT, 'dist/.service-built');
  await buildOnce({
    made,
    sources: ['libs', 'apps/standalone/src', 'apps/cli/src', 'tsconfig.json', 'tsconfig.build.json'].map((path) => join(ROOT, path)),
    lock: join(ROOT, 'dist/.service-building'),
    build: async () => {
      await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
        cwd: ROOT,
      });
      // The compiler leaves files alone that did not change, so none of them tells when it ran.
      await writeFile(made, '');
    },
  });
  return join(ROOT, 'dist/apps/standalone/src/main.js');
}

/** The program of the command `sonae`, of the same build. */
export async function builtCommand(): Promise<string> {
  await builtService();
  return join(ROOT, 'dist/apps/cli/src/main.js');
}
