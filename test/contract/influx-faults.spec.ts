import { InfluxReadingHistory } from '#influx';
import type { LogEntry, Reading } from '#core';
import { influxdb1 } from '../influx-servers.ts';
import { leftOut } from '../servers.ts';
import { aReading, MINUTE, T0 } from '../support/builders.ts';
import { type Fate, type Request, ScriptedInflux } from '../support/scripted-influx.ts';

const entries = (sets: readonly Partial<Reading>[], from = 1): readonly LogEntry[] =>
  sets.map((set, index) => ({ position: from + index, reading: aReading(set) }));

const manyEntries = (count: number, from = 1): readonly LogEntry[] =>
  entries(
    Array.from({ length: count }, (_, index) => ({ observedAt: T0 + (from + index) * MINUTE })),
    from,
  );

const writes = (requests: readonly Request[]): readonly (readonly string[])[] =>
  requests.flatMap((request) => (request.kind === 'write' ? [request.lines] : []));

const REFUSED: Fate = { status: 400, body: '{"code":"invalid","message":"partial write: field type conflict dropped=1"}' };
const UNAVAILABLE = { name: 'HistoryUnavailable' };
/** The bound on an answer is five seconds; 21 calls one after the other would take longer than this, and the rest is for a slow machine. */
const SILENCE_MS_MAX = 60_000;

