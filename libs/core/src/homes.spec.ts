import { homeAt, homesOf, homesPart } from './homes.ts';

describe('homes', () => {
  const homes = homesOf([['B', 'A'], ['A'], ['A', 'B'], []]);

  it('keeps each set of districts once', () => {
    expect(homes).toEqual({ sets: [['A', 'B'], ['A'], []], of: [0, 1, 0, 2] });
    expect([0, 1, 2, 3, 4].map((index) => homeAt(homes, index))).toEqual([['A', 'B'], ['A'], ['A', 'B'], [], []]);
    expect(homeAt(undefined, 0)).toEqual([]);
  });

  it('is divided as the people are', () => {
    expect(homesPart(homes, 1, 3)).toEqual(homesOf([['A'], ['A', 'B']]));
    expect(homesPart(homes, 2)).toEqual(homesOf([['A', 'B'], []]));
  });
});
