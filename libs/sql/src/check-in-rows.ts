import type { CheckInEntry, CheckInKind, CheckInParty, CheckInRegister, CheckInWay } from '#core';

export interface CheckInRow {
  readonly number: number;
  readonly id: string;
  readonly shelter: string;
  readonly kind: CheckInKind;
  readonly party: string | null;
  readonly ticket: number | null;
  readonly households: number;
  readonly persons: number;
  readonly total_households: number;
  readonly total_persons: number;
  readonly way: CheckInWay;
  readonly by_name: string;
  readonly reason: string;
  /** The line that was undone: each once. */
  readonly of: string | null;
  readonly at: number;
}

export interface CheckInPartyRow {
  readonly id: string;
  readonly shelter: string;
  readonly ticket: number;
  readonly state: CheckInParty['state'];
  readonly turn: number;
  readonly households: number;
  readonly persons: number;
  readonly at: number;
}

export interface CheckInRegisterRow {
  readonly shelter: string;
  readonly number: number;
  /** 1 while it counts. */
  readonly open: number;
  readonly households: number;
  readonly persons: number;
  readonly corrected: number;
  readonly ticket: number;
  readonly sheet: number;
  readonly at: number;
}

export interface FamilyCodeRow {
  /** Keyed hash of a party, or by what the directory finds somebody of LINE. */
  readonly holder: string;
  /** Keyed hash of the code. */
  readonly lookup: string;
  readonly expires_at: number;
  /** Sealed JSON of code, holder and choices. */
  readonly sealed: string;
}

export const checkInRow = ({ moved, total, by, ...rest }: CheckInEntry): CheckInRow => ({
  ...rest,
  households: moved.households,
  persons: moved.persons,
  total_households: total.households,
  total_persons: total.persons,
  by_name: by,
});

export const checkInFrom = ({ households, persons, total_households, total_persons, by_name, ...rest }: CheckInRow): CheckInEntry => ({
  ...rest,
  by: by_name,
  moved: { households, persons },
  total: { households: total_households, persons: total_persons },
});

export const registerRow = ({ open, correctedNumber, ...rest }: CheckInRegister): CheckInRegisterRow => ({
  ...rest,
  open: open ? 1 : 0,
  corrected: correctedNumber,
});

export const registerFrom = ({ open, corrected, ...rest }: CheckInRegisterRow): CheckInRegister => ({
  ...rest,
  open: open === 1,
  correctedNumber: corrected,
});
