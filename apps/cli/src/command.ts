/** A command of `sonae`. It returns the exit status; what a person did wrong is a `UsageError`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  run(args: readonly string[]): Promise<number>;
}

/** Wrong or missing words on the command line, with what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Whether the operating system refused something: a file that is not there, a folder that may not be written, a port that is taken. */
export const isSystemError = (cause: unknown): cause is { readonly code: string } =>
  typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string' && /^E[A-Z0-9]+$/.test(cause.code);

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const complain = (text: string): void => void process.stderr.write(`${text}\n`);

/** A line on the terminal that is rewritten in place; in a pipe nothing. `end` clears it. */
export function progress(label: string): { readonly show: (share: number) => void; readonly end: () => void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { show: () => undefined, end: () => undefined };
  return {
    show: (share) => void stderr.write(`\r${label} ${String(Math.floor(share * 100)).padStart(3)} %`),
    end: () => void stderr.write('\r\u001B[K'),
  };
}
