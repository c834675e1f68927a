import { connectAsync, type MqttClient } from 'mqtt';
import type { Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import type { GaugeDto, GaugeFaultsDto, LogbookEntryDto, ReadingsDto, TimelineDto } from '#wire';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

/** The scenarios of domain.md §10 about people, by their numbers, and the other two models of crowding (D§0), through MQTT to what people read. */

// A whole service on a machine that may be busy.
const MINUTE = 60_000;
const MORNING = Date.parse('2026-07-01T09:00:00+09:00');

const person = (name: string, set: Partial<Subscriber> = {}): Subscriber => ({
  channel: 'line',
  address: lineId(name),
  language: 'ja',
  districts: ['honmachi', 'sakuradai'],
  categories: ['congestion'],
  ...set,
});
const resident = person('resident');
const holder = person('holder', { categories: [] });
const other = person('other', { categories: [] });
const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };

/** The sample city on a day whose clock the story sets. */
class Day {
  readonly station: Station;
  readonly #clock: SteeredClock;
  readonly #clients = new Map<string, MqttClient>();
  #cookie = '';
  #now = MORNING;
  #seq = 0;

  private constructor(station: Station, clock: SteeredClock) {
    this.station = station;
    this.#clock = clock;
  }

  static async begin(): Promise<Day> {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    const clock = new SteeredClock(MORNING);
    const subscribers = [resident, holder, other, duty];
    const staff = [
      { name: 'mado', role: 'operator' as const },
      { name: 'miru', role: 'viewer' as const },
    ];
    return new Day(await Station.start({ playbook, clock, subscribers, staff }), clock);
  }

