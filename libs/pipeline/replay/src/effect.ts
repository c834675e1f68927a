import {
  audienceOf,
  type Directory,
  type Gauge,
  type GaugeId,
  Judge,
  type LogEntry,
  movedGauges,
  type Playbook,
  type ReadingLog,
  type Route,
  routesOf,
  type Rule,
  stepsOf,
  type Transition,
} from '#core';

/** What a change of the playbook is shown on (product §6). */
export const EFFECT_DAYS = 30;
/** Readings judged at a time by both playbooks: some milliseconds, after which everybody else has a turn. */
const SLICE = 200;
/** Longer than this nobody waits in front of a screen; what was reached by then is shown, and that it is not all. */
const WORK_MS_MAX = 60_000;
/** Episodes of one playbook: more within a month are no alarms, and nobody reads them. */
const EPISODES_MAX = 20_000;
/** Differences that are listed; the rest is counted. */
const DIFFERENCES_MAX = 1_000;
/** Addresses counted at a time. */
const PEOPLE_PAGE = 1_000;

/** One alert from its raise to its end, as it would have been. */
export interface EffectEpisode {
  readonly raisedAt: number;
  /** Null: still raised at the end. */
  readonly endedAt: number | null;
  /** Name of the highest step. */
  readonly top: string;
  readonly topStep: number;
}

/** Who would have been told of an episode, by one route. */
export interface EffectHearers {
  readonly route: string;
  readonly audience: Route['audience']['kind'];
  /** The category that residents chose, or the group of staff; empty for others. */
  readonly of: string;
  /** Names; empty for staff. */
  readonly districts: readonly string[];
  readonly channels: readonly string[];
  /** Addresses that would be meant now, over all channels. */
  readonly subscribers: number;
}

/** What one playbook would have said of a gauge and the other one not, or otherwise. */
export interface EffectDifference {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly rule: string;
  readonly ruleName: string;
  readonly gauge: GaugeId;
  readonly gaugeName: string;
  readonly before: (EffectEpisode & { readonly heard: readonly EffectHearers[] }) | null;
  readonly after: (EffectEpisode & { readonly heard: readonly EffectHearers[] }) | null;
}

export interface Effect {
  readonly beforeVersion: string;
  readonly afterVersion: string;
  /** The readings judged were received from here … */
  readonly from: number;
  /** … to here; earlier than now when time ran out. */
  readonly to: number;
  readonly readings: number;
  readonly isComplete: boolean;
  /** Episodes of either playbook, and how many of them are the same. */
  readonly episodes: { readonly before: number; readonly after: number; readonly same: number };
  /** In the order of time; at most 1,000. */
  readonly differences: readonly EffectDifference[];
  readonly differencesLeftOut: number;
  /** Messages that each route would have had to word; pauses, silences and groups not counted. */
  readonly routes: readonly { readonly route: string; readonly before: number; readonly after: number }[];
  /** Gauges whose zero was moved while their thresholds stayed: their alerts are blocked until thresholds are given anew (F46). */
  readonly moved: readonly GaugeId[];
  /** Gauges whose readings would be converted otherwise from now on; the past is judged as it was converted then. */
  readonly converted: readonly GaugeId[];
}

export interface EffectOptions {
  readonly before: Playbook;
  readonly after: Playbook;
  readonly log: Pick<ReadingLog, 'after' | 'end'>;
  readonly directory: Pick<Directory, 'audience'>;
  readonly now: number;
  readonly days?: number;
  /** Called after every slice with how long it worked; lets everybody else go on. */
  readonly pause: (workedMs: number) => Promise<void>;
  /** Hears the share that is done. */
  readonly onProgress?: (share: number) => void;
  readonly workMsMax?: number;
}

/**
 * What a changed playbook would have done: both judge the service's own readings of the last days by the live engine, each reading when it was
 * received, from quiet. In slices and with bounds, so that it can run beside the live service.
 */
