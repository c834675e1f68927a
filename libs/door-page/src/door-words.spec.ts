import { LANGUAGES } from '#core';
import { DOOR_WORDS } from './door-words.ts';

/** Every text of a language, its parameters filled with something that has no kanji. */
function textsOf(words: object, at = ''): readonly (readonly [string, string])[] {
  return Object.entries(words).flatMap(([key, value]: readonly [string, unknown]): readonly (readonly [string, string])[] => {
    const name = at === '' ? key : `${at}.${key}`;
    if (typeof value === 'string') return [[name, value]];
    if (typeof value === 'function') return [[name, (value as (one: unknown) => string)(3)]];
    return textsOf(value as object, name);
  });
}

describe.each(LANGUAGES)('the words at the door in %s', (language) => {
  it('say something everywhere, with their parameters', () => {
    for (const [name, text] of textsOf(DOOR_WORDS[language]))
      expect([name, text === '' || text.includes('undefined')]).toEqual([name, false]);
  });

  it('turn nobody away, whatever a code cannot do, and say in a drill that it is one', () => {
    const { notes, drill, family } = DOOR_WORDS[language];
    expect(new Set(Object.values(notes)).size).toBe(4);
    expect(drill).toContain('【訓練】');
    expect(family.purpose('A')).toContain('30');
  });
});

describe('やさしい日本語 at the door', () => {
  it('reads every kanji aloud and keeps sentences short', () => {
    for (const [name, text] of textsOf(DOOR_WORDS['ja-easy'])) {
      for (const [run] of text.matchAll(/[一-龠々]+[^(]?/gu))
        expect([name, run, text.includes(`${run.replace(/[^一-龠々]$/u, '')}(`)]).toEqual([name, run, true]);
      for (const sentence of text.split(/[。\n]/)) expect([name, sentence.replaceAll(/\([^)]*\)/g, '').length <= 45]).toEqual([name, true]);
    }
  });
});
