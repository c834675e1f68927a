import { derivedUuid } from './delivery.ts';
import { levelText } from './level-names.ts';
import type { OperationStatus } from './operation-status.ts';
import { ORDER_NAMES, type OrderDistrict, type OrderTransition } from './order.ts';
import { householdsOf, personsOf } from './order-content.ts';
import { dayText, markedLines, noticeText, partsOf } from './order-notice.ts';
import { ORDER_WORDS } from './order-words-by-language.ts';
import type { Playbook } from './playbook.ts';
import { orderPieces, type OrderPieces, renderOrder, riversOf } from './wording-order.ts';

/** Characters that the carriers' screens take (D§4.4, limits unconfirmed). */
const AREA_MAIL_TITLE_MAX = 15;
const AREA_MAIL_SHORT_MAX = 200;
const AREA_MAIL_LONG_MAX = 500;
/** No limit is published for the portal's screen (D§4.6): what fits into the longest area mail fits there too. */
const PORTAL_TITLE_MAX = 40;
const PORTAL_BODY_MAX = 500;

/** A text to be copied by a person, and what had to be left out for its length, each in a sentence. */
export interface CopyText {
  readonly title: string;
  readonly body: string;
  readonly cut: readonly string[];
}

/** A text that must not be used, and why. */
export interface CopyRefused {
  readonly refused: string;
}

/** One order as the hub of municipalities and broadcasters wants it (D§4.5), to be put into its own format by whoever sends it. */
export interface HubOrder {
  readonly sort: string;
  readonly issueOrLift: '発令' | '解除';
  readonly level: number;
  readonly areas: readonly {
    readonly code: string;
    readonly name: string;
    /** Reading in katakana; null when the playbook's やさしい日本語 gives none. */
    readonly kana: string | null;
    readonly time: string;
    readonly households: number | null;
    readonly persons: number | null;
  }[];
  readonly totalHouseholds: number | null;
  readonly totalPersons: number | null;
}

/** EvacuationOrder of the hub: one document an order, whose revisions rise. */
export interface HubDocument {
  readonly documentId: string;
  readonly documentRevision: number;
  readonly status: '通常' | '訓練' | '試験';
  /** `Cancel` takes the document back that was sent by mistake. */
  readonly distributionType: 'Report' | 'Update' | 'Cancel';
  readonly issuerCode: string;
  readonly issuerName: string;
  readonly reportedAt: string;
  readonly disasterName: string;
  readonly orders: readonly HubOrder[];
  readonly notes: readonly string[];
}

/** Everything that a person copies onto other people's screens after one change of an order (product §12). */
export interface OrderCopy {
  readonly transitionId: string;
  readonly kind: OrderTransition['kind'];
  readonly status: OperationStatus;
  readonly issuedAt: number;
  readonly areaMail: { readonly short: CopyText; readonly long: CopyText } | CopyRefused;
  readonly hub: HubDocument;
  readonly portal: CopyText | CopyRefused;
  /** Report to the governor (災害対策基本法 art. 60-4). */
  readonly governorReport: string | null;
  /** Notice that evacuation is no longer needed (art. 60-5). */
  readonly publicNotice: string | null;
}

/**
 * The prepared texts of a change: the same words and the same issue time as every channel (D§0 R5), within the limits of each screen, without
 * addresses of pages for phones that ring. A drill has none for screens that reach everybody. `told` are the changes of the order that residents
 * were told, oldest first.
 */
export function orderCopy({
  playbook,
  transition,
  told,
}: {
  readonly playbook: Pick<Playbook, 'city' | 'wordings'>;
  readonly transition: OrderTransition;
  readonly told: readonly OrderTransition[];
}): OrderCopy {
  const { id, kind, status, at } = transition;
  return {
    transitionId: id,
    kind,
    status,
    issuedAt: at,
    areaMail: areaMailOf(playbook, transition),
    hub: hubDocument(playbook, transition, told),
    portal: portalOf(playbook, transition),
    governorReport: governorReport(playbook, transition),
    publicNotice: kind === 'lifted' ? noticeText(playbook, transition.order, at) : null,
  };
}

type Said = Pick<Playbook, 'city' | 'wordings'>;

/** Phones ring also when they are silent: for a drill it is forbidden, for a test that was announced it must say so (D§4.4). */
function areaMailOf(playbook: Said, transition: OrderTransition): OrderCopy['areaMail'] {
  const { kind, status, corrects } = transition;
  if (status === 'exercise')
    return { refused: '訓練のお知らせに緊急速報メールは使えません。あらかじめ広報した試験だけが、試験であることを書いて送れます。' };
  if (kind === 'lifted' || (kind === 'corrected' && corrects?.kind === 'updated'))
    return { refused: '緊急速報メールは、命に関わる発令とその取り消しだけに使います。この変更はほかの手段で知らせます。' };
  const title = areaMailTitle(playbook, transition);
  return {
    short: { title, ...fitted(playbook, transition, AREA_MAIL_SHORT_MAX) },
    long: { title, ...fitted(playbook, transition, AREA_MAIL_LONG_MAX) },
  };
}

