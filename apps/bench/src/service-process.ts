import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Role } from '#core';
import { freePort } from './free-port.ts';
import { writePlaybook } from './playbook-folder.ts';

const START_MS_MAX = 60_000;
/** After a load everything kept must be judged, and copied into the history, within this long. */
const STILL_MS_MAX = 120_000;
const LOOK_MS = 100;

const DIST = join(import.meta.dirname, '..', '..', '..');
const SONAE = join(DIST, 'apps', 'cli', 'src', 'main.js');
const SERVICE = join(DIST, 'apps', 'standalone', 'src', 'main.js');

export interface ServiceOptions {
  /** A playbook folder; one with `gauges` river gauges is written when none is given. */
  readonly playbook?: string;
  readonly gauges?: number;
  /** Whether each of these has rules of its own. */
  readonly ownRules?: boolean;
  /** A person of the duty group, by the id of LINE. */
  readonly dutyLine?: string;
  /** People who sign in. */
  readonly staff?: readonly { readonly name: string; readonly role: Role }[];
  /** Puts into the data folder what should be there before anything else. */
  readonly prepare?: (data: string) => void;
  readonly settings?: Readonly<Record<string, string>>;
  /** Folder for a CPU profile of the service. */
  readonly profile?: string | undefined;
}

/** What somebody signs in with, as the command line showed it once. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** `otpauth://…` with the secret of the second factor. */
  readonly otpauth: string;
}

/** Numbers of `/metrics` by name, without labels; the sum where there are labels. */
export type Metrics = Readonly<Record<string, number>>;

/** The service as a user starts it: its own process, settings in the environment, an empty data folder, credentials by the command line. */
export class ServiceProcess {
  readonly mqttPort: number;
  readonly keys: Readonly<Record<string, string>>;
  readonly url: string;
  /** Its data folder. */
  readonly data: string;
  readonly staff: readonly Credentials[];
  readonly #spawn: () => ChildProcess;
  readonly #folder: string;
  #child: ChildProcess;
  #said = '';
  #rssMaxMb = 0;

