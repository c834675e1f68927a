import { beforeEach, describe, expect, it } from '@jest/globals';
import { INVITATION_GAP_MS, leavingTokenOf, type Letter, LINK_MS, recipientOfLeavingToken } from '#core';
import { freshSecrets, KeyRing } from '#keys';
import { ManualClock, MemoryBounces, MemoryDirectory, MemoryLetters } from '#memory';
import { type Choices, SignUp } from './sign-up.ts';

const T0 = Date.parse('2026-07-01T03:10:00+09:00');
const HANA = 'hana@docomo.example.jp';
const keys = new KeyRing(freshSecrets());
const PLAYBOOK = {
  districts: new Map(['001', '002'].map((code) => [code, { code, name: code, population: null }])),
  routes: [
    { category: 'flood', channels: ['line', 'disaster-mail'] },
    { category: 'windows', channels: ['line'] },
    { category: 'congestion', channels: ['disaster-mail'] },
    { category: 'flood', channels: ['disaster-mail'] },
  ].map(({ category, channels }) => ({ audience: { kind: 'residents' as const, category }, channels })),
} as unknown as ConstructorParameters<typeof SignUp>[0]['playbook'];
const CHOSEN: Choices = { language: 'vi', charset: 'utf-8', districts: ['002'], categories: ['flood'] };

let clock: ManualClock;
let letters: MemoryLetters;
let bounces: MemoryBounces;
let directory: MemoryDirectory;
let signUp: SignUp;
let rings: number;
let tokens: string[];

beforeEach(() => {
  clock = new ManualClock(T0);
  letters = new MemoryLetters();
  bounces = new MemoryBounces();
  directory = new MemoryDirectory();
  rings = 0;
  tokens = ['token1', 'token2', 'token3', 'token4'];
  signUp = opened(PLAYBOOK);
});

const opened = (playbook: typeof PLAYBOOK): SignUp =>
  new SignUp({
    letters,
    bounces,
    directory,
    keys,
    clock,
    playbook,
    onLetter: () => (rings += 1),
    newToken: () => tokens.shift()!,
  });

/** Letters that are due now, taken out of the queue. */
async function taken(): Promise<readonly Letter[]> {
  const claimed = await letters.claim({ now: clock.now(), limit: 99, leaseUntil: clock.now() + 1 });
  for (const { letter, attempt } of claimed) await letters.settle({ id: letter.id, attempt, state: 'sent', dueAt: 0 });
  return claimed.map(({ letter }) => letter);
}

