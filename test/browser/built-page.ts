import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildOnce } from '../support/build-once.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The folder of the built page, built first if it is missing or older than its sources. */
export async function builtPage(): Promise<string> {
  const page = join(ROOT, 'dist/web');
  await buildOnce({
    made: join(page, 'index.html'),
    sources: [join(ROOT, 'apps/web'), join(ROOT, 'libs/wire/src')],
    lock: join(ROOT, 'dist/.web-building'),
    build: () => {
      const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
      return promisify(execFile)(process.execPath, [vite, 'build', 'apps/web', '--logLevel', 'warn'], {
        cwd: ROOT,
        env: { ...process.env, NODE_ENV: 'production' },
      });
    },
  });
  return page;
}
