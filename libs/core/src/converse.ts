import { LANGUAGES, type Language } from './delivery.ts';
import { EVACUATION_CATEGORY } from './directory.ts';
import { familyButton, familyReply, familyWordReply } from './family-talk.ts';
import { plainWords, type ResidentReport, type ResidentReportKind } from './resident-report.ts';
import { type Talk, type TalkAct, type TalkChoice, type TalkEvent, type TalkReply, type TalkStep, type TalkTally } from './talk.ts';
import { categoryName, crowdingText, levelsText, menu, reply, said, sendPlace, sheltersReply, topicButton } from './talk-answers.ts';
import type { Origin, TalkFacts } from './talk-facts.ts';
import { button, type DistrictName, type TalkIntent } from './talk-intent.ts';
import { categoriesOf, choicesOf, DRILL_CHOICE } from './resident-choices.ts';
import { talkPage } from './talk-pages.ts';
import type { TalkTopic } from './talk-synonyms.ts';
import { type TalkWords } from './talk-words.ts';
import { TALK_WORDS } from './talk-words-by-language.ts';
import { ANSWER_DECIMALS, districtAt, middleOf, REPORT_DECIMALS, rounded } from './whereabouts.ts';

/** What residents hear unless they say otherwise. */
const FIRST_CATEGORIES: ReadonlySet<string> = new Set([EVACUATION_CATEGORY, 'flood']);

/** An open question is forgotten after this: a number that comes an hour later is no ticket. */
const EXPECT_MS = 15 * 60_000;
/** A question that waited longer, because this service or LINE was away, gets no answer: it would be about another moment. */
const QUESTION_AGE_MS_MAX = 10 * 60_000;
/** Events of one person within a minute that are looked at; nobody types faster. Cries for help are looked at always. */
const EVENTS_PER_MINUTE_MAX = 30;
/** New reports of one person within ten minutes: a family reports a street; more buries the others. */
const REPORTS_MAX = 5;
/** Cries for help beyond them: whoever told of the street a moment ago may need help now. */
const CRIES_MAX = 5;
const REPORTS_SPAN_MS = 10 * 60_000;
/** LINE repeats what we did not take for days at most: what was decided longer ago needs no comparison any more. */
const DECIDED_MS = 7 * 86_400_000;
/** Choices of somebody who blocked the account wait half a year for their return: long enough for a new telephone, and a mood. */
const RETURN_MS = 180 * 86_400_000;

interface Scene {
  readonly event: TalkEvent;
  readonly facts: TalkFacts;
  readonly language: Language;
  readonly words: TalkWords;
}

/**
 * What follows from one event: a pure step of the talk. Choices are told as whole sets, so a step that is taken twice, because the process died
 * after its acts, comes to the same end. An event that is older than what decided the same thing already decides nothing.
 */
export function converse(before: Talk, event: TalkEvent, intent: TalkIntent, given: TalkFacts): TalkStep {
  // In the talk people have choices; in the directory stand the categories that those mean.
  const chosen = given.subscriber;
  const step = conversed(
    before,
    event,
    intent,
    chosen ? { ...given, subscriber: { ...chosen, categories: choicesOf(chosen.categories) } } : given,
  );
  return { ...step, acts: step.acts.map((act) => (act.kind === 'subscribe' ? { ...act, categories: categoriesOf(act.categories) } : act)) };
}

