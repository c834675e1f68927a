import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { derivedUuid } from '#core';
import type { Delivery, Message, Outcome } from '#core';
import { LinePlatform } from '#outside/line-platform';
import type { FaultKind } from '#outside/line-platform';
import { verifyLineAccess } from './line-access.ts';
import { LineChannel } from './line-channel.ts';

const TOKEN = 'a-channel-access-token';
const ANNA = `U${'a'.repeat(32)}`;
const BEN = `U${'b'.repeat(32)}`;
const NOBODY = `U${'f'.repeat(32)}`;

const aMessage = (fields: Partial<Message> = {}): Message => ({
  id: 'm',
  transitionId: 't',
  routeId: 'r',
  language: 'ja',
  status: 'actual',
  subject: '【緊急】川内市 警戒レベル4',
  body: '多摩川の水位が氾濫危険水位を超えました。',
  level: null,
  translated: true,
  link: null,
  issuedAt: Date.parse('2026-07-01T03:10:00+09:00'),
  expiresAt: Date.parse('2026-07-01T09:10:00+09:00'),
  ...fields,
});

const aDelivery = (fields: Partial<Delivery> = {}): Delivery => ({
  id: 'm/line/0',
  messageId: 'm',
  transitionId: 't',
  channel: 'line',
  endpoint: 'line',
  lane: 'evacuation',
  status: 'actual',
  recipients: [ANNA, BEN],
  retryKey: derivedUuid('m/line/0'),
  state: 'sending',
  attempts: 1,
  dueAt: 0,
  firstAttemptAt: 0,
  settledAt: null,
  expiresAt: 0,
  lastReason: '',
  receipt: '',
  ...fields,
});

/** An answer that is under way comes within this, on however busy a machine; who owes one for good is not waited for so long. */
const ANSWERS_MS = 60_000;
const OWES_MS = 1_500;
const OWING: ReadonlySet<string> = new Set<FaultKind>(['silenceBeforeAccept', 'silence', 'slowAnswer', 'halfAnswer']);

let platform: LinePlatform;
let channel: LineChannel<'actual'>;

beforeEach(async () => {
  platform = await LinePlatform.start({ port: 0, token: TOKEN, secret: 's' });
  platform.addUsers([
    { userId: ANNA, displayName: '安藤', language: 'ja' },
    { userId: BEN, displayName: 'Ben', language: 'en' },
  ]);
  channel = new LineChannel({ token: TOKEN, apiBase: platform.url, status: 'actual', attemptMs: ANSWERS_MS });
});

afterEach(async () => {
  await platform.stop();
  await channel.close();
});

/** An attempt to the ids that a delivery names as its recipients, of whatever status, as no compiler would let it through. */
const attemptBy = (by: LineChannel<'actual'>, delivery: Delivery, message: Message): Promise<Outcome> =>
  by.attempt(
    delivery as Delivery<'actual'>,
    message as Message<'actual'>,
    delivery.recipients.map((address) => ({ address, charset: 'utf-8', language: 'ja' })),
  );
const attempt = (fields: Partial<Delivery> = {}): Promise<Outcome> => attemptBy(channel, aDelivery(fields), aMessage());

/** An attempt that meets a fault of LINE. */
async function attemptWith(fault: FaultKind): Promise<Outcome> {
  platform.failNext(1, fault);
  if (!OWING.has(fault)) return attempt();
  await using hasty = closing(new LineChannel({ token: TOKEN, apiBase: platform.url, status: 'actual', attemptMs: OWES_MS }));
  const outcome = await attemptBy(hasty.channel, aDelivery(), aMessage());
  // It gave up on an answer, not before LINE was asked.
  expect(platform.requests).toHaveLength(1);
  return outcome;
}