describe('SignUp', () => {
  it('goes from an empty mail over a form to a subscription, each with its letter', async () => {
    expect(await signUp.invite(HANA)).toBe('taken');
    expect(await taken()).toMatchObject([
      { kind: 'invitation', address: HANA, token: 'token1', language: 'ja', charset: 'utf-8', expiresAt: T0 + LINK_MS },
    ]);
    expect(await signUp.form('token1')).toEqual({
      state: 'open',
      address: HANA,
      isSubscribed: false,
      choices: { language: 'ja', charset: 'utf-8', districts: [], categories: ['flood'] },
    });

    expect(await signUp.choose('token1', CHOSEN)).toBe('done');
    expect(await directory.subscriber('disaster-mail', HANA)).toMatchObject({ ...CHOSEN, categories: ['evacuation', 'flood'] });
    expect(await taken()).toMatchObject([
      { kind: 'welcome', address: HANA, token: '', language: 'vi', districts: ['002'], categories: ['evacuation', 'flood'] },
    ]);
    expect(await signUp.form('token1')).toMatchObject({ state: 'chosen', isSubscribed: true });
    expect(rings).toBe(2);
  });

  it('signs nobody up before the form is answered', async () => {
    await signUp.invite(HANA);
    await signUp.form('token1');
    expect(await directory.subscriber('disaster-mail', HANA)).toBeNull();
  });

  it('S17: takes every empty mail alike, and answers a person at most once a minute', async () => {
    expect([await signUp.invite(HANA), await signUp.invite(HANA)]).toEqual(['taken', 'taken']);
    expect(await taken()).toHaveLength(1);
    await clock.advance(INVITATION_GAP_MS);
    expect(await signUp.invite(HANA)).toBe('taken');
    expect(await taken()).toHaveLength(1);
  });

  it('shows who is known what they chose, writes to them as they chose, and changes it', async () => {
    await directory.subscribe([{ channel: 'disaster-mail', address: HANA, ...CHOSEN, charset: 'iso-2022-jp' }]);
    await signUp.invite(HANA);
    expect(await taken()).toMatchObject([{ language: 'vi', charset: 'iso-2022-jp' }]);
    expect(await signUp.form('token1')).toMatchObject({ isSubscribed: true, choices: { ...CHOSEN, charset: 'iso-2022-jp' } });
    await signUp.choose('token1', { language: 'ko', charset: 'utf-8', districts: ['001'], categories: [] });
    expect(await directory.subscriber('disaster-mail', HANA)).toMatchObject({
      language: 'ko',
      charset: 'utf-8',
      districts: ['001'],
      categories: ['evacuation'],
    });
  });

  it('S16: a link serves once, for one purpose, for a day, and no other token serves at all', async () => {
    await signUp.invite(HANA);
    expect([await signUp.form('token2'), await signUp.choose('token2', CHOSEN), await signUp.leave('token2')]).toEqual([
      null,
      'unknown',
      'unknown',
    ]);
    expect(await signUp.leaveAtOnce('token1')).toBe(false);
    expect(await signUp.choose('token1', CHOSEN)).toBe('done');
    expect([await signUp.choose('token1', { ...CHOSEN, language: 'pt' }), await signUp.leave('token1')]).toEqual(['closed', 'closed']);
    expect(await directory.subscriber('disaster-mail', HANA)).toMatchObject({ language: 'vi' });

    await clock.advance(INVITATION_GAP_MS);
    await signUp.invite(HANA);
    await clock.advance(LINK_MS);
    expect([await signUp.form('token2'), await signUp.choose('token2', CHOSEN), await signUp.leave('token2')]).toEqual([
      null,
      'unknown',
      'unknown',
    ]);
  });

  it('asks for a district of the city, drops what is not offered, and always keeps evacuation', async () => {
    await signUp.invite(HANA);
    for (const districts of [[], ['999']]) expect(await signUp.choose('token1', { ...CHOSEN, districts })).toBe('incomplete');
    expect(await directory.subscriber('disaster-mail', HANA)).toBeNull();
    await signUp.choose('token1', { ...CHOSEN, districts: ['001', '999'], categories: ['windows', 'staff:duty', 'congestion'] });
    expect(await directory.subscriber('disaster-mail', HANA)).toMatchObject({
      districts: ['001'],
      categories: ['congestion', 'evacuation'],
    });
  });

  it('takes drills as one choice, in the form, in the letter and back again', async () => {
    signUp = opened({ ...PLAYBOOK, drills: { usual: [] } });
    await signUp.invite(HANA);
    expect(await signUp.form('token1')).toMatchObject({ choices: { categories: ['flood'] } });
    await taken();
    await signUp.choose('token1', { ...CHOSEN, categories: ['flood', 'drill'] });
    expect(await directory.subscriber('disaster-mail', HANA)).toMatchObject({
      categories: ['evacuation', 'exercise/evacuation', 'exercise/flood', 'flood'],
    });
    expect(await taken()).toMatchObject([{ kind: 'welcome', categories: ['evacuation', 'flood', 'drill'] }]);
    expect(await signUp.form('token1')).toMatchObject({ choices: { categories: ['evacuation', 'flood', 'drill'] } });
  });

  it('leaves a test mailbox and a member of staff what the administrator made of them', async () => {
    await directory.subscribe([
      { channel: 'disaster-mail', address: HANA, ...CHOSEN, categories: ['test/staff:heartbeat', 'exercise/staff:duty'] },
    ]);
    await signUp.invite(HANA);
    await signUp.choose('token1', CHOSEN);
    expect((await directory.subscriber('disaster-mail', HANA))?.categories).toEqual([
      'evacuation',
      'exercise/staff:duty',
      'flood',
      'test/staff:heartbeat',
    ]);
  });

  it('brings back who was given up because mail came back', async () => {
    await directory.subscribe([{ channel: 'disaster-mail', address: HANA, ...CHOSEN }]);
    await directory.setState('1', 'blocked');
    await bounces.keep({
      deliveryId: 'm',
      recipient: '1',
      domain: 'docomo.example.jp',
      kind: 'gone',
      status: '5.1.1',
      at: T0,
      day: '2026-07-01',
    });
    await signUp.invite(HANA);
    await signUp.choose('token1', CHOSEN);
    expect(await directory.subscriberOf('1')).toMatchObject({ state: 'active' });
    expect(await bounces.ofRecipient('1')).toEqual([]);
  });

  it('leaves by the form, with a last letter in the language that was chosen', async () => {
    await directory.subscribe([{ channel: 'disaster-mail', address: HANA, ...CHOSEN }]);
    await signUp.invite(HANA);
    await taken();
    expect(await signUp.leave('token1')).toBe('done');
    expect(await directory.subscriber('disaster-mail', HANA)).toBeNull();
    expect(await taken()).toMatchObject([{ kind: 'goodbye', address: HANA, language: 'vi' }]);
    expect(await signUp.form('token1')).toMatchObject({ state: 'left', isSubscribed: false });
  });

  it('S18: leaves at once by what a mail carried, again without effect, and writes no more', async () => {
    await directory.subscribe([{ channel: 'disaster-mail', address: HANA, ...CHOSEN }]);
    const token = leavingTokenOf(keys, '1');
    expect([await signUp.leaveAtOnce(token), await signUp.leaveAtOnce(token.toUpperCase())]).toEqual([true, true]);
    expect(await directory.subscriberOf('1')).toBeNull();
    expect(await taken()).toEqual([]);
  });

  it('S16, S18: nobody leaves for somebody else', async () => {
    await directory.subscribe([{ channel: 'disaster-mail', address: HANA, ...CHOSEN }]);
    const other = leavingTokenOf(keys, '2');
    const strangers = new KeyRing(freshSecrets());
    for (const token of [other.replace(/^2/, '1'), leavingTokenOf(strangers, '1'), '1-', '', `1-${'0'.repeat(32)}`, '../1'])
      expect([token, await signUp.leaveAtOnce(token)]).toEqual([token, false]);
    expect(await directory.subscriberOf('1')).not.toBeNull();
  });

  it('S18: a token of another channel leaves nothing', async () => {
    await directory.subscribe([
      { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] },
    ]);
    expect(await signUp.leaveAtOnce(leavingTokenOf(keys, '1'))).toBe(true);
    expect(await directory.subscriberOf('1')).not.toBeNull();
  });

  it('leaves by mail with a letter, and a second mail writes none', async () => {
    await directory.subscribe([{ channel: 'disaster-mail', address: HANA, ...CHOSEN }]);
    await signUp.leaveByMail(leavingTokenOf(keys, '1'));
    expect(await taken()).toMatchObject([{ kind: 'goodbye', address: HANA, language: 'vi' }]);
    await signUp.leaveByMail(leavingTokenOf(keys, '1'));
    await signUp.leaveByMail('nobody');
    expect(await taken()).toEqual([]);
  });

  it('S16: makes tokens of 128 bits that differ', async () => {
    const own = new SignUp({ letters, bounces, directory, keys, clock, playbook: PLAYBOOK, onLetter: () => undefined });
    for (const address of ['a@example.jp', 'b@example.jp']) await own.invite(address);
    const [first, second] = (await taken()).map(({ token }) => token);
    expect([first, second]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(first).not.toBe(second);
  });
});

describe('recipientOfLeavingToken', () => {
  it('knows its own, in letters of any size, and no other', () => {
    const token = leavingTokenOf(keys, '17');
    expect([token, token.toUpperCase()].map((one) => recipientOfLeavingToken(keys, one))).toEqual(['17', '17']);
    const wrong = [`${token}0`, token.slice(0, -1), token.replace('17', '18'), token.replace('17-', '017-'), '', '17'];
    expect(wrong.map((one) => recipientOfLeavingToken(keys, one))).toEqual(wrong.map(() => null));
  });
});
