import type { AlertBriefDto, AlertDto, GaugeDto, PeakDto, SilenceDto, StatusDto, TimelineDto, TransitionDto } from '#wire';
import { reachOf } from './hq-told.ts';

export const MINUTE_MS = 60_000;

/** Everything the scripted server knows of one city at one instant. */
export interface City {
  readonly gauges: readonly GaugeDto[];
  readonly timeline: readonly TimelineDto[];
  readonly status: StatusDto;
}

interface Sketch {
  readonly river: string;
  readonly name: string;
  readonly area: string;
  readonly value: number;
  /** start, warn, flood. */
  readonly limits: readonly [number, number, number];
  readonly step: 0 | 1 | 2 | 3;
  readonly rate: number;
  readonly ageMin: number;
  readonly quality?: string;
  readonly why?: string;
  readonly blindMin?: number;
  readonly pending?: boolean;
  readonly standby?: boolean;
}

const LIMIT_NAMES = [
  ['start', '観測開始水位'],
  ['warn', '危険水位'],
  ['flood', '氾濫開始水位'],
] as const;

const RIVERS: readonly Sketch[] = [
  { river: '大瀬川', name: '瀬口', area: '瀬口町', value: 5.21, limits: [3, 4.3, 5], step: 3, rate: 0.42, ageMin: 2 },
  { river: '桜谷川', name: '横内', area: '横内', value: 3.82, limits: [2.4, 3.4, 4], step: 2, rate: 0.3, ageMin: 4 },
  { river: '大瀬川', name: '大瀬橋', area: '本町', value: 4.46, limits: [3.1, 4.4, 5.2], step: 2, rate: 0.24, ageMin: 2 },
  { river: '松葉川', name: '本町', area: '本町', value: 2.31, limits: [1.8, 2.6, 3.1], step: 1, rate: 0.2, ageMin: 96, blindMin: 91 },
  { river: '桜谷川', name: '谷口', area: '谷口', value: 2.72, limits: [2.4, 3.3, 3.9], step: 1, rate: 0.18, ageMin: 3 },
  { river: '鳴沢川', name: '鳴沢', area: '鳴沢', value: 1.94, limits: [2, 2.8, 3.5], step: 0, rate: 0.31, ageMin: 5, pending: true },
  { river: '松葉川', name: '松葉橋', area: '松葉', value: 1.42, limits: [1.8, 2.6, 3.2], step: 0, rate: 0.02, ageMin: 6 },
  {
    river: '古川',
    name: '古川水門',
    area: '川端',
    value: 4.9,
    limits: [1.2, 1.9, 2.5],
    step: 0,
    rate: 0,
    ageMin: 7,
    quality: 'stepTooLarge',
    why: '2分で 3.61 m 変わりました(上限 1.00 m)',
  },
  { river: '鳴沢川', name: '下鳴沢', area: '鳴沢', value: 0.88, limits: [1.9, 2.7, 3.3], step: 0, rate: -0.05, ageMin: 8 },
  { river: '小田川', name: '小田', area: '小田', value: -0.12, limits: [0.9, 1.6, 2.1], step: 0, rate: 0, ageMin: 514, standby: true },
];

/** A city of twelve places in a night flood: ten rivers, a shelter that fills, a street. */
export function floodNight(now: number): City {
  const rivers = RIVERS.map((sketch, index) => river(sketch, index, now));
  const gauges = [...rivers, shelter(now), street(now)];
  const transitions = [
    transition(gauges[4]!, 1, 4, now - 71 * MINUTE_MS),
    transition(gauges[3]!, 1, 5, now - 118 * MINUTE_MS),
    transition(gauges[1]!, 2, 6, now - 34 * MINUTE_MS),
    transition(gauges[2]!, 2, 7, now - 21 * MINUTE_MS),
    transition(gauges[0]!, 3, 8, now - 9 * MINUTE_MS),
  ];
  const timeline = transitions.map((item, index) => ({ transition: item, reach: reachOf(index) })).toReversed();
  return { gauges, timeline, status: statusOf(now) };
}

/** The same rivers a hundred times: what a region would watch. */
export function region(now: number, count: number): City {
  const gauges = Array.from({ length: count }, (_, index) => {
    const sketch = RIVERS[index % RIVERS.length]!;
    // Most rivers of a region are calm while a few flood.
    const calm: Sketch =
      index < 40 ? sketch : { ...sketch, step: 0, value: sketch.limits[0] - 0.4 - (index % 7) / 10, rate: 0, ageMin: index % 25 };
    const { blindMin: _blind, pending: _pending, quality: _quality, why: _why, ...plain } = calm;
    return river({ ...(index < 40 ? calm : plain), name: `${sketch.name}${index + 1}` }, index, now);
  });
  return { ...floodNight(now), gauges };
}

export const emptyCity = (now: number): City => ({ gauges: [], timeline: [], status: { ...statusOf(now), newestReadingAt: null } });

