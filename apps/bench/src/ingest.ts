import { parseArgs } from 'node:util';
import { machine, median, thousands, tidy } from './figures.ts';
import { generate } from './generator-process.ts';
import type { Load, LoadFigures } from './load.ts';
import { aedes, mosquitto, type Peer } from './peers.ts';
import { type Metrics, ServiceProcess } from './service-process.ts';
import { positive, print, printRows, type Row, status } from './terminal.ts';
import type { Work } from './work.ts';

/** Figures to reach (product §16), on two cores. */
const REACH = { perSecond: 30_000, aedes: 0.75, mosquitto: 0.4, batchesPerSecond: 150_000 } as const;
const CONNECTIONS = 50;
const IN_FLIGHT = 20;
const BATCH = 50;
/** Until compilers and memory have settled. */
const WARM_UP_MS = 3_000;
/** One gauge may say 20 readings a second (S28); here fifty stand for a whole prefecture, so the bucket is made large, not taken away. */
const SETTINGS = { SONAE_DEVICE_RATE: '1000000' };
/** In batches a device sends more than a report a millisecond, so it tells of the last minutes, as one whose link was down. */
const BATCH_LAG_MS = 10 * 60_000;
const NOTE =
  'Node-RED is no part of this run: its row (>= 3 times, without durability) needs Node-RED installed, which is no dependency of ours.';

interface Round extends LoadFigures {
  /** The lower one of what was acknowledged and what was decided in the span, a second: rules that fall behind do not count as done. */
  readonly perSecond: number;
  /** Processor time of the service, all threads, per reading decided in the span, µs: steadier than the rate where others use the machine too. */
  readonly cpuUs: number;
  readonly rssMb: number;
  /** Readings kept and not yet in the history at the end of the span, and how long everything took to become still. */
  readonly historyLag: number;
  readonly stillS: number;
}

export const ingest: Work = {
  summary: 'durable ingest next to bare aedes and Mosquitto',
  help: `Usage: npm run bench -- ingest [--seconds <n>] [--rounds <n>] [--only service|batches|aedes|mosquitto] [--profile <folder>] [--json]

Readings a second that the service acknowledges after they were decoded, assessed, written to disk and judged by a
level rule and a silence rule per gauge: ${CONNECTIONS} connections × ${IN_FLIGHT} packets in flight, QoS 1, one report a packet, then ${BATCH}.
The same packets go to bare aedes, which keeps nothing, and to Mosquitto when it is installed. All take turns, --rounds
times (3), each started anew, warmed up for ${WARM_UP_MS / 1000} s and measured for --seconds (6); the medians are told.
Afterwards the service's books must balance: acknowledged = stored = decided.
A report is {"seq","t","level","batV","rssi"}. --profile writes a CPU profile of the service into the folder.

Example:
  npm run bench -- ingest --seconds 5 --rounds 3`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        only: { type: 'string' },
        profile: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const spanMs = positive('seconds', values.seconds, 6) * 1000;
    const rounds = Math.ceil(positive('rounds', values.rounds, 3));
    const from = machine();
    const peers = [aedes, mosquitto()].filter((peer) => peer !== null);
    const wanted = (name: string): boolean => values.only === undefined || values.only === name;

    const service: Round[] = [];
    const batches: Round[] = [];
    const others = new Map<Peer['name'], LoadFigures[]>(peers.filter(({ name }) => wanted(name)).map(({ name }) => [name, []]));
    for (let round = 1; round <= rounds; round += 1) {
      const doing = (what: string): void => status(`round ${round} of ${rounds}: ${what}`);
      if (wanted('service')) {
        doing('Sonae, one report a packet');
        service.push(await measureService({ batch: 1, spanMs, profile: values.profile }));
      }
      for (const peer of peers) {
        if (!wanted(peer.name)) continue;
        doing(peer.name);
        others.get(peer.name)!.push(await measurePeer(peer, spanMs));
      }
      if (wanted('batches')) {
        doing(`Sonae, ${BATCH} reports a packet`);
        batches.push(await measureService({ batch: BATCH, spanMs, profile: values.profile }));
      }
    }
    status('');
    const told = figuresOf(service, batches, others);
    if (values.json) print(JSON.stringify({ work: 'ingest', ...told, machine: from, note: NOTE }));
    else tell(told, from);
    return 0;
  },
};

const loadOf = (batch: number, spanMs: number): Omit<Load, 'port' | 'devices'> => ({
  batch,
  inFlight: IN_FLIGHT,
  perSecond: null,
  warmUpMs: WARM_UP_MS,
  spanMs,
  lagMs: batch === 1 ? 0 : BATCH_LAG_MS,
  rising: 0,
});

async function measureService({
  batch,
  spanMs,
  profile,
}: {
  readonly batch: number;
  readonly spanMs: number;
  readonly profile: string | undefined;
}): Promise<Round> {
  const service = await ServiceProcess.start({ gauges: CONNECTIONS, settings: SETTINGS, profile });
  try {
    const ends: Promise<Metrics>[] = [];
    const figures = await generate(
      { port: service.mqttPort, devices: service.devices(CONNECTIONS), ...loadOf(batch, spanMs) },
      { onSpan: () => void ends.push(service.metrics()) },
    );
    const stillS = await service.still();
    await service.balance(figures.acked);
    const [begin, end] = await Promise.all([ends[0]!, ends[1]!]);
    const decided = end['sonae_readings_decided_total']! - begin['sonae_readings_decided_total']!;
    return {
      ...figures,
      perSecond: Math.min(figures.ackedInSpan, decided) / figures.seconds,
      cpuUs: ((end['process_cpu_seconds_total']! - begin['process_cpu_seconds_total']!) * 1e6) / decided,
      rssMb: end['process_resident_memory_bytes']! / 2 ** 20,
      historyLag: end['sonae_history_lag']!,
      stillS,
    };
  } finally {
    await service.stop();
  }
}

