import { shownCounts, shownPeople } from './subscribers.ts';

describe('figures about people', () => {
  it.each([
    [0, 0],
    [1, null],
    [4, null],
    [5, 5],
    [400_000, 400_000],
  ])('S43 of %d show %p', (people, shown) => {
    expect(shownPeople(people)).toBe(shown);
  });

  it('S43 are blank cell by cell', () => {
    const cell = { channel: 'line', language: 'vi', district: '001' } as const;
    expect(shownCounts([{ ...cell, active: 12, blocked: 2 }])).toEqual({ counts: [{ ...cell, active: 12, blocked: null }] });
  });
});
