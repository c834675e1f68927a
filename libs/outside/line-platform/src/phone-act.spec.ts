import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { validateSignature } from '@line/bot-sdk';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LinePlatform } from './line-platform.ts';
import { phoneActOf } from './phone-act.ts';

const ANNA = `U${'a'.repeat(32)}`;
const USERS = new Map([[ANNA, { userId: ANNA, displayName: '安藤' }]]);
const read = (body: unknown) => phoneActOf(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), USERS);

describe('phoneActOf', () => {
  it.each([
    [
      'a text',
      { user: ANNA, do: 'text', value: '水位' },
      { type: 'message', fields: { message: { id: '1', type: 'text', text: '水位' } }, shown: '水位' },
    ],
    [
      'a button',
      { user: ANNA, do: 'button', value: 'topic=levels', shown: '川の水位' },
      { type: 'postback', fields: { postback: { data: 'topic=levels' } }, shown: '川の水位' },
    ],
    [
      'a place',
      { user: ANNA, do: 'place', value: '34.3, 137.7' },
      { type: 'message', fields: { message: { id: '1', type: 'location', latitude: 34.3, longitude: 137.7 } } },
    ],
    ['a block', { user: ANNA, do: 'unfollow' }, { type: 'unfollow', fields: {} }],
  ])('reads %s', (_, body, act) => {
    expect(read(body)).toMatchObject({ kind: 'event', userId: ANNA, ...act });
  });

  it('gives somebody new an id of LINE’s form', () => {
    expect(read({ do: 'join', value: ' Nam ', shown: 'vi' })).toMatchObject({
      kind: 'join',
      user: { userId: expect.stringMatching(/^U[0-9a-f]{32}$/), displayName: 'Nam', language: 'vi' },
    });
  });

  it.each([
    ['no JSON', '{'],
    ['a stranger', { user: 'U1', do: 'text', value: 'x' }],
    ['an empty text', { user: ANNA, do: 'text', value: '' }],
    ['a place that is none', { user: ANNA, do: 'place', value: 'here' }],
    ['another act', { user: ANNA, do: 'reset', value: 'x' }],
    ['nobody', { do: 'join', value: ' ' }],
  ])('does nothing for %s', (_, body) => {
    expect(read(body)).toBeNull();
  });
});

describe('the page of phones', () => {
  let platform: LinePlatform;
  let taken: { readonly signed: boolean; readonly events: readonly { readonly type: string; readonly deliveryContext: object }[] }[];
  let refuse: number;
  const account = createServer((request, response) => {
    text(request).then(
      (raw) => {
        const signed = validateSignature(raw, 'secret', String(request.headers['x-line-signature']));
        taken.push({ signed, events: (JSON.parse(raw) as { events: never }).events });
        refuse -= 1;
        response.writeHead(refuse >= 0 ? 503 : 200).end('{}');
      },
      () => response.destroy(),
    );
  });
  beforeEach(async () => {
    taken = [];
    refuse = 0;
    account.listen(0, '127.0.0.1');
    await once(account, 'listening');
    platform = await LinePlatform.start({ port: 0, token: 't', secret: 'secret' });
    platform.addUser({ userId: ANNA, displayName: '安藤' });
    platform.tellAccountAt(`http://127.0.0.1:${(account.address() as AddressInfo).port}/webhooks/line`);
  });
  afterEach(async () => {
    await platform.stop();
    account.closeAllConnections();
    account.close();
    await once(account, 'close');
  });
  const act = (body: object, type = 'application/json') =>
    fetch(`${platform.url}/phone`, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) });
  const told = async (count: number): Promise<void> => {
    while (taken.length < count) await pause(5);
  };

  it('tells the account in a signed webhook, again until it takes it, and shows what was written', async () => {
    refuse = 1;
    expect((await act({ user: ANNA, do: 'text', value: '水位 <b>' })).status).toBe(200);
    await told(2);
    expect(taken).toMatchObject([
      { signed: true, events: [{ type: 'message', deliveryContext: { isRedelivery: false } }] },
      { signed: true, events: [{ type: 'message', deliveryContext: { isRedelivery: true } }] },
    ]);
    const page = await (await fetch(`${platform.url}/?user=${ANNA}`)).text();
    expect(page).toContain('水位 &#60;b&#62;');
    expect(page).toContain('data-do="unfollow"');
  });

  it('lets somebody new follow, and somebody block and come back', async () => {
    const { user } = (await (await act({ do: 'join', value: 'Nam', shown: 'vi' })).json()) as { user: string };
    await told(1);
    expect(taken[0]).toMatchObject({ events: [{ type: 'follow', source: { userId: user } }] });
    await act({ user, do: 'unfollow' });
    expect(platform.users.find(({ userId }) => userId === user)?.blocked).toBe(true);
    await act({ user, do: 'follow' });
    expect(platform.users.find(({ userId }) => userId === user)?.blocked).toBe(false);
  });

  it('takes nothing from the page of another site', async () => {
    expect((await act({ user: ANNA, do: 'text', value: 'x' }, 'text/plain')).status).toBe(400);
    expect(taken).toEqual([]);
  });
});
