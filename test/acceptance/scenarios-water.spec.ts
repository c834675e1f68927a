import { connectAsync, type MqttClient } from 'mqtt';
import type { Playbook, Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { type AlertDto, alertDto, type GaugeDto, gaugeDto, type OrderDto, orderDto, type ReadingsDto, readingsDto } from '#wire';
import { randomOf } from '../support/random.ts';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

/**
 * The scenarios of domain.md §10 about water, by their numbers, through MQTT to what people read on LINE and in mails. Number 7 is also proven
 * for whole audiences in dispatch-line.spec.ts, the doubts of number 3 one by one in admit.spec.ts.
 */

// A whole service on a machine that may be busy.
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NIGHT = Date.parse('2026-07-01T00:00:00+09:00');
/** The watch looks at silence every second of real time; this is how long a look may take on a slow machine. */
const LOOK_MS_MAX = 120_000;

const residentOf = (district: string): Subscriber => ({
  channel: 'line',
  address: lineId(`resident of ${district}`),
  language: 'ja',
  districts: [district],
  categories: ['flood'],
});
const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };
const DISTRICTS = ['sakuradai', 'honmachi', 'kawara', 'minato', 'kitahara'];

interface Report {
  readonly seq?: number;
  readonly t: number;
  readonly level: number;
}

/** The sample city on a night whose clock the story sets. */
class Night {
  readonly station: Station;
  readonly #clock: SteeredClock;
  readonly #clients = new Map<string, MqttClient>();

  private constructor(station: Station, clock: SteeredClock) {
    this.station = station;
    this.#clock = clock;
  }

  static async begin({
    at = NIGHT,
    change = (playbook) => playbook,
  }: { at?: number; change?: (playbook: Playbook) => Playbook } = {}): Promise<Night> {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    const clock = new SteeredClock(at);
    const station = await Station.start({
      playbook: change(playbook),
      clock,
      subscribers: [duty, ...DISTRICTS.map(residentOf)],
      staff: [{ name: 'sato', role: 'duty' }],
    });
    return new Night(station, clock);
  }

  /** Sets the clock. */
  becomes(at: number): void {
    this.#clock.moveTo(at);
  }

