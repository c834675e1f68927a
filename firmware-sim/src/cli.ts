import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { QUANTITIES, type Quantity } from '#core';
import { z } from 'zod';
import { Fleet } from './fleet.ts';
import { Progress } from './progress.ts';
import { isoJapan } from './report-packet.ts';
import { replayCsv } from './replay.ts';
import { readScenario } from './read-scenario.ts';
import { ReadingsUnreadable } from '#readings-csv';
import { SimProblem } from './sim-problem.ts';

const HELP = `Simulated gauges, rain gauges, people counters and ticket windows for Sonae.

  npm run sim -- run <scenario.yaml> --broker <url> --keys <file>   devices follow a scenario until it ends, or Ctrl-C
  npm run sim -- replay <csv…> --broker <url> --keys <file>         readings of the past, through the broker
  npm run sim -- run --help | replay --help

The keys file is JSON: { "<device>": "<key>" }.
`;

const RUN_HELP = `Runs the devices of a scenario.

  npm run sim -- run firmware-sim/scenarios/outage.yaml --broker mqtt://127.0.0.1:1883 --keys keys.json --speed 60

  --broker <url>   mqtt://, mqtts://, ws:// or wss://; default mqtt://127.0.0.1:1883
  --keys <file>    JSON { "<device>": "<key>" }
  --speed <n>      instead of the scenario's own: n seconds of the world in one of ours
  --ca <file>      certificate (PEM) of the authority of an mqtts:// broker
  --json           one JSON document with the figures at the end

A report carries the real instant of its sending and every interval is divided by the speed, so that a service believes its clock.
`;

const REPLAY_HELP = `Publishes readings from CSV files, plain or .gz, in order of time, and ends when all are acknowledged.

  npm run sim -- replay levels.csv.gz --broker mqtt://127.0.0.1:1883 --keys keys.json --speed 3600
  npm run sim -- replay a.csv b.csv --keys keys.json --max

  Columns: gauge,time,level (or another quantity), or a wide table: time, then one column for each gauge. Times are ISO 8601
  with offset, and are published as they are. The device of a gauge has the gauge's id.

  --broker <url>     default mqtt://127.0.0.1:1883
  --keys <file>      JSON { "<device>": "<key>" }
  --speed <n>        n times faster than it was; default 1
  --max              as fast as the acknowledgements come
  --batch <n>        reports in a packet at most; 1 sends each alone; default 300
  --quantity <name>  of the columns of a wide table; default level
  --ca <file>        certificate (PEM) of the authority of an mqtts:// broker
  --json             one JSON document with the figures at the end
`;

const DEFAULT_BROKER = 'mqtt://127.0.0.1:1883';
const BROKER = /^(?:mqtt|mqtts|ws|wss):\/\/[^/]+/;

/** Streams and the signal to stop, so that a test can run a command in its own process. */
export interface Surroundings {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Runs one command line and resolves with its exit status: 0 done, 1 a problem that was told, 2 not understood. */
export async function runCommand(args: readonly string[], world: Surroundings): Promise<number> {
  const [command, ...rest] = args;
  try {
    if (command === 'run') return await run(rest, world);
    if (command === 'replay') return await replay(rest, world);
  } catch (problem) {
    if (problem instanceof SimProblem || problem instanceof ReadingsUnreadable) {
      world.error(`${problem.message}\n`);
      return 1;
    }
    if (isMisread(problem)) {
      world.error(`${problem.message}\n${command} --help shows what there is.\n`);
      return 2;
    }
    throw problem;
  }
  if (command === '--help' || command === '-h') {
    world.out(HELP);
    return 0;
  }
  world.error(`${command === undefined ? 'Say what to do.' : `There is no command "${command}".`}\n\n${HELP}`);
  return 2;
}

/** What `parseArgs` throws at options that it does not know. */
const isMisread = (problem: unknown): problem is { readonly message: string } =>
  typeof problem === 'object' && problem !== null && 'code' in problem && String(problem.code).startsWith('ERR_PARSE_ARGS');

const COMMON = {
  broker: { type: 'string', default: DEFAULT_BROKER },
  keys: { type: 'string' },
  speed: { type: 'string' },
  ca: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

async function run(args: readonly string[], { out, signal }: Surroundings): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: COMMON });
  if (values.help) {
    out(RUN_HELP);
    return 0;
  }
  const [file, ...more] = positionals;
  if (!file || more.length > 0)
    throw new SimProblem('name one scenario file: npm run sim -- run firmware-sim/scenarios/demo.yaml --keys keys.json');
  const scenario = await readScenario(file);
  const speed = values.speed === undefined ? scenario.speed : speedOf(values.speed);
  const fleet = await Fleet.start({
    broker: brokerOf(values.broker),
    keys: await readKeys(values.keys),
    scenario,
    speed,
    ca: await readCa(values.ca),
  });
  const progress = new Progress();
  progress.show(() => {
    const { connected, devices, acknowledged, waiting, worldAt } = fleet.figures;
    return `${scenario.name}: ${hours(worldAt)} of the world, ${connected} of ${devices} connected, ${acknowledged} reports acknowledged, ${waiting} waiting`;
  });
  await ended(scenario.lengthMs === null ? null : scenario.lengthMs / speed, signal);
  progress.end();
  const { figures } = fleet;
  await fleet.close();
  out(
    values.json
      ? `${JSON.stringify(figures)}\n`
      : `${figures.acknowledged} reports acknowledged, ${figures.waiting} not sent, ${figures.dropped} dropped\n`,
  );
  return 0;
}