describe('F19 InfluxDB that does not do as it is asked', () => {
  let influx: ScriptedInflux;
  let history: InfluxReadingHistory;
  let refused: string[];

  beforeEach(async () => {
    refused = [];
    influx = await ScriptedInflux.start();
    history = new InfluxReadingHistory({ ...influx.address, onRefused: (why) => refused.push(why) });
  });
  afterEach(async () => {
    await history.close();
    await influx.stop();
  });

  it.each<[string, Fate]>([
    ['503', { status: 503, body: '{"code":"unavailable","message":"shutting down"}' }],
    ['429 with a date to come back', { status: 429, headers: { 'retry-after': '30' } }],
    ['500', { status: 500 }],
    ['401', { status: 401, body: '{"code":"unauthorized","message":"unauthorized access"}' }],
    ['404, for the bucket is missing', { status: 404, body: '{"code":"not found","message":"bucket \\"sonae\\" not found"}' }],
    ['a page of a proxy', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>sign in</html>' }],
    ['a redirection', { status: 302, headers: { location: '/login' } }],
    ['a reset', 'reset'],
  ])('rejects after %s, keeps the position, and has everything once it is repeated', async (_, fate) => {
    influx.decide = ({ kind }) => (kind === 'write' ? fate : null);
    await expect(history.write(manyEntries(3))).rejects.toMatchObject(UNAVAILABLE);
    expect(await history.position()).toBe(0);
    expect(writes(influx.requests)).toHaveLength(1);

    influx.decide = () => null;
    await history.write(manyEntries(3));
    expect(influx.kept).toEqual([1, 2, 3]);
    expect(await history.position()).toBe(3);
    expect(refused).toEqual([]);
  });

  it.each<[string, Fate, string]>([
    [
      'a statement that failed under status 200',
      { status: 200, body: '{"results":[{"error":"database not found: sonae"}]}' },
      'database not found',
    ],
    ['503', { status: 503, body: '{"message":"shutting down"}' }, '503 shutting down'],
    ['something that is no JSON', { status: 200, body: 'yes' }, 'InfluxDB'],
    ['an empty answer', { status: 200 }, 'something else than results'],
    ['a reset', 'reset', 'InfluxDB'],
  ])('rejects questions after %s', async (_, fate, words) => {
    influx.decide = () => fate;
    await expect(history.position()).rejects.toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining(words) });
    const range = { gauge: 'tama-03', quantity: 'level', from: 0, to: T0, limit: 1 } as const;
    await expect(history.range(range)).rejects.toMatchObject(UNAVAILABLE);
    await expect(history.forget(T0)).rejects.toMatchObject(UNAVAILABLE);
  });

  it('waits five seconds for an answer that does not come, or never ends, and gives its connections back', async () => {
    const range = { gauge: 'tama-03', quantity: 'level', from: 0, to: T0, limit: 1 } as const;
    const began = performance.now();
    await history.position();
    influx.decide = ({ kind }) => (kind === 'write' ? 'hang' : 'trickle');
    const charts = Array.from({ length: 20 }, () => expect(history.range(range)).rejects.toMatchObject(UNAVAILABLE));
    await Promise.all([expect(history.write(manyEntries(3))).rejects.toMatchObject({ ...UNAVAILABLE }), ...charts]);
    expect(performance.now() - began).toBeLessThan(SILENCE_MS_MAX);
    await influx.leftAlone();

    influx.decide = ({ kind }) => (kind === 'write' ? 'trickle' : null);
    await expect(history.write(manyEntries(3))).rejects.toMatchObject({ ...UNAVAILABLE, message: 'InfluxDB: no answer within 5000 ms' });
    await influx.leftAlone();
    influx.decide = () => null;
    await history.write(manyEntries(3));
    expect(influx.kept).toEqual([1, 2, 3]);
  });

  it('writes the position after the entries, so that a crash in between repeats and loses nothing', async () => {
    influx.decide = (request) => (isPosition(request) ? { status: 503 } : null);
    await expect(history.write(manyEntries(3))).rejects.toMatchObject(UNAVAILABLE);
    expect(influx.kept).toEqual([1, 2, 3]);
    const next = new InfluxReadingHistory(influx.address);
    influx.decide = () => null;
    expect(await next.position()).toBe(0);
    await next.write(manyEntries(3));
    expect(influx.kept).toEqual([1, 2, 3]);
    expect(influx.reached).toBe(3);
    await next.close();
  });

  it('steps over the reading that is refused, says which, and keeps all others', async () => {
    influx.decide = (request) => (mentions(request, 417) ? REFUSED : null);
    await history.write(manyEntries(1_000));
    expect(influx.kept).toHaveLength(999);
    expect(influx.kept).not.toContain(417);
    expect(influx.reached).toBe(1_000);
    expect(refused).toEqual([
      expect.stringMatching(/tama-03 level of 2026-.*\(log position 417\): 400 partial write: field type conflict/),
    ]);
    // Halves of a thousand: about twice ten requests, not a thousand.
    expect(writes(influx.requests).length).toBeLessThan(30);
  });

  it('steps over a reading that cannot be written as a line', async () => {
    await history.write(entries([{ value: Number.NaN }, { observedAt: T0 + MINUTE }]));
    expect(influx.kept).toEqual([2]);
    expect(influx.reached).toBe(2);
    expect(refused).toEqual([expect.stringContaining('log position 1')]);
  });

  it('sends less at a time to a server that finds it too much', async () => {
    influx.decide = (request) => (request.kind === 'write' && request.lines.length > 100 ? { status: 413 } : null);
    await history.write(manyEntries(1_000));
    expect(influx.kept).toHaveLength(1_000);
    expect(refused).toEqual([]);
  });

  it('holds the readings back when everything is refused, instead of stepping over all of them', async () => {
    influx.decide = (request) => (isPosition(request) || request.kind === 'query' ? null : REFUSED);
    await expect(history.write(manyEntries(100))).rejects.toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringContaining('every reading'),
    });
    expect(influx.reached).toBe(0);
    const before = influx.requests.length;
    await expect(history.write(manyEntries(200))).rejects.toMatchObject(UNAVAILABLE);
    expect(influx.requests.length - before).toBeLessThanOrEqual(3);
    expect(refused).toEqual([]);

    // Somebody mends the bucket, though the old readings are still refused.
    influx.decide = (request) => (mentions(request, 99) ? REFUSED : null);
    await history.write(manyEntries(300));
    expect(influx.kept).toHaveLength(299);
    expect(influx.reached).toBe(300);
  });

  it('steps over a few single readings, but not over a bucket that takes none', async () => {
    influx.decide = (request) => (isPosition(request) || request.kind === 'query' ? null : REFUSED);
    let stepped = 0;
    for (; stepped < 100; stepped += 1) {
      const done = await history.write(manyEntries(1, stepped + 1)).then(
        () => true,
        () => false,
      );
      if (!done) break;
    }
    expect(stepped).toBe(64);
    expect(refused).toHaveLength(64);
  });

  it('says so when the position is refused', async () => {
    influx.decide = (request) => (isPosition(request) ? REFUSED : null);
    await expect(history.write(manyEntries(3))).rejects.toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining('position') });
  });
});

