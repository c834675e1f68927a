import { setTimeout as pause } from 'node:timers/promises';
import { button, FAMILY_WORDS, TALK_WORDS } from '#core';
import type { InboxMessage } from '#outside/line-platform';
import { loadPlaybook } from '#playbook';
import type { ResidentReportDto, ShelterDto } from '#wire';
import { Phone } from '../support/phone.ts';
import { lineId, passwordOf, Station } from '../support/station.ts';

// A whole service on a machine that may be busy.
const NAM = lineId('Nam');
const MAI = lineId('Mai');
/** Inside 瀬口 and 本町 of the sample city. */
const SEGUCHI = { latitude: 34.3020123, longitude: 137.6985123 };
const HONMACHI = { latitude: 34.2925123, longitude: 137.6905123 };
const { vi } = TALK_WORDS;

/** However long it takes, fewer questions than the 30 a minute after which the account falls silent towards somebody. */
const ASK_EVERY_MS = 2_500;
/** A machine that is busy brings it about within this. */
const PATIENCE_MS = 120_000;

const until = async (condition: () => Promise<boolean>, everyMs = 20): Promise<void> => {
  for (const deadline = performance.now() + PATIENCE_MS; !(await condition()); await pause(everyMs))
    expect(performance.now()).toBeLessThan(deadline);
};

