import type { Language } from './delivery.ts';
import { localTime } from './local-time.ts';
import { isUsable, type Quality } from './reading.ts';
import {
  CHOICES_MAX,
  LABEL_UNITS_MAX,
  PLACE_TITLE_UNITS_MAX,
  REPLY_MESSAGES_MAX,
  type TalkChoice,
  type TalkMessage,
  type TalkReply,
  TEXT_UNITS_MAX,
} from './talk.ts';
import { isHeard, type Origin, type PlaceNow, type ShelterNow, silentSince, type TalkFacts } from './talk-facts.ts';
import { button } from './talk-intent.ts';
import type { TalkTopic } from './talk-synonyms.ts';
import { type TalkWords, type WordedCategory } from './talk-words.ts';
import { TALK_WORDS } from './talk-words-by-language.ts';
import { distanceM } from './whereabouts.ts';

/** More places in one answer nobody reads on a phone. */
const PLACES_MAX = 10;
/** Shelters in one answer: a choice, not a list. */
const SHELTERS_MAX = 3;
/** Slower than this is told as hardly changing: waves and rounding move a level by a centimetre or two. */
const STEADY_M_PER_HOUR = 0.03;

/** A reply of one text with buttons, within LINE's limits. */
export const said = (text: string, choices: readonly TalkChoice[]): TalkReply => reply([{ kind: 'text', text }], choices);

/** A reply within LINE's limits (D§3.3): what is too much is cut, for an answer that LINE refuses helps nobody. */
export function reply(messages: readonly TalkMessage[], choices: readonly TalkChoice[]): TalkReply {
  return {
    messages: messages
      .slice(0, REPLY_MESSAGES_MAX)
      .map((message) =>
        message.kind === 'text'
          ? { kind: 'text', text: cut(message.text, TEXT_UNITS_MAX) }
          : { ...message, title: cut(message.title, PLACE_TITLE_UNITS_MAX), address: cut(message.address, PLACE_TITLE_UNITS_MAX) },
      ),
    choices: choices.slice(0, CHOICES_MAX).map((choice) => ({ ...choice, label: cut(choice.label, LABEL_UNITS_MAX) })),
  };
}

