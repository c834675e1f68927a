import { aBandRule, aGauge, aLevelRule, T0 } from '../../../test/support/builders.ts';
import { fullHouseOf } from './full-house.ts';

const hall = aGauge({ kind: 'shelter', quantity: 'count', capacity: 150 });
const bands = [{ code: 'busy', name: '混雑', from: 60 }];
const full = (from: number) => aBandRule({ bands: [...bands, { code: 'full', name: '満員', from, byPerson: true }] });

describe('a full house', () => {
  it.each([
    ['stands for the capacity', hall, full(90), { stepName: '満員', count: 150 }],
    ['stands for what reaches a step above the capacity', hall, full(110.5), { stepName: '満員', count: 166 }],
    ['is none where counters may say everything', hall, aBandRule({ bands }), null],
    ['is none where nobody knows how many fit in', { ...hall, capacity: null }, full(100), null],
    ['is none of a rule for other gauges', hall, { ...full(100), selector: { gauges: ['other'] } }, null],
    ['is none of a river', aGauge(), aLevelRule(), null],
  ])('%s', (_, gauge, rule, expected) => {
    expect(fullHouseOf(gauge, [rule], T0)).toEqual(expected);
  });
});