describe('the LINE account', () => {
  let station: Station;
  let cookie: string;
  let nam: Phone;

  beforeEach(async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({
      playbook,
      staff: [
        { name: 'sato', role: 'duty' },
        { name: 'wall', role: 'viewer' },
      ],
      env: { SONAE_LINE_SECRET: 'secret-of-the-station' },
    });
    nam = new Phone(station.line, NAM, webhook);
    station.line.addUser({ userId: NAM, displayName: 'Nam', language: 'vi' });
    cookie = await cookieOf('sato');
  });
  afterEach(() => station.stop());

  const cookieOf = async (name: string): Promise<string> => {
    const signedIn = await fetch(`${station.httpUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: name, password: passwordOf(name) }),
    });
    return signedIn.headers.get('set-cookie')!.split(';', 1)[0]!;
  };
  /** One live line, read to its end. */
  const listenAs = async (who: string) => {
    const events: string[] = [];
    const stream = await fetch(`${station.httpUrl}/api/v1/live`, { headers: { cookie: who } });
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    const ended = (async () => {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) events.push(piece.value);
    })();
    return { heard: () => events.join(''), leave: () => reader.cancel().then(() => ended) };
  };
  const webhook = () => `${station.httpUrl}/webhooks/line`;
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${station.httpUrl}/api/v1/${path}`, {
      method,
      headers: { cookie, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect([path, response.status]).toEqual([path, 200]);
    return (await response.json()) as T;
  };
  const rises = async (levels: readonly number[]) => {
    const begin = Date.now() - levels.length * 60_000;
    for (const [index, level] of levels.entries()) {
      const response = await fetch(`${station.httpUrl}/api/v1/devices/ose-seguchi/obs`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Basic ${Buffer.from(`ose-seguchi:${station.keys['ose-seguchi']!}`).toString('base64')}`,
        },
        body: JSON.stringify({ seq: index + 1, t: begin + index * 60_000, level }),
      });
      expect(response.status).toBe(200);
    }
    await station.settled();
  };
  const told = async (path: string): Promise<ResidentReportDto[]> => (await ask<{ items: ResidentReportDto[] }>('GET', path)).items;
  const subscriber = () => station.service.adapters.directory.subscriber('line', NAM);

  it('signs somebody up in Vietnamese by two places on the map, tells them of the flood once, and nothing after they left', async () => {
    const [greeting] = await nam.does(nam.happens('follow'));
    expect(greeting!.text).toContain(vi.signUp.chooseLanguage);
    const [asked] = await nam.does(nam.presses(button.language('vi')));
    expect(asked!.text).toContain(vi.signUp.chooseDistricts);
    await nam.does(nam.sends(SEGUCHI));
    const [chosen] = await nam.does(nam.sends(HONMACHI));
    expect(chosen!.text).toContain('Đã chọn');
    await nam.does(nam.presses(button.districtsDone));
    const [done] = await nam.does(nam.presses(button.categoriesDone));
    expect(done!.text).toContain('Đã đăng ký.');
    expect(await subscriber()).toMatchObject({
      language: 'vi',
      districts: ['honmachi', 'seguchi'],
      categories: ['evacuation', 'flood'],
      state: 'active',
    });

    const before = nam.texts.length;
    await rises([4.9, 5.1, 5.15]);
    expect(nam.texts).toHaveLength(before + 1);
    // What an answer rests on may be two seconds old.
    await until(async () => (await nam.does(nam.writes('mực nước')))[0]!.text.includes('5.15 m\n'), ASK_EVERY_MS);

    await nam.does(nam.writes('hủy đăng ký'));
    const [left] = await nam.does(nam.presses(button.topic('leaveYes')));
    expect(left!.text).toBe(vi.signUp.left);
    expect(await subscriber()).toBeNull();
    const after = nam.texts.length;
    await rises([5.2, 5.9, 6.0]);
    expect(nam.texts).toHaveLength(after);
  });

  it('lets somebody hand out a family code, by which family hear that they are safe until it is given back, and nobody else anything', async () => {
    const me = new Phone(station.line, MAI, webhook);
    station.line.addUser({ userId: MAI, displayName: 'Mai', language: 'vi' });
    await nam.does(nam.happens('follow'));
    await nam.does(nam.presses(button.language('vi')));
    const [purpose] = await nam.does(nam.writes('mã gia đình'));
    expect(purpose!.text).toContain('Bạn có thể dừng bất cứ lúc nào');
    const [given] = await nam.does(nam.presses(button.topic('familyYes')));
    const code = /[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{3}/.exec(given!.text)![0];
    const words = FAMILY_WORDS.ja;
    const asks = async (typed: string): Promise<string> => (await me.does(me.writes(typed)))[0]!.text;
    await me.does(me.happens('follow'));
    await me.does(me.presses(button.language('ja')));

    const nothing = await asks('ZZZZ-1ZZ-ZZZ');
    expect(nothing).toContain(words.nothing);
    expect(await asks(code)).toBe(nothing);
    await nam.does(nam.writes('tôi an toàn'));
    expect(await asks(code.toLowerCase())).toMatch(/^「無事です」と知らせがありました（\d+:\d\d）$/);
    const page = await fetch(`${station.httpUrl}/family?lang=en`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ code }).toString(),
    });
    expect(await page.text()).toContain('Said “I am safe”');
    await nam.does(nam.writes('cứu tôi'));
    expect(await asks(code)).toBe(nothing);
    await nam.does(nam.writes('tôi an toàn'));
    expect(await asks(code)).not.toBe(nothing);
    const [stopped] = await nam.does(nam.presses(button.topic('familyStop')));
    expect(stopped!.text).toBe(FAMILY_WORDS.vi.stopped);
    expect(await asks(code)).toBe(nothing);
  });

  it('names the nearest open shelter designated for floods, once staff said that it is open', async () => {
    await nam.does(nam.happens('follow'));
    await nam.does(nam.presses(button.language('vi')));
    await nam.does(nam.sends(HONMACHI));
    const [none] = await nam.does(nam.writes('避難所'));
    expect(none!.text).toContain(vi.shelters.noneOpen);
    const opened = await ask<ShelterDto>('POST', 'shelters/shelter-honmachi/opening', { state: 'open', note: '2階' });
    expect(opened.opening).toMatchObject({ state: 'open', note: '2階', by: 'sato' });
    expect((await ask<ShelterDto[]>('GET', 'shelters')).filter(({ opening }) => opening !== null)).toHaveLength(1);
    let answer: readonly InboxMessage[] = [];
    await until(async () => {
      answer = await nam.does(nam.writes('避難所'));
      return answer.length > 1;
    }, ASK_EVERY_MS);
    expect(answer[0]!.text).toContain(vi.shelters.headAny);
    expect(answer[1]!.message).toMatchObject({ type: 'location', latitude: 34.2925, longitude: 137.6905 });
  });

  it('F64: refuses what LINE did not sign, and what is too large, and takes an empty list for a check', async () => {
    const event = nam.writes('助けて');
    const body = JSON.stringify({ destination: 'U', events: [event] });
    const post = (headers: Record<string, string>, content = body) => fetch(webhook(), { method: 'POST', headers, body: content });
    const json = { 'content-type': 'application/json' };
    expect((await post(json)).status).toBe(403);
    expect((await post({ ...json, 'x-line-signature': '' })).status).toBe(403);
    expect((await post({ ...json, 'x-line-signature': `${'A'.repeat(43)}=` })).status).toBe(403);
    expect((await post(json, `{"events":[],"pad":"${'x'.repeat(1024 * 1024)}"}`)).status).toBe(413);
    expect((await station.line.sendWebhook(webhook(), [])).status).toBe(200);
    expect(await station.service.adapters.account!.talks.depth()).toEqual({ waiting: 0, replies: 0 });
    expect(await told('reports')).toEqual([]);
  });

  it('F64: takes what is repeated and shuffled once, in the order in which it was done', async () => {
    await nam.does(nam.happens('follow'));
    await nam.does(nam.presses(button.language('vi')));
    const taps = [
      nam.presses(button.district('kawara', true, 0)),
      nam.presses(button.district('minato', true, 0)),
      nam.presses(button.district('kawara', false, 0)),
      nam.writes('助けて'),
    ].map((event, index) => ({ ...event, timestamp: event.timestamp + index }));
    await nam.answered(async () => {
      await station.line.sendWebhook(webhook(), [taps[2]!, taps[0]!]);
      await station.line.redeliverWebhook(webhook(), taps);
      await station.line.redeliverWebhook(webhook(), taps);
    }, 3);
    await until(async () => {
      const { waiting, replies } = await station.service.adapters.account!.talks.depth();
      return waiting + replies === 0;
    });
    expect((await subscriber())?.districts).toEqual(['minato']);
    expect(await told('reports')).toHaveLength(1);

    const [unfollow, follow] = [nam.happens('follow'), nam.happens('unfollow')].map(({ type, ...event }, index) => ({
      ...event,
      type: type === 'follow' ? 'unfollow' : 'follow',
      timestamp: Date.now() + 2_000 - index * 1_000,
    }));
    await station.line.sendWebhook(webhook(), [unfollow!]);
    await until(async () => (await subscriber())?.state === 'blocked');
    await station.line.redeliverWebhook(webhook(), [unfollow!, follow!]);
    await until(async () => (await station.service.adapters.account!.talks.depth()).waiting === 0);
    expect((await subscriber())?.state).toBe('blocked');
  });

  it('answers after a restart what was kept before it, once, and keeps one report of it', async () => {
    await nam.does(nam.happens('follow'));
    const cry = nam.writes('助けて');
    await station.line.sendWebhook(webhook(), [cry]);
    await station.restart();
    await station.line.redeliverWebhook(webhook(), [cry]);
    await until(async () => {
      const { waiting, replies } = await station.service.adapters.account!.talks.depth();
      return waiting + replies === 0;
    });
    expect(nam.texts.filter((text) => text.includes(vi.safety.needHelp))).toHaveLength(1);
    expect(await told('reports')).toHaveLength(1);
  });

  it('pushes an answer whose token LINE no longer takes, and shows one once whose answer got lost', async () => {
    await nam.does(nam.happens('follow'));
    const [help] = await nam.does({ ...nam.writes('help'), replyToken: 'not-a-token' });
    expect(help!.text).toBe(vi.help);
    expect(station.line.requests.slice(-2).map(({ endpoint, answer }) => [endpoint, answer])).toEqual([
      ['reply', 400],
      ['push', 200],
    ]);
    station.line.failNext(1, 'dropAfterAccept');
    await nam.does(nam.writes('help'));
    await until(async () => (await station.service.adapters.account!.talks.depth()).replies === 0);
    expect(nam.texts.filter((text) => text === vi.help)).toHaveLength(2);
  });

  it('shows headquarters who needs help, before all others, and lets them see and close it', async () => {
    const duty = await listenAs(cookie);
    const wall = await listenAs(await cookieOf('wall'));

    await nam.does(nam.presses(button.topic('needHelp')));
    await nam.does(nam.sends(HONMACHI));
    await nam.does(nam.presses(button.topic('flooding')));
    await nam.does(nam.writes('橋の下が膝まで'));
    await until(async () => duty.heard().includes('event: reports') && duty.heard().includes('橋の下が膝まで'));
    const [first, second] = await told('reports');
    expect(first).toMatchObject({
      kind: 'needHelp',
      state: 'new',
      place: { lat: 34.2925, lon: 137.6905 },
      district: { code: 'honmachi', name: '本町' },
    });
    expect(second).toMatchObject({ kind: 'flooding', text: '橋の下が膝まで', place: null });
    expect(JSON.stringify([first, second])).not.toContain(NAM);

    await ask('POST', `reports/${first!.id}/see`, { note: '消防に連絡' });
    await ask('POST', `reports/${first!.id}/close`, { note: '救助済み' });
    expect((await told('reports')).map(({ kind, state }) => [kind, state])).toEqual([
      ['flooding', 'new'],
      ['needHelp', 'closed'],
    ]);
    // What comes after it on the same line is there, and no word of a report before it.
    const statuses = wall.heard().split('event: status').length;
    await until(async () => wall.heard().split('event: status').length > statuses);
    expect(wall.heard()).not.toContain('event: reports');
    expect(wall.heard()).not.toContain('橋の下が膝まで');
    await Promise.all([duty.leave(), wall.leave()]);
  });
});
