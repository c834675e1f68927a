import { type Gauge, type GaugeId, type Group as LogGroup, SystemClock } from '#core';
import { ManualClock, MemoryQuarantine, MemoryReadingLog } from '#memory';
import { aGauge, aReport, MINUTE, T0 } from '../../../../test/support/builders.ts';
import { Intake, type IntakeOptions, IntakeStopped } from './intake.ts';

/** A log that counts groups and can be held in the middle of an append. */
class WatchedLog extends MemoryReadingLog {
  readonly groups: LogGroup[] = [];
  private gate: PromiseWithResolvers<void> | null = null;

  hold(): void {
    this.gate = Promise.withResolvers();
  }

  release(): void {
    this.gate?.resolve();
    this.gate = null;
  }

  override async append(group: LogGroup): Promise<number> {
    this.groups.push(group);
    await this.gate?.promise;
    return super.append(group);
  }
}

const RIVER = aGauge({ id: 'tama-03', device: 'd1' });

async function begin(set: Partial<IntakeOptions> & { readonly only?: readonly Gauge[] } = {}) {
  const log = new WatchedLog();
  const quarantine = new MemoryQuarantine();
  const { only = [RIVER], ...options } = set;
  const gauges: ReadonlyMap<GaugeId, Gauge> = new Map(only.map((gauge) => [gauge.id, gauge]));
  const intake = new Intake({ log, quarantine, gauges: () => gauges, clock: new SystemClock(), groupMs: 1, ...options });
  await intake.start();
  return { log, quarantine, intake };
}

const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const body = (seq: number, more: object = {}) => ({ seq, t: T0 + seq * MINUTE, level: 1 + seq / 100, ...more });
const readingsOf = async (log: MemoryReadingLog) => (await log.after(0, 10_000)).map((entry) => entry.reading);

