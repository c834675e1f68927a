import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Load, LoadFigures, Said } from './load.ts';

export interface Listeners {
  /** Called when the measured span begins and when it ends. */
  readonly onSpan?: (phase: 'begins' | 'ends') => void;
  readonly onRose?: (device: string, at: number) => void;
}

/** Puts a load on a broker from a process of its own. Rejects when a connection breaks or an acknowledgement is missing. */
export async function generate(load: Load, { onSpan, onRose }: Listeners = {}): Promise<LoadFigures> {
  const child = fork(join(import.meta.dirname, 'generator.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const orphan = (): void => void child.kill('SIGKILL');
  process.once('exit', orphan);
  let figures: LoadFigures | null = null;
  let failure = 'the generator ended without a word';
  child.on('message', (said: Said) => {
    if (said.kind === 'span') onSpan?.(said.phase);
    else if (said.kind === 'rose') onRose?.(said.device, said.at);
    else if (said.kind === 'failed') failure = said.why;
    else figures = said;
  });
  child.send(load);
  await once(child, 'exit');
  process.off('exit', orphan);
  // An assertion, for the compiler does not see that the listener above sets it.
  const done = figures as LoadFigures | null;
  if (!done) throw new Error(failure);
  return done;
}
