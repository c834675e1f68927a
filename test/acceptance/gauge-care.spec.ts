import type { GaugeFaultsDto, LogbookEntryDto, MaintenanceDto, ReadingsDto } from '#wire';
import { aBandRule, aGauge, aLevelRule, aPlaybook, HOUR, MINUTE } from '../support/builders.ts';
import { passwordOf, Station } from '../support/station.ts';

const RIVER = aGauge({ id: 'tama-03', device: 'tama-03' });
const HALL = aGauge({
  id: 'hall',
  device: 'hall',
  name: '公民館',
  kind: 'shelter',
  quantity: 'count',
  capacity: 100,
  thresholds: [],
  plausible: { min: 0, max: 500, stepPer10Min: 500, stepPerHour: 500, stuckAfterMs: 3 * HOUR },
});
const PLAYBOOK = aPlaybook({
  gauges: [RIVER, HALL],
  rules: [aLevelRule({ selector: { gauges: ['tama-03'] } }), aBandRule({ selector: { gauges: ['hall'] } })],
});

describe('the care of gauges', () => {
  let station: Station;
  let cookie = '';
  /** The story begins an hour ago, so that everything in it has happened. */
  const begin = Date.now() - HOUR;
  const at = (minute: number): number => begin + minute * MINUTE;

  const ask = async (method: string, path: string, body?: object, key?: string): Promise<{ status: number; body: never }> => {
    const response = await fetch(`${station.httpUrl}/api/v1/${path}`, {
      method,
      headers: { cookie, ...(body && { 'content-type': 'application/json' }), ...(key && { 'idempotency-key': key }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as never };
  };
  const told = async <T>(path: string): Promise<T> => (await ask('GET', path)).body;
  const report = async (device: string, body: object): Promise<void> => {
    const response = await fetch(`${station.httpUrl}/api/v1/devices/${device}/obs`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${device}:${station.keys[device]!}`).toString('base64')}`,
      },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    await station.settled();
  };
  const points = async (gauge: string) => (await told<ReadingsDto>(`gauges/${gauge}/readings?from=${begin}`)).points;
  const raised = async (gauge: string) =>
    (await told<{ alerts: { state: string; stepCode: string }[] }>(`gauges/${gauge}`)).alerts.filter(({ state }) => state === 'raised');

  const correct = (value: number | null, key: string) =>
    ask('POST', 'gauges/tama-03/corrections', { at: at(51), value, reason: '水位標で確認' }, key);

  beforeEach(async () => {
    station = await Station.start({ playbook: PLAYBOOK, staff: [{ name: 'sato', role: 'operator' }] });
    const response = await fetch(`${station.httpUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'sato', password: passwordOf('sato') }),
    });
    cookie = response.headers.get('set-cookie')!.split(';')[0]!;
  });
  afterEach(() => station.stop());

  it('keeps what is measured in maintenance out of every alert, over a restart, until somebody ends it', async () => {
    const { status, body } = await ask('POST', 'gauges/tama-03/maintenance', { until: Date.now() + HOUR, reason: 'センサー清掃' }, 'm1');
    expect(status).toBe(201);
    const maintenance: MaintenanceDto = body;
    expect((await ask('POST', 'gauges/tama-03/maintenance', { until: Date.now() + HOUR, reason: 'センサー清掃' }, 'm1')).body).toEqual(
      body,
    );
    await station.restart();
    const flood = [5.6, 5.7, 5.8].map((level, index) => ({ seq: index, t: Date.now() + index, level }));
    await report('tama-03', flood);
    expect(await raised('tama-03')).toEqual([]);
    expect(await points('tama-03')).toMatchObject(
      flood.map(({ level }) => ({ value: level, quality: 'maintenance', why: expect.stringContaining('センサー清掃') as string })),
    );
    expect((await told<GaugeFaultsDto>('gauges/tama-03/faults')).maintenance).toEqual([maintenance]);

    expect((await ask('POST', `gauges/tama-03/maintenance/${encodeURIComponent(maintenance.id)}/end`)).status).toBe(200);
    expect((await ask('POST', `gauges/tama-03/maintenance/${encodeURIComponent(maintenance.id)}/end`)).status).toBe(409);
    await report(
      'tama-03',
      [4.6, 4.7].map((level, index) => ({ seq: 3 + index, t: Date.now() + index, level })),
    );
    expect(await raised('tama-03')).toMatchObject([{ stepCode: 'warn' }]);
  });

  it('D§10.3 shows a spike with its reason, and beside it what staff says that it was', async () => {
    await report(
      'tama-03',
      [3.1, 15.1, 3.2].map((level, index) => ({ seq: index, t: at(50 + index), level })),
    );
    expect(await raised('tama-03')).toEqual([]);
    expect(await correct(3.15, 'c1')).toMatchObject({
      status: 201,
      body: { kind: 'correction', quantity: 'level', was: 15.1, raw: 15.1, value: 3.15, by: 'sato', reason: '水位標で確認' },
    });
    expect((await points('tama-03'))[1]).toMatchObject({
      raw: 15.1,
      value: 15.1,
      quality: 'outOfRange',
      corrected: { value: 3.15, by: 'sato', reason: '水位標で確認' },
    });
    await correct(null, 'c2');
    expect((await points('tama-03'))[1]).not.toHaveProperty('corrected');
    const { items } = await told<{ items: LogbookEntryDto[] }>('gauges/tama-03/logbook');
    expect(items.map(({ kind, value }) => [kind, value])).toEqual([
      ['correction', null],
      ['correction', 3.15],
    ]);
  });

  it('D§10.13 counts people by the doors through a restart of the counter, and on from what a person counted', async () => {
    await report('hall', { seq: 0, t: at(40), in: 90, out: 20 });
    expect(await raised('hall')).toMatchObject([{ stepCode: 'busy' }]);
    await report('hall', { seq: 1, t: at(45), in: 0, out: 0 });
    expect((await points('hall')).map(({ value, quality }) => [value, quality])).toEqual([
      [70, 'estimated'],
      [70, 'estimated'],
    ]);
    const counted = await ask('POST', 'gauges/hall/count', { count: 85, note: '体育館を一巡' }, 'k1');
    await ask('POST', 'gauges/hall/count', { count: 85, note: '体育館を一巡' }, 'k1');
    await station.settled();
    expect(counted).toMatchObject({ status: 201, body: { kind: 'count', value: 85, by: 'sato' } });
    expect(await raised('hall')).toMatchObject([{ stepCode: 'nearlyFull' }]);
    await report('hall', { seq: 2, t: Date.now() + 1_000, in: 0, out: 70 });
    const last = (await points('hall')).slice(2);
    expect(last).toMatchObject([
      { value: 85, quality: 'manual', why: 'sato が数えた人数です: 体育館を一巡' },
      { value: 15, quality: 'estimated', why: expect.stringContaining('sato が数えた人数') as string },
    ]);
    expect((await told<GaugeFaultsDto>('gauges/hall/faults')).device).toMatchObject({ counterResets: 1 });
    expect((await ask('POST', 'gauges/tama-03/count', { count: 3 })).status).toBe(400);
  });

  it('D§10.6 F32 keeps each reading of a copied key once, and says that there are two', async () => {
    for (let index = 0; index < 5; index += 1) {
      await report('tama-03', { seq: 1_000 + index, t: at(40 + 2 * index), level: 3 });
      await report('tama-03', { seq: 50 + index, t: at(41 + 2 * index), level: 3.1 });
      await report('tama-03', { seq: 1_000 + index, t: at(40 + 2 * index), level: 3 });
    }
    expect(await points('tama-03')).toHaveLength(10);
    const { faults, device, days } = await told<GaugeFaultsDto>('gauges/tama-03/faults');
    expect(faults).toMatchObject([{ kind: 'cloned', why: expect.stringContaining('2か所') as string }]);
    expect(device).toMatchObject({ restarts: 1 });
    expect(days.reduce((sum, { readings }) => sum + readings, 0)).toBe(10);
    for (let run = 0; run < 3; run += 1) await station.service.inspect();
    expect(await told<object[]>('findings')).toMatchObject([{ gauge: 'tama-03', gaugeName: '多摩川 多摩 三', about: 'cloned' }]);
  });

  it('refuses what cannot be, and a key that was used for something else', async () => {
    expect((await ask('POST', 'gauges/nowhere/notes', { text: '?' })).status).toBe(404);
    expect((await ask('POST', 'gauges/tama-03/corrections', { at: at(1), value: 3, reason: '?' })).status).toBe(404);
    expect((await ask('POST', 'gauges/tama-03/maintenance', { until: at(1), reason: '?' })).status).toBe(400);
    expect((await ask('POST', 'gauges/tama-03/maintenance', { until: Date.now() + 100 * 24 * HOUR, reason: '?' })).status).toBe(400);
    expect((await ask('POST', 'gauges/tama-03/notes', { text: '' })).status).toBe(400);
    expect((await ask('POST', 'gauges/tama-03/notes', { text: '草が絡んでいます' }, 'same')).status).toBe(201);
    expect((await ask('POST', 'gauges/hall/notes', { text: '草が絡んでいます' }, 'same')).status).toBe(409);
  });
});
