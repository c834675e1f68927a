import type { messagingApi } from '@line/bot-sdk';
import { type AlertLevel, LEVEL_COLOURS, LEVEL_DIVIDER, LEVEL_NAMES, levelWord, type Language, type Message, unfolded } from '#core';

/** UTF-16 code units in one text message, and in what stands for a Flex message on a lock screen (D§3.3). */
export const TEXT_UNITS_MAX = 5_000;
const ALT_TEXT_UNITS_MAX = 1_500;
/** Of one bubble as JSON (D§3.3, there unconfirmed): a longer one goes out as text, for it must arrive. */
const BUBBLE_BYTES_MAX = 30 * 1024;

/** A drill and a test have a frame of their own, in none of the official colours; white on it is 5.2:1. */
const FRAME = '#0B7A75';
const QUIET = '#626264';
const INK = '#1A1A1C';
const WHITE = '#FFFFFF';

/** From here on somebody has to leave (D§2.1), and headquarters want to know who has seen it. */
const ACT_LEVEL_MIN = 3;

/** Levels at which the city orders: those that a picture of the levels shows, the gravest on top. */
const SHOWN_LEVELS = [5, 4, 3] as const satisfies readonly AlertLevel[];

type Words = Pick<Message, 'subject' | 'body' | 'language' | 'status' | 'level' | 'link'>;

/**
 * A message as LINE shows it. What puts people under a level is a bubble with the level's official colour, number and name; a drill or a test is
 * a bubble with a frame, so that no picture of it passes for real. Everything else is plain text: it can be selected, searched and read aloud,
 * and addresses in it can be tapped. A phone that cannot show a bubble shows its `altText`, which holds the same words from the beginning.
 * `seen` is the data of the button by which people say that they have seen what they are to do; null for none.
 */
export function lineMessage(message: Words, seen: string | null): messagingApi.Message {
  const text: messagingApi.TextMessage = { type: 'text', text: textOf(message) };
  if (message.level === null && message.status === 'actual') return text;
  const contents = bubbleOf(message, seen);
  const isTooLarge = Buffer.byteLength(JSON.stringify(contents)) > BUBBLE_BYTES_MAX;
  return isTooLarge ? text : { type: 'flex', altText: altTextOf(text.text), contents };
}

function textOf({ subject, body, language }: Pick<Words, 'subject' | 'body' | 'language'>): string {
  const words = flowing(body, language);
  return subject === '' ? words : `${subject}\n\n${words}`;
}

/** A phone breaks lines at its own width. */
const flowing = (body: string, language: Language): string => unfolded(body, language === 'ja-easy' ? ' ' : '');

/** The beginning of the words up to the end of a sentence, as much as LINE takes. */
export function altTextOf(text: string): string {
  if (text.length <= ALT_TEXT_UNITS_MAX) return text;
  const head = text.slice(0, ALT_TEXT_UNITS_MAX);
  const end = Math.max(...['。', '！', '\n', '. ', '! '].map((mark) => head.lastIndexOf(mark) + mark.trimEnd().length));
  // A character of two units is not cut in half.
  return head
    .slice(0, end > 1 ? end : ALT_TEXT_UNITS_MAX)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd();
}

function bubbleOf(message: Words, seen: string | null): messagingApi.FlexBubble {
  const { level, language, status, link } = message;
  const isReal = status === 'actual';
  const body: messagingApi.FlexBox = {
    type: 'box',
    layout: 'vertical',
    spacing: 'md',
    contents: [
      ...(message.subject === '' ? [] : headline(message.subject)),
      ...paragraphsOf(message).map((text): messagingApi.FlexText => ({ type: 'text', text, size: 'md', color: INK, wrap: true })),
      ...(level !== null && level >= 3 ? [ladder(level, language)] : []),
    ],
    ...(!isReal && { borderColor: FRAME, borderWidth: '4px', paddingAll: '16px' }),
  };
  const asksToAct = level !== null && level >= ACT_LEVEL_MIN;
  const buttons = [
    ...(seen !== null && asksToAct ? [seenButton(seen, language)] : []),
    ...(link === null ? [] : [moreButton(link, language)]),
  ];
  const head = [...(isReal ? [] : [frameHead(status)]), ...(level === null ? [] : [levelHead(level, language)])];
  return {
    type: 'bubble',
    size: 'mega',
    header: { type: 'box', layout: 'vertical', paddingAll: '0px', contents: head },
    body,
    ...(buttons.length > 0 && { footer: { type: 'box' as const, layout: 'vertical' as const, contents: buttons } }),
  };
}

const headline = (subject: string): messagingApi.FlexComponent[] => [
  { type: 'text', text: subject, weight: 'bold', size: 'md', color: INK, wrap: true },
  { type: 'separator' },
];

