import { isDeepStrictEqual } from 'node:util';
import {
  audienceOf,
  type Delivery,
  EVACUATION_CATEGORY,
  type GaugeId,
  Judge,
  type LogEntry,
  mailDomainOf,
  type Message,
  messageId,
  type NumberedTransition,
  type Playbook,
  routePartsOf,
  routesOf,
  SPLIT_REASON,
  type Subscriber,
  type Transition,
  unfolded,
} from '#core';
import type { PlatformRequest } from '#outside/line-platform';
import type { MailEvent } from '#outside/mail-catcher';

/** What one device handed in as one packet: it is stored as a whole or not at all. */
export interface SentPacket {
  readonly gauge: GaugeId;
  readonly reports: readonly SentReport[];
  readonly acked: boolean;
}

export interface SentReport {
  /** Null for a device that does not count: then the instant is the identity. */
  readonly seq: number | null;
  readonly at: number;
  readonly level: number;
}

/** Everything that happened around a service that was killed again and again, as its neighbours and its files tell it. */
export interface History {
  readonly playbook: Playbook;
  readonly subscribers: readonly Subscriber[];
  /** Deaths of the service without a goodbye. */
  readonly kills: number;
  readonly sent: readonly SentPacket[];
  readonly log: readonly LogEntry[];
  readonly transitions: readonly NumberedTransition[];
  /** Of orders and proposals: the ids of their transitions. */
  readonly orders: readonly string[];
  /** Orders that were given, with the district that they are for: everybody there hears them. */
  readonly given?: readonly { readonly transitionId: string; readonly district: string }[];
  readonly messages: readonly Message[];
  /** With addresses as recipients. */
  readonly deliveries: readonly Delivery[];
  readonly line: readonly PlatformRequest[];
  /** Ids that LINE does not know any more: what names them is refused, and all others hear (F56). */
  readonly unknownOnLine?: ReadonlySet<string>;
  readonly mail: readonly MailEvent[];
  /** Domains whose relay takes no mail for good. */
  readonly refusingDomains?: ReadonlySet<string>;
}

/** Connections to the relay: after a crash at most the one message in flight on each may be repeated (P4). */
const MAIL_CONNECTIONS = 20;

/**
 * Reads a whole history and says in words what must not be in it: one sentence for each violation, none when every promise was kept. Only the
 * rules of core are used again; everything else is counted from outside.
 */
export function check(history: History): readonly string[] {
  return [
    ...lostReadings(history),
    ...readingViolations(history),
    ...decisionViolations(history),
    ...planViolations(history),
    ...orderViolations(history),
    ...endViolations(history),
    ...lineViolations(history),
    ...mailViolations(history),
  ];
}

/**
 * P1 and F1: what was acknowledged is stored, and of a packet everything or nothing. Also to be asked of what each death leaves behind, for a
 * device that repeats itself would heal it.
 */
export function lostReadings({ sent, log }: Pick<History, 'sent' | 'log'>): readonly string[] {
  const stored = new Set(log.map(({ reading }) => keyOf(reading.gauge, { seq: reading.seq, at: reading.observedAt })));
  return sent.flatMap(({ gauge, reports, acked }) => {
    const missing = reports.map((report) => keyOf(gauge, report)).filter((key) => !stored.has(key));
    if (acked) return missing.map((key) => `acknowledged and lost: ${key}`);
    return missing.length === 0 || missing.length === reports.length ? [] : [`half a packet is missing: ${missing.join(', ')}`];
  });
}

/** P1: stored once, as it was sent, at positions without a gap, and nothing that nobody sent. */
function readingViolations({ sent, log }: History): readonly string[] {
  const wrong: string[] = [];
  for (const [index, { position }] of log.entries())
    if (position !== index + 1) wrong.push(`position ${index + 1} holds number ${position}`);
  const stored = Map.groupBy(log, ({ reading }) => keyOf(reading.gauge, { seq: reading.seq, at: reading.observedAt }));
  const known = new Set<string>();
  for (const { gauge, reports } of sent) {
    for (const report of reports) {
      const key = keyOf(gauge, report);
      known.add(key);
      const found = stored.get(key) ?? [];
      if (found.length > 1) wrong.push(`stored ${found.length} times: ${key}`);
      const other = found.find(({ reading }) => reading.raw !== report.level || reading.observedAt !== report.at);
      if (other) wrong.push(`stored otherwise than sent: ${key} is ${other.reading.raw}, was ${report.level}`);
    }
  }
  for (const key of stored.keys()) if (!known.has(key)) wrong.push(`stored and never sent: ${key}`);
  return wrong;
}