export async function effectOf(options: EffectOptions): Promise<Effect> {
  const { before, after, log, now, days = EFFECT_DAYS, pause, onProgress, workMsMax = WORK_MS_MAX } = options;
  const asked = now - days * 86_400_000;
  const end = await log.end();
  const first = await firstReceivedFrom(log, end, asked);
  // Before the log begins nobody listened, and silence there proves nothing.
  const [oldest] = await log.after(first - 1, 1);
  const from = Math.max(asked, oldest?.reading.receivedAt ?? asked);
  const sides = [new Side(before, from), new Side(after, from)] as const;
  let position = first - 1;
  let reachedAt = from;
  let readings = 0;
  let workedMs = 0;
  while (position < end && workedMs < workMsMax && sides.every((side) => !side.isFull)) {
    const began = performance.now();
    const entries = await log.after(position, Math.min(SLICE, end - position));
    if (entries.length === 0) break;
    // A drill or a test says nothing about real alarms.
    const real = entries.filter(({ reading }) => reading.status === 'actual');
    for (const side of sides) side.observe(real);
    readings += real.length;
    position = entries.at(-1)!.position;
    reachedAt = entries.at(-1)!.reading.receivedAt;
    const ms = performance.now() - began;
    workedMs += ms;
    onProgress?.(end < first ? 1 : (position - first + 1) / (end - first + 1));
    await pause(ms);
  }
  const isComplete = position >= end && sides.every((side) => !side.isFull);
  const to = isComplete ? now : reachedAt;
  for (const side of sides) side.tick(to);
  return { ...(await compared(sides, to, options)), from, to, readings, isComplete };
}

/** The position of the first entry received at or after an instant, for the log is in the order of receipt; after the end when there is none. */
async function firstReceivedFrom(log: EffectOptions['log'], end: number, from: number): Promise<number> {
  let low = 1;
  let high = end + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await log.after(middle - 1, 1);
    if (!entry || entry.reading.receivedAt >= from) high = middle;
    else low = entry.position + 1;
  }
  return low;
}

interface Told extends EffectEpisode {
  readonly rule: Rule;
  readonly gauge: Gauge;
  readonly routes: readonly Route[];
}

/** One playbook at work. Keeps episodes and no evidence, so a month fits into memory. */
class Side {
  readonly playbook: Playbook;
  readonly messages = new Map<string, number>();
  readonly #judge: Judge;
  readonly #rules: ReadonlyMap<string, Rule>;
  readonly #running = new Map<string, Told>();
  readonly #ended: Told[] = [];

  constructor(playbook: Playbook, listeningSince: number) {
    this.playbook = playbook;
    this.#judge = new Judge(playbook, { alerts: [], watches: [] }, listeningSince);
    this.#rules = new Map(playbook.rules.map((rule) => [rule.id, rule]));
  }

  get isFull(): boolean {
    return this.#ended.length + this.#running.size >= EPISODES_MAX;
  }

  get episodes(): readonly Told[] {
    return [...this.#ended, ...this.#running.values()].toSorted((a, b) => a.raisedAt - b.raisedAt);
  }

  observe(entries: readonly LogEntry[]): void {
    for (const entry of entries) this.#judge.observe(entry, entry.reading.receivedAt);
    this.#take();
  }

  tick(now: number): void {
    this.#judge.tick(now);
    this.#take();
  }

  #take(): void {
    for (const transition of this.#judge.take().transitions) this.#follow(transition);
  }

  #follow(transition: Transition): void {
    const { alertId, kind, to, at, coveredBy } = transition;
    const rule = this.#rules.get(transition.ruleId);
    const gauge = this.playbook.gauges.get(transition.gauge);
    // A silence that its link explains is told nobody.
    if (!rule || !gauge || coveredBy !== undefined) return;
    const routes = routesOf({ routes: this.playbook.routes, transition, gauge, rule });
    for (const { id } of routes) this.messages.set(id, (this.messages.get(id) ?? 0) + 1);
    const known = this.#running.get(alertId);
    const top = (step: number): string => stepsOf(rule)[step - 1]?.name ?? `${step}`;
    if (kind === 'raised') this.#running.set(alertId, { rule, gauge, routes, raisedAt: at, endedAt: null, top: top(to), topStep: to });
    if (!known) return;
    if (kind === 'climbed' && to > known.topStep)
      this.#running.set(alertId, { ...known, routes: union(known.routes, routes), top: top(to), topStep: to });
    if (kind === 'cleared' || kind === 'reset') {
      this.#running.delete(alertId);
      this.#ended.push({ ...known, endedAt: at });
    }
  }
}

const union = (some: readonly Route[], more: readonly Route[]): readonly Route[] => [...new Set([...some, ...more])];

const keyOf = ({ rule, gauge }: Told): string => `${rule.id}@${gauge.id}`;