function conversed(before: Talk, event: TalkEvent, intent: TalkIntent, facts: TalkFacts): TalkStep {
  const counted = counting(before.events, facts.now, 60_000);
  const talk: Talk = { ...before, events: counted, decided: stillCompared(before.decided, facts.now) };
  const language = facts.subscriber?.language ?? talk.language ?? languageOfProfile(facts.profileLanguage) ?? 'ja';
  const scene: Scene = { event, facts, language, words: TALK_WORDS[language] };
  const urgent = intent.kind === 'topic' && intent.topic === 'needHelp';
  if (counted.count > EVENTS_PER_MINUTE_MAX && !urgent && intent.kind !== 'unfollow') return { talk, acts: [], reply: null };
  if (intent.kind === 'follow' || intent.kind === 'unfollow') return membership(talk, intent.kind, scene);

  // Whoever writes has opened the account again, also when the follow that said so was lost.
  const back = facts.subscriber?.state === 'blocked' && !isOld(talk, 'membership', event);
  const step = answered(talk, intent, scene);
  const late = facts.now - event.at > QUESTION_AGE_MS_MAX && step.acts.length === 0;
  return {
    talk: back ? decidedAt({ ...step.talk, returnBy: null }, 'membership', event) : step.talk,
    acts: back ? [{ kind: 'unblock' }, ...step.acts] : step.acts,
    reply: late ? null : step.reply,
  };
}

function answered(talk: Talk, intent: TalkIntent, scene: Scene): TalkStep {
  const { words, facts } = scene;
  switch (intent.kind) {
    case 'topic':
      return topic(talk, intent.topic, scene, intent.words);
    case 'setLanguage':
      return setLanguage(talk, intent.language, scene);
    case 'districtPage':
      return askDistricts(talk, scene, intent.page);
    case 'setDistrict':
      return setDistrict(talk, intent, scene);
    case 'districtsDone':
      return districtsDone(talk, scene);
    case 'setCategory':
      return setCategory(talk, intent, scene);
    case 'categoryPage':
      return facts.subscriber
        ? quiet(talk, categoriesReply(scene, facts.subscriber.categories, intent.page))
        : topic(talk, 'categories', scene);
    case 'windowPage':
      return quiet({ ...talk, expects: null }, windowsReply(scene, intent.page));
    case 'categoriesDone':
      return quiet({ ...talk, expects: null, signingUp: false }, said(doneText(scene), menu(words)));
    case 'window':
      return askTicket(talk, intent.gauge, scene);
    case 'ticket':
      return ticket(talk, intent, scene);
    case 'notATicket':
      return quiet(talk, said(words.windows.notNumber, menu(words)));
    case 'place':
      return place(talk, intent.place, scene);
    case 'askFamily':
      return quiet(talk, familyWordReply(scene.language, facts.familyWord ?? { kind: 'nothing' }, facts));
    case 'reportWords':
      return reportWords(talk, intent.text, scene);
    case 'reportDone':
      return quiet({ ...talk, expects: null }, said(words.safety.thanks, menu(words)));
    case 'unknown':
      // Somebody without choices is helped on with the sign-up, for that is what the account is for.
      return facts.subscriber
        ? quiet(talk, said(words.help, menu(words)))
        : quiet(talk, said(words.help, [register(words), ...menu(words)]));
    case 'follow':
    case 'unfollow':
      return quiet(talk, null);
  }
}

const register = (words: TalkWords): TalkChoice => ({ kind: 'button', label: words.labels.register, data: button.topic('settings') });
const quiet = (talk: Talk, answer: TalkReply | null): TalkStep => ({ talk, acts: [], reply: answer });

/** A follow greets; an unfollow closes the way and keeps the choices for the day the person comes back. Of the two the later one counts. */
function membership(talk: Talk, kind: 'follow' | 'unfollow', scene: Scene): TalkStep {
  const { event, facts, words } = scene;
  if (isOld(talk, 'membership', event)) return quiet(talk, null);
  const decided = decidedAt({ ...talk, expects: null, returnBy: null }, 'membership', event);
  if (kind === 'unfollow')
    return {
      // Nothing waits for the return of somebody who had chosen nothing (S39).
      talk: { ...decided, signingUp: false, returnBy: facts.subscriber && facts.now + RETURN_MS },
      acts: facts.subscriber ? [{ kind: 'block' }] : [],
      reply: null,
    };
  const city = facts.nameIn(scene.language, facts.city);
  if (facts.subscriber)
    return {
      talk: decided,
      acts: [{ kind: 'unblock' }],
      reply: said(`${words.signUp.welcomeBack(city)}\n\n${settingsText(scene)}`, settingsMenu(words)),
    };
  const known = { ...decided, signingUp: true, language: languageOfProfile(facts.profileLanguage) ?? talk.language };
  return quiet(known, askLanguage(words, words.signUp.greeting(city)));
}

