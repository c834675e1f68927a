import { join } from 'node:path';

/** One thing that is wrong with a playbook, at its place, with what was expected and what to do. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  /** With an error the playbook is not used; a warning is something that staff should look at. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** Where something stands in a file. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** Collects everything that is wrong, each thing once, so that all of it can be told at once. */
export class Findings {
  readonly #problems = new Map<string, Problem>();

  error(place: Place, message: string): void {
    this.#add({ ...place, severity: 'error', message });
  }

  warning(place: Place, message: string): void {
    this.#add({ ...place, severity: 'warning', message });
  }

  get failed(): boolean {
    return [...this.#problems.values()].some(({ severity }) => severity === 'error');
  }

  /** By file, then line; the order of discovery within a line. */
  list(): readonly Problem[] {
    return [...this.#problems.values()].toSorted((a, b) => compare(a.file, b.file) || a.line - b.line);
  }

  #add(problem: Problem): void {
    this.#problems.set(`${problem.file}\n${problem.line}\n${problem.message}`, problem);
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The problems for a terminal: one line each (`file:line:column severity message`) and a closing count. With the `folder` of the playbook the files
 * are named as an editor opens them.
 */
export function describeProblems(problems: readonly Problem[], folder = ''): string {
  const lines = problems.map(({ file, line, column, severity, message }) => {
    const path = folder === '' ? file : join(folder, file);
    const place = column === undefined ? `${path}:${line}` : `${path}:${line}:${column}`;
    return `${place} ${severity} ${message}`;
  });
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return [
    ...lines,
    problems.length === 0 ? 'no problems' : `${count(errors, 'error')}, ${count(problems.length - errors, 'warning')}`,
  ].join('\n');
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
