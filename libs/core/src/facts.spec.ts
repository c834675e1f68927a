import { aGauge, MINUTE, T0 } from '../../../test/support/builders.ts';
import { type Alert, type Evidence, quietAlert } from './alert.ts';
import { factsOf, type Memory } from './facts.ts';
import type { Gauge } from './gauge.ts';
import type { GaugeWatch } from './watch-window.ts';

const own = aGauge();
const upper = aGauge({ id: 'tama-02', device: 'tama-02' });
const lower = aGauge({ id: 'tama-04', device: 'tama-04' });
const weather = (id: string): Gauge => aGauge({ id, device: id, kind: 'weather', quantity: 'weather', thresholds: [] });
const [office, backup] = [weather('office'), weather('backup')];

const seen = (minute: number, value: number, set: Partial<Evidence> = {}): Evidence => {
  const at = T0 + minute * MINUTE;
  return { position: 1, at, receivedAt: at, value, quality: 'ok', why: '', status: 'actual', ...set };
};

interface Remembered {
  readonly seen?: Readonly<Record<string, readonly Evidence[]>>;
  readonly alert?: Partial<Alert>;
  readonly blind?: string;
  readonly mode?: GaugeWatch['mode'];
}

/** What a memory says at a minute: half an hour without a reading is a hole, and gauges observe unless told otherwise. */
function knownAt(minute: number, { seen: readings = {}, alert, blind, mode = 'observe' }: Remembered) {
  const gauges = [own, upper, lower, office, backup];
  const memory: Memory = {
    gauge: (id) => gauges.find((gauge) => gauge.id === id),
    watch: (id) => {
      const recent = readings[id];
      const quantity = gauges.find((gauge) => gauge.id === id)!.quantity;
      const watch: GaugeWatch = { gauge: id, recent: { [quantity]: recent }, heardAt: T0, mode, intervalMs: null };
      return recent && watch;
    },
    alert: () => alert && { ...quietAlert('river-level', own.id), ...alert },
    watches: (rule) => rule === 'river-level',
    isBlind: (id) => id === blind,
    gapMaxMs: () => 30 * MINUTE,
  };
  const around = { area: [own, upper, weather('no limits')], river: [own, upper, lower], weather: [office, backup] };
  return factsOf(memory, { target: own, around, at: T0 + minute * MINUTE, status: 'actual', timeZone: 'Asia/Tokyo' });
}

describe('what is known of a gauge', () => {
  it.each<[string, readonly Evidence[], number | null, string | null]>([
    ['is nothing before its first reading', [], null, null],
    ['is its newest reading', [seen(0, 3), seen(10, 4)], 4, 'ok'],
    [
      'is the newest usable reading, and the flag of the newest of all',
      [seen(0, 3), seen(10, 9, { quality: 'outOfRange' })],
      3,
      'outOfRange',
    ],
    ['is no reading of a drill', [seen(0, 3), seen(10, 9, { status: 'exercise' })], 3, 'ok'],
  ])('%s', (_, readings, value, quality) => {
    const { own: facts } = knownAt(20, { seen: { [own.id]: readings } });
    expect([facts.newest?.value ?? null, facts.quality]).toEqual([value, quality]);
  });

  it('is nothing of a gauge that never spoke, and less of one that the playbook does not have', () => {
    expect(knownAt(0, {}).own).toMatchObject({ newest: null, quality: null });
    expect(knownAt(0, {}).own.since(T0)).toEqual([]);
    expect(knownAt(0, {}).other('tama-02')).toMatchObject({ gauge: upper, newest: null, gapMaxMs: 30 * MINUTE });
    expect(knownAt(0, {}).other('nowhere')).toBeNull();
  });

  it.each([
    ['from the reading at that instant on', 10, [4, 5, 6]],
    ['from the last reading before it on', 19, [4, 5, 6]],
    ['all of it when it goes back further than is remembered', -1, [3, 4, 5, 6]],
    ['the newest alone when nothing came since', 99, [6]],
  ])('looks back over a window: %s', (_, from, values) => {
    const readings = [seen(0, 3), seen(10, 4), seen(15, 9, { quality: 'outOfRange' }), seen(20, 5), seen(30, 6)];
    const window = knownAt(30, { seen: { [own.id]: readings } }).own.since(T0 + from * MINUTE);
    expect(window.map(({ value }) => value)).toEqual(values);
  });

  it.each<[string, Partial<Alert> | undefined, string, number | null]>([
    ['where it was never raised', undefined, 'river-level', 0],
    ['where it is raised', { state: 'raised', step: 2 }, 'river-level', 2],
    ['where it only waits', { state: 'pending', step: 0 }, 'river-level', 0],
    ['where a drill raised it', { state: 'raised', step: 2, status: 'exercise' }, 'river-level', 0],
    ['where the rule does not watch the gauge', { state: 'raised', step: 2 }, 'other-rule', null],
  ])('tells where an alert stands: %s', (_, alert, rule, step) => {
    expect(knownAt(0, alert ? { alert } : {}).own.step(rule)).toBe(step);
  });

  it('tells whether its silence is known', () => {
    expect(knownAt(0, { blind: 'tama-03' }).own.blind).toBe(true);
    expect(knownAt(0, { blind: 'tama-02' }).own.blind).toBe(false);
  });
});

