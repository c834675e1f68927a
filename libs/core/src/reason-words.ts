import type { Language } from './delivery.ts';
import { UNIT_WORDS } from './own-words.ts';
import { UNITS } from './quantity.ts';
import type { NamedStepReason, Reason, ResetCause } from './reason.ts';
import type { BandMeasure } from './rule.ts';

/** How names of the playbook are said in a language. */
type Named = (name: string) => string;
type Words = { readonly [K in Reason['kind']]: (reason: Extract<Reason, { readonly kind: K }>, named: Named) => string };

/** Languages that have words for every reason; the others read the Japanese ones. */
const WORDS: { readonly ja: Words } & Partial<Readonly<Record<Language, Words>>> = {
  ja: {
    reached: ({ limit, readings, minutes }, named) =>
      `${readings === null ? `${minutes}分間` : `${readings}回続けて`}${limitJa(limit, named)}以上`,
    left: ({ limit, margin, measure, minutes }, named) =>
      `${limitJa(limit, named)}より${MARGINS_JA[measure](margin)}以上低い状態が${minutes}分間続いた`,
    counted: ({ note, value }) => `${note}(${value})`,
    asksPerson: ({ name }, named) => `計数器の値は「${named(name)}」に達したが、「${named(name)}」は職員が確かめてから知らせる`,
    rise: ({ minutes, perHour, quantity }) => `${minutes}分間の変化が1時間あたり ${perHour.toFixed(2)} ${UNITS[quantity]}`,
    flow: ({ minutes, perMinute }) => `${minutes}分間の人の流れが1分あたり ${perMinute.toFixed(1)} 人`,
    votes: ({ yes, unknown, of }) => `${of}地点のうち${yes}地点が該当${unknown > 0 ? `(${unknown}地点は分からない)` : ''}`,
    passed: ({ upstream, name }, named) => `上流の${named(upstream)}で${named(name)}`,
    arrived: ({ upstream, name }, named) => `上流の${named(upstream)}に続いて${named(name)}`,
    notFollowed: ({ upstream, minutes }, named) => `上流の${named(upstream)}から${minutes}分のあいだ続かなかった`,
    below: ({ name }, named) => `${named(name)}を下回った`,
    called: ({ number }) => `${number ?? ''}番の呼び出し`,
    condition: ({ text, step }) => `条件 ${text} が${step > 0 ? `段階${step}` : '成り立たなくなった'}`,
    tooCostly: ({ text }) => `条件の計算が上限を超えたため、この地点では判定を止めた: ${text}`,
    silent: ({ ms, expectedMs }) => `${spanJa(ms)}受信がない(予定間隔 ${spanJa(expectedMs)})`,
    stillSilent: ({ ms }) => `回線は戻ったが、この観測所は${spanJa(ms)}受信がない`,
    linkSilent: ({ silent, of }) => `この回線の${of}観測所のうち${silent}から同時に受信がない`,
    heardAgain: ({ rule }) => `規則 ${rule}: 受信が再開した`,
    linkHeardAgain: ({ rule }) => `規則 ${rule}: 回線の受信が再開した`,
    unacknowledged: ({ minutes, ordinal }) => `${minutes}分たっても確認済みになっていない(${ordinal}回目の催促)`,
    unanswered: ({ minutes, wanted, answered, ordinal }) =>
      `${minutes}分たっても応答が${wanted}人中${answered}人(${ordinal}段目の呼び出し)`,
    blocked: ({ text }) => text,
    reset: ({ cause, name, versions }, named) =>
      `${CAUSES_JA[cause](named(name ?? ''))}${versions ? `（版 ${versions.join(' → ')}）` : ''}。状況がおさまったことを示すものではない`,
  },
  en: {
    reached: ({ limit, readings, minutes }, named) =>
      `${limitEn(limit, named)} or higher ${readings === null ? `for ${minutes} min` : readings === 1 ? 'in one reading' : `in ${readings} readings in a row`}`,
    left: ({ limit, margin, measure, minutes }, named) =>
      `at least ${MARGINS_EN[measure](margin)} below ${limitEn(limit, named)} for ${minutes} min`,
    counted: ({ note, value }) => `counted by a person: ${value} (${note})`,
    asksPerson: ({ name }, named) => `the counter has reached "${named(name)}", which is told only after a person has looked`,
    rise: ({ minutes, perHour, quantity }) => `a change of ${perHour.toFixed(2)} ${UNIT_WORDS.en[quantity]} an hour over ${minutes} min`,
    flow: ({ minutes, perMinute }) => `${perMinute.toFixed(1)} people a minute over ${minutes} min`,
    votes: ({ yes, unknown, of }) => `${yes} of ${of} places${unknown > 0 ? ` (${unknown} cannot tell)` : ''}`,
    passed: ({ upstream, name }, named) => `${named(name)} upstream at ${named(upstream)}`,
    arrived: ({ upstream, name }, named) => `${named(name)} here, after ${named(upstream)} upstream`,
    notFollowed: ({ upstream, minutes }, named) => `nothing followed from ${named(upstream)} upstream within ${minutes} min`,
    below: ({ name }, named) => `below ${named(name)}`,
    called: ({ number }) => `number ${number ?? ''} is called`,
    condition: ({ text, step }) => (step > 0 ? `the condition ${text} gives step ${step}` : `the condition ${text} holds no more`),
    tooCostly: ({ text }) => `the condition costs more than its bound, so it is judged here no more: ${text}`,
    silent: ({ ms, expectedMs }) => `not heard for ${spanEn(ms)} (expected every ${spanEn(expectedMs)})`,
    stillSilent: ({ ms }) => `its link is back, and this gauge has not been heard for ${spanEn(ms)}`,
    linkSilent: ({ silent, of }) => `${silent} of the ${of} gauges on this link fell silent together`,
    heardAgain: () => 'heard again',
    linkHeardAgain: () => 'the link is heard again',
    unacknowledged: ({ minutes, ordinal }) => `nobody has acknowledged it in ${minutes} min (reminder ${ordinal})`,
    unanswered: ({ minutes, wanted, answered, ordinal }) => `${answered} of ${wanted} have answered in ${minutes} min (call ${ordinal})`,
    blocked: () => CAUSES_EN.unconfirmed(''),
    reset: ({ cause, name, versions }, named) =>
      `${CAUSES_EN[cause](named(name ?? ''))}${versions ? ` (version ${versions.join(' → ')})` : ''}; this does not mean that it is over`,
  },
};

