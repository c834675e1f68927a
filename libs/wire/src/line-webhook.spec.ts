import { describe, expect, it } from '@jest/globals';
import { decodeLineWebhook } from './line-webhook.ts';

const USER = `U${'a'.repeat(32)}`;
const ID = '01HZZZZZZZZZZZZZZZZZZZZZZZ';
const anEvent = (fields: object): object => ({
  type: 'message',
  mode: 'active',
  timestamp: 1_782_843_000_000,
  source: { type: 'user', userId: USER },
  webhookEventId: ID,
  deliveryContext: { isRedelivery: false },
  replyToken: 'token',
  ...fields,
});
const decoded = (...events: readonly object[]) => decodeLineWebhook(Buffer.from(JSON.stringify({ destination: 'U', events })));
const heard = (fields: object) => {
  const read = decoded(anEvent(fields));
  return 'events' in read ? (read.events[0]?.heard ?? null) : read;
};

describe('decodeLineWebhook', () => {
  it('reads who did what when, and nothing else', () => {
    expect(decoded(anEvent({ message: { type: 'text', id: '1', text: '水位', emojis: [] } }))).toEqual({
      events: [{ id: ID, person: USER, at: 1_782_843_000_000, replyToken: 'token', heard: { kind: 'text', text: '水位' } }],
      others: 0,
    });
  });

  it.each([
    ['a follow', { type: 'follow' }, { kind: 'follow' }],
    ['an unfollow', { type: 'unfollow', replyToken: undefined }, { kind: 'unfollow' }],
    ['a button', { type: 'postback', postback: { data: 'topic=levels' } }, { kind: 'button', data: 'topic=levels' }],
    ['a sticker', { message: { type: 'sticker' } }, { kind: 'other' }],
    ['a long text', { message: { type: 'text', text: 'あ'.repeat(5_000) } }, { kind: 'text', text: 'あ'.repeat(1_000) }],
    [
      'S39: a place, no finer than 10 m',
      { message: { type: 'location', latitude: 34.29256789, longitude: 137.690449, address: '本町1-2', title: '自宅' } },
      { kind: 'place', place: { lat: 34.2926, lon: 137.6904 } },
    ],
    ['a place beyond the pole', { message: { type: 'location', latitude: 91, longitude: 0 } }, null],
    ['an account link', { type: 'accountLink' }, null],
    ['a group', { source: { type: 'group', groupId: 'C1', userId: USER } }, null],
    ['a channel that stands by', { mode: 'standby', message: { type: 'text', text: 'x' } }, null],
    ['an id of another form', { source: { type: 'user', userId: 'U1' } }, null],
    ['no ULID', { webhookEventId: 'x'.repeat(26) }, null],
    ['a time that is none', { timestamp: 1e300 }, null],
  ])('hears of %s', (_, fields, expected) => {
    expect(heard(fields)).toEqual(expected);
  });

  it('takes the events that it knows beside others that it does not', () => {
    expect(decoded(anEvent({ type: 'beacon' }), anEvent({ type: 'follow' }))).toMatchObject({
      others: 1,
      events: [{ heard: { kind: 'follow' } }],
    });
    expect(decoded()).toEqual({ events: [], others: 0 });
  });

  it.each(['', 'null', '[]', '{', '{"events":{}}', '{"events":[],"events":1}', '\u0000'])('F41: refuses %j', (text) => {
    expect(decodeLineWebhook(Buffer.from(text))).toHaveProperty('problem');
  });

  it('F41: refuses bytes that are no UTF-8', () => {
    expect(decodeLineWebhook(Buffer.from([0x7b, 0xff, 0x7d]))).toEqual({ problem: 'the body is not JSON' });
  });
});
