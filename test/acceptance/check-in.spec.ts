import { setTimeout as delay } from 'node:timers/promises';
import { DOOR_ACTS_PER_MINUTE_MAX, type Subscriber, TALK_WORDS, WRONG_ASKS_MAX } from '#core';
import { loadPlaybook } from '#playbook';
import type { CheckInDto, GaugeDto, ReadingsDto, ShelterDto, StatusDto, TimelineDto } from '#wire';
import { lineId, passwordOf, Station } from '../support/station.ts';

// A whole service on a machine that may be busy.
const WAIT_MS = 120_000;
const HALL = 'shelter-honmachi';
const GYM = 'shelter-kitahara';
const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };

/** The sample city at night, with what a phone and a tablet see of it. */
class Night {
  readonly station: Station;
  #cookie = '';
  #root: '' | '/drill' = '';

  private constructor(station: Station) {
    this.station = station;
  }

  static async begin(): Promise<Night> {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    const night = new Night(
      await Station.start({
        playbook,
        subscribers: [duty, { channel: 'line', address: lineId('hana'), language: 'ja', districts: ['honmachi'], categories: [] }],
        staff: [
          { name: 'mado', role: 'operator' },
          { name: 'miru', role: 'viewer' },
          { name: 'suzuki', role: 'decider' },
          { name: 'mori', role: 'admin' },
        ],
      }),
    );
    await night.signIn('mado');
    return night;
  }

