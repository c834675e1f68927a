import type { CheckInParty } from './check-in.ts';
import type { Keys } from './keys.ts';

/**
 * Who lets family ask. Consent is given by taking a code and withdrawn by giving it back; the code goes from hand to hand, and whoever has it may ask.
 * No name, number or address is asked for: a code of 50 bits cannot be tried out, so nobody learns by asking whether somebody is known here.
 */
export type CodeHolder =
  | { readonly kind: 'party'; readonly party: string }
  /** Somebody of the LINE account, by their id there. */
  | { readonly kind: 'line'; readonly person: string };

export interface FamilyCode {
  readonly code: string;
  readonly holder: CodeHolder;
  /** Whether the shelter may be named too. */
  readonly namesShelter: boolean;
  readonly givenAt: number;
  /** When the person said on LINE to be safe; null before, and after a cry for help. */
  readonly safeAt: number | null;
}

/** What family hear. */
export type FamilyAnswer =
  | { readonly kind: 'shelter'; readonly since: number; readonly shelter: string | null }
  | { readonly kind: 'safe'; readonly at: number };

/** A word of being safe is news for so long; what is older says nothing about now, and is not told. */
export const SAFE_MS = 7 * 86_400_000;
/** Consent at a door ends with this, whatever becomes of the shelter; on LINE a code that was not used for a year. */
export const DOOR_CODE_MS = 30 * 86_400_000;
export const LINE_CODE_MS = 365 * 86_400_000;
/**
 * Questions without an answer from one address within ten minutes. Half a town may ask from behind one proxy or one telephone company; and at one a
 * second, trying out 50 bits among a million codes takes decades for the first hit.
 */
export const WRONG_ASKS_MAX = 600;
export const WRONG_ASKS_SPAN_MS = 10 * 60_000;

const PURPOSE = 'family code';
/** Crockford's: without I, L, O and U, which are taken for others. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_CHARS = 10;

/** A code that follows from what it was asked for with, so that asking twice gives the same; nobody without the keys can make it. */
export function familyCodeFrom(keys: Keys, of: string): string {
  const bytes = Buffer.from(keys.digest(PURPOSE, of), 'base64url');
  return [...bytes.subarray(0, CODE_CHARS)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

/** As it is shown and called out: `K7QM-2XP-D9T`. */
export const shownCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4, 7)}-${code.slice(7)}`;

/** The code in what somebody typed, whatever its width, case and marks; null when it is none. */
export function codeIn(text: string): string | null {
  if (text.length > 64) return null;
  const plain = text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{10}$/.test(plain) ? plain : null;
}

/**
 * The code that somebody asks with in a talk; null for what is said otherwise. A word of ten letters is none, and neither is the number of a telephone:
 * a code is told apart from the first by its dashes or a digit, and from the second by a letter.
 */
export function askedWith(text: string): string | null {
  const code = codeIn(text);
  const isShown = /^\S{4}\p{Pd}\S{3}\p{Pd}\S{3}$/u.test(text.trim().normalize('NFKC'));
  return code !== null && /[A-Z]/.test(code) && (isShown || /\d/.test(text.normalize('NFKC'))) ? code : null;
}

/**
 * What family hear of whoever holds a code. Null for everything else, in the same words: nobody holds it, it was given back, or there is nothing
 * new. What is told is where somebody is now, or that they said to be safe; never that they left, and never how many or who is with them.
 */
export function familyAnswer(
  code: FamilyCode | null,
  {
    party,
    shelterName,
    now,
  }: { readonly party: CheckInParty | null; readonly shelterName: (id: string) => string | null; readonly now: number },
): FamilyAnswer | null {
  if (!code) return null;
  if (code.holder.kind === 'party')
    return party?.state === 'in'
      ? { kind: 'shelter', since: party.at, shelter: code.namesShelter ? shelterName(party.shelter) : null }
      : null;
  return code.safeAt !== null && now - code.safeAt <= SAFE_MS ? { kind: 'safe', at: code.safeAt } : null;
}

/** Who lets family ask, sealed and found by keyed hash only. */
export abstract class FamilyCodes {
  /** Keeps a consent until `expiresAt` and resolves with it, durable. Who holds a code already keeps that one, with the new choice. */
  abstract give(
    code: Pick<FamilyCode, 'code' | 'holder' | 'namesShelter'> & { readonly at: number; readonly expiresAt: number },
  ): Promise<FamilyCode>;

  /** Ends a consent at once. Resolves with whether there was one. */
  abstract withdraw(holder: CodeHolder): Promise<boolean>;

  /** The consent of somebody; null without one. */
  abstract of(holder: CodeHolder): Promise<FamilyCode | null>;

  /** Whom a code belongs to; null for everything else, and after its end. */
  abstract find(code: string, now: number): Promise<FamilyCode | null>;

  /** Somebody of LINE said to be safe (null: cries for help), which ends a year later at the earliest. Nothing without consent. */
  abstract saidSafe(person: string, safe: { readonly safeAt: number | null; readonly expiresAt: number }): Promise<void>;

  /** Forgets consents that ended before the instant. Resolves with how many. */
  abstract forget(before: number): Promise<number>;
}

/** What family hear who ask. */
export type FamilyWord = FamilyAnswer | { readonly kind: 'nothing' } | { readonly kind: 'tooMany' };
