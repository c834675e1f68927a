import {
  alertId,
  type AlertSilence,
  extraRouteId,
  flappingOf,
  gather,
  type Gathered,
  type Gauge,
  type Hold,
  isOver,
  type Language,
  matches,
  type Message,
  messageId,
  messageOf,
  type NumberedTransition,
  type Playbook,
  type Rendering,
  renderGroup,
  renderNote,
  restrainNote,
  type RestraintGrounds,
  type Route,
  routesOf,
  type Rule,
  type StaffNote,
  type Transition,
  type TransitionId,
} from '#core';
import { PlanDraft, type PlanDraftOptions, type Planned, type Word } from './plan-draft.ts';
import type { Precedence } from './precedence.ts';
import { asksWhoWasTold, Restraints } from './restraints.ts';
import { Strikes } from './strikes.ts';

/** Transitions planned before the position is looked at again; a storm of all gauges fits into a few turns. */
const TRANSITIONS_MAX = 64;
/** Open alerts looked at when a silence ends; as many as a screen shows (product §13) and more. */
const ALERTS_MAX = 5_000;
/** Transitions of an episode among which a silence may have held something back. */
const EPISODE_MAX = 50;
/** Transitions of an episode among which its calls are looked for: all reminders that a playbook may ask for, and as many changes again. */
const CALLED_MAX = 256;

export interface PlannerOptions extends PlanDraftOptions {
  readonly playbook: Playbook;
  readonly playbookOf: (version: string) => Promise<Playbook | null>;
  readonly render: RenderTransition;
  readonly precedence: Precedence;
}

/** The words of a transition, as `renderTransition` of the core gives them. */
export type RenderTransition = (asked: {
  readonly playbook: Playbook;
  readonly route: Route;
  readonly transition: Transition;
  readonly language: Language;
}) => Rendering;

/**
 * Turns transitions into messages and deliveries with frozen audiences, in the order in which they were decided; then what waited to be told
 * together, and what staff has to hear when a silence ends.
 *
 * A crash may meet a plan half written, and a directory that has changed since. So a plan begins by reading what is stored of it: who is in
 * a stored delivery is planned, whoever of the present audience is not is added, and nobody is in two. Ids follow from the recipients,
 * so a chunk that begins elsewhere after the crash cannot collide with a stored one. What holds words back follows from the ledger's own
 * order and from the instants of the decisions, so it is the same when the plan is made again.
 *
 * A transition is told by the playbook that it was decided by, for its steps count by that one: a change in between moves neither words nor
 * people (F51). A reset is told by the one that goes, to those who had been told by it.
 */
export class Planner {
  readonly #options: PlannerOptions;
  readonly #draft: PlanDraft;
  readonly #strikes: Strikes;
  /** The words of this turn by message id; null where there are none. */
  #words = new Map<string, Message | null>();

  constructor(options: PlannerOptions) {
    this.#options = options;
    this.#draft = new PlanDraft(options);
    this.#strikes = new Strikes(options.onEvent);
  }

  /** Plans up to a bound what comes after the hold's position, or what waited. False when there was nothing. */
  async plan(hold: Hold): Promise<boolean> {
    this.#draft.clear();
    this.#words = new Map();
    const { ledger, directory, precedence, clock } = this.#options;
    const pending = await ledger.transitionsAfter(hold.position, TRANSITIONS_MAX);
    const restraints = await Restraints.read({ ledger, directory });
    let done = hold.position;
    let held = hold;
    for (const numbered of pending) {
      precedence.remember(numbered);
      try {
        for await (const full of this.#planOne(numbered, restraints)) {
          if (full) held = await this.#draft.commit(held, done);
        }
      } catch (cause) {
        if (!this.#strikes.isOut(numbered.transition.id, cause)) throw cause;
      }
      done = numbered.number;
    }
    if (pending.length > 0) held = await this.#draft.commit(held, done);
    const now = clock.now();
    const groups = [...Map.groupBy(restraints.gathered, ({ groupId }) => groupId)].filter(([, [first]]) => first!.closesAt <= now);
    for (const [groupId, members] of groups) {
      held = await this.#planAll(held, this.#planGroup(members), { groupsTold: [groupId] });
    }
    // While transitions wait to be planned, a silence that is over may still hold some of them back.
    const over = pending.length > 0 ? [] : restraints.silences.filter((silence) => isOver(silence, now));
    for (const silence of over) {
      held = await this.#planAll(held, this.#planAfter(silence, restraints), { silencesTold: [silence.id] });
    }
    return pending.length + groups.length + over.length > 0;
  }

  /** Writes a plan that belongs to no new transition, and closes with its last commit what it was made for. */
  async #planAll(hold: Hold, plan: AsyncIterable<boolean>, ended: Parameters<PlanDraft['commit']>[2]): Promise<Hold> {
    let held = hold;
    for await (const full of plan) if (full) held = await this.#draft.commit(held, held.position);
    return this.#draft.commit(held, held.position, ended);
  }

