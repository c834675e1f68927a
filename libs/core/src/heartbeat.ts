import type { ChannelName } from './delivery.ts';
import type { GaugeId } from './gauge.ts';
import type { RuleId } from './rule-id.ts';

/** Ways that residents and staff depend on and that have test users; a web hook has a neighbour behind it and a siren a whole quarter. */
export const HEARTBEAT_CHANNELS = ['line', 'disaster-mail', 'email'] as const satisfies readonly ChannelName[];
export type HeartbeatChannel = (typeof HEARTBEAT_CHANNELS)[number];

/** Its gauge, device, rule and route. The dot keeps it apart from every id that a playbook may give. */
export const HEARTBEAT_ID: GaugeId = 'sonae.heartbeat';
/** Its test users: a group that no route of a playbook can name, and, as every test, in categories of its own. */
export const HEARTBEAT_GROUP = 'sonae.heartbeat';
/** What somebody subscribes to who is a test user. */
export const HEARTBEAT_CATEGORY = `test/staff:${HEARTBEAT_GROUP}`;

/** The rule whose alert says that beats do not arrive on a channel. */
export const heartbeatRuleId = (channel: HeartbeatChannel): RuleId => `${HEARTBEAT_ID}.${channel}`;

/** What headquarters decided about the end-to-end heartbeat (product §12). */
export interface HeartbeatPlan {
  readonly everyMs: number;
  readonly channels: readonly HeartbeatChannel[];
  /** Whom on staff to tell when beats do not arrive, by the other channels; null when the screen alone does. */
  readonly staff: { readonly group: string; readonly channels: readonly ChannelName[] } | null;
}

/** Closer together, test users would hear nothing else; a year of alarms would drown in them. */
export const HEARTBEAT_MS_MIN = 60_000;
/** A way that is proven less than once a day breaks in the evening and is found out in the next storm. */
export const HEARTBEAT_MS_MAX = 24 * 3_600_000;
/** Product §12: hourly. */
export const HEARTBEAT_MS = 3_600_000;

/** Beats are kept for a month: enough to see since when a channel has been slow. What they proved stays without them (`HeartbeatProof`). */
export const BEATS_KEPT_MS = 30 * 86_400_000;

/** So many beats in a row that did not arrive are no coincidence: a restart or a slow relay costs one. */
export const BEATS_MISSED_MAX = 2;
/** A beat that is due has this long to arrive before it counts as missed: the other side may take a minute for one answer (F57). */
const ARRIVAL_MS_MAX = 60_000;

/** How long a beat may be under way; of short periods a quarter. */
export const arrivalMs = ({ everyMs }: Pick<HeartbeatPlan, 'everyMs'>): number => Math.min(ARRIVAL_MS_MAX, everyMs / 4);

/** What is known of one channel for good. */
export interface HeartbeatProof {
  readonly channel: HeartbeatChannel;
  /** Since when it is to be proven. */
  readonly since: number;
  /** When the newest beat began that the channel accepted; null before the first. */
  readonly provenAt: number | null;
}

/**
 * Proofs after a look. A channel that is new begins now, one that is not asked for any more is forgotten. An instant that lies ahead was told by a
 * clock that was wrong (F21): it is brought back to now, and what arrived ahead proves nothing, or a channel would look young until that time comes.
 */
export function proofsAfter(
  known: readonly HeartbeatProof[],
  {
    channels,
    arrived,
    now,
  }: {
    readonly channels: HeartbeatPlan['channels'];
    /** When the newest beat began that each channel accepted. */
    readonly arrived: ReadonlyMap<ChannelName, number>;
    readonly now: number;
  },
): readonly HeartbeatProof[] {
  return channels.map((channel) => {
    const before = known.find((proof) => proof.channel === channel);
    const seen = [before?.provenAt ?? null, arrived.get(channel) ?? null].filter((at) => at !== null);
    const past = seen.filter((at) => at <= now);
    const provenAt = past.length > 0 ? Math.max(...past) : before?.provenAt != null ? now : null;
    return { channel, since: Math.min(before?.since ?? now, now), provenAt };
  });
}

/**
 * When the next beat is due after the last one; at once without any. By the wall clock, so that a restart does not beat again. After a clock was
 * set back it is counted from now, neither at every look nor only when the old time has come again.
 */
export const nextBeatAt = (lastAt: number | null, { everyMs }: Pick<HeartbeatPlan, 'everyMs'>, now: number): number =>
  lastAt === null ? now : Math.min(lastAt, now) + everyMs;

/** Whether two beats in a row should have arrived since the last proof, or since the beginning, and have not. */
export const isUnproven = (
  { since, provenAt }: Pick<HeartbeatProof, 'since' | 'provenAt'>,
  { everyMs }: Pick<HeartbeatPlan, 'everyMs'>,
  now: number,
): boolean => now - (provenAt ?? since) >= BEATS_MISSED_MAX * everyMs;

/** How the time since the last proof counts; never negative, whatever became of the clock. */
export const proofAgeMs = ({ since, provenAt }: Pick<HeartbeatProof, 'since' | 'provenAt'>, now: number): number =>
  Math.max(0, now - (provenAt ?? since));

/**
 * `proven`: lately. `waiting`: not yet, and it is too early to worry. `late`: overdue, and the beat under way gets its time. `old`: the alarm.
 * Not an alarm, for nothing is known to be broken: `spared` (beats are held back so that the plan lasts for people), `nobody` (no test user),
 * `absent` (the settings give no such channel, which is told elsewhere).
 */
export const HEARTBEAT_STATES = ['proven', 'waiting', 'late', 'old', 'spared', 'nobody', 'absent'] as const;
export type HeartbeatState = (typeof HEARTBEAT_STATES)[number];

/** What a look finds of one channel. */
export interface HeartbeatSight {
  readonly proof: HeartbeatProof;
  /** Whether the settings give the channel. */
  readonly hasWay: boolean;
  /** Whether anybody is there to be told. */
  readonly hasTester: boolean;
  /** Whether the newest beat was held back for the sake of the plan. */
  readonly isSpared: boolean;
  /** How long it has been overdue, measured without the wall clock; 0 when it is not. */
  readonly overdueForMs: number;
}

export function heartbeatStateOf(sight: HeartbeatSight, plan: Pick<HeartbeatPlan, 'everyMs'>, now: number): HeartbeatState {
  if (!sight.hasWay) return 'absent';
  if (!sight.hasTester) return 'nobody';
  if (!isUnproven(sight.proof, plan, now)) return sight.proof.provenAt === null ? 'waiting' : 'proven';
  if (sight.isSpared) return 'spared';
  // After a leap of the clock, or a night without power, every proof is overdue at once: the beat that is due now tells how things are.
  return sight.overdueForMs < arrivalMs(plan) ? 'late' : 'old';
}

/** A channel as screens and counters show it. */
export interface ProvenChannel extends HeartbeatProof {
  readonly state: HeartbeatState;
}

/** What a device says at a beat: over the limit, and back under it, so that no alert stays raised. `at` is the instant of the beat. */
export function beatReports(at: number): readonly { readonly t: number; readonly level: number }[] {
  return [
    { t: at - 1_000, level: BEAT_LEVEL_M },
    { t: at, level: 0 },
  ];
}

/** What a beat reaches, and its limit. */
export const BEAT_LEVEL_M = 1;
