import { type AlertLevel, type Language, LEVEL_DIVIDER, levelTextGlossed } from '#core';
import { type Html, html } from '#html';
import { DOOR_WORDS } from './door-words.ts';
import { framed } from './page-frame.ts';

/** An order in force, in the words that residents got. */
export interface OrderInForce {
  readonly level: AlertLevel;
  readonly subject: string;
  readonly body: string;
}

/** The page behind the link of every message: which orders are in force now, in full, in the reader's language. */
export function ordersPage({
  city,
  language,
  isDrill,
  root,
  orders,
  timeText,
}: {
  readonly city: string;
  readonly language: Language;
  readonly isDrill: boolean;
  /** Under which the pages of this place are. */
  readonly root: string;
  /** The gravest first. */
  readonly orders: readonly OrderInForce[];
  readonly timeText: string;
}): Html {
  const words = ORDERS_WORDS[language];
  const content = html`
    <p class="soft">${words.asOf(timeText)}</p>
    ${orders.length === 0 ? html`<p class="note">${words.none}</p>` : orders.flatMap((order, i) => [divider(orders[i - 1], order, language), notice(order, language)])}
    <section>
      <ul class="links">
        <li><a class="big" href="${root}/family?lang=${language}">${DOOR_WORDS[language].family.askTitle}</a></li>
        <li><a class="big" href="${root}/hq/">${words.staff}</a></li>
      </ul>
    </section>
  `;
  return framed({ language, title: words.title, under: city, isDrill, path: `${root}/`, content });
}

/** Whoever reads of level 5 must not learn from it to wait for it (D§2.1). */
const divider = (before: OrderInForce | undefined, { level }: OrderInForce, language: Language): Html =>
  before?.level === 5 && level !== 5 ? html`<p class="warn">${LEVEL_DIVIDER[language]}</p>` : html``;

const notice = ({ level, subject, body }: OrderInForce, language: Language): Html => html`
  <article>
    <h2><span class="level level${level}">${levelTextGlossed(level, language)}</span></h2>
    <p><strong>${subject}</strong></p>
    <p class="told">${body}</p>
  </article>
`;

interface OrdersWords {
  readonly title: string;
  readonly none: string;
  readonly asOf: (time: string) => string;
  readonly staff: string;
}

const ORDERS_WORDS: Readonly<Record<Language, OrdersWords>> = {
  ja: {
    title: 'いま出ている避難情報',
    none: 'いま出ている避難情報はありません。',
    asOf: (time) => `${time} 現在`,
    staff: '職員の方はこちら',
  },
  'ja-easy': {
    title: 'いま 出(で)て いる 避難(ひなん)の お知(し)らせ',
    none: 'いま 避難(ひなん)の お知(し)らせは ありません。',
    asOf: (time) => `${time} の お知(し)らせ`,
    staff: '市(し)の 職員(しょくいん)は こちら',
  },
  en: {
    title: 'Evacuation orders in force',
    none: 'No evacuation order is in force now.',
    asOf: (time) => `As of ${time}`,
    staff: 'For city staff',
  },
  'zh-Hans': {
    title: '现行避难信息',
    none: '目前没有发布避难信息。',
    asOf: (time) => `截至${time}`,
    staff: '工作人员入口',
  },
  'zh-Hant': {
    title: '現行避難資訊',
    none: '目前沒有發布避難資訊。',
    asOf: (time) => `截至${time}`,
    staff: '工作人員入口',
  },
  ko: {
    title: '현재 발령 중인 피난 정보',
    none: '현재 발령 중인 피난 정보는 없습니다.',
    asOf: (time) => `${time} 현재`,
    staff: '직원용 화면',
  },
  vi: {
    title: 'Thông tin sơ tán đang có hiệu lực',
    none: 'Hiện không có thông tin sơ tán nào.',
    asOf: (time) => `Cập nhật lúc ${time}`,
    staff: 'Dành cho nhân viên thành phố',
  },
  pt: {
    title: 'Informações de evacuação em vigor',
    none: 'Não há ordem de evacuação em vigor agora.',
    asOf: (time) => `Atualizado em ${time}`,
    staff: 'Para funcionários da cidade',
  },
};
