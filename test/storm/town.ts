import type { Gauge, Playbook, Route, Rule, Subscriber, Transition } from '#core';
import { compileCondition } from '#cel';
import {
  aBandRule,
  aBlindRule,
  aCelRule,
  aGauge,
  aLevelRule,
  aPlaybook,
  aRiseRule,
  aSequenceRule,
  aVoteRule,
} from '../support/builders.ts';

const SECOND = 1_000;
/** Gauges of the storm speak sixty times as often as real ones, so that minutes hold what hours do. */
export const OBSERVE_MS = 10 * SECOND;
const STANDBY_MS = 60 * SECOND;
const EXPIRES_AFTER_MS = 180 * SECOND;
/** The shortest silence that can be too long: three intervals of observing. */
export const BLIND_MS_MIN = 3 * OBSERVE_MS;

const river = (id: string, set: Partial<Gauge> = {}): Gauge =>
  aGauge({
    id,
    device: id,
    name: id,
    observeIntervalMs: OBSERVE_MS,
    standbyIntervalMs: STANDBY_MS,
    // A leap is half of this: floods of the storm rise by less from one report to the next.
    plausible: { min: -5, max: 12, stepPer10Min: 2, stepPerHour: 4, stuckAfterMs: 90 * SECOND },
    ...set,
  });

const GAUGES: readonly Gauge[] = [
  river('low', { upstream: 'plain', link: 'mast' }),
  river('hill', { areas: ['002'], link: 'mast' }),
  river('plain', { areas: ['001', '002'], link: 'mast' }),
  river('closed', { publicAlert: 'staffOnly' }),
  river('drill'),
  river('hall', {
    kind: 'shelter',
    quantity: 'count',
    capacity: 100,
    thresholds: [],
    plausible: { min: 0, max: 300, stepPer10Min: 60, stepPerHour: 200, stuckAfterMs: 3_600_000 },
  }),
];

/** What three of the gauges speak over; it has no readings of its own. */
const LINK = aGauge({ id: 'mast', device: 'mast', kind: 'link', publicAlert: 'staffOnly', thresholds: [] });

/** Places that have a device. */
export const SPEAKING: readonly string[] = GAUGES.map(({ id }) => id);

/** Devices that number their reports; the others are known by the instants of theirs. */
export const COUNTING: ReadonlySet<string> = new Set(['low', 'hill', 'closed', 'drill']);
/** The device that takes part in a drill. */
export const DRILLING = 'drill';

const hold = { greatestAgeMs: 5 * 60 * SECOND, clearHoldMs: 20 * SECOND };
const { condition } = compileCondition('value >= 4.5 && gauges["plain"].value >= 3.0', {
  gauges: new Map(GAUGES.map((gauge) => [gauge.id, gauge])),
  selected: GAUGES.filter(({ id }) => id === 'low'),
  rules: [],
  steps: 1,
});
if (!condition) throw new Error('the condition of the storm does not compile');

const RULES: readonly Rule[] = [
  aLevelRule({ id: 'level', selector: { gauges: ['low', 'plain', 'closed', 'drill'] }, ...hold }),
  aLevelRule({ id: 'steady', selector: { gauges: ['hill'] }, confirm: { forMs: 30 * SECOND }, ...hold }),
  aLevelRule({ id: 'inner', selector: { gauges: ['low', 'hill'] }, staffOnly: true, confirm: { readings: 1 }, ...hold }),
  aLevelRule({ id: 'trial', selector: { gauges: ['low', 'plain'] }, shadow: true, confirm: { readings: 1 }, ...hold }),
  aBandRule({ id: 'crowd', selector: { kinds: ['shelter'] }, greatestAgeMs: hold.greatestAgeMs }),
  aRiseRule({
    id: 'quick',
    selector: { gauges: ['low', 'plain'] },
    windowMs: 40 * SECOND,
    steps: [
      { code: 'quick', name: '急', perHour: 60 },
      { code: 'veryQuick', name: '非常に急', perHour: 150 },
    ],
    clearMarginPerHour: 10,
    confirm: { readings: 1 },
    ...hold,
  }),
  aVoteRule({
    id: 'wide',
    selector: { gauges: ['low'] },
    of: { gauges: ['low', 'plain', 'closed'] },
    counts: { rule: 'level', code: 'start' },
    greatestAgeMs: 60 * SECOND,
    clearHoldMs: 10 * SECOND,
  }),
  aSequenceRule({
    id: 'follows',
    selector: { gauges: ['low'] },
    first: { rule: 'level', code: 'start' },
    next: { rule: 'level', code: 'start' },
    withinMs: 120 * SECOND,
  }),
  aCelRule({ id: 'written', selector: { gauges: ['low'] }, condition, confirm: { readings: 1 }, ...hold }),
  aBlindRule({ id: 'blind', linkGaugesMin: 3 }),
];

