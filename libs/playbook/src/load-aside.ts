import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Playbook, PlaybookFiles } from '#core';
import type { Loaded } from './load-playbook.ts';
import { type PlainPlaybook, playbookOf } from './plain-playbook.ts';
import type { Problem } from './problem.ts';

/** What the other process is asked: a folder or files as they are to be checked, or a version that was in force once. */
export type Request =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'files' | 'version'; readonly files: PlaybookFiles };

export interface Reply {
  readonly playbook: PlainPlaybook | null;
  readonly problems: readonly Problem[];
  /** Of a folder what was read; empty when the asker has them. */
  readonly files: PlaybookFiles;
}

/** What the other process may take. */
export interface Bounds {
  readonly msMax: number;
  readonly heapMbMax: number;
}

/** 8,000 rules are read and checked in 3 s and 250 MB; on a machine that does much else, in a minute all the same. */
const BOUNDS: Bounds = { msMax: 60_000, heapMbMax: 1_024 };

/** This file runs as it was written, or as it was built; so does the other process. */
const ENDING = extname(import.meta.url);
const ENTRY = fileURLToPath(new URL(`loading-process${ENDING}`, import.meta.url));
const CONDITIONS = ENDING === '.ts' ? ['--conditions=source'] : [];

/**
 * `loadPlaybook` in a process of its own. To read a large playbook takes seconds and a heap that a process never gives back: the service has
 * neither for it. When that process dies or takes too long, this is a problem of the playbook like any other.
 */
export async function loadPlaybookAside(folder: string, bounds: Bounds = BOUNDS): Promise<Loaded> {
  return loadedFrom(await ask({ kind: 'folder', folder }, bounds));
}

/** `loadFiles` in a process of its own. */
export async function loadFilesAside(files: PlaybookFiles): Promise<Loaded> {
  return { ...loadedFrom(await ask({ kind: 'files', files })), files };
}

/** `playbookFrom` in a process of its own; null also when that process dies or takes too long. */
export async function playbookFromAside(files: PlaybookFiles): Promise<Playbook | null> {
  return loadedFrom(await ask({ kind: 'version', files })).playbook;
}

function loadedFrom(reply: Reply | string): Loaded {
  if (typeof reply === 'string') {
    const problem: Problem = { file: 'playbook.yaml', line: 1, severity: 'error', message: reply };
    return { playbook: null, problems: [problem], files: new Map() };
  }
  const { playbook, problems, files } = reply;
  return { playbook: playbook && playbookOf(playbook), problems, files };
}

let turns: Promise<unknown> = Promise.resolve();

/** One after the other, so that no more than one such heap stands beside the service. A text says why there is no answer, for whoever edits the playbook. */
function ask(request: Request, bounds: Bounds = BOUNDS): Promise<Reply | string> {
  const turn = turns
    .then(() => askNow(request, bounds))
    .catch((cause: unknown) => failed(cause instanceof Error ? cause.message : String(cause)));
  turns = turn;
  return turn;
}

async function askNow(request: Request, { msMax, heapMbMax }: Bounds): Promise<Reply | string> {
  const began = performance.now();
  const child = fork(ENTRY, [], {
    execArgv: [`--max-old-space-size=${heapMbMax}`, ...CONDITIONS],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    timeout: msMax,
    killSignal: 'SIGKILL',
  });
  const answered = once(child, 'message').then(([reply]: unknown[]) => reply as Reply);
  // What was said before the end may be read after it, so the end of the line is waited for too.
  const ended = Promise.all([once(child, 'exit'), once(child, 'disconnect')]).then(() => null);
  child.send(request, (error) => error && child.kill('SIGKILL'));
  const reply = await Promise.race([answered, ended]);
  if (reply) return reply;
  return failed(performance.now() - began >= msMax ? `it took longer than ${msMax / 1000} s` : 'the process that reads it ended too early');
}

const failed = (why: string): string => `the playbook could not be checked: ${why}; make it smaller, or save it again`;
