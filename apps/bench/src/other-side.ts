import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Crowd } from './crowd.ts';
import type { Seen } from './sightings.ts';

/** What the program of the other side is told first. */
export interface OtherSideAsk {
  readonly crowd: Crowd;
  readonly token: string;
}

/** What LINE or the relay got, by the instants of this machine (`instant`). */
export interface Got {
  /** Requests that LINE took, or mails. */
  readonly taken: number;
  /** Null before the first. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly seen: Seen;
}

/** How things stand at the other side. */
export interface OtherSideLook {
  readonly line: Got & {
    /** Requests that LINE refused for their pace. */
    readonly tooFast: number;
    /** Requests under a key that it had taken before. */
    readonly known: number;
  };
  readonly mails: Got & {
    readonly bytes: number;
    /** One of them as it was handed over, base64; null before the first. */
    readonly sample: string | null;
  };
  /** Processor seconds that the other side itself has used. */
  readonly cpuSeconds: number;
}

/** What the program says. */
export type OtherSideSaid =
  | { readonly kind: 'ready'; readonly lineUrl: string; readonly smtpPort: number }
  | ({ readonly kind: 'look' } & OtherSideLook);

const START_MS_MAX = 60_000;
const LOOK_MS_MAX = 30_000;

/** LINE and a mail relay in a process of their own, which counts what people see. It lives on while the service is killed. */
export class OtherSide {
  readonly lineUrl: string;
  readonly smtpPort: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, { lineUrl, smtpPort }: { readonly lineUrl: string; readonly smtpPort: number }) {
    this.#child = child;
    this.lineUrl = lineUrl;
    this.smtpPort = smtpPort;
    process.once('exit', this.#orphan);
  }

  static async start(ask: OtherSideAsk): Promise<OtherSide> {
    const child = fork(join(import.meta.dirname, 'other-side-program.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.send(ask);
    const [said] = (await once(child, 'message', { signal: AbortSignal.timeout(START_MS_MAX) })) as [OtherSideSaid];
    if (said.kind !== 'ready') throw new Error('the other side did not start');
    return new OtherSide(child, said);
  }

  async look(): Promise<OtherSideLook> {
    this.#child.send('look');
    const [said] = (await once(this.#child, 'message', { signal: AbortSignal.timeout(LOOK_MS_MAX) })) as [OtherSideSaid];
    if (said.kind !== 'look') throw new Error('the other side lost its thread');
    return said;
  }

  async stop(): Promise<void> {
    process.off('exit', this.#orphan);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  readonly #orphan = (): void => void this.#child.kill('SIGKILL');
}
