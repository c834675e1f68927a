import type { Language } from './delivery.ts';
import type { TalkWords } from './talk-words.ts';
import { en } from './talk-words-en.ts';
import { ja } from './talk-words-ja.ts';
import { jaEasy } from './talk-words-ja-easy.ts';
import { ko } from './talk-words-ko.ts';
import { pt } from './talk-words-pt.ts';
import { vi } from './talk-words-vi.ts';
import { zhHans } from './talk-words-zh-hans.ts';
import { zhHant } from './talk-words-zh-hant.ts';

/** The words of every language. */
export const TALK_WORDS: Readonly<Record<Language, TalkWords>> = {
  ja,
  'ja-easy': jaEasy,
  en,
  'zh-Hans': zhHans,
  'zh-Hant': zhHant,
  ko,
  vi,
  pt,
};