  private constructor({
    spawns,
    mqttPort,
    httpPort,
    folder,
    data,
    keys,
    staff,
  }: {
    readonly spawns: () => ChildProcess;
    readonly mqttPort: number;
    readonly httpPort: number;
    readonly folder: string;
    readonly data: string;
    readonly keys: Readonly<Record<string, string>>;
    readonly staff: readonly Credentials[];
  }) {
    this.#spawn = spawns;
    this.mqttPort = mqttPort;
    this.url = `http://127.0.0.1:${httpPort}`;
    this.#folder = folder;
    this.data = data;
    this.keys = keys;
    this.staff = staff;
    this.#child = this.#begin();
    process.once('exit', this.#orphan);
  }

  static async start({
    playbook,
    gauges = 50,
    ownRules = false,
    dutyLine,
    staff = [],
    prepare,
    settings = {},
    profile,
  }: ServiceOptions): Promise<ServiceProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'sonae-bench-'));
    const data = join(folder, 'data');
    prepare?.(data);
    const city = playbook ?? join(folder, 'playbook');
    if (playbook === undefined) writePlaybook(city, gauges, { ownRules });
    const keys = JSON.parse(await sonae('device', 'add', '--playbook', city, '--data', data, '--json')) as Record<string, string>;
    if (dutyLine !== undefined) await sonae('user', 'add', 'duty', '--role', 'duty', '--line', dutyLine, '--data', data);
    const credentials: Credentials[] = [];
    for (const { name, role } of staff)
      credentials.push(JSON.parse(await sonae('user', 'add', name, '--role', role, '--data', data, '--json')) as Credentials);

    const [httpPort, mqttPort] = [await freePort(), await freePort()];
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SONAE_')));
    const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    const spawns = () =>
      spawn(process.execPath, [...flags, SERVICE], {
        env: {
          ...own,
          SONAE_PLAYBOOK: city,
          SONAE_DATA: data,
          SONAE_HTTP_PORT: String(httpPort),
          SONAE_MQTT_PORT: String(mqttPort),
          SONAE_LOG_LEVEL: 'warn',
          ...settings,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const service = new ServiceProcess({ spawns, mqttPort, httpPort, folder, data, keys, staff: credentials });
    await service.#ready();
    return service;
  }

  /** Ends the process as a power switch does, and starts the next one on what it left. Resolves when that one answers. */
  async killAndRestart(): Promise<void> {
    await this.rssMaxMb();
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
    this.#child = this.#begin();
    await this.#ready();
  }

  /** Devices with their keys, as the generator takes them. */
  devices(count: number): readonly { readonly id: string; readonly key: string }[] {
    return Object.entries(this.keys)
      .slice(0, count)
      .map(([id, key]) => ({ id, key }));
  }

  async metrics(): Promise<Metrics> {
    const response = await fetch(`${this.url}/metrics`);
    const metrics: Record<string, number> = {};
    for (const line of (await response.text()).split('\n')) {
      const [, name, value] = /^(\w+)(?:\{[^}]*\})? (\S+)$/.exec(line) ?? [];
      if (name !== undefined) metrics[name] = (metrics[name] ?? 0) + Number(value);
    }
    return metrics;
  }

  async rssMb(): Promise<number> {
    return (await this.metrics())['process_resident_memory_bytes']! / 2 ** 20;
  }

  /** The most memory that any of its processes held so far: what the kernel noted, or, where it does not say, what was seen. */
  async rssMaxMb(): Promise<number> {
    const file = `/proc/${this.#child.pid}/status`;
    const noted = existsSync(file) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
    const mb = noted === undefined ? await this.rssMb() : Number(noted) / 2 ** 10;
    this.#rssMaxMb = Math.max(this.#rssMaxMb, mb);
    return this.#rssMaxMb;
  }

  /** Waits until everything kept is judged and in the history; resolves with the seconds that took. */
  async still(): Promise<number> {
    const from = performance.now();
    for (;;) {
      const metrics = await this.metrics();
      if (metrics['sonae_watch_lag'] === 0 && metrics['sonae_history_lag'] === 0) return (performance.now() - from) / 1000;
      if (performance.now() - from > STILL_MS_MAX) throw new Error(`the service is still behind after ${STILL_MS_MAX / 1000} s`);
      await sleep(LOOK_MS);
    }
  }

  /** Throws unless the service kept, and judged, exactly what it acknowledged. */
  async balance(acked: number): Promise<void> {
    const metrics = await this.metrics();
    const read = (name: string): number => metrics[name]!;
    const accepted = read('sonae_readings_accepted_total');
    const stored = read('sonae_readings_stored_total');
    const duplicates = read('sonae_readings_duplicates_total');
    const quarantined = read('sonae_quarantined_total');
    const decided = read('sonae_readings_decided_total');
    const position = read('sonae_log_position');
    const sums =
      accepted === stored + duplicates + quarantined &&
      stored === decided &&
      stored === position &&
      stored === acked &&
      duplicates + quarantined === 0;
    if (sums) return;
    throw new Error(
      `the books do not balance: ${acked} acknowledged, ${accepted} accepted, ${stored} stored, ${duplicates} repeats, ${quarantined} in quarantine, ${decided} decided, log at ${position}`,
    );
  }

  async stop(): Promise<void> {
    process.off('exit', this.#orphan);
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGTERM');
      await once(this.#child, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #begin(): ChildProcess {
    const child = this.#spawn();
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.#said = `${this.#said}${chunk.toString()}`.slice(-4000)));
    return child;
  }

  readonly #orphan = (): void => void this.#child.kill('SIGKILL');

  async #ready(): Promise<void> {
    for (const until = performance.now() + START_MS_MAX; ; await sleep(LOOK_MS)) {
      if (this.#child.exitCode !== null || performance.now() > until) throw new Error(`the service did not start:\n${this.#said}`);
      try {
        if ((await fetch(`${this.url}/readyz`)).ok) return;
      } catch {
        // Not listening yet.
      }
    }
  }
}

async function sonae(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [SONAE, ...args], { maxBuffer: 16 * 2 ** 20 })).stdout;
}