const isPosition = (request: Request): boolean => request.kind === 'write' && request.lines[0]!.startsWith('reached,');
const mentions = (request: Request, position: number): boolean =>
  request.kind === 'write' && !isPosition(request) && request.lines.some((line) => line.includes(`position=${position}i`));

const withoutInfluxdb = await leftOut('influxdb', 'faults of a real InfluxDB');
(withoutInfluxdb ? describe.skip : describe)('F19 a real InfluxDB', () => {
  let influx: Awaited<ReturnType<typeof influxdb1>>;
  let history: InfluxReadingHistory;
  let refused: string[];
  let line: (line: string) => Promise<void>;

  beforeAll(async () => {
    influx = await influxdb1();
  });
  afterAll(() => influx.stop());
  beforeEach(async () => {
    refused = [];
    const address = await influx.newBucket();
    line = async (text) => {
      const response = await fetch(`${influx.server.url}/write?db=${address.bucket}&precision=ms`, { method: 'POST', body: text });
      if (response.status !== 204) throw new Error(await response.text());
    };
    history = new InfluxReadingHistory({ ...address, onRefused: (why) => refused.push(why) });
  });
  afterEach(() => history.close());

  const WEEK = 7 * 24 * 60 * MINUTE;
  const all = { gauge: 'tama-03', quantity: 'level', from: 0, to: Infinity, limit: 10_000 } as const;

  it('steps over readings whose field has another type, and keeps the others', async () => {
    await line(`reading,gauge=x,quantity=level value="text" ${T0 + WEEK}`);
    await history.write(entries([{ observedAt: T0 }, { observedAt: T0 + WEEK }, { observedAt: T0 + 2 * WEEK }]));
    expect((await history.range(all)).map(({ at }) => at)).toEqual([T0, T0 + 2 * WEEK]);
    expect(await history.position()).toBe(3);
    expect(refused).toEqual([expect.stringMatching(/log position 2\): 400 partial write: field type conflict/)]);
  });

  it('shows nothing that somebody else left in the measurement', async () => {
    await line(`reading,gauge=tama-03,quantity=level humidity=3 ${T0}`);
    await history.write(entries([{ observedAt: T0 + MINUTE }]));
    expect((await history.range(all)).map(({ at }) => at)).toEqual([T0 + MINUTE]);
  });

  it('takes what lies behind the retention of the bucket as done, and keeps its position there', async () => {
    const { bucket, ...address } = await influx.newBucket();
    const statement = `create retention policy "hour" on "${bucket}" duration 1h replication 1 default`;
    await fetch(`${influx.server.url}/query?q=${encodeURIComponent(statement)}`, { method: 'POST' });
    const short = new InfluxReadingHistory({ ...address, bucket, onRefused: (why) => refused.push(why) });
    const now = Date.now();
    await short.write(entries([{ observedAt: now - WEEK }, { observedAt: now }]));
    expect((await short.range(all)).map(({ at }) => at)).toEqual([now]);
    expect(await short.position()).toBe(2);
    expect(refused).toEqual([]);
    await short.close();
  });

  it.each([`x' or gauge = 'tama-03`, `x\\' or 1=1 --`, `tama-03'; drop measurement reading --`, '多摩'])(
    'takes %j for the name of a gauge and nothing else',
    async (gauge) => {
      await history.write(entries([{}, { gauge, value: 7 }]));
      expect((await history.range({ ...all, gauge })).map(({ value }) => value)).toEqual([7]);
      expect(await history.range(all)).toHaveLength(1);
    },
  );

  it('gives a long range in full', async () => {
    await history.write(manyEntries(8_000));
    expect(await history.range(all)).toHaveLength(8_000);
    expect((await history.range({ ...all, limit: 5_040 })).at(0)!.at).toBe(T0 + 2_961 * MINUTE);
  });

  it('forgets over many shards, and a gap of years between them', async () => {
    const observedAt = [0, 1, 8, 9, 500, 501].map((week) => T0 + (week - 501) * WEEK);
    await history.write(entries(observedAt.map((at) => ({ observedAt: at }))));
    expect(await history.forget(T0)).toBe(5);
    expect((await history.range(all)).map(({ at }) => at)).toEqual([T0]);
    expect(await history.position()).toBe(6);
  });
});