  /** Yields after every page whether a commit is due. */
  async *#planOne(numbered: NumberedTransition, restraints: Restraints): AsyncIterable<boolean> {
    const { transition } = numbered;
    const place = await this.#placeOf(transition);
    if (!place) return;
    const called = await this.#calledTo(transition, place.playbook);
    const routes = routesOf({ routes: place.playbook.routes, transition, called, ...place }).filter((route) => isFor(route, transition));
    if (routes.length === 0) return;
    // What was planned just now must be in the ledger, for there it is read who was told.
    if (!this.#draft.isEmpty && routes.some((route) => route.mergeBy !== undefined || asksWhoWasTold(route, transition))) yield true;
    const { gauge, playbook } = place;
    const planned = await this.#draft.stored(transition.id);
    const grounds = await restraints.grounds(numbered, gauge);
    for (const route of routes) {
      const { at, isWhole, whyNot, told } = await restraints.of(route, grounds, place);
      const group = isWhole && at !== null ? gather({ numbered, route, gauge, open: restraints.gathered }) : null;
      if (group) {
        if (!restraints.gathered.includes(group)) restraints.gathered.push(group);
        this.#draft.gather(group);
        continue;
      }
      const word: Word = {
        transition,
        route,
        gauge,
        extra: '',
        suppressedWhy: whyNot,
        compose: (language) => this.#ordinary({ transition, route, playbook }, language),
        ...(at !== null && { dueAt: at }),
        ...(told && { told }),
      };
      yield* this.#draft.tell(word, { planned, shared: sharedAmong(routes) });
    }
    yield* this.#askStaff(place, grounds, routes, planned);
  }

