import {
  type AlertSilence,
  type ChannelName,
  type DeliveryState,
  type Gathered,
  type Gauge,
  heardAs,
  type Ledger,
  NEVER_HEARD_WHY,
  type NumberedTransition,
  type Restraint,
  restrain,
  risenSince,
  type RestraintGrounds,
  type Playbook,
  type Recipient,
  type Route,
  type Rule,
  SILENCES_OPEN_MAX,
  type Transition,
} from '#core';
import type { HeardSteps } from './heard-steps.ts';
import { Merging, type MergingOptions } from './merging.ts';
import { LEFT_OUT, type Word } from './plan-draft.ts';
import { toldOn, waitsForInterval } from './told.ts';

/** Earlier transitions of a gauge that are looked at: two hours of an alert that flaps, and an episode with every step up and down. */
const HISTORY_MAX = 50;
/** Stored deliveries read at once. */
const PAGE_MAX = 500;

/**
 * What the ledger knows of reasons not to tell, as one turn of planning reads it. It is read after the transitions of that turn, so everything
 * that was written before one of them is seen; what was written after it does not touch it, by its number.
 */
export class Restraints {
  readonly #ledger: Ledger;
  readonly #merging: Merging;
  readonly silences: readonly AlertSilence[];
  /** Transitions that wait to be told together; grows with what this turn lets wait. */
  readonly gathered: Gathered[];

  private constructor(options: MergingOptions, silences: readonly AlertSilence[], gathered: readonly Gathered[]) {
    this.#ledger = options.ledger;
    this.#merging = new Merging(options);
    this.silences = silences;
    this.gathered = [...gathered];
  }

  static async read(options: MergingOptions): Promise<Restraints> {
    const { ledger } = options;
    return new Restraints(options, await ledger.silences({ open: true, limit: SILENCES_OPEN_MAX }), await ledger.gathered());
  }

  /** Everything that may hold the words of a transition back. */
  async grounds(numbered: NumberedTransition, gauge: Gauge): Promise<RestraintGrounds> {
    const { number, transition } = numbered;
    const before = await this.#ledger.transitions({ gauge: transition.gauge, before: number + 1, limit: HISTORY_MAX });
    const history = before.filter((other) => other.transition.ruleId === transition.ruleId).toReversed();
    // What begins has not been acted on.
    const acts = transition.kind === 'raised' ? [] : await this.#ledger.acts(transition.alertId);
    return { numbered, gauge, silences: this.silences, acts, history };
  }