/** Number and name on the official colour, with a border that a black-and-white screen shows as well (D§2.1). */
function levelHead(level: AlertLevel, language: Language): messagingApi.FlexBox {
  const { fill, text } = LEVEL_COLOURS[level];
  return {
    type: 'box',
    layout: 'vertical',
    backgroundColor: fill,
    borderColor: INK,
    borderWidth: 'light',
    paddingAll: '16px',
    contents: [
      { type: 'text', text: levelWord(level, language), color: text, weight: 'bold', size: 'md', wrap: true },
      { type: 'text', text: LEVEL_NAMES[language][level], color: text, weight: 'bold', size: 'xxl', wrap: true },
    ],
  };
}

/** The mark of the law stays Japanese (D§8); what it means is the first line of the words. */
const frameHead = (status: Message['status']): messagingApi.FlexBox => ({
  type: 'box',
  layout: 'vertical',
  backgroundColor: FRAME,
  paddingAll: '8px',
  contents: [
    { type: 'text', text: status === 'exercise' ? '【訓練】' : '【試験】', color: WHITE, weight: 'bold', size: 'lg', align: 'center' },
  ],
});

/** The words without their link, which becomes a button: text in a bubble cannot be tapped. */
function paragraphsOf({ body, language, link }: Words): readonly string[] {
  const lines = flowing(body, language).split('\n');
  const at = link === null ? -1 : lines.indexOf(link);
  // The line before a link only says that it follows.
  const kept = at < 0 ? lines : lines.filter((_, i) => i !== at && i !== at - 1);
  return kept
    .join('\n')
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}

/** Where the level stands among those of the city, with the line that the guideline puts between 5 and 4 (D§2.1). Only the present one is filled. */
function ladder(present: AlertLevel, language: Language): messagingApi.FlexBox {
  return {
    type: 'box',
    layout: 'vertical',
    spacing: 'xs',
    margin: 'lg',
    contents: SHOWN_LEVELS.flatMap((level) => [
      rung(level, level === present, language),
      ...(level === 5
        ? [
            {
              type: 'text' as const,
              text: LEVEL_DIVIDER[language],
              size: 'xs',
              weight: 'bold' as const,
              color: INK,
              align: 'center' as const,
              wrap: true,
            },
          ]
        : []),
    ]),
  };
}

function rung(level: AlertLevel, isPresent: boolean, language: Language): messagingApi.FlexBox {
  const { fill, text } = LEVEL_COLOURS[level];
  return {
    type: 'box',
    layout: 'horizontal',
    spacing: 'md',
    alignItems: 'center',
    contents: [
      {
        type: 'box',
        layout: 'vertical',
        flex: 0,
        width: '32px',
        borderWidth: '2px',
        borderColor: isPresent ? INK : fill,
        backgroundColor: isPresent ? fill : WHITE,
        cornerRadius: 'sm',
        contents: [{ type: 'text', text: String(level), color: isPresent ? text : INK, weight: 'bold', align: 'center' }],
      },
      {
        type: 'text',
        text: isPresent ? `${LEVEL_NAMES[language][level]} ${NOW[language]}` : LEVEL_NAMES[language][level],
        weight: isPresent ? 'bold' : 'regular',
        color: isPresent ? INK : QUIET,
        size: 'sm',
        wrap: true,
      },
    ],
  };
}

const moreButton = (link: string, language: Language): messagingApi.FlexButton => ({
  type: 'button',
  style: 'link',
  height: 'sm',
  action: { type: 'uri', label: MORE[language], uri: link },
});

/** What is pressed stands in the talk as the person's own words, so that nobody needs an answer to it. */
const seenButton = (data: string, language: Language): messagingApi.FlexButton => ({
  type: 'button',
  style: 'link',
  height: 'sm',
  action: { type: 'postback', label: SEEN[language], data, displayText: SEEN[language] },
});

const NOW: Readonly<Record<Language, string>> = {
  ja: '◀ いま',
  'ja-easy': '◀ いま',
  en: '◀ now',
  'zh-Hans': '◀ 现在',
  'zh-Hant': '◀ 現在',
  ko: '◀ 현재',
  vi: '◀ hiện nay',
  pt: '◀ agora',
};

/** A label of an action has 20 characters at most. */
const SEEN: Readonly<Record<Language, string>> = {
  ja: '見ました',
  'ja-easy': '見(み)ました',
  en: 'I have seen this',
  'zh-Hans': '我已看到',
  'zh-Hant': '我已看到',
  ko: '확인했습니다',
  vi: 'Tôi đã xem',
  pt: 'Já vi',
};

const MORE: Readonly<Record<Language, string>> = {
  ja: 'くわしく見る',
  'ja-easy': 'もっと 見(み)る',
  en: 'Details',
  'zh-Hans': '查看详情',
  'zh-Hant': '查看詳情',
  ko: '자세히 보기',
  vi: 'Xem chi tiết',
  pt: 'Ver detalhes',
};
