import type {
  BandRule,
  BlindRule,
  CelRule,
  FaultRule,
  Gauge,
  LevelRule,
  Playbook,
  QueueRule,
  Reading,
  Report,
  RiseRule,
  Rule,
  SequenceRule,
  VoteRule,
} from '#core';

/** Values for tests: a builder sets everything plausibly, a test only what matters to it. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** 2026-07-01 00:00 in Japan. */
export const T0 = Date.parse('2026-07-01T00:00:00+09:00');

export const aGauge = (set: Partial<Gauge> = {}): Gauge => ({
  id: 'tama-03',
  device: 'tama-03',
  name: '多摩 三',
  kind: 'river',
  quantity: 'level',
  river: '多摩川',
  areas: ['001'],
  lat: 35.6,
  lon: 139.6,
  datum: 'T.P.',
  zeroHeightM: 0,
  crestM: 7,
  sensorElevationM: null,
  offset: 0,
  capacity: null,
  publicAlert: 'allowed',
  standbyIntervalMs: 24 * HOUR,
  observeIntervalMs: 10 * MINUTE,
  plausible: { min: -5, max: 9, stepPer10Min: 1, stepPerHour: 3, stuckAfterMs: 3 * HOUR },
  thresholds: [
    { code: 'start', value: 3.5, validFrom: 0 },
    { code: 'warn', value: 4.5, validFrom: 0 },
    { code: 'flood', value: 5.5, validFrom: 0 },
  ],
  upstream: null,
  ...set,
});

export const aReport = (set: Partial<Report> = {}): Report => ({
  seq: null,
  at: T0,
  values: { level: 3 },
  mode: null,
  intervalMs: null,
  batteryV: null,
  rssiDbm: null,
  firmware: null,
  ...set,
});

export const aReading = (set: Partial<Reading> = {}): Reading => ({
  gauge: 'tama-03',
  quantity: 'level',
  seq: null,
  observedAt: T0,
  receivedAt: set.observedAt ?? T0,
  raw: set.value ?? 3,
  value: 3,
  quality: 'ok',
  why: '',
  status: 'actual',
  mode: null,
  intervalMs: null,
  batteryV: null,
  rssiDbm: null,
  ...set,
});

export const aLevelRule = (set: Partial<LevelRule> = {}): LevelRule => ({
  id: 'river-level',
  name: '河川水位',
  kind: 'level',
  selector: {},
  staffOnly: false,
  shadow: false,
  quantity: 'level',
  steps: [
    { code: 'start', name: '観測開始水位' },
    { code: 'warn', name: '危険水位' },
    { code: 'flood', name: '氾濫開始水位' },
  ],
  confirm: { readings: 2 },
  greatestAgeMs: 30 * MINUTE,
  clearMargin: 0.1,
  clearHoldMs: 30 * MINUTE,
  ...set,
});

export const aBandRule = (set: Partial<BandRule> = {}): BandRule => ({
  id: 'shelter-crowd',
  name: '避難所の混雑',
  kind: 'band',
  selector: {},
  staffOnly: false,
  shadow: false,
  quantity: 'count',
  bands: [
    { code: 'some', name: 'やや混雑', from: 30 },
    { code: 'busy', name: '混雑', from: 60 },
    { code: 'nearlyFull', name: 'ほぼ満員', from: 80 },
  ],
  measure: 'percent',
  hysteresis: 5,
  windowMs: 0,
  confirm: { readings: 1 },
  greatestAgeMs: 30 * MINUTE,
  clearHoldMs: 0,
  ...set,
});

export const aQueueRule = (set: Partial<QueueRule> = {}): QueueRule => ({
  id: 'window-queue',
  name: '順番',
  kind: 'queue',
  selector: {},
  staffOnly: false,
  shadow: false,
  quantity: 'calling',
  ahead: 5,
  greatestAgeMs: 30 * MINUTE,
  ...set,
});

