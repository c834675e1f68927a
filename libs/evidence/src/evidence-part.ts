import {
  type Evidence,
  type Gauge,
  type HistoryPoint,
  isUsable,
  type Language,
  type Message,
  numberText,
  type Playbook,
  type Quantity,
  type Transition,
  UNITS,
  whyOf,
} from '#core';
import type { EvidenceFacts, NamedLimit } from './evidence-facts.ts';
import { evidencePage } from './evidence-page.ts';
import { evidenceWords } from './evidence-words.ts';
import { drawHydrograph } from './hydrograph.ts';
import type { Colour } from './raster.ts';

/** How far back the curve goes. */
export const CHART_HOURS = 6;
/** Lines of limits that can be told apart. */
const LIMITS_MAX = 8;
/** Readings that are listed; a condition over many gauges may rest on hundreds. */
const READINGS_MAX = 20;
/** Two reports may be missing before the curve is broken. */
const GAP_INTERVALS = 3;

/** Behind which address the picture lies in the mail. */
const CHART_ID = 'chart@sonae';

export interface EvidenceSource {
  readonly message: Pick<Message, 'subject' | 'body' | 'language' | 'status'>;
  readonly transition: Transition;
  /** The one by which it was decided. */
  readonly playbook: Playbook;
  /** Of the gauge, in order of observation, over the last `CHART_HOURS`; of `quantityOf` it. */
  readonly points: readonly HistoryPoint[];
  readonly quantity: Quantity;
  /** Address of this service, without a slash at the end, as staff reach it. */
  readonly url: string;
}

/** Grounds as a mail carries them: plain text for every reader, and a page with a picture. */
export interface EvidencePart {
  readonly text: string;
  readonly html: string;
  readonly pictures: readonly { readonly cid: string; readonly png: Buffer }[];
}

/** From yellow over red to violet, each dark enough on white (WCAG 1.4.11) and told apart by its letter as well. */
const LIMIT_COLOURS: readonly Colour[] = [
  [146, 116, 0],
  [192, 79, 0],
  [206, 0, 0],
  [125, 20, 155],
  [60, 20, 110],
];

/** What stands behind an alert, for the people who must answer for it: readings with time, value, quality and age, rule, limits, version, and a curve. */
export function evidencePart(source: EvidenceSource): EvidencePart {
  const { message, transition, playbook, points, quantity } = source;
  const { timeZone } = playbook.city;
  const gauge = playbook.gauges.get(transition.gauge);
  const facts = factsOf(source, gauge);
  const to = transition.decidedAt;
  const png = drawHydrograph({
    from: to - CHART_HOURS * 3_600_000,
    to,
    points: points.map(({ at, value, quality }) => ({ at, value, isUsable: isUsable(quality) })),
    limits: facts.limits,
    gapMs: GAP_INTERVALS * (gauge?.observeIntervalMs ?? 600_000),
    decimals: quantity === 'level' ? 2 : 0,
    offsetMs: offsetOf(to, timeZone),
  });
  return {
    text: textOf(facts, message.language),
    html: evidencePage({ message, facts, chartId: png ? CHART_ID : null }),
    pictures: png ? [{ cid: CHART_ID, png }] : [],
  };
}

function factsOf(
  { message: { language }, transition, playbook, points, quantity, url }: EvidenceSource,
  gauge: Gauge | undefined,
): EvidenceFacts {
  const words = evidenceWords(language);
  const { record, alertId, ruleId } = transition;
  const { timeZone } = playbook.city;
  const time = (at: number): string => timeText(at, timeZone);
  const amount = (value: number): string => `${numberText(value, quantity, language)} ${UNITS[quantity]}`.trim();
  const rule = playbook.rules.find(({ id }) => id === ruleId);
  const limits = record.limits
    .toSorted((a, b) => a.value - b.value)
    .slice(0, LIMITS_MAX)
    .map((limit, index): NamedLimit => ({
      letter: String.fromCodePoint(0x41 + index),
      name: limit.name,
      text: amount(limit.value),
      value: limit.value,
      colour: LIMIT_COLOURS[Math.min(index, LIMIT_COLOURS.length - 1)]!,
    }));
  const nameOf = ({ gauge: id }: Evidence): string => playbook.gauges.get(id ?? transition.gauge)?.name ?? id ?? transition.gauge;
  const newest = record.evidence.slice(-READINGS_MAX);
  const latest = points.at(-1);
  return {
    title: words.title,
    rule: rule ? `${rule.name}（${ruleId}）` : ruleId,
    verdict: whyOf(record, language, (name) => playbook.wordings.get(language)?.names?.[name] ?? name),
    limits,
    readings: newest.map((evidence) => ({
      gauge: nameOf(evidence),
      time: time(evidence.at),
      value: amount(evidence.value),
      quality: evidence.why === '' ? words.qualities[evidence.quality] : `${words.qualities[evidence.quality]}（${evidence.why}）`,
      age: words.received(Math.max(0, Math.round((evidence.receivedAt - evidence.at) / 1_000))),
    })),
    more: record.evidence.length - newest.length,
    isDoubtful: points.some(({ quality }) => !isUsable(quality)),
    version: record.playbookVersion,
    pageUrl: `${url}/hq/alerts/${encodeURIComponent(alertId)}`,
    chainUrl: `${url}/hq/lineage/${encodeURIComponent(transition.id)}`,
    chartText: words.chart({
      gauge: gauge?.name ?? transition.gauge,
      from: time(transition.decidedAt - CHART_HOURS * 3_600_000),
      to: time(transition.decidedAt),
      latest: latest ? `${time(latest.at)} ${amount(latest.value)}` : '－',
    }),
  };
}

function textOf(facts: EvidenceFacts, language: Language): string {
  const words = evidenceWords(language);
  const { rule, verdict, limits, readings, more, version, pageUrl, chainUrl } = facts;
  return [
    `― ${facts.title} ―`,
    `${words.rule}: ${rule}`,
    ...(verdict === '' ? [] : [`${words.verdict}: ${verdict}`]),
    ...(limits.length === 0 ? [] : [`${words.limits}: ${limits.map(({ name, text }) => `${name} ${text}`).join(' / ')}`]),
    `${words.readings}:`,
    ...(readings.length === 0
      ? [`  ${words.none}`]
      : readings.map(({ gauge, time, value, quality, age }) => `  ${time} ${gauge} ${value} ${quality} ${words.age} ${age}`)),
    ...(more > 0 ? [`  +${more}`] : []),
    `${words.version}: ${version}`,
    `${words.page}: ${pageUrl}`,
    `${words.chain}: ${chainUrl}`,
  ].join('\n');
}

/** Day and minute, since a night has two days. */
const timeText = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('ja-JP', {
    timeZone,
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);

/** By how much the city's clocks are ahead of UTC at an instant. */
function offsetOf(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
  const [, sign = '+', hours = '0', minutes = '0'] =
    /GMT([+-])(\d{2}):(\d{2})/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
