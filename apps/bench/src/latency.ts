import { createHash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { LinePlatform } from '#outside/line-platform';
import { instant, machine, percentile, tidy } from './figures.ts';
import { generate } from './generator-process.ts';
import { gaugeName } from './playbook-folder.ts';
import { ServiceProcess } from './service-process.ts';
import { positive, print, printRows, status } from './terminal.ts';
import type { Work } from './work.ts';

/** Figures to reach (product §16), on two cores. */
const REACH = { p50Ms: 25, p99Ms: 100 } as const;
const PER_SECOND = 1_000;
/** Two readings a second each: within what one device may say, so the service runs with its ordinary settings. */
const GAUGES = 500;
const SAMPLES = 250;
const SAMPLES_MIN = 200;
const WARM_UP_MS = 5_000;
/** A request to LINE is due well before; what is missing then was not told. */
const LAST_MS = 10_000;

export const latency: Work = {
  summary: 'from a reading to the request at the LINE server',
  help: `Usage: npm run bench -- latency [--seconds <n>] [--profile <folder>] [--json]

${GAUGES} gauges on ${GAUGES} connections say ${PER_SECOND} readings a second. Over --seconds (30) the water of ${SAMPLES} of them rises above
its first limit, one after the other. Measured from the write of the packet with the confirming reading to the arrival
of the alert's request at a stand-in for the LINE platform; in between lie broker, disk, rule, ledger and dispatch.
Every rise must be told exactly once, and the service's books must balance.

Example:
  npm run bench -- latency --seconds 30`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { seconds: { type: 'string' }, profile: { type: 'string' }, json: { type: 'boolean' } },
    });
    const spanMs = positive('seconds', values.seconds, 30) * 1000;
    const from = machine();
    status('the service starts');
    const token = randomBytes(16).toString('hex');
    const line = await LinePlatform.start({ port: 0, token, secret: randomBytes(16).toString('hex'), now: instant });
    try {
      const told = await measure({ line, token, spanMs, profile: values.profile });
      status('');
      if (values.json) {
        print(JSON.stringify({ work: 'latency', ...told, ratio: {}, machine: from }));
        return 0;
      }
      const { p50Ms, p99Ms } = told;
      print(from);
      printRows([
        { work: 'reading → LINE, p50', measured: `${p50Ms} ms`, reach: `<= ${REACH.p50Ms} ms`, reached: p50Ms <= REACH.p50Ms },
        { work: 'reading → LINE, p99', measured: `${p99Ms} ms`, reach: `<= ${REACH.p99Ms} ms`, reached: p99Ms <= REACH.p99Ms },
        { work: 'slowest', measured: `${told.maxMs} ms`, reach: '', reached: null },
        { work: 'samples', measured: String(told.samples), reach: '', reached: null },
        { work: 'readings a second', measured: String(told.perSecond), reach: '', reached: null },
        { work: 'PUBACK after, p99', measured: `${told.pubackP99Ms} ms`, reach: '', reached: null },
        { work: 'memory', measured: `${told.rssMb} MB`, reach: '', reached: null },
      ]);
      return 0;
    } finally {
      await line.stop();
    }
  },
};

async function measure({
  line,
  token,
  spanMs,
  profile,
}: {
  readonly line: LinePlatform;
  readonly token: string;
  readonly spanMs: number;
  readonly profile: string | undefined;
}) {
  const dutyLine = `U${createHash('sha256').update('duty').digest('hex').slice(0, 32)}`;
  line.addUser({ userId: dutyLine, displayName: '当番' });
  const service = await ServiceProcess.start({
    gauges: GAUGES,
    dutyLine,
    settings: { SONAE_LINE_TOKEN: token, SONAE_LINE_API: line.url },
    profile,
  });
  try {
    const roseAt = new Map<string, number>();
    const devices = service.devices(GAUGES);
    status(`${SAMPLES} gauges rise within ${spanMs / 1000} s`);
    const figures = await generate(
      {
        port: service.mqttPort,
        devices,
        batch: 1,
        inFlight: 20,
        perSecond: PER_SECOND,
        warmUpMs: WARM_UP_MS,
        spanMs,
        lagMs: 0,
        rising: SAMPLES,
      },
      { onRose: (device, at) => void roseAt.set(device, at) },
    );
    if (roseAt.size < SAMPLES_MIN) throw new Error(`the generator let only ${roseAt.size} gauges rise; give it more --seconds`);
    await line.until(({ requests }) => requests.length >= roseAt.size, LAST_MS);
    await service.still();
    await service.balance(figures.acked);
    const names = new Map(devices.map(({ id }, i) => [gaugeName(i), id]));
    const waits = waitsOf(line, names, roseAt);
    const rssMb = await service.rssMb();
    return {
      perSecond: Math.round(figures.ackedInSpan / figures.seconds),
      p50Ms: tidy(percentile(waits, 0.5)),
      p99Ms: tidy(percentile(waits, 0.99)),
      maxMs: tidy(Math.max(...waits)),
      samples: waits.length,
      pubackP99Ms: tidy(figures.p99Ms),
      rssMb: Math.round(rssMb),
      seconds: tidy(figures.seconds),
    };
  } finally {
    await service.stop();
  }
}

/** How long each rise took to reach LINE. Throws unless every one was told, and told once. */
function waitsOf(line: LinePlatform, names: ReadonlyMap<string, string>, roseAt: ReadonlyMap<string, number>): readonly number[] {
  const waits = new Map<string, number>();
  for (const { at, messages } of line.requests) {
    const [name = ''] = /観測所\d{5}/.exec(JSON.stringify(messages)) ?? [];
    const device = names.get(name);
    const from = device === undefined ? undefined : roseAt.get(device);
    if (device === undefined || from === undefined) throw new Error(`a request that nobody asked for: ${JSON.stringify(messages)}`);
    if (waits.has(device)) throw new Error(`${device} was told twice`);
    waits.set(device, at - from);
  }
  if (waits.size !== roseAt.size) throw new Error(`${waits.size} of ${roseAt.size} rises were told`);
  return [...waits.values()];
}