const route = (set: Pick<Route, 'id' | 'rules' | 'audience' | 'channels' | 'lane' | 'mergeBy'>): Route => ({
  transitions: ['raised', 'climbed', 'steppedDown', 'cleared'],
  fromStep: 1,
  expiresAfterMs: EXPIRES_AFTER_MS,
  wording: 'storm',
  ...set,
});

const ROUTES: readonly Route[] = [
  route({
    id: 'residents',
    // The rules that must not speak to residents are named on purpose: not the route but the rule and the gauge hold them back.
    rules: RULES.map(({ id }) => id).filter((id) => id !== 'crowd'),
    audience: { kind: 'residents', category: 'flood' },
    channels: ['line', 'email'],
    lane: 'flood',
    mergeBy: 'river',
  }),
  route({
    id: 'visitors',
    rules: ['crowd'],
    audience: { kind: 'residents', category: 'congestion' },
    channels: ['line'],
    lane: 'congestion',
  }),
  route({
    id: 'duty',
    rules: RULES.map(({ id }) => id),
    audience: { kind: 'staff', group: 'duty' },
    channels: ['line', 'email'],
    lane: 'staff',
  }),
];

export const PLAYBOOK: Playbook = aPlaybook({ gauges: [...GAUGES, LINK], rules: RULES, routes: ROUTES });

const person = (channel: Subscriber['channel'], address: string, districts: readonly string[], ...categories: string[]): Subscriber => ({
  channel,
  address,
  language: address.endsWith('2') ? 'en' : 'ja',
  districts,
  categories,
});

/** Addresses that the other side refuses for good begin so. */
export const BAD = 'bad';

/** Everybody who may subscribe during a storm. */
export const PEOPLE: readonly Subscriber[] = [
  ...[1, 2, 3, 4, 5].map((n) => person('line', `u${n}`, [n % 2 === 0 ? '002' : '001'], 'flood', 'congestion')),
  person('line', `${BAD}1`, ['001', '002'], 'flood'),
  person('line', 'both1', ['001'], 'flood', 'staff:duty'),
  person('line', 'staff1', [], 'staff:duty'),
  person('line', 'player1', ['001'], 'exercise/flood'),
  person('email', 'a@one.example', ['001'], 'flood'),
  person('email', 'b@two.example', ['002'], 'flood'),
  person('email', `${BAD}@one.example`, ['002'], 'flood'),
  person('email', 'duty@city.example', [], 'staff:duty', 'exercise/staff:duty'),
];

/** Who ought to hear of a transition on a channel: said once more in other words than those of the service. */
export function meant(people: Iterable<Subscriber>, channel: Subscriber['channel'], transition: Transition): Set<string> {
  const gauge = PLAYBOOK.gauges.get(transition.gauge)!;
  const rule = PLAYBOOK.rules.find(({ id }) => id === transition.ruleId)!;
  const addresses = new Set<string>();
  if (rule.shadow || transition.coveredBy !== undefined) return addresses;
  const drill = transition.status === 'actual' ? '' : `${transition.status}/`;
  const mayBePublic = !rule.staffOnly && gauge.publicAlert === 'allowed';
  const publicCategory = rule.kind === 'band' ? 'congestion' : 'flood';
  for (const { channel: own, address, districts, categories } of people) {
    if (own !== channel) continue;
    const asResident =
      mayBePublic && categories.includes(`${drill}${publicCategory}`) && districts.some((district) => gauge.areas.includes(district));
    const publicHere = asResident && (publicCategory === 'flood' || channel === 'line');
    if (publicHere || categories.includes(`${drill}staff:duty`)) addresses.add(address);
  }
  return addresses;
}
