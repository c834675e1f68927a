import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A service in a process of its own, as an operator starts and a power switch ends it. */
export class ServiceProcess {
  readonly spawnedAt = performance.now();
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  #words = '';
  #mqttPort: number | null = null;

  /** `settings` are its environment, with MQTT on a free port. */
  constructor(program: readonly string[], settings: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, program, {
      env: { PATH: process.env['PATH'], ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    // `close` and not `exit`: then everything that it said was heard.
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      this.#mqttPort = null;
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
  }

  /** Null while nobody listens. */
  get mqttPort(): number | null {
    return this.#mqttPort;
  }

  /** The last of what it said on both streams, without the lines in which Nest introduces itself. */
  get words(): string {
    return this.#words.replaceAll(/^.*"context":"(?:Router|Routes|Instance|Nest)\w*".*\n/gm, '');
  }

  /** Resolves once devices can connect; rejects with its words when it ends first. */
  async listening(): Promise<void> {
    const ended = this.ended.then(({ code, signal }) => {
      throw new Error(`the service ended at its start (${code ?? signal}): ${this.#words}`);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onListening = resolve;
    if (this.#mqttPort !== null) resolve();
    await Promise.race([promise, ended]);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Ending> {
    this.#child.kill(signal);
    return this.ended;
  }

  #onListening: () => void = () => undefined;

  #hear(text: string): void {
    this.#words = `${this.#words}${text}`.slice(-WORDS_MAX);
    const port = /listening: .*mqtt [^\s"]+:(\d+)/.exec(this.#words)?.[1];
    if (this.#mqttPort !== null || port === undefined) return;
    this.#mqttPort = Number(port);
    this.#onListening();
  }
}

/** Enough to see what went wrong. */
const WORDS_MAX = 20_000;
