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

/** A slip of the kind that people make, and what they are told of it. */
export interface Broken {
  readonly title: string;
  readonly edit: Edit | readonly Edit[];
  /** The file, and the only text on the line that the problem is reported at, or its number; the first line when there is none. Lines below it. */
  readonly at: readonly [file: string, line?: string | number, below?: number];
  readonly severity?: 'warning';
  readonly message: string;
  /** How many more problems the same slip has. */
  readonly more?: number;
}

/** A replacement in playbook.yaml; the others likewise in their files. */
export const plan = (from: string, to: string): Edit => ({ file: 'playbook.yaml', from, to });
export const gauges = (from: string, to: string): Edit => ({ file: 'gauges.csv', from, to });
export const thresholds = (from: string, to: string): Edit => ({ file: 'thresholds.csv', from, to });
export const wording = (from: string, to: string): Edit => ({ file: 'wording/ja.yaml', from, to });
/** A wording of orders in the Japanese file. */
export const orderWording = (kind: string): Edit => wording('  turn:\n', `  order:\n    ${kind}\n  turn:\n`);
export const shelters = (from: string, to: string): Edit => ({ file: 'shelters.csv', from, to });

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
