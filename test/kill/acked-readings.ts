import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteReadingLog } from '#sqlite';

export const GROUP = 7;
export const GAUGES = 5;

export interface Writer {
  readonly child: ChildProcess;
  /** Resolves once the file is open and groups are being written, with the number of lines said by then. */
  started(): Promise<void>;
  /** Resolves when it ended, with everything it said. */
  ended(): Promise<Said>;
  said(): Said;
}

export interface Said {
  /** Highest position that was acknowledged. */
  readonly acked: number;
  readonly refused: readonly string[];
  readonly fatal: string | null;
  readonly done: boolean;
}

export interface WriterOptions {
  /** The database. */
  readonly file: string;
  /** Where its words go; not on the disk that is cut. */
  readonly words: string;
  readonly synchronous?: 'FULL' | 'NORMAL';
  readonly last?: number;
  /** Options of strace that break calls of the writer. */
  readonly strace?: readonly string[];
}

/** Starts `acked-writer.ts` in a process of its own. */
export function startWriter({ file, words, synchronous = 'FULL', last, strace }: WriterOptions): Writer {
  const program = ['--conditions=source', join(import.meta.dirname, 'acked-writer.ts'), file, synchronous, `${last ?? Infinity}`];
  const command = strace
    ? ['strace', '-f', '-qq', '-o', '/dev/null', ...strace, process.execPath, ...program]
    : [process.execPath, ...program];
  return begin(command, words);
}

/** Starts `acked-commits-writer.ts` in a process of its own; `unsynced` is its twin that loses commits. */
export const startCommitsWriter = ({ file, words, synced }: Pick<WriterOptions, 'file' | 'words'> & { readonly synced: boolean }): Writer =>
  begin(
    [process.execPath, '--conditions=source', join(import.meta.dirname, 'acked-commits-writer.ts'), file, synced ? 'synced' : 'unsynced'],
    words,
  );

function begin(command: readonly string[], words: string): Writer {
  const out = openSync(words, 'w');
  const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', out, 'inherit'] });
  closeSync(out);
  const exit = once(child, 'exit');
  return {
    child,
    said: () => saidIn(words),
    started: async () => {
      while (saidIn(words).acked === 0 && child.exitCode === null) await new Promise((next) => setTimeout(next, 5));
    },
    ended: async () => {
      await exit;
      return saidIn(words);
    },
  };
}

function saidIn(words: string): Said {
  // A line cut in the middle was not said.
  const lines = readFileSync(words, 'utf8').split('\n').slice(0, -1);
  return {
    acked: Math.max(0, ...lines.filter((line) => /^\d+$/.test(line)).map(Number)),
    refused: lines.filter((line) => line.startsWith('refused')),
    fatal: lines.find((line) => line.startsWith('fatal')) ?? null,
    done: lines.includes('done'),
  };
}

export interface Found {
  readonly integrity: string;
  readonly end: number;
  /** Acknowledged readings that are not there. */
  readonly lost: number;
  readonly halfGroups: number;
  /** Positions that hold another reading than the one that was written there. */
  readonly wrong: number;
  /** Gauges whose mark does not remember the newest reading of the log. */
  readonly wrongMarks: number;
}

/** Opens what is left, as a start after the fault would, and looks at every reading. */
export async function findIn(file: string, acked: number): Promise<Found> {
  const log = new SqliteReadingLog({ file });
  const entries = await log.after(0, Number.MAX_SAFE_INTEGER);
  const marks = await log.marks();
  const end = await log.end();
  await log.close();
  const db = new DatabaseSync(file, { readOnly: true });
  const integrity = String(db.prepare('pragma integrity_check').get()!['integrity_check']);
  db.close();
  const newest = Array.from({ length: GAUGES }, (_, gauge) => entries.findLast(({ reading }) => reading.gauge === `gauge-${gauge}`));
  return {
    integrity,
    end,
    lost: Math.max(0, acked - entries.length),
    halfGroups: entries.length % GROUP === 0 ? 0 : 1,
    wrong: entries.filter(({ position, reading }, index) => position !== index + 1 || reading.seq !== position).length,
    wrongMarks: newest.filter((entry) => entry && marks.get(entry.reading.gauge)?.newestAt !== entry.position).length,
  };
}

/** What must be found after any fault, beside `end`. */
export const WHOLE = { integrity: 'ok', lost: 0, halfGroups: 0, wrong: 0, wrongMarks: 0 };