  /** A device says something every ten minutes, and everybody was told before the next. */
  async hears(device: string, ...reports: readonly Readonly<Record<string, number>>[]): Promise<void> {
    for (const report of reports) {
      this.#now += 10 * MINUTE;
      this.#clock.moveTo(this.#now);
      this.#seq += 1;
      const client = await this.#client(device);
      await client.publishAsync(`sonae/v1/${device}/obs`, JSON.stringify({ seq: this.#seq, t: this.#now, ...report }), { qos: 1 });
      await this.station.service.told();
    }
  }

  async posts(path: string, body: object, as = 'mado'): Promise<Response> {
    await this.#signIn(as);
    // Nobody presses a button in the millisecond of a reading.
    this.#now += 1_000;
    this.#clock.moveTo(this.#now);
    const headers = { cookie: this.#cookie, 'content-type': 'application/json' };
    const response = await fetch(`${this.station.httpUrl}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    await this.station.service.told();
    return response;
  }

  gauge(id: string): Promise<GaugeDto> {
    return this.reads(`gauges/${id}`);
  }

  async reads<T>(path: string): Promise<T> {
    await this.#signIn('mado');
    return (await (await fetch(`${this.station.httpUrl}/api/v1/${path}`, { headers: { cookie: this.#cookie } })).json()) as T;
  }

  inbox({ address }: Subscriber): readonly string[] {
    return this.station.line.inboxOf(address).map(({ text }) => text);
  }

  mails(): Promise<readonly string[]> {
    return Promise.all(this.station.mail.mailsTo(duty.address).map(async (mail) => (await mail.read()).subject));
  }

  async end(): Promise<void> {
    for (const client of this.#clients.values()) await client.endAsync(true);
    await this.station.stop();
  }

  async #client(device: string): Promise<MqttClient> {
    const known = this.#clients.get(device);
    if (known?.connected) return known;
    const password = this.station.keys[device]!;
    const options = { clientId: device, username: device, password, protocolVersion: 4, reconnectPeriod: 0 } as const;
    const client = await connectAsync(this.station.mqttUrl, options);
    this.#clients.set(device, client);
    return client;
  }

  async #signIn(user: string): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ user, password: passwordOf(user) });
    const session = await fetch(`${this.station.httpUrl}/api/v1/session`, { method: 'POST', headers, body });
    this.#cookie = session.headers.getSetCookie()[0]!.split(';', 1)[0]!;
  }
}

const counts = (...values: readonly number[]) => values.map((count) => ({ count }));
const calls = (...values: readonly number[]) => values.map((calling) => ({ calling, waiting: 3, waitMin: 12 }));
const AT_SHELTER = /本町公民館/;

describe('scenarios of crowds', () => {
  let day: Day;
  beforeEach(async () => {
    day = await Day.begin();
  });
  afterEach(() => day.end());

  it('D§10.12 a shelter at 79, 81 and 79 % does not flap, and is full only after staff have confirmed it', async () => {
    const standing = async () => (await day.gauge('shelter-honmachi')).alerts.map(({ stepName }) => stepName);
    const told = async () => (await day.mails()).filter((subject) => AT_SHELTER.test(subject));
    await day.hears('shelter-honmachi', ...counts(142, 146, 142, 146, 142, 146, 142));
    expect(await standing()).toEqual(['半分以上']);
    expect(await told()).toEqual([expect.stringContaining('半分以上')]);

    await day.hears('shelter-honmachi', ...counts(150, 160));
    expect(await standing()).toEqual(['満員に近い']);
    await day.hears('shelter-honmachi', ...counts(185, 190, 188));
    await day.station.restart();
    await day.hears('shelter-honmachi', ...counts(195, 200));
    expect(await standing()).toEqual(['満員に近い']);
    const asked = (await told()).filter((subject) => subject.includes('確認のお願い'));
    expect(asked).toEqual([expect.stringContaining('「満員」ですか')]);
    expect((await told()).filter((subject) => !asked.includes(subject)).some((subject) => /満員(?!に近い)/.test(subject))).toBe(false);

    expect((await day.gauge('shelter-honmachi')).fullHouse).toEqual({ stepName: '満員', count: 180 });
    expect((await day.posts('gauges/shelter-honmachi/count', { full: true }, 'miru')).status).toBe(403);
    expect((await day.posts('gauges/window-shimin/count', { full: true })).status).toBe(400);
    const yes = await day.posts('gauges/shelter-honmachi/count', { full: true });
    expect([yes.status, (await yes.json()) as LogbookEntryDto]).toMatchObject([
      201,
      { kind: 'count', value: 180, by: 'mado', reason: '満員と確認' },
    ]);
    expect(await standing()).toEqual(['満員']);
    expect((await told()).at(-1)).toContain('満員に近いから満員へ');

    await day.hears('shelter-honmachi', ...counts(181));
    expect(await standing()).toEqual(['満員']);
    await day.posts('gauges/shelter-honmachi/count', { count: 130 });
    expect(await standing()).toEqual(['半分以上']);
    await day.station.settled();
    const { points } = await day.reads<ReadingsDto>(`gauges/shelter-honmachi/readings?from=${MORNING}&to=${MORNING + 600 * MINUTE}`);
    expect(points.filter(({ quality }) => quality === 'manual').map(({ value, why }) => [value, why])).toEqual([
      [180, 'mado が数えた人数です: 満員と確認'],
      [130, 'mado が数えた人数です'],
    ]);
    expect(day.inbox(resident)).toEqual([]);
  });

  it('D§10.13 a counter that restarts leaves the people where they are, and says so', async () => {
    await day.hears('shelter-higashi', { in: 300, out: 20 }, { in: 320, out: 30 });
    expect((await day.gauge('shelter-higashi')).latest).toMatchObject({ value: 290, quality: 'estimated' });
    await day.hears('shelter-higashi', { in: 0, out: 0 });
    const { latest, alerts } = await day.gauge('shelter-higashi');
    expect(latest).toMatchObject({ value: 290, quality: 'estimated', why: expect.stringContaining('機器の再起動') });
    expect(alerts.map(({ stepName }) => stepName)).toEqual(['半分以上']);
    expect((await day.reads<GaugeFaultsDto>('gauges/shelter-higashi/faults')).device.counterResets).toBe(1);
    await day.hears('shelter-higashi', { in: 12, out: 2 });
    expect((await day.gauge('shelter-higashi')).latest).toMatchObject({ value: 300 });
  });

  it('tells how dense a shrine’s approach is, by the square metre and not by a capacity', async () => {
    await day.hears('spot-sando', ...counts(580, 620));
    expect(day.inbox(resident)).toEqual([]);
    await day.hears('spot-sando', ...counts(640, 700, 590, 640));
    expect(day.inbox(resident)).toEqual([expect.stringMatching(/桜谷神社参道 混雑[^]*1平方メートルに1\.1人/)]);
    await day.hears('spot-sando', ...counts(470, 450, 440));
    expect(day.inbox(resident)).toEqual([expect.anything(), expect.stringContaining('解消')]);
  });

  it('calls the holder of a ticket once when the turn is near, and nobody else', async () => {
    const draw = (number: number, { address }: Subscriber) =>
      day.posts('gauges/window-shimin/tickets', { channel: 'line', address, number });
    await day.hears('window-shimin', ...calls(40));
    expect((await draw(47, holder)).status).toBe(201);
    expect(await (await draw(60, other)).json()).toMatchObject({ state: 'waiting', calling: 40, ahead: 5, number: 60 });
    // Near already: the answer says so, and no call follows.
    expect(await (await draw(44, other)).json()).toMatchObject({ state: 'near' });
    expect((await draw(50, person('stranger'))).status).toBe(404);
    expect((await day.posts('gauges/shelter-honmachi/tickets', { channel: 'line', address: holder.address, number: 5 })).status).toBe(400);

    await day.hears('window-shimin', ...calls(41));
    expect(day.inbox(holder)).toEqual([]);
    await day.hears('window-shimin', ...calls(43));
    const words = expect.stringMatching(/市民課[^]*まもなくあなたの番です（あと5人以内）[^]*43番をお呼び/);
    expect(day.inbox(holder)).toEqual([words]);
    await day.station.restart();
    // On to its number, back by a slip of the finger, and once around.
    await day.hears('window-shimin', ...calls(44, 47, 43, 44, 50, 1, 42, 43));
    expect(day.inbox(holder)).toEqual([words]);
    expect([day.inbox(other), day.inbox(resident), await day.mails()]).toEqual([[], [], []]);

    expect((await day.gauge('window-shimin')).window).toEqual({ calling: 43, waiting: 3, waitMin: 12 });
    expect((await day.reads<{ items: TimelineDto[] }>('transitions')).items).toEqual([]);
  });
});
