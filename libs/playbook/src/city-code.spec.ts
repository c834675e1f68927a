import { checkDigit, isCityCode, restoredCityCode } from './city-code.ts';

describe('the municipality code', () => {
  // D§6.4.
  it.each([
    ['24203', '9'],
    ['12100', '2'],
    ['22212', '7'],
    ['13101', '6'],
    ['01100', '2'],
    ['09201', '1'],
  ])('has after %s the check digit %s', (five, digit) => {
    expect(checkDigit(five)).toBe(digit);
    expect(isCityCode(five + digit)).toBe(true);
  });

  it.each([
    ['242039', '242039'],
    ['24203', '242039'],
    ['11002', '011002'],
    ['1100', '011002'],
    ['242039.0', '242039'],
    ['242038', null],
    ['伊勢市', null],
  ])('is restored from %s as %s', (text, expected) => {
    expect(restoredCityCode(text, null)).toBe(expected);
  });

  it('prefers the own city where damaged digits can be two codes', () => {
    expect(restoredCityCode('99201', null)).toBe('099201');
    expect(restoredCityCode('99201', '992011')).toBe('992011');
  });
});
