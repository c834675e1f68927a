import assert from 'node:assert/strict';
import { type AlertLevel } from './alert-level.ts';
import { levelText, levelTextGlossed } from './level-names.ts';
import type { Language } from './delivery.ts';
import { foldText } from './fold-text.ts';
import type { OrderContent, OrderDistrict, OrderTransition, OrderTransitionKind } from './order.ts';
import { householdsOf, personsOf } from './order-content.ts';
import { type OrderWords, WHEN } from './order-words.ts';
import { ORDER_WORDS } from './order-words-by-language.ts';
import { PROPOSAL_WORDS } from './proposal-words.ts';
import { LOCALES, SEPARATORS, UNIT_WORDS } from './own-words.ts';
import { cityPage } from './city-page.ts';
import type { Playbook } from './playbook.ts';
import { dateText, marked, numberText, render, timeText } from './wording.ts';
import { type Rendering } from './rendering.ts';

/** Everything a text of the playbook's wording `order` may name in braces. `text` is the whole text of the service. */
export const ORDER_PARAMETERS = ['text', 'city', 'level', 'hazard', 'area', 'act', 'time', 'date'] as const;
export type OrderParameter = (typeof ORDER_PARAMETERS)[number];

/** Without these a text of the playbook would not say what is ordered, where, and what to do; `text` holds them all. */
export const ORDER_PARAMETERS_NEEDED = ['level', 'area', 'act'] as const satisfies readonly OrderParameter[];

/** Name of the playbook's wording of orders; `order.{kind}` is looked up per language, and nothing is missing where it is not there. */
export const ORDER_WORDING = 'order';

/** Places named in a message; the page behind its link has them all. */
const DESTINATIONS_SHOWN = 5;

/**
 * The one canonical message of a change of an order, in one language. The service writes it, for law fixes what the names of orders are and
 * what they ask of people; the playbook's wording `order` may add to it or say it in its own words. Japanese keeps the order district →
 * hazard → 警戒レベル → name → who → what to do, in lines that every mail program shows whole (D§4.2).
 *
 * `level` of the result is the municipal level in force after it: null when nothing is in force any more, or yet.
 */
export function renderOrder({
  playbook,
  transition,
  language,
  publicUrl,
  note,
}: {
  readonly playbook: Pick<Playbook, 'city' | 'wordings'>;
  readonly transition: OrderTransition;
  readonly language: Language;
  /** Where residents reach the service; its page in the language stands at the end. */
  readonly publicUrl?: string;
  /** What only these readers read in front of it (`orderStaffNote`); a drill's mark stands before and after it. */
  readonly note?: string;
}): Rendering {
  const isOwn = transition.kind !== 'proposed' || PROPOSAL_WORDS[language] !== undefined;
  const spoken: Language = isOwn ? language : 'ja';
  const link = publicUrl === undefined ? null : cityPage(publicUrl, spoken);
  const said = new Saying(playbook, transition, spoken, link);
  const own = playbook.wordings.get(spoken)?.messages[`${ORDER_WORDING}.${transition.kind}`];
  const values = { ...said.values(), text: said.body() };
  const subject = own ? render(own.subject, values) : said.subject();
  const body = own ? render(own.body, values).trimEnd() : values.text;
  const whole = note === undefined ? body : `${note}\n\n${body}`;
  return { ...marked({ subject, body: whole }, transition.status, spoken), translated: isOwn, level: levelAfter(transition), link };
}

/** The municipal level that people are under after a change; null when the order is over, was never given, or is only proposed. */
export function levelAfter({ kind, order, corrects }: OrderTransition): AlertLevel | null {
  if (kind === 'proposed' || kind === 'lifted' || (kind === 'corrected' && corrects?.kind === 'given')) return null;
  return order.content.municipalLevel;
}