function areaMailTitle({ city }: Said, { order, status, kind, corrects }: OrderTransition): string {
  const name = ORDER_NAMES[order.content.municipalLevel];
  const what = kind === 'corrected' ? (corrects?.kind === 'given' ? `訂正 ${name}` : `${name}継続`) : name;
  const mark = status === 'test' ? '試験 ' : '';
  const candidates = [`${mark}${what} ${city.name}`, `${mark}${what}`, what];
  return candidates.find((title) => title.length <= AREA_MAIL_TITLE_MAX) ?? what.slice(0, AREA_MAIL_TITLE_MAX);
}

function portalOf(playbook: Said, transition: OrderTransition): OrderCopy['portal'] {
  if (transition.status !== 'actual') return { refused: '訓練や試験は、Yahoo!防災速報では知らせられません。' };
  const { subject } = renderOrder({ playbook, transition, language: 'ja' });
  const { body, cut } = fitted(playbook, transition, PORTAL_BODY_MAX);
  const isLong = subject.length > PORTAL_TITLE_MAX;
  const { municipalLevel } = transition.order.content;
  return {
    title: isLong ? `${playbook.city.name} ${levelText(municipalLevel, 'ja')}`.slice(0, PORTAL_TITLE_MAX) : subject,
    body,
    cut: isLong ? [`件名が${PORTAL_TITLE_MAX}字を超えるため、短くしました。`, ...cut] : cut,
  };
}

const TEST_MARK = 'これは試験です。';

/**
 * As many of the canonical sentences as fit, in their order. What and where and the first thing to do are never left out: districts are
 * counted instead of named until they fit. Then come the second thing to do, the places to go to, and who says so.
 */
function fitted(playbook: Said, transition: OrderTransition, max: number): { readonly body: string; readonly cut: readonly string[] } {
  const isTest = transition.status !== 'actual';
  const { districts } = transition.order.content;
  const rows = (pieces: OrderPieces, more: readonly string[]): string =>
    [...(isTest ? [TEST_MARK] : []), ...pieces.lead, ...pieces.act.slice(0, 1), ...more, ...(isTest ? [TEST_MARK] : [])].join('\n');

  let named = districts.length;
  let pieces = orderPieces(playbook, transition, named);
  while (named > 1 && rows(pieces, []).length > max) {
    named -= 1;
    pieces = orderPieces(playbook, transition, named);
  }
  const fits = (more: readonly string[]): boolean => rows(pieces, more).length <= max;
  const second = pieces.act.slice(1);
  const taken: string[] = second.length > 0 && fits(second) ? [...second] : [];
  let places = pieces.destinations.length;
  while (places > 0 && !fits([...taken, placesLine(pieces.destinations, places)])) places -= 1;
  if (places > 0) taken.push(placesLine(pieces.destinations, places));
  const hasIssuer = fits([...taken, pieces.issuer]);
  if (hasIssuer) taken.push(pieces.issuer);

  const body = rows(pieces, taken);
  return {
    body: body.slice(0, max),
    cut: [
      ...(named < districts.length ? [`${max}字に収めるため、地区名は${named}件だけです（全${districts.length}件）。`] : []),
      ...(second.length > 0 && !taken.includes(second[0]!) ? ['避難場所へ行けないときの行動は入っていません。'] : []),
      ...(places < pieces.destinations.length ? [`避難先は${places}か所だけです（全${pieces.destinations.length}か所）。`] : []),
      ...(hasIssuer ? [] : ['発表者と時刻は入っていません。']),
      ...(body.length > max ? [`${max}字を超えるため、終わりを切りました。`] : []),
    ],
  };
}

const placesLine = (names: readonly string[], count: number): string =>
  `避難先：${names.slice(0, count).join('、')}${count < names.length ? 'など' : ''}`;

