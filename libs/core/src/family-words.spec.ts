import { LANGUAGES } from './delivery.ts';
import { FAMILY_WORDS } from './family-words.ts';
import { LABEL_UNITS_MAX } from './talk.ts';

/** Every text of a language, its parameters filled with something that has no kanji. */
const textsOf = (language: (typeof LANGUAGES)[number]): readonly (readonly [string, string])[] =>
  Object.entries(FAMILY_WORDS[language]).map(([name, text]) => [name, typeof text === 'string' ? text : text('A', 'B')]);

describe.each(LANGUAGES)('the words about family codes in %s', (language) => {
  it('fill their parameters, and have labels that LINE takes', () => {
    for (const [name, text] of textsOf(language)) expect([name, text === '' || text.includes('undefined')]).toEqual([name, false]);
    const { label, yes, stop } = FAMILY_WORDS[language];
    expect([label, yes, stop].filter((one) => one.length > LABEL_UNITS_MAX)).toEqual([]);
  });

  it('say for how long consent holds, and do not say which of the reasons there is nothing to tell', () => {
    expect(FAMILY_WORDS[language].purpose('A')).toContain('1');
    expect(FAMILY_WORDS[language].nothingHint).not.toBe('');
  });
});

describe('やさしい日本語 about family codes', () => {
  it('reads every kanji aloud and keeps sentences short', () => {
    for (const [name, text] of textsOf('ja-easy')) {
      for (const [run] of text.matchAll(/[一-龠々]+[^(]?/gu))
        expect([name, run, text.includes(`${run.replace(/[^一-龠々]$/u, '')}(`)]).toEqual([name, run, true]);
      for (const sentence of text.split(/[。\n]/)) expect([name, sentence.replaceAll(/\([^)]*\)/g, '').length <= 45]).toEqual([name, true]);
    }
  });
});
