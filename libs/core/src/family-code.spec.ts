import type { CheckInParty } from './check-in.ts';
import { askedWith, codeIn, type FamilyAnswer, familyAnswer, type FamilyCode, SAFE_MS, shownCode } from './family-code.ts';

const T0 = Date.UTC(2026, 6, 1, 14, 10);
const ofParty = (set: Partial<FamilyCode> = {}): FamilyCode => ({
  code: 'K7QM2XPD9T',
  holder: { kind: 'party', party: 'p' },
  namesShelter: false,
  givenAt: T0,
  safeAt: null,
  ...set,
});
const ofLine = (safeAt: number | null): FamilyCode => ofParty({ holder: { kind: 'line', person: 'Uanna' }, safeAt });
const party = (state: 'in' | 'out'): CheckInParty => ({
  id: 'p',
  shelter: 'honmachi',
  ticket: 1,
  state,
  turn: 1,
  households: 1,
  persons: 4,
  at: T0,
});

describe('a family code', () => {
  it.each([
    ['K7QM-2XP-D9T', 'K7QM2XPD9T'],
    [' k7qm2xpd9t ', 'K7QM2XPD9T'],
    ['Ｋ７ＱＭ－２ＸＰ－Ｄ９Ｔ', 'K7QM2XPD9T'],
    ['KOQM-IXP-D9L', 'K0QM1XPD91'],
    ['K7QM-2XP-D9', null],
    ['K7QM-2XP-D9TT', null],
    ['K7QM-2XP-D9U', null],
    ['安否を知りたい', null],
    ['K'.repeat(100), null],
    ['', null],
  ])('is read from %j as %j', (typed, code) => expect(codeIn(typed)).toBe(code));

  it.each([
    ['K7QM-2XP-D9T', 'K7QM2XPD9T'],
    ['k7qm2xpd9t', 'K7QM2XPD9T'],
    ['KQMA-BXP-DRT', 'KQMABXPDRT'],
    ['helicopter', null],
    ['090-1234-567', null],
    ['0531234567', null],
    ['水位', null],
  ])('is heard in a talk in %j as %j', (said, code) => expect(askedWith(said)).toBe(code));

  it('is read back as it is shown', () => expect(codeIn(shownCode('K7QM2XPD9T'))).toBe('K7QM2XPD9T'));

  const rows: readonly [string, FamilyCode | null, CheckInParty | null, number, FamilyAnswer | null][] = [
    ['nobody holds it', null, null, T0, null],
    ['they are in a shelter', ofParty(), party('in'), T0, { kind: 'shelter', since: T0, shelter: null }],
    [
      'they let the shelter be named',
      ofParty({ namesShelter: true }),
      party('in'),
      T0,
      { kind: 'shelter', since: T0, shelter: '本町公民館' },
    ],
    ['they left', ofParty({ namesShelter: true }), party('out'), T0, null],
    ['they were forgotten', ofParty(), null, T0, null],
    ['they said nothing on LINE yet', ofLine(null), null, T0, null],
    ['they said to be safe', ofLine(T0), null, T0 + SAFE_MS, { kind: 'safe', at: T0 }],
    ['that was long ago', ofLine(T0), null, T0 + SAFE_MS + 1, null],
  ];
  it.each(rows)('says what may be said: %s', (_, code, of, now, expected) => {
    expect(familyAnswer(code, { party: of, shelterName: () => '本町公民館', now })).toEqual(expected);
  });
});
