import type { AuditDraft } from './audit.ts';
import type { GaugeId } from './gauge.ts';
import type { Role } from './role.ts';
import type { RuleId } from './rule-id.ts';

/** `prepared` waits for a second person; `running` is another place beside real life; `ended` never runs again. */
export const DRILL_STATES = ['prepared', 'running', 'ended'] as const;
export type DrillState = (typeof DRILL_STATES)[number];

/** Why a drill is over. `unconfirmed`: its end came before a second person did. */
export const DRILL_ENDINGS = ['endTime', 'person', 'realEvent', 'restart', 'fault', 'unconfirmed'] as const;
export type DrillEnding = (typeof DRILL_ENDINGS)[number];

export type DrillId = string;

/** A gauge of the past that speaks for a gauge of the playbook. */
export interface DrillGauge {
  /** Its name in the file. */
  readonly from: string;
  readonly to: GaugeId;
  /** Added to every value, in its unit: another river has another zero. */
  readonly shift: number;
}

/** A past flood that plays into the drill. */
export interface DrillScript {
  /** `playbook`: a file in the playbook's folder `floods`; `data`: one in the data folder's. */
  readonly source: 'playbook' | 'data';
  /** Of the file, without `.csv` or `.csv.gz`. */
  readonly name: string;
  /** How many times faster than real time the place's clock runs. */
  readonly speed: number;
  /** Empty: every gauge of the file that the playbook knows, under its own name. */
  readonly map: readonly DrillGauge[];
}

/** What somebody wants to hold. */
export interface DrillDraft {
  /** Of the request; the same key is the same drill. Null for a request without one. */
  readonly key: string | null;
  readonly name: string;
  readonly reason: string;
  /** In real time. It ends then by itself. */
  readonly endsAt: number;
  readonly script: DrillScript | null;
  readonly preparedBy: string;
  readonly preparedAt: number;
}

/** A drill with its whole record: who, when, and why it ended. */
export interface Drill extends DrillDraft {
  readonly id: DrillId;
  /** In the order in which they were prepared, from 1. */
  readonly number: number;
  /** Rises with every change, so that of two persons at once the second one sees what the first did (F65). */
  readonly version: number;
  readonly state: DrillState;
  readonly confirmedBy: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Null for the service itself. */
  readonly endedBy: string | null;
  readonly ending: DrillEnding | null;
  /** In words: the reason that a person gave, or the event that ended it. Empty until it ended. */
  readonly endWhy: string;
  /** Whether nothing is left to do: its audience heard of the end, and its place is closed. */
  readonly isClosed: boolean;
}

/** A drill that headquarters hold again and again. */
export interface UsualDrill {
  readonly id: string;
  readonly name: string;
  readonly lastsMs: number;
  readonly script: DrillScript | null;
  /** For staff: whom to tell beforehand, what to look at. */
  readonly note: string;
}

/** What the playbook says about drills. */
export interface DrillPlan {
  /** Which alerts end a drill, from which step on. Without it: every one that residents hear of as a flood or an evacuation. */
  readonly endedBy?: readonly { readonly rules: readonly RuleId[]; readonly fromStep: number }[];
  readonly usual: readonly UsualDrill[];
}

/** A longer one is forgotten by those who began it. */
export const DRILL_MS_MAX = 24 * 3_600_000;
/** Shorter is over before its audience has read that it began. */
export const DRILL_MS_MIN = 60_000;
/** A flood of three days in seven minutes; beyond it a reading's hold is shorter than a look at the screen. */
export const DRILL_SPEED_MAX = 600;
export const DRILL_NAME_CHARS_MAX = 60;
export const DRILL_REASON_CHARS_MAX = 500;
/** Every gauge of a large city. */
export const DRILL_GAUGES_MAX = 1_000;

/** Who may prepare and confirm a drill. Ending one takes less: it is the safe side. */
export const DRILL_ROLES: readonly Role[] = ['decider', 'admin'];
export const DRILL_END_ROLES: readonly Role[] = ['duty', 'decider', 'admin'];

/** Who asks, and when. */
export interface DrillActor {
  readonly by: string;
  readonly role: Role;
  readonly now: number;
}

/** The drill as it is afterwards, or why not, in words for whoever asked. */
export type DrillStep = { readonly drill: Drill } | { readonly refused: 'conflict' | 'forbidden' | 'invalid'; readonly why: string };

