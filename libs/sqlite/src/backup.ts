import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { messageOf } from './storage-fault.ts';
import { ArchiveBroken, ArchiveWriter, extractMember, type Member, membersOf, readMember } from './archive.ts';
import { DataFolder, DRILLS_FOLDER, RESTORE_UNDER_WAY_FILE, RESTORED_FILE, type Restored } from './data-folder.ts';

/** What the archive says of itself. It stands at the end, so that half an archive has none. */
interface Manifest {
  readonly format: string;
  readonly takenAt: number;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
  /** Position of `watch` in the ledger, and of the newest reading in the log; null where there is no such file. */
  readonly watched: number | null;
  readonly logEnd: number | null;
}

const FORMAT = 'sonae-backup/1';
const MANIFEST = 'manifest.json';
/** Read by every stage that follows the log, so it is copied last: then no copied position lies ahead of the copied log, and nothing goes unjudged. */
const LOG = 'readings.db';
/** Copied first, for the same reason. */
const LEDGER = 'ledger.db';
/** One step: one consistent view. A smaller rate starts anew at every commit of the running service and never ends. */
const RATE = 2 ** 31 - 1;

/** A copy that cannot be trusted: it is not made, or not taken back. */
export class BackupUnsound extends Error {
  override readonly name = 'BackupUnsound';
}

/** What a backup holds, in words and figures for whoever makes or takes it. */
export interface BackupReport {
  readonly takenAt: number;
  readonly bytes: number;
  readonly files: readonly string[];
}