function topic(talk: Talk, asked: TalkTopic, scene: Scene, told = ''): TalkStep {
  const { facts, language, words } = scene;
  const districts = facts.subscriber?.districts ?? [];
  // A question in between leaves what is open, except another thing that is asked for with words of its own.
  const free: Talk = { ...talk, expects: null };
  switch (asked) {
    case 'levels':
      if (districts.length === 0) return askDistricts({ ...free, signingUp: true }, scene, 0);
      return quiet(free, said(levelsText(language, districts, facts), menu(words)));
    case 'shelters':
      return shelters(free, districts, scene);
    case 'crowding':
      return quiet(free, said(crowdingText(language, facts), menu(words)));
    case 'windows':
      return quiet(free, windowsReply(scene));
    case 'safety':
      return quiet(
        free,
        said(words.safety.ask, [
          topicButton(words, 'safe'),
          topicButton(words, 'needHelp'),
          topicButton(words, 'flooding'),
          familyButton(language),
        ]),
      );
    case 'family':
    case 'familyYes':
      return quiet(free, familyReply(asked, language, facts));
    case 'familyStop':
      return { talk: free, acts: [{ kind: 'familyStop' }], reply: familyReply(asked, language, facts) };
    case 'safe':
    case 'needHelp':
    case 'flooding':
      return beginReport(free, asked, told, scene);
    case 'language':
      return quiet(free, askLanguage(words, ''));
    case 'districts':
      return askDistricts(free, scene, 0);
    case 'categories':
      if (districts.length === 0) return askDistricts({ ...free, signingUp: true }, scene, 0);
      return quiet(free, categoriesReply(scene, facts.subscriber!.categories));
    case 'settings':
      // Nobody chose yet: the sign-up begins where it would after a follow.
      if (districts.length === 0) return quiet({ ...free, signingUp: true }, askLanguage(words, words.signUp.notYet));
      return quiet(free, said(settingsText(scene), settingsMenu(words)));
    case 'leave':
      if (!facts.subscriber) return quiet(free, said(words.signUp.notYet, [register(words), ...menu(words)]));
      return quiet(
        free,
        said(words.signUp.askLeave, [
          { kind: 'button', label: words.labels.leaveYes, data: button.topic('leaveYes') },
          { kind: 'button', label: words.labels.keep, data: button.topic('settings') },
        ]),
      );
    case 'leaveYes':
      return leave(free, scene);
    case 'help':
      return quiet(free, said(words.help, facts.subscriber ? menu(words) : [register(words), ...menu(words)]));
  }
}

// --- choices

const askLanguage = (words: TalkWords, before: string): TalkReply =>
  // Whoever cannot read the question finds the own language by its own name.
  said(
    [before, words.signUp.chooseLanguage, before === '' ? '' : 'Language / 语言 / 언어 / Ngôn ngữ / Idioma']
      .filter((line) => line !== '')
      .join('\n\n'),
    LANGUAGES.map((language): TalkChoice => ({ kind: 'button', label: TALK_WORDS[language].name, data: button.language(language) })),
  );