async function replay(args: readonly string[], { out, error, signal }: Surroundings): Promise<number> {
  const { values, positionals: files } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...COMMON,
      max: { type: 'boolean', default: false },
      batch: { type: 'string' },
      quantity: { type: 'string', default: 'level' },
    },
  });
  if (values.help) {
    out(REPLAY_HELP);
    return 0;
  }
  if (files.length === 0) throw new SimProblem('name a CSV file: npm run sim -- replay levels.csv --keys keys.json --max');
  if (values.max && values.speed !== undefined) throw new SimProblem('take --max or --speed, not both');
  const broker = brokerOf(values.broker);
  const job = await replayCsv({
    files,
    broker,
    keys: await readKeys(values.keys),
    speed: values.max ? 'max' : speedOf(values.speed ?? '1'),
    quantity: quantityOf(values.quantity),
    ca: await readCa(values.ca),
    ...(values.batch === undefined ? {} : { batch: wholeOf(values.batch, '--batch') }),
  });
  const stop = () => void job.close();
  signal.addEventListener('abort', stop);
  const progress = new Progress();
  progress.show(() => {
    const { acknowledged, readings, reachedAt } = job.figures;
    return `${acknowledged} of ${readings} readings (${Math.floor((100 * acknowledged) / readings)} %), ${isoJapan(reachedAt)}`;
  });
  const figures = await job.done;
  progress.end();
  signal.removeEventListener('abort', stop);
  await job.close();
  const seconds = Math.round(figures.seconds * 10) / 10;
  const { readings, acknowledged, packets, gauges } = figures;
  out(
    values.json
      ? `${JSON.stringify({ readings, acknowledged, packets, gauges, seconds })}\n`
      : `${acknowledged} readings of ${gauges} gauges acknowledged in ${seconds} s\n`,
  );
  if (acknowledged === readings) return 0;
  error(`stopped; ${readings - acknowledged} readings were not sent\n`);
  return 1;
}

async function ended(afterMs: number | null, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = afterMs === null ? undefined : setTimeout(resolve, Math.min(afterMs, TIMER_MS_MAX));
  const stop = () => resolve();
  signal.addEventListener('abort', stop);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
}

/** A longer timer of Node fires at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

function brokerOf(text: string): string {
  if (BROKER.test(text)) return text;
  throw new SimProblem(`--broker ${text} is no address; write it like ${DEFAULT_BROKER}`);
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new SimProblem(`--speed ${text} is no positive number; write it like --speed 60`);
}

function wholeOf(text: string, name: string): number {
  const whole = Number(text);
  if (Number.isSafeInteger(whole) && whole > 0) return whole;
  throw new SimProblem(`${name} ${text} is no whole number above 0`);
}

function quantityOf(text: string): Quantity | 'distance' {
  const known = [...QUANTITIES, 'distance'] as const;
  const found = known.find((name) => name === text);
  if (found) return found;
  throw new SimProblem(`--quantity ${text} is not known; take one of ${known.join(', ')}`);
}

async function readKeys(file: string | undefined): Promise<Readonly<Record<string, string>>> {
  const what = 'a JSON file { "<device>": "<key>" }';
  if (file === undefined) throw new SimProblem(`give the keys of the devices: --keys <file>, ${what}`);
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    // The text of the file stays out of the message: it holds keys.
    throw new SimProblem(`--keys ${file}: cannot be read as ${what}`, { cause });
  }
}

async function readCa(file: string | undefined): Promise<Buffer | undefined> {
  if (file === undefined) return undefined;
  return readFile(file).catch((cause: unknown) => {
    throw new SimProblem(`--ca ${file}: cannot be read; give the authority's certificate as PEM`, { cause });
  });
}

const hours = (ms: number): string => `${(ms / 3_600_000).toFixed(1)} h`;