export interface BackupOptions {
  /** The data folder; the service may be running. */
  readonly data: string;
  /** The archive; one that is there already is replaced once the new one is whole. */
  readonly file: string;
  readonly now: number;
  /** Told which share of the files is done. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Copies every database of a data folder into one archive while the service runs: by the database's own method, ledger first and log last, each
 * copy read in full. Until all of it is on the disk the file ends in `.part`, so that half a backup never looks whole (F6).
 * Throws `BackupUnsound` when a copy is damaged.
 */
export async function backUp({ data, file, now, onProgress = () => undefined }: BackupOptions): Promise<BackupReport> {
  const folder = resolve(data);
  const target = resolve(file);
  const names = existsSync(folder) ? inOrder(readdirSync(folder).filter((name) => name.endsWith('.db'))) : [];
  if (!names.includes(LEDGER)) throw new BackupUnsound(`${folder} holds no ${LEDGER}: name the data folder with --data or SONAE_DATA`);
  const copies = `${target}.copies`;
  rmSync(copies, { recursive: true, force: true });
  mkdirSync(copies, { mode: 0o700 });
  const archive = new ArchiveWriter(`${target}.part`);
  try {
    for (const [index, name] of names.entries()) {
      await copyDatabase(join(folder, name), join(copies, name));
      onProgress((index + 0.5) / names.length);
    }
    const files: { readonly name: string; readonly bytes: number; readonly sha256: string }[] = [];
    for (const [index, name] of names.entries()) {
      const copy = join(copies, name);
      files.push({ name, bytes: statSync(copy).size, sha256: await archive.addFile(name, copy, now) });
      onProgress((names.length + index + 1) / (2 * names.length));
    }
    const manifest: Manifest = { format: FORMAT, takenAt: now, files, ...positionsIn(copies) };
    refuseAhead(manifest, target);
    archive.addText(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`, now);
    archive.end();
  } catch (cause) {
    archive.abandon();
    rmSync(`${target}.part`, { force: true });
    throw cause;
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
  renameSync(`${target}.part`, target);
  syncFolder(dirname(target));
  return { takenAt: now, bytes: statSync(target).size, files: names };
}

export interface RestoreOptions {
  readonly file: string;
  /** The data folder; no service may work on it. */
  readonly data: string;
  readonly now: number;
  readonly onProgress?: (share: number) => void;
}

/**
 * Puts the databases of an archive into a data folder. They are unpacked beside and read in full first; what was there before is moved into
 * `before-restore-…` and never deleted. The service that starts on it holds everything back until a person releases it (F20).
 * A restore that broke off is done again by the same command; until then no service starts there.
 * Throws `ArchiveBroken`, `BackupUnsound`, or `DataFolderTaken`; then the folder is as it was.
 */
export async function restore({
  file,
  data,
  now,
  onProgress = () => undefined,
}: RestoreOptions): Promise<BackupReport & { readonly kept: string | null }> {
  const source = resolve(file);
  const { manifest, members } = contentOf(source);
  const folder = DataFolder.take(data);
  try {
    const unpacked = folder.file('restoring');
    rmSync(unpacked, { recursive: true, force: true });
    mkdirSync(unpacked, { mode: 0o700 });
    for (const [index, { name, sha256 }] of manifest.files.entries()) {
      const target = join(unpacked, name);
      if ((await extractMember(source, members.get(name)!, target)) !== sha256)
        throw new BackupUnsound(`${name} in ${source} is not what was backed up`);
      refuseUnsound(target, `${name} in ${source}`);
      onProgress((index + 1) / manifest.files.length);
    }
    refuseAhead({ ...manifest, ...positionsIn(unpacked) }, source);
    syncFolder(unpacked);
    const kept = exchange(folder, {
      unpacked,
      names: manifest.files.map(({ name }) => name),
      restored: { takenAt: manifest.takenAt, restoredAt: now },
    });
    return { takenAt: manifest.takenAt, bytes: statSync(source).size, files: manifest.files.map(({ name }) => name), kept };
  } finally {
    folder.close();
  }
}

/** Moves what is there aside and the copies into its place. From the first step to the last a note keeps any service from starting in between. */
function exchange(
  folder: DataFolder,
  { unpacked, names, restored }: { readonly unpacked: string; readonly names: readonly string[]; readonly restored: Restored },
): string | null {
  folder.note(RESTORE_UNDER_WAY_FILE, restored);
  const old = readdirSync(folder.path, { withFileTypes: true }).filter(
    (entry) => (entry.isFile() && MOVED.test(entry.name)) || (entry.isDirectory() && entry.name === DRILLS_FOLDER),
  );
  const aside = folder.file(`before-restore-${new Date(restored.restoredAt).toISOString().replaceAll(':', '')}`);
  if (old.length > 0) {
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    for (const { name } of old) renameSync(folder.file(name), join(aside, name));
    syncFolder(aside);
  }
  for (const name of names) renameSync(join(unpacked, name), folder.file(name));
  folder.note(RESTORED_FILE, restored);
  rmSync(unpacked, { recursive: true, force: true });
  folder.forget(RESTORE_UNDER_WAY_FILE);
  return old.length > 0 ? basename(aside) : null;
}

/**
 * Databases with what SQLite keeps beside them, and the note of an earlier restore. The folders of drills go with them: the restored record gives
 * their numbers again, to other drills, which must not go on where those ended.
 */
const MOVED = /\.db(?:-wal|-shm|-journal)?$|^restored\.json$/;

const inOrder = (names: readonly string[]): readonly string[] => names.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
const rank = (name: string): number => (name === LEDGER ? 0 : name === LOG ? 2 : 1);

async function copyDatabase(from: string, to: string): Promise<void> {
  // A connection of its own, and closed at once: a reader that stays open keeps the write-ahead log from shrinking.
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    await backup(source, to, { rate: RATE });
  } finally {
    source.close();
  }
  refuseUnsound(to, from);
}

/** Counts and positions look right on a damaged page; only reading everything finds it. */
function refuseUnsound(copy: string, name: string): void {
  const db = new DatabaseSync(copy);
  try {
    // What the copy has of the write-ahead log goes into the file, so that the file alone is the whole.
    db.exec('pragma journal_mode=DELETE');
    const findings = db
      .prepare('pragma integrity_check(3)')
      .all()
      .map((row) => String(row['integrity_check']));
    if (findings.join() !== 'ok') throw new BackupUnsound(`${name} is damaged: ${findings.join('; ')}`);
  } catch (cause) {
    throw cause instanceof BackupUnsound ? cause : new BackupUnsound(`${name} is damaged: ${messageOf(cause)}`, { cause });
  } finally {
    db.close();
  }
}

function positionsIn(folder: string): Pick<Manifest, 'watched' | 'logEnd'> {
  const [ledger, log] = [join(folder, LEDGER), join(folder, LOG)];
  return {
    watched: numberIn(ledger, `select position from stage where stage = 'watch'`),
    logEnd: existsSync(log) ? numberIn(log, 'select coalesce(max(position), 0) as position from reading') : null,
  };
}

function numberIn(file: string, query: string): number | null {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const value = db.prepare(query).get()?.['position'];
    return typeof value === 'number' ? value : null;
  } finally {
    db.close();
  }
}

/** A ledger that knows more of the log than there is would leave the next readings unjudged. An empty log may have been tidied by retention. */
function refuseAhead({ watched, logEnd }: Pick<Manifest, 'watched' | 'logEnd'>, what: string): void {
  if (watched === null || logEnd === null || logEnd === 0 || watched <= logEnd) return;
  throw new BackupUnsound(`${what}: the ledger has judged up to ${watched}, and the log ends at ${logEnd}`);
}

function contentOf(file: string): { readonly manifest: Manifest; readonly members: ReadonlyMap<string, Member> } {
  const members = new Map(membersOf(file).map((member) => [member.name, member]));
  const said = members.get(MANIFEST);
  if (!said) throw new ArchiveBroken(`${file} has no ${MANIFEST}: it is half a backup, or none of Sonae`);
  const manifest = JSON.parse(readMember(file, said)) as Manifest;
  if (manifest.format !== FORMAT) throw new ArchiveBroken(`${file} has the format ${manifest.format}, and this program knows ${FORMAT}`);
  for (const { name, bytes } of manifest.files) {
    if (!/^[A-Za-z0-9._-]+\.db$/.test(name)) throw new ArchiveBroken(`${file} holds ${name}, which is no database of Sonae`);
    if (members.get(name)?.bytes !== bytes) throw new ArchiveBroken(`${name} in ${file} is not whole`);
  }
  return { manifest, members };
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
