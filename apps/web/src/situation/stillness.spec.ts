import type { GaugeDto } from '#wire';
import { bySeverity, settle } from './stillness.ts';

const aGauge = (id: string, severity: number, kind: GaugeDto['kind'] = 'river'): GaugeDto =>
  ({ id, severity, kind, river: kind === 'river' ? '大瀬川' : null }) as GaugeDto;

describe('rows', () => {
  it.each([
    ['nobody looks', ['a', 'b'], ['b', 'a'], false, ['b', 'a'], 0],
    ['nothing was shown yet', [], ['b', 'a'], true, ['b', 'a'], 0],
    ['nothing changed', ['a', 'b'], ['a', 'b'], true, ['a', 'b'], 0],
    ['one would move up', ['a', 'b', 'c', 'd'], ['d', 'a', 'b', 'c'], true, ['a', 'b', 'c', 'd'], 1],
    ['two changed places', ['a', 'b', 'c', 'd'], ['b', 'a', 'd', 'c'], true, ['a', 'b', 'c', 'd'], 2],
    ['one came and one went', ['a', 'b'], ['b', 'n'], true, ['a', 'b'], 2],
  ])('stand where they should when %s', (_, shown, wanted, held, ids, waiting) => {
    expect(settle(shown, wanted, held)).toEqual({ ids, waiting });
  });

  it('come with water before people where all is calm', () => {
    const sorted = bySeverity([aGauge('w', 0, 'window'), aGauge('s', 0, 'shelter'), aGauge('r', 0), aGauge('u', 0, 'road')]);
    expect(sorted.map((gauge) => gauge.id)).toEqual(['r', 'u', 's', 'w']);
  });

  it('come by severity, and small differences do not move them', () => {
    const sorted = bySeverity([aGauge('b', 19.4), aGauge('a', 20.6), aGauge('c', 100), aGauge('d', 19.8)]);
    expect(sorted.map((gauge) => gauge.id)).toEqual(['c', 'a', 'b', 'd']);
    const jittered = bySeverity([aGauge('b', 20.7), aGauge('a', 19.2), aGauge('c', 99.5), aGauge('d', 20.1)]);
    expect(jittered.map((gauge) => gauge.id)).toEqual(['c', 'a', 'b', 'd']);
  });
});
