import { aGauge, aLevelRule, aPlaybook, T0 } from '../../../test/support/builders.ts';
import { aRoute } from '../../../test/support/dispatch-world.ts';
import type { Transition } from './alert.ts';
import type { Language } from './delivery.ts';
import { gather, type Gathered, GROUP_MAX, renderGroup } from './group.ts';
import type { Route } from './playbook.ts';

const byRiver = aRoute({ id: 'staff', audience: { kind: 'staff', group: 'duty' }, group: { by: 'river', waitMs: 30_000 } });

const aMove = (gauge: string, set: Partial<Transition> = {}): Transition => ({
  id: `river-level@${gauge}#1/1`,
  alertId: `river-level@${gauge}#1`,
  ruleId: 'river-level',
  gauge,
  kind: 'raised',
  from: 0,
  to: 2,
  at: T0,
  decidedAt: T0,
  status: 'actual',
  record: {
    playbookVersion: 'test-1',
    ruleId: 'river-level',
    by: 'rule',
    verdict: '',
    limits: [],
    evidence: [{ position: 1, at: T0, receivedAt: T0, value: 4.6, quality: 'ok', why: '', status: 'actual' }],
  },
  ...set,
});

const joined = (
  transition: Transition,
  open: readonly Gathered[] = [],
  set: { route?: Route; river?: string | null; areas?: string[] } = {},
) => {
  const { route = byRiver, river = '多摩川', areas = ['001'] } = set;
  return gather({ numbered: { number: open.length + 1, transition }, route, gauge: aGauge({ id: transition.gauge, river, areas }), open });
};

describe('transitions that wait to be told together', () => {
  const first = joined(aMove('a'))!;

  it('open a group whose id follows from the first one', () => {
    expect(first).toMatchObject({
      groupId: 'river-level@a#1/1/staff+group',
      leaderId: 'river-level@a#1/1',
      closesAt: T0 + 30_000,
      number: 1,
    });
  });

  const cases: readonly [title: string, transition: Transition, joins: boolean, set: { river?: string }][] = [
    ['of the same kind join it', aMove('b', { decidedAt: T0 + 29_999 }), true, {}],
    ['that come after its wait do not', aMove('b', { decidedAt: T0 + 30_000 }), false, {}],
    ['of another river do not', aMove('b'), false, { river: '桂川' }],
    ['to another step do not', aMove('b', { to: 3 }), false, {}],
    ['of another kind do not', aMove('b', { kind: 'climbed', from: 1 }), false, {}],
    ['of another rule do not', aMove('b', { ruleId: 'rain' }), false, {}],
    ['of a drill do not', aMove('b', { status: 'exercise' }), false, {}],
  ];
  it.each(cases)('%s', (_, transition, joins, set) => {
    expect(joined(transition, [first], set)?.groupId === first.groupId).toBe(joins);
  });

  it('are asked as the route hears them', () => {
    const route = { ...byRiver, fromStep: 2 };
    const open = [joined(aMove('a'), [], { route })!];
    expect(joined(aMove('b', { kind: 'climbed', from: 1 }), open, { route })?.groupId).toBe(open[0]!.groupId);
  });

  it('are not more than a bound', () => {
    const open = Array.from({ length: GROUP_MAX }, (_, index) => ({ ...first, transitionId: `t${index}` }));
    expect(joined(aMove('z'), open.slice(1))?.groupId).toBe(first.groupId);
    expect(joined(aMove('z'), open)?.groupId).toBe('river-level@z#1/1/staff+group');
  });

  it('stay where they were when the plan is made again', () => {
    expect(joined(aMove('a', { decidedAt: T0 + 90_000 }), [first])).toBe(first);
  });

  it('are told alone without a route that groups, without a river, and when it is a reminder', () => {
    expect(joined(aMove('a'), [], { route: aRoute() })).toBeNull();
    expect(joined(aMove('a'), [], { river: null })).toBeNull();
    expect(joined(aMove('a', { kind: 'reminded', from: 2 }))).toBeNull();
  });

  it('go by their districts where the route says so', () => {
    const route: Route = { ...byRiver, group: { by: 'area', waitMs: 30_000 } };
    const open = [joined(aMove('a'), [], { route })!];
    expect(joined(aMove('b'), open, { route, river: '桂川' })?.groupId).toBe(open[0]!.groupId);
    expect(joined(aMove('b'), open, { route, areas: ['002'] })?.groupId).not.toBe(open[0]!.groupId);
    expect(joined(aMove('b'), open, { route, areas: [] })).toBeNull();
  });
});