/** Since when the level that is in force after a change has been in force, without a break: an update that raises it begins anew. */
export function sinceOf({ id, at, order }: OrderTransition): number {
  const earlier = order.told.filter((told) => told.id !== id);
  const breaks = earlier.findLastIndex(({ content }) => content.municipalLevel !== order.content.municipalLevel);
  return earlier[breaks + 1]?.at ?? at;
}

/** The rivers that the grounds of an order speak of, each once; what the order itself concerns when it is a flood. */
export const riversOf = ({ grounds, content }: OrderTransition['order']): readonly string[] =>
  content.hazard === 'flood' ? [...new Set(grounds.readings.map(({ river }) => river).filter((river) => river !== ''))] : [];

/** The sentences of a change as every channel says them in Japanese, whole and unbroken, for texts that hold fewer characters (D§0 R5). */
export interface OrderPieces {
  readonly city: string;
  readonly levelName: string;
  /** What happens where and to whom; of an end or a correction all there is to say. */
  readonly lead: readonly string[];
  /** Who is to do what, the most important first; none when the order is over. */
  readonly act: readonly string[];
  /** Head of the list of places to go to. */
  readonly destinations: readonly string[];
  readonly issuer: string;
}

/** The pieces with so many districts by name; the rest of them are counted. */
export const orderPieces = (
  playbook: Pick<Playbook, 'city' | 'wordings'>,
  transition: OrderTransition,
  districtsMax: number,
): OrderPieces => new Saying(playbook, transition, 'ja', null, districtsMax).pieces();

const whole = (line: string): string => line.replaceAll('|', '');

/** What is told of one change in one language, in pieces. */
class Saying {
  readonly #words: OrderWords;
  readonly #playbook: Pick<Playbook, 'city' | 'wordings'>;
  readonly #transition: OrderTransition;
  readonly #language: Language;
  readonly #link: string | null;
  readonly #districtsMax: number;

  constructor(
    playbook: Pick<Playbook, 'city' | 'wordings'>,
    transition: OrderTransition,
    language: Language,
    link: string | null,
    districtsMax = Number.MAX_SAFE_INTEGER,
  ) {
    this.#words = ORDER_WORDS[language];
    this.#playbook = playbook;
    this.#transition = transition;
    this.#language = language;
    this.#link = link;
    this.#districtsMax = districtsMax;
  }

