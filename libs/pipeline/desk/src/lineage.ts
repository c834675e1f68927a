import {
  alertId as idOfAlert,
  type Alert,
  type Clock,
  type Delivery,
  type Directory,
  type Evidence,
  type Gauge,
  type Ledger,
  type LineageName,
  type NumberedTransition,
  type Playbook,
  readLineageName,
  type ReadingHistory,
  type ReadingLog,
  type Transition,
  UNITS,
} from '#core';
import type { LineageDto, LineageTransitionDto, PeakDto } from '#wire';
import { stepName } from './board.ts';
import { episodePeak } from './episode.ts';
import { Refusal } from './refusal.ts';
import { whatWasTold } from './what-was-told.ts';

/** Transitions of one episode that are shown; an episode that had more is flapping, and its newest ones tell how. */
const TRANSITIONS_MAX = 100;
/** Open alerts that are offered when nothing has the asked name. */
const OFFERED_MAX = 3;
/** … out of this many. */
const OPEN_MAX = 1_000;

export interface LineageGround {
  readonly ledger: Pick<
    Ledger,
    'alert' | 'transitions' | 'messages' | 'deliveries' | 'deliveryCounts' | 'findDelivery' | 'openAlerts' | 'acts' | 'answers'
  >;
  readonly log: Pick<ReadingLog, 'after'>;
  /** Null where addresses cannot be opened: then people are told by number only. */
  readonly directory: Pick<Directory, 'contacts'> | null;
  /** Null where there is none to ask: then no peak is told. */
  readonly history: Pick<ReadingHistory, 'range'> | null;
  readonly clock: Pick<Clock, 'now'>;
  /** For names; null where no playbook is at hand: then ids stand for names. */
  readonly playbook: Playbook | null;
  /** A rule in the words of a version; null when that version was not kept. */
  readonly ruleText: (version: string, ruleId: string) => Promise<string | null>;
}

/**
 * Walks back from anything that was told to everything it rests on: delivery, words, route, transition, the whole episode with who acted, the
 * decision record, the readings and the device (product promise 8). `of` is an alert, transition, message or delivery id, a LINE retry key, or
 * a mail's Message-ID. `Refusal` when nothing has that name.
 */
export async function lineageOf(of: string, addresses: LineageDto['addresses'], ground: LineageGround): Promise<LineageDto> {
  const { ledger, playbook } = ground;
  const { name, delivery } = await find(of, ground);
  const transitionId = name.kind === 'alert' ? null : name.transitionId;
  const found = await episodeOf(name.alertId, transitionId, ground);
  const first = found[0]?.transition;
  if (!first) throw await unknown(of, ground);

  const { ruleId, gauge: gaugeId } = first;
  const gauge = playbook?.gauges.get(gaugeId);
  const rule = playbook?.rules.find(({ id }) => id === ruleId);
  const present = await ledger.alert(ruleId, gaugeId);
  const own = present && idOfAlert(present) === name.alertId ? present : null;
  const transitions: LineageTransitionDto[] = [];
  const texts = new Map<string, Promise<string | null>>();
  const ruleText = (version: string): Promise<string | null> => {
    const text = texts.get(version) ?? ground.ruleText(version, ruleId);
    texts.set(version, text);
    return text;
  };
  for (const numbered of found) transitions.push(await transitionOf(numbered, { name, delivery, addresses, ground, ruleText }));
  const { messageId, deliveryId } = partOf(name);
  const messages = transitions.flatMap((transition) => transition.messages);
  return {
    of,
    kind: name.kind,
    alertId: name.alertId,
    transitionId,
    messageId,
    deliveryId,
    forgotten:
      (messageId !== null && messages.every(({ id }) => id !== messageId)) ||
      (deliveryId !== null && messages.flatMap(({ deliveries }) => deliveries).every(({ id }) => id !== deliveryId)),
    addresses,
    timeZone: playbook?.city.timeZone ?? 'UTC',
    alert: {
      id: name.alertId,
      ruleId,
      ruleName: rule?.name ?? ruleId,
      ruleKind: rule?.kind ?? '',
      gauge: gaugeId,
      gaugeName: gauge ? [gauge.river, gauge.name].filter((part) => part !== null).join(' ') : gaugeId,
      device: gauge?.device ?? null,
      unit: gauge ? UNITS[gauge.quantity] : '',
      state: ['cleared', 'reset'].includes(found.at(-1)!.transition.kind) ? 'over' : 'raised',
      acts: await actsOf(name.alertId, own, ledger),
      peak: gauge
        ? await peakOr(
            ground,
            gauge,
            found.map(({ transition }) => transition),
          )
        : null,
    },
    transitions,
  };
}

/** The newest transitions of an episode, oldest first, or those around the one that is meant; none when it is not there. */
async function episodeOf(alertId: string, transitionId: string | null, { ledger }: LineageGround): Promise<readonly NumberedTransition[]> {
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const page = await ledger.transitions({ alertId, before, limit: TRANSITIONS_MAX });
    if (transitionId === null || page.some(({ transition }) => transition.id === transitionId)) return page.toReversed();
    if (page.length < TRANSITIONS_MAX) return [];
    before = page.at(-1)!.number;
  }
}

type Known = Exclude<LineageName, { readonly kind: 'clue' }>;

