import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, relative, sep } from 'node:path';
import type { LiveEventDto, StatusDto } from '#wire';
import { faultsOf, lineageOf, logbookOf, pointsOf, scoresOf } from './hq-behind.ts';
import { alertOf, type City, silencesOf } from './hq-city.ts';
import { deliveriesOf, messagesOf, reachReportOf } from './hq-told.ts';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' };
const STATUS_MS = 2_000;
/** Events that can be resumed; a page that missed more gets a snapshot, as the contract says. */
const EVENTS_KEPT = 500;

/**
 * A scripted stand-in for the service: serves the built page under the strict policy that the service uses, and speaks the API of
 * libs/wire. Tests change the city, push events and cut the line.
 */
export class HqServer {
  readonly answered: string[] = [];
  readonly acknowledged: { readonly alert: string; readonly key: string }[] = [];
  /** What else was asked for, in order. */
  readonly acts: { readonly path: string; readonly body: unknown }[] = [];
  /** The Last-Event-ID of every connection of the live line so far ('' for a fresh one). */
  readonly connections: string[] = [];
  city: City;
  signedIn = true;
  /** While false every request of the API is dropped without an answer, as by a pulled cable. */
  reachable = true;
  #status: StatusDto;
  #events: { readonly id: number; readonly event: LiveEventDto }[] = [];
  #nextId = 1;
  readonly #streams = new Set<ServerResponse>();
  readonly #files = new Map<string, Buffer>();
  readonly #server: Server;
  #beat: ReturnType<typeof setInterval> | undefined;

