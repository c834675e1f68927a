import type { AlertBriefDto, GaugeDto, LimitDto, TransitionDto } from '#wire';
import { linesOf } from '../chart/trace.ts';
import { ja } from '../words/ja.ts';
import { changeText, distanceText } from './sentence.ts';

const RIVER: readonly LimitDto[] = [
  { code: 'start', name: '観測開始水位', value: 3 },
  { code: 'warn', name: '危険水位', value: 4 },
  { code: 'flood', name: '氾濫開始水位', value: 5 },
];
const ROAD: readonly LimitDto[] = [
  { code: 'warn', name: '注意水深', value: 0.1 },
  { code: 'flood', name: '危険水深', value: 0.3 },
];
const HALL: readonly LimitDto[] = [
  { code: 'half', name: '半分以上', value: 90 },
  { code: 'nearlyFull', name: '満員に近い', value: 144 },
];

const aGauge = (limits: readonly LimitDto[], value: number, fields: Partial<GaugeDto> = {}): GaugeDto => {
  const passed = limits.findLast((limit) => limit.value <= value);
  const next = limits.find((limit) => limit.value > value);
  return {
    quantity: 'level',
    unit: 'm',
    crestM: null,
    capacity: null,
    limits,
    alerts: [],
    blindSince: null,
    latest: { at: 0, receivedAt: 0, value, quality: 'ok', why: '' },
    passed: passed ? { ...passed, distance: value - passed.value } : null,
    next: next ? { ...next, distance: next.value - value } : null,
    ...fields,
  } as GaugeDto;
};
const raised = (stepCode: string, stepName: string): AlertBriefDto =>
  ({ kind: 'level', state: 'raised', step: 2, stepsMax: 3, stepCode, stepName }) as AlertBriefDto;
const aChange = (fields: Partial<TransitionDto>): TransitionDto =>
  ({ kind: 'climbed', ruleKind: 'level', fromName: '観測開始水位', toName: '危険水位', status: 'actual', ...fields }) as TransitionDto;
const people = { quantity: 'count', unit: '人', capacity: 180 };

describe('the sentence about a gauge', () => {
  it.each([
    ['the way to the next limit', aGauge(RIVER, 4.2), '氾濫開始まで 0.80 m'],
    ['what was passed when nothing lies above', aGauge(ROAD, 0.38), '危険水深を 0.08 m 超過'],
    [
      'the step that is held although the water fell',
      aGauge(RIVER, 3.8, { alerts: [raised('flood', '氾濫開始水位')] }),
      '氾濫開始の 1.20 m 下',
    ],
    ['the room that is left beyond the last band', aGauge(HALL, 150, people), '定員まで 30 人'],
    ['that a place is full', aGauge(HALL, 180, people), '定員に到達'],
    ['that a place is more than full', aGauge(HALL, 200, people), '定員を 20 人 超過'],
    ['that there are no limits', aGauge([], 1), '基準なし'],
  ])('tells %s', (_, gauge, text) => {
    expect(distanceText(gauge, ja)).toBe(text);
  });

  it('calls a limit by one name in the sentence and in the picture', () => {
    const lines = linesOf(aGauge(RIVER, 2.5), ja).map(({ name }) => name);
    expect(lines).toEqual(['観測開始', '危険水位', '氾濫開始']);
    expect(distanceText(aGauge(RIVER, 2.5), ja)).toBe('観測開始まで 0.50 m');
  });
});

describe('the sentence about a change', () => {
  it.each([
    ['a climb', {}, '危険水位に上昇'],
    ['a gauge that fell silent', { kind: 'raised', ruleKind: 'blind', toName: '受信なし' }, '受信が途絶'],
    ['a gauge that is heard again', { kind: 'cleared', ruleKind: 'blind', toName: '' }, '受信を再開'],
    ['F51 an alert that a changed rule reset', { kind: 'reset', toName: '' }, '規則の変更で観測開始水位の警報をリセット'],
    ['F51 the same of a silence', { kind: 'reset', ruleKind: 'blind', toName: '' }, '規則の変更で受信途絶の警報をリセット'],
    ['a drill, which says so first', { status: 'exercise' }, '【訓練】危険水位に上昇'],
  ] as const)('tells %s', (_, fields, text) => {
    expect(changeText(aChange(fields), ja)).toBe(text);
  });
});
