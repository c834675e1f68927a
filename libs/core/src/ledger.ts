import type { Alert, AlertId, NumberedTransition, Transition, TransitionId } from './alert.ts';
import type { ActDraft, AlertAct } from './alert-act.ts';
import type { AlertSilence, SilenceDraft } from './alert-silence.ts';
import type { AuditRole } from './audit.ts';
import type { ChannelName, Delivery, DeliveryState, Lane, Message } from './delivery.ts';
import type { DispatchHold } from './dispatch-hold.ts';
import type { FaultMove } from './fault-alert.ts';
import type { GaugeId } from './gauge.ts';
import type { Gathered } from './group.ts';
import type { ReachRow } from './reach.ts';
import type { RecipientNote } from './recipient-state.ts';
import type { StandIn, Unreached } from './stand-in.ts';
import type { Answer, Vigilant, VigilStep } from './vigil.ts';
import type { GaugeWatch } from './watch-window.ts';

/**
 * The stages that keep a position in the ledger. `watch` counts log entries, `dispatch` and `propose` transitions, `orders` the transitions of
 * orders, `vigil`, `fault` and `heartbeat` their own commits.
 */
export type Stage = 'watch' | 'dispatch' | 'vigil' | 'fault' | 'heartbeat' | 'drill' | 'propose' | 'orders';
/** Those that plan messages and deliveries; `drill` tells of a drill itself, in its own ledger. All are sent by `dispatch`. */
export const PLANNING_STAGES: readonly Stage[] = ['dispatch', 'orders', 'drill'];

/** The right to write for a stage. A later `seize` makes an earlier one void (F9). */
export interface Hold {
  readonly stage: Stage;
  readonly fence: number;
  readonly position: number;
}

export interface WatchCommit {
  readonly hold: Hold;
  /** New position of the stage; the old one is `hold.position`. They may be equal when only time passed. */
  readonly to: number;
  readonly watches: readonly GaugeWatch[];
  readonly alerts: readonly Alert[];
  readonly transitions: readonly Transition[];
  /** The playbook version by which the steps of all alerts count from now on; without one it stays. */
  readonly playbookVersion?: string;
}

export interface WatchState {
  readonly watches: readonly GaugeWatch[];
  readonly alerts: readonly Alert[];
  /** The version that the last commit which named one named; null before that. */
  readonly playbookVersion: string | null;
}

export interface PlanCommit {
  readonly hold: Hold;
  /** New position of the stage; equal to `hold.position` while a large audience is written in several commits. */
  readonly to: number;
  readonly messages: readonly Message[];
  readonly deliveries: readonly Delivery[];
  /** Transitions that wait to be told together. One that is there already stays as it is. */
  readonly gathered?: readonly Gathered[];
  /** Groups whose message is planned to its end: nobody joins them any more. */
  readonly groupsTold?: readonly string[];
  /** Silences of which staff was told what still stands after them. */
  readonly silencesTold?: readonly string[];
}

export interface VigilCommit extends VigilStep {
  readonly hold: Hold;
}

export interface FaultCommit {
  readonly hold: Hold;
  readonly moves: readonly FaultMove[];
}

/** How one attempt ended, for good or until the next try. `attempt` is the number that was claimed: a late word of an older one changes nothing. */
export interface Settlement {
  readonly id: string;
  readonly attempt: number;
  readonly state: Exclude<DeliveryState, 'sending'>;
  readonly at: number;
  /** When `state` is `queued`: not before this instant. */
  readonly dueAt: number;
  readonly reason: string;
  readonly receipt: string;
  /** Deliveries that take this one's place after a definite refusal of some recipients (F56). */
  readonly parts?: readonly Delivery[];
  /** For what went back into the queue without leaving the house: the claim counts as no attempt. */
  readonly unclaimed?: true;
}

/** The reason of a delivery that was replaced by parts; its recipients are counted with them. */
export const SPLIT_REASON = 'split';

export interface DeliveryCount {
  readonly transitionId: TransitionId;
  readonly channel: ChannelName;
  readonly state: DeliveryState;
  readonly deliveries: number;
  readonly recipients: number;
}

export interface QueueDepth {
  readonly channel: ChannelName;
  readonly state: 'queued' | 'sending' | 'dead';
  readonly deliveries: number;
}

