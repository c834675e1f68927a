/** Wrong or missing words on the command line, with what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const complain = (text: string): void => void process.stderr.write(`${text}\n`);

/** What is being done, in a line that is rewritten in place; in a pipe nothing. */
export function status(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
}

/** A figure beside the one to reach. `reached` is null where nothing is asked. */
export interface Row {
  readonly work: string;
  readonly measured: string;
  readonly reach: string;
  readonly reached: boolean | null;
}

export function printRows(rows: readonly Row[]): void {
  const widest = (name: 'work' | 'measured' | 'reach') => Math.max(...rows.map((row) => row[name].length));
  const [work, measured, reach] = [widest('work'), widest('measured'), widest('reach')];
  for (const row of rows) {
    const verdict = row.reached === null ? '' : row.reached ? 'reached' : 'NOT reached';
    print(`${row.work.padEnd(work)}  ${row.measured.padStart(measured)}  ${row.reach.padEnd(reach)}  ${verdict}`.trimEnd());
  }
}

/** A positive number given as an option. */
export function positive(name: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new UsageError(`--${name} takes a number above 0.`);
  return value;
}