  connect(device: string): Promise<MqttClient> {
    return connectAsync(this.station.mqttUrl, {
      clientId: device,
      username: device,
      password: this.station.keys[device]!,
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
  }

  /** Publishes reports as one packet, and resolves when they are acknowledged and everybody was told. */
  async hears(device: string, ...reports: readonly Report[]): Promise<void> {
    let client = this.#clients.get(device);
    if (!client?.connected) {
      client = await this.connect(device);
      this.#clients.set(device, client);
    }
    await client.publishAsync(`sonae/v1/${device}/obs`, JSON.stringify(reports), { qos: 1 });
    await this.station.service.told();
  }

  /** One report after the other, each received when it was made. */
  async lives(device: string, reports: readonly Report[]): Promise<void> {
    for (const report of reports) {
      this.becomes(report.t);
      await this.hears(device, report);
    }
  }

  /** Lets time go on until something is done, each time to the instant for which a repeat waits and not beyond it. */
  async passes(done: Promise<void>): Promise<void> {
    const waiting = new AbortController();
    const end = done.finally(() => waiting.abort());
    while (!waiting.signal.aborted) {
      const queued = await this.station.service.adapters.ledger.deliveries({ state: 'queued', limit: 100 });
      if (queued.length > 0) this.becomes(Math.min(...queued.map(({ delivery }) => delivery.dueAt)));
      await new Promise((next) => setTimeout(next, 50));
    }
    await end;
  }

  /** What the resident of a district read, oldest first. */
  inbox(district: string): readonly string[] {
    return this.station.line.inboxOf(residentOf(district).address).map(({ text }) => text);
  }

  /** Everything that any resident read. */
  public(): readonly string[] {
    return DISTRICTS.flatMap((district) => this.inbox(district));
  }

  async staffMails(): Promise<readonly string[]> {
    return Promise.all(this.station.mail.mailsTo(duty.address).map(async (mail) => (await mail.read()).subject));
  }

  /** Waits until the watch has looked at the silence, and staff were told. */
  async staffHears(subject: RegExp): Promise<void> {
    const until = performance.now() + LOOK_MS_MAX;
    while (!(await this.staffMails()).some((own) => subject.test(own))) {
      if (performance.now() > until) throw new Error(`staff never heard ${subject}; only ${(await this.staffMails()).join(' | ')}`);
      await new Promise((next) => setTimeout(next, 50));
    }
  }

  async alert(id: string): Promise<AlertDto> {
    return alertDto.parse(await this.#read(`alerts/${encodeURIComponent(id)}`));
  }

  /** The alert of the rule of levels that is open at a gauge, if any. */
  async levelOf(gauge: string): Promise<GaugeDto['alerts'][number] | undefined> {
    return (await this.gauge(gauge)).alerts.find(({ ruleId }) => ruleId === 'river-level');
  }

  async gauge(id: string): Promise<GaugeDto> {
    return gaugeDto.parse(await this.#read(`gauges/${id}`));
  }

  async readings(id: string, from: number, to: number): Promise<ReadingsDto> {
    await this.station.settled();
    return readingsDto.parse(await this.#read(`gauges/${id}/readings?from=${from}&to=${to}`));
  }

  /** Orders that wait for people, newest first. */
  async proposals(): Promise<readonly OrderDto[]> {
    const page = (await this.#read('orders?open=true')) as { readonly items: readonly unknown[] };
    return page.items.map((item) => orderDto.parse(item));
  }

  /** Somebody on duty takes the alert, so that nobody is reminded of it. */
  async acknowledge(id: string): Promise<void> {
    await this.#read(`alerts/${encodeURIComponent(id)}/acknowledge`, 'POST');
  }

  /** Asks as the officer on duty, who signs in anew for every question: the clock may have run past the end of the last session. */
  async #read(path: string, method = 'GET'): Promise<unknown> {
    const { httpUrl } = this.station;
    const session = await fetch(`${httpUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'sato', password: passwordOf('sato') }),
    });
    const cookie = session.headers.getSetCookie()[0]!.split(';', 1)[0]!;
    return (await fetch(`${httpUrl}/api/v1/${path}`, { method, headers: { cookie } })).json();
  }

  /** The service stops in good order and starts on the same folder; devices come back by themselves. */
  async restarts(): Promise<void> {
    await this.#leave();
    await this.station.restart();
  }

  async end(): Promise<void> {
    await this.#leave();
    await this.station.stop();
  }

  async #leave(): Promise<void> {
    for (const client of this.#clients.values()) await client.endAsync(true);
    this.#clients.clear();
  }
}

/** Levels at a steady rhythm. */
const course = (from: number, everyMs: number, levels: readonly number[], seq = 0): Report[] =>
  levels.map((level, i) => ({ seq: seq + i, t: from + i * everyMs, level }));

/** `count` levels in a straight line, the last one included. */
const line = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.round((from + ((to - from) * i) / (count - 1)) * 1000) / 1000);

describe('scenarios of the water', () => {
  let night: Night;
  afterEach(() => night.end());

  it('D§10.1 a flashy river from start to warn in 40 minutes: headquarters see it within an interval, one message per level and district', async () => {
    night = await Night.begin();
    const every = 2 * MINUTE;
    const rising = course(NIGHT, every, line(8.2, 9.44, 21));
    const firstAbove = rising.find(({ level }) => level >= 9.4)!;
    await night.lives('sakura-kamidani', rising);
    const next = { seq: rising.length, t: rising.at(-1)!.t + every, level: 9.5 };
    expect(night.public()).toEqual([]);
    await night.lives('sakura-kamidani', [next]);
    expect(await night.levelOf('sakura-kamidani')).toMatchObject({ state: 'raised', stepName: '危険水位', changedAt: next.t });
    expect(next.t - firstAbove.t).toBe(every);
    expect(night.inbox('sakuradai')).toEqual([expect.stringContaining('危険水位に到達')]);
    await night.lives('sakura-kamidani', course(next.t + every, every, line(9.6, 10.3, 8), 30));
    expect(night.inbox('sakuradai')).toEqual([expect.stringContaining('危険水位に到達'), expect.stringContaining('氾濫開始水位')]);
    expect(night.inbox('honmachi')).toEqual([]);
    // One proposal per level and districts, each made with the reading that raised the alert, and none repeated by the readings after it.
    const proposals = (await night.proposals()).toReversed();
    expect(
      proposals.map(({ content, ruleId, openedAt }) => [content.municipalLevel, content.districts[0]!.code, ruleId, openedAt]),
    ).toEqual([
      [3, 'sakuradai', 'river-level', next.t],
      [4, 'sakuradai', 'river-level', expect.any(Number)],
    ]);
  });

  it('D§10.2 a gauge that dies just below flood is unknown, never normal; staff are paged and nobody else', async () => {
    night = await Night.begin();
    const rising = course(NIGHT, 5 * MINUTE, [4.8, 5.1, 5.4, 5.6, 5.75]);
    await night.lives('ose-seguchi', rising);
    const before = night.public();
    const heardAt = rising.at(-1)!.t;
    night.becomes(heardAt + 16 * MINUTE);
    await night.staffHears(/瀬口.*から不明/);
    night.becomes(heardAt + 10 * HOUR);
    await night.station.service.told();
    const gauge = await night.gauge('ose-seguchi');
    expect(gauge.blindSince).toBe(heardAt);
    const standing = gauge.alerts.map(({ ruleId, state, step }) => `${ruleId} ${state} ${step}`);
    expect(standing).toEqual(expect.arrayContaining(['blind raised 1', 'river-level raised 2']));
    expect(night.public()).toEqual(before);
  });

  it('D§10.3 a 12-m winter spike of one reading has no public effect, and staff see why it is doubtful', async () => {
    night = await Night.begin();
    const winter = course(NIGHT, 10 * MINUTE, [4.02, 4.03, 16.03, 4.02, 4.03]);
    await night.lives('ose-kitahara', winter);
    expect(night.public()).toEqual([]);
    expect((await night.gauge('ose-kitahara')).alerts).toEqual([]);
    const { points } = await night.readings('ose-kitahara', NIGHT, NIGHT + HOUR);
    expect(points.map(({ quality }) => quality)).toEqual(['ok', 'ok', 'stepTooLarge', 'ok', 'ok']);
    expect(points[2]).toMatchObject({ raw: 16.03, why: expect.stringContaining('12.00 m 変わりました') });
  });

  it('D§10.4 F36 F37 four hours away, then 48 readings in one shuffled burst: history whole, peak annotated, nobody woken', async () => {
    night = await Night.begin();
    const five = 5 * MINUTE;
    const before = course(NIGHT, five, [4.8, 5.05, 5.1, 5.12]);
    await night.lives('ose-seguchi', before);
    const told = night.public();
    await night.acknowledge('river-level@ose-seguchi#1');
    const goneAt = before.at(-1)!.t;
    night.becomes(goneAt + 20 * MINUTE);
    await night.staffHears(/瀬口.*から不明/);

    // While it was away the river went over its banks and came back; now it stands where it was.
    const away = course(goneAt + five, five, [...line(5.2, 6.31, 24), ...line(6.25, 5.0, 24)], before.length);
    const backAt = away.at(-1)!.t + 40 * MINUTE;
    const live = { seq: 60, t: backAt, level: 4.98 };
    await night.lives('ose-seguchi', [live]);
    const mails = (await night.staffMails()).length;
    const { below } = randomOf(4);
    const shuffled = away
      .map((report) => ({ report, place: below(1_000) }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ report }) => report);
    expect(shuffled).not.toEqual(away);
    await night.hears('ose-seguchi', ...shuffled);

    const { points } = await night.readings('ose-seguchi', NIGHT, backAt + 1);
    expect(points.map(({ value }) => value)).toEqual([...before, ...away, live].map(({ level }) => level));
    expect(points.filter(({ quality }) => quality === 'backfilled')).toHaveLength(48);
    expect(night.public()).toEqual(told);
    expect(await night.staffMails()).toHaveLength(mails);
    const peak = { value: 6.31, at: away[23]!.t };
    const annotated = { live: { value: 5.12 }, now: peak, revised: true, late: 48, note: '後から届いた観測: 最高 6.31 m(02:15)' };
    expect((await night.alert('river-level@ose-seguchi#1')).peak).toMatchObject(annotated);
    expect((await night.alert('blind@ose-seguchi#1')).peak).toMatchObject({ now: peak, revised: true });

    // A capture that is played again, and a restart in the middle of it, change nothing of that.
    await night.restarts();
    await night.hears('ose-seguchi', ...shuffled);
    expect((await night.readings('ose-seguchi', NIGHT, backAt + 1)).points).toEqual(points);
    expect((await night.alert('river-level@ose-seguchi#1')).peak).toMatchObject(annotated);
    expect([night.public(), await night.staffMails()]).toMatchObject([told, { length: mails }]);
  });

  it('D§10.5 a limit changed at 03:00 judges each reading by the version of its own time, also when it comes late', async () => {
    const three = NIGHT + 3 * HOUR;
    const raisedTo = (value: number, gauge: string) => (playbook: Playbook) => {
      const known = playbook.gauges.get(gauge)!;
      const changed = { ...known, thresholds: [...known.thresholds, { code: 'warn', value, validFrom: three }] };
      return { ...playbook, gauges: new Map([...playbook.gauges, [gauge, changed]]) };
    };
    night = await Night.begin({
      at: three - HOUR,
      change: (playbook) => raisedTo(5.4, 'ose-seguchi')(raisedTo(4.8, 'matsuba-honmachi')(playbook)),
    });
    // Above the old limit before three: the old limit counts, and it is the one in the record.
    await night.lives('ose-seguchi', course(three - 15 * MINUTE, 5 * MINUTE, [4.9, 5.1, 5.2]));
    expect(night.inbox('honmachi')).toEqual([expect.stringContaining('危険水位に到達')]);
    const [last] = (await night.alert('river-level@ose-seguchi#1')).transitions.toSorted((a, b) => b.number - a.number);
    expect(last!.record).toMatchObject({ verdict: '2回続けて危険水位(5)以上' });
    expect(last!.record.limits).toContainEqual({ code: 'warn', name: '危険水位', value: 5 });
    // Elsewhere one reading above the old limit before three and one after: the second is below the limit of its time.
    await night.lives('matsuba-honmachi', course(three - 5 * MINUTE, 5 * MINUTE, [4.5, 4.5, 4.5]));
    expect(night.inbox('kawara')).toEqual([]);
    // The one of five to three that comes after the change is judged by the limit of five to three.
    night.becomes(three + 12 * MINUTE);
    await night.hears('matsuba-honmachi', { seq: 9, t: three - 4 * MINUTE, level: 4.6 });
    expect(await night.levelOf('matsuba-honmachi')).toMatchObject({ step: 1 });
    await night.lives('matsuba-honmachi', course(three + 15 * MINUTE, 5 * MINUTE, [4.85, 4.9], 10));
    expect(night.inbox('kawara')).toEqual([expect.stringContaining('危険水位に到達')]);
  });

  it('D§10.6 a delivery repeated by MQTT and a client id used twice leave one observation', async () => {
    night = await Night.begin();
    const report = { seq: 7, t: NIGHT, level: 4.61 };
    await night.hears('ose-seguchi', report);
    await night.hears('ose-seguchi', report);
    const twin = await night.connect('ose-seguchi');
    await twin.publishAsync('sonae/v1/ose-seguchi/obs', JSON.stringify(report), { qos: 1 });
    await twin.endAsync();
    await night.station.service.told();
    const { points } = await night.readings('ose-seguchi', NIGHT - HOUR, NIGHT + HOUR);
    expect(points.map(({ value }) => value)).toEqual([4.61]);
    const metrics = await (await fetch(`${night.station.httpUrl}/metrics`)).text();
    expect(metrics).toMatch(/^sonae_readings_stored_total 1$/m);
    expect(metrics).toMatch(/^sonae_readings_duplicates_total 2$/m);
  });

  it('D§10.7 LINE accepts and its answer is lost: the repeat gets 409, and the delivery counts once', async () => {
    night = await Night.begin();
    night.station.line.failNext(1, 'dropAfterAccept');
    const lived = night.lives('sakura-kamidani', course(NIGHT, 2 * MINUTE, [9.3, 9.45, 9.5]));
    await night.passes(lived);
    expect(night.inbox('sakuradai')).toHaveLength(1);
    const asked = night.station.line.requests.filter(({ to }) => to.includes(residentOf('sakuradai').address));
    expect(asked.map(({ verdict, answer }) => [verdict, answer])).toEqual([
      ['accepted', 'drop'],
      ['duplicate', 409],
    ]);
    expect(new Set(asked.map(({ retryKey }) => retryKey)).size).toBe(1);
    const { ledger } = night.station.service.adapters;
    const found = await ledger.findDelivery({ key: asked[0]!.retryKey! });
    expect(found!.delivery).toMatchObject({ state: 'sent', attempts: 2 });
    const counts = await ledger.deliveryCounts([found!.delivery.transitionId]);
    expect(counts.filter(({ channel }) => channel === 'line')).toMatchObject([{ state: 'sent', recipients: 1 }]);
  });

  it('D§10.16 a tidal station above flood at each high tide is told to staff, never to the public', async () => {
    night = await Night.begin();
    const every = 20 * MINUTE;
    const tide = Array.from(
      { length: 75 },
      (_, i) => Math.round((1.3 + 0.9 * Math.sin((2 * Math.PI * i * every) / (12.4 * HOUR))) * 100) / 100,
    );
    await night.lives('ose-kako', course(NIGHT, every, tide));
    const transitions = await night.station.service.adapters.ledger.transitions({ gauge: 'ose-kako', limit: 100 });
    const overFlood = transitions.filter(({ transition }) => transition.to === 2 || transition.to === 3);
    expect(overFlood.length).toBeGreaterThanOrEqual(2);
    expect(
      (await night.staffMails()).filter((subject) => subject.includes('河口') && subject.includes('氾濫開始水位')).length,
    ).toBeGreaterThanOrEqual(2);
    expect(night.public()).toEqual([]);
    expect(await night.proposals()).toEqual([]);
  });
});
