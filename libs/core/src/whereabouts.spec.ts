import { describe, expect, it } from '@jest/globals';
import { distanceM, districtAt, districtOutlines, middleOf, rounded } from './whereabouts.ts';

const square = (lon: number, lat: number, side: number): number[][] => [
  [lon, lat],
  [lon + side, lat],
  [lon + side, lat + side],
  [lon, lat + side],
  [lon, lat],
];
const feature = (code: string, type: string, coordinates: unknown) => ({
  type: 'Feature',
  properties: { code },
  geometry: { type, coordinates },
});
const outlines = districtOutlines({
  type: 'FeatureCollection',
  features: [
    feature('west', 'Polygon', [square(137, 34, 0.1), square(137.04, 34.04, 0.02)]),
    feature('islands', 'MultiPolygon', [[square(137.2, 34, 0.1)], [square(137.4, 34, 0.1)]]),
    feature('dot', 'Point', [137.05, 34.05]),
    { type: 'Feature', properties: null, geometry: null },
  ],
});

describe('districtAt', () => {
  it.each([
    ['inside', 34.01, 137.01, 'west'],
    ['in a hole', 34.05, 137.05, null],
    ['between hole and edge', 34.05, 137.07, 'west'],
    ['on the first island', 34.05, 137.25, 'islands'],
    ['on the second island', 34.05, 137.45, 'islands'],
    ['between the islands', 34.05, 137.35, null],
    ['far away', 35.68, 139.76, null],
  ])('knows a place %s', (_, lat, lon, code) => {
    expect(districtAt(outlines, { lat, lon })).toBe(code);
  });

  it('finds nothing in what is no collection', () => {
    expect(districtOutlines(null)).toEqual([]);
    expect(districtOutlines({ features: 'none' })).toEqual([]);
  });
});

describe('middleOf', () => {
  it('counts the corner that closes a ring once, and holes not at all', () => {
    const { lat, lon } = middleOf(outlines.filter(({ code }) => code === 'west'))!;
    expect([lat, lon]).toEqual([expect.closeTo(34.05, 9), expect.closeTo(137.05, 9)]);
  });

  it('is nowhere without a district', () => {
    expect(middleOf([])).toBeNull();
  });
});

describe('distanceM', () => {
  it.each([
    ['the same place', { lat: 34.29, lon: 137.69 }, { lat: 34.29, lon: 137.69 }, 0],
    ['a hundredth of a degree north', { lat: 34.29, lon: 137.69 }, { lat: 34.3, lon: 137.69 }, 1_112],
    ['a hundredth of a degree east, which is shorter', { lat: 34.29, lon: 137.69 }, { lat: 34.29, lon: 137.7 }, 919],
    ['Tokyo to Osaka', { lat: 35.6812, lon: 139.7671 }, { lat: 34.7025, lon: 135.4959 }, 403_000],
  ])('measures %s', (_, a, b, metres) => {
    expect(Math.abs(distanceM(a, b) - metres)).toBeLessThanOrEqual(Math.max(1, metres * 0.003));
  });
});

describe('rounded', () => {
  it('S39: leaves about 100 m of an answer and about 10 m of a report', () => {
    const place = { lat: 34.292567, lon: 137.690449 };
    expect(rounded(place, 3)).toEqual({ lat: 34.293, lon: 137.69 });
    expect(rounded(place, 4)).toEqual({ lat: 34.2926, lon: 137.6904 });
  });
});
