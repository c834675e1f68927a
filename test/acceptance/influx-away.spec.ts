import type { Subscriber } from '#core';
import { HistoryUnavailable, InfluxReadingHistory } from '#influx';
import { loadPlaybook } from '#playbook';
import { influxdb1 } from '../influx-servers.ts';
import { leftOut } from '../servers.ts';
import { MINUTE } from '../support/builders.ts';
import { SteeredClock } from '../support/steered-clock.ts';
import { lineId, Station } from '../support/station.ts';

const resident: Subscriber = { channel: 'line', address: lineId('midori'), language: 'ja', districts: ['honmachi'], categories: ['flood'] };
const GAUGE = 'ose-seguchi';
const MORNING = Date.parse('2026-07-01T06:00:00+09:00');
/** Every second for ten minutes, a minute at once: the time that InfluxDB is away in the story. */
const AWAY_READINGS = 600;
/** Whatever waits for a silent InfluxDB waits for five seconds, so all those minutes would take longer than this; they take some tenths of one each. */
const AWAY_MS_MAX = 45_000;

const withoutInfluxdb = await leftOut('influxdb', 'F19 the whole service without its InfluxDB');
(withoutInfluxdb ? describe.skip : describe)('F19 the whole service, when InfluxDB is away', () => {
  let influx: Awaited<ReturnType<typeof influxdb1>>;
  let station: Station;
  let clock: SteeredClock;

  beforeEach(async () => {
    influx = await influxdb1();
    const { url, token, org, bucket } = await influx.newBucket();
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    clock = new SteeredClock(MORNING);
    const env = { SONAE_INFLUX_URL: url, SONAE_INFLUX_TOKEN: token, SONAE_INFLUX_ORG: org, SONAE_INFLUX_BUCKET: bucket };
    station = await Station.start({ playbook, clock, subscribers: [resident], env });
  });
  afterEach(async () => {
    influx.front.weather = 'fair';
    await station.stop();
    await influx.stop();
  });

  /** Hands readings in through the API, a second apart on the clock of the story. */
  const reports = async (values: readonly number[]): Promise<void> => {
    const body = values.map((level, index) => ({ t: clock.now() + index * 1_000, level }));
    clock.moveTo(clock.now() + values.length * 1_000);
    const response = await fetch(`${station.httpUrl}/api/v1/devices/${GAUGE}/obs`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${GAUGE}:${station.keys[GAUGE]}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  };
  const chart = () =>
    station.service.adapters.history.range({ gauge: GAUGE, quantity: 'level', from: MORNING, to: clock.now() + MINUTE, limit: 5_000 });
  const troubled = () => station.service.stages.list().filter(({ state }) => state !== 'ok');
  const inbox = () => station.line.inboxOf(resident.address);

  it.each([
    { how: 'killed', away: () => influx.server.kill(), back: () => influx.server.restart() },
    { how: 'silent', away: async () => void (influx.front.weather = 'silent'), back: async () => void (influx.front.weather = 'fair') },
    { how: 'cut off', away: async () => void (influx.front.weather = 'cut'), back: async () => void (influx.front.weather = 'fair') },
  ])('$how, takes, judges and tells as ever, and its charts are whole afterwards', async ({ away, back }) => {
    await reports([4.6, 4.7]);
    await station.settled();
    expect(station.service.adapters.history).toBeInstanceOf(InfluxReadingHistory);
    expect((await chart()).map(({ value }) => value)).toEqual([4.6, 4.7]);

    await away();
    const began = performance.now();
    await reports([5.05, 5.12]);
    await station.service.told();
    expect(inbox()).toHaveLength(1);
    expect(inbox()[0]!.text).toContain('5.12 m');
    const values = Array.from({ length: AWAY_READINGS }, (_, second) => 5.12 + Math.sin(second / 60) / 100);
    for (let second = 0; second < AWAY_READINGS; second += 60) {
      await reports(values.slice(second, second + 60));
      await station.service.told();
    }
    expect(performance.now() - began).toBeLessThan(AWAY_MS_MAX);
    await until(() => troubled().length > 0);
    expect(troubled()).toMatchObject([{ name: 'history', state: 'degraded', why: expect.stringContaining('グラフの更新が遅れています') }]);
    await expect(chart()).rejects.toBeInstanceOf(HistoryUnavailable);

    await back();
    await station.settled();
    const points = await chart();
    expect(points).toHaveLength(4 + AWAY_READINGS);
    expect(points.map(({ at }) => at)).toEqual(points.map((_, second) => MORNING + second * 1_000));
    expect(await station.service.adapters.history.position()).toBe(await station.service.adapters.log.end());
    await until(() => troubled().length === 0);
  });

  it('silent at the start, starts all the same, takes, judges and tells, and catches up', async () => {
    await reports([4.6, 4.7]);
    await station.settled();
    influx.front.weather = 'silent';
    await station.restart();
    await reports([5.05, 5.12]);
    await station.service.told();
    expect(inbox()).toHaveLength(1);

    influx.front.weather = 'fair';
    await station.settled();
    expect((await chart()).map(({ value }) => value)).toEqual([4.6, 4.7, 5.05, 5.12]);
  });
});

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((next) => setTimeout(next, 20));
}
