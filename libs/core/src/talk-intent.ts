import { LANGUAGES, type Language } from './delivery.ts';
import { askedWith } from './family-code.ts';
import type { Talk, TalkHeard } from './talk.ts';
import { SYNONYMS, TALK_TOPICS, type TalkTopic } from './talk-synonyms.ts';
import type { Whereabouts } from './whereabouts.ts';

/** What somebody wants with an event. */
export type TalkIntent =
  | { readonly kind: 'follow' }
  | { readonly kind: 'unfollow' }
  /** `words`: what a report begins with, when more was said than that there is one. */
  | { readonly kind: 'topic'; readonly topic: TalkTopic; readonly words?: string }
  | { readonly kind: 'setLanguage'; readonly language: Language }
  | { readonly kind: 'districtPage'; readonly page: number }
  | { readonly kind: 'setDistrict'; readonly district: string; readonly on: boolean; readonly page: number }
  | { readonly kind: 'districtsDone' }
  | { readonly kind: 'categoryPage'; readonly page: number }
  | { readonly kind: 'setCategory'; readonly category: string; readonly on: boolean; readonly page: number }
  | { readonly kind: 'categoriesDone' }
  | { readonly kind: 'windowPage'; readonly page: number }
  | { readonly kind: 'window'; readonly gauge: string }
  | { readonly kind: 'ticket'; readonly gauge: string; readonly number: number }
  | { readonly kind: 'notATicket'; readonly gauge: string }
  | { readonly kind: 'place'; readonly place: Whereabouts }
  /** Somebody asks for whoever gave them a code. */
  | { readonly kind: 'askFamily'; readonly code: string }
  | { readonly kind: 'reportWords'; readonly text: string }
  | { readonly kind: 'reportDone' }
  | { readonly kind: 'unknown' };

/** Names a district may be called by, in whatever language. */
export interface DistrictName {
  readonly code: string;
  readonly names: readonly string[];
}

/** The data of a button. One form for the rich menu and for the buttons under answers, read back by `intentOf`. */
export const button = {
  topic: (topic: TalkTopic): string => `topic=${topic}`,
  language: (language: Language): string => `language=${language}`,
  districtPage: (page: number): string => `page=${page}`,
  district: (code: string, on: boolean, page: number): string => `district=${encodeURIComponent(code)}&on=${on ? 1 : 0}&page=${page}`,
  districtsDone: 'done=districts',
  categoryPage: (page: number): string => `of=categories&page=${page}`,
  category: (category: string, on: boolean, page: number): string =>
    `category=${encodeURIComponent(category)}&on=${on ? 1 : 0}&page=${page}`,
  categoriesDone: 'done=categories',
  windowPage: (page: number): string => `of=windows&page=${page}`,
  window: (gauge: string): string => `window=${encodeURIComponent(gauge)}`,
  reportDone: 'done=report',
} as const;

/**
 * What an event means while the talk stands where it stands. Words of the menu win over an open question, except in a report: there only a whole
 * word of the menu leaves it, for "the evacuation route is flooded" is no question about shelters.
 */
export function intentOf(
  heard: TalkHeard,
  { expects }: Pick<Talk, 'expects'>,
  districts: readonly DistrictName[],
  now: number,
): TalkIntent {
  const open = expects && expects.until > now ? expects : null;
  switch (heard.kind) {
    case 'follow':
    case 'unfollow':
      return { kind: heard.kind };
    case 'place':
      return { kind: 'place', place: heard.place };
    case 'button':
      return intentOfButton(heard.data);
    case 'other':
      return { kind: 'unknown' };
    case 'text':
      break;
  }
  const said = plain(heard.text);
  const language = LANGUAGE_NAMES.get(said);
  if (language) return { kind: 'setLanguage', language };
  const whole = wholeTopic(heard.text);
  if (whole) return { kind: 'topic', topic: whole };
  const code = open?.kind === 'report' ? null : askedWith(heard.text);
  if (code !== null) return { kind: 'askFamily', code };
  const within = open?.kind === 'report' ? null : topicWithin(heard.text);
  if (within) return { kind: 'topic', topic: within, ...(REPORTED.has(within) && { words: heard.text }) };
  if (open?.kind === 'ticket') {
    const number = /^\d{1,4}$/.test(said) ? Number(said) : 0;
    return number > 0 ? { kind: 'ticket', gauge: open.gauge, number } : { kind: 'notATicket', gauge: open.gauge };
  }
  if (open?.kind === 'report') return { kind: 'reportWords', text: heard.text };
  const named = districts.find(({ names }) => names.some((name) => plain(name) === said));
  if (named) return { kind: 'setDistrict', district: named.code, on: true, page: 0 };
  return { kind: 'unknown' };
}

const TOPICS = new Set<string>(TALK_TOPICS);
const DONE: ReadonlyMap<string, TalkIntent> = new Map<string, TalkIntent>([
  ['districts', { kind: 'districtsDone' }],
  ['categories', { kind: 'categoriesDone' }],
  ['report', { kind: 'reportDone' }],
]);

const PAGES: ReadonlyMap<string, 'categoryPage' | 'windowPage'> = new Map([
  ['categories', 'categoryPage'],
  ['windows', 'windowPage'],
] as const);

