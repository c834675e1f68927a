import { describe, expect, it } from '@jest/globals';
import { LANGUAGES } from './delivery.ts';
import { LABEL_UNITS_MAX } from './talk.ts';
import { type TalkWords } from './talk-words.ts';
import { TALK_WORDS } from './talk-words-by-language.ts';

/** Every text of a language, its parameters filled with something that has no kanji. */
function textsOf(words: TalkWords): readonly (readonly [string, string])[] {
  const filled = { districts: 'A', categories: 'B', language: 'C', window: 'D', number: 47, ahead: 5 };
  const collected: (readonly [string, string])[] = [];
  const collect = (value: unknown, at: string): void => {
    if (typeof value === 'string') collected.push([at, value]);
    else if (typeof value === 'function') {
      const takesObject = /\.(done|settings|waiting|near)$/.test(at) && /^(signUp|windows)/.test(at);
      const argument = takesObject ? filled : 3;
      collected.push([at, (value as (...args: unknown[]) => string)(argument, '0.18')]);
    } else for (const [key, inner] of Object.entries(value as object)) collect(inner, at === '' ? key : `${at}.${key}`);
  };
  collect(words, '');
  return collected;
}

describe.each(LANGUAGES)('the words of the talk in %s', (language) => {
  const words = TALK_WORDS[language];

  it('have labels that LINE takes', () => {
    for (const [name, label] of Object.entries(words.labels))
      expect([name, label.length <= LABEL_UNITS_MAX && label !== '']).toEqual([name, true]);
    expect(words.name.length).toBeLessThanOrEqual(LABEL_UNITS_MAX);
  });

  it('say something everywhere, with their parameters, and never the abolished order', () => {
    for (const [at, text] of textsOf(words)) {
      expect([at, text.trim() === '' || /undefined|\[object|NaN/.test(text)]).toEqual([at, false]);
      expect(text).not.toContain('避難勧告');
    }
  });

  it('tell the number to call when a life is in danger', () => {
    for (const text of [words.help, words.shelters.danger, words.safety.needHelp, words.safety.ask]) expect(text).toContain('119');
  });

  it('say what becomes of a place that is sent', () => {
    expect(words.safety.purpose).toContain('30');
  });
});

describe('やさしい日本語', () => {
  it('reads every kanji aloud and keeps sentences short', () => {
    for (const [at, text] of textsOf(TALK_WORDS['ja-easy'])) {
      if (at.startsWith('hazards') || at === 'name') continue;
      // A run of kanji with what follows it: a reading in brackets, or more kana before the reading of the whole.
      for (const [run] of text.matchAll(/[一-龠々]+[^(]?/gu))
        expect([at, run, text.includes(`${run.replace(/[^一-龠々]$/u, '')}(`)]).toEqual([at, run, true]);
      for (const sentence of text.split(/[。\n]/)) expect([at, sentence.replaceAll(/\([^)]*\)/g, '').length <= 45]).toEqual([at, true]);
    }
  });
});