/** Deliveries of a lane that nobody accepted in time, by what they tell and how. */
export interface UnconfirmedCount {
  readonly transitionId: TransitionId;
  readonly channel: ChannelName;
  readonly deliveries: number;
  readonly recipients: number;
  /** When the first of them was due. */
  readonly since: number;
}

/** Counts of one transition and channel as one, the longest waiting first. */
export function unconfirmedInAll(counts: readonly UnconfirmedCount[]): readonly UnconfirmedCount[] {
  const sums = new Map<string, UnconfirmedCount>();
  for (const count of counts) {
    const key = `${count.channel} ${count.transitionId}`;
    const known = sums.get(key);
    sums.set(
      key,
      known
        ? {
            ...known,
            deliveries: known.deliveries + count.deliveries,
            recipients: known.recipients + count.recipients,
            since: Math.min(known.since, count.since),
          }
        : count,
    );
  }
  return [...sums.values()].toSorted((a, b) => a.since - b.since || (a.transitionId < b.transitionId ? -1 : 1));
}

/** Who lets dispatch go on, and why: it is written into the audit in the same transaction. */
export interface DispatchRelease {
  readonly at: number;
  readonly by: string;
  readonly role: AuditRole;
  readonly why: string;
  /** Network address of whoever does it. */
  readonly from?: string;
}

/** Dead letters that a person settles together. */
export type DeadLetters =
  | { readonly ids: readonly string[] }
  /** All of a channel, or of one of its endpoints: a mail domain. */
  | { readonly channel: ChannelName; readonly endpoint?: string };

/** Who settles dead letters, and in what capacity: it is written into the audit in the same transaction. */
export interface DeadLetterAct {
  readonly by: string;
  readonly role: AuditRole;
  readonly at: number;
  /** `retry`: due at once, with a new age of its retry key. `close`: settled otherwise. */
  readonly kind: 'retry' | 'close';
  /** What the person did instead, or why it is worth another try. */
  readonly reason: string;
  /** Network address of whoever does it. */
  readonly from?: string;
}

/** What is written beside a dead letter that a person settled. */
export const deadLetterWords = ({ kind, by, reason }: Pick<DeadLetterAct, 'kind' | 'by' | 'reason'>): string =>
  `${by}が${kind === 'retry' ? 'もう一度送ることにしました' : '対応済みにしました'}${reason === '' ? '' : `（${reason}）`}`;

/** More dead letters than this are settled in several acts. */
export const DEAD_LETTERS_MAX = 1_000;

/** What a person may hold in hand of a delivery. */
export type DeliveryClue =
  | { readonly id: string }
  /** The key that LINE was told, or the receipt that it gave. */
  | { readonly key: string }
  /** `mailIdentity`, from a Message-ID or from the address of a bounce. */
  | { readonly mail: string };

/**
 * What was decided and what was told, in one place and in transactions. What a person does is written down in the audit in the transaction that
 * does it; `from` is the network address they did it from.
 */
export abstract class Ledger {
  /** Takes a stage over: returns its position with a fence that is higher than every earlier one. */
  abstract seize(stage: Stage): Promise<Hold>;

  /** Position, windows, alerts and transitions in one transaction, or `LedgerFenced`, or `LedgerUnavailable` with nothing kept. */
  abstract commitWatch(commit: WatchCommit): Promise<Hold>;

  /** Moves the position of a stage whose work is written elsewhere and may be repeated. */
  abstract pass(hold: Hold, to: number): Promise<Hold>;

  /**
   * Counts a life of the process that begins to work behind the hold's position, and is on disk before this resolves with how many lives in a
   * row began there, this one included: whatever ended the ones before, ended them before their first commit (F10).
   */
  abstract countAttempt(hold: Hold): Promise<number>;

  /** Everything `watch` needs to go on where it stopped. */
  abstract watchState(): Promise<WatchState>;

  /** Transitions after a number, ascending, without gaps but for beats that are forgotten. */
  abstract transitionsAfter(number: number, limit: number): Promise<readonly NumberedTransition[]>;

  /** Messages and deliveries with the position of `dispatch` or `orders`, in one transaction. What is already there stays as it is. */
  abstract commitPlan(commit: PlanCommit): Promise<Hold>;

  /** Gives claimed deliveries of an ended process back to the queue. Resolves with how many. */
  abstract unclaim(hold: Hold): Promise<number>;