function intentOfButton(data: string): TalkIntent {
  const fields = new URLSearchParams(data);
  const topic = fields.get('topic');
  if (topic !== null && TOPICS.has(topic)) return { kind: 'topic', topic: topic as TalkTopic };
  const language = LANGUAGES.find((one) => one === fields.get('language'));
  if (language) return { kind: 'setLanguage', language };
  const on = fields.get('on') === '1';
  const page = Math.max(0, Math.trunc(Number(fields.get('page')) || 0));
  const district = fields.get('district');
  if (district !== null) return { kind: 'setDistrict', district, on, page };
  const category = fields.get('category');
  if (category !== null) return { kind: 'setCategory', category, on, page };
  const gauge = fields.get('window');
  if (gauge !== null) return { kind: 'window', gauge };
  if (fields.has('page')) return { kind: PAGES.get(fields.get('of') ?? '') ?? 'districtPage', page };
  return DONE.get(fields.get('done') ?? '') ?? { kind: 'unknown' };
}

/** Topics of which headquarters want to know more than that somebody named them. */
const REPORTED: ReadonlySet<TalkTopic> = new Set(['needHelp', 'flooding']);

/** As people type: width, case and marks make no difference. */
const spaced = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{P}\p{S}]+/gu, ' ');
/** Nor do spaces. */
const plain = (text: string): string => spaced(text).replaceAll(' ', '');

interface TopicWord {
  readonly topic: TalkTopic;
  /** The word and nothing else. */
  readonly whole: string;
  /** Whether it is among other words; never for one that counts only alone. */
  readonly isIn: (said: { readonly spaced: string; readonly plain: string }) => boolean;
}

/** A single character is in too many words. */
const WITHIN_UNITS_MIN = 2;

const WORDS: readonly TopicWord[] = TALK_TOPICS.flatMap((topic) => SYNONYMS[topic].map((said) => wordOf(topic, said)));

function wordOf(topic: TalkTopic, said: string): TopicWord {
  const whole = plain(said);
  if (said.startsWith('=') || whole.length < WITHIN_UNITS_MIN) return { topic, whole, isIn: () => false };
  if (!/^\p{Script=Latin}+$/u.test(whole)) return { topic, whole, isIn: ({ plain: text }) => text.includes(whole) };
  // Writing with spaces is heard by whole words, with the ending of a plural: "avisos sobre" is no SOS.
  const word = new RegExp(`(?<!\\p{Script=Latin})${spaced(said)}s?(?!\\p{Script=Latin})`, 'u');
  return { topic, whole, isIn: ({ spaced: text }) => word.test(text) };
}

/** Whoever asks whether it is safe does not say so: by a mark, or by the word that ends a question. */
const QUESTION = /[?？]\s*$|(?:か|吗|嗎|không)[\s\p{P}]*$/iu;

const mayMean = (topic: TalkTopic, text: string): boolean => topic !== 'safe' || !QUESTION.test(text);

const wholeTopic = (text: string): TalkTopic | null =>
  WORDS.find(({ topic, whole }) => whole === plain(text) && mayMean(topic, text))?.topic ?? null;

/** A question is short: whoever writes more is telling a story, in which any word may occur. */
const QUESTION_UNITS_MAX = 40;
/**
 * The first topic, in the order of `TALK_TOPICS`, of which a word is in what was said. A cry for help is heard in a story too: to miss one is worse
 * than to ask somebody who told of another day.
 */
function topicWithin(text: string): TalkTopic | null {
  const said = { spaced: spaced(text), plain: plain(text) };
  const isShort = said.plain.length <= QUESTION_UNITS_MAX;
  return WORDS.find(({ topic, isIn }) => (isShort || topic === 'needHelp') && isIn(said) && mayMean(topic, text))?.topic ?? null;
}

/** Languages by their own names and by those that others call them. */
const LANGUAGE_NAMES: ReadonlyMap<string, Language> = new Map(
  (
    [
      ['ja', '日本語', 'japanese', '日语', '日文', '일본어', 'tiếng nhật', 'japonês', 'ja'],
      ['ja-easy', 'やさしい日本語', 'やさしいにほんご', 'にほんご', 'easy japanese'],
      ['en', 'english', '英語', 'えいご', '英语', '영어', 'tiếng anh', 'inglês', 'en'],
      ['zh-Hans', '简体中文', '中文', '中国語', '中国语', '简体', 'chinese', '중국어', 'tiếng trung', 'chinês'],
      ['zh-Hant', '繁體中文', '繁体中文', '繁體', '繁体', '台湾'],
      ['ko', '한국어', '韓国語', 'korean', '韩语', '韓語', 'tiếng hàn', 'coreano'],
      ['vi', 'tiếng việt', 'ベトナム語', 'vietnamese', '越南语', '越南語', 'tieng viet', 'vietnamita'],
      ['pt', 'português', 'ポルトガル語', 'portuguese', 'portugues', '葡萄牙语'],
    ] satisfies readonly (readonly [Language, ...string[]])[]
  ).flatMap(([language, ...names]) => names.map((name) => [plain(name), language] as const)),
);
