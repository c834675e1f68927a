import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

/** A broker that does nothing with what it gets. */
export interface Peer {
  readonly name: 'aedes' | 'mosquitto';
  start(): Promise<RunningPeer>;
}

export interface RunningPeer {
  readonly port: number;
  stop(): Promise<void>;
}

const START_MS_MAX = 10_000;

/** aedes in a process of its own. */
export const aedes: Peer = {
  name: 'aedes',
  async start() {
    const child = fork(join(import.meta.dirname, 'bare-aedes.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const stop = stopper(child);
    const [{ port }] = (await once(child, 'message', { signal: AbortSignal.timeout(START_MS_MAX) })) as [{ port: number }];
    return { port, stop };
  },
};

/** Mosquitto, or null when it is not installed. */
export function mosquitto(): Peer | null {
  const program = findMosquitto();
  return program === null ? null : { name: 'mosquitto', start: () => startMosquitto(program) };
}

async function startMosquitto(program: string): Promise<RunningPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'sonae-bench-mosquitto-'));
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence false',
    'log_type error',
    `user ${userInfo().username}`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const child = spawn(program, ['-c', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = stopper(child);
  for (const until = performance.now() + START_MS_MAX; !(await answers(port)); await sleep(20)) {
    if (performance.now() > until || child.exitCode !== null) throw new Error(`${program} did not start`);
  }
  return {
    port,
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where Debian and Homebrew put it beside an ordinary PATH. */
const ALSO = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];

function findMosquitto(): string | null {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), ...ALSO]) {
    try {
      accessSync(join(folder, 'mosquitto'), constants.X_OK);
      return join(folder, 'mosquitto');
    } catch {
      // Not here.
    }
  }
  return null;
}

function stopper(child: ChildProcess): () => Promise<void> {
  const orphan = (): void => void child.kill('SIGKILL');
  process.once('exit', orphan);
  return async () => {
    process.off('exit', orphan);
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
}

const answers = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket
      .once('error', () => done(false))
      .once('connect', () => {
        socket.destroy();
        done(true);
      });
  });
