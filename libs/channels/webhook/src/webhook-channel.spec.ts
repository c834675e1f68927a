import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ManualClock } from '#memory';
import type { Delivery, Message } from '#core';
import { isSigned } from './signature.ts';
import { WebhookChannel } from './webhook-channel.ts';

const NOW = Date.parse('2026-10-01T03:10:00+09:00');
const secret = Buffer.alloc(32, 7);

const message: Message<'actual'> = {
  id: 'river-level@ose-seguchi#1/1/partners/ja',
  transitionId: 'river-level@ose-seguchi#1/1',
  routeId: 'partners',
  language: 'ja',
  status: 'actual',
  level: null,
  subject: '【水位情報】見本市 大瀬川（瀬口）危険水位に到達',
  body: '大瀬川 瀬口の水位が危険水位に達しました。',
  issuedAt: NOW,
  expiresAt: NOW + 3_600_000,
  translated: true,
  link: null,
};
const aDelivery = (set: Partial<Delivery<'actual'>> = {}): Delivery<'actual'> => ({
  id: `${message.id}/webhook/1`,
  messageId: message.id,
  transitionId: message.transitionId,
  channel: 'webhook',
  endpoint: '127.0.0.1',
  lane: 'flood',
  status: 'actual',
  recipients: ['7'],
  retryKey: '00000000-0000-8000-8000-000000000007',
  state: 'sending',
  attempts: 1,
  dueAt: NOW,
  firstAttemptAt: NOW,
  settledAt: null,
  expiresAt: message.expiresAt,
  lastReason: '',
  receipt: '',
  ...set,
});

const opened = (more: { readonly innerHosts?: readonly string[]; readonly attemptMs?: number } = {}) =>
  new WebhookChannel({ status: 'actual', secretOf: () => secret, clock: new ManualClock(NOW), ...more });

interface Heard {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('the web hook channel', () => {
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let heard: Heard[];
  let port: number;
  let channel: WebhookChannel<'actual'>;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      heard.push({ headers: request.headers, body });
      answer(request, response);
    });
  });

  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    heard = [];
    answer = (_, response) => response.writeHead(204).end();
    channel = opened({ innerHosts: ['127.0.0.1'] });
  });
  afterEach(() => channel.close());

  const told = (url = `http://127.0.0.1:${port}/in`, delivery = aDelivery()) =>
    channel.attempt(delivery, message, [{ address: url, charset: 'utf-8', language: 'ja' }]);

  it('hands the message over with a signature that the receiver can check', async () => {
    expect(await told()).toEqual({ kind: 'sent', receipt: '204', duplicate: false });
    const { headers, body } = heard[0]!;
    const signed = { id: String(headers['webhook-id']), timestampS: Number(headers['webhook-timestamp']), body };
    expect(signed.timestampS * 1_000).toBe(NOW);
    expect(isSigned(String(headers['webhook-signature']), signed, secret)).toBe(true);
    expect(isSigned(String(headers['webhook-signature']), signed, Buffer.alloc(32, 8))).toBe(false);
    expect(JSON.parse(body)).toMatchObject({ type: 'sonae.message', data: { status: 'actual', subject: message.subject } });
  });

  it('names every attempt by the same id, so that a receiver takes it once', async () => {
    await told();
    await told();
    expect(heard.map(({ headers }) => headers['webhook-id'])).toEqual([heard[0]!.headers['webhook-id'], heard[0]!.headers['webhook-id']]);
    expect(heard[0]!.body).toBe(heard[1]!.body);
  });

  it.each([
    [200, 'sent'],
    [301, 'refused'],
    [400, 'refused'],
    [401, 'retry'],
    [404, 'retry'],
    [408, 'retry'],
    [410, 'refused'],
    [413, 'refused'],
    [422, 'refused'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('takes %i for %s', async (status, kind) => {
    answer = (_, response) => response.writeHead(status).end();
    expect(await told()).toMatchObject({ kind });
  });

  it('waits for as long as a busy receiver asks', async () => {
    answer = (_, response) => response.writeHead(503, { 'retry-after': '30' }).end();
    expect(await told()).toMatchObject({ kind: 'retry', afterMs: 30_000, unknown: true });
  });

  it('F61 goes nowhere that an answer points to', async () => {
    answer = (_, response) => response.writeHead(302, { location: `http://127.0.0.1:${port}/secret` }).end();
    expect(await told()).toMatchObject({ kind: 'refused', scope: 'recipients' });
    expect(heard).toHaveLength(1);
  });

  it('F61 reads no endless answer', async () => {
    let written = 0;
    answer = (_, response) => {
      response.writeHead(200);
      const more = (): void => {
        if (response.destroyed) return;
        if (!response.writableNeedDrain) {
          written += 65_536;
          response.write('x'.repeat(65_536));
        }
        setImmediate(more);
      };
      more();
    };
    expect(await told()).toMatchObject({ kind: 'sent' });
    await channel.close();
    // What the kernels of both sides hold is all that was ever written.
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  it('F61 waits for a silent receiver no longer than an attempt may take', async () => {
    await channel.close();
    channel = opened({ innerHosts: ['127.0.0.1'], attemptMs: 50 });
    answer = () => undefined;
    expect(await told()).toMatchObject({ kind: 'retry', unknown: true });
  });

  it.each([
    ['this machine', (at: number) => `http://127.0.0.1:${at}/`],
    ['this machine by name', (at: number) => `http://localhost:${at}/`],
    ['this machine in the other family', (at: number) => `http://[::1]:${at}/`],
    ['this machine as IPv6', (at: number) => `http://[::ffff:127.0.0.1]:${at}/`],
    ['this machine as one number', (at: number) => `http://2130706433:${at}/`],
    ['this machine in hexadecimal', (at: number) => `http://0x7f.1:${at}/`],
    ["the cloud's own address", () => 'http://169.254.169.254/latest/meta-data/'],
  ])('F61 never calls %s', async (_, urlOf) => {
    await channel.close();
    channel = opened();
    expect(await told(urlOf(port))).toMatchObject({
      kind: 'refused',
      scope: 'recipients',
      reason: expect.stringContaining('内部のアドレス'),
    });
    expect(heard).toEqual([]);
  });

  it('tells a receiver that is away from one that may have heard', async () => {
    const closed = createServer();
    await new Promise<void>((done) => closed.listen(0, '127.0.0.1', done));
    const { port: free } = closed.address() as AddressInfo;
    await new Promise((done) => closed.close(done));
    expect(await told(`http://127.0.0.1:${free}/`)).toMatchObject({ kind: 'retry', unknown: false });
  });

  it.each(['exercise', 'test'] as const)('F67 sends nothing of status %s', async (status) => {
    // Past the compiler, as words that came out of a broken ledger would be.
    const delivery = { ...aDelivery(), status } as unknown as Delivery<'actual'>;
    expect(await told(undefined, delivery)).toMatchObject({ kind: 'refused', scope: 'message' });
    expect(heard).toEqual([]);
  });
});
