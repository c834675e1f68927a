import { createHash } from 'node:crypto';
import { type Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suggestion } from './nearest.ts';
import { Findings } from './problem.ts';

/** No table or map of a city is larger; a video dropped into the folder is not read into memory. */
const FILE_BYTES_MAX = 32 * 1024 * 1024;
/** A folder with more texts or stories than this is not a playbook. */
const FILES_MAX = 500;

const REQUIRED = ['playbook.yaml', 'gauges.csv', 'thresholds.csv', 'areas.geojson'] as const;
const OPTIONAL = ['shelters.csv'] as const;
/** `floods` holds past levels for drills; nothing is decided by them, so they are no part of a version. */
const FOLDERS = ['wording', 'examples', 'floods'] as const;

export type Files = ReadonlyMap<string, Uint8Array>;

/** Reads the files that a service acts on (not the examples), and says which are missing, misnamed or too large. */
export async function readPlaybookFiles(folder: string, findings: Findings): Promise<Files> {
  const entries = await list(folder, '.', findings);
  if (!entries) return new Map();
  const known: readonly string[] = [...REQUIRED, ...OPTIONAL, ...FOLDERS];
  const present = entries.map(({ name }) => name);
  tellMissing(present, findings);
  for (const name of present) {
    if (known.includes(name) || name.endsWith('.md')) continue;
    findings.warning(
      { file: name, line: 1 },
      `this file is not read${suggestion(name, known, 'remove it, or end its name with .md if it is a note')}`,
    );
  }
  const wording = present.includes('wording') ? await yamlFiles(folder, 'wording', findings) : [];
  return readAll(folder, [...[...REQUIRED, ...OPTIONAL].filter((name) => present.includes(name)), ...wording], findings);
}

/** Says which files that a playbook needs or should have are not among the names. */
export function tellMissing(present: readonly string[], findings: Findings): void {
  for (const name of REQUIRED) {
    if (!present.includes(name)) findings.error({ file: name, line: 1 }, `the file is missing; copy it from the sample city and edit it`);
  }
  for (const name of OPTIONAL) {
    if (!present.includes(name)) findings.warning({ file: name, line: 1 }, `the file is missing; without it no shelters are shown`);
  }
}

/** The version that the files of a folder make, without a look at what they say. */
export const versionInFolder = async (folder: string): Promise<string> => versionOf(await readPlaybookFiles(folder, new Findings()));

/** Whether a name is one of a file that a service acts on, as `readPlaybookFiles` gives them. */
export const isPlaybookFile = (name: string): boolean =>
  [...REQUIRED, ...OPTIONAL].some((known) => known === name) || /^wording\/[^./~][^/]*\.yaml$/.test(name);

/**
 * Something that differs as soon as a file that a service acts on was written, added or removed: names, sizes and times of change. Cheap enough
 * to be asked every few seconds. A folder that cannot be read is a state like any other.
 */
export async function fingerprintOf(folder: string): Promise<string> {
  const lines: string[] = [];
  const add = async (name: string): Promise<void> => {
    if (!isPlaybookFile(name)) return;
    try {
      const { size, mtimeMs, ino } = await stat(join(folder, name));
      lines.push(`${name} ${size} ${mtimeMs} ${ino}`);
    } catch (cause) {
      lines.push(`${name} ${reason(cause)}`);
    }
  };
  for (const sub of ['', 'wording']) {
    try {
      const names = (await readdir(join(folder, sub))).toSorted().slice(0, FILES_MAX);
      for (const name of names) await add(sub === '' ? name : `${sub}/${name}`);
    } catch (cause) {
      lines.push(`${sub} ${reason(cause)}`);
    }
  }
  return lines.join('\n');
}

/** Reads the stories of `examples/`, if there are any. */
export async function readExampleFiles(folder: string, findings: Findings): Promise<Files> {
  const entries = await list(folder, '.', findings);
  if (!entries?.some(({ name }) => name === 'examples')) return new Map();
  return readAll(folder, await yamlFiles(folder, 'examples', findings), findings);
}

/** First 12 hex digits of SHA-256 over the names, lengths and bytes of the files in the order of their names. */
export function versionOf(files: Files): string {
  const hash = createHash('sha256');
  for (const name of [...files.keys()].toSorted()) {
    const bytes = files.get(name)!;
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 12);
}

async function yamlFiles(folder: string, sub: string, findings: Findings): Promise<readonly string[]> {
  const names = ((await list(join(folder, sub), sub, findings)) ?? []).map(({ name }) => `${sub}/${name}`).toSorted();
  for (const name of names) {
    if (!name.endsWith('.yaml') && !name.endsWith('.md')) {
      findings.warning({ file: name, line: 1 }, 'this file is not read; give it a name that ends with .yaml');
    }
  }
  return names.filter((name) => name.endsWith('.yaml'));
}

async function list(path: string, shown: string, findings: Findings): Promise<readonly Dirent[] | null> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    if (entries.length > FILES_MAX) findings.error({ file: shown, line: 1 }, `more than ${FILES_MAX} files; is this the right folder?`);
    // Editors and spreadsheets leave lock and hidden files beside the one that is open.
    return entries.slice(0, FILES_MAX).filter(({ name }) => !/^[.~]/.test(name));
  } catch (cause) {
    findings.error({ file: shown, line: 1 }, `the folder cannot be read (${reason(cause)}); name a playbook folder`);
    return null;
  }
}

async function readAll(folder: string, names: readonly string[], findings: Findings): Promise<Files> {
  const files = new Map<string, Uint8Array>();
  for (const name of names) {
    try {
      const path = join(folder, name);
      const { size } = await stat(path);
      if (size > FILE_BYTES_MAX) {
        findings.error({ file: name, line: 1 }, `${size} bytes are more than the ${FILE_BYTES_MAX} that are read; make it smaller`);
        continue;
      }
      files.set(name, await readFile(path));
    } catch (cause) {
      findings.error({ file: name, line: 1 }, `the file cannot be read (${reason(cause)}); check its name and permissions`);
    }
  }
  return files;
}

const reason = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : String(cause);
