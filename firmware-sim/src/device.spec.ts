import { batteryVolt } from './battery.ts';
import { booted, configured, type DeviceSpec, type DeviceState, measured, rebooted, rhythm, type Values } from './device.ts';

const MINUTE = 60_000;
const aGauge = (spec: Partial<DeviceSpec> = {}): DeviceSpec => ({
  id: 'tama-03',
  kind: 'level',
  startM: 2,
  standbyEveryMs: 10 * MINUTE,
  lifeSignEveryMs: 24 * 60 * MINUTE,
  observeEveryMs: 5 * MINUTE,
  sensorM: null,
  firmware: 'sim',
  ...spec,
});
const BEGAN_AT = Date.parse('2026-07-01T03:00:00+09:00');
const seen = (at: number, values: Values, speed = 1) => ({ at, values, clockAt: BEGAN_AT + at, rssiDbm: -97, speed, everyMsMin: 0 });

/** Lets a device live for a while on one value a measurement. */
function live(spec: DeviceSpec, state: DeviceState, levels: readonly number[]) {
  const reports: { readonly at: number; readonly seq: number | undefined; readonly mode: string | undefined }[] = [];
  let now = state;
  for (const level of levels) {
    const at = now.nextMeasureAt;
    const { state: next, report } = measured(spec, now, seen(at, { level }));
    if (report) reports.push({ at, seq: report.seq, mode: report.mode });
    now = next;
  }
  return { state: now, reports };
}

it('measures every ten minutes below start and sends once a day', () => {
  const { state, reports } = live(
    aGauge(),
    booted(aGauge(), 0, 0),
    Array.from({ length: 144 * 3 }, () => 1.2),
  );
  expect(state.nextMeasureAt).toBe(144 * 3 * 10 * MINUTE);
  expect(reports.map(({ at }) => at / (24 * 60 * MINUTE))).toEqual([0, 1, 2]);
});

it('sends at the rhythm of the river from start upwards, and tells when it is below again', () => {
  const { reports } = live(aGauge(), booted(aGauge(), 0, 0), [1.9, 2, 2.4, 2.1, 1.99, 1.9]);
  expect(reports).toEqual([
    { at: 0, seq: 0, mode: 'standby' },
    { at: 10 * MINUTE, seq: 1, mode: 'observe' },
    { at: 15 * MINUTE, seq: 2, mode: 'observe' },
    { at: 20 * MINUTE, seq: 3, mode: 'observe' },
    { at: 25 * MINUTE, seq: 4, mode: 'standby' },
  ]);
});

it('writes a report as the contract has it', () => {
  const { report } = measured(aGauge(), booted(aGauge(), 0, 0), seen(10 * MINUTE, { level: 12.34 }));
  expect(report).toEqual({
    seq: 0,
    t: '2026-07-01T03:10:00+09:00',
    level: 12.34,
    mode: 'observe',
    interval: 300,
    batV: 3.65,
    rssi: -97,
    fw: 'sim',
  });
});

it('tells the interval in the seconds of the receiver when its life runs faster', () => {
  const { report } = measured(aGauge(), booted(aGauge(), 0, 0), seen(0, { level: 3 }, 60));
  expect(report?.interval).toBe(5);
});

it.each([
  ['a configuration that observes shortens the interval', { rev: 1, mode: 'observe', interval: 120 }, 'observe', 120_000, 120_000],
  ['a configuration that observes wakes a gauge below start', { rev: 1, mode: 'observe', interval: 120 }, 'standby', 120_000, 120_000],
  ['a configuration that stands by sets the signs of life', { rev: 1, mode: 'standby', interval: 3600 }, 'standby', 600_000, 3_600_000],
  ['water above start outranks a configuration that stands by', { rev: 1, mode: 'standby', interval: 3600 }, 'observe', 300_000, 300_000],
] as const)('%s', (_, cfg, mode, measureEveryMs, sendEveryMs) => {
  expect(rhythm(aGauge(), { mode, cfg }, 0)).toEqual({ measureEveryMs, sendEveryMs });
});

it('does nothing more often than it can, whatever it is told', () => {
  const cfg = { rev: 1, mode: 'observe', interval: 1 } as const;
  expect(rhythm(aGauge(), { mode: 'observe', cfg }, 30_000)).toEqual({ measureEveryMs: 30_000, sendEveryMs: 30_000 });
});

it('tells the distance when its sensor hangs above the water, and still knows its level', () => {
  const { report } = measured(aGauge({ sensorM: 9.2 }), booted(aGauge(), 0, 0), seen(0, { level: 4.61 }));
  expect(report).toMatchObject({ distance: 4.59, mode: 'observe' });
  expect(report).not.toHaveProperty('level');
});

it('obeys the highest revision only, and at once', () => {
  const fresh = configured(
    aGauge(),
    { ...booted(aGauge(), 0, 0), nextMeasureAt: 900_000 },
    { rev: 5, mode: 'observe', interval: 60 },
    { at: 0, everyMsMin: 0 },
  );
  expect(fresh.nextMeasureAt).toBe(60_000);
  const old = configured(aGauge(), fresh, { rev: 5, mode: 'observe', interval: 600 }, { at: 0, everyMsMin: 0 });
  expect(old).toBe(fresh);
});

it('F47 counts from zero after a reboot, numbers and persons', () => {
  const counter = aGauge({ kind: 'counter', startM: null });
  const before = measured(counter, booted(counter, 0, 0), seen(0, { in: 500, out: 400, count: 100 }));
  expect(before.report).toMatchObject({ seq: 0, in: 500, out: 400 });
  const after = measured(
    counter,
    rebooted(counter, before.state, 1, { in: 510, out: 405, count: 105 }),
    seen(2, { in: 511, out: 405, count: 106 }),
  );
  expect(after.report).toMatchObject({ seq: 0, in: 1, out: 0, count: 106 });
});

it('F47 lets a counter of 32 bits run over', () => {
  const counter = aGauge({ kind: 'counter', startM: null });
  const { report } = measured(counter, booted(counter, 0, 0), seen(0, { in: 2 ** 32 + 7, out: 0 }));
  expect(report?.in).toBe(7);
});

it('lets a battery last five years of standing by, and fall at the end', () => {
  const spent = [0, 5 * 365 * 194, 2_000_000];
  expect(spent.map((sum) => batteryVolt({ spent: sum }))).toEqual([3.65, 3.61, 2.8]);
});
