import * as fc from 'fast-check';
import { aGauge, aLevelRule } from '../../../test/support/builders.ts';
import { GAUGE_KINDS } from './gauge.ts';
import type { Selector } from './rule.ts';
import { gaugesOf, indexGauges, rulesByGauge, selects } from './selection.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const RIVERS = ['大瀬川', '小瀬川', '無い川'];
const AREAS = ['kita', 'minami', 'nishi', 'none'];

const some = <T>(of: readonly T[]): fc.Arbitrary<T[]> => fc.array(fc.constantFrom(...of), { minLength: 1, maxLength: 4 });

const gauges = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom(...IDS),
      kind: fc.constantFrom(...GAUGE_KINDS),
      river: fc.option(fc.constantFrom('大瀬川', '小瀬川')),
      areas: fc.array(fc.constantFrom('kita', 'minami', 'nishi'), { maxLength: 3 }),
    })
    .map(aGauge),
  { selector: ({ id }) => id, maxLength: IDS.length },
);

const selector: fc.Arbitrary<Selector> = fc.record(
  { gauges: some([...IDS, 'nobody']), kinds: some(GAUGE_KINDS), rivers: some(RIVERS), areas: some(AREAS) },
  { requiredKeys: [] },
);

describe('the gauges of a selector', () => {
  it('are those that it selects one by one, each once and in the order of the playbook', () => {
    fc.assert(
      fc.property(gauges, selector, (all, chosen) => {
        expect(gaugesOf(chosen, indexGauges(all))).toEqual(all.filter((gauge) => selects(chosen, gauge)));
      }),
    );
  });

  it('are all of them when nothing is said, and none when a name is unknown', () => {
    const all = [aGauge({ id: 'a' }), aGauge({ id: 'b' })];
    expect(gaugesOf({}, indexGauges(all))).toEqual(all);
    expect(gaugesOf({ gauges: ['c'] }, indexGauges(all))).toEqual([]);
  });
});

describe('the rules of a gauge', () => {
  it('are those that select it, in the order of the playbook, and a gauge without one is not there', () => {
    const all = [aGauge({ id: 'a', river: '大瀬川' }), aGauge({ id: 'b', river: '大瀬川' }), aGauge({ id: 'c', river: null })];
    const rules = [
      aLevelRule({ id: 'own', selector: { gauges: ['b'] } }),
      aLevelRule({ id: 'shared', selector: { rivers: ['大瀬川'] } }),
      aLevelRule({ id: 'again', selector: { gauges: ['b', 'b'] } }),
    ];
    const found = [...rulesByGauge(rules, indexGauges(all))].map(([gauge, own]) => [gauge, own.map(({ id }) => id)] as const);
    expect(new Map(found)).toEqual(
      new Map([
        ['a', ['shared']],
        ['b', ['own', 'shared', 'again']],
      ]),
    );
  });
});
