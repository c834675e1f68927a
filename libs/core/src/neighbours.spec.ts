import { aGauge } from '../../../test/support/builders.ts';
import { neighboursOf, rainNear } from './neighbours.ts';

const own = aGauge({ id: 'own', lat: 35, lon: 139, upstream: 'up' });
const up = aGauge({ id: 'up', lat: 36, lon: 139 });
const down = aGauge({ id: 'down', lat: 34, lon: 139, upstream: 'own' });
const at = (id: string, km: number, set = {}) => aGauge({ id, lat: 35 + km / 111.2, lon: 139, ...set });

describe('neighboursOf', () => {
  it('takes those next to it on the river, however far they are', () => {
    expect(neighboursOf(own, [own, up, down, at('beside', 1)])).toEqual(['up', 'down']);
  });

  it('takes the nearest of its kind when the river has no other, three at most and none beyond 20 km', () => {
    const alone = { ...own, upstream: null };
    const others = [at('d', 15), at('a', 1), at('b', 5), at('c', 10), at('far', 25), at('rain', 1, { quantity: 'rain', kind: 'rain' })];
    expect(neighboursOf(alone, [alone, ...others])).toEqual(['a', 'b', 'c']);
    expect(neighboursOf(alone, [alone, at('far', 25), at('road', 1, { kind: 'road' })])).toEqual([]);
  });

  it('knows nobody near a gauge without a position', () => {
    expect(neighboursOf({ ...own, lat: null, upstream: null }, [at('a', 1)])).toEqual([]);
  });
});

describe('rainNear', () => {
  it('takes the nearest rain', () => {
    const rain = (id: string, km: number) => at(id, km, { quantity: 'rain', kind: 'rain' });
    expect(rainNear(own, [own, rain('b', 9), rain('a', 3), at('river', 1)])).toEqual(['a']);
    expect(rainNear(own, [rain('far', 30)])).toEqual([]);
  });
});
