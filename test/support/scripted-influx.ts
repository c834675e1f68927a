import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { InfluxAddress } from '#influx';

/** What becomes of one request: an answer, nothing at all, a cut, or an answer that begins and then comes a byte at a time for ever. */
export type Fate =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'reset'
  | 'trickle';

/** A request to write, line by line, or a statement to answer. */
export type Request =
  | { readonly kind: 'write'; readonly lines: readonly string[] }
  | { readonly kind: 'query'; readonly statement: string };

const KEPT: Fate = { status: 204 };
const TRICKLE_MS = 200;
const LOOK_MS = 10;

/** As much of an InfluxDB 2.x as the history writes to, whose answers a test decides. What it keeps it keeps by series and instant. */
export class ScriptedInflux {
  readonly address: InfluxAddress;
  readonly requests: Request[] = [];
  /** Decides about a request; null: as a sound server would. */
  decide: (request: Request) => Fate | null = () => null;
  readonly #points = new Map<string, string>();
  readonly #trickles = new Set<NodeJS.Timeout>();
  readonly #server: Server;
  #waiting = 0;

  private constructor(server: Server) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.address = { url: `http://127.0.0.1:${port}`, token: 'token of the bucket', org: 'mihon', bucket: 'sonae' };
  }

  static async start(): Promise<ScriptedInflux> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const influx = new ScriptedInflux(server);
    server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => influx.#take(incoming, Buffer.concat(chunks), response));
    });
    return influx;
  }

  /** Log positions of the readings that are kept, ascending. */
  get kept(): readonly number[] {
    const lines = [...this.#points.values()].filter((line) => line.startsWith('reading,'));
    return lines.map(positionIn).toSorted((a, b) => a - b);
  }

  /** The position that is kept; 0 before the first. */
  get reached(): number {
    const line = [...this.#points.values()].find((candidate) => candidate.startsWith('reached,'));
    return line === undefined ? 0 : positionIn(line);
  }

  /** Resolves when nobody waits for an answer any more: whoever gave up must also have let go of the connection. */
  async leftAlone(): Promise<void> {
    while (this.#waiting > 0) await new Promise((next) => setTimeout(next, LOOK_MS));
  }

  async stop(): Promise<void> {
    for (const timer of this.#trickles) clearInterval(timer);
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }

  #take(incoming: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', this.address.url);
    const text = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString();
    const request: Request =
      pathname === '/api/v2/write' ? { kind: 'write', lines: text.split('\n') } : { kind: 'query', statement: searchParams.get('q') ?? '' };
    this.requests.push(request);
    this.#waiting += 1;
    response.once('close', () => (this.#waiting -= 1));
    const fate = this.decide(request) ?? this.#sound(request);
    if (fate === 'hang') return;
    if (fate === 'reset') return void incoming.socket.resetAndDestroy();
    if (fate === 'trickle') {
      response.writeHead(200, { 'content-type': 'application/json' });
      this.#trickles.add(setInterval(() => response.write(' '), TRICKLE_MS));
      return;
    }
    response.writeHead(fate.status, { 'content-type': 'application/json', ...fate.headers }).end(fate.body);
  }

  #sound(request: Request): Fate {
    if (request.kind === 'write') {
      for (const line of request.lines) this.#points.set(placeOf(line), line);
      return KEPT;
    }
    const values = this.reached === 0 ? [] : [[0, this.reached]];
    const body = JSON.stringify({ results: [{ statement_id: 0, series: [{ name: 'reached', columns: ['time', 'position'], values }] }] });
    return { status: 200, body };
  }
}

const positionIn = (line: string): number => Number(/position=(\d+)i/.exec(line)?.[1]);

/** Series and instant: two points with the same place are one. */
const placeOf = (line: string): string => `${line.split(' ')[0]} ${line.split(' ').at(-1)}`;
