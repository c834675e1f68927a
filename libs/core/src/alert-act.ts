import type { AlertId, NumberedTransition } from './alert.ts';

/** What a person may do to one episode of an alert. */
export const ACT_KINDS = ['acknowledge', 'mute', 'unmute', 'assign', 'note'] as const;
export type ActKind = (typeof ACT_KINDS)[number];

/** A note is a remark for the next shift, not a report. */
export const NOTE_CHARS_MAX = 1_000;
/** Acts of one episode: a night of a shift's work; beyond it somebody's program is at work, not a person. */
export const ACTS_MAX = 500;

/** What somebody wants to write down, before the ledger says where in the order of things it falls. */
export interface ActDraft {
  readonly id: string;
  readonly alertId: AlertId;
  readonly kind: ActKind;
  readonly by: string;
  readonly at: number;
  /** The words of a note, or the name of the person it was assigned to; empty otherwise. */
  readonly text: string;
  /** Network address of whoever did it; for the audit alone. */
  readonly from?: string;
}

/** One act of a person on one episode. Acts are only ever added. */
export interface AlertAct extends Omit<ActDraft, 'from'> {
  /** The step at which the alert stood. */
  readonly step: number;
  /** Number of the newest transition when it was written: it counts for those after it, and a crash cannot change which those are. */
  readonly after: number;
}

/** The same person, act and key are one act, however often it is asked for. */
export const actId = ({ alertId, by, kind }: Pick<AlertAct, 'alertId' | 'by' | 'kind'>, key: string): string =>
  `${alertId}/${kind}/${by}/${key}`;

/** The person that the episode was assigned to last; null when it never was. */
export const assigneeOf = (acts: readonly AlertAct[]): string | null => acts.findLast(({ kind }) => kind === 'assign')?.text ?? null;

/**
 * The mute that is in force for the transition of this number, null when there is none. It ends with a person's word, and by itself when
 * the alert climbs above the step at which it was muted: whoever muted "reached the danger mark" has not heard of the overflow.
 */
export function muteAt({
  acts,
  transitions,
  number,
}: {
  /** Of one episode, in their order. */
  readonly acts: readonly AlertAct[];
  /** Of the same episode. */
  readonly transitions: readonly NumberedTransition[];
  readonly number: number;
}): AlertAct | null {
  const said = acts.findLast(({ kind, after }) => (kind === 'mute' || kind === 'unmute') && after < number);
  if (said?.kind !== 'mute') return null;
  const climbed = transitions.some((other) => other.number > said.after && other.number <= number && other.transition.to > said.step);
  return climbed ? null : said;
}
