import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { freshSecrets, KeyRing, type Secrets, withNewGeneration } from './key-ring.ts';

/** Bits of a mode by which somebody else than the owner may do something. */
const OTHERS = 0o077;
const LINE = /^(root|generation ([1-9]\d{0,2}))\s+([0-9a-f]{64})$/;

/** The key file cannot be used; the message says why and what to do. */
export class KeyFileUnusable extends Error {
  override readonly name = 'KeyFileUnusable';
}

/**
 * The keys in a file. `make` says whether a missing file is made, with new keys: only where nothing was sealed yet, for nothing else opens what was.
 * Throws `KeyFileUnusable` when others may read it, when it is missing, or when it is not understood.
 */
export function openKeyFile(file: string, { make }: { readonly make: boolean }): KeyRing {
  if (!existsSync(file) && make) write(file, freshSecrets(), { isNew: true });
  return new KeyRing(read(file), () => read(file));
}

/** Adds a generation to the file, which seals from then on, and gives the keys with it. A kill leaves the old file or the new one. */
export function addGeneration(file: string): KeyRing {
  write(file, withNewGeneration(read(file)), { isNew: false });
  return new KeyRing(read(file), () => read(file));
}

/** The numbers of the generations in a file, ascending. */
export const generationsIn = (file: string): readonly number[] => [...read(file).generations.keys()];

function read(file: string): Secrets {
  let text: string;
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & OTHERS) !== 0)
      throw new KeyFileUnusable(
        `${file}: others may read the keys; run chmod 600 ${file}, and make new keys if anybody could have read them`,
      );
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof KeyFileUnusable) throw cause;
    throw new KeyFileUnusable(
      `${file}: the keys by which addresses are sealed cannot be read (${cause instanceof Error ? cause.message : String(cause)}); restore the file from its own backup, or set SONAE_KEYS to where it is`,
      { cause },
    );
  }
  let root: Buffer | null = null;
  const generations: [number, Buffer][] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, , generation, key] = LINE.exec(line.trim()) ?? [];
    // The line itself is not told: it may hold a key.
    if (key === undefined) throw new KeyFileUnusable(`${file}: line ${index + 1} is no key; restore the file from its own backup`);
    if (generation === undefined) root = Buffer.from(key, 'hex');
    else generations.push([Number(generation), Buffer.from(key, 'hex')]);
  }
  if (!root || generations.length === 0)
    throw new KeyFileUnusable(`${file}: it holds no ${root ? 'generation' : 'root'}; restore the file from its own backup`);
  return { root, generations: new Map(generations.toSorted(([a], [b]) => a - b)) };
}

const HEAD = `# Keys of Sonae: without them no address in the directory can be opened. Keep a copy apart from the backups of the data.
# root: for finding addresses again and for links; never changes. generation n: for sealing; the newest seals, the others open.
`;

function write(file: string, { root, generations }: Secrets, { isNew }: { readonly isNew: boolean }): void {
  const lines = [`root ${root.toString('hex')}`, ...[...generations].map(([n, key]) => `generation ${n} ${key.toString('hex')}`)];
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.${process.pid}.part`;
  rmSync(part, { force: true });
  const fd = openSync(part, 'wx', 0o600);
  try {
    writeSync(fd, `${HEAD}${lines.join('\n')}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  if (isNew) {
    // Of two processes that start at once one makes the keys and both use them.
    try {
      linkSync(part, file);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
    rmSync(part);
  } else renameSync(part, file);
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
