import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The sample city of this repository. */
export const SAMPLE = 'infra/playbooks/mihon';

/** One change to one file of the sample: the first occurrence of a text replaced, or a file written, or one removed. */
export type Edit =
  | { readonly file: string; readonly from: string; readonly to: string }
  | { readonly file: string; readonly contents: string | Uint8Array }
  | { readonly file: string; readonly removed: true };

/** Copies the sample city, breaks it by edits, lets the test look at it, and removes it again. */
export async function withEdited<T>(edits: readonly Edit[], look: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sonae-playbook-'));
  try {
    await cp(SAMPLE, folder, { recursive: true });
    for (const edit of edits) await apply(folder, edit);
    return await look(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Number of the only line that holds a text. */
export async function lineWith(folder: string, file: string, text: string): Promise<number> {
  const lines = (await readFile(join(folder, file), 'utf8')).split('\n');
  const found = lines.flatMap((line, i) => (line.includes(text) ? [i + 1] : []));
  if (found.length !== 1) throw new Error(`"${text}" is on ${found.length} lines of ${file}`);
  return found[0]!;
}

async function apply(folder: string, edit: Edit): Promise<void> {
  const path = join(folder, edit.file);
  if ('removed' in edit) return rm(path, { recursive: true });
  if ('contents' in edit) return writeFile(path, edit.contents);
  const text = await readFile(path, 'utf8');
  if (!text.includes(edit.from)) throw new Error(`${edit.file} has no "${edit.from}"`);
  return writeFile(
    path,
    text.replace(edit.from, () => edit.to),
  );
}
