import { type Language, languageTag, LANGUAGES, TALK_WORDS } from '#core';
import { type Html, html } from '#html';
import { DOOR_WORDS } from './door-words.ts';
import { framed } from './page-frame.ts';

/** How a sentence ends where it does not end in a dot. */
const STOP: Readonly<Partial<Record<Language, string>>> = { 'ja-easy': '。', 'zh-Hans': '。', 'zh-Hant': '。' };

/** The sheet that staff print and hang at the door: one page of A4, readable from two metres, in every language. */
export function sheetPage({
  shelter,
  city,
  sheet,
  isDrill,
  code,
}: {
  readonly shelter: string;
  readonly city: string;
  /** Which sheet this is: only the newest one counts. */
  readonly sheet: number;
  readonly isDrill: boolean;
  /** The code as SVG of our own making. */
  readonly code: Html;
}): Html {
  const lines = LANGUAGES.filter((language) => language !== 'ja').map((language) => {
    const { title, noName } = DOOR_WORDS[language];
    return html`<li lang="${languageTag(language)}"><b>${TALK_WORDS[language].name}</b> ${title}${STOP[language] ?? '. '}${noName}</li>`;
  });
  const content = html`<div class="sheet">
    <h2>携帯電話で読み取り、人数を押してください</h2>
    <p>名前や住所は聞きません。家族で1回だけ押してください。</p>
    ${code}
    <p><b>電話がない方は、受付の係員に人数を伝えてください。</b></p>
    <ul>
      ${lines}
    </ul>
    <p class="soft">${city} ・ 受付用紙 第${sheet}号 ・ 新しい用紙を貼ったら、この紙は外してください。写真を人に送らないでください。</p>
  </div>`;
  return framed({ language: 'ja', title: '避難所の受付', under: shelter, isDrill, path: null, content });
}
