import type {
  GaugeDto,
  GaugeFaultsDto,
  LineageDto,
  LineageTransitionDto,
  LogbookEntryDto,
  PointDto,
  RuleScoresDto,
  TransitionDto,
} from '#wire';
import { MINUTE_MS, peakOf } from './hq-city.ts';
import { deliveriesOf, messagesOf, reachOf } from './hq-told.ts';

/** The chain behind a transition of a city: its words and deliveries, one reading of two already forgotten by the log. */
export function lineageOf(of: string, gauge: GaugeDto, asked: TransitionDto): LineageDto {
  const { limits, evidence, ...record } = asked.record;
  const told: LineageTransitionDto = {
    ...asked,
    record: {
      ...record,
      ruleId: asked.ruleId,
      ruleText: 'id: river-level\nkind: level\nconfirm: { readings: 2 }',
      limits,
      readings: evidence.map((seen, index) => ({
        ...seen,
        gauge: gauge.id,
        ...(index === 0
          ? { raw: null, quantity: null, seq: null, from: 'record' as const }
          : { raw: seen.value, quantity: 'level', seq: index, from: 'log' as const }),
        status: 'actual',
      })),
    },
    reach: reachOf(0),
    messages: messagesOf(asked).map((message) => ({
      ...message,
      routeId: 'public',
      expiresAt: message.issuedAt + 60 * MINUTE_MS,
      deliveries: deliveriesOf(asked)
        .filter(({ language }) => language === message.language)
        .map((delivery) => ({
          ...delivery,
          expiresAt: delivery.dueAt + 60 * MINUTE_MS,
          key: '1f40659c-d8ab-8594-bb69-6bbdf38f353d',
          addresses: ['U4…9f3a', 'n…@mail.example.jp'],
        })),
    })),
    deliveriesLeftOut: 4,
  };
  return {
    of,
    kind: 'transition',
    alertId: asked.alertId,
    transitionId: asked.id,
    messageId: null,
    deliveryId: null,
    forgotten: false,
    addresses: 'masked',
    timeZone: 'Asia/Tokyo',
    alert: {
      id: asked.alertId,
      ruleId: asked.ruleId,
      ruleName: asked.ruleName,
      ruleKind: asked.ruleKind,
      gauge: gauge.id,
      gaugeName: asked.gaugeName,
      device: gauge.id,
      unit: gauge.unit,
      state: 'raised',
      acts: [{ kind: 'acknowledge', by: '夜間当番', at: asked.decidedAt + MINUTE_MS, words: '' }],
      peak: peakOf(gauge),
    },
    transitions: [
      {
        ...told,
        id: `${asked.alertId}/1`,
        record: { ...told.record, ruleText: null, readings: [] },
        reach: [],
        messages: [],
        deliveriesLeftOut: 0,
      },
      told,
    ],
  };
}

/** One rule on trial, and one that no flood can be held against. */
export const scoresOf = (now: number): RuleScoresDto => ({
  from: now - 30 * 86_400_000,
  to: now,
  playbookVersion: 'v12',
  scores: [
    {
      rule: 'river-early',
      name: '早めの水位',
      kind: 'level',
      alarms: 4,
      routes: [{ route: 'residents-river', changes: 9 }],
      hits: 2,
      misses: 1,
      falseAlarms: 2,
      leadTimeMin: 45,
    },
    { rule: 'crowd', name: '混雑', kind: 'band', alarms: 7, routes: [], hits: null, misses: null, falseAlarms: null, leadTimeMin: null },
  ],
});
/** One value that a person corrected by the staff gauge. */
export const logbookOf = (gauge: string, now: number): LogbookEntryDto[] => [
  {
    number: 1,
    id: `correction/${gauge}/1`,
    gauge,
    kind: 'correction',
    reason: '水位標で確認',
    by: '夜間当番',
    madeAt: now - MINUTE_MS,
    at: now - 10 * MINUTE_MS,
    from: null,
    until: null,
    quantity: 'level',
    was: 9.9,
    raw: 9.9,
    value: 4.1,
    about: null,
    of: null,
  },
];

/** A gauge whose key was copied, with a maintenance that is planned. */
export const faultsOf = (gauge: string, now: number): GaugeFaultsDto => ({
  gauge,
  faults: [{ kind: 'cloned', why: '同じ機器の鍵が2か所で使われています。鍵が複製されていないか確かめてください', since: now }],
  maintenance: [{ id: 'm1', from: now + 3_600_000, until: now + 7_200_000, reason: 'センサー清掃', by: '夜間当番' }],
  device: {
    missing: 2,
    gaps: 1,
    lastGapAt: now - 3_600_000,
    restarts: 3,
    lastRestartAt: now - 7_200_000,
    counterResets: 0,
    lastCounterResetAt: null,
    clockOffsetMs: -2_000,
    batteryV: 3.58,
  },
  days: [
    {
      day: '2026-07-01',
      readings: 720,
      flags: { stepTooLarge: 1, backfilled: 12 },
      last: { at: now, quality: 'stepTooLarge', why: '3分で 4.10 m 変わりました(上限 1.00 m)' },
    },
    { day: '2026-06-30', readings: 718, flags: {}, last: null },
  ],
});

/** Two-minute readings that rise to the latest value, with late ones, one doubtful one and a gap. */
export function pointsOf(gauge: GaugeDto, from: number, to: number): PointDto[] {
  const { latest } = gauge;
  if (!latest) return [];
  const points: PointDto[] = [];
  const low = (gauge.limits[0]?.value ?? latest.value) - 1;
  for (let at = latest.at, n = 0; at > from; at -= 4 * MINUTE_MS, n += 1) {
    if (at > to || (n > 38 && n < 46)) continue;
    const hours = (latest.at - at) / 3_600_000;
    const value = Math.round((low + (latest.value - low) * Math.exp(-((hours / 3.2) ** 2)) + Math.sin(n) * 0.015) * 100) / 100;
    const late = n > 30 && n < 36;
    points.push({
      at,
      receivedAt: at + (late ? 2_400_000 : 3_000),
      raw: value,
      value,
      quality: late ? 'backfilled' : 'ok',
      why: late ? '観測から40分後に届きました' : '',
    });
    if (n === 20)
      points.push({
        at: at + MINUTE_MS,
        receivedAt: at + MINUTE_MS,
        raw: value + 9,
        value: value + 9,
        quality: 'stepTooLarge',
        why: '1分で 9.00 m 変わりました(上限 1.00 m)',
      });
  }
  return points.toReversed();
}