  /**
   * Claims up to `limit` queued deliveries of a channel that are due, by lane, then by due time, leaving out the given endpoints: they
   * become `sending`, `attempts` rises, `firstAttemptAt` is set when it was null, and it is on disk before this resolves.
   */
  abstract claim(query: {
    readonly hold: Hold;
    readonly channel: ChannelName;
    readonly now: number;
    readonly limit: number;
    readonly exceptEndpoints: readonly string[];
  }): Promise<readonly { readonly delivery: Delivery; readonly message: Message }[]>;

  /** Writes down how attempts ended, all in one transaction. */
  abstract settle(hold: Hold, settlements: readonly Settlement[]): Promise<void>;

  /** When the next queued delivery of the channel is due; null when there is none. */
  abstract nextDueAt(channel: ChannelName): Promise<number | null>;

  /**
   * Sets who acknowledged the episode first, and writes down as an act that this person did (once per person). False when the alert is not
   * raised in this episode.
   */
  abstract acknowledge(id: AlertId, by: string, at: number, from?: string): Promise<boolean>;

  /**
   * Writes an act down with the step of the alert and its place among the transitions; one whose id is there already stays as it is. Null
   * when the alert is not raised in this episode, or, for a note, when the episode never was; also when it has too many acts (`ACTS_MAX`).
   */
  abstract act(draft: ActDraft): Promise<AlertAct | null>;
  /** The acts of an episode in their order. */
  abstract acts(id: AlertId): Promise<readonly AlertAct[]>;

  /** Writes a silence down with its place among the transitions; a key that is there already resolves with what was written then. */
  abstract addSilence(draft: SilenceDraft): Promise<AlertSilence>;
  /** Ends a silence before its time. Null when there is none of this id; one that is ended already stays as it is. */
  abstract endSilence(id: string, by: string, at: number, from?: string): Promise<AlertSilence | null>;
  /** Silences, newest first, before the number when one is given; `open` leaves out those of whose end staff was told. */
  abstract silences(query: { readonly open?: boolean; readonly before?: number; readonly limit: number }): Promise<readonly AlertSilence[]>;

  /** Transitions that wait to be told together, in the order in which they joined. */
  abstract gathered(): Promise<readonly Gathered[]>;

  /** Sets down that a person looks after the episode; again changes nothing. False when the alert is not raised in this episode. */
  abstract answer(id: AlertId, by: string, at: number, from?: string): Promise<boolean>;
  /** Who answered an episode, whether it lasts or not; earliest first. Whoever acknowledged is not repeated here. */
  abstract answers(id: AlertId): Promise<readonly Answer[]>;

  /** Raised alerts with what `vigil` remembers of them and who answered, highest step first, then newest change first. None of the heartbeat. */
  abstract vigilants(limit: number): Promise<readonly Vigilant[]>;

  /**
   * What `vigil` remembers and says, in one transaction; the position moves by one. The transitions are numbered with those of `watch`. What
   * concerns an episode that has ended meanwhile is left out, so that a call never follows its all-clear.
   */
  abstract commitVigil(commit: VigilCommit): Promise<Hold>;

  /**
   * Alerts about devices, or about the heartbeat, with their transitions, in one transaction; the position of `fault` or `heartbeat` moves by
   * one. The transitions are numbered with those of `watch`. A move whose alert is not any more what it was decided on (a changed playbook reset it) is left out whole.
   */
  abstract commitFaults(commit: FaultCommit): Promise<Hold>;