describe('Intake', () => {
  it('keeps a reading before it resolves', async () => {
    const { log, intake } = await begin();
    await intake.admit('d1', bytes(body(1)), T0 + MINUTE);
    expect(await readingsOf(log)).toMatchObject([{ gauge: 'tama-03', seq: 1, value: 1.01, status: 'actual', quality: 'ok' }]);
    expect(intake.newestReceivedAt).toBe(T0 + MINUTE);
    expect(intake.heard.get('d1')).toBe(T0 + MINUTE);
  });

  it('keeps what arrives together in one commit, and in the order of arrival', async () => {
    const { log, intake } = await begin();
    await Promise.all([1, 2, 3, 4, 5].map((seq) => intake.admit('d1', bytes(body(seq)), T0 + seq * MINUTE)));
    expect(log.groups).toHaveLength(1);
    expect((await readingsOf(log)).map((reading) => reading.seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('waits three milliseconds for company and no longer', async () => {
    const clock = new ManualClock(T0);
    const { log, intake } = await begin({ clock, groupMs: 3 });
    const kept = intake.admit('d1', bytes(body(1)), T0);
    await clock.advance(2);
    expect(log.groups).toHaveLength(0);
    await clock.advance(1);
    await kept;
    expect(log.groups).toHaveLength(1);
  });

  it('commits at once when the group is full, and counts reports rather than packets', async () => {
    const { log, intake } = await begin({ clock: new ManualClock(T0), groupMax: 4 });
    const single = intake.admit('d1', bytes(body(1)), T0);
    await intake.admit('d1', bytes([body(2), body(3), body(4)]), T0 + 4 * MINUTE);
    await single;
    expect(log.groups).toHaveLength(1);
    expect(log.groups[0]?.readings).toHaveLength(4);
  });

  it('lets the next group collect while one append is under way', async () => {
    const { log, intake } = await begin();
    log.hold();
    const first = intake.admit('d1', bytes(body(1)), T0);
    while (log.groups.length === 0) await new Promise((next) => setImmediate(next));
    const others = [2, 3, 4].map((seq) => intake.admit('d1', bytes(body(seq)), T0 + seq * MINUTE));
    await new SystemClock().sleep(10);
    expect(log.groups).toHaveLength(1);
    log.release();
    await Promise.all([first, ...others]);
    expect(log.groups.map((group) => group.readings.length)).toEqual([1, 3]);
  });

  it('rejects the whole group when the append fails, and remembers nothing of it', async () => {
    const { log, intake } = await begin();
    log.failsNext(1);
    const tries = await Promise.allSettled([1, 2].map((seq) => intake.admit('d1', bytes(body(seq)), T0 + seq * MINUTE)));
    expect(tries.map((one) => one.status)).toEqual(['rejected', 'rejected']);
    expect(intake.counters).toEqual({ accepted: 0, stored: 0, duplicates: 0, quarantined: 0, failed: 2 });
    await Promise.all([1, 2].map((seq) => intake.admit('d1', bytes(body(seq)), T0 + seq * MINUTE)));
    expect(await readingsOf(log)).toHaveLength(2);
    expect(intake.counters).toMatchObject({ accepted: 2, stored: 2, duplicates: 0 });
  });

  it('does not resolve when the quarantine could not be kept', async () => {
    const quarantine = new MemoryQuarantine();
    const keep = quarantine.keep.bind(quarantine);
    let broken = true;
    quarantine.keep = (entries) => (broken ? Promise.reject(new Error('disk full')) : keep(entries));
    const { intake } = await begin({ quarantine });
    await expect(intake.admit('d1', bytes('poison'), T0)).rejects.toThrow('disk full');
    broken = false;
    await intake.admit('d1', bytes('poison'), T0);
    expect(await quarantine.count()).toBe(1);
  });

  it('recognises a repeat in the same group, in the next one and after a restart', async () => {
    const { log, quarantine, intake } = await begin();
    await Promise.all([1, 1].map((seq) => intake.admit('d1', bytes(body(seq)), T0 + MINUTE)));
    await intake.admit('d1', bytes(body(1)), T0 + MINUTE);
    const gauges = new Map([[RIVER.id, RIVER]]);
    const again = new Intake({ log, quarantine, gauges: () => gauges, clock: new SystemClock() });
    await again.start();
    await again.admit('d1', bytes(body(1)), T0 + MINUTE);
    expect(await readingsOf(log)).toHaveLength(1);
    expect(intake.counters).toMatchObject({ accepted: 3, stored: 1, duplicates: 2 });
    expect(again.counters).toMatchObject({ accepted: 1, stored: 0, duplicates: 1 });
  });

  it.each([
    ['notJson', 'd1', 'nan'],
    ['badShape', 'd1', { seq: 1, t: T0, level: '12' }],
    ['unknownGauge', 'd9', body(1)],
    ['noQuantity', 'd1', { seq: 1, t: T0, batV: 3.6 }],
    ['noQuantity', 'd1', { seq: 1, t: T0, distance: 4 }],
  ])('keeps %s of %s in quarantine and acknowledges: %j', async (reason, device, payload) => {
    const { log, quarantine, intake } = await begin({ only: [aGauge({ device: 'd1', sensorElevationM: null })] });
    await intake.admit(device, bytes(payload), T0);
    expect(await quarantine.list({ limit: 9 })).toMatchObject([
      { device, reason, receivedAt: T0, payload: Uint8Array.from(bytes(payload)) },
    ]);
    expect(await log.end()).toBe(0);
    expect(intake.counters).toMatchObject({ accepted: 1, quarantined: 1 });
  });

  it('keeps the good reports of a batch beside those that say nothing, with one entry for the packet', async () => {
    const { log, quarantine, intake } = await begin();
    await intake.admit('d1', bytes([body(1), { seq: 2, t: T0 + 2 * MINUTE, batV: 3.5 }, body(3)]), T0 + 3 * MINUTE);
    expect((await readingsOf(log)).map((reading) => reading.seq)).toEqual([1, 3]);
    expect(await quarantine.list({ limit: 9 })).toMatchObject([
      { reason: 'noQuantity', detail: expect.stringContaining('1 of 3') as string },
    ]);
    expect(intake.counters).toMatchObject({ accepted: 3, stored: 2, quarantined: 1 });
  });

  it('tells what became of each report that was decoded elsewhere', async () => {
    const { intake } = await begin();
    const [one, two] = [aReport({ seq: 1, at: T0 }), aReport({ seq: 2, at: T0 + MINUTE })];
    const results = await intake.admitReports('d1', [one, two, one, aReport({ seq: 3, at: T0 + MINUTE, values: {} })], T0 + MINUTE);
    expect(results).toEqual([
      { stored: 1, duplicates: 0, quarantined: null },
      { stored: 1, duplicates: 0, quarantined: null },
      { stored: 0, duplicates: 1, quarantined: null },
      { stored: 0, duplicates: 0, quarantined: 'noQuantity' },
    ]);
  });

  it('lets callers wait in order while too much is under way, and drops nothing', async () => {
    const { log, intake } = await begin({ pendingMax: 3, groupMax: 2 });
    log.hold();
    const kept = Array.from({ length: 20 }, (_, at) => intake.admit('d1', bytes(body(at + 1)), T0 + at * MINUTE));
    await new SystemClock().sleep(5);
    expect(intake.depth).toEqual({ pending: 3, waiting: 17 });
    log.release();
    await Promise.all(kept);
    expect((await readingsOf(log)).map((reading) => reading.seq)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(intake.depth).toEqual({ pending: 0, waiting: 0 });
  });

  it('shares the quantities of one device among its gauges, and gives the rest to the first', async () => {
    const gate = aGauge({ id: 'gate', device: 'd1', quantity: 'in' });
    const hall = aGauge({ id: 'hall', device: 'd1', quantity: 'count' });
    const { log, intake } = await begin({ only: [gate, hall] });
    await intake.admit('d1', bytes({ seq: 1, t: T0, in: 40, out: 10, count: 30 }), T0);
    const shares = (await readingsOf(log)).map(({ gauge, quantity, value }) => `${gauge} ${quantity} ${value}`);
    expect(new Set(shares)).toEqual(new Set(['gate in 40', 'gate out 10', 'hall count 30']));
  });

  it('gives those who came and went to the place whose people they are', async () => {
    const river = aGauge({ id: 'river', device: 'd1' });
    const hall = aGauge({ id: 'hall', device: 'd1', quantity: 'count', plausible: { ...river.plausible, min: 0, max: 500 } });
    const { log, intake } = await begin({ only: [river, hall] });
    await intake.admit('d1', bytes({ seq: 1, t: T0, level: 3, in: 40, out: 10 }), T0);
    const shares = (await readingsOf(log)).map(({ gauge, quantity, value, quality }) => `${gauge} ${quantity} ${value} ${quality}`);
    expect(new Set(shares)).toEqual(new Set(['river level 3 ok', 'hall in 40 ok', 'hall out 10 ok', 'hall count 30 estimated']));
  });

  it('F47 keeps a count by a person as a reading, and remembers it after a restart', async () => {
    const hall = aGauge({ id: 'hall', device: 'd1', quantity: 'count', plausible: { ...RIVER.plausible, max: 500, stepPer10Min: 500 } });
    const { log, quarantine, intake } = await begin({ only: [hall] });
    await intake.admit('d1', bytes({ seq: 1, t: T0, in: 40, out: 10 }), T0);
    await intake.admitManual(hall, { count: 100, by: 'sato', note: '' }, T0 + MINUTE);
    expect(intake.heard.get('d1')).toBe(T0);
    const again = new Intake({ log, quarantine, gauges: () => new Map([[hall.id, hall]]), clock: new SystemClock(), groupMs: 1 });
    await again.start();
    await again.admit('d1', bytes({ seq: 2, t: T0 + 2 * MINUTE, in: 45, out: 10 }), T0 + 2 * MINUTE);
    const counts = (await readingsOf(log)).filter(({ quantity }) => quantity === 'count');
    expect(counts).toMatchObject([
      { value: 30, quality: 'estimated' },
      { value: 100, quality: 'manual', why: 'sato が数えた人数です' },
      { value: 105, quality: 'estimated' },
    ]);
    expect(again.mark('hall')?.occupancy).toMatchObject({ count: 105, since: 'manual', by: 'sato' });
    expect(again.mark('elsewhere')).toBeUndefined();
  });

  it('flags what is measured in maintenance with its reason', async () => {
    const { log, intake } = await begin({
      maintenanceOf: (gauge) => (at) => (gauge === 'tama-03' && at < T0 + 2 * MINUTE ? '清掃' : null),
    });
    for (const seq of [1, 2]) await intake.admit('d1', bytes(body(seq)), T0 + seq * MINUTE);
    expect(await readingsOf(log)).toMatchObject([
      { quality: 'maintenance', why: '清掃' },
      { quality: 'ok', why: '' },
    ]);
  });

  it('follows a reloaded playbook', async () => {
    let gauges = new Map<GaugeId, Gauge>();
    const { quarantine, log, intake } = await begin({ gauges: () => gauges });
    await intake.admit('d1', bytes(body(1)), T0);
    gauges = new Map([[RIVER.id, RIVER]]);
    await intake.admit('d1', bytes(body(1)), T0);
    expect([await quarantine.count(), await log.end()]).toEqual([1, 1]);
  });

  it('marks readings of a drill as such', async () => {
    const { log, intake } = await begin({ statusOf: (device) => (device === 'd1' ? 'exercise' : 'actual') });
    await intake.admit('d1', bytes(body(1)), T0);
    expect(await readingsOf(log)).toMatchObject([{ status: 'exercise' }]);
  });

  it('finishes what was begun when it is stopped, and refuses what comes later', async () => {
    const { log, intake } = await begin({ clock: new ManualClock(T0), pendingMax: 2 });
    const kept = [1, 2, 3].map((seq) => intake.admit('d1', bytes(body(seq)), T0));
    await intake.stop();
    await Promise.all(kept);
    expect(await log.end()).toBe(3);
    await expect(intake.admit('d1', bytes(body(4)), T0)).rejects.toThrow(IntakeStopped);
  });
});