describe('the words of a group', () => {
  const gauges = Array.from({ length: 25 }, (_, index) => aGauge({ id: `g${index}`, name: `観測所${index}` }));
  const playbook = aPlaybook({ gauges, rules: [aLevelRule()] });
  const words = (count: number, set: Partial<Transition> = {}, language: Language = 'ja', route: Route = byRiver) =>
    renderGroup({ playbook, route, transitions: gauges.slice(0, count).map(({ id }) => aMove(id, set)), language });

  it('say where, how many and what, and name each with its value and time', () => {
    expect(words(2)).toEqual({
      subject: '多摩川：2地点が危険水位',
      body: '多摩川：2地点が危険水位\n\n・観測所0 4.60 m（00:00）\n・観測所1 4.60 m（00:00）',
      translated: true,
    });
  });

  it.each([
    [{ kind: 'cleared', from: 2, to: 0 }, '多摩川：2地点が解除（危険水位）'],
    [{ kind: 'steppedDown', from: 3, to: 2 }, '多摩川：2地点が氾濫開始水位を下回る'],
    [{ kind: 'climbed', from: 2, to: 3 }, '多摩川：2地点が氾濫開始水位'],
    [{ status: 'exercise' }, '【訓練】多摩川：2地点が危険水位'],
  ] as const)('tell a change of %j', (set, subject) => {
    expect(words(2, set).subject).toBe(subject);
  });

  it('name twenty and count the rest', () => {
    const lines = words(25).body.split('\n');
    expect(lines).toHaveLength(23);
    expect(lines.at(-1)).toBe('ほか5地点');
  });

  it.each<[Language, string, string, string, string]>([
    ['ja-easy', '多摩川：2地点が危険水位', '多摩川：2地点が解除（危険水位）', '多摩川：2地点が氾濫開始水位を下回る', 'ほか5地点'],
    [
      'en',
      '多摩川: 危険水位 at 2 places',
      '多摩川: all clear (危険水位) at 2 places',
      '多摩川: below 氾濫開始水位 at 2 places',
      'and 5 more',
    ],
    ['zh-Hans', '多摩川：2处危険水位', '多摩川：2处解除（危険水位）', '多摩川：2处低于氾濫開始水位', '另有5处'],
    ['zh-Hant', '多摩川：2處危険水位', '多摩川：2處解除（危険水位）', '多摩川：2處低於氾濫開始水位', '另有5處'],
    ['ko', '多摩川: 2개 지점 危険水位', '多摩川: 2개 지점 해제(危険水位)', '多摩川: 2개 지점 氾濫開始水位 미만', '그 외 5개 지점'],
    [
      'vi',
      '多摩川: 危険水位 tại 2 điểm',
      '多摩川: hết cảnh báo (危険水位) tại 2 điểm',
      '多摩川: dưới 氾濫開始水位 tại 2 điểm',
      'và 5 điểm khác',
    ],
    [
      'pt',
      '多摩川: 危険水位 em 2 pontos',
      '多摩川: fim do alerta (危険水位) em 2 pontos',
      '多摩川: abaixo de 氾濫開始水位 em 2 pontos',
      'e mais 5',
    ],
  ])('speak %s: of a rise, an end, a fall, and of what is not listed', (language, raised, cleared, steppedDown, rest) => {
    expect(words(2, {}, language).subject).toBe(raised);
    expect(words(2, { kind: 'cleared', from: 2, to: 0 }, language).subject).toBe(cleared);
    expect(words(2, { kind: 'steppedDown', from: 3, to: 2 }, language).subject).toBe(steppedDown);
    expect(words(25, {}, language).body.split('\n').at(-1)).toBe(rest);
  });

  it('speak of districts', () => {
    expect(words(2, {}, 'ja', { ...byRiver, group: { by: 'area', waitMs: 1 } }).subject).toBe('本町：2地点が危険水位');
  });
});