/** P2: the transitions are those of a calm replay of what is stored, each of them once. */
function decisionViolations({ playbook, log, transitions }: History): readonly string[] {
  const wrong: string[] = [];
  for (const [index, { number }] of transitions.entries())
    if (number !== index + 1) wrong.push(`transition ${index + 1} has number ${number}`);
  const ids = transitions.map(({ transition }) => transition.id);
  for (const [id, times] of countsOf(ids)) if (times > 1) wrong.push(`decided ${times} times: ${id}`);
  for (const [alert, own] of Map.groupBy(transitions, ({ transition }) => transition.alertId)) {
    const ordinals = own.map(({ transition }) => Number(transition.id.slice(alert.length + 1)));
    if (ordinals.some((ordinal, index) => ordinal !== index + 1)) wrong.push(`ordinals of ${alert} are ${ordinals.join(', ')}`);
  }
  const calm = replayed(playbook, log);
  const expected = new Map(calm.map((transition) => [transition.id, transition]));
  for (const id of expected.keys()) if (!ids.includes(id)) wrong.push(`never decided: ${id}`);
  for (const { transition } of transitions) {
    const one = expected.get(transition.id);
    if (!one) wrong.push(`decided without ground: ${transition.id}`);
    else if (!isDeepStrictEqual(timeless(transition), timeless(one)))
      wrong.push(`decided otherwise than in a calm replay: ${transition.id}`);
  }
  if (wrong.length === 0 && calm.some(({ id }, index) => id !== ids[index])) wrong.push('decided in another order than in a calm replay');
  return wrong;
}

function replayed(playbook: Playbook, log: readonly LogEntry[]): readonly Transition[] {
  // Nobody is blind within a run: silence counts from the first reading, and the intervals of the playbook are longer.
  const judge = new Judge(playbook, { alerts: [], watches: [] }, log[0]?.reading.receivedAt ?? 0);
  for (const entry of log) judge.observe(entry, entry.reading.receivedAt);
  return judge.take().transitions;
}

/** The instant of the decision is the only thing that two processes may see differently. */
const timeless = (transition: Transition) => ({ ...transition, decidedAt: 0 });

/** P3: of every transition exactly those are planned who chose to hear it, each once, by the first route that reaches them. */
function planViolations(history: History): readonly string[] {
  const wrong: string[] = [];
  const planned = Map.groupBy(history.deliveries.filter(notSplit), ({ transitionId }) => transitionId);
  const known = new Set([...history.transitions.map(({ transition }) => transition.id), ...history.orders]);
  for (const id of planned.keys()) if (!known.has(id)) wrong.push(`planned without a transition: ${id}`);
  for (const { transition } of history.transitions) {
    const wanted = audience(history, transition);
    const own = planned.get(transition.id) ?? [];
    const noted = countsOf(
      own.filter(isNote).flatMap(({ channel, messageId: id, recipients }) => recipients.map((to) => `${channel} ${to} ${id}`)),
    );
    const plan = own
      .filter((delivery) => !isNote(delivery))
      .flatMap((delivery) =>
        delivery.recipients.map((address) => ({ who: `${delivery.channel} ${address}`, message: delivery.messageId })),
      );
    const times = countsOf(plan.map(({ who }) => who));
    const missing = [...wanted.keys()].filter((who) => !times.has(who));
    const heard = transition.to < transition.from ? heardBefore(history, planned, transition) : new Set<string>();
    const strangers = [...times.keys()].filter((who) => !wanted.has(who) && !heard.has(who));
    const twice = [...times].filter(([, count]) => count > 1).map(([who]) => who);
    // Whoever heard the beginning elsewhere on the river hears its end by the route that told them.
    const otherwise = plan
      .filter(({ who, message }) => wanted.has(who) && wanted.get(who) !== message && !heard.has(who))
      .map(({ who }) => who);
    wrong.push(
      ...told(`not planned for ${transition.id}`, missing),
      ...told(`planned for ${transition.id} though they did not choose it`, strangers),
      ...told(`planned twice for ${transition.id}`, twice),
      ...told(`planned with other words for ${transition.id}`, otherwise),
      ...told(
        `noted twice for ${transition.id}`,
        [...noted].filter(([, count]) => count > 1).map(([who]) => who),
      ),
      ...told(
        `noted for ${transition.id} though they did not choose it`,
        [...noted.keys()].filter((who) => !wanted.has(who.split(' ', 2).join(' '))),
      ),
    );
  }
  return wrong;
}