async function compared(
  [before, after]: readonly [Side, Side],
  to: number,
  options: EffectOptions,
): Promise<Omit<Effect, 'from' | 'to' | 'readings' | 'isComplete'>> {
  const pairs = paired(before.episodes, after.episodes, to);
  const different = pairs.filter(([old, now]) => !old || !now || !isSame(old, now));
  const counted = new Counted(options);
  const differences: EffectDifference[] = [];
  for (const [old, now] of different.slice(0, DIFFERENCES_MAX)) {
    const { rule, gauge } = (now ?? old)!;
    differences.push({
      kind: old ? (now ? 'changed' : 'removed') : 'added',
      rule: rule.id,
      ruleName: rule.name,
      gauge: gauge.id,
      gaugeName: [gauge.river, gauge.name].filter((part) => part !== null).join(' '),
      before: old && (await counted.told(old, before.playbook)),
      after: now && (await counted.told(now, after.playbook)),
    });
  }
  const routes = [...new Set([...before.messages.keys(), ...after.messages.keys()])];
  return {
    beforeVersion: before.playbook.version,
    afterVersion: after.playbook.version,
    episodes: { before: before.episodes.length, after: after.episodes.length, same: pairs.length - different.length },
    differences,
    differencesLeftOut: different.length - differences.length,
    routes: routes.map((route) => ({ route, before: before.messages.get(route) ?? 0, after: after.messages.get(route) ?? 0 })),
    moved: movedGauges(before.playbook, after.playbook).map(({ id }) => id),
    converted: convertedOtherwise(before.playbook, after.playbook),
  };
}

/** Episodes of one rule on one gauge belong together when they overlap in time, the earliest first. */
function paired(before: readonly Told[], after: readonly Told[], to: number): readonly (readonly [Told | null, Told | null])[] {
  const left = Map.groupBy(after, keyOf);
  const pairs: [Told | null, Told | null][] = before.map((old) => {
    const candidates = left.get(keyOf(old)) ?? [];
    const index = candidates.findIndex((now) => now.raisedAt <= (old.endedAt ?? to) && old.raisedAt <= (now.endedAt ?? to));
    return [old, index < 0 ? null : candidates.splice(index, 1)[0]!];
  });
  const added = [...left.values()].flat().map((now): [null, Told] => [null, now]);
  return [...pairs, ...added].toSorted((a, b) => startOf(a) - startOf(b));
}

const startOf = ([old, now]: readonly [Told | null, Told | null]): number => Math.min(old?.raisedAt ?? Infinity, now?.raisedAt ?? Infinity);

const isSame = (old: Told, now: Told): boolean =>
  old.raisedAt === now.raisedAt && old.endedAt === now.endedAt && old.top === now.top && audienceText(old) === audienceText(now);

const audienceText = ({ routes, gauge }: Told): string =>
  JSON.stringify(routes.map(({ audience, channels }) => [audience, channels, audience.kind === 'residents' ? gauge.areas : []]));

/** Counts each audience once, however many episodes it would have heard of. */
class Counted {
  readonly #options: EffectOptions;
  readonly #sizes = new Map<string, number>();

  constructor(options: EffectOptions) {
    this.#options = options;
  }

  async told({ raisedAt, endedAt, top, topStep, routes, gauge }: Told, playbook: Playbook): Promise<EffectDifference['after']> {
    const heard: EffectHearers[] = [];
    for (const { id, audience, channels } of routes) {
      // Tickets come and go with a queue, which is no alert.
      if (audience.kind === 'tickets') continue;
      const query = audienceOf({ audience }, gauge, 'actual');
      let subscribers = 0;
      for (const channel of channels) subscribers += await this.#size({ channel, ...query });
      heard.push({
        route: id,
        audience: audience.kind,
        of: 'category' in audience ? audience.category : 'group' in audience ? audience.group : '',
        districts: (query.districts ?? []).map((code) => playbook.districts.get(code)?.name ?? code),
        channels,
        subscribers,
      });
    }
    return { raisedAt, endedAt, top, topStep, heard };
  }

  async #size(query: Parameters<Directory['audience']>[0]): Promise<number> {
    const key = JSON.stringify(query);
    const known = this.#sizes.get(key);
    if (known !== undefined) return known;
    let size = 0;
    for await (const { people } of this.#options.directory.audience(query, PEOPLE_PAGE)) {
      size += people.length;
      await this.#options.pause(0);
    }
    this.#sizes.set(key, size);
    return size;
  }
}

/** The fields by which a report becomes a reading. */
const CONVERTING = ['quantity', 'offset', 'sensorElevationM', 'zeroHeightM', 'datum', 'plausible', 'device'] as const;

function convertedOtherwise(before: Playbook, after: Playbook): readonly GaugeId[] {
  return [...after.gauges.values()].flatMap((gauge) => {
    const known = before.gauges.get(gauge.id);
    if (!known) return [];
    return CONVERTING.some((field) => JSON.stringify(known[field]) !== JSON.stringify(gauge[field])) ? [gauge.id] : [];
  });
}