describe('LineChannel', () => {
  it('sends subject and body as one text to every recipient and keeps the request id', async () => {
    expect(await attempt()).toEqual({ kind: 'sent', receipt: platform.requests[0]!.requestId, duplicate: false });
    expect(platform.inboxOf(ANNA).map(({ text }) => text)).toEqual([
      '【緊急】川内市 警戒レベル4\n\n多摩川の水位が氾濫危険水位を超えました。',
    ]);
    expect(platform.inboxOf(BEN)).toEqual(platform.inboxOf(ANNA));
    expect(platform.requests[0]).toMatchObject({ endpoint: 'multicast', retryKey: derivedUuid('m/line/0'), to: [ANNA, BEN] });
  });

  it('counts a 409 as sent, with the id of the call that LINE took first', async () => {
    await attempt();
    expect(await attempt()).toEqual({ kind: 'sent', receipt: platform.requests[0]!.requestId, duplicate: true });
    expect(platform.inboxOf(ANNA)).toHaveLength(1);
  });

  const table: readonly [string, FaultKind, object][] = [
    ['D§3.4: 400 refuses the words', 'badRequest', { kind: 'refused', scope: 'message' }],
    ['F55: 401 closes the channel', 'unauthorized', { kind: 'closed' }],
    ['F55: 403 closes the channel', 'forbidden', { kind: 'closed' }],
    ['D§3.4: 404 refuses', 'notFound', { kind: 'refused', scope: 'message' }],
    ['408 is tried again', 'requestTimeout', { kind: 'retry', unknown: false }],
    ['D§3.4: 413 is our mistake', 'tooLarge', { kind: 'refused', scope: 'message' }],
    ['D§3.4: 415 is our mistake', 'wrongType', { kind: 'refused', scope: 'message' }],
    ['F53: 429 for the rate is tried again a second later', 'rateLimited', { kind: 'retry', unknown: false, afterMs: 1_000 }],
    ['F53: 429 for the month closes the channel', 'quotaReached', { kind: 'closed' }],
    ['F54: 500 leaves the outcome open', 'error500', { kind: 'retry', unknown: true }],
    ['F54: 503 leaves the outcome open', 'error503', { kind: 'retry', unknown: true }],
    ['F54: a reset leaves the outcome open', 'dropBeforeAccept', { kind: 'retry', unknown: true }],
    ['F54: a broken connection leaves the outcome open', 'resetBeforeAccept', { kind: 'retry', unknown: true }],
    ['F54: silence leaves the outcome open', 'silenceBeforeAccept', { kind: 'retry', unknown: true }],
    ['F54: a page of somebody else is no answer of LINE', 'htmlAnswer', { kind: 'retry', unknown: true }],
    ['F54: nor is the JSON of somebody else', 'jsonAnswer', { kind: 'retry', unknown: true }],
  ];
  it.each(table)('%s', async (_, fault, outcome) => {
    expect(await attemptWith(fault)).toMatchObject(outcome);
    expect(platform.inboxOf(ANNA)).toHaveLength(0);
  });

  it.each<FaultKind>(['dropAfterAccept', 'resetAfterAccept', 'halfAnswer', 'error500AfterAccept', 'error502', 'slowAnswer', 'silence'])(
    'F54: after %s the same key shows the message once',
    async (fault) => {
      expect(await attemptWith(fault)).toMatchObject({ kind: 'retry', unknown: true });
      expect(await attempt()).toEqual({ kind: 'sent', receipt: platform.requests[0]!.requestId, duplicate: true });
      expect(platform.inboxOf(ANNA)).toHaveLength(1);
    },
  );

  it('F53: meets the real bucket and the real quota with the same outcomes', async () => {
    platform.limitMonth(3);
    expect(await attempt()).toMatchObject({ kind: 'sent' });
    expect(await attempt({ retryKey: derivedUuid('another') })).toMatchObject({
      kind: 'closed',
      reason: '429 You have reached your monthly limit.',
    });

    await platform.stop();
    platform = await LinePlatform.start({ port: 0, token: TOKEN, secret: 's', rates: { multicast: 1 }, now: () => 0 });
    platform.addUser({ userId: ANNA, displayName: '安藤' });
    await using hasty = closing(new LineChannel({ token: TOKEN, apiBase: platform.url, status: 'actual' }));
    const first = await attemptBy(hasty.channel, aDelivery({ recipients: [ANNA] }), aMessage());
    const second = await attemptBy(hasty.channel, aDelivery({ recipients: [ANNA], retryKey: derivedUuid('another') }), aMessage());
    expect([first, second]).toMatchObject([{ kind: 'sent' }, { kind: 'retry', unknown: false, afterMs: 1_000 }]);
  });

  it('F55: a wrong token closes the channel', async () => {
    await using stranger = closing(new LineChannel({ token: 'stolen', apiBase: platform.url, status: 'actual' }));
    expect(await attemptBy(stranger.channel, aDelivery(), aMessage())).toMatchObject({ kind: 'closed' });
  });

  it('F56: an id that LINE does not know is about the recipients, and nobody else has seen anything', async () => {
    expect(await attempt({ recipients: [ANNA, NOBODY] })).toEqual({
      kind: 'refused',
      reason: '400 Failed to send messages',
      scope: 'recipients',
    });
    expect(platform.inboxOf(ANNA)).toHaveLength(0);
  });

  it('F56: an id of the wrong form is about the recipients', async () => {
    expect(await attempt({ recipients: [ANNA, 'anna'] })).toMatchObject({ kind: 'refused', scope: 'recipients' });
  });

  it('F56: LINE takes 500 ids and refuses 501', async () => {
    const ids = Array.from({ length: 501 }, (_, index) => `U${index.toString(16).padStart(32, '0')}`);
    platform.addUsers(ids.map((userId) => ({ userId, displayName: userId })));
    expect(channel.chunkMax).toBe(500);
    expect(await attempt({ recipients: ids.slice(0, channel.chunkMax) })).toMatchObject({ kind: 'sent' });
    expect(await attempt({ recipients: ids, retryKey: derivedUuid('x') })).toMatchObject({ kind: 'refused' });
  });

  it('F54: knows that a request never left when nobody listens', async () => {
    const { url } = platform;
    await platform.stop();
    await using lost = closing(new LineChannel({ token: TOKEN, apiBase: url, status: 'actual' }));
    expect(await attemptBy(lost.channel, aDelivery(), aMessage())).toEqual({ kind: 'retry', reason: 'ECONNREFUSED', unknown: false });
    platform = await LinePlatform.start({ port: 0, token: TOKEN, secret: 's' });
  });

  it.each<readonly [string, RequestListener]>([
    ['an empty page', (_, response) => response.end()],
    ['JSON of another form', (_, response) => response.end('["ok"]')],
    ['a success that LINE does not know', (_, response) => response.writeHead(202).end('{}')],
    [
      'the way to another page',
      ({ url }, response) => (url === '/' ? response.end('{}') : response.writeHead(302, { location: '/' }).end()),
    ],
    ['a success that never ends', (_, response) => response.write('{')],
    ['a success in JSON without the number of the request', (_, response) => response.end('{}')],
    ['a refusal without that number', (_, response) => response.writeHead(404).end('{"message":"no Route matched with those values"}')],
    ['a conflict that names no earlier request', (_, response) => response.writeHead(409).end('{"message":"Conflict"}')],
  ])('F54: %s from somebody between us and LINE is no receipt', async (_, listener) => {
    await using portal = await listening(listener);
    await using caught = closing(new LineChannel({ token: TOKEN, apiBase: portal.url, status: 'actual', attemptMs: OWES_MS }));
    expect(await attemptBy(caught.channel, aDelivery(), aMessage())).toMatchObject({ kind: 'retry', unknown: true });
  });

  it('waits for an attempt under way before it closes', async () => {
    platform.failNext(1, 'silence');
    const ends: string[] = [];
    const hasty = new LineChannel({ token: TOKEN, apiBase: platform.url, status: 'actual', attemptMs: OWES_MS });
    const attempted = attemptBy(hasty, aDelivery(), aMessage()).then(() => ends.push('attempt'));
    await hasty.close();
    ends.push('close');
    await attempted;
    expect(ends).toEqual(['attempt', 'close']);
  });

  it('sends 5,000 UTF-16 units and refuses one more without asking LINE', async () => {
    const message = aMessage({ subject: '' });
    expect(await attemptBy(channel, aDelivery(), { ...message, body: '🌊'.repeat(2_500) })).toMatchObject({ kind: 'sent' });
    expect(await attemptBy(channel, aDelivery(), { ...message, body: '🌊'.repeat(2_500) + 'x' })).toMatchObject({
      kind: 'refused',
      scope: 'message',
    });
    expect(platform.requests).toHaveLength(1);
  });

  it.each(['exercise', 'test'] as const)('F67: refuses a delivery of status %s on the account for real alerts', async (status) => {
    expect(await attemptBy(channel, aDelivery({ status }), aMessage({ status }))).toMatchObject({ kind: 'refused', scope: 'message' });
    expect(await attemptBy(channel, aDelivery(), aMessage({ status }))).toMatchObject({ kind: 'refused' });
    expect(platform.requests).toHaveLength(0);
  });

  it('D§3.2: a person who blocked the account sees nothing, and nobody is told', async () => {
    platform.block(BEN);
    expect(await attempt()).toMatchObject({ kind: 'sent' });
    expect([platform.inboxOf(ANNA), platform.inboxOf(BEN)].map((inbox) => inbox.length)).toEqual([1, 0]);
  });
});

