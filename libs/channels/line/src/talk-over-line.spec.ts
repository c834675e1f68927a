import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { derivedUuid, type TalkReply } from '#core';
import { LinePlatform } from '#outside/line-platform';
import { isSignedByLine } from './line-signature.ts';
import { TalkOverLine } from './talk-over-line.ts';

const ANNA = `U${'a'.repeat(32)}`;
const REPLY: TalkReply = {
  messages: [
    { kind: 'text', text: '近い避難所' },
    { kind: 'place', title: '本町公民館', address: '見本市本町1-2', place: { lat: 34.2925, lon: 137.6905 } },
  ],
  choices: [
    { kind: 'place', label: '位置を送る' },
    { kind: 'button', label: '川の水位', data: 'topic=levels' },
  ],
};

describe('TalkOverLine', () => {
  let platform: LinePlatform;
  let now = Date.now();
  let line: TalkOverLine;
  beforeEach(async () => {
    platform = await LinePlatform.start({ port: 0, token: 't', secret: 's', now: () => now });
    platform.addUser({ userId: ANNA, displayName: '安藤', language: 'vi' });
    line = new TalkOverLine({ token: 't', apiBase: platform.url, attemptMs: 60_000 });
  });
  afterEach(async () => {
    await line.close();
    await platform.stop();
  });
  const token = () => String(platform.eventOf(ANNA, 'follow')['replyToken']);

  it('answers once by a token, with the buttons under the last message', async () => {
    const good = token();
    expect(await line.reply(good, REPLY)).toMatchObject({ kind: 'sent' });
    expect(platform.inboxOf(ANNA).map(({ message }) => message)).toEqual([
      { type: 'text', text: '近い避難所' },
      {
        type: 'location',
        title: '本町公民館',
        address: '見本市本町1-2',
        latitude: 34.2925,
        longitude: 137.6905,
        quickReply: {
          items: [
            { type: 'action', action: { type: 'location', label: '位置を送る' } },
            { type: 'action', action: { type: 'postback', label: '川の水位', data: 'topic=levels', displayText: '川の水位' } },
          ],
        },
      },
    ]);
    expect(await line.reply(good, REPLY)).toMatchObject({ kind: 'refused' });
    expect(platform.inboxOf(ANNA)).toHaveLength(2);
  });

  it('is refused with a token that is older than a minute', async () => {
    const old = token();
    now += 60_001;
    expect(await line.reply(old, REPLY)).toMatchObject({ kind: 'refused' });
  });

  it('P4: pushes under a key, so that a repeat shows nothing twice', async () => {
    platform.failNext(1, 'dropAfterAccept');
    const key = derivedUuid('talk/e');
    expect(await line.push(ANNA, REPLY, key)).toMatchObject({ kind: 'retry', unknown: true });
    expect(await line.push(ANNA, REPLY, key)).toMatchObject({ kind: 'sent', duplicate: true });
    expect(platform.inboxOf(ANNA)).toHaveLength(2);
  });

  it('knows the language of a profile, and none of somebody whom LINE does not name', async () => {
    expect(await line.language(ANNA)).toBe('vi');
    expect(await line.language(`U${'f'.repeat(32)}`)).toBeNull();
  });
});

describe('isSignedByLine', () => {
  const raw = Buffer.from('{"events":[]}');
  // HMAC-SHA256 of the bytes under "secret".
  const signature = 'pkK1lVPJPiJ+wPLziRD79xIxohl8AImYM8AEeM7IbzQ=';

  it.each([
    ['the right one', raw, undefined, true],
    ['another body', Buffer.from('{"events":[] }'), undefined, false],
    ['no header', raw, null, false],
    ['an empty header', raw, '', false],
    ['a header that is too long', raw, 'A'.repeat(100_000), false],
    ['no base64', raw, '!'.repeat(44), false],
  ] as const)('F64: %s', (_, body, header, signed) => {
    expect(isSignedByLine(body, header === null ? undefined : (header ?? signature), 'secret')).toBe(signed);
  });
});