  subject(): string {
    const { kind } = this.#transition;
    const level = levelText(this.#transition.order.content.municipalLevel, this.#language);
    const parts = { city: this.#city, level, what: this.#what };
    if (kind === 'proposed') return this.#proposal.subject(parts);
    return this.#words.subject[this.#sense(kind)](parts);
  }

  body(): string {
    const { kind } = this.#transition;
    if (kind === 'proposed') return this.#folded([...this.#proposalLines(), '', ...this.#tail()]);
    const sense = this.#sense(kind);
    return this.#folded([...this.#lead(sense), '', ...this.#fields(sense), '', ...this.#tail()]);
  }

  pieces(): OrderPieces {
    const { kind, order, at } = this.#transition;
    assert(kind !== 'proposed', 'a proposal is told to nobody outside');
    const sense = this.#sense(kind);
    const isOver = sense === 'lifted' || sense === 'takenBack';
    const lead = this.#leadOf(sense);
    return {
      city: this.#city,
      levelName: this.#level,
      lead: lead.map(whole),
      act: isOver ? [] : this.#words.act[order.content.municipalLevel].map(whole),
      destinations: isOver ? [] : order.content.destinations.map(({ name }) => name),
      issuer: this.#words.issuer(this.#city, this.#when(at)),
    };
  }

  values(): Record<Exclude<OrderParameter, 'text'>, string> {
    const { content } = this.#transition.order;
    const { city } = this.#playbook;
    return {
      city: this.#city,
      level: this.#level,
      hazard: this.#hazard,
      area: this.#areas(content.districts, ''),
      act: this.#folded(this.#words.act[content.municipalLevel]),
      time: timeText(this.#transition.at, city.timeZone),
      date: dateText(this.#transition.at, city.timeZone, this.#language),
    };
  }

  /** A correction says what it takes back. */
  #sense(kind: Exclude<OrderTransitionKind, 'proposed'>): keyof OrderWords['subject'] {
    if (kind !== 'corrected') return kind;
    const { corrects } = this.#transition;
    return corrects?.kind === 'given' ? 'takenBack' : corrects?.kind === 'lifted' ? 'liftTakenBack' : 'updateTakenBack';
  }

  #lead(sense: keyof OrderWords['subject']): readonly string[] {
    const isOver = sense === 'lifted' || sense === 'takenBack';
    return [...this.#leadOf(sense), ...(isOver ? [] : this.#words.act[this.#transition.order.content.municipalLevel])];
  }

  #leadOf(sense: keyof OrderWords['subject']): readonly string[] {
    const words = this.#words;
    const { content } = this.#transition.order;
    const parts = {
      areas: this.#areas(content.districts),
      reason: words.reason(this.#hazard, content.municipalLevel),
      level: this.#level,
    };
    switch (sense) {
      case 'given':
        return [words.given(parts)];
      case 'updated':
        return [words.updated(parts), ...this.#changes(), ...this.#standing()];
      case 'lifted':
        return [...words.lifted(parts), ...this.#standing()];
      case 'takenBack':
        return [...words.takenBack(parts), ...this.#standing()];
      case 'updateTakenBack':
        return words.updateTakenBack(parts);
      case 'liftTakenBack':
        return words.liftTakenBack(parts);
    }
  }

  /** What an update changed, level first. */
  #changes(): readonly string[] {
    const { before, order } = this.#transition;
    const now = order.content;
    if (before === null) return [];
    const words = this.#words;
    const added = now.districts.filter(({ code }) => before.districts.every((other) => other.code !== code));
    const removed = before.districts.filter(({ code }) => now.districts.every((other) => other.code !== code));
    return [
      ...(before.municipalLevel === now.municipalLevel ? [] : [words.levelChanged(this.#levelOf(before), this.#level)]),
      ...(added.length > 0 ? [words.added(this.#areas(added))] : []),
      ...(removed.length > 0 ? [words.removed(this.#areas(removed))] : []),
      ...(added.length + removed.length === 0 && before.municipalLevel === now.municipalLevel ? [words.destinationsChanged] : []),
    ];
  }

  /** What else holds where this order ends. */
  #standing(): readonly string[] {
    return (this.#transition.standing ?? []).map(({ municipalLevel, hazard, districts }) =>
      this.#words.standing({
        areas: this.#areas(districts),
        level: this.#levelOf({ municipalLevel }),
        what: this.#words.hazards[hazard],
      }),
    );
  }

  /** Since when, where, and where to; an order that is over sends nobody anywhere. */
  #fields(sense: keyof OrderWords['subject']): readonly string[] {
    const words = this.#words;
    const { order, at } = this.#transition;
    const where = words.areas(this.#areas(order.content.districts));
    if (sense === 'lifted') return [words.liftedAt(this.#when(at)), where];
    if (sense === 'takenBack') return [where];
    return [words.since(this.#when(sinceOf(this.#transition))), where, ...this.#destinations(order.content)];
  }

  #destinations({ destinations }: OrderContent): readonly string[] {
    if (destinations.length === 0) return [];
    const words = this.#words;
    const shown = destinations.slice(0, DESTINATIONS_SHOWN).map(({ name, address }) => words.destination(this.#named(name), address));
    const rest = destinations.length - shown.length;
    return [words.destinations, ...shown, ...(rest > 0 ? [words.moreDestinations(rest)] : [])];
  }

  #proposalLines(): readonly string[] {
    const words = this.#proposal;
    const { content, grounds, decision } = this.#transition.order;
    const households = householdsOf(content.districts);
    const persons = personsOf(content.districts);
    const count = (of: number | null): string => (of === null ? '－' : new Intl.NumberFormat(LOCALES[this.#language]).format(of));
    const readings = grounds.readings.flatMap(({ gaugeName, river, quantity, value, stepName, doubt }) => {
      const place = [river, gaugeName].filter((name) => name !== '').map((name) => this.#named(name));
      const measured = value === null ? '' : `${numberText(value, quantity, this.#language)} ${UNIT_WORDS[this.#language][quantity]}`;
      return [words.reading(place.join(' '), measured, this.#named(stepName)), ...(doubt === null ? [] : [words.doubt(doubt)])];
    });
    const weather = grounds.weatherLevel ? [words.weather(grounds.weatherLevel.level)] : [];
    const reports = grounds.reports.map(({ text, by }) => `・${text}|（${by}）`);
    const against = grounds.against.map(({ text }) => words.against(text));
    const why = [...readings, ...weather, ...reports, ...against];
    const policies = (decision?.policies ?? []).map(({ kind, approvedBy }) =>
      kind === 'issue' ? words.issues(this.#when(decision!.issueAt ?? this.#transition.at), approvedBy) : words.onePerson(approvedBy),
    );
    return [
      ...words.lead(this.#level),
      this.#words.areas(this.#areas(content.districts)),
      words.people(count(households), count(persons)),
      ...(why.length > 0 ? ['', words.grounds, ...why] : []),
      '',
      ...policies,
      words.decide,
    ];
  }

  /** The link stands alone in its line, so that a channel with buttons can take it out. */
  #tail(): readonly string[] {
    const { at, kind } = this.#transition;
    const words = this.#words;
    const details = this.#link === null || kind === 'proposed' ? [] : [words.details, this.#link];
    return [...details, words.issuer(this.#city, this.#when(at))];
  }

  get #proposal() {
    const words = PROPOSAL_WORDS[this.#language];
    assert(words, `no words of a proposal in ${this.#language}`);
    return words;
  }

  get #city(): string {
    return this.#named(this.#playbook.city.name);
  }

  get #level(): string {
    return this.#levelOf(this.#transition.order.content);
  }

  #levelOf({ municipalLevel }: Pick<OrderContent, 'municipalLevel'>): string {
    return levelTextGlossed(municipalLevel, this.#language);
  }

  /** In the subject: the rivers, or what threatens. */
  get #what(): string {
    const rivers = this.#rivers;
    return rivers !== '' && ['ja', 'ja-easy', 'zh-Hans', 'zh-Hant'].includes(this.#language) ? rivers : this.#hazard;
  }

  get #hazard(): string {
    const { hazards, riverFlood } = this.#words;
    return this.#rivers === '' ? hazards[this.#transition.order.content.hazard] : riverFlood(this.#rivers);
  }

  get #rivers(): string {
    return riversOf(this.#transition.order)
      .map((river) => this.#named(river))
      .join(SEPARATORS[this.#language]);
  }

  #areas(districts: readonly Pick<OrderDistrict, 'name'>[], breakable = '|'): string {
    const names = districts.slice(0, this.#districtsMax).map(({ name }) => this.#named(name));
    const listed = names.join(`${SEPARATORS[this.#language]}${breakable}`);
    return names.length < districts.length ? `${listed}など${districts.length}地区` : listed;
  }

  #named(name: string): string {
    return this.#playbook.wordings.get(this.#language)?.names?.[name] ?? name;
  }

  #when(at: number): string {
    const { timeZone } = this.#playbook.city;
    return WHEN[this.#language](dateText(at, timeZone, this.#language), timeText(at, timeZone));
  }

  /** Only Japanese has lines of a width; やさしい日本語 may break wherever it has a space. */
  #folded(lines: readonly string[]): string {
    const text = lines.join('\n');
    if (this.#language === 'ja') return foldText(text);
    return this.#language === 'ja-easy' ? foldText(text.replaceAll(' ', ' |')) : text.replaceAll('|', '');
  }
}
