import type { AlertBriefDto, GaugeDto } from '#wire';
import { freshnessOf, isRising, standingOf } from './standing.ts';
import { belongs, matches, tallies } from './tally.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const limits = [
  { code: 'start', name: '観測開始水位', value: 3 },
  { code: 'warn', name: '危険水位', value: 4 },
  { code: 'flood', name: '氾濫開始水位', value: 5 },
];
const anAlert = (fields: Partial<AlertBriefDto>): AlertBriefDto =>
  ({ id: 'a', kind: 'level', state: 'raised', step: 2, stepsMax: 3, stepName: '危険水位', stepCode: 'warn', ...fields }) as AlertBriefDto;
const aGauge = (fields: Partial<GaugeDto> = {}): GaugeDto =>
  ({
    id: 'oose-01',
    name: '瀬口',
    kind: 'river',
    river: '大瀬川',
    areas: [{ code: '1', name: '本町' }],
    quantity: 'level',
    limits,
    alerts: [],
    latest: { at: 1_000, receivedAt: 1_000, value: 4.2, quality: 'ok', why: '' },
    passed: null,
    blindSince: null,
    expected: { mode: 'observe', everyMs: 600_000 },
    ratePerHour: 0,
    ...fields,
  }) as GaugeDto;

describe('standing', () => {
  it.each([
    ['calm without an alert', {}, 'calm'],
    ['raised by an alert', { alerts: [anAlert({})] }, 'raised'],
    ['unknown as soon as it is blind, whatever was raised', { alerts: [anAlert({})], blindSince: 5 }, 'unknown'],
    ['pending while the rule waits', { alerts: [anAlert({ state: 'pending', step: 0 })] }, 'pending'],
    ['silent before the first value', { latest: null }, 'silent'],
    [
      'doubtful, not calm, on a value nobody believes',
      { latest: { at: 1, receivedAt: 1, value: 9, quality: 'stepTooLarge', why: '' } },
      'doubtful',
    ],
    ['noted by a rule that looks at a rate or at several gauges', { alerts: [anAlert({ kind: 'rise', stepName: '急な増水' })] }, 'noted'],
    ['raised by its limit first, whatever else is noted', { alerts: [anAlert({ kind: 'vote' }), anAlert({})] }, 'raised'],
    ['calm as a link that nobody misses', { kind: 'link', latest: null }, 'calm'],
    ['crowded by a band', { alerts: [anAlert({ kind: 'band', stepName: '混雑' })] }, 'crowded'],
  ])('is %s', (_, fields, kind) => {
    expect(standingOf(aGauge(fields as Partial<GaugeDto>)).kind).toBe(kind);
  });

  it('keeps what was known before a gauge went blind', () => {
    expect(standingOf(aGauge({ alerts: [anAlert({})], blindSince: 5 }))).toEqual({ kind: 'unknown', since: 5, before: '危険水位' });
  });

  it('speaks in the words of the step that was raised, not in those of another gauge with the same code', () => {
    const wet = aGauge({ kind: 'road', alerts: [anAlert({ stepName: '危険水深', stepCode: 'flood', step: 2, stepsMax: 2 })] });
    expect(standingOf(wet)).toMatchObject({ kind: 'raised', name: '危険水深', code: 'flood' });
  });

  it.each([
    ['fresh for half an hour', 'observe', 30 * MINUTE - 1, 'fresh'],
    ['old after half an hour while the gauge should observe', 'observe', 30 * MINUTE, 'old'],
    ['on purpose quiet while a gauge stands by', 'standby', 20 * HOUR, 'standby'],
    ['still punctual when the proof of life is a little late', 'standby', 25 * HOUR, 'standby'],
    ['old when the proof of life is overdue', 'standby', 27 * HOUR, 'old'],
  ] as const)('takes a value as %s', (_, mode, ageMs, freshness) => {
    const everyMs = mode === 'standby' ? 24 * HOUR : 10 * MINUTE;
    expect(freshnessOf(aGauge({ expected: { mode, everyMs } }), 1_000 + ageMs)).toBe(freshness);
  });

  it('never calls a blind gauge rising', () => {
    expect(isRising(aGauge({ ratePerHour: 0.42 }))).toBe(true);
    expect(isRising(aGauge({ ratePerHour: 0.42, blindSince: 5 }))).toBe(false);
  });
});

describe('tallies', () => {
  it('count each limit by the alerts that stand, with the age of the oldest value', () => {
    const gauges = [
      aGauge({ alerts: [anAlert({})] }),
      aGauge({ alerts: [anAlert({})], latest: { at: 400, receivedAt: 400, value: 4.1, quality: 'ok', why: '' } }),
      aGauge({ blindSince: 7 }),
    ];
    const counts = Object.fromEntries(tallies(gauges).map(({ show, count, oldestAt }) => [show, [count, oldestAt]]));
    expect(counts).toMatchObject({ 'limit-warn': [2, 400], 'limit-flood': [0, null], unknown: [1, 1_000], all: [3, 400] });
  });

  it('come most dangerous first, and leave out crowding where nobody counts people', () => {
    expect(tallies([aGauge()]).map((tally) => tally.show)).toEqual([
      'all',
      'limit-flood',
      'limit-warn',
      'limit-start',
      'rising',
      'unknown',
    ]);
  });

  it('name the river levels by rivers alone, and count flooded roads and crowded places apart', () => {
    const wet = aGauge({
      kind: 'road',
      limits: [{ code: 'flood', name: '危険水深', value: 0.3 }],
      alerts: [anAlert({ stepName: '危険水深', stepCode: 'flood' })],
    });
    const queue = aGauge({ kind: 'window', quantity: 'waiting', limits: [], alerts: [anAlert({ stepName: '混雑', stepCode: 'busy' })] });
    const counted = tallies([wet, aGauge(), queue]);
    expect(counted.map(({ show, name, count }) => [show, name, count])).toEqual([
      ['all', '', 3],
      ['limit-flood', '氾濫開始水位', 0],
      ['limit-warn', '危険水位', 0],
      ['limit-start', '観測開始水位', 0],
      ['rising', '', 0],
      ['roads', '', 1],
      ['unknown', '', 0],
      ['crowded', '', 1],
    ]);
  });

  it('filter what they count', () => {
    expect(belongs(aGauge({ alerts: [anAlert({})] }), 'limit-warn')).toBe(true);
    expect(belongs(aGauge({ alerts: [anAlert({})] }), 'limit-flood')).toBe(false);
  });

  it('find a gauge by name, river or district, in any width of letters', () => {
    expect(matches(aGauge(), '大瀬 本町')).toBe(true);
    expect(matches(aGauge(), 'ＯＯＳＥ')).toBe(true);
    expect(matches(aGauge(), '桜谷')).toBe(false);
  });
});