/** P3: of an order exactly those are planned who live in its district and chose to hear orders, each once. */
function orderViolations({ given = [], subscribers, deliveries }: History): readonly string[] {
  const planned = Map.groupBy(deliveries.filter(notSplit), ({ transitionId }) => transitionId);
  return given.flatMap(({ transitionId, district }) => {
    const wanted = new Set(
      subscribers
        .filter(({ districts, categories }) => districts.includes(district) && categories.includes(EVACUATION_CATEGORY))
        .map(({ channel, address }) => `${channel} ${address}`),
    );
    const own = planned.get(transitionId) ?? [];
    const times = countsOf(own.flatMap(({ channel, recipients }) => recipients.map((address) => `${channel} ${address}`)));
    return [
      ...told(
        `not planned for ${transitionId}`,
        [...wanted].filter((who) => !times.has(who)),
      ),
      ...told(
        `planned for ${transitionId} though they did not choose it`,
        [...times.keys()].filter((who) => !wanted.has(who)),
      ),
      ...told(
        `planned twice for ${transitionId}`,
        [...times].filter(([, count]) => count > 1).map(([who]) => who),
      ),
    ];
  });
}

/** Who was told of the rule before: its end reaches them as well, by whichever place of the river they heard (promise 3). */
function heardBefore(
  { transitions }: History,
  planned: ReadonlyMap<string, readonly Delivery[]>,
  { id, ruleId }: Transition,
): ReadonlySet<string> {
  const end = transitions.findIndex(({ transition }) => transition.id === id);
  const earlier = transitions.slice(0, end).filter(({ transition }) => transition.ruleId === ruleId);
  const told = earlier.flatMap(({ transition }) => planned.get(transition.id) ?? []).filter(({ state }) => state !== 'suppressed');
  return new Set(told.flatMap(({ channel, recipients }) => recipients.map((to) => `${channel} ${to}`)));
}

/** Whether the words are a note of the service on top of the transition's own, such as that an alert came a third time (F52). */
const isNote = ({ transitionId, messageId: id }: Delivery): boolean =>
  routePartsOf({ routeId: id.slice(transitionId.length + 1).split('/')[0]! }).extra !== '';

/** Who should hear of a transition, with the id of the message. */
function audience({ playbook, subscribers }: History, transition: Transition): ReadonlyMap<string, string> {
  const gauge = playbook.gauges.get(transition.gauge)!;
  const rule = playbook.rules.find(({ id }) => id === transition.ruleId)!;
  const wanted = new Map<string, string>();
  for (const route of routesOf({ routes: playbook.routes, transition, gauge, rule })) {
    const { category, districts } = audienceOf(route, gauge, transition.status);
    for (const one of subscribers) {
      const who = `${one.channel} ${one.address}`;
      const near = districts === null || one.districts.some((district) => districts.includes(district));
      if (wanted.has(who) || !near || !route.channels.includes(one.channel) || !one.categories.includes(category)) continue;
      wanted.set(who, messageId(transition.id, route.id, one.language));
    }
  }
  return wanted;
}

/** P3: every delivery ended, and it was sent unless it was an all-clear that stopped being true meanwhile (F62). */
function endViolations({ deliveries, transitions, unknownOnLine = new Set(), refusingDomains = new Set() }: History): readonly string[] {
  const byId = new Map(transitions.map((numbered) => [numbered.transition.id, numbered]));
  return deliveries.filter(notSplit).flatMap(({ id, channel, recipients, state, transitionId, lastReason }) => {
    if (state === 'sent') return [];
    const mayBeRefused = (address: string) =>
      channel === 'line' ? unknownOnLine.has(address) : refusingDomains.has(mailDomainOf(address));
    if (state === 'refused' && recipients.every(mayBeRefused)) return [];
    if (state === 'queued' || state === 'sending') return [`never ended: ${id} is ${state}`];
    const own = byId.get(transitionId);
    return state === 'expired' && own && overtaken(own, transitions) ? [] : [`not told: ${id} is ${state} (${lastReason})`];
  });
}

function overtaken({ number, transition }: NumberedTransition, transitions: readonly NumberedTransition[]): boolean {
  if (transition.to > transition.from) return false;
  const { ruleId, gauge, to } = transition;
  return transitions.some(
    (later) => later.number > number && later.transition.ruleId === ruleId && later.transition.gauge === gauge && later.transition.to > to,
  );
}

