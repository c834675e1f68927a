import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of requests: handed on, taken without ever an answer, or cut off. */
export type Weather = 'fair' | 'silent' | 'cut';

/**
 * Stands before an InfluxDB 1.x. Writes of the 2.x form are handed on in the form of 1.x, which takes the bucket for the database and asks for
 * no organisation; everything else passes as it is. When the server is gone, the connection breaks, as it would without a front.
 */
export class InfluxFront {
  readonly url: string;
  weather: Weather = 'fair';
  /** Requests that came, whatever became of them. */
  requests = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(upstream: string): Promise<InfluxFront> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const front = new InfluxFront(server);
    server.on('request', (incoming: IncomingMessage, response: ServerResponse) => front.#take(upstream, incoming, response));
    return front;
  }

  async stop(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }

  #take(upstream: string, incoming: IncomingMessage, response: ServerResponse): void {
    this.requests += 1;
    if (this.weather === 'silent') return void incoming.resume();
    if (this.weather === 'cut') return void incoming.socket.resetAndDestroy();
    const target = new URL(incoming.url ?? '/', upstream);
    if (target.pathname === '/api/v2/write') {
      target.pathname = '/write';
      target.searchParams.set('db', target.searchParams.get('bucket') ?? '');
    }
    const { method, headers } = incoming;
    const onward = request(target, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
  }
}