function setLanguage(talk: Talk, language: Language, scene: Scene): TalkStep {
  const { event, facts } = scene;
  if (isOld(talk, 'language', event) || isOld(talk, 'membership', event)) return quiet(talk, null);
  const words = TALK_WORDS[language];
  const next = decidedAt({ ...talk, language, expects: null }, 'language', event);
  const chosen = facts.subscriber;
  const acts: readonly TalkAct[] = chosen
    ? [{ kind: 'subscribe', language, districts: chosen.districts, categories: chosen.categories }]
    : [];
  const now: Scene = { ...scene, language, words };
  if (!talk.signingUp && (chosen?.districts.length ?? 0) > 0)
    return { talk: next, acts, reply: said(words.signUp.languageSet, menu(words)) };
  const asked = askDistricts({ ...next, signingUp: true }, now, 0);
  return { ...asked, acts };
}

function askDistricts(talk: Talk, scene: Scene, page: number, chosen = scene.facts.subscriber?.districts ?? [], before = ''): TalkStep {
  const { facts, language, words } = scene;
  // The place, and the end, which has its room also before the first district: no page may move while somebody chooses.
  const listed = talkPage(facts.districts, page, { words, taken: 2, turnTo: button.districtPage });
  const choices: TalkChoice[] = [
    ...(chosen.length > 0 ? [{ kind: 'button' as const, label: words.labels.done, data: button.districtsDone }] : []),
    sendPlace(words),
    ...listed.items.map(({ code, name }): TalkChoice => {
      const on = chosen.includes(code);
      return { kind: 'button', label: `${on ? '✓ ' : ''}${facts.nameIn(language, name)}`, data: button.district(code, !on, listed.page) };
    }),
    ...listed.turns,
  ];
  const list = chosen.length === 0 ? words.signUp.noneChosen : words.signUp.chosen(districtNames(scene, chosen));
  const text = [before, words.signUp.chooseDistricts, list].filter((line) => line !== '').join('\n\n');
  return quiet({ ...talk, expects: { kind: 'districts', until: facts.now + EXPECT_MS } }, said(text, choices));
}

/** From the first district on somebody is subscribed: whoever stops in the middle of the sign-up is warned all the same. */
function setDistrict(
  talk: Talk,
  { district, on, page }: { readonly district: string; readonly on: boolean; readonly page: number },
  scene: Scene,
  before = '',
): TalkStep {
  const { event, facts } = scene;
  const key = `district/${district}`;
  if (isOld(talk, key, event) || isOld(talk, 'membership', event)) return quiet(talk, null);
  if (!facts.districts.some(({ code }) => code === district)) return askDistricts(talk, scene, page);
  const chosen = facts.subscriber?.districts ?? [];
  const kept = chosen.filter((code) => code !== district);
  // In the order of the playbook, whatever the order of the buttons was.
  const districts = facts.districts.map(({ code }) => code).filter((code) => kept.includes(code) || (on && code === district));
  const asked = askDistricts(decidedAt(talk, key, event), scene, page, districts, before);
  return { ...asked, acts: [choose(scene, { districts })] };
}

function districtsDone(talk: Talk, scene: Scene): TalkStep {
  const { facts, words } = scene;
  if ((facts.subscriber?.districts.length ?? 0) === 0) return askDistricts(talk, scene, 0);
  const free: Talk = { ...talk, expects: null };
  if (talk.signingUp) return quiet(free, categoriesReply(scene, facts.subscriber!.categories));
  return quiet(free, said(settingsText(scene), menu(words)));
}

function categoriesReply({ facts, words }: Scene, chosen: readonly string[], page = 0): TalkReply {
  const listed = talkPage(facts.categories, page, { words, taken: 1, turnTo: button.categoryPage });
  const choices = listed.items.map((category): TalkChoice => {
    const on = chosen.includes(category);
    return {
      kind: 'button',
      label: `${on ? '✓' : '–'} ${categoryName(words, category)}`,
      data: button.category(category, !on, listed.page),
    };
  });
  const list = [EVACUATION_CATEGORY, ...facts.categories.filter((category) => chosen.includes(category))];
  const text = [
    words.signUp.chooseCategories,
    `✓ ${list.map((category) => categoryName(words, category)).join(words.separator)}`,
    words.signUp.evacuationAlways,
  ];
  return said(text.join('\n\n'), [{ kind: 'button', label: words.labels.done, data: button.categoriesDone }, ...choices, ...listed.turns]);
}

