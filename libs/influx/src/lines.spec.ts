import type { Reading } from '#core';
import { lineOf, reachedLine } from './lines.ts';

const reading: Reading = {
  gauge: 'tama-03',
  quantity: 'level',
  seq: 7,
  observedAt: 1_782_875_400_000,
  receivedAt: 1_782_875_401_234,
  raw: 12.5,
  value: 3,
  quality: 'outOfRange',
  why: '',
  status: 'actual',
  mode: null,
  intervalMs: null,
  batteryV: null,
  rssiDbm: null,
};

describe('lines of the line protocol', () => {
  it('name the series by gauge and quantity, and the point by the instant of observation', () => {
    expect(lineOf({ position: 42, reading })).toBe(
      'reading,gauge=tama-03,quantity=level position=42i,quality="outOfRange",raw=12.5,receivedAt=1782875401234i,value=3,why="" 1782875400000',
    );
  });

  it('carry any words of a reason', () => {
    const line = lineOf({ position: 1, reading: { ...reading, why: '範囲外 "9.9 m" \\ 基準' } });
    expect(line).toContain(String.raw`why="範囲外 \"9.9 m\" \\ 基準"`);
  });

  it.each([NaN, Infinity])('are not made of %d', (value) =>
    expect(() => lineOf({ position: 1, reading: { ...reading, value } })).toThrow('value'),
  );

  it('put every position in the place of the one before', () => {
    expect(reachedLine(41)).toContain('position=41i');
    expect(place(reachedLine(41))).toEqual(place(reachedLine(42)));
  });
});

/** Series and instant: two points with the same place are one. */
const place = (line: string): readonly (string | undefined)[] => [line.split(' ')[0], line.split(' ')[2]];