describe('the weather level over a gauge', () => {
  it.each<[string, Remembered['seen'], number | null]>([
    ['is unknown without a word', {}, null],
    ['is what was said last', { office: [seen(-10, 5), seen(0, 3)] }, 3],
    ['is 0 when that was said', { office: [seen(0, 0)] }, 0],
    ['is the highest of several', { office: [seen(0, 3)], backup: [seen(0, 4)] }, 4],
    ['is the highest of several, whoever says it', { office: [seen(0, 4)], backup: [seen(0, 3)] }, 4],
    ['is known for twelve hours', { office: [seen(-720, 3)] }, 3],
    ['is unknown after that', { office: [seen(-721, 3)] }, null],
    ['is not what a drill says', { office: [seen(0, 5, { status: 'exercise' })] }, null],
  ])('%s', (_, readings, level) => {
    expect(knownAt(0, { seen: readings! }).weatherLevel).toBe(level);
  });
});

describe('how many gauges around reached a limit', () => {
  it.each<[string, Remembered, readonly [reached: number, unknown: number]]>([
    ['counts one at the very limit', { seen: { 'tama-03': [seen(0, 4.5)], 'tama-02': [seen(0, 4.4)] } }, [1, 0]],
    ['counts both', { seen: { 'tama-03': [seen(0, 4.6)], 'tama-02': [seen(0, 4.6)] } }, [2, 0]],
    ['does not know of one that never spoke', { seen: { 'tama-03': [seen(0, 4.6)] } }, [1, 1]],
    ['knows of one for as long as no hole is between', { seen: { 'tama-03': [seen(0, 4.6)], 'tama-02': [seen(-30, 4.6)] } }, [2, 0]],
    ['does not know of one that fell silent above', { seen: { 'tama-03': [seen(0, 4.6)], 'tama-02': [seen(-31, 4.6)] } }, [1, 1]],
    ['does not know of one that is blind', { seen: { 'tama-03': [seen(0, 4.6)], 'tama-02': [seen(0, 4.6)] }, blind: 'tama-02' }, [1, 1]],
    ['does not count a doubtful reading', { seen: { 'tama-03': [seen(0, 9, { quality: 'outOfRange' })], 'tama-02': [] } }, [0, 2]],
  ])('%s', (_, remembered, [reached, unknown]) => {
    expect(knownAt(0, remembered).around('area', 'warn')).toEqual({ reached, unknown, of: 2 });
  });

  it('counts those of the river, and none for a code that nobody has', () => {
    expect(knownAt(0, {}).around('river', 'warn')).toEqual({ reached: 0, unknown: 3, of: 3 });
    expect(knownAt(0, {}).around('river', 'nothing')).toEqual({ reached: 0, unknown: 0, of: 0 });
  });

  it.each([
    ['believes the last word of a gauge that stands by, for it would speak up', 'standby', 0],
    ['does not believe one that observes and fell silent', 'observe', 1],
  ] as const)('%s', (_, mode, unknown) => {
    const silent = { seen: { 'tama-03': [seen(0, 2)], 'tama-02': [seen(-3 * 60, 2)] }, mode };
    expect(knownAt(0, silent).around('area', 'warn')).toEqual({ reached: 0, unknown, of: 2 });
  });

  it('hands the clock of the condition on', () => {
    expect(knownAt(5, {})).toMatchObject({ at: T0 + 5 * MINUTE, timeZone: 'Asia/Tokyo' });
  });
});