function setCategory(
  talk: Talk,
  { category, on, page }: { readonly category: string; readonly on: boolean; readonly page: number },
  scene: Scene,
): TalkStep {
  const { event, facts } = scene;
  const key = `category/${category}`;
  if (isOld(talk, key, event) || isOld(talk, 'membership', event)) return quiet(talk, null);
  if (!facts.subscriber || !facts.categories.includes(category)) return topic(talk, 'categories', scene);
  const categories = [...facts.subscriber.categories.filter((one) => one !== category), ...(on ? [category] : [])];
  const act = choose(scene, { categories });
  return { talk: decidedAt(talk, key, event), acts: [act], reply: categoriesReply(scene, categories, page) };
}

/** The choices of somebody with a part replaced. What the account does not offer, such as a staff group, stays as it is. */
function choose(
  { facts, language }: Scene,
  changed: { readonly districts?: readonly string[]; readonly categories?: readonly string[] },
): TalkAct {
  const known = facts.subscriber;
  const first = facts.categories.filter((category) => FIRST_CATEGORIES.has(category));
  // Somebody who held a staff group alone becomes a resident with the first district.
  const isResident = known !== null && known.districts.length > 0;
  const categories = changed.categories ?? (isResident ? known.categories : [...(known?.categories ?? []), ...first]);
  return {
    kind: 'subscribe',
    language,
    districts: changed.districts ?? known?.districts ?? [],
    categories: [...new Set([EVACUATION_CATEGORY, ...categories])],
  };
}

function leave(talk: Talk, { event, facts, language, words }: Scene): TalkStep {
  if (isOld(talk, 'membership', event)) return quiet(talk, null);
  const gone: Talk = { ...decidedAt(talk, 'membership', event), language, signingUp: false };
  const offered = new Set([EVACUATION_CATEGORY, DRILL_CHOICE, ...facts.categories]);
  const others = (facts.subscriber?.categories ?? []).filter((category) => !offered.has(category));
  if (others.length > 0)
    return {
      talk: gone,
      acts: [{ kind: 'subscribe', language, districts: [], categories: others }],
      reply: said(words.signUp.leftButStaff, []),
    };
  const back: TalkChoice = { kind: 'button', label: words.labels.register, data: button.topic('settings') };
  return { talk: gone, acts: [{ kind: 'leave' }], reply: said(words.signUp.left, [back]) };
}

const districtNames = ({ facts, language, words }: Scene, codes: readonly string[]): string =>
  codes
    .map((code) => facts.nameIn(language, facts.districts.find((district) => district.code === code)?.name ?? code))
    .join(words.separator);

function categoryNames({ facts, words }: Scene): string {
  const chosen = facts.subscriber?.categories ?? [];
  return [EVACUATION_CATEGORY, ...facts.categories.filter((category) => chosen.includes(category))]
    .map((category) => categoryName(words, category))
    .join(words.separator);
}

const doneText = (scene: Scene): string =>
  scene.words.signUp.done({ districts: districtNames(scene, scene.facts.subscriber?.districts ?? []), categories: categoryNames(scene) });

const settingsText = (scene: Scene): string =>
  scene.words.signUp.settings({
    language: scene.words.name,
    districts: districtNames(scene, scene.facts.subscriber?.districts ?? []),
    categories: categoryNames(scene),
  });

const settingsMenu = (words: TalkWords): readonly TalkChoice[] =>
  (['language', 'districts', 'categories', 'leave'] as const).map((one) => topicButton(words, one));

// --- places and windows