async function find(of: string, ground: LineageGround): Promise<{ readonly name: Known; readonly delivery: Delivery | null }> {
  const name = readLineageName(of);
  if (name === null) {
    throw new Refusal(
      'invalid',
      `${of} is no id of an alert (rule@gauge#1), a transition (…/1), a message or a delivery, no LINE retry key and no Message-ID of a mail.${await offer(of, ground)}`,
    );
  }
  if (name.kind === 'alert' || name.kind === 'transition' || name.kind === 'message') return { name, delivery: null };
  const clue = name.kind === 'clue' ? name.clue : { id: name.deliveryId };
  const delivery = (await ground.ledger.findDelivery(clue))?.delivery ?? null;
  if (name.kind === 'delivery') return { name, delivery };
  const meant = delivery && readLineageName(delivery.id);
  if (!meant || meant.kind === 'clue') throw await unknown(of, ground);
  return { name: meant, delivery };
}

async function unknown(of: string, ground: LineageGround): Promise<Refusal> {
  return new Refusal('notFound', `nothing here is called ${of}.${await offer(of, ground)}`);
}

/** Open alerts that share most with what was asked: whoever copies an id at night loses its end, or has the one of yesterday. */
async function offer(of: string, { ledger }: LineageGround): Promise<string> {
  const words = of.split(/[\s@#/<>]+/).filter((word) => word.length > 2);
  const open = (await ledger.openAlerts(OPEN_MAX)).filter(({ state }) => state === 'raised').map((alert) => idOfAlert(alert));
  const nearest = open
    .map((id) => ({ id, shared: words.filter((word) => id.includes(word)).length }))
    .toSorted((a, b) => b.shared - a.shared)
    .slice(0, OFFERED_MAX);
  return nearest.length === 0 ? ' No alert is open now.' : ` Open alerts: ${nearest.map(({ id }) => id).join(', ')}`;
}

/** Everything that people did about an episode, in the order of time. Who acknowledged first stands with the alert too; that is one act. */
async function actsOf(id: string, present: Alert | null, ledger: LineageGround['ledger']): Promise<LineageDto['alert']['acts']> {
  const acts = (await ledger.acts(id)).map(({ kind, by, at, text }) => ({ kind: kind as string, by, at, words: text }));
  const answers = (await ledger.answers(id)).map(({ by, at }) => ({ kind: 'answer', by, at, words: '' }));
  const { acknowledgedBy: by, acknowledgedAt: at } = present ?? { acknowledgedBy: null, acknowledgedAt: null };
  const told = by === null || acts.some((act) => act.kind === 'acknowledge' && act.by === by);
  const first = told || at === null ? [] : [{ kind: 'acknowledge', by, at, words: '' }];
  return [...first, ...acts, ...answers].toSorted((a, b) => a.at - b.at);
}

/** A history that is away must not hide the chain: everything else stands in the ledger. */
async function peakOr(
  { history, clock, playbook }: LineageGround,
  gauge: Gauge,
  transitions: readonly Transition[],
): Promise<PeakDto | null> {
  if (!history || !playbook) return null;
  try {
    return await episodePeak({ history, gauge, transitions, now: clock.now(), zone: playbook.city.timeZone });
  } catch {
    return null;
  }
}

/** The message and the delivery that a name goes down to. */
const partOf = (name: Known): { readonly messageId: string | null; readonly deliveryId: string | null } => ({
  messageId: name.kind === 'message' || name.kind === 'delivery' ? name.messageId : null,
  deliveryId: name.kind === 'delivery' ? name.deliveryId : null,
});

interface Asked {
  readonly name: Known;
  readonly delivery: Delivery | null;
  readonly addresses: LineageDto['addresses'];
  readonly ground: LineageGround;
  /** The alert's rule in the words of a version; each version is read once. */
  readonly ruleText: (version: string) => Promise<string | null>;
}

async function transitionOf({ number, transition }: NumberedTransition, asked: Asked): Promise<LineageTransitionDto> {
  const { name, ground, ruleText } = asked;
  const { playbook } = ground;
  const meant = name.kind === 'alert' || name.transitionId === transition.id;
  const rule = playbook?.rules.find(({ id }) => id === transition.ruleId);
  const { playbookVersion, ruleId, by, verdict, limits, evidence } = transition.record;
  const told = meant
    ? await whatWasTold(transition.id, { ...asked, meant: partOf(name) })
    : { reach: [], messages: [], deliveriesLeftOut: 0 };
  return {
    id: transition.id,
    number,
    kind: transition.kind,
    from: transition.from,
    to: transition.to,
    fromName: stepName(rule, transition.from),
    toName: stepName(rule, transition.to),
    at: transition.at,
    decidedAt: transition.decidedAt,
    status: transition.status,
    record: {
      playbookVersion,
      ruleId,
      ruleText: meant ? await ruleText(playbookVersion) : null,
      by,
      verdict,
      limits: limits.map(({ code, name: called, value }) => ({ code, name: called, value })),
      readings: meant ? await Promise.all(evidence.map((seen) => readingOf(seen, transition, ground))) : [],
    },
    ...told,
  };
}

/** A reading as the log has it; as the record kept it when the log has forgotten it. */
async function readingOf(
  seen: Evidence,
  transition: Transition,
  { log }: LineageGround,
): Promise<LineageTransitionDto['record']['readings'][number]> {
  const { position, at, receivedAt, value, quality, why, status } = seen;
  const gauge = seen.gauge ?? transition.gauge;
  const [entry] = await log.after(position - 1, 1);
  const kept = entry?.position === position && entry.reading.gauge === gauge ? entry.reading : null;
  return {
    gauge,
    position,
    at,
    receivedAt,
    raw: kept?.raw ?? null,
    quantity: kept?.quantity ?? null,
    seq: kept?.seq ?? null,
    value,
    quality,
    why,
    status,
    from: kept ? 'log' : 'record',
  };
}
