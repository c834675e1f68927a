/** What is counted of a group of people that comes together. Nothing else about them is asked: to be counted nobody needs a name. */
export interface HeadCount {
  readonly households: number;
  readonly persons: number;
}

/** `door`: people counted themselves by the code at the door; `desk`: staff did. */
export type CheckInWay = 'door' | 'desk';

/**
 * `begun`: the count starts from what was known of the place; `came`, `left`, `undone`: as they say; `corrected`: a member of staff counted, and from
 * here it goes on; `closed`: the shelter is over, and nobody is counted there any more.
 */
export type CheckInKind = 'begun' | 'came' | 'left' | 'undone' | 'corrected' | 'closed';

/** One line of a shelter's count. Lines are never changed. */
export interface CheckInEntry {
  /** Derived from the key of the form or of the request, so that a repeat is the same. */
  readonly id: string;
  /** Rises over all shelters. */
  readonly number: number;
  readonly shelter: string;
  readonly kind: CheckInKind;
  /** Of whom; null when staff counted people who are no party of theirs, or all. */
  readonly party: string | null;
  /** The number that the party was told; null without one. */
  readonly ticket: number | null;
  /** How much the line moved the count. */
  readonly moved: HeadCount;
  /** The count from this line on. */
  readonly total: HeadCount;
  readonly way: CheckInWay;
  /** Who did it; empty at the door. */
  readonly by: string;
  readonly reason: string;
  /** The line that was undone. */
  readonly of: string | null;
  readonly at: number;
}

/** A shelter's count as it stands. */
export interface CheckInRegister extends HeadCount {
  readonly shelter: string;
  /** Of the newest line; 0 before the first. */
  readonly number: number;
  /** Whether it counts: from the first who came until the shelter is closed. */
  readonly open: boolean;
  /** Of the newest correction: what was before it is in it. */
  readonly correctedNumber: number;
  /** The last number that a party was told. */
  readonly ticket: number;
  /** Which sheet hangs at the door: a new one ends the codes on all earlier ones. */
  readonly sheet: number;
  readonly at: number;
}

/** People who came together. */
export interface CheckInParty extends HeadCount {
  readonly id: string;
  readonly shelter: string;
  /** Short enough to be called out: counted from 1 in every shelter. */
  readonly ticket: number;
  readonly state: 'in' | 'out';
  /** How often it was moved: an act names it, so that an old page moves nothing. */
  readonly turn: number;
  /** Since when it is in, or out. */
  readonly at: number;
}

/** What somebody wants of a shelter's count. */
export type CheckInAsk = {
  readonly id: string;
  readonly shelter: string;
  readonly way: CheckInWay;
  readonly by: string;
  readonly at: number;
} & (
  | ({
      readonly act: 'come';
      readonly party: string;
      /** As the page that asks has it; null from staff, who go by what is. */
      readonly turn: number | null;
      /** To how many persons people may count themselves here; null for staff. */
      readonly ceiling: number | null;
      /** What is known of the place when the count begins with this. */
      readonly known: number;
    } & HeadCount)
  | { readonly act: 'leave'; readonly party: string; readonly turn: number | null }
  /** Of people who are no party, or cannot say which. */
  | ({ readonly act: 'leaveUnnamed' } & HeadCount)
  | { readonly act: 'undo'; readonly of: string }
  | ({ readonly act: 'correct'; readonly reason: string } & HeadCount)
  | { readonly act: 'close' }
);

/** Why something is not counted. */
export type CheckInRefusal =
  /** There is no such party, or line. */
  | 'unknown'
  /** The page is older than what was done since. */
  | 'stale'
  /** The party is in already, or out. */
  | 'alreadyIn'
  | 'alreadyOut'
  /** More people cannot count themselves at this door: staff count on. */
  | 'beyondCeiling'
  /** Fewer are counted than would go. */
  | 'tooFew'
  | 'alreadyUndone'
  /** A correction came after it, or the party moved on: only a correction puts this right. */
  | 'notUndoable'
  /** The id was used for something else. */
  | 'idUsed';