describe('verifyLineAccess', () => {
  it('tells the account and what the month still allows', async () => {
    expect(await verifyLineAccess({ token: TOKEN, apiBase: platform.url })).toEqual({ kind: 'open', account: '防災情報', left: null });
    platform.limitMonth(10);
    await attempt();
    expect(await verifyLineAccess({ token: TOKEN, apiBase: platform.url })).toEqual({ kind: 'open', account: '防災情報', left: 8 });
  });

  it('tells a bad token from a LINE that cannot be reached', async () => {
    expect(await verifyLineAccess({ token: 'stolen', apiBase: platform.url })).toMatchObject({ kind: 'closed' });
    expect(await verifyLineAccess({ token: TOKEN, apiBase: 'http://127.0.0.1:1' })).toMatchObject({ kind: 'unreached' });
  });

  it.each(['', '{}', '["ok"]', '<!doctype html>'])('takes %j for an answer of somebody else', async (text) => {
    await using portal = await listening((_, response) => response.end(text));
    expect(await verifyLineAccess({ token: TOKEN, apiBase: portal.url })).toEqual({
      kind: 'unreached',
      reason: expect.stringContaining("not LINE's answer"),
    });
  });

  it('does not wait for ever', async () => {
    await using silent = await listening(() => undefined);
    expect(await verifyLineAccess({ token: TOKEN, apiBase: silent.url, attemptMs: 50 })).toMatchObject({ kind: 'unreached' });
  });
});

/** Closes the channel at the end of the block. */
const closing = (each: LineChannel<'actual'>) => ({ channel: each, [Symbol.asyncDispose]: () => each.close() });

/** Somebody who answers in LINE's place until the end of the block. */
async function listening(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: stop };
}
