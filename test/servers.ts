import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { dockerAnswers, influxdbContainer, mosquittoContainer, postgresContainer } from './containers.ts';
import { recordLeftOut } from './left-out.ts';
import { NOBODY, programOf, type Kind } from './server-programs.ts';

/** A real server for a suite. Stop it in `afterAll`. */
export interface Server {
  readonly url: string;
  /** Where it came from, for messages. */
  readonly from: string;
  /** Ends the program hard, as a crash would. It can be started again with `restart`. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts the same program again on the same port and the same data, if that kind keeps any. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A server that the suite needs is nowhere to be found. */
class ServerMissing extends Error {
  override readonly name = 'ServerMissing';
}

// A cold start on a busy machine of two cores took four seconds; thirty times that means that it will not come.
const START_MS_MAX = 120_000;
const STOP_MS_MAX = 30_000;
const POLL_MS = 20;

const ADDRESS: Readonly<Record<Kind, string>> = {
  postgres: 'SONAE_TEST_POSTGRES_URL',
  mosquitto: 'SONAE_TEST_MOSQUITTO_URL',
  influxdb: 'SONAE_TEST_INFLUXDB_URL',
};

/**
 * Whether a suite has to do without its server. On a newcomer's machine it does not run and the closing lines of `npm test` name it;
 * with CI=true a missing server fails the suite, unless it was left out on purpose: SONAE_TEST_WITHOUT=mosquitto,postgres.
 *
 * `(await leftOut('mosquitto', 'MQTT source') ? describe.skip : describe)('…', …)`
 */
export async function leftOut(kind: Kind, suite: string): Promise<boolean> {
  if ((process.env['SONAE_TEST_WITHOUT'] ?? '').split(',').includes(kind)) {
    recordLeftOut(suite, `SONAE_TEST_WITHOUT names ${kind}`);
    return true;
  }
  if (process.env[ADDRESS[kind]] || (await programOf(kind)) || (await dockerAnswers())) return false;
  const missing = missingServer(kind);
  if (process.env['CI'] === 'true') throw missing;
  recordLeftOut(suite, missing.message);
  return true;
}

const missingServer = (kind: Kind): ServerMissing =>
  new ServerMissing(`there is no ${kind} and no container engine: run infra/test-servers.sh, or name an address in ${ADDRESS[kind]}`);

/** PostgreSQL with fsync on: the address in SONAE_TEST_POSTGRES_URL, the npm package, the machine's own, or a container. */
export async function postgresServer(): Promise<Server> {
  const address = process.env[ADDRESS.postgres];
  if (address) return foreign(address);
  const program = await programOf('postgres');
  if (!program) return (await dockerAnswers()) ? postgresContainer() : Promise.reject(missingServer('postgres'));

  const folder = await ownFolder('sonae-postgres-');
  const port = await freePort();
  const data = join(folder, 'data');
  const options = ['-U', 'sonae', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-instructions', '--no-sync'];
  await promisify(execFile)(join(dirname(program), 'initdb'), ['-D', data, ...options], { ...NOBODY, cwd: folder });
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'on', max_connections: 60 };
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const url = `postgres://sonae@127.0.0.1:${port}/postgres`;
  // At once and without a last checkpoint: its folder goes with it, and a busy disk would make the way out take minutes.
  return launch({ program, args, folder, url, ready: () => answersSql(url), stopWith: 'SIGQUIT' });
}

/** InfluxDB 1.x: the address in SONAE_TEST_INFLUXDB_URL, Debian's program with its data on disk, or a container. See also `influx-servers.ts`. */
export async function influxdbServer(): Promise<Server> {
  const address = process.env[ADDRESS.influxdb];
  if (address) return foreign(address);
  const program = await programOf('influxdb');
  if (!program) return (await dockerAnswers()) ? influxdbContainer() : Promise.reject(missingServer('influxdb'));

  const folder = await ownFolder('sonae-influxdb-');
  const [port, backupPort] = [await freePort(), await freePort()];
  const config = join(folder, 'influxdb.conf');
  writeFileSync(
    config,
    [
      'reporting-disabled = true',
      `bind-address = "127.0.0.1:${backupPort}"`,
      `meta.dir = "${folder}/meta"`,
      `data = { dir = "${folder}/data", wal-dir = "${folder}/wal", wal-fsync-delay = "0s", query-log-enabled = false }`,
      `http = { bind-address = "127.0.0.1:${port}", log-enabled = false }`,
      'monitor.store-enabled = false',
    ].join('\n'),
  );
  const url = `http://127.0.0.1:${port}`;
  const ready = () =>
    fetch(`${url}/ping`).then(
      ({ status }) => status === 204,
      () => false,
    );
  return launch({ program, args: ['run', '-config', config], folder, url, ready, stopWith: 'SIGTERM' });
}

/** A new, empty database on the server; resolves with its address. */
export async function emptyDatabase(server: Pick<Server, 'url'>): Promise<string> {
  databases += 1;
  const name = `sonae_${process.pid}_${Date.now()}_${databases}`;
  await sqlOn(server.url, `create database ${name} template template0`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}

let databases = 0;

/** Runs one statement as an administrator would, on a connection of its own. */
export async function sqlOn(url: string, statement: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url });
  let broken: Error | undefined;
  // Without a listener a connection that breaks between two calls would end the process.
  client.on('error', (error) => {
    broken = error;
  });
  try {
    await client.connect();
    const { rows } = await client.query<Readonly<Record<string, unknown>>>(statement);
    return rows;
  } finally {
    if (!broken) await client.end();
  }
}

