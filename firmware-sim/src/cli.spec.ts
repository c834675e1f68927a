import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BareBroker } from '../../test/support/bare-broker.ts';
import { runCommand } from './cli.ts';
import { replayCsv } from './replay.ts';

let folder: string;
let broker: BareBroker;
let keys: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sim-'));
  broker = await BareBroker.start();
  keys = join(folder, 'keys.json');
  await writeFile(keys, JSON.stringify({ a: 'secret-a', b: 'secret-b' }));
});
afterEach(async () => {
  await broker.down();
  await rm(folder, { recursive: true });
});

async function sim(...args: readonly string[]) {
  const told = { out: '', error: '' };
  const status = await runCommand(args, {
    out: (text) => {
      told.out += text;
    },
    error: (text) => {
      told.error += text;
    },
    signal: new AbortController().signal,
  });
  return { status, ...told };
}

/** Two gauges, ten minutes apart, `rows` readings each. */
async function aFlood(rows: number): Promise<string> {
  const from = Date.parse('2016-08-31T04:00:00+09:00');
  const lines = Array.from({ length: rows }, (_, row) => {
    const time = new Date(from + row * 600_000).toISOString();
    return `a,${time},${row}\nb,${time},${row + 0.5}`;
  });
  const file = join(folder, 'flood.csv');
  await writeFile(file, `gauge,time,level\n${lines.join('\n')}\n`);
  return file;
}

it('replays a file as fast as the acknowledgements come, in batches, with the original times, and tells what it did as JSON', async () => {
  const { status, out } = await sim('replay', await aFlood(700), '--broker', broker.url, '--keys', keys, '--max', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ readings: 1400, acknowledged: 1400, packets: 6, gauges: 2 });
  const got = broker.reports('a');
  expect(got.map(({ level }) => level)).toEqual(Array.from({ length: 700 }, (_, row) => row));
  expect(got[0]).toEqual({ t: Date.parse('2016-08-31T04:00:00+09:00'), level: 0 });
});

it('replays at a speed, a report at a time', async () => {
  // Six readings, 50 minutes, at 6,000×: half a second.
  const begun = performance.now();
  const { status } = await sim('replay', await aFlood(6), '--broker', broker.url, '--keys', keys, '--speed', '6000', '--batch', '1');
  expect(status).toBe(0);
  expect(performance.now() - begun).toBeGreaterThan(480);
  expect(broker.packets.every(({ reports }) => reports.length === 1)).toBe(true);
  const times = broker.packets.map(({ reports }) => Number(reports[0]?.t));
  expect(times).toEqual(times.toSorted((x, y) => x - y));
});

it('F24 loses no reading of a replay when the broker restarts in the middle', async () => {
  const replay = await replayCsv({ files: [await aFlood(200)], broker: broker.url, keys: { a: 'k', b: 'k' }, speed: 'max', batch: 5 });
  await broker.until(() => broker.packets.length > 10);
  await broker.down();
  await broker.up();
  const { acknowledged } = await replay.done;
  await replay.close();
  expect(acknowledged).toBe(400);
  for (const gauge of ['a', 'b']) expect(new Set(broker.reports(gauge).map(({ t }) => t)).size).toBe(200);
});

it('runs a scenario to its end', async () => {
  const file = join(folder, 's.yaml');
  await writeFile(
    file,
    'name: s\nspeed: 3600\nlength: 1h\ndevices:\n  - { device: a, kind: level, start: 1, water: { points: [[0s, 2]] } }\n',
  );
  const { status, out } = await sim('run', file, '--broker', broker.url, '--keys', keys);
  expect(status).toBe(0);
  // What is measured at the very end may be under way.
  expect(out).toMatch(/^\d+ reports acknowledged, [01] not sent, 0 dropped\n$/);
  expect(broker.reports('a').length).toBeGreaterThan(1);
});

it.each([
  ['no command', [], 2, /Say what to do/],
  ['an unknown command', ['rnu'], 2, /no command "rnu"/],
  ['an unknown option', ['run', '--brocker', 'x'], 2, /--brocker[^]*run --help/],
  ['no scenario', ['run'], 1, /name one scenario file/],
  ['a scenario that is not there', ['run', 'nowhere.yaml'], 1, /nowhere\.yaml: cannot be read/],
  ['no keys', ['run', 'firmware-sim/scenarios/outage.yaml'], 1, /--keys <file>/],
  ['a bad address', ['run', 'firmware-sim/scenarios/outage.yaml', '--broker', 'localhost'], 1, /write it like mqtt:\/\/127/],
  ['a bad speed', ['run', 'firmware-sim/scenarios/outage.yaml', '--speed', 'fast'], 1, /--speed fast is no positive number/],
  ['no file to replay', ['replay'], 1, /name a CSV file/],
  ['both speeds', ['replay', 'x.csv', '--max', '--speed', '3'], 1, /not both/],
] as const)('says what to do about %s', async (_, args, status, message) => {
  const told = await sim(...args);
  expect(told.status).toBe(status);
  expect(told.error).toMatch(message);
  expect(told.out).toBe('');
});

it('says which keys are missing, and shows none', async () => {
  const file = join(folder, 'c.csv');
  await writeFile(file, 'gauge,time,level\nz-9,2016-08-31T04:00:00Z,1\n');
  const { status, error } = await sim('replay', file, '--broker', broker.url, '--keys', keys, '--max');
  expect(status).toBe(1);
  expect(error).toMatch(/no key for z-9; add .*device add z-9/);
  await writeFile(keys, '{"a": secret}');
  const broken = await sim('replay', file, '--keys', keys, '--max');
  expect(broken.error).toMatch(/keys\.json: cannot be read as a JSON file/);
  expect(broken.error).not.toContain('secret');
});

it.each([['--help'], ['run', '--help'], ['replay', '--help']])('helps with an example: %s %s', async (...args) => {
  const { status, out } = await sim(...args);
  expect(status).toBe(0);
  expect(out).toContain('npm run sim -- ');
});
