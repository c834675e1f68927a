import type { Language, Outcome } from './delivery.ts';
import type { Charset } from './directory.ts';

/**
 * Mail to one person about their own sign-up. `invitation`: the link to the form (仮登録); `welcome`: what was chosen (本登録); `goodbye`: that
 * nothing more comes (配信停止).
 */
export const LETTER_KINDS = ['invitation', 'welcome', 'goodbye'] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

export interface Letter {
  /** Follows from what asked for it, so that asking twice is one letter. */
  readonly id: string;
  readonly kind: LetterKind;
  readonly address: string;
  readonly language: Language;
  readonly charset: Charset;
  /** Only of an invitation: what its link ends in. */
  readonly token: string;
  /** Only of a welcome: what was chosen. */
  readonly districts: readonly string[];
  readonly categories: readonly string[];
  /** After this instant it helps nobody and is not sent. */
  readonly expiresAt: number;
}

/** A form that somebody was given the link to. It is answered once; who looks again sees how it ended. */
export interface SignUpLink {
  readonly address: string;
  readonly state: 'open' | 'chosen' | 'left';
  readonly expiresAt: number;
}

/** A link is good for a day (D§4.1) … */
export const LINK_MS = 24 * 3_600_000;
/** … and somebody is written to at most once a minute (S17) … */
export const INVITATION_GAP_MS = 60_000;
/** … and this often in a day: anybody can write in anybody's name, and nobody signs up twenty times. */
export const INVITATIONS_A_DAY_MAX = 20;
/** Letters that wait. A town that signs up after a broadcast fits in; beyond it the sender's server is asked to come again. */
export const LETTERS_MAX = 20_000;

/** A letter in its words. */
export interface OutgoingLetter {
  /** 32 hexadecimal digits, as `mailIdentity` gives them: the Message-ID, which stays the same however often it is sent. */
  readonly id: string;
  readonly address: string;
  readonly charset: Charset;
  readonly subject: string;
  readonly body: string;
  readonly writtenAt: number;
}

/** A way for letters. It tries once and never throws for what the other side does. */
export abstract class LetterCarrier {
  /** Whether it has room: messages to many people go before letters to one. */
  abstract readonly isFree: boolean;
  abstract carry(letter: OutgoingLetter): Promise<Outcome>;
}

/** How an attempt to send a letter ended. */
export interface LetterEnd {
  readonly id: string;
  /** The attempt that was claimed: a late word of an older one changes nothing. */
  readonly attempt: number;
  readonly state: 'sent' | 'queued' | 'dead';
  /** When `queued`: not before this instant. */
  readonly dueAt: number;
}

/**
 * Links and letters of people who sign up by mail. Addresses and tokens lie sealed, links are found by a hash of their token (S16), and people by
 * a keyed hash of their address. Everything is forgotten when it is over. Rejects with `LedgerUnavailable` when it cannot be reached.
 */
export abstract class Letters {
  /**
   * Keeps a link and the letter that brings it, in one transaction, on disk before this resolves. Nothing is kept when the person was invited less
   * than `INVITATION_GAP_MS` before, or too often in a day (`tooSoon`), or when too many letters wait (`full`).
   */
  abstract invite(invitation: {
    readonly tokenHash: string;
    readonly at: number;
    readonly letter: Letter;
  }): Promise<'kept' | 'tooSoon' | 'full'>;

  /** The link behind a token; null when there is none, or when it is over. */
  abstract link(tokenHash: string, now: number): Promise<SignUpLink | null>;

  /** Writes down how a link was answered, with the letter that says so, in one transaction. False, and nothing changed, when it was answered before. */
  abstract closeLink(tokenHash: string, state: 'chosen' | 'left', letter: Letter): Promise<boolean>;

  /** Keeps a letter that no link asked for. One of the same id stays as it is. */
  abstract add(letter: Letter, now: number): Promise<void>;

  /**
   * Up to `limit` letters that are due, oldest first, on loan until `leaseUntil`: whoever claims them next, when this process died, gets them with
   * the next attempt number. Those that have expired are forgotten.
   */
  abstract claim(query: {
    readonly now: number;
    readonly limit: number;
    readonly leaseUntil: number;
  }): Promise<readonly { readonly letter: Letter; readonly attempt: number }[]>;

  /** Writes down how an attempt ended: sent and dead letters are forgotten. */
  abstract settle(end: LetterEnd): Promise<void>;

  /** How many letters wait to be sent or for the next attempt. */
  abstract depth(): Promise<number>;

  /** Forgets links that are over. Resolves with how many went. */
  abstract forgetLinks(now: number): Promise<number>;
}