/** What a decision record keeps of a reason for good: its words in Japanese, and the value where there is one. */
export const saidOf = (reason: Reason | string): { readonly verdict: string; readonly reason?: Reason } =>
  typeof reason === 'string' ? { verdict: reason } : { verdict: spoken(WORDS.ja, reason, (name) => name), reason };

/**
 * Why something was decided, for a reader: in the words of the language where it has them, else as the record has it in Japanese. Records from
 * before reasons were values have their text alone.
 */
export function whyOf(
  { verdict, reason }: { readonly verdict: string; readonly reason?: Reason },
  language: Language,
  named: Named = (name) => name,
): string {
  const words = language === 'ja' ? undefined : WORDS[language];
  return reason && words ? spoken(words, reason, named) : verdict;
}

function spoken(words: Words, reason: Reason, named: Named): string {
  const say = words[reason.kind] as (reason: Reason, named: Named) => string;
  return say(reason, named);
}

const limitJa = ({ step, name, value }: NamedStepReason, named: Named): string =>
  name === null ? `段階${step}` : `${named(name)}(${value})`;
const limitEn = ({ step, name, value }: NamedStepReason, named: Named): string =>
  name === null ? `step ${step}` : `${named(name)} (${value})`;

const MARGINS_JA: Readonly<Record<'level' | BandMeasure, (margin: number) => string>> = {
  level: (margin) => `${margin}`,
  percent: (points) => `${points}ポイント`,
  density: (perM2) => `1平方メートルあたり${perM2}人`,
  flow: (perMinute) => `1分あたり${perMinute}人`,
};
const MARGINS_EN: typeof MARGINS_JA = {
  level: (margin) => `${margin}`,
  percent: (points) => `${points} points`,
  density: (perM2) => `${perM2} people per m²`,
  flow: (perMinute) => `${perMinute} people a minute`,
};

const CAUSES_JA: Readonly<Record<ResetCause, (name: string) => string>> = {
  ruleGone: () => '規則がプレイブックからなくなった',
  gaugeGone: () => '観測所がプレイブックからなくなった',
  stepsGone: () => '警報の段階がなくなった',
  stepGone: (name) => `段階「${name}」がなくなった`,
  notMeant: () => '観測所が規則の対象から外れた',
  moved: () => '観測所の基準（基準面・零点高・補正）が変わった',
  kindChanged: () => '規則の種類が変わった',
  hearersChanged: () => '知らせる相手が変わった',
  limitChanged: (name) => `段階「${name}」の基準が変わった`,
  followed: () => 'もとになる規則の警報がリセットされた',
  unconfirmed: (why) => why,
};
const CAUSES_EN: typeof CAUSES_JA = {
  ruleGone: () => 'the rule is no longer in the playbook',
  gaugeGone: () => 'the gauge is no longer in the playbook',
  stepsGone: () => 'the steps of the alert are gone',
  stepGone: (name) => `the step "${name}" is gone`,
  notMeant: () => 'the rule does not mean this gauge any more',
  moved: () => 'what the gauge is measured against (datum, zero, correction) has changed',
  kindChanged: () => 'the rule is of another kind',
  hearersChanged: () => 'those who are told have changed',
  limitChanged: (name) => `the limit of "${name}" has changed`,
  followed: () => 'the alert that it rests on was reset',
  unconfirmed: () => 'the gauge was moved, and its thresholds are not confirmed yet, so the rule is judged here no more',
};

/** The unit that leaves a number below two hundred. */
const spanJa = (ms: number): string => span(ms, ['秒', '分', '時間']);
const spanEn = (ms: number): string => span(ms, [' s', ' min', ' h']);
function span(ms: number, [second, minute, hour]: readonly [string, string, string]): string {
  const [unit, of] =
    ms < 180_000 ? ([second, 1_000] as const) : ms < 180 * 60_000 ? ([minute, 60_000] as const) : ([hour, 3_600_000] as const);
  return `${Math.round(ms / of)}${unit}`;
}
