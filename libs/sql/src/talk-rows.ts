import type { ReplyWay, ResidentReportKind, ResidentReportState, ShelterOpeningState } from '#core';

/** Where an event of the LINE account stands: it waits, its answer is under way, or nothing is left but its id. */
export const EVENT_WAITS = 0;
export const EVENT_ANSWERING = 1;
export const EVENT_DONE = 2;

export interface LineEventRow {
  readonly number: number;
  /** ULID of the event. */
  readonly id: string;
  /** Keyed hash of who did it. */
  readonly person: string;
  readonly at: number;
  readonly received_at: number;
  readonly state: number;
  /** How often its handling began. */
  readonly tries: number;
  /** Attempts at its answer. */
  readonly attempts: number;
  readonly due_at: number;
  /** The way of the attempt that is under way; empty between attempts. */
  readonly going: ReplyWay | '';
  /** 1 when an attempt by the reply token ended without anybody knowing how. */
  readonly doubtful: number;
  /** Sealed JSON of the event, and of its answer once there is one; empty when both are done. */
  readonly body: string;
}

export interface TalkRow {
  readonly person: string;
  /** Of the newest event. */
  readonly at: number;
  /** Of somebody who blocked the account. */
  readonly return_by: number | null;
  /** Sealed JSON of the talk and of whom it is with. */
  readonly body: string;
}

export interface ResidentReportRow {
  readonly number: number;
  readonly id: string;
  readonly person: string;
  readonly kind: ResidentReportKind;
  readonly state: ResidentReportState;
  /** 1 while it stands before all others. */
  readonly urgent: number;
  readonly at: number;
  /** Sealed JSON of place and words. */
  readonly body: string;
  readonly by_name: string;
  readonly note: string;
  readonly acted_at: number | null;
  readonly safe_since: number | null;
}

export interface ShelterOpeningRow {
  readonly number: number;
  readonly id: string;
  readonly shelter: string;
  readonly state: ShelterOpeningState;
  readonly note: string;
  readonly by_name: string;
  readonly at: number;
}