/**
 * Mosquitto on a free port, anonymous and forgetful unless `lines` of its configuration say otherwise: the address in
 * SONAE_TEST_MOSQUITTO_URL, Debian's program, or a container. `{folder}` in a line stands for a folder that survives `restart`.
 */
export async function mosquittoServer({
  lines = ['allow_anonymous true', 'persistence false'],
}: { readonly lines?: readonly string[] } = {}): Promise<Server> {
  const address = process.env[ADDRESS.mosquitto];
  if (address) return foreign(address);
  const program = await programOf('mosquitto');
  if (!program) return (await dockerAnswers()) ? mosquittoContainer(lines) : Promise.reject(missingServer('mosquitto'));

  const folder = await ownFolder('sonae-mosquitto-');
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  const all = [`listener ${port} 127.0.0.1`, 'log_dest stderr', ...lines];
  writeFileSync(config, `${all.join('\n').replaceAll('{folder}', folder)}\n`);
  return launch({
    program,
    args: ['-c', config],
    folder,
    url: `mqtt://127.0.0.1:${port}`,
    ready: () => answersTcp(port),
    stopWith: 'SIGTERM',
  });
}

interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly url: string;
  readonly ready: () => Promise<boolean>;
  readonly stopWith: NodeJS.Signals;
}

async function launch({ program, args, folder, url, ready, stopWith }: Launch): Promise<Server> {
  let running = await start(program, args, folder, ready);
  const end = async (signal: NodeJS.Signals) => {
    const { child, ended } = running;
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(late);
  };
  return {
    url,
    from: program,
    kill: (signal = 'SIGKILL') => end(signal),
    restart: async () => {
      running = await start(program, args, folder, ready);
    },
    stop: async () => {
      await end(stopWith);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(program: string, args: readonly string[], folder: string, ready: () => Promise<boolean>) {
  const child = spawn(program, args, { ...NOBODY, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-4_000);
    });
  }
  const orphan = () => child.kill('SIGKILL');
  // For scripts. Inside Jest `process` is a copy that hears of no exit; there Ctrl-C reaches the server through the process group.
  process.once('exit', orphan);
  let failure: Error | undefined;
  const ended = new Promise<void>((done) => {
    child.once('error', (error) => {
      failure = error;
      done();
    });
    child.once('close', () => {
      process.off('exit', orphan);
      failure = new Error(`${program} ended with ${child.exitCode ?? child.signalCode}`);
      done();
    });
  });
  for (const until = Date.now() + START_MS_MAX; !(await ready()); await sleep(POLL_MS)) {
    if (!failure && Date.now() < until) continue;
    orphan();
    throw new Error(`${failure?.message ?? `${program} did not answer within ${START_MS_MAX} ms`}:\n${said}`, { cause: failure });
  }
  return { child, ended };
}

/** Somebody else's server: it is used, and neither killed nor stopped. */
const foreign = (url: string): Server => ({
  url,
  from: url,
  kill: () => Promise.reject(new Error(`${url} is not ours to kill`)),
  restart: () => Promise.reject(new Error(`${url} is not ours to restart`)),
  stop: () => Promise.resolve(),
});

async function ownFolder(prefix: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  if (NOBODY) chownSync(folder, NOBODY.uid, NOBODY.gid);
  return folder;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  assert(port > 0);
  return port;
}

const answersSql = (url: string): Promise<boolean> =>
  sqlOn(url, 'select 1').then(
    () => true,
    () => false,
  );

const answersTcp = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
