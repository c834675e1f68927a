import { execFile } from 'node:child_process';

/** Runs `sonae explain` in a process of its own, with nothing of this one's settings. */
export const explainBySonae = (
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly out: string; readonly err: string }> =>
  new Promise((done) => {
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SONAE_')));
    const words = ['--conditions=source', 'apps/cli/src/main.ts', 'explain', ...args];
    execFile(process.execPath, words, { env: { ...own, ...env } }, (error, out, err) => {
      done({ status: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