export const aRiseRule = (set: Partial<RiseRule> = {}): RiseRule => ({
  id: 'river-rise',
  name: '急な増水',
  kind: 'rise',
  selector: {},
  staffOnly: false,
  shadow: false,
  quantity: 'level',
  windowMs: 30 * MINUTE,
  steps: [
    { code: 'quick', name: '急な増水', perHour: 0.5 },
    { code: 'veryQuick', name: '非常に急な増水', perHour: 1.5 },
  ],
  confirm: { readings: 2 },
  greatestAgeMs: 30 * MINUTE,
  clearMarginPerHour: 0.1,
  clearHoldMs: 20 * MINUTE,
  ...set,
});

export const aVoteRule = (set: Partial<VoteRule> = {}): VoteRule => ({
  id: 'river-vote',
  name: '広域の増水',
  kind: 'vote',
  selector: { gauges: ['tama-03'] },
  of: { kinds: ['river'] },
  counts: { rule: 'river-level', code: 'warn' },
  steps: [
    { code: 'several', name: '複数地点で危険水位', atLeast: 2 },
    { code: 'many', name: '多くの地点で危険水位', atLeast: 3 },
  ],
  greatestAgeMs: 30 * MINUTE,
  clearHoldMs: 0,
  staffOnly: false,
  shadow: false,
  ...set,
});

export const aSequenceRule = (set: Partial<SequenceRule> = {}): SequenceRule => ({
  id: 'river-follows',
  name: '上流に続く増水',
  kind: 'sequence',
  selector: { gauges: ['tama-03'] },
  first: { rule: 'river-level', code: 'warn' },
  next: { rule: 'river-level', code: 'warn' },
  withinMs: 2 * HOUR,
  steps: [
    { code: 'upstream', name: '上流で危険水位' },
    { code: 'arrived', name: '危険水位' },
  ],
  staffOnly: false,
  shadow: false,
  ...set,
});

export const aCelRule = (set: Partial<CelRule> & Pick<CelRule, 'condition'>): CelRule => ({
  id: 'river-cel',
  name: '条件',
  kind: 'cel',
  selector: {},
  staffOnly: false,
  shadow: false,
  confirm: { readings: 2 },
  greatestAgeMs: 30 * MINUTE,
  clearHoldMs: 20 * MINUTE,
  steps: [{ code: 'met', name: '条件成立' }],
  ...set,
});

export const aBlindRule = (set: Partial<BlindRule> = {}): BlindRule => ({
  id: 'blind',
  name: '受信なし',
  kind: 'blind',
  selector: {},
  staffOnly: true,
  shadow: false,
  observeIntervals: 3,
  standbyIntervals: 1.25,
  ...set,
});

export const aFaultRule = (set: Partial<FaultRule> = {}): FaultRule => ({
  id: 'faults',
  name: '装置の不具合',
  kind: 'fault',
  selector: {},
  staffOnly: true,
  shadow: false,
  findings: ['cloned', 'clock', 'battery', 'drift', 'stuck'],
  ...set,
});

export const aPlaybook = ({
  gauges = [aGauge()],
  rules = [aLevelRule()],
  ...set
}: Partial<Omit<Playbook, 'gauges' | 'rules'>> & {
  gauges?: readonly Gauge[];
  rules?: readonly Rule[];
} = {}): Playbook => ({
  version: 'test-1',
  city: { code: '999997', name: '見本市', timeZone: 'Asia/Tokyo', languages: ['ja'] },
  gauges: new Map(gauges.map((gauge) => [gauge.id, gauge])),
  rules,
  routes: [],
  districts: new Map([['001', { code: '001', name: '本町', population: 1000 }]]),
  shelters: [],
  wordings: new Map(),
  areasGeoJson: { type: 'FeatureCollection', features: [] },
  retention: { logDays: 30, historyDays: 1825, deliveriesDays: 90, quarantineDays: 30 },
  ...set,
});