const statusOf = (now: number): StatusDto => ({
  city: '見本市',
  operation: 'actual',
  drill: null,
  serverTime: now,
  newestReadingAt: now - 2_000,
  playbookVersion: 'v12',
  stages: [
    { name: 'intake', state: 'ok', since: now - 86_400_000, why: '' },
    { name: 'line', state: 'ok', since: now - 86_400_000, why: '' },
  ],
  alarms: [],
  unconfirmed: [],
  heartbeat: null,
  quarantined: 3,
  deadLetters: 1,
});

export const lineIsDown = (now: number): StatusDto => ({
  ...statusOf(now),
  stages: [
    { name: 'intake', state: 'ok', since: now - 86_400_000, why: '' },
    {
      name: 'line',
      state: 'degraded',
      since: now - 6 * MINUTE_MS,
      why: 'LINE のサーバーが応答しません。送れなかった分は残してあり、自動で送り直します。メールと防災メールは届いています。',
    },
  ],
});

function river(sketch: Sketch, index: number, now: number): GaugeDto {
  const id = `gauge-${String(index + 1).padStart(2, '0')}`;
  const limits = LIMIT_NAMES.map(([code, name], at) => ({ code, name, value: sketch.limits[at]! }));
  const at = now - sketch.ageMin * MINUTE_MS;
  const passed = limits.findLast((limit) => limit.value <= sketch.value);
  const next = limits.find((limit) => limit.value > sketch.value);
  const distance = (limit: (typeof limits)[number]) => ({
    ...limit,
    distance: Math.round(Math.abs(sketch.value - limit.value) * 100) / 100,
  });
  const alerts: AlertBriefDto[] = [];
  if (sketch.step > 0) alerts.push(brief(id, sketch.step, now - 9 * MINUTE_MS));
  if (sketch.pending) alerts.push({ ...brief(id, 1, at), state: 'pending', step: 0, stepName: '', stepCode: '' });
  return {
    id,
    name: sketch.name,
    kind: 'river',
    river: sketch.river,
    areas: [{ code: `13${index}`, name: sketch.area }],
    quantity: 'level',
    unit: 'm',
    lat: 35.6 + index / 100,
    lon: 139.6,
    datum: 'T.P.',
    crestM: sketch.limits[2] + 0.6,
    capacity: null,
    publicAlert: 'allowed',
    limits,
    latest: { at, receivedAt: at + 3_000, value: sketch.value, quality: sketch.quality ?? 'ok', why: sketch.why ?? '' },
    ratePerHour: sketch.rate,
    passed: passed ? distance(passed) : null,
    next: next ? distance(next) : null,
    alerts,
    expected: sketch.standby ? { mode: 'standby', everyMs: 1_440 * MINUTE_MS } : { mode: 'observe', everyMs: 10 * MINUTE_MS },
    blindSince: sketch.blindMin === undefined ? null : now - sketch.blindMin * MINUTE_MS,
    severity: sketch.quality
      ? 10
      : 33 * (sketch.step + (sketch.blindMin === undefined ? 0 : 0.5) + Math.max(0, sketch.value / sketch.limits[2]) / 2),
    spark: Array.from({ length: 12 }, (_, step) => sketch.value - ((11 - step) / 12) * sketch.rate),
    batteryV: 3.58,
    rssiDbm: -97,
    fullHouse: null,
    window: null,
  };
}

function brief(gauge: string, step: number, changedAt: number): AlertBriefDto {
  return {
    id: `river-level@${gauge}#3`,
    ruleId: 'river-level',
    ruleName: '河川水位',
    kind: 'level',
    state: 'raised',
    step,
    stepsMax: 3,
    stepName: LIMIT_NAMES[step - 1]?.[1] ?? '',
    stepCode: LIMIT_NAMES[step - 1]?.[0] ?? '',
    changedAt,
    staffOnly: false,
    acknowledgedBy: null,
  };
}

const place = (now: number, fields: Partial<GaugeDto> & Pick<GaugeDto, 'id' | 'name' | 'kind'>): GaugeDto => ({
  ...river({ river: '', name: '', area: '本町', value: 0, limits: [0, 0, 0], step: 0, rate: 0, ageMin: 1 }, 90, now),
  river: null,
  quantity: 'count',
  unit: '人',
  datum: null,
  crestM: null,
  alerts: [],
  ...fields,
});