async function measurePeer(peer: Peer, spanMs: number): Promise<LoadFigures> {
  const running = await peer.start();
  try {
    const devices = Array.from({ length: CONNECTIONS }, (_, i) => ({ id: `g${i}`, key: 'k' }));
    return await generate({ port: running.port, devices, ...loadOf(1, spanMs) });
  } finally {
    await running.stop();
  }
}

const middle = <T>(rounds: readonly T[], of: (round: T) => number): number | null =>
  rounds.length === 0 ? null : tidy(median(rounds.map(of)));

function figuresOf(service: readonly Round[], batches: readonly Round[], others: ReadonlyMap<Peer['name'], readonly LoadFigures[]>) {
  const perSecond = middle(service, (round) => round.perSecond);
  const peers = Object.fromEntries(
    [...others].map(([name, rounds]) => [name, middle(rounds, (round) => round.ackedInSpan / round.seconds)]),
  );
  const ratio = Object.fromEntries(
    Object.entries(peers).map(([name, value]) => [name, perSecond === null || value === null ? null : tidy(perSecond / value)]),
  );
  return {
    perSecond,
    p50Ms: middle(service, ({ p50Ms }) => p50Ms),
    p99Ms: middle(service, ({ p99Ms }) => p99Ms),
    cpuUs: middle(service, ({ cpuUs }) => cpuUs),
    rssMb: middle(service, ({ rssMb }) => rssMb),
    seconds: middle([...service, ...batches, ...[...others.values()].flat()], ({ seconds }) => seconds),
    ratio,
    peersPerSecond: peers,
    batches: {
      perSecond: middle(batches, (round) => round.perSecond),
      p99Ms: middle(batches, ({ p99Ms }) => p99Ms),
      cpuUs: middle(batches, ({ cpuUs }) => cpuUs),
      rssMb: middle(batches, ({ rssMb }) => rssMb),
    },
    historyLag: middle([...service, ...batches], ({ historyLag }) => historyLag),
    stillS: middle([...service, ...batches], ({ stillS }) => stillS),
    rounds: {
      service: service.map(brief),
      batches: batches.map(brief),
      ...Object.fromEntries([...others].map(([name, rounds]) => [name, rounds.map(brief)])),
    },
  };
}

const brief = ({ ackedInSpan, seconds, cpu }: LoadFigures) => ({ perSecond: Math.round(ackedInSpan / seconds), generatorCpu: tidy(cpu) });

const rate = (value: number | null): string => `${thousands(value ?? 0)}/s`;

/** A row of the table; none for what was not measured. */
function row(work: string, value: number | null, shown: string, reach?: number): readonly Row[] {
  if (value === null) return [];
  if (reach === undefined) return [{ work, measured: shown, reach: '', reached: null }];
  return [{ work, measured: shown, reach: `>= ${reach.toLocaleString('en-US')}`, reached: value >= reach }];
}

function tell(told: ReturnType<typeof figuresOf>, from: string): void {
  const { perSecond, batches, ratio, peersPerSecond } = told;
  print(from);
  printRows([
    ...row('one report a packet', perSecond, rate(perSecond), REACH.perSecond),
    ...row(`${BATCH} reports a packet`, batches.perSecond, rate(batches.perSecond), REACH.batchesPerSecond),
    ...Object.entries(ratio).flatMap(([name, value]) =>
      row(`times ${name} (${rate(peersPerSecond[name] ?? null)})`, value, String(value), REACH[name as Peer['name']]),
    ),
    ...row('PUBACK after, p50 / p99', told.p50Ms, `${told.p50Ms} / ${told.p99Ms} ms`),
    ...row('processor time per reading', told.cpuUs, `${told.cpuUs} µs`),
    ...row('… in batches', batches.cpuUs, `${batches.cpuUs} µs`),
    ...row('memory under load', told.rssMb, `${Math.round(told.rssMb ?? 0)} MB`),
    ...row('history behind at the end', told.historyLag, thousands(told.historyLag ?? 0)),
    ...row('everything still after', told.stillS, `${told.stillS} s`),
  ]);
  const rounds = Object.entries(told.rounds).filter(([, each]) => each.length > 0);
  for (const [name, each] of rounds)
    print(`${name}: ${each.map((one) => `${thousands(one.perSecond)}/s (generator ${Math.round(one.generatorCpu * 100)} %)`).join(', ')}`);
  for (const [name, each] of rounds.filter(([, all]) => all.some(({ generatorCpu }) => generatorCpu > 0.9)))
    print(`${name}: the generator had no time left in some rounds, so ${name} may be able to do more (${each.length} rounds).`);
  if (!('mosquitto' in peersPerSecond)) print('Mosquitto is not installed here, or was left out.');
  print(NOTE);
}