/** Whether a drill may be prepared like this; null when it may. Names and reasons are written in chain and messages, so they are bounded. */
export function draftFault({ name, reason, endsAt, script }: DrillDraft, now: number): string | null {
  if (name.trim() === '' || name.length > DRILL_NAME_CHARS_MAX) return `訓練の名前を${DRILL_NAME_CHARS_MAX}字までで書いてください`;
  if (reason.trim() === '' || reason.length > DRILL_REASON_CHARS_MAX)
    return `訓練をする理由を${DRILL_REASON_CHARS_MAX}字までで書いてください`;
  if (!(endsAt - now >= DRILL_MS_MIN)) return '終わりの時刻は1分以上あとにしてください';
  if (endsAt - now > DRILL_MS_MAX) return '訓練は24時間までです。終わりの時刻を早めてください';
  if (!script) return null;
  if (!(script.speed >= 1 && script.speed <= DRILL_SPEED_MAX)) return `速さは1倍から${DRILL_SPEED_MAX}倍までです`;
  if (script.map.length > DRILL_GAUGES_MAX) return `割り当てる観測所は${DRILL_GAUGES_MAX}か所までです`;
  const told = script.map.map(({ to }) => to);
  if (new Set(told).size < told.length) return '同じ観測所に2つの過去の水位を割り当てることはできません';
  return null;
}

/** A drill as it is when it was prepared. Its id follows from its number. */
export const newDrill = (draft: DrillDraft, number: number): Drill => ({
  ...draft,
  id: `drill-${number}`,
  number,
  version: 1,
  state: 'prepared',
  confirmedBy: null,
  startedAt: null,
  endedAt: null,
  endedBy: null,
  ending: null,
  endWhy: '',
  isClosed: false,
});

/** The second person's yes (S13): the drill begins. `open` are all drills that are not over. */
export function confirmDrill(drill: Drill, { by, role, now }: DrillActor, open: readonly Drill[]): DrillStep {
  if (!DRILL_ROLES.includes(role)) return { refused: 'forbidden', why: '訓練を始められるのは決定者と管理者です' };
  if (drill.state !== 'prepared') return { refused: 'conflict', why: 'この訓練は、もう準備中ではありません。画面を読み直してください' };
  if (drill.preparedBy === by)
    return { refused: 'forbidden', why: '準備した人とは別の人が確認してください。訓練の開始には2人の確認が必要です' };
  const other = open.find(({ id, state, isClosed }) => id !== drill.id && state !== 'prepared' && !isClosed);
  if (other) return { refused: 'conflict', why: `訓練「${other.name}」がまだ終わっていません。訓練は一度に1つです` };
  if (drill.endsAt - now < DRILL_MS_MIN) return { refused: 'conflict', why: '終わりの時刻まで1分もありません。準備からやり直してください' };
  return { drill: { ...drill, version: drill.version + 1, state: 'running', confirmedBy: by, startedAt: now } };
}

/** Any one person may end a drill, and so may the service. One that never ran is closed with that: nobody was told of it. */
export function endDrill(
  drill: Drill,
  { ending, by, why, now }: { readonly ending: DrillEnding; readonly by: string | null; readonly why: string; readonly now: number },
): DrillStep {
  if (drill.state === 'ended') return { refused: 'conflict', why: 'この訓練は、もう終わっています' };
  const isClosed = drill.state === 'prepared';
  return { drill: { ...drill, version: drill.version + 1, state: 'ended', endedAt: now, endedBy: by, ending, endWhy: why, isClosed } };
}

/** Nothing is left to do for an ended drill. */
export const closeDrill = (drill: Drill): Drill => ({ ...drill, version: drill.version + 1, isClosed: true });

/** The drills that were held, real life's own record: it lies in the ledger of real life, never in that of a drill. */
export abstract class Drills {
  /** Keeps a drill as prepared, with its entries in the audit, in one transaction. A key that is there already resolves with what was kept then. */
  abstract prepare(draft: DrillDraft, audit: (drill: Drill) => readonly AuditDraft[]): Promise<Drill>;
  /** Puts the drill in the place of the version before it, with its entries in the audit. False, and nothing is kept, when that version is not there. */
  abstract replace(drill: Drill, audit: readonly AuditDraft[]): Promise<boolean>;
  abstract drill(id: DrillId): Promise<Drill | null>;
  /** Newest first, before the number when one is given. */
  abstract drills(query: { readonly before?: number; readonly limit: number }): Promise<readonly Drill[]>;
  /** Those for which something is left to do, oldest first. */
  abstract openDrills(): Promise<readonly Drill[]>;
}