  /** The highest level that was called in the episode of a transition: whoever was called hears how it ends. */
  async #calledTo({ alertId: id, kind }: Transition, playbook: Playbook): Promise<number> {
    const { ledger } = this.#options;
    if (kind === 'raised' || kind === 'called' || !playbook.escalations?.length) return 0;
    const episode = await ledger.transitions({ alertId: id, limit: CALLED_MAX });
    return Math.max(0, ...episode.map(({ transition }) => (transition.kind === 'escalated' ? (transition.call?.ordinal ?? 0) : 0)));
  }

  /** F52: the third time within the hour a person is asked, whatever becomes of the words themselves. */
  async *#askStaff({ playbook }: Place, grounds: RestraintGrounds, routes: readonly Route[], planned: Planned): AsyncIterable<boolean> {
    const { times, asks } = flappingOf(grounds.history.map(({ transition }) => transition));
    if (!asks) return;
    const note = { kind: 'flapping', times } as const;
    yield* this.#noteTo(routes, { note, extra: 'flapping', grounds, planned, playbook });
  }

  /** One message for all that waited together; a transition that stayed alone is told in its own words. */
  async *#planGroup(members: readonly Gathered[]): AsyncIterable<boolean> {
    const { ledger, onEvent } = this.#options;
    const [{ routeId, leaderId }] = members as readonly [Gathered];
    const found = await Promise.all(members.map(({ transitionId }) => ledger.transition(transitionId)));
    const transitions = found.flatMap((numbered) => (numbered ? [numbered.transition] : []));
    const leader = transitions[0];
    const place = leader && (await this.#placeOf(leader));
    const route = place?.playbook.routes.find(({ id }) => id === routeId);
    if (!leader || !place || !route) {
      onEvent({ kind: 'unknownToPlaybook', transitionId: leaderId, why: `the playbook has no route ${routeId} any more` });
      return;
    }
    const { playbook } = place;
    const isAlone = transitions.length === 1;
    const word: Word = {
      transition: leader,
      route,
      gauge: place.gauge,
      extra: isAlone ? '' : 'group',
      suppressedWhy: () => null,
      compose: (language) =>
        isAlone ? this.#ordinary({ transition: leader, route, playbook }, language) : this.#grouped(transitions, route, playbook, language),
    };
    for (const { id } of transitions) this.#draft.touch(id);
    yield* this.#draft.tell(word, { planned: await this.#draft.stored(leader.id), shared: () => false });
  }

  /** Tells staff which alerts still stand of those that the silence held back; what another silence or a mute still holds back stays back. */
  async *#planAfter(silence: AlertSilence, restraints: Restraints): AsyncIterable<boolean> {
    const { ledger, playbook } = this.#options;
    for (const alert of await ledger.openAlerts(ALERTS_MAX)) {
      const gauge = playbook.gauges.get(alert.gauge);
      if (alert.state !== 'raised' || !gauge || !matches(silence.matcher, alert.ruleId, gauge)) continue;
      const episode = (await ledger.transitions({ alertId: alertId(alert), limit: EPISODE_MAX })).toReversed();
      const newest = episode.at(-1);
      const since = episode.filter(({ number }) => number > silence.after).map(({ transition }) => transition.id);
      if (!newest || !(await this.#wasHeldBack(since))) continue;
      const place = await this.#placeOf(newest.transition);
      if (!place) continue;
      const routes = routesOf({ routes: place.playbook.routes, transition: newest.transition, ...place });
      const endedAt = silence.ended?.at ?? silence.endsAt;
      const afterAll = { number: Number.MAX_SAFE_INTEGER, transition: { ...newest.transition, decidedAt: endedAt } };
      const grounds = {
        ...(await restraints.grounds(newest, gauge)),
        numbered: afterAll,
        acts: await ledger.acts(newest.transition.alertId),
      };
      const planned = await this.#draft.stored(newest.transition.id);
      const note = { kind: 'silenceOver', silence } as const;
      yield* this.#noteTo(routes, { note, extra: silence.id, grounds, planned, playbook: place.playbook, skipRestrained: true });
    }
  }

  async #wasHeldBack(ids: readonly TransitionId[]): Promise<boolean> {
    const counts = ids.length === 0 ? [] : await this.#options.ledger.deliveryCounts(ids);
    return counts.some(({ state }) => state === 'suppressed');
  }

  async *#noteTo(
    routes: readonly Route[],
    {
      note,
      extra,
      grounds,
      planned,
      playbook,
      skipRestrained = false,
    }: {
      readonly note: StaffNote;
      readonly extra: string;
      readonly grounds: RestraintGrounds;
      readonly planned: Planned;
      readonly playbook: Playbook;
      readonly skipRestrained?: boolean;
    },
  ): AsyncIterable<boolean> {
    const { numbered, gauge } = grounds;
    const staff = routes.filter(({ audience }) => audience.kind === 'staff');
    for (const route of staff) {
      const why = restrainNote(route, grounds);
      if (why !== null && skipRestrained) continue;
      const { transition } = numbered;
      const word: Word = {
        transition,
        route: { ...route, lane: 'staff' },
        gauge,
        extra,
        suppressedWhy: () => why,
        compose: (language) =>
          this.#composed({ transition, route, language, extra }, () => {
            const alert = this.#options.render({ playbook, route, transition, language });
            return renderNote(note, { alert, status: transition.status, language });
          }),
      };
      yield* this.#draft.tell(word, { planned, shared: sharedAmong(staff) });
    }
  }

  #ordinary(
    { transition, route, playbook }: { readonly transition: Transition; readonly route: Route; readonly playbook: Playbook },
    language: Language,
  ): Message | null {
    const { render } = this.#options;
    return this.#composed({ transition, route, language, extra: '' }, () => render({ playbook, route, transition, language }));
  }

  #grouped(transitions: readonly Transition[], route: Route, playbook: Playbook, language: Language): Message | null {
    const leader = transitions[0]!;
    const decidedAt = Math.max(...transitions.map((transition) => transition.decidedAt));
    return this.#composed({ transition: { ...leader, decidedAt }, route, language, extra: 'group' }, () =>
      renderGroup({ playbook, route, transitions, language }),
    );
  }

  /** The one message of a word in a language, made when its first reader is met; null when there are no words for it. */
  #composed({ transition, route, language, extra }: Asked, compose: () => Rendering): Message | null {
    const spoken = extra === '' ? route : { ...route, id: extraRouteId(route.id, extra) };
    const id = messageId(transition.id, spoken.id, language);
    const known = this.#words.get(id);
    if (known !== undefined) return known;
    const { onEvent } = this.#options;
    try {
      const words = compose();
      const message = messageOf({ transition, route: spoken, language, ...words });
      this.#words.set(id, message);
      if (!words.translated) onEvent({ kind: 'untranslated', messageId: id });
      return message;
    } catch (cause) {
      // One broken text must not keep all other people from hearing; a person is told instead.
      const why = cause instanceof Error ? cause.message : String(cause);
      onEvent({ kind: 'unworded', transitionId: transition.id, routeId: route.id, language, why });
      this.#words.set(id, null);
      return null;
    }
  }

  async #placeOf(transition: Transition): Promise<Place | null> {
    const { playbookOf, onEvent } = this.#options;
    const playbook = (await playbookOf(transition.record.playbookVersion)) ?? this.#options.playbook;
    const gauge = playbook.gauges.get(transition.gauge);
    const rule = playbook.rules.find(({ id }) => id === transition.ruleId);
    if (gauge && rule) return { gauge, rule, playbook };
    const why = `the playbook has no ${rule ? `gauge ${transition.gauge}` : `rule ${transition.ruleId}`} any more`;
    onEvent({ kind: 'unknownToPlaybook', transitionId: transition.id, why });
    return null;
  }
}

/** Where a transition belongs, in the playbook that it was decided by. */
interface Place {
  readonly gauge: Gauge;
  readonly rule: Rule;
  readonly playbook: Playbook;
}

/** A test goes by the heartbeat's own route and by no other, and nothing else goes there. */
const isFor = ({ lane }: Pick<Route, 'lane'>, { status }: Pick<Transition, 'status'>): boolean => (lane === 'test') === (status === 'test');

interface Asked {
  readonly transition: Pick<Transition, 'id' | 'status' | 'decidedAt'>;
  readonly route: Route;
  readonly language: Language;
  readonly extra: string;
}

/** Whether two of the routes speak on a channel. */
const sharedAmong =
  (routes: readonly Route[]) =>
  (name: Route['channels'][number]): boolean =>
    routes.filter(({ channels }) => channels.includes(name)).length > 1;