function place(talk: Talk, sent: { readonly lat: number; readonly lon: number }, scene: Scene): TalkStep {
  const { facts, words, language } = scene;
  const open = talk.expects && talk.expects.until > facts.now ? talk.expects : null;
  if (open?.kind === 'report') return addToReport(talk, { ...open.report, place: rounded(sent, REPORT_DECIMALS) }, scene);
  // For an answer 100 m are enough, and nothing of it is kept (S39).
  const near = rounded(sent, ANSWER_DECIMALS);
  if (open?.kind !== 'districts') return quiet({ ...talk, expects: null }, sheltersReply(language, { place: near, sent: true }, facts));
  const district = districtAt(facts.outlines, near);
  if (district === null)
    return askDistricts(talk, scene, 0, facts.subscriber?.districts ?? [], words.signUp.outside(facts.nameIn(language, facts.city)));
  return setDistrict(talk, { district, on: true, page: 0 }, scene);
}

function shelters(talk: Talk, districts: readonly string[], { facts, language, words }: Scene): TalkStep {
  const middle = middleOf(facts.outlines.filter(({ code }) => districts.includes(code)));
  const origin: Origin | null = middle && { place: middle, sent: false };
  if (origin) return quiet(talk, sheltersReply(language, origin, facts));
  const asked: Talk = { ...talk, expects: { kind: 'shelterPlace', until: facts.now + EXPECT_MS } };
  return quiet(asked, said(words.shelters.ask, [sendPlace(words), ...menu(words)]));
}

function windowsReply({ facts, language, words }: Scene, page = 0): TalkReply {
  if (facts.windows.length === 0) return said(words.windows.none, menu(words));
  const listed = talkPage(facts.windows, page, { words, taken: 0, turnTo: button.windowPage });
  const choices = listed.items.map(({ id, name }): TalkChoice => {
    return { kind: 'button', label: facts.nameIn(language, name), data: button.window(id) };
  });
  return said(words.windows.choose, [...choices, ...listed.turns]);
}

const windowName = ({ facts, language }: Scene, gauge: string): string =>
  facts.nameIn(language, facts.windows.find(({ id }) => id === gauge)?.name ?? gauge);

function askTicket(talk: Talk, gauge: string, scene: Scene): TalkStep {
  const { facts, words } = scene;
  if (!facts.windows.some(({ id }) => id === gauge)) return quiet({ ...talk, expects: null }, windowsReply(scene));
  const calling = facts.places.find(({ id }) => id === gauge)?.window?.calling ?? null;
  const text = [words.windows.askNumber(windowName(scene, gauge)), ...(calling === null ? [] : [words.windows.calling(calling)])].join(
    '\n',
  );
  return quiet({ ...talk, expects: { kind: 'ticket', gauge, until: facts.now + EXPECT_MS } }, said(text, []));
}

function ticket(talk: Talk, { gauge, number }: { readonly gauge: string; readonly number: number }, scene: Scene): TalkStep {
  const { facts, words } = scene;
  const drawn = facts.ticket ?? { kind: 'closed' };
  const window = windowName(scene, gauge);
  const free: Talk = { ...talk, expects: null };
  switch (drawn.kind) {
    case 'closed':
      return quiet(free, said(words.windows.closed, menu(words)));
    case 'tooMany':
      return quiet(free, said(words.windows.tooMany, menu(words)));
    case 'near':
    case 'waiting': {
      const told =
        drawn.kind === 'near' ? words.windows.near({ window, number }) : words.windows.waiting({ window, number, ahead: drawn.ahead });
      const calling = drawn.calling === null ? [] : [words.windows.calling(drawn.calling)];
      return quiet(free, said([told, ...calling].join('\n'), menu(words)));
    }
  }
}

// --- reports

/**
 * A cry for help and a word of being safe are kept at once; of flooding, about which somebody may also only ask, something is kept as soon as they
 * say where or what. `told` is what they said when they began.
 */