/** P4 on LINE: everybody saw each message exactly once, and a key never carried other people. */
function lineViolations({ deliveries, messages, line }: History): readonly string[] {
  const wrong: string[] = [];
  const own = deliveries.filter(({ channel }) => channel === 'line');
  const texts = new Map(
    messages.map(({ id, subject, body, language }) => {
      const words = unfolded(body, language === 'ja-easy' ? ' ' : '');
      return [id, subject === '' ? words : `${subject}\n\n${words}`];
    }),
  );
  const least = new Map<string, number>();
  const most = new Map<string, number>();
  for (const { messageId: message, recipients, state } of own.filter(notSplit)) {
    for (const address of recipients) {
      const sight = `${address} ${texts.get(message)}`;
      most.set(sight, (most.get(sight) ?? 0) + 1);
      if (state === 'sent') least.set(sight, (least.get(sight) ?? 0) + 1);
    }
  }
  const seen = countsOf(
    line
      .filter(({ verdict }) => verdict === 'accepted')
      .flatMap(({ to, messages: said }) => to.flatMap((id) => said.map((one) => `${id} ${textOf(one)}`))),
  );
  const twice = [...seen].filter(([sight, times]) => times > Math.max(1, most.get(sight) ?? 1)).map(([sight]) => sight);
  const strange = [...seen.keys()].filter((sight) => !most.has(sight));
  const unseen = [...least].filter(([sight, times]) => (seen.get(sight) ?? 0) < times).map(([sight]) => sight);
  wrong.push(
    ...told('seen twice on LINE', twice),
    ...told('seen on LINE though nobody planned it', strange),
    ...told('sent on LINE and not seen', unseen),
  );

  const taken = new Map(line.filter(({ verdict }) => verdict === 'accepted').map(({ retryKey, requestId }) => [retryKey, requestId]));
  for (const { id, state, retryKey, receipt } of own)
    if (state === 'sent' && receipt !== taken.get(retryKey))
      wrong.push(`the receipt of ${id} is not of the request that LINE took: ${receipt}`);

  const chunks = new Map(own.map(({ retryKey, recipients }) => [retryKey, recipients]));
  for (const { retryKey, to, requestId } of line) {
    const frozen = chunks.get(retryKey ?? '');
    if (!frozen) wrong.push(`LINE was asked under a key of no delivery: ${retryKey} in ${requestId}`);
    else if (!isDeepStrictEqual([...to], [...frozen])) wrong.push(`the chunk of key ${retryKey} changed in ${requestId}`);
  }
  return wrong;
}

/** P4 on mail: nothing lost; what came twice has one Message-ID, and there is no more of it than connections that were cut off. */
function mailViolations({ deliveries, mail, kills }: History): readonly string[] {
  const wrong: string[] = [];
  const copies = Map.groupBy(
    mail.filter(({ verdict }) => verdict === 'kept'),
    ({ messageId: id, to }) => `${to.join(' ')} ${id}`,
  );
  const planned = new Set<string>();
  const unsure = new Set<string>();
  for (const { id, channel, recipients, state, receipt } of deliveries.filter(notSplit)) {
    if (channel === 'line') continue;
    if (state !== 'sent') unsure.add(recipients[0]!);
    if (state !== 'sent') continue;
    // The relay's receipt begins with the identity that the mail went out with.
    const key = `${recipients[0]} ${receipt.split(' ')[0]}`;
    planned.add(key);
    if (!copies.has(key)) wrong.push(`mail lost: ${id}`);
  }
  let repeats = 0;
  for (const [key, kept] of copies) {
    if (!planned.has(key) && !unsure.has(key.split(' ')[0]!)) wrong.push(`mail that nobody planned: ${key}`);
    // A repeat after an answer that the relay itself did not give is what the standard asks for.
    const unanswered = kept.filter(({ code }) => code === 0).length;
    const again = Math.max(0, kept.length - 1 - unanswered);
    repeats += again;
    if (again > kills) wrong.push(`mail ${again + 1} times in ${kills} kills: ${key}`);
  }
  if (repeats > kills * MAIL_CONNECTIONS) wrong.push(`${repeats} mails twice in ${kills} kills, more than one for each connection`);
  return wrong;
}

/** A delivery that was replaced by parts is counted with them. */
const notSplit = ({ state, lastReason }: Delivery): boolean => !(state === 'refused' && lastReason === SPLIT_REASON);

const keyOf = (gauge: GaugeId, { seq, at }: Pick<SentReport, 'seq' | 'at'>): string =>
  `${gauge} ${seq === null ? `at ${at}` : `number ${seq}`}`;

function countsOf(items: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** A fault of a whole chunk is one sentence, not five hundred. */
const told = (what: string, whom: readonly string[]): readonly string[] =>
  whom.length === 0 ? [] : [`${what}: ${whom.length}, first ${whom[0]}`];

/** The words as a phone shows them: those of a picture of words stand beside it. */
function textOf(message: unknown): string {
  const { text, altText } = message as { readonly text?: string; readonly altText?: string };
  return text ?? altText ?? '';
}