  /**
   * What holds a route's words back, and from whom. On the way down people matter one by one: whoever heard of the rise hears of its end, also
   * when a silence began in between, and whoever was not told of the one is not told of the other.
   */
  async of(
    route: Route,
    grounds: RestraintGrounds,
    place: { readonly rule: Rule; readonly playbook: Playbook },
  ): Promise<{
    readonly at: number | null;
    readonly isWhole: boolean;
    readonly whyNot: WhyNot;
    /** Who was told before and hears this wherever they live now; not there where the present audience is the whole. */
    readonly told?: ReadonlyMap<ChannelName, HeardSteps>;
  }> {
    const restraint = restrain(route, grounds);
    const { transition } = grounds.numbered;
    const at = restraint.kind === 'tell' ? restraint.at : null;
    const all: WhyNot = () => (restraint.kind === 'tell' ? null : restraint.why);
    if (route.mergeBy) return { at, isWhole: false, ...(await this.#merged(route, grounds, restraint, place)) };
    if (transition.to >= transition.from || (restraint.kind === 'suppress' && !restraint.unlessHeard))
      return { at, isWhole: true, whyNot: all };
    if (asksWhoWasTold(route, transition)) {
      const earlier = grounds.history.filter((other) => other.number < grounds.numbered.number);
      const { told, wasHeldBack } = await toldOn(this.#ledger, { route, status: transition.status, earlier, since: risenSince(earlier) });
      const isRecorded = wasHeldBack || restraint.kind === 'suppress';
      return { at, isWhole: false, told, whyNot: whyNotToEach({ told, isRecorded, restraint, route, transition }) };
    }
    const heard = await this.#heard(route, grounds, restraint);
    if (!heard) return { at, isWhole: true, whyNot: all };
    return {
      at,
      isWhole: false,
      whyNot: (recipient, channel) => whyNot({ heard: heard.get(channel)?.get(recipient), restraint, route, transition }),
    };
  }

  /** As `of` for a route that merges: there people know what any of the places told them. */
  async #merged(
    route: Route,
    grounds: RestraintGrounds,
    restraint: Restraint,
    place: { readonly rule: Rule; readonly playbook: Playbook },
  ): Promise<{ readonly whyNot: WhyNot; readonly told?: ReadonlyMap<ChannelName, HeardSteps> }> {
    const { transition } = grounds.numbered;
    const isHeld = restraint.kind === 'suppress';
    if (isHeld && (transition.to >= transition.from || !restraint.unlessHeard)) return { whyNot: () => restraint.why };
    const merged = await this.#merging.of(route, grounds, place);
    const { told } = merged;
    if (!told) return { whyNot: merged.whyNot };
    const own = whyNotToEach({ told, isRecorded: isHeld || merged.wasHeldBack, restraint, route, transition });
    return {
      // Who lives in the districts of another place hears its end with that, and who has moved away from all of them with the last.
      ...(!merged.othersStand && { told }),
      whyNot: (recipient, channel) => {
        const why = own(recipient, channel);
        return why === LEFT_OUT ? why : (merged.whyNot(recipient, channel) ?? why);
      },
    };
  }

  /**
   * The step that everybody was told last of this rule and gauge, by channel; null when everybody was told everything. It goes back to the
   * last transition of which nobody was kept from hearing, also into earlier episodes: who was told of a rise there and not of its end, since
   * the alert had risen again by then, hears of this one.
   */
  async #heard(route: Route, { numbered, history }: RestraintGrounds, restraint: Restraint): Promise<Heard | null> {
    const earlier = history.filter((other) => other.number < numbered.number).map(({ transition }) => transition);
    const counts = await this.#ledger.deliveryCounts(earlier.map(({ id }) => id));
    const heard: Heard = new Map(route.channels.map((channel) => [channel, new Map()]));
    let wasSuppressed = false;
    for (const transition of earlier.toReversed()) {
      const own = counts.filter(({ transitionId, channel }) => transitionId === transition.id && heard.has(channel));
      wasSuppressed ||= own.some(({ state }) => state === 'suppressed');
      if (own.length > 0 && !own.some(({ state }) => UNHEARD.has(state)) && !wasSuppressed && restraint.kind === 'tell') return null;
      const waits = await this.#addHeard(heard, transition);
      if (own.length > 0 && !waits && !own.some(({ state }) => UNHEARD.has(state))) break;
    }
    return wasSuppressed || restraint.kind === 'suppress' ? heard : null;
  }

  /** Adds who was told this one, unless something later is known of them. True when some words still wait for their interval. */
  async #addHeard(heard: Heard, { id, to, decidedAt }: Transition): Promise<boolean> {
    let before: number | undefined;
    let waits = false;
    for (;;) {
      const page = await this.#ledger.deliveries({ transitionId: id, ...(before !== undefined && { before }), limit: PAGE_MAX });
      for (const { delivery } of page) {
        const steps = heard.get(delivery.channel);
        const isWaiting = waitsForInterval(delivery, { decidedAt });
        waits ||= isWaiting;
        if (!steps || isWaiting || UNHEARD.has(delivery.state)) continue;
        for (const recipient of delivery.recipients) if (!steps.has(recipient)) steps.set(recipient, to);
      }
      if (page.length < PAGE_MAX) return waits;
      before = page.at(-1)!.number;
    }
  }
}

/** Kept from hearing on purpose, or because it was too late or not true any more. */
const UNHEARD: ReadonlySet<DeliveryState> = new Set(['suppressed', 'expired']);

type WhyNot = Word['suppressedWhy'];
type Heard = Map<ChannelName, Map<Recipient, number>>;

/**
 * Whether the words of a transition go to those who were told before instead of to whoever lives there now: what residents hear of the way down
 * belongs to those who got the alarm.
 */
export const asksWhoWasTold = ({ audience }: Pick<Route, 'audience'>, { from, to }: Pick<Transition, 'from' | 'to'>): boolean =>
  audience.kind === 'residents' && to < from;

/** Who came after the alarm is left out; they are written down as not told only where somebody was kept from hearing on purpose. */
const whyNotToEach =
  ({
    told,
    isRecorded,
    ...of
  }: {
    readonly told: ReadonlyMap<ChannelName, HeardSteps>;
    readonly isRecorded: boolean;
    readonly restraint: Restraint;
    readonly route: Route;
    readonly transition: Transition;
  }): WhyNot =>
  (recipient, channel) => {
    const heard = told.get(channel)?.get(recipient);
    return heard === undefined && !isRecorded ? LEFT_OUT : whyNot({ ...of, heard });
  };

function whyNot({
  heard = 0,
  restraint,
  route,
  transition,
}: {
  /** The step that somebody was told last. */
  readonly heard: number | undefined;
  readonly restraint: Restraint;
  readonly route: Route;
  readonly transition: Transition;
}): string | null {
  const { kind } = heardAs(route, transition);
  const isEnd = kind === 'cleared' || kind === 'reset';
  if (restraint.kind === 'suppress') return isEnd && heard > transition.to ? null : restraint.why;
  return heard > transition.to ? null : NEVER_HEARD_WHY;
}