function beginReport(talk: Talk, kind: ResidentReportKind, told: string, scene: Scene): TalkStep {
  const { event, facts, words } = scene;
  const reports = counting(talk.reports, facts.now, REPORTS_SPAN_MS);
  const most = kind === 'needHelp' ? REPORTS_MAX + CRIES_MAX : REPORTS_MAX;
  if (reports.count > most) return quiet(talk, said(words.safety.tooMany, menu(words)));
  const report: ResidentReport = { id: event.id, kind, at: event.at, place: null, text: plainWords(told) };
  if (kind === 'safe')
    return {
      talk: decidedAt({ ...talk, reports }, 'safe', event),
      acts: [{ kind: 'report', report }],
      reply: said(words.safety.safe, [familyButton(scene.language), ...menu(words)]),
    };
  const counted = { ...talk, reports };
  const open: Talk = {
    ...(kind === 'needHelp' ? decidedAt(counted, 'needHelp', event) : counted),
    expects: { kind: 'report', report, until: facts.now + EXPECT_MS },
  };
  const text = [kind === 'needHelp' ? words.safety.needHelp : words.safety.flooding, words.safety.purpose].join('\n\n');
  const asked = said(text, [sendPlace(words), { kind: 'button', label: words.labels.noMore, data: button.reportDone }]);
  return { talk: open, acts: kind === 'needHelp' ? [{ kind: 'report', report }] : [], reply: asked };
}

function reportWords(talk: Talk, text: string, scene: Scene): TalkStep {
  const { expects } = talk;
  if (expects?.kind !== 'report') return quiet(talk, null);
  return addToReport(talk, { ...expects.report, text: plainWords(`${expects.report.text} ${text}`) }, scene);
}

function addToReport(talk: Talk, report: ResidentReport, { facts, words }: Scene): TalkStep {
  const next = report.place === null ? words.safety.askPlace : words.safety.askWords;
  const choices: TalkChoice[] = [
    { kind: 'button', label: words.labels.noMore, data: button.reportDone },
    ...(report.place === null ? [sendPlace(words)] : []),
  ];
  return {
    talk: { ...talk, expects: { kind: 'report', report, until: facts.now + EXPECT_MS } },
    acts: [{ kind: 'report', report }],
    reply: reply([{ kind: 'text', text: [words.safety.kept, next].join('\n') }], choices),
  };
}

// --- what every step needs

/** Whether something later decided the same already. The same event again is not old: it comes to the same end. */
const isOld = ({ decided }: Talk, key: string, { at }: TalkEvent): boolean => (decided[key] ?? Number.NEGATIVE_INFINITY) > at;

const decidedAt = (talk: Talk, key: string, { at }: TalkEvent): Talk => ({ ...talk, decided: { ...talk.decided, [key]: at } });

const stillCompared = (decided: Talk['decided'], now: number): Talk['decided'] =>
  Object.fromEntries(Object.entries(decided).filter(([, at]) => now - at <= DECIDED_MS));

const counting = ({ since, count }: TalkTally, now: number, spanMs: number): TalkTally =>
  now - since >= spanMs || now < since ? { since: now, count: 1 } : { since, count: count + 1 };

/** LINE's profile names languages by BCP 47. Those we do not speak read English rather than Japanese; null when it says nothing. */
export function languageOfProfile(tag: string | null): Language | null {
  if (tag === null || tag === '') return null;
  const [base = '', ...rest] = tag.toLowerCase().split(/[-_]/);
  if (base === 'zh') return rest.some((part) => part === 'hant' || part === 'tw' || part === 'hk' || part === 'mo') ? 'zh-Hant' : 'zh-Hans';
  return LANGUAGES.find((language) => language === base) ?? 'en';
}

/** What a district may be called by whoever types it: by code, in Japanese, and in every language of the playbook. */
export const districtNamesOf = (facts: Pick<TalkFacts, 'districts' | 'nameIn'>, languages: readonly Language[]): readonly DistrictName[] =>
  facts.districts.map(({ code, name }) => ({
    code,
    names: [...new Set([code, name, ...languages.map((language) => facts.nameIn(language, name))])],
  }));
