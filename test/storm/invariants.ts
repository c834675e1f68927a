import {
  type Delivery,
  isUsable,
  type Ledger,
  limitsAt,
  limitTable,
  type NumberedTransition,
  type PlanCommit,
  type ReadingHistory,
  type ReadingLog,
  type Recipient,
  routePartsOf,
  SPLIT_REASON,
  type Subscriber,
  type Transition,
} from '#core';
import type { Oracle } from './oracle.ts';
import { type OtherSide, REFUSED_WORDS, type Told } from './other-side.ts';
import { BAD, BLIND_MS_MIN, meant, PLAYBOOK } from './town.ts';

/** What a storm has to show for itself. */
export interface Seen {
  readonly log: ReadingLog;
  readonly ledger: Ledger;
  readonly history: ReadingHistory;
  readonly channels: readonly OtherSide[];
  readonly oracle: Oracle;
  /** The address behind a number, also of who left since. */
  readonly addressOf: (recipient: Recipient) => string;
  /** Numbers of people who left at some time: whoever is planned and left is not told (F62). */
  readonly left: ReadonlySet<Recipient>;
  /** Serials of reports that were acknowledged. */
  readonly promised: Set<number>;
  watchPosition: number;
  /** Whether the wall clock was ever moved. */
  jumped: boolean;
}

const ALL = 1_000_000;
/** From the receipt of a reading to its place in the log. */
const ON_THE_WAY_MS = 50;

/** What must hold after every step. */
export async function checkStep(seen: Seen): Promise<string | null> {
  const transitions = await seen.ledger.transitionsAfter(0, ALL);
  return (
    (await readings(seen)) ??
    (await seen.oracle.objection(seen.watchPosition)) ??
    episodes(transitions) ??
    (await silences(seen, transitions)) ??
    witnesses(transitions) ??
    once(seen) ??
    order(seen, transitions, await everyDelivery(seen))
  );
}

/** What must hold when all is calm: nothing is left open, and what was written down is what people got. */
export async function checkEnd(seen: Seen): Promise<string | null> {
  const end = await seen.log.end();
  if (seen.watchPosition !== end) return `${end} readings were stored, ${seen.watchPosition} decided`;
  if ((await seen.history.position()) !== end) return `the history ends at ${await seen.history.position()}, the log at ${end}`;
  for (const delivery of await everyDelivery(seen)) {
    const objection = settled(seen, delivery);
    if (objection !== null) return `${delivery.id} to ${delivery.recipients.map(seen.addressOf).join(', ')}: ${objection}`;
  }
  return null;
}

/**
 * Whoever is meant is planned for, once, and nobody else; of an end, whoever heard that it began. Who joined or left within the step may be either.
 */
export async function checkPlan(
  seen: Seen,
  { hold, to, deliveries }: PlanCommit,
  now: Iterable<Subscriber>,
  before: Iterable<Subscriber>,
): Promise<string | null> {
  const { ledger, addressOf, channels } = seen;
  const people = [[...now], [...before]] as const;
  for (const { transition } of await ledger.transitionsAfter(hold.position, to - hold.position)) {
    for (const channel of ['line', 'email'] as const) {
      const own = deliveries.filter(
        (delivery) => delivery.transitionId === transition.id && delivery.channel === channel && !isNote(delivery),
      );
      const planned = own.flatMap(({ recipients }) => recipients.map(addressOf));
      // Whoever is held back on one route may still be told on another.
      const toBeTold = own.filter(({ state }) => state !== 'suppressed').flatMap(({ recipients }) => recipients);
      if (new Set(toBeTold).size < toBeTold.length) return `${transition.id} is planned twice for somebody on ${channel}`;
      const [present, former] = [meant(people[0], channel, transition), meant(people[1], channel, transition)];
      const toldByRule = channels
        .find(({ name }) => name === channel)!
        .told.filter((one) => one.transitionId.startsWith(`${transition.ruleId}@`));
      const told = toldByRule.filter((one) => one.transitionId.startsWith(`${transition.alertId}/`));
      const isEnd = transition.to < transition.from;
      // Whoever may have heard the beginning, also by another place of the river, hears its end wherever they live by then.
      const heard = new Set(isEnd ? [...toldByRule.map(({ address }) => address), ...(await unsure(seen, transition, channel))] : []);
      const stranger = planned.find((address) => !present.has(address) && !former.has(address) && !heard.has(address));
      if (stranger) return `${transition.id} is planned for ${stranger}, who is not meant`;
      const forgotten = [...present].find(
        (address) => former.has(address) && !planned.includes(address) && (!isEnd || told.some((one) => one.address === address)),
      );
      if (forgotten) return `${transition.id} (${transition.kind}) is not planned for ${forgotten}`;
    }
  }
  return null;
}