  private constructor(city: City) {
    this.city = city;
    this.#status = city.status;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(page: string, city: City): Promise<HqServer> {
    const server = new HqServer(city);
    for (const entry of await readdir(page, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      server.#files.set(`/hq/${relative(page, path).split(sep).join('/')}`, await readFile(path));
    }
    await new Promise<void>((listening) => server.#server.listen(0, '127.0.0.1', listening));
    server.#beat = setInterval(() => server.pushStatus(server.#status), STATUS_MS);
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sends an event to every page, and keeps it for those that come back. */
  push(event: LiveEventDto): void {
    const entry = { id: this.#nextId++, event };
    this.#events = [...this.#events.slice(1 - EVENTS_KEPT), entry];
    if (event.type === 'gauges') {
      const changed = new Map(event.gauges.map((gauge) => [gauge.id, gauge]));
      this.city = { ...this.city, gauges: this.city.gauges.map((gauge) => changed.get(gauge.id) ?? gauge) };
    }
    if (event.type === 'timeline') this.city = { ...this.city, timeline: [...event.items, ...this.city.timeline] };
    if (!this.reachable) return;
    for (const stream of this.#streams) stream.write(frame(entry));
  }

  /** The state of the stages from now on; the time in it is always the present. */
  pushStatus(status: StatusDto): void {
    this.#status = status;
    this.push({ type: 'status', status: { ...status, serverTime: Date.now() } });
  }

  /** Drops every live line; new ones are refused until `mend`. */
  cut(): void {
    this.reachable = false;
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  /** Nothing arrives any more, but no connection ends: a half-open line. */
  mute(): void {
    this.reachable = false;
  }

  mend(): void {
    this.reachable = true;
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    if (!url.pathname.startsWith('/api/v1/')) {
      this.#page(url.pathname, response);
      return;
    }
    if (!this.reachable) {
      request.socket.destroy();
      return;
    }
    const path = url.pathname.slice('/api/v1/'.length).split('/').map(decodeURIComponent);
    if (path[0] === 'session') {
      await this.#session(request, response);
      return;
    }
    if (!this.signedIn) {
      problem(response, 401, 'サインインしてください');
      return;
    }
    if (path[0] === 'live') this.#live(request, response);
    else if (path[0] === 'alerts' && path[2] === 'answer') this.#take(path[1]!, response);
    else if (path[0] === 'alerts' && path[2] === 'acknowledge') this.#acknowledge(path[1]!, request, response);
    else if (request.method === 'POST') await this.#act(url.pathname, request, response);
    else json(response, this.#read(path, url.searchParams));
  }

  async #session(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'DELETE') {
      this.signedIn = false;
      response.writeHead(204).end();
      return;
    }
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { password } = JSON.parse(Buffer.concat(chunks).toString()) as { password: string };
      this.signedIn = password === 'mihon-2026';
    }
    if (this.signedIn) json(response, { user: '夜間当番', role: 'duty' });
    else problem(response, 401, '利用者名かパスワードが違います');
  }

  #read(path: readonly string[], query: URLSearchParams): unknown {
    const [kind, id, part] = path;
    const { gauges, timeline } = this.city;
    if (kind === 'gauges' && part === 'readings') {
      const gauge = gauges.find((one) => one.id === id);
      const points = gauge ? pointsOf(gauge, Number(query.get('from')), Number(query.get('to'))) : [];
      return gauge && { gauge: gauge.id, quantity: gauge.quantity, unit: gauge.unit, points };
    }
    if (kind === 'gauges' && part === 'faults') return faultsOf(id!, Date.now());
    if (kind === 'gauges' && part === 'logbook') return { items: logbookOf(id!, Date.now()), next: null };
    if (kind === 'rules') return scoresOf(Date.now());
    if (kind === 'alerts') {
      const gauge = gauges.find((one) => one.alerts.some((alert) => alert.id === id));
      return gauge && alertOf(gauge, id!, timeline);
    }
    if (kind === 'staff') return [{ name: '夜間当番', role: 'duty' }];
    if (kind === 'playbook') return { rules: [{ id: 'river-level', name: '河川の水位' }] };
    if (kind === 'silences') return { items: silencesOf(Date.now()), next: null };
    if (kind === 'lineage') {
      const of = query.get('of') ?? '';
      const item = timeline.find((one) => of.startsWith(one.transition.id));
      const gauge = gauges.find((one) => one.id === item?.transition.gauge);
      return item && gauge && lineageOf(of, gauge, item.transition);
    }
    if (kind === 'deliveries') {
      const of = query.get('state') === 'dead' ? timeline[0]?.transition.id : query.get('transition');
      const item = timeline.find((one) => one.transition.id === of);
      const rows = item ? deliveriesOf(item.transition) : [];
      return { items: query.get('state') === 'dead' ? rows.filter(({ state }) => state === 'dead') : rows, next: null };
    }
    if (kind === 'transitions' && part === 'messages') {
      const item = timeline.find((one) => one.transition.id === id);
      return item ? messagesOf(item.transition) : [];
    }
    if (kind === 'dispatch') return { held: false, heldAt: null, why: '', waiting: 0, released: null };
    if (kind === 'shelters') return [];
    if (kind === 'reports' || kind === 'orders') return { items: [], next: null };
    if (kind === 'reach')
      return timeline.some((one) => one.transition.id === query.get('of')) ? reachReportOf(query.get('of')!, Date.now()) : undefined;
    return kind === 'transitions' ? { items: timeline, next: null } : undefined;
  }

  /** An answer that is enough: the alarm ends. */
  #take(alert: string, response: ServerResponse): void {
    this.answered.push(alert);
    json(response, {});
    this.pushStatus({ ...this.city.status, alarms: [] });
  }

  #acknowledge(alert: string, request: IncomingMessage, response: ServerResponse): void {
    this.acknowledged.push({ alert, key: String(request.headers['idempotency-key']) });
    const gauge = this.city.gauges.find((one) => one.alerts.some((brief) => brief.id === alert));
    if (!gauge) {
      problem(response, 404, 'この警報はありません');
      return;
    }
    const alerts = gauge.alerts.map((brief) => (brief.id === alert ? { ...brief, acknowledgedBy: '夜間当番' } : brief));
    this.push({ type: 'gauges', gauges: [{ ...gauge, alerts }] });
    json(response, {});
  }

  /** Takes an act or a silence and remembers it; an act is answered with the alert. */
  async #act(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    this.acts.push({ path: decodeURIComponent(path.slice('/api/v1/'.length)), body: body === '' ? null : (JSON.parse(body) as unknown) });
    const [kind, id] = path.slice('/api/v1/'.length).split('/').map(decodeURIComponent) as [string, string];
    json(response, kind === 'alerts' ? this.#read([kind, id], new URLSearchParams()) : silencesOf(Date.now())[0]);
  }

  #live(request: IncomingMessage, response: ServerResponse): void {
    const last = String(request.headers['last-event-id'] ?? '');
    this.connections.push(last);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const missed = this.#events.filter((entry) => entry.id > Number(last));
    const canResume = last !== '' && (missed.length === 0 || missed[0]!.id === Number(last) + 1);
    const snapshot: LiveEventDto = {
      type: 'snapshot',
      gauges: [...this.city.gauges],
      timeline: [...this.city.timeline],
      status: { ...this.#status, serverTime: Date.now() },
    };
    for (const entry of canResume ? missed : [{ id: this.#nextId++, event: snapshot }]) response.write(frame(entry));
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  #page(path: string, response: ServerResponse): void {
    const file = this.#files.get(path);
    const body = file ?? this.#files.get('/hq/index.html');
    const nonce = randomBytes(16).toString('base64');
    response.writeHead(200, {
      'content-type': TYPES[extname(file ? path : 'index.html')] ?? 'application/octet-stream',
      'content-security-policy': `default-src 'self'; img-src 'self' data:; style-src 'self' 'nonce-${nonce}'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'`,
    });
    response.end(file && !path.endsWith('.html') ? file : String(body).replaceAll('__CSP_NONCE__', nonce));
  }
}

const frame = ({ id, event }: { readonly id: number; readonly event: LiveEventDto }): string =>
  `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

function json(response: ServerResponse, body: unknown): void {
  if (body === undefined || body === null) problem(response, 404, 'ありません');
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const problem = (response: ServerResponse, status: number, title: string): void => {
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ type: 'about:blank', title, status }));
};