  /** Alerts that are not quiet, highest step first, then newest change first. None of the heartbeat (`HEARTBEAT_ID`): it is no news of the city. */
  abstract openAlerts(limit: number): Promise<readonly Alert[]>;
  abstract alert(ruleId: string, gauge: GaugeId): Promise<Alert | null>;
  /**
   * Newest first, before the number when one is given. Calls of a queue (`called`) and what is of the heartbeat only when asked for by alert: they
   * are no alarms.
   */
  abstract transitions(query: {
    readonly gauge?: GaugeId;
    readonly alertId?: AlertId;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly NumberedTransition[]>;
  abstract transition(id: TransitionId): Promise<NumberedTransition | null>;
  /**
   * Newest first, before the row number when one is given. Recipients included; those of a transition with those of its group. Tests only when asked
   * for by transition. Of several states at once none is missed that goes from one to another meanwhile.
   */
  abstract deliveries(query: {
    readonly transitionId?: TransitionId;
    readonly state?: DeliveryState | readonly DeliveryState[];
    readonly channel?: ChannelName;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly { readonly number: number; readonly delivery: Delivery }[]>;
  /**
   * The delivery that somebody outside names; null when there is none, or none any more. By its id at once; by a key or a mail it looks
   * through all deliveries, newest first, and lets everybody else go on meanwhile.
   */
  abstract findDelivery(by: DeliveryClue): Promise<{ readonly number: number; readonly delivery: Delivery } | null>;
  /** The words of a transition, with those of the group it was told with. */
  abstract messages(transitionId: TransitionId): Promise<readonly Message[]>;
  /** How the deliveries of some transitions stand, with those of the groups they were told with. */
  abstract deliveryCounts(transitionIds: readonly TransitionId[]): Promise<readonly DeliveryCount[]>;

  /** Deliveries that are not ended or wait for a person, by channel: the depth of the queues. Cheap however many are settled. Tests are left out. */
  abstract queueDepths(): Promise<readonly QueueDepth[]>;

  /**
   * Writes down what became known of single recipients; of two notes about one person and message the stronger stands. Resolves with the number
   * of deliveries that it is written beside: 0 when there is none such, or none any more.
   */
  abstract noteRecipient(note: RecipientNote): Promise<number>;
  /** The recipients of a transition, of what it was told with, and of what stands in their place, counted by everything in which they are alike. */
  abstract reach(transitionId: TransitionId): Promise<readonly ReachRow[]>;

  /** Deliveries of tests on a channel, newest first: what is known of the heartbeat's last beats. Cheap however many deliveries there are. */
  abstract beats(channel: ChannelName, limit: number): Promise<readonly Delivery[]>;

  /**
   * Deliveries of LINE in force at the instant whose people may need another way and for whom none was looked for yet: refused, dead or held back
   * for a reason of `ELSEWHERE_WHYS`; accepted, by people who blocked us soon after; of an order that was due at `orderDueBefore`; and all that
   * wait when LINE is closed. Oldest first. No tests: a beat that goes another way proves nothing.
   */
  abstract unreached(query: {
    readonly now: number;
    readonly orderDueBefore: number;
    readonly isClosed: boolean;
    readonly limit: number;
  }): Promise<readonly Unreached[]>;
  /** Writes deliveries in place of others, with the mark that they were looked for, in one transaction. What is there already stays as it is. */
  abstract standIn(hold: Hold, standIns: readonly StandIn[]): Promise<void>;

  /** Unsettled and dead deliveries of a lane that were due before an instant and are still in force, oldest first. */
  abstract unconfirmed(query: {
    readonly lane: Lane;
    readonly dueBefore: number;
    readonly now: number;
  }): Promise<readonly UnconfirmedCount[]>;

  /**
   * A person settles dead letters, oldest first, `DEAD_LETTERS_MAX` at most; resolves with how many there were. One that is tried again is due at
   * once, and its first attempt counts anew (`firstAttemptAt` null), since what may be repeated safely is now that person's decision; `attempts`
   * goes on rising.
   */
  abstract settleDead(which: DeadLetters, act: DeadLetterAct): Promise<number>;

  /** The newest hold of dispatch, released or not; null when it was never held. */
  abstract dispatchHold(): Promise<DispatchHold | null>;
  /**
   * Holds dispatch until a person releases it; one that holds already stays. Whatever waits may have been tried in a time that this
   * ledger does not remember, so its first attempt counts from when it was due. Letters that wait in the same database are dropped: each asked for
   * once, they have most likely gone, and who still waits for one asks again.
   */
  abstract holdDispatch(hold: { readonly at: number; readonly why: string }): Promise<void>;
  /** A person releases it. False when nothing is held. */
  abstract releaseDispatch(release: DispatchRelease): Promise<boolean>;

  /** Forgets settled deliveries and their messages that ended before the instant. */
  abstract forgetDeliveries(settledBefore: number): Promise<number>;
  /**
   * Forgets beats of the heartbeat that were decided before the instant: transitions with their messages and deliveries; resolves with how many
   * transitions. What dispatch or the proposals have not followed yet stays, and what is under way. Numbers are never given again, so that from here on
   * those of transitions may have gaps.
   */
  abstract forgetBeats(decidedBefore: number): Promise<number>;
}

/** Another process took the stage over; this one must stop writing. */
export class LedgerFenced extends Error {
  override readonly name = 'LedgerFenced';
}

/** The ledger could not be written or read. Whether the last commit happened is unknown: seize again and go on from its position. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}
