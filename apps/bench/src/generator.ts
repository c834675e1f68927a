import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { instant } from './figures.ts';
import type { Load, Said } from './load.ts';
import { connectPacket, ReportLane } from './report-lane.ts';

// The program of the load: raw packets on raw sockets. It is forked and told what to do in one message, for thousands of MQTT clients in
// the process that measures would measure themselves.

/** After the last packet its acknowledgement is waited for so long; what is missing then is a failure. */
const LAST_ACKS_MS = 20_000;
/** How often a paced load looks whether something is due. */
const LOOK_MS = 1;

const say = (said: Said): void => void process.send?.(said);

/** One device on one connection. */
class Connection {
  readonly device: string;
  readonly lane: ReportLane;
  readonly #socket: Socket;
  readonly #onAcks: (count: number) => void;
  /** When the packet with this number was written. Numbers are used again as soon as they are acknowledged. */
  readonly #sentAt: Float64Array;
  readonly #free: number[] = [];
  readonly #latencies = createHistogram();
  #carry: Buffer | null = null;
  #connected = false;
  /** Readings written since the water rose. */
  highs = 0;

  constructor({ port, batch, inFlight }: Load, device: string, onAcks: (connection: Connection, count: number) => void) {
    this.device = device;
    this.lane = new ReportLane(device, batch);
    this.#sentAt = new Float64Array(inFlight + 1);
    for (let id = inFlight; id > 0; id -= 1) this.#free.push(id);
    this.#onAcks = (count) => onAcks(this, count);
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('error', (cause) => fail(`${device}: ${cause.message}`));
    this.#socket.on('close', () => fail(`${device}: the broker closed the connection`));
  }

  async open(key: string): Promise<void> {
    await once(this.#socket, 'connect');
    this.#socket.write(connectPacket(this.device, key));
    const [connack] = (await once(this.#socket, 'data')) as [Buffer];
    if (connack[0] !== 0x20 || connack[3] !== 0) throw new Error(`${this.device}: refused with return code ${connack[3]}`);
    this.#connected = true;
    this.#socket.on('data', (chunk: Buffer) => this.#hear(chunk));
  }

  get room(): number {
    return this.#free.length;
  }

  get histogram() {
    return this.#latencies;
  }

  /** Writes `count` packets at once. */
  send(count: number, at: number): void {
    const { bytes } = this.lane;
    const packets = Buffer.allocUnsafe(count * bytes);
    const now = performance.now();
    for (let i = 0; i < count; i += 1) {
      const id = this.#free.pop()!;
      this.#sentAt[id] = now;
      this.lane.write(packets, i * bytes, id, at);
    }
    this.#socket.write(packets);
  }

  close(): void {
    this.#connected = false;
    this.#socket.removeAllListeners('close').on('close', () => undefined);
    this.#socket.end(Buffer.of(0xe0, 0));
  }

  #hear(chunk: Buffer): void {
    const bytes = this.#carry ? Buffer.concat([this.#carry, chunk]) : chunk;
    const now = performance.now();
    let at = 0;
    for (; at + 4 <= bytes.length; at += 4) {
      if (bytes[at] !== 0x40) return fail(`${this.device}: expected a PUBACK and got a packet of type ${bytes[at]! >> 4}`);
      const id = (bytes[at + 2]! << 8) | bytes[at + 3]!;
      this.#latencies.record(Math.max(1, Math.round((now - this.#sentAt[id]!) * 1000)));
      this.#free.push(id);
    }
    this.#carry = at < bytes.length ? bytes.subarray(at) : null;
    if (at > 0 && this.#connected) this.#onAcks(at / 4);
  }
}

function fail(why: string): void {
  say({ kind: 'failed', why });
  process.disconnect?.();
  process.exit(1);
}

async function run(load: Load): Promise<void> {
  const { devices, batch, inFlight, perSecond, warmUpMs, spanMs, lagMs, rising } = load;
  let sending = true;
  let acked = 0;
  const observedAt = (): number => Date.now() - lagMs;
  const connections = devices.map(
    ({ id }) =>
      new Connection(load, id, (connection, count) => {
        acked += count * batch;
        if (sending && perSecond === null) connection.send(count, observedAt());
      }),
  );
  await Promise.all(connections.map((connection, i) => connection.open(devices[i]!.key)));

  const pacing = perSecond === null ? null : pace(connections, perSecond / batch, observedAt);
  if (!pacing) for (const connection of connections) connection.send(inFlight, observedAt());
  await sleep(warmUpMs);

  for (const connection of connections) connection.histogram.reset();
  const begin = { at: performance.now(), acked, cpu: process.cpuUsage() };
  say({ kind: 'span', phase: 'begins' });
  const raise = raiseEvenly(connections.slice(0, rising), spanMs);
  await sleep(spanMs);
  clearInterval(raise);
  const seconds = (performance.now() - begin.at) / 1000;
  const ackedInSpan = acked - begin.acked;
  const { user, system } = process.cpuUsage(begin.cpu);
  const latencies = createHistogram();
  for (const { histogram } of connections) latencies.add(histogram);
  say({ kind: 'span', phase: 'ends' });

  sending = false;
  clearInterval(pacing ?? undefined);
  const deadline = performance.now() + LAST_ACKS_MS;
  while (connections.some(({ room }) => room < inFlight)) {
    if (performance.now() > deadline) return fail(`packets without a PUBACK ${LAST_ACKS_MS / 1000} s after the last one`);
    await sleep(5);
  }
  for (const connection of connections) connection.close();
  say({
    kind: 'done',
    acked,
    ackedInSpan,
    seconds,
    p50Ms: latencies.percentile(50) / 1000,
    p99Ms: latencies.percentile(99) / 1000,
    cpu: (user + system) / 1e6 / seconds,
  });
  process.disconnect?.();
}

/** Sends packets at an even rate, one connection after the other. One that has no room is passed over: its device is still waiting. */
function pace(connections: readonly Connection[], packetsPerSecond: number, observedAt: () => number): NodeJS.Timeout {
  const startedAt = performance.now();
  let sent = 0;
  return setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * packetsPerSecond) / 1000);
    for (; sent < due; sent += 1) {
      const connection = connections[sent % connections.length]!;
      if (connection.room === 0) continue;
      if (connection.highs > 0) connection.highs += 1;
      // The second reading above the limit is the one that confirms: from here on the clock runs.
      if (connection.highs === 3) say({ kind: 'rose', device: connection.device, at: instant() });
      connection.send(1, observedAt());
    }
  }, LOOK_MS);
}

/** Lets the water of one device after the other rise, so that the last one still has time to be told. */
function raiseEvenly(connections: readonly Connection[], spanMs: number): NodeJS.Timeout | undefined {
  if (connections.length === 0) return undefined;
  const waiting = [...connections];
  return setInterval(
    () => {
      const next = waiting.shift();
      if (!next) return;
      next.lane.rise();
      next.highs = 1;
    },
    (spanMs * 0.9) / connections.length,
  );
}

process.once('message', (load: Load) => {
  run(load).catch((cause: unknown) => fail(cause instanceof Error ? cause.message : String(cause)));
});
