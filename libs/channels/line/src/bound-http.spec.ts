import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { Outcome } from '#core';

/**
 * Under Jest a test has a `globalThis` of its own, which the dispatcher of Node's `fetch` is not read from: so these attempts are made by a
 * process of their own, as in production. It sends `count` deliveries at once, prints the outcomes, and ends when nothing holds it any more.
 */
const ATTEMPTS = `
  import { boundHttp, LineChannel } from '#channels/line';
  const { url, count, attemptMs, answerMs } = JSON.parse(process.argv[1]);
  boundHttp({ answerMs });
  const channel = new LineChannel({ token: 't', apiBase: url, status: 'actual', attemptMs });
  const message = { status: 'actual', subject: '', body: 'b', language: 'ja', level: null, translated: true, link: null };
  const deliveries = Array.from({ length: count }, (_, index) => ({ status: 'actual', recipients: ['U'], retryKey: String(index) }));
  console.log(JSON.stringify(await Promise.all(deliveries.map((delivery) => channel.attempt(delivery, message, [{ address: 'U' }])))));
  await channel.close();
`;

async function attempts(asked: { readonly count?: number; readonly attemptMs?: number; readonly answerMs?: number }): Promise<Outcome[]> {
  const { port } = server.address() as AddressInfo;
  const argument = JSON.stringify({ url: `http://127.0.0.1:${port}`, count: 1, attemptMs: 60_000, answerMs: 200, ...asked });
  // Rejects when the process dies of an unhandled rejection, and when something holds it.
  const options = { timeout: 120_000 };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=source', '--input-type=module', '-e', ATTEMPTS, argument],
    options,
  );
  return JSON.parse(stdout) as Outcome[];
}

let answer: RequestListener;
let server: Server;
let connections: number;

beforeEach(async () => {
  connections = 0;
  server = createServer((request, response) => answer(request, response)).on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe('boundHttp', () => {
  it('F54: ends a call that is not answered, before the deadline of the attempt', async () => {
    answer = () => undefined;
    expect(await attempts({})).toEqual([{ kind: 'retry', reason: 'UND_ERR_HEADERS_TIMEOUT', unknown: true }]);
  });

  it('F54: ends a call whose answer stops in the middle', async () => {
    answer = (_, response) => response.writeHead(200, { 'content-length': '10' }).write('{');
    expect(await attempts({})).toEqual([{ kind: 'retry', reason: 'UND_ERR_BODY_TIMEOUT', unknown: true }]);
  });

  it('F54: reads no more of an answer than LINE would write', async () => {
    answer = (_, response) => response.end(JSON.stringify({ page: 'x'.repeat(100_000) }));
    expect(await attempts({})).toEqual([{ kind: 'retry', reason: 'UND_ERR_RES_EXCEEDED_MAX_SIZE', unknown: true }]);
  });

  it('sends a crowd of deliveries over 100 connections, and lets the process end while they are idle', async () => {
    answer = (_, response) => setTimeout(() => response.writeHead(200, { 'x-line-request-id': 'r' }).end('{}'), 20);
    expect(new Set((await attempts({ count: 250, answerMs: 60_000 })).map(({ kind }) => kind))).toEqual(new Set(['sent']));
    expect(connections).toBe(100);
  });

  it('F54: ignores what becomes of a call after its attempt was given up', async () => {
    answer = () => undefined;
    expect(await attempts({ attemptMs: 50, answerMs: 300 })).toEqual([{ kind: 'retry', reason: 'no whole answer in time', unknown: true }]);
  });
});