const shelter = (now: number): GaugeDto =>
  place(now, {
    id: 'shelter-01',
    name: '本町公民館',
    kind: 'shelter',
    capacity: 240,
    fullHouse: { stepName: '満員', count: 240 },
    limits: [{ code: 'crowded', name: '混雑', value: 168 }],
    latest: { at: now - MINUTE_MS, receivedAt: now - MINUTE_MS, value: 181, quality: 'ok', why: '' },
    passed: { code: 'crowded', name: '混雑', value: 168, distance: 13 },
    next: null,
    ratePerHour: 64,
    alerts: [
      {
        ...brief('shelter-01', 1, now),
        id: 'shelter-band@shelter-01#1',
        ruleName: '避難所の混雑',
        kind: 'band',
        stepsMax: 2,
        stepName: '混雑',
        stepCode: 'crowded',
      },
    ],
    severity: 25,
    spark: [40, 60, 92, 120, 151, 181],
  });

const street = (now: number): GaugeDto =>
  place(now, {
    id: 'spot-01',
    name: '駅前通り',
    kind: 'spot',
    capacity: 800,
    limits: [],
    latest: { at: now - 2 * MINUTE_MS, receivedAt: now - 2 * MINUTE_MS, value: 36, quality: 'ok', why: '' },
    passed: null,
    next: null,
    ratePerHour: -12,
    severity: 2,
    spark: [80, 71, 60, 44, 40, 36],
  });

/** A change of one gauge's alert to `step`, decided by its two newest readings. */
export function transition(gauge: GaugeDto, step: number, number: number, at: number): TransitionDto {
  const value = gauge.limits[step - 1]?.value ?? 0;
  const evidence = [at - 2 * MINUTE_MS, at].map((seenAt, index) => ({
    position: number * 100 + index,
    at: seenAt,
    receivedAt: seenAt + 2_000,
    value: value + 0.01 + index * 0.03,
    quality: 'ok',
    why: '',
  }));
  return {
    id: `river-level@${gauge.id}#3/${step}`,
    number,
    alertId: `river-level@${gauge.id}#3`,
    gauge: gauge.id,
    gaugeName: `${gauge.river} ${gauge.name}`,
    ruleId: 'river-level',
    ruleName: '河川水位',
    ruleKind: 'level',
    kind: step === 1 ? 'raised' : 'climbed',
    from: step - 1,
    to: step,
    fromName: LIMIT_NAMES[step - 2]?.[1] ?? '',
    toName: LIMIT_NAMES[step - 1]?.[1] ?? '',
    at,
    decidedAt: at + 2_100,
    status: 'actual',
    record: {
      playbookVersion: 'v12',
      by: 'watch',
      verdict: `3 分間に 2 回続けて ${value.toFixed(2)} m 以上(品質 良)`,
      limits: gauge.limits.map((limit) => ({ ...limit })),
      evidence,
    },
  };
}

const actsOf = (): AlertDto['acts'] => [
  { id: 'a1', kind: 'assign', by: '当直長', at: 1_782_000_000_000, text: '夜間当番', step: 1 },
  { id: 'a2', kind: 'note', by: '夜間当番', at: 1_782_000_060_000, text: '右岸の水門を閉めた', step: 1 },
];

/** One silence that holds something back, and one that is over. */
export const silencesOf = (now: number): readonly SilenceDto[] => [
  {
    id: 'silence-2',
    number: 2,
    matcher: { rivers: ['大瀬川'] },
    covers: ['staff'],
    reason: '護岸工事のため',
    by: '夜間当番',
    at: now - 60 * MINUTE_MS,
    endsAt: now + 60 * MINUTE_MS,
    ended: null,
    active: true,
  },
  {
    id: 'silence-1',
    number: 1,
    matcher: { gauges: ['gauge-02'] },
    covers: ['staff', 'congestion'],
    reason: '点検',
    by: '当直長',
    at: now - 600 * MINUTE_MS,
    endsAt: now - 300 * MINUTE_MS,
    ended: { by: '夜間当番', at: now - 400 * MINUTE_MS },
    active: false,
  },
];

export const alertOf = (gauge: GaugeDto, alertId: string, timeline: readonly TimelineDto[]): AlertDto | null => {
  const found = gauge.alerts.find((alert) => alert.id === alertId);
  if (!found) return null;
  const transitions = timeline.map((item) => item.transition).filter((item) => item.alertId === alertId);
  return {
    ...found,
    gauge: gauge.id,
    gaugeName: gauge.name,
    acknowledgedAt: null,
    answers: [],
    acts: actsOf(),
    assignedTo: '夜間当番',
    mutedBy: null,
    transitions,
    peak: peakOf(gauge),
  };
};

/** An outage hid the peak: it was higher than anybody knew live. */
export const peakOf = ({ unit, latest }: GaugeDto): PeakDto | null =>
  latest && {
    unit,
    from: latest.at - 60 * MINUTE_MS,
    to: null,
    live: { value: latest.value, at: latest.at, receivedAt: latest.receivedAt },
    now: { value: latest.value + 0.1, at: latest.at - 20 * MINUTE_MS, receivedAt: latest.receivedAt },
    revised: true,
    late: 12,
    lateDoubtful: 1,
    note: '後から届いた観測: 最高',
    complete: true,
  };
