import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A build takes seconds, on a busy machine a minute; a lock that is older belongs to somebody who died. */
const LOCK_MS_MAX = 200_000;

/** Builds when what was made is missing or older than its sources. Test files in parallel build it once: the lock is a folder. */
export async function buildOnce({
  made,
  sources,
  lock,
  build,
}: {
  /** A file that every build writes. */
  readonly made: string;
  /** Files and folders. */
  readonly sources: readonly string[];
  readonly lock: string;
  readonly build: () => Promise<unknown>;
}): Promise<void> {
  await mkdir(dirname(lock), { recursive: true });
  while (!(await take(lock))) await delay(100);
  try {
    if ((await changedAt(made)) <= (await newest(sources))) await build();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch {
    const age = Date.now() - (await changedAt(lock));
    if (age > LOCK_MS_MAX) await rm(lock, { recursive: true, force: true });
    return false;
  }
}

/** The latest change below the given paths; 0 when there is nothing. */
async function newest(paths: readonly string[]): Promise<number> {
  const times = await Promise.all(
    paths.map(async (path) => {
      const info = await stat(path).catch(() => null);
      if (!info) return 0;
      if (!info.isDirectory()) return info.mtimeMs;
      const entries = await readdir(path, { recursive: true });
      return Math.max(0, ...(await Promise.all(entries.map((entry) => changedAt(join(path, entry))))));
    }),
  );
  return Math.max(...times);
}

const changedAt = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.mtimeMs ?? 0;