/** People to whom an attempt about the rule was repeated: what became of the one before nobody knows. */
async function unsure(seen: Seen, { ruleId }: Pick<Transition, 'ruleId'>, channel: string): Promise<readonly string[]> {
  const repeated = (await everyDelivery(seen)).filter(
    (delivery) => delivery.channel === channel && delivery.attempts > 1 && delivery.transitionId.startsWith(`${ruleId}@`),
  );
  return repeated.flatMap(({ recipients }) => recipients.map(seen.addressOf));
}

/** Whether the words are a note of the service on top of the transition's own (F52): its readers hear both. */
function isNote({ transitionId, messageId }: Pick<Delivery, 'transitionId' | 'messageId'>): boolean {
  return routePartsOf({ routeId: messageId.slice(transitionId.length + 1).split('/')[0]! }).extra !== '';
}

/** Positions have no gaps, no report is kept twice, and whatever was acknowledged is kept. */
async function readings({ log, promised }: Seen): Promise<string | null> {
  const entries = await log.after(0, ALL);
  const kept = new Set<number | null>();
  for (const [index, { position, reading }] of entries.entries()) {
    if (position !== index + 1) return `position ${position} in place ${index + 1} of the log`;
    if (kept.has(reading.batteryV)) return `report ${reading.batteryV} of ${reading.gauge} is kept twice`;
    kept.add(reading.batteryV);
  }
  const lost = [...promised].find((serial) => !kept.has(serial));
  return lost === undefined ? null : `report ${lost} was acknowledged and is not kept`;
}

/** Episodes and transitions are numbered without holes, each goes on where the one before it stopped. */
function episodes(transitions: readonly NumberedTransition[]): string | null {
  const last = new Map<string, { readonly episode: number; readonly ordinal: number; readonly step: number }>();
  for (const { transition } of transitions) {
    const { id, ruleId, gauge, kind, from, to } = transition;
    const [, episode, ordinal] = /#(\d+)\/(\d+)$/.exec(id)!.map(Number);
    const key = `${ruleId}@${gauge}`;
    const before = last.get(key) ?? { episode: 0, ordinal: 0, step: 0 };
    const begins = before.step === 0;
    const ought = begins ? `${before.episode + 1}/1` : `${before.episode}/${before.ordinal + 1}`;
    if (`${episode}/${ordinal}` !== ought) return `${id} follows episode ${before.episode}, transition ${before.ordinal}`;
    // A gauge whose link came back without it is told once more, on its own account.
    const again = kind === 'raised' && from === 1 && to === 1 && ruleId === 'blind';
    if (again) {
      last.set(key, { episode: episode!, ordinal: ordinal!, step: to });
      continue;
    }
    if (from !== before.step) return `${id} leaves step ${from}, the alert was at ${before.step}`;
    const rises = begins ? 'raised' : 'climbed';
    const falls = to === 0 ? 'cleared' : 'steppedDown';
    if (kind !== (to > from ? rises : falls)) return `${id} is called ${kind} from ${from} to ${to}`;
    last.set(key, { episode: episode!, ordinal: ordinal!, step: to });
  }
  return null;
}

/** A gauge is called blind only after a silence. Only where the wall clock stood by the truth can receipts be compared. */
async function silences({ log, jumped }: Seen, transitions: readonly NumberedTransition[]): Promise<string | null> {
  if (jumped) return null;
  const entries = await log.after(0, ALL);
  for (const { transition } of transitions) {
    if (transition.ruleId !== 'blind' || transition.kind !== 'raised') continue;
    const { gauge, at } = transition;
    const heard = entries.find(
      ({ reading: { gauge: own, receivedAt } }) => own === gauge && receivedAt > at - BLIND_MS_MIN && receivedAt < at - ON_THE_WAY_MS,
    );
    if (heard) return `${transition.id} at ${at}, though ${gauge} was heard at ${heard.reading.receivedAt}`;
  }
  return null;
}

