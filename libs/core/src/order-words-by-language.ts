import type { Language } from './delivery.ts';
import type { OrderWords } from './order-words.ts';
import { english } from './order-words-en.ts';
import { japanese } from './order-words-ja.ts';
import { easyJapanese } from './order-words-ja-easy.ts';
import { korean } from './order-words-ko.ts';
import { portuguese } from './order-words-pt.ts';
import { vietnamese } from './order-words-vi.ts';
import { simplifiedChinese } from './order-words-zh-hans.ts';
import { traditionalChinese } from './order-words-zh-hant.ts';

/** Orders in every language. */
export const ORDER_WORDS: Readonly<Record<Language, OrderWords>> = {
  ja: japanese,
  'ja-easy': easyJapanese,
  en: english,
  'zh-Hans': simplifiedChinese,
  'zh-Hant': traditionalChinese,
  ko: korean,
  vi: vietnamese,
  pt: portuguese,
};