function hubDocument(playbook: Said, transition: OrderTransition, told: readonly OrderTransition[]): HubDocument {
  const { city } = playbook;
  const { id, orderId, order, kind, at, status, corrects } = transition;
  const { content } = order;
  // A correction of an update takes back what that one added.
  const before =
    transition.before ?? (corrects?.kind === 'updated' ? told.find((known) => known.id === corrects.id)?.order.content : null) ?? null;
  const gone = (before?.districts ?? []).filter(({ code }) => content.districts.every((other) => other.code !== code));
  const isOver = kind === 'lifted' || (kind === 'corrected' && corrects?.kind === 'given');
  const areasOf = (districts: readonly OrderDistrict[]): HubOrder['areas'] =>
    districts.map(({ code, name, households, persons }) => ({
      code,
      name,
      kana: kanaOf(playbook, name),
      time: isoText(at, city.timeZone),
      households,
      persons,
    }));
  const one = (
    issueOrLift: HubOrder['issueOrLift'],
    level: HubOrder['level'],
    sort: string,
    districts: readonly OrderDistrict[],
  ): HubOrder => ({
    sort,
    issueOrLift,
    level,
    areas: areasOf(districts),
    totalHouseholds: householdsOf(districts),
    totalPersons: personsOf(districts),
  });
  const lacking = content.districts.filter(({ name }) => kanaOf(playbook, name) === null).map(({ name }) => name);
  const rivers = riversOf(order);
  const { hazards, riverFlood } = ORDER_WORDS.ja;
  return {
    documentId: derivedUuid(`evacuation-order/${city.code}/${status}/${orderId}`),
    documentRevision: told.findIndex((known) => known.id === id) + 1 || told.length + 1,
    status: ({ actual: '通常', exercise: '訓練', test: '試験' } as const)[status],
    distributionType: kind === 'given' ? 'Report' : kind === 'corrected' && isOver ? 'Cancel' : 'Update',
    issuerCode: city.code,
    issuerName: city.name,
    reportedAt: isoText(at, city.timeZone),
    disasterName: rivers.length > 0 ? riverFlood(rivers.join('・')) : hazards[content.hazard],
    orders: [
      one(isOver ? '解除' : '発令', content.municipalLevel, ORDER_NAMES[content.municipalLevel], content.districts),
      ...(gone.length > 0 && before ? [one('解除', before.municipalLevel, ORDER_NAMES[before.municipalLevel], gone)] : []),
    ],
    notes: lacking.length > 0 ? [`読みがなが分からない地区：${lacking.join('、')}（wording/ja-easy.yaml の names に書きます）`] : [],
  };
}

/** The reading of a name as やさしい日本語 writes it behind its characters, in katakana; null when a character has none. */
function kanaOf({ wordings }: Said, name: string): string | null {
  const written = wordings.get('ja-easy')?.names?.[name] ?? name;
  const read = written.replaceAll(/[\p{Script=Han}々ヶ]+[(（]([\p{Script=Hiragana}ー]+)[)）]/gu, '$1').replaceAll(' ', '');
  if (!/^[\p{Script=Hiragana}\p{Script=Katakana}ー・0-9]+$/u.test(read)) return null;
  return read.replaceAll(/[ぁ-ゖ]/g, (kana) => String.fromCodePoint(kana.codePointAt(0)! + KATAKANA_OFFSET));
}

/** Katakana stand so far behind hiragana in Unicode. */
const KATAKANA_OFFSET = 0x60;

/** Art. 60-4 wants the order, where, and when told without delay; level 3 rests on another article, and is reported in the same form. */
function governorReport({ city }: Said, { order, at, kind, status }: OrderTransition): string | null {
  if (kind === 'corrected') return null;
  const { content } = order;
  const name = levelText(content.municipalLevel, 'ja');
  const law = content.municipalLevel === 3 ? '災害対策基本法に基づく避難情報の報告' : '災害対策基本法第60条第4項に基づく報告';
  const grounds = order.grounds.readings.map(
    ({ river, gaugeName, stepName, verdict }) =>
      `　${[river, gaugeName].filter(Boolean).join(' ')} ${stepName}${verdict === '' ? '' : `（${verdict}）`}`,
  );
  return markedLines(status, [
    law,
    '',
    `${city.name}長から知事へ`,
    `1 内容　${name}${kind === 'lifted' ? 'の解除' : kind === 'updated' ? 'の変更' : 'の発令'}`,
    `2 日時　${dayText(at, city.timeZone)}`,
    `3 地区　${content.districts.map((district) => district.name).join('、')}`,
    `4 対象　${countText(householdsOf(content.districts), '世帯')}　${countText(personsOf(content.districts), '人')}`,
    `5 避難先　${content.destinations.length > 0 ? content.destinations.map((destination) => destination.name).join('、') : 'なし'}`,
    ...(grounds.length > 0 ? ['6 根拠', ...grounds] : []),
  ]);
}

const countText = (count: number | null, unit: string): string =>
  count === null ? `${unit}数 不明` : `${count.toLocaleString('ja-JP')}${unit}`;

/** Local time with its offset, as the hub and CAP write it. */
function isoText(at: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = partsOf(at, timeZone);
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const offset = Math.round((local - Math.floor(at / 1_000) * 1_000) / 60_000);
  const sign = offset < 0 ? '-' : '+';
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}

const two = (n: number): string => String(n).padStart(2, '0');
