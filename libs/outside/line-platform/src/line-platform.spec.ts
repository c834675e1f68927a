import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HTTPFetchError, LineBotClient, validateSignature } from '@line/bot-sdk';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LinePlatform } from './line-platform.ts';
import type { LinePlatformSettings } from './line-platform.ts';

const TOKEN = 'token';
const SECRET = 'channel-secret';
const ANNA = `U${'a'.repeat(32)}`;
const BEN = `U${'b'.repeat(32)}`;
const KEY = '123e4567-e89b-12d3-a456-426614174000';
const HOUR_MS = 3_600_000;

let platform: LinePlatform;
let now: number;

async function start(settings: Partial<LinePlatformSettings> = {}): Promise<void> {
  platform = await LinePlatform.start({ port: 0, token: TOKEN, secret: SECRET, now: () => now, ...settings });
  platform.addUsers([
    { userId: ANNA, displayName: '安藤 <b>', language: 'ja' },
    { userId: BEN, displayName: 'Ben' },
  ]);
}

beforeEach(async () => {
  now = Date.parse('2026-07-01T03:10:00+09:00');
  await start();
});
afterEach(() => platform.stop());

const call = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${platform.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const text = (words: string) => [{ type: 'text', text: words }];
const multicast = (headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  call('/v2/bot/message/multicast', { to: [ANNA, BEN], messages: text('水位') }, headers);

const sdk = (): LineBotClient => LineBotClient.fromChannelAccessToken({ channelAccessToken: TOKEN, apiBaseURL: platform.url });

describe('LinePlatform', () => {
  it('is understood by the SDK: push, validate, profile, quota, account', async () => {
    const client = sdk();
    expect(await client.pushMessage({ to: ANNA, messages: [{ type: 'text', text: 'こんにちは' }] })).toEqual({
      sentMessages: [{ id: '1' }],
    });
    expect(await client.validatePush({ messages: [{ type: 'text', text: 'x' }] })).toEqual({});
    expect(await client.getProfile(ANNA)).toEqual({ userId: ANNA, displayName: '安藤 <b>', language: 'ja' });
    expect(await client.getMessageQuota()).toEqual({ type: 'none' });
    platform.limitMonth(5);
    expect(await client.getMessageQuota()).toEqual({ type: 'limited', value: 5 });
    expect(await client.getMessageQuotaConsumption()).toEqual({ totalUsage: 1 });
    expect(await client.getBotInfo()).toMatchObject({ displayName: '防災情報', chatMode: 'bot' });
    expect(platform.inboxOf(ANNA)).toMatchObject([{ text: 'こんにちは', at: now }]);
  });

  it('answers a repeated key with 409 and the first request id for 24 hours', async () => {
    const key = { 'x-line-retry-key': KEY };
    const first = await multicast(key);
    now += 24 * HOUR_MS - 1;
    const second = await multicast(key);
    expect([first.status, second.status]).toEqual([200, 409]);
    expect(second.headers.get('x-line-accepted-request-id')).toBe(first.headers.get('x-line-request-id'));
    expect(await second.json()).toEqual({ message: 'The retry key is already accepted' });
    expect(platform.inboxOf(ANNA)).toHaveLength(1);

    now += 1;
    expect((await multicast(key)).status).toBe(200);
    expect(platform.inboxOf(ANNA)).toHaveLength(2);
  });

  it('names the messages of a push again when its key is repeated', async () => {
    const client = sdk();
    const push = { to: ANNA, messages: [{ type: 'text', text: 'x' }] } as const;
    await client.pushMessage({ ...push, messages: [...push.messages] }, KEY);
    const error: unknown = await client.pushMessage({ ...push, messages: [...push.messages] }, KEY).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(HTTPFetchError);
    expect(JSON.parse((error as HTTPFetchError).body)).toEqual({
      message: 'The retry key is already accepted',
      sentMessages: [{ id: '1' }],
    });
  });

  const bad: readonly [string, number, () => Promise<Response>][] = [
    ['a foreign token', 401, () => multicast({ authorization: 'Bearer other' })],
    ['no token', 401, () => multicast({ authorization: '' })],
    ['a malformed retry key', 400, () => multicast({ 'x-line-retry-key': 'again' })],
    ['another content type', 415, () => multicast({ 'content-type': 'text/plain' })],
    ['a body that is no JSON', 400, () => call('/v2/bot/message/multicast', '{"to":')],
    ['a body that is no object', 400, () => call('/v2/bot/message/multicast', 'null')],
    ['a body over 2 MB', 413, () => call('/v2/bot/message/multicast', `"${'x'.repeat(2 * 1024 * 1024)}"`)],
    ['no message', 400, () => call('/v2/bot/message/push', { to: ANNA, messages: [] })],
    ['six messages', 400, () => call('/v2/bot/message/push', { to: ANNA, messages: Array.from({ length: 6 }, () => text('x')[0]) })],
    ['an empty text', 400, () => call('/v2/bot/message/push', { to: ANNA, messages: text('') })],
    ['5,001 UTF-16 units', 400, () => call('/v2/bot/message/push', { to: ANNA, messages: text('🌊'.repeat(2_500) + 'x') })],
    ['an unknown kind of message', 400, () => call('/v2/bot/message/push', { to: ANNA, messages: [{ type: 'hologram' }] })],
    ['an unknown id', 400, () => call('/v2/bot/message/push', { to: `U${'f'.repeat(32)}`, messages: text('x') })],
    ['an id of the wrong form', 400, () => call('/v2/bot/message/multicast', { to: ['anna'], messages: text('x') })],
    ['no recipient', 400, () => call('/v2/bot/message/multicast', { to: [], messages: text('x') })],
    ['an unknown endpoint', 404, () => call('/v2/bot/message/telepathy', { messages: text('x') })],
    ['a reply with an unknown token', 400, () => call('/v2/bot/message/reply', { replyToken: 'none', messages: text('x') })],
  ];
  it.each(bad)('refuses %s with %i and shows nobody anything', async (_, status, send) => {
    const response = await send();
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual(expect.objectContaining({ message: expect.any(String) }));
    expect(response.headers.get('x-line-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect([platform.inboxOf(ANNA), platform.totalUsage]).toEqual([[], 0]);
  });

  it('says which part of a message is wrong', async () => {
    const response = await call('/v2/bot/message/validate/multicast', { messages: [{ type: 'location', title: '市役所' }] });
    expect(await response.json()).toEqual({
      message: 'The request body has 3 error(s)',
      details: ['address', 'latitude', 'longitude'].map((name) => ({ message: 'May not be empty', property: `messages[0].${name}` })),
    });
  });

  it('lets 200 multicasts through in a second, and more a second later, without slowing pushes', async () => {
    const inOneInstant: number[] = [];
    for (let request = 0; request < 201; request += 1) inOneInstant.push((await multicast()).status);
    expect(inOneInstant.filter((status) => status === 200)).toHaveLength(200);
    expect(inOneInstant.at(-1)).toBe(429);
    expect((await call('/v2/bot/message/push', { to: ANNA, messages: text('x') })).status).toBe(200);
    now += 5;
    expect((await multicast()).status).toBe(200);
  });

  it('spends the quota on recipients, not on calls, and on nothing that was refused', async () => {
    platform.limitMonth(3);
    expect((await multicast()).status).toBe(200);
    const over = await multicast();
    expect([over.status, await over.json()]).toEqual([429, { message: 'You have reached your monthly limit.' }]);
    expect(platform.totalUsage).toBe(2);
  });

  it('fails the planned calls in order, then all while an outage lasts', async () => {
    platform.failNext(1, 'error500');
    platform.failNext(1, 'rateLimited');
    const planned = [(await multicast()).status, (await multicast()).status, (await multicast()).status];
    platform.failAll('error503');
    const outage = [(await multicast()).status, (await multicast()).status];
    platform.failAll(null);
    expect([...planned, ...outage, (await multicast()).status]).toEqual([500, 429, 200, 503, 503, 200]);
    expect(platform.requests.map(({ verdict }) => verdict)).toEqual([
      'untouched',
      'untouched',
      'accepted',
      'untouched',
      'untouched',
      'accepted',
    ]);
  });

  it('keeps a history in order and bound, and writes it down before it answers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'line-'));
    const historyFile = join(folder, 'history.jsonl');
    await platform.stop();
    await start({ historyFile, callsMax: 2 });
    platform.failNext(1, 'dropAfterAccept');
    await multicast({ 'x-line-retry-key': KEY }).catch(() => null);
    await multicast({ 'x-line-retry-key': KEY });
    await multicast();

    const lines = readFileSync(historyFile, 'utf8').trim().split('\n');
    rmSync(folder, { recursive: true });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { verdict: 'accepted', answer: 'drop', retryKey: KEY, to: [ANNA, BEN] },
      { verdict: 'duplicate', answer: 409, retryKey: KEY },
      { verdict: 'accepted', answer: 200, retryKey: null },
    ]);
    expect(platform.requests.map(({ answer }) => answer)).toEqual([409, 200]);
  });

  it('resolves a wait as soon as a call fulfils it, and tells when none does', async () => {
    const waiting = platform.until(() => platform.inboxOf(BEN).length === 1);
    await multicast();
    await expect(waiting).resolves.toBeUndefined();
    await expect(platform.until(() => false, 20)).rejects.toThrow('not within 20 ms; 1 calls so far');
  });

  it('signs webhooks over the exact bytes, gives each event a ULID, and takes a reply once', async () => {
    const got: { readonly body: string; readonly signature: string }[] = [];
    const receiver = createServer((request, response) => {
      void request.toArray().then((pieces) => {
        got.push({ body: Buffer.concat(pieces as Buffer[]).toString(), signature: String(request.headers['x-line-signature']) });
        response.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/line`;

    const events = [platform.eventOf(ANNA, 'follow'), platform.eventOf(BEN, 'message', { message: { type: 'text', text: '水位' } })];
    expect(await platform.sendWebhook(url, events)).toMatchObject({ status: 200 });
    await platform.redeliverWebhook(url, events);
    await platform.sendWebhook(url, []);
    receiver.close();

    expect(got.map(({ body, signature }) => validateSignature(body, SECRET, signature))).toEqual([true, true, true]);
    const [sent, again, empty] = got.map(({ body }) => JSON.parse(body) as { events: typeof events });
    expect(sent!.events.map(({ webhookEventId }) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(webhookEventId))).toEqual([true, true]);
    expect(again!.events.map(({ webhookEventId }) => webhookEventId)).toEqual(
      events.map(({ webhookEventId }) => webhookEventId).toReversed(),
    );
    expect(again!.events.map(({ deliveryContext }) => deliveryContext.isRedelivery)).toEqual([true, true]);
    expect(empty!.events).toEqual([]);

    const reply = { replyToken: events[1]!['replyToken'], messages: text('いまの水位は1.20mです') };
    expect((await call('/v2/bot/message/reply', reply, { 'x-line-retry-key': KEY })).status).toBe(400);
    expect((await call('/v2/bot/message/reply', reply)).status).toBe(200);
    expect((await call('/v2/bot/message/reply', reply)).status).toBe(400);
    expect(platform.inboxOf(BEN).map((message) => message.text)).toEqual(['いまの水位は1.20mです']);
  });

  it('F72: shows phones as a page in which names and messages are text', async () => {
    await call('/v2/bot/message/push', { to: ANNA, messages: text('<script>alert("x")</script>\n避難') });
    const response = await fetch(`${platform.url}/?user=${ANNA}`);
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).toContain('&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62;\n避難');
    expect(page).toContain('安藤 &#60;b&#62;');
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('03:10');
  });
});