/** A rise rests on usable readings that reached the step, as many and as long as the rule says. */
function witnesses(transitions: readonly NumberedTransition[]): string | null {
  for (const { transition } of transitions) {
    const rule = PLAYBOOK.rules.find(({ id }) => id === transition.ruleId)!;
    if ((rule.kind !== 'level' && rule.kind !== 'band') || transition.to <= transition.from) continue;
    const gauge = PLAYBOOK.gauges.get(transition.gauge)!;
    const limit = limitsAt(limitTable(rule, gauge), transition.at).find(({ step }) => step === transition.to)!;
    const usable = transition.record.evidence.filter(
      ({ quality, at, receivedAt }) => isUsable(quality) && receivedAt - at <= rule.greatestAgeMs,
    );
    const { confirm } = rule;
    const spanAt = 'forMs' in confirm ? transition.at - confirm.forMs : transition.at;
    const needed = 'readings' in confirm ? usable.slice(-confirm.readings) : usable.filter(({ at }) => at >= spanAt);
    const enough = 'readings' in confirm ? needed.length === confirm.readings : usable.some(({ at }) => at <= spanAt);
    if (!enough || needed.some(({ value }) => value < limit.value)) return `${transition.id} rests on too little: ${evidence(transition)}`;
  }
  return null;
}

const evidence = ({ record }: Transition): string => record.evidence.map(({ value, quality }) => `${value} ${quality}`).join(', ');

/** LINE tells nobody the same transition twice, by whatever message. */
function once({ channels }: Seen): string | null {
  for (const { name, told } of channels) {
    if (name !== 'line') continue;
    const heard = new Set<string>();
    for (const { address, transitionId, messageId } of told) {
      if (isNote({ transitionId, messageId })) continue;
      const key = `${address} heard ${transitionId} twice`;
      if (heard.has(key)) return key;
      heard.add(key);
    }
  }
  return null;
}

/**
 * Nobody hears that a step is over and afterwards that it was reached, unless the words of the rise had expired by then, or it was given up
 * without knowing: a request that a process left behind when it was taken over may be slower than the all-clear of the next one.
 */
function order({ channels, addressOf }: Seen, transitions: readonly NumberedTransition[], deliveries: readonly Delivery[]): string | null {
  const byId = new Map(transitions.map((numbered) => [numbered.transition.id, numbered]));
  const expiresAt = new Map(deliveries.map((delivery) => [delivery.transitionId, delivery.expiresAt]));
  const unknown = new Set(
    deliveries
      .filter(({ state }) => state === 'dead')
      .flatMap(({ messageId, recipients }) => recipients.map((recipient) => `${messageId} ${addressOf(recipient)}`)),
  );
  for (const { told, name } of channels) {
    const falls = new Map<string, Told>();
    for (const one of told) {
      const { number, transition } = byId.get(one.transitionId)!;
      const key = `${one.address} ${transition.ruleId}@${transition.gauge}`;
      const fall = falls.get(key);
      const earlier = fall && number < byId.get(fall.transitionId)!.number;
      // A mail may come twice; that it came first is what counts.
      const again = told.some((other) => other !== one && other.messageId === one.messageId && other.address === one.address);
      if (earlier && !again && !unknown.has(`${one.messageId} ${one.address}`) && (expiresAt.get(one.transitionId) ?? 0) > fall.at) {
        return `${one.address} heard ${one.transitionId} on ${name} after ${fall.transitionId}`;
      }
      if (transition.to < transition.from && !earlier) falls.set(key, one);
    }
  }
  return null;
}

/** How one delivery ended, and whether the other side says the same. */
function settled(
  { channels, addressOf, left }: Seen,
  { state, channel, recipients, messageId, lastReason, ...delivery }: Delivery,
): string | null {
  const { told, repeatSafeMs } = channels.find(({ name }) => name === channel)!;
  const addresses = recipients.map(addressOf);
  const got = addresses.filter((address) => told.some((one) => one.messageId === messageId && one.address === address));
  const stayed = recipients.filter((recipient) => !left.has(recipient));
  switch (state) {
    case 'queued':
    case 'sending':
      return `is still ${state}`;
    case 'sent':
      return got.length >= stayed.length ? null : `is called sent, heard by ${got.length}`;
    case 'refused':
      if (lastReason === SPLIT_REASON) return recipients.length > 1 ? null : 'was split and has one recipient';
      if (lastReason === REFUSED_WORDS) return null;
      return recipients.length === 1 && addresses[0]!.startsWith(BAD) ? null : 'was refused with people who can be reached';
    case 'expired':
      return delivery.attempts > 0 || delivery.settledAt! >= delivery.expiresAt ? null : 'expired untried before its time';
    case 'suppressed':
      return got.length === 0 ? null : 'was held back and heard all the same';
    case 'closed':
      return 'was settled by a person, and nobody is there';
    case 'dead':
      return delivery.settledAt! - delivery.firstAttemptAt! >= repeatSafeMs ? null : 'was given up while a repeat was safe';
  }
}

async function everyDelivery({ ledger }: Seen): Promise<readonly Delivery[]> {
  return (await ledger.deliveries({ limit: ALL })).map(({ delivery }) => delivery);
}