function cut(text: string, unitsMax: number): string {
  if (text.length <= unitsMax) return text;
  return `${text.slice(0, unitsMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

export const topicButton = (words: TalkWords, topic: keyof TalkWords['labels'] & TalkTopic): TalkChoice => ({
  kind: 'button',
  label: words.labels[topic],
  data: button.topic(topic),
});

export const sendPlace = (words: TalkWords): TalkChoice => ({ kind: 'place', label: words.labels.sendPlace });

/** What can be asked for, under every answer that asks nothing. */
export const menu = (words: TalkWords): readonly TalkChoice[] =>
  (['levels', 'shelters', 'crowding', 'windows', 'safety', 'settings'] as const).map((topic) => topicButton(words, topic));

export const categoryName = (words: TalkWords, category: string): string => words.categories[category as WordedCategory] ?? category;

/** The name of a place with the river it stands at, as the language writes them. */
function titleOf({ name, river }: Pick<PlaceNow, 'name' | 'river'>, language: Language, { nameIn }: Pick<TalkFacts, 'nameIn'>): string {
  return [river, name].flatMap((part) => (part === null ? [] : [nameIn(language, part)])).join(' ');
}

export function clockText(at: number, timeZone: string): string {
  const { minuteOfDay } = localTime(at, timeZone);
  return `${Math.floor(minuteOfDay / 60)}:${String(minuteOfDay % 60).padStart(2, '0')}`;
}

function ageText({ age }: TalkWords, ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return age.now;
  if (minutes < 60) return age.minutes(minutes);
  if (minutes < 48 * 60) return age.hours(Math.floor(minutes / 60));
  return age.days(Math.floor(minutes / 1_440));
}

/** An instant of today by the clock; of another day with how long ago it was. */
export function sinceText(words: TalkWords, since: number, { now, timeZone }: Pick<TalkFacts, 'now' | 'timeZone'>): string {
  const clock = clockText(since, timeZone);
  return now - since < 12 * 3_600_000 ? clock : `${clock} (${ageText(words, now - since)})`;
}

/** The rivers of some districts: how far to the next mark, where it goes, how old that is. What is unknown is told as unknown. */
export function levelsText(language: Language, districts: readonly string[], facts: TalkFacts): string {
  const words = TALK_WORDS[language];
  const { now, timeZone } = facts;
  const wanted = new Set(districts);
  const rivers = facts.places
    .filter(({ kind, publicAlert }) => (kind === 'river' || kind === 'road') && publicAlert === 'allowed')
    .filter(({ areas }) => areas.some(({ code }) => wanted.has(code)))
    .toSorted((a, b) => b.severity - a.severity || a.id.localeCompare(b.id))
    .slice(0, PLACES_MAX);
  if (rivers.length === 0) return words.levels.none;
  const blocks = rivers.map((place) => [`■ ${titleOf(place, language, facts)}`, ...levelLines(place, language, facts)].join('\n'));
  return [words.levels.head(clockText(now, timeZone)), ...blocks, words.levels.foot].join('\n\n');
}

const metresOf = ({ distance }: { readonly distance: number }): string => distance.toFixed(2);

function levelLines(place: PlaceNow, language: Language, facts: TalkFacts): readonly string[] {
  const words = TALK_WORDS[language];
  const { levels } = words;
  const silent = silentSince(place, facts.now);
  if (silent === 0) return [levels.never];
  if (silent !== null) return [levels.silent(sinceText(words, silent, facts))];
  const { value, at, quality } = place.latest!;
  const figure = `${value.toFixed(2)} ${levels.unit}`;
  const age = levels.at(clockText(at, facts.timeZone), ageText(words, facts.now - at));
  if (!isUsable(quality as Quality)) return [figure, levels.doubtful, age];
  const name = ({ name: limit }: { readonly name: string }): string => facts.nameIn(language, limit);
  return [
    figure,
    ...(place.passed ? [levels.over(name(place.passed), metresOf(place.passed))] : []),
    ...(place.next ? [levels.left(name(place.next), metresOf(place.next))] : []),
    ...(place.ratePerHour === null ? [] : [trendText(words, place.ratePerHour)]),
    age,
  ];
}

function trendText({ levels }: TalkWords, perHour: number): string {
  if (Math.abs(perHour) < STEADY_M_PER_HOUR) return levels.steady;
  return perHour > 0 ? levels.rising(perHour.toFixed(2)) : levels.falling((-perHour).toFixed(2));
}

/** People say 300 m or 1.2 km; more would pretend to know where they stand. */
export function distanceText(metres: number): string {
  return metres < 950 ? `${Math.max(100, Math.round(metres / 100) * 100)} m` : `${(metres / 1_000).toFixed(1)} km`;
}

const suits = ({ hazards }: ShelterNow, atHand: readonly string[]): boolean => atHand.every((hazard) => hazards.includes(hazard));

/**
 * The nearest shelters that are open and designated for every hazard at hand, those with room first (D§2.2: never send people to a place that is not
 * designated). When none is open it says what to do instead, and which would be the nearest.
 */
export function sheltersReply(language: Language, origin: Origin, facts: TalkFacts): TalkReply {
  const words = TALK_WORDS[language];
  const { shelters: say } = words;
  const hazard = facts.hazards.map((one) => words.hazards[one] ?? one).join(words.separator);
  const near = facts.shelters
    .filter((shelter) => suits(shelter, facts.hazards))
    .map((shelter) => ({ shelter, metres: distanceM(origin.place, shelter) }))
    .toSorted((a, b) => Number(a.shelter.full) - Number(b.shelter.full) || a.metres - b.metres || a.shelter.id.localeCompare(b.shelter.id));
  const open = near.filter(({ shelter }) => shelter.opening?.state === 'open').slice(0, SHELTERS_MAX);
  const choices = [...(origin.sent ? [] : [sendPlace(words)]), ...menu(words)];
  const danger = facts.hazards.length > 0 || open.length === 0 ? [say.danger] : [];
  const foot = [...danger, ...(origin.sent ? [] : [say.nearer])];
  if (near.length === 0 && hazard !== '') return said([say.noneFor(hazard), ...foot].join('\n\n'), choices);

  const shown = open.length > 0 ? open : near.slice(0, SHELTERS_MAX);
  const lines = shown.map(({ shelter, metres }) =>
    [
      `■ ${facts.nameIn(language, shelter.name)}`,
      [say.far(distanceText(metres)), open.length > 0 ? occupancyText(words, shelter) : say.notOpen].join(words.separator),
      shelter.address,
    ].join('\n'),
  );
  const head = open.length === 0 ? say.noneOpen : hazard === '' ? say.headAny : say.head(hazard);
  const places = open.map(({ shelter }): TalkMessage => {
    const { name, address, lat, lon } = shelter;
    return { kind: 'place', title: facts.nameIn(language, name), address: address === '' ? name : address, place: { lat, lon } };
  });
  return reply([{ kind: 'text', text: [head, ...lines, ...foot].join('\n\n') }, ...places], choices);
}

function occupancyText({ shelters }: TalkWords, { full, occupancyPercent }: ShelterNow): string {
  if (full) return shelters.full;
  return occupancyPercent === null ? shelters.unknown : shelters.occupancy(occupancyPercent);
}

/** Spots and windows: how full, how long, with unknown told as unknown. */
export function crowdingText(language: Language, facts: TalkFacts): string {
  const words = TALK_WORDS[language];
  const places = facts.places
    .filter(({ kind, publicAlert }) => (kind === 'spot' || kind === 'window') && publicAlert === 'allowed')
    .toSorted((a, b) => b.severity - a.severity || a.id.localeCompare(b.id))
    .slice(0, PLACES_MAX);
  if (places.length === 0) return words.crowding.none;
  const lines = places.map((place) => `■ ${titleOf(place, language, facts)}\n${crowdLine(place, language, facts)}`);
  return [words.crowding.head(clockText(facts.now, facts.timeZone)), ...lines].join('\n\n');
}

function crowdLine(place: PlaceNow, language: Language, facts: TalkFacts): string {
  const words = TALK_WORDS[language];
  const { crowding } = words;
  if (!isHeard(place, facts.now) || !isUsable(place.latest!.quality as Quality)) return crowding.unknown;
  const { at, value } = place.latest!;
  const { calling, waiting, waitMin } = place.window ?? { calling: null, waiting: null, waitMin: null };
  const figures = place.window
    ? [
        ...(waiting === null ? [] : [crowding.waiting(waiting)]),
        ...(waitMin === null ? [] : [crowding.waitMin(Math.round(waitMin))]),
        ...(calling === null ? [] : [crowding.calling(calling)]),
      ]
    : [
        ...(place.passed ? [facts.nameIn(language, place.passed.name)] : []),
        ...(place.capacity ? [crowding.percent(Math.round((value / place.capacity) * 100))] : [crowding.people(Math.round(value))]),
      ];
  const age = ageText(words, facts.now - at);
  return `${figures.length === 0 ? crowding.unknown : figures.join(words.separator)} (${age})`;
}