  /** From now on somebody else asks, in real life or in the drill. */
  async signIn(name: string, root: '' | '/drill' = ''): Promise<void> {
    this.#root = root;
    const response = await fetch(`${this.station.httpUrl}${root}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: name, password: passwordOf(name) }),
    });
    this.#cookie = response.headers.get('set-cookie')!.split(';')[0]!;
  }

  async reads<T>(path: string): Promise<T> {
    return (await (await fetch(`${this.station.httpUrl}${this.#root}/api/v1/${path}`, { headers: { cookie: this.#cookie } })).json()) as T;
  }

  posts(path: string, body: object, key?: string): Promise<Response> {
    return fetch(`${this.station.httpUrl}${this.#root}/api/v1/${path}`, {
      method: 'POST',
      headers: { cookie: this.#cookie, 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
      body: JSON.stringify(body),
    });
  }

  async page(path: string): Promise<string> {
    return (await fetch(`${this.station.httpUrl}/api/v1/${path}`, { headers: { cookie: this.#cookie } })).text();
  }

  desk(shelter = HALL): Promise<CheckInDto> {
    return this.reads(`shelters/${shelter}/check-ins`);
  }

  /** Where the code at a shelter's door leads. */
  async door(shelter = HALL): Promise<string> {
    return `${this.station.httpUrl}${new URL((await this.desk(shelter)).door.url).pathname}`;
  }

  async shelter(id = HALL): Promise<ShelterDto> {
    return (await this.reads<ShelterDto[]>('shelters')).find((one) => one.id === id)!;
  }

  async until(what: () => Promise<boolean>): Promise<void> {
    for (const end = performance.now() + WAIT_MS; !(await what()); await delay(50))
      if (performance.now() > end) throw new Error('it did not come about');
  }

  /** Waits until the gauge of a shelter tells a number of persons. */
  counts(persons: number, shelter = HALL): Promise<void> {
    return this.until(async () => (await this.reads<GaugeDto>(`gauges/${shelter}`)).latest?.value === persons);
  }
}

const HTML_FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** A phone: reads the page of a door and sends its forms as a browser would. */
class Phone {
  page = '';
  url = '';
  status = 0;
  #cookie = '';

  async opens(url: string): Promise<this> {
    return this.#took(await fetch(url, { headers: { cookie: this.#cookie, 'accept-language': 'ja' } }));
  }

  /** Presses the button of the form whose action ends so. */
  async presses(ending: RegExp, fields: Readonly<Record<string, string>> = {}): Promise<this> {
    const action = this.#action(ending);
    const hidden = Object.fromEntries(
      [...action.inner.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name!, value!]),
    );
    return this.sends(action.url, { ...hidden, ...fields });
  }

  async sends(url: string, fields: Readonly<Record<string, string>>): Promise<this> {
    const body = new URLSearchParams(fields).toString();
    const headers = { ...HTML_FORM, cookie: this.#cookie, 'accept-language': 'ja' };
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' });
    const set = response.headers.get('set-cookie');
    if (set) this.#cookie = set.split(';')[0]!;
    const to = response.headers.get('location');
    if (to === null) return this.#took(response);
    await response.arrayBuffer();
    return this.opens(new URL(to, url).href);
  }

  /** The first form's address, to send it another time. */
  form(ending: RegExp): { readonly url: string; readonly inner: string } {
    return this.#action(ending);
  }

  get ticket(): string | null {
    return /class="figure">(\d+)</.exec(this.page)?.[1] ?? null;
  }

  get code(): string | null {
    return /class="code">([^<]+)</.exec(this.page)?.[1] ?? null;
  }

  #action(ending: RegExp): { readonly url: string; readonly inner: string } {
    for (const [, action, inner] of this.page.matchAll(/<form method="post" action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g)) {
      const url = new URL(action!.replaceAll('&#38;', '&'), this.url);
      if (ending.test(url.pathname)) return { url: url.href, inner: inner! };
    }
    throw new Error(`no form ends in ${ending}: ${this.page}`);
  }

  async #took(response: Response): Promise<this> {
    this.url = response.url;
    this.status = response.status;
    this.page = await response.text();
    return this;
  }
}

const COME = /\/shelter\/[^/]+\/[\w-]{22}$/;
const family = async (night: Night, code: string): Promise<Phone> =>
  (await new Phone().opens(`${night.station.httpUrl}/family`)).presses(/\/family$/, { code });
/** What a page answers, without what stands on every such page. */
const answerIn = ({ page }: Phone): string =>
  (/<div class="done"[^>]*>([\s\S]*?)<\/div>/.exec(page)?.[1] ?? '').replaceAll(/\s+/g, ' ').trim();

describe('checking in at a shelter', () => {
  let night: Night;
  beforeEach(async () => {
    night = await Night.begin();
  });
  afterEach(() => night.station.stop());

  it('counts a family by one press, once for two forms, and lets it leave and come back', async () => {
    expect((await night.posts(`shelters/${HALL}/opening`, { state: 'open' })).status).toBe(200);
    const phone = await new Phone().opens(await night.door());
    expect(phone.page).toContain('何人で来ましたか');
    expect(phone.page).toContain('本町公民館');
    expect(phone.page).not.toContain('まだ確認できていません');
    const { url } = phone.form(COME);
    await phone.presses(COME, { persons: '4' });
    expect([phone.status, phone.ticket]).toEqual([200, '1']);
    const again = await new Phone().sends(url, { turn: '0', persons: '4' });
    expect([again.status, again.ticket]).toEqual([200, '1']);
    await night.counts(4);
    expect(await night.shelter()).toMatchObject({ checkedIn: { households: 1, persons: 4 }, occupancyPercent: 2 });
    expect(await night.reads<GaugeDto>(`gauges/${HALL}`)).toMatchObject({ latest: { quality: 'estimated' } });

    const { url: leave } = phone.form(/\/leave$/);
    await phone.presses(/\/leave$/);
    expect(phone.page).toContain('退所しました');
    await new Phone().sends(leave, { turn: '1' });
    await night.counts(0);
    await phone.presses(COME, { persons: '3' });
    expect(phone.ticket).toBe('1');
    await night.counts(3);
    // The form from before it came back moves nothing.
    expect((await new Phone().sends(leave, { turn: '1' })).ticket).toBe('1');
    expect(await night.desk()).toMatchObject({ households: 1, persons: 3 });
    expect((await phone.opens(await night.door())).page).toContain('この電話では受付が済んでいます');
  });

  it('counts whoever comes to a shelter that was not opened, says so to them, and tells headquarters', async () => {
    const phone = await new Phone().opens(await night.door());
    expect(phone.page).toContain('まだ確認できていません');
    await phone.presses(COME, { persons: '2' });
    expect(phone.ticket).toBe('1');
    await night.until(async () =>
      (await night.reads<StatusDto>('status')).stages.some(({ why }) => why.includes('開設の連絡がない本町公民館に、受付で1世帯2人')),
    );
    expect((await fetch(`${night.station.httpUrl}/readyz`)).status).toBe(200);
    await night.posts(`shelters/${HALL}/opening`, { state: 'open' });
    await night.until(async () => (await night.reads<StatusDto>('status')).stages.every(({ why }) => why === ''));
  });

  it('lets a code that was photographed count no more than the room and no faster than a door, and ends it with a new sheet', async () => {
    const door = await night.door();
    const phone = await new Phone().opens(door);
    expect((await phone.sends(phone.form(COME).url, { turn: '0', persons: '21' })).status).toBe(400);
    expect((await new Phone().sends(`${door}/short`, { turn: '0', persons: '2' })).status).toBe(409);
    // 180 have room: nine times twenty, and not one more.
    const outcomes: number[] = [];
    for (let i = 0; i < 10; i += 1) outcomes.push((await (await new Phone().opens(door)).presses(COME, { persons: '20' })).status);
    expect(outcomes).toEqual([200, 200, 200, 200, 200, 200, 200, 200, 200, 409]);
    const turned = await (await new Phone().opens(door)).presses(COME, { persons: '1' });
    expect(turned.page).toContain('どうぞ中に入り、受付の係員に人数を伝えてください');
    await night.until(async () => (await night.reads<StatusDto>('status')).stages.some(({ why }) => why.includes('定員180人に達しました')));
    expect((await night.posts(`shelters/${HALL}/check-ins`, { act: 'come', persons: 6 }, 'k1')).status).toBe(200);
    expect(await night.desk()).toMatchObject({ persons: 186 });

    const gym = await night.door(GYM);
    const statuses = new Map<number, number>();
    await Promise.all(
      Array.from({ length: DOOR_ACTS_PER_MINUTE_MAX + 5 }, async (_, i) => {
        const { status } = await new Phone().sends(`${gym}/${String(i).padStart(22, 'x')}`, { turn: '0', persons: '1' });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }),
    );
    expect(statuses).toEqual(new Map([[200, DOOR_ACTS_PER_MINUTE_MAX], [429, 5]])); // prettier-ignore

    const inside = await new Phone().opens(door);
    const { sheet } = (await night.desk()).door;
    const renewed = [1, 2].map(() => night.posts(`shelters/${HALL}/door-sheet`, { replaces: sheet }));
    for (const response of await Promise.all(renewed)) expect(((await response.json()) as CheckInDto).door.sheet).toBe(2);
    expect((await new Phone().opens(door)).status).toBe(404);
    expect((await new Phone().sends(inside.form(COME).url, { turn: '0', persons: '1' })).page).toContain('このコードは使えません');
    expect((await new Phone().opens(await night.door())).status).toBe(200);
  });

  it('lets staff count, undo and correct, each once by its key, and keeps the reason in the audit', async () => {
    const path = `shelters/${GYM}/check-ins`;
    expect((await night.posts(path, { act: 'come', persons: 4 })).status).toBe(400);
    const both = await Promise.all([1, 2].map(() => night.posts(path, { act: 'come', persons: 4 }, 'a')));
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    await night.posts(path, { act: 'come', persons: 2 }, 'b');
    expect(await night.desk(GYM)).toMatchObject({ households: 2, persons: 6, parties: [{ ticket: 2 }, { ticket: 1 }] });
    expect((await night.posts(path, { act: 'come', persons: 2, households: 1 }, 'c')).status).toBe(200);
    const { entries, parties } = await night.desk(GYM);
    await night.posts(path, { act: 'undo', of: entries[0]!.id }, 'd');
    const undone = await night.posts(path, { act: 'undo', of: entries[0]!.id }, 'e');
    expect([undone.status, ((await undone.json()) as { type: string }).type]).toEqual([409, 'urn:sonae:check-in:alreadyUndone']);
    await night.posts(path, { act: 'leave', party: parties[2]!.id }, 'f');
    expect((await night.posts(path, { act: 'leaveUnnamed', persons: 50 }, 'g')).status).toBe(409);
    await night.counts(2, GYM);
    expect((await night.posts(path, { act: 'correct', persons: 9, households: 3, reason: ' ' }, 'h')).status).toBe(400);
    expect((await night.posts(path, { act: 'correct', persons: 9, households: 3, reason: '巡回して数えた' }, 'h')).status).toBe(200);
    await night.counts(9, GYM);
    expect((await night.posts(path, { act: 'come', persons: 4 }, 'h')).status).toBe(409);
    const audit = await night.station.service.adapters.audit.entries({ limit: 5 });
    expect(audit.find(({ grounds }) => grounds === '巡回して数えた')).toMatchObject({
      by: 'mado',
      act: 'shelter-changed',
      subject: `shelter/${GYM}`,
      before: { households: 1, persons: 2 },
      after: { households: 3, persons: 9 },
    });
    await night.signIn('miru');
    expect((await night.posts(path, { act: 'come', persons: 4 }, 'i')).status).toBe(403);
  });

  it('begins with whom a counter saw, leads from then on, and asks a person before it is called full', async () => {
    const device = await night.station.gauge(HALL);
    const counts = (count: number): Promise<void> => device.reports([count], { quantity: 'count' });
    await counts(140);
    await night.counts(140);
    const phone = await (await new Phone().opens(await night.door())).presses(COME, { persons: '5' });
    expect(phone.ticket).toBe('1');
    await night.counts(145);
    expect((await night.desk()).entries.map(({ kind, total }) => [kind, total.persons])).toEqual([
      ['came', 145],
      ['begun', 140],
    ]);
    await counts(100);
    await night.until(async () => {
      const { points } = await night.reads<ReadingsDto>(`gauges/${HALL}/readings?from=0&to=${Date.now() + 60_000}&quantity=count`);
      return points.some(({ value, quality }) => value === 100 && quality === 'maintenance');
    });
    expect((await night.reads<GaugeDto>(`gauges/${HALL}`)).latest?.value).toBe(145);
    for (const [index, key] of ['a', 'b', 'c', 'd'].entries()) {
      await night.posts(`shelters/${HALL}/check-ins`, { act: 'come', persons: 13 }, key);
      await night.counts(145 + 13 * (index + 1));
    }
    const kinds = async (): Promise<readonly string[]> =>
      (await night.reads<{ items: TimelineDto[] }>('transitions')).items.map(({ transition }) => transition.kind);
    await night.until(async () => (await kinds()).includes('asked'));
    expect((await night.shelter()).full).toBe(false);
    expect((await night.posts(`gauges/${HALL}/count`, { full: true }, 'full')).status).toBe(201);
    await night.until(async () => (await night.shelter()).full);
    // Somebody counts: the register goes on from there.
    expect((await night.posts(`gauges/${HALL}/count`, { count: 120, note: '2人で数えた' }, 'n')).status).toBe(201);
    expect(await night.desk()).toMatchObject({ persons: 120, households: 5 });
    await night.posts(`shelters/${HALL}/check-ins`, { act: 'come', persons: 1 }, 'e');
    await night.counts(121);

    await night.posts(`shelters/${HALL}/opening`, { state: 'closed' }, 'z');
    await night.counts(0);
    expect((await night.shelter()).checkedIn).toBeNull();
    await counts(7);
    await night.counts(7);
  });

  it('prints a sheet of its own for every shelter, for staff alone', async () => {
    const anybody = await fetch(`${night.station.httpUrl}/api/v1/shelters/${HALL}/door-sheet`);
    expect(anybody.status).toBe(401);
    const sheet = await night.page(`shelters/${HALL}/door-sheet`);
    expect(sheet).toContain('本町公民館');
    expect(
      Object.values(TALK_WORDS)
        .filter(({ name }) => !sheet.includes(name))
        .map(({ name }) => name),
    ).toEqual([]);
    const svg = await night.page(`shelters/${HALL}/door-sheet?format=svg`);
    expect(svg).toMatch(/^<svg /);
    expect(sheet).toContain(svg.trim());
    expect(await night.page(`shelters/${GYM}/door-sheet?format=svg`)).not.toBe(svg);
    const doors = [await night.door(), await night.door(GYM)];
    expect(new Set(doors).size).toBe(2);
  });

  it('F67 keeps the families of a drill in the drill, and a code of one place leads nowhere in the other', async () => {
    const real = await night.door();
    await night.signIn('suzuki');
    const ask = { name: '受付の訓練', reason: '避難所の開設訓練', endsAt: Date.now() + 600_000 };
    const { id } = (await (await night.posts('drills', ask)).json()) as { readonly id: string };
    await night.signIn('mori');
    expect((await night.posts(`drills/${id}/confirm`, {})).status).toBe(200);
    await night.signIn('suzuki', '/drill');
    const door = await night.door();
    expect(new URL(door).pathname).toMatch(/^\/drill\/shelter\//);
    const phone = await (await new Phone().opens(door)).presses(COME, { persons: '4' });
    expect([phone.ticket, phone.page.match(/【訓練】これは訓練です/g)?.length]).toEqual(['1', 2]);
    await phone.presses(/\/family$/, { agree: 'yes' });
    await night.counts(4);
    expect((await new Phone().opens(door.replace('/drill/', '/'))).status).toBe(404);
    expect((await new Phone().opens(real.replace('/shelter/', '/drill/shelter/'))).status).toBe(404);
    expect(answerIn(await family(night, phone.code!))).toContain('知らせられることはありません');

    await night.signIn('suzuki');
    expect(await night.desk()).toMatchObject({ persons: 0, entries: [] });
    expect((await night.shelter()).checkedIn).toBeNull();
    expect((await night.reads<GaugeDto>(`gauges/${HALL}`)).latest).toBeNull();
  });

  it('tells family what was consented to, and everybody else the same words, whatever the reason', async () => {
    await night.posts(`shelters/${HALL}/opening`, { state: 'open' });
    const phone = await (await new Phone().opens(await night.door())).presses(COME, { persons: '2' });
    await phone.presses(/\/family$/);
    expect([phone.status, phone.code]).toEqual([422, null]);
    await phone.presses(/\/family$/, { agree: 'yes' });
    const first = phone.code!;
    expect(first).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{3}$/);
    expect(answerIn(await family(night, first.toLowerCase()))).toMatch(/^<strong>避難所にいます（\d+月\d+日 \d\d:\d\d から）<\/strong>$/);

    const nobody = answerIn(await family(night, 'AAAA-AAA-AAA'));
    expect(nobody).toContain('知らせられることはありません');
    await phone.presses(/\/family\/withdraw$/);
    expect(phone.page).toContain('家族コードを消しました');
    expect(answerIn(await family(night, first))).toBe(nobody);
    await phone.opens(phone.url.replace(/\/family\/withdraw/, ''));
    await phone.presses(/\/family$/, { agree: 'yes', name: 'yes' });
    expect(phone.code).not.toBe(first);
    expect(answerIn(await family(night, first))).toBe(nobody);
    expect(answerIn(await family(night, phone.code!))).toContain('本町公民館にいます');
    const second = phone.code!;
    await phone.presses(/\/leave$/);
    expect(answerIn(await family(night, second))).toBe(nobody);
    const wrong = async (): Promise<number> =>
      (await new Phone().sends(`${night.station.httpUrl}/family`, { code: 'BBBB-BBB-BB1' })).status;
    const statuses: number[] = [];
    while (statuses.length < WRONG_ASKS_MAX) statuses.push(...(await Promise.all(Array.from({ length: 50 }, wrong))));
    expect(statuses).toContain(429);
    // Then a right code looks like a wrong one.
    expect((await family(night, second)).status).toBe(429);
  });
});
