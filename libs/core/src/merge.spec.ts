import { aBandRule, aGauge, aLevelRule, aPlaybook } from '../../../test/support/builders.ts';
import { aRoute } from '../../../test/support/dispatch-world.ts';
import type { NumberedTransition, Transition } from './alert.ts';
import type { Gauge } from './gauge.ts';
import { isMerged, mergedGauges, mergedPlaces, mergedWhy, risenSince, standingAt, type StandingPlace } from './merge.ts';

const at = (step: number, set: Partial<StandingPlace> = {}): StandingPlace => ({
  gauge: 'low',
  name: '下流',
  step,
  isUncertain: false,
  ...set,
});
const TOLD = '下流の知らせで同じ段階以上をすでに伝えており、そこでも続いているため送っていません';
const STANDS = '下流でまだ続いているため送っていません。最後の地点が下がったときに知らせます';

describe('F44 whether somebody hears of a place of a river', () => {
  const blind = { isUncertain: true };
  it.each<[string, { from: number; to: number; fromStep?: number; known?: number; standing?: readonly StandingPlace[] }, string | null]>([
    ['a rise where nothing else stands', { from: 0, to: 1 }, null],
    ['a rise to a step that another place told and holds', { from: 0, to: 1, known: 1, standing: [at(1)] }, TOLD],
    ['a rise below what another place told and holds', { from: 0, to: 1, known: 2, standing: [at(2)] }, TOLD],
    ['a rise above what another place holds', { from: 0, to: 2, known: 1, standing: [at(1)] }, null],
    ['a rise above what they know, though another place stands there', { from: 0, to: 2, known: 1, standing: [at(2)] }, null],
    ['a rise that another place had, which told them nothing', { from: 0, to: 1, standing: [at(1)] }, null],
    ['a rise that they know of a place which went down since', { from: 0, to: 2, known: 2, standing: [at(1)] }, null],
    ['a rise that only a blind place told', { from: 0, to: 1, known: 1, standing: [at(1, blind)] }, null],
    ['a rise that a blind place and a sound one told', { from: 0, to: 1, known: 1, standing: [at(1, blind), at(1)] }, TOLD],
    ['a climb that another place told first', { from: 1, to: 2, known: 2, standing: [at(2)] }, TOLD],
    ['word once more of what stands, where nothing else does', { from: 1, to: 1, known: 1 }, null],
    ['an all-clear where nothing else stands', { from: 1, to: 0, known: 1 }, null],
    ['an all-clear of which they never heard the rise', { from: 1, to: 0 }, null],
    ['an all-clear while another place stands', { from: 2, to: 0, known: 2, standing: [at(1)] }, STANDS],
    ['F45 an all-clear while another place stands that is blind', { from: 2, to: 0, known: 2, standing: [at(1, blind)] }, STANDS],
    ['an all-clear while another place stands, for whoever heard nothing', { from: 2, to: 0, standing: [at(1)] }, STANDS],
    ['a step down to where another place stands', { from: 2, to: 1, known: 2, standing: [at(1)] }, null],
    ['a step down below where another place stands', { from: 3, to: 1, known: 3, standing: [at(2)] }, STANDS],
    ['a fall below the first step of the route, where nothing stands', { from: 3, to: 1, fromStep: 2, known: 3, standing: [at(0)] }, null],
    [
      'a fall below the first step of the route, where something does',
      { from: 3, to: 1, fromStep: 2, known: 3, standing: [at(2)] },
      STANDS,
    ],
    [
      'a rise when they heard of a step below the first by another route',
      { from: 0, to: 2, fromStep: 2, known: 1, standing: [at(2)] },
      null,
    ],
  ])('%s', (_, { from, to, fromStep = 1, known, standing = [] }, why) => {
    expect(mergedWhy({ fromStep }, { from, to }, { known, standing })).toBe(why);
  });

  it('knows its own reasons from those of others', () => {
    expect([TOLD, STANDS, 'satoがこの警報を消音しているため送っていません', ''].map(isMerged)).toEqual([true, true, false, false]);
  });
});

