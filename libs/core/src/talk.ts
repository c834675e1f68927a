import type { Language } from './delivery.ts';
import type { ResidentReport } from './resident-report.ts';
import type { Whereabouts } from './whereabouts.ts';

/** What somebody did in the account's talk, as LINE told it, with everything left out that no answer needs. */
export interface TalkEvent {
  /** ULID of the event: a repeat has the same. */
  readonly id: string;
  /** LINE's id of the person: opened for the handling, stored sealed, logged never. */
  readonly person: string;
  /** By LINE's clock; orders the events of one person, which arrive in any order (D§3.5). */
  readonly at: number;
  /** Good for one answer within about a minute; null for events that cannot be answered. */
  readonly replyToken: string | null;
  readonly heard: TalkHeard;
}

export type TalkHeard =
  | { readonly kind: 'follow' }
  | { readonly kind: 'unfollow' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'place'; readonly place: Whereabouts }
  /** A button: of the rich menu, or one of ours under a message. */
  | { readonly kind: 'button'; readonly data: string }
  /** A sticker, a picture: answered with what can be asked. */
  | { readonly kind: 'other' };

/** What was asked last, when the answer is no button: a number, a place, words. Holds until `until`. */
export type TalkExpects =
  | { readonly kind: 'districts'; readonly until: number }
  | { readonly kind: 'shelterPlace'; readonly until: number }
  | { readonly kind: 'ticket'; readonly gauge: string; readonly until: number }
  | { readonly kind: 'report'; readonly report: ResidentReport; readonly until: number };

/** How many of something within a span that began at an instant. */
export interface TalkTally {
  readonly since: number;
  readonly count: number;
}

/** Where a talk with one person stands, beyond their choices, which the directory has. */
export interface Talk {
  /** Before there is a subscriber: as chosen, or as the profile says; null while nobody knows. */
  readonly language: Language | null;
  readonly expects: TalkExpects | null;
  /** Whether the questions of the sign-up follow each other, or one choice is changed alone. */
  readonly signingUp: boolean;
  /** Of somebody who blocked the account: until when their choices wait for their return; null for everybody else. */
  readonly returnBy: number | null;
  /**
   * By kind of choice (`membership`, `language`, `district/…`, `category/…`, and `safe` and `needHelp` of what was said) the instant of the newest event that decided it. An older event that
   * comes later decides nothing: a follow does not undo the unfollow after it.
   */
  readonly decided: Readonly<Record<string, number>>;
  readonly events: TalkTally;
  readonly reports: TalkTally;
}

export const NEW_TALK: Talk = {
  language: null,
  expects: null,
  signingUp: false,
  returnBy: null,
  decided: {},
  events: { since: 0, count: 0 },
  reports: { since: 0, count: 0 },
};

/** A button under an answer. Labels have at most `LABEL_UNITS_MAX` UTF-16 units. */
export type TalkChoice =
  | { readonly kind: 'button'; readonly label: string; readonly data: string }
  /** Opens the map on which a place is chosen. */
  | { readonly kind: 'place'; readonly label: string };

/** LINE's limits on one answer (D§3.3). */
export const LABEL_UNITS_MAX = 20;
export const CHOICES_MAX = 13;
export const REPLY_MESSAGES_MAX = 5;
export const TEXT_UNITS_MAX = 5_000;
export const PLACE_TITLE_UNITS_MAX = 100;

export type TalkMessage =
  | { readonly kind: 'text'; readonly text: string }
  /** A place on the map, for the way there. */
  | { readonly kind: 'place'; readonly title: string; readonly address: string; readonly place: Whereabouts };

/** One answer: shown together, with the buttons under the last message. */
export interface TalkReply {
  readonly messages: readonly TalkMessage[];
  readonly choices: readonly TalkChoice[];
}

/** What becomes of choices and reports. Each sets something, so doing it twice is doing it once. */
export type TalkAct =
  | {
      readonly kind: 'subscribe';
      readonly language: Language;
      readonly districts: readonly string[];
      readonly categories: readonly string[];
    }
  | { readonly kind: 'leave' }
  /** Family may not ask for the person any more. */
  | { readonly kind: 'familyStop' }
  /** The person blocked the account, or opened it again. */
  | { readonly kind: 'block' }
  | { readonly kind: 'unblock' }
  | { readonly kind: 'report'; readonly report: ResidentReport };

/** What follows from one event: the talk as it stands then, what to do, and the answer; null for none. */
export interface TalkStep {
  readonly talk: Talk;
  readonly acts: readonly TalkAct[];
  readonly reply: TalkReply | null;
}