export type CheckInOutcome =
  | { readonly kind: 'kept'; readonly entry: CheckInEntry; readonly register: CheckInRegister; readonly party: CheckInParty | null }
  | { readonly kind: 'refused'; readonly why: CheckInRefusal; readonly register: CheckInRegister; readonly party: CheckInParty | null };

/** What a decision rests on. */
export interface CheckInGround {
  readonly register: CheckInRegister;
  /** The party that is asked about, or whose line is to be undone. */
  readonly party: CheckInParty | null;
  /** The line that has the id of what is asked. */
  readonly repeated: CheckInEntry | null;
  /** The line to be undone, and whether it was. */
  readonly undoes: { readonly entry: CheckInEntry; readonly undone: boolean } | null;
}

/** A family that is larger goes to the desk: whoever types more at a door alone makes a mistake, or a joke. */
export const DOOR_PERSONS_MAX = 20;
/** At a desk a bus may arrive. */
export const DESK_PERSONS_MAX = 500;
/** Two households a second through a wide door, each pressing twice; a code that was photographed fills nothing faster than people walk. */
export const DOOR_ACTS_PER_MINUTE_MAX = 240;
/** To how many people may count themselves where nobody knows how many have room. */
export const DOOR_CEILING_UNKNOWN = 200;
/** How often a party may come and go by its page: every hour for a week. */
export const PARTY_TURNS_MAX = 336;
/** How long lines and parties are kept: as long as a shelter is asked for who was there, and what it cost (災害救助法: claims within weeks). */
export const CHECK_INS_MS = 90 * 86_400_000;

/** The register of a shelter in which nothing was counted yet. */
export const emptyRegister = (shelter: string): CheckInRegister => ({
  shelter,
  number: 0,
  open: false,
  households: 0,
  persons: 0,
  correctedNumber: 0,
  ticket: 0,
  sheet: 1,
  at: 0,
});

/**
 * Who came to shelters and who went. An act is decided and kept in one commit, one after the other in each shelter, so that two families who scan
 * at the same moment are both counted, and one that sends its form twice is counted once.
 */
export abstract class CheckIns {
  /**
   * Decides by `decideCheckIn` and keeps what follows. Resolves once it would survive a power cut; what was kept under this id before is told
   * again. What staff put right is written down in the audit in the same commit.
   */
  abstract act(ask: CheckInAsk): Promise<CheckInOutcome>;

  /** Every shelter of which anything was kept. */
  abstract registers(): Promise<ReadonlyMap<string, CheckInRegister>>;

  abstract party(id: string): Promise<CheckInParty | null>;

  /** Those of one shelter that are in, newest number first. */
  abstract partiesIn(shelter: string, limit: number): Promise<readonly CheckInParty[]>;

  /** Lines of one shelter, newest first, each with whether it was undone. */
  abstract entries(shelter: string, limit: number): Promise<readonly (CheckInEntry & { readonly undone: boolean })[]>;

  /** Hangs a new sheet in place of number `replaces`; a repeat changes nothing. Resolves with the sheet that hangs now. */
  abstract renewSheet(ask: {
    readonly shelter: string;
    readonly replaces: number;
    readonly by: string;
    readonly at: number;
  }): Promise<number>;

  /** Forgets lines and parties from before the instant; counts stay. Resolves with how many rows are gone. */
  abstract forget(before: number): Promise<number>;
}

/** What follows from an act: lines to keep in order, with numbers still to be given from `register.number` on; or nothing. */
export type CheckInDecision =
  | { readonly kind: 'refused'; readonly why: CheckInRefusal }
  | { readonly kind: 'repeat'; readonly entry: CheckInEntry }
  | {
      readonly kind: 'change';
      readonly entries: readonly Omit<CheckInEntry, 'number'>[];
      /** As it stands then, but for the number of its newest line. */
      readonly register: CheckInRegister;
      /** The party as it stands then; null when none was moved. */
      readonly party: CheckInParty | null;
      /** Whether everybody who was in is out. */
      readonly allOut: boolean;
    };

/** What an adapter keeps of a decision. */
export type CheckInChange = Extract<CheckInDecision, { readonly kind: 'change' }>;
