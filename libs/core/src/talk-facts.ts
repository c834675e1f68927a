import type { KnownSubscriber } from './directory.ts';
import type { Language } from './delivery.ts';
import type { FamilyWord } from './family-code.ts';
import type { ShelterOpening } from './shelter-opening.ts';
import type { DistrictOutline, Whereabouts } from './whereabouts.ts';

interface LimitBeside {
  readonly name: string;
  readonly distance: number;
}

/** A watched place as headquarters' screen shows it, as far as a resident may ask. */
export interface PlaceNow {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly river: string | null;
  readonly areas: readonly { readonly code: string }[];
  readonly publicAlert: 'allowed' | 'staffOnly';
  readonly capacity: number | null;
  readonly latest: { readonly at: number; readonly receivedAt: number; readonly value: number; readonly quality: string } | null;
  readonly ratePerHour: number | null;
  readonly passed: LimitBeside | null;
  readonly next: LimitBeside | null;
  readonly expected: { readonly everyMs: number };
  readonly blindSince: number | null;
  readonly severity: number;
  readonly alerts: readonly {
    readonly state: string;
    readonly kind: string;
    readonly stepCode: string;
    readonly stepsMax: number;
    readonly step: number;
  }[];
  readonly window: { readonly calling: number | null; readonly waiting: number | null; readonly waitMin: number | null } | null;
}

/** A shelter with what staff said of it and how full it is. */
export interface ShelterNow {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly lat: number;
  readonly lon: number;
  readonly hazards: readonly string[];
  /** The newest word of staff; null before the first. */
  readonly opening: Pick<ShelterOpening, 'state'> | null;
  /** Share of its capacity in percent; null when nobody knows now. */
  readonly occupancyPercent: number | null;
  /** A person said that no more fit in. */
  readonly full: boolean;
}

/** A window whose calls can be told. */
export interface CalledWindow {
  readonly id: string;
  readonly name: string;
}

/** What became of a ticket that was asked for. */
export type TicketAnswer =
  | { readonly kind: 'waiting' | 'near'; readonly calling: number | null; readonly ahead: number }
  | { readonly kind: 'tooMany' }
  | { readonly kind: 'closed' };

/** Everything that an answer in the talk may rest on. */
export interface TalkFacts {
  readonly city: string;
  readonly timeZone: string;
  readonly now: number;
  readonly districts: readonly { readonly code: string; readonly name: string }[];
  readonly outlines: readonly DistrictOutline[];
  /** What somebody may choose beside evacuation, which everybody hears: categories, and `drill`. */
  readonly categories: readonly string[];
  /** How a language writes a name of the playbook. */
  readonly nameIn: (language: Language, name: string) => string;
  /** The person's choices; null for somebody who has none. */
  readonly subscriber: KnownSubscriber | null;
  /** What LINE's profile says, as it says it; null when it was not asked or says nothing. */
  readonly profileLanguage: string | null;
  readonly places: readonly PlaceNow[];
  readonly shelters: readonly ShelterNow[];
  readonly windows: readonly CalledWindow[];
  /** Hazards that people flee from now, by the names of the national data set; empty in calm weather. */
  readonly hazards: readonly string[];
  /** Of the ticket that the event asks for; null for any other event. */
  readonly ticket: TicketAnswer | null;
  /** By which family may ask for the person; null while they may not. */
  readonly familyCode: string | null;
  /** What the person hears who asks with a code; null for any other event. */
  readonly familyWord: FamilyWord | null;
  /** Where family ask with a browser. */
  readonly familyAddress: string;
}

/** Where somebody asks from: a place they sent, or the middle of their districts. */
export type Origin = { readonly place: Whereabouts; readonly sent: boolean };

/** A value that is older than so many of its intervals is told as silence, like the gauge that lost its link. */
const SILENT_INTERVALS = 3;

/** Since when nothing is known of a place: by its alert, or because its newest value is too old. Null while it is heard; 0 when it never was. */
export function silentSince(
  { latest, blindSince, expected }: Pick<PlaceNow, 'latest' | 'blindSince' | 'expected'>,
  now: number,
): number | null {
  if (latest === null) return blindSince ?? 0;
  if (blindSince !== null) return latest.at;
  return now - latest.receivedAt > SILENT_INTERVALS * expected.everyMs ? latest.at : null;
}

/** Whether a place tells how things are now. */
export const isHeard = (place: Pick<PlaceNow, 'latest' | 'blindSince' | 'expected'>, now: number): boolean =>
  silentSince(place, now) === null;

/** A gauge beyond its alarm marks: from the second step of a rule of levels on, or at the only one. */
const isDangerous = ({ alerts }: PlaceNow): boolean =>
  alerts.some(({ state, kind, step, stepsMax }) => state === 'raised' && kind === 'level' && step >= Math.min(2, stepsMax));

/** What people flee from by what the gauges say: a river that rose makes a flood, a road under water makes inland flooding. */
export function hazardsOf(places: readonly PlaceNow[]): readonly string[] {
  const dangerous = places.filter((place) => place.publicAlert === 'allowed' && isDangerous(place));
  return [
    ...(dangerous.some(({ kind }) => kind === 'river') ? ['洪水'] : []),
    ...(dangerous.some(({ kind }) => kind === 'road') ? ['内水氾濫'] : []),
  ];
}