describe('the places that a route merges', () => {
  const gauges = new Map(
    [
      aGauge({ id: 'a', areas: ['1'] }),
      aGauge({ id: 'b', areas: ['1', '2'] }),
      aGauge({ id: 'c', areas: ['2'], river: '桂川' }),
      aGauge({ id: 'd', areas: ['3'] }),
      aGauge({ id: 'tide', areas: ['1'], publicAlert: 'staffOnly' }),
      aGauge({ id: 'hall', areas: ['1'], kind: 'shelter', river: null }),
    ].map((gauge): [string, Gauge] => [gauge.id, gauge]),
  );
  const rule = aLevelRule({ selector: { kinds: ['river'] } });
  const namesOf = (mergeBy: 'river' | 'area' | undefined, id: string, of = rule) =>
    mergedPlaces({ route: mergeBy ? { mergeBy } : {}, rule: of, gauge: gauges.get(id)!, gauges }).map((place) => place.id);

  it.each<['river' | 'area' | undefined, string, readonly string[]]>([
    [undefined, 'a', []],
    ['river', 'a', ['b', 'd']],
    ['river', 'c', []],
    ['river', 'hall', []],
    ['area', 'a', ['b', 'c']],
    ['area', 'c', ['b', 'a']],
    ['area', 'd', []],
  ])('by %s at %s are %j', (mergeBy, id, expected) => {
    expect(namesOf(mergeBy, id)).toEqual(expected);
  });

  it('are those that the rule watches', () => {
    expect(namesOf('river', 'a', aLevelRule({ selector: { gauges: ['a', 'd'] } }))).toEqual(['d']);
  });

  it('are found by name, and are none for a name that the playbook lost', () => {
    const playbook = aPlaybook({ gauges: [...gauges.values()], rules: [rule, aBandRule()], routes: [aRoute({ mergeBy: 'river' })] });
    expect(mergedGauges(playbook, { ruleId: rule.id, gauge: 'a' }, 'residents')).toEqual(['b', 'd']);
    expect(mergedGauges(playbook, { ruleId: rule.id, gauge: 'a' }, 'gone')).toEqual([]);
    expect(mergedGauges(playbook, { ruleId: 'gone', gauge: 'a' }, 'residents')).toEqual([]);
    expect(mergedGauges(playbook, { ruleId: rule.id, gauge: 'gone' }, 'residents')).toEqual([]);
  });
});

const moved = (number: number, gauge: string, to: number, set: Partial<Transition> = {}): NumberedTransition => ({
  number,
  transition: {
    id: `river-level@${gauge}#1/${number}`,
    alertId: `river-level@${gauge}#1`,
    ruleId: 'river-level',
    gauge,
    kind: to > 0 ? 'raised' : 'cleared',
    from: 0,
    to,
    at: 0,
    decidedAt: 0,
    status: 'actual',
    record: { playbookVersion: 'v1', ruleId: 'river-level', by: '', verdict: '', limits: [], evidence: [] },
    ...set,
  },
});

describe('where another place stands', () => {
  const wentBlind = (number: number, to: number) => moved(number, 'low', to, { ruleId: 'blind' });
  it.each<[string, readonly NumberedTransition[], { step: number; isUncertain: boolean } | null]>([
    ['nowhere before its first word', [], null],
    ['where it went last', [moved(1, 'low', 1), moved(2, 'low', 3)], { step: 3, isUncertain: false }],
    ['nowhere after its all-clear', [moved(1, 'low', 2), moved(2, 'low', 0)], null],
    ['nowhere after its reset', [moved(1, 'low', 2), moved(2, 'low', 0, { kind: 'reset' })], null],
    ['nowhere by what another rule says', [moved(1, 'low', 2, { ruleId: 'other' })], null],
    ['nowhere by a drill', [moved(1, 'low', 2, { status: 'exercise' })], null],
    ['nowhere below the first step of the route', [moved(1, 'low', 1)], null],
    ['somewhere unknown while it is blind', [moved(1, 'low', 2), wentBlind(2, 1)], { step: 2, isUncertain: true }],
    ['where it was, once it is heard again', [moved(1, 'low', 2), wentBlind(2, 1), wentBlind(3, 0)], { step: 2, isUncertain: false }],
    ['somewhere unknown when its rule is parked', [moved(1, 'low', 2, { kind: 'parked', from: 2 })], { step: 2, isUncertain: true }],
  ])('%s', (name, history, expected) => {
    const fromStep = name.includes('below the first step') ? 2 : 1;
    const found = standingAt({ fromStep }, { ruleId: 'river-level', status: 'actual' }, aGauge({ id: 'low', name: '下流' }), {
      history,
      blindRules: new Set(['blind']),
    });
    expect(found).toEqual(expected && { gauge: 'low', name: '下流', ...expected });
  });
});

describe('since when some places stand', () => {
  it.each<[string, readonly NumberedTransition[], number]>([
    ['not at all before the first word', [], Infinity],
    ['since the first of them rose', [moved(3, 'a', 1), moved(4, 'b', 1), moved(5, 'a', 0)], 3],
    ['not any more when all are quiet', [moved(3, 'a', 1), moved(4, 'b', 1), moved(5, 'a', 0), moved(6, 'b', 0)], Infinity],
    ['since they rose again', [moved(3, 'a', 1), moved(4, 'a', 0), moved(7, 'b', 1)], 7],
  ])('%s', (_, history, expected) => {
    expect(risenSince(history)).toBe(expected);
  });
});
