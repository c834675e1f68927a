import type { ChannelName, Lane, Language } from './delivery.ts';
import type { Gauge, GaugeId } from './gauge.ts';
import type { Transition } from './alert.ts';
import type { Rule, RuleId } from './rule.ts';

export interface District {
  readonly code: string;
  readonly name: string;
  readonly population: number | null;
}

export interface Shelter {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly lat: number;
  readonly lon: number;
  /** Hazards the place is designated for, by the column names of the national data set without the prefix. */
  readonly hazards: readonly string[];
  readonly capacity: number | null;
}

/** Who hears of which transitions, on which channels, in which lane. */
export interface Route {
  readonly id: string;
  readonly rules: readonly RuleId[];
  readonly transitions: readonly Transition['kind'][];
  /** Only transitions that touch this step or a higher one (`from` or `to`). */
  readonly fromStep: number;
  readonly audience:
    /** Residents of the gauge's districts that chose the category. */
    | { readonly kind: 'residents'; readonly category: string }
    /** A group of staff. */
    | { readonly kind: 'staff'; readonly group: string };
  readonly channels: readonly ChannelName[];
  readonly lane: Lane;
  readonly expiresAfterMs: number;
  /** Name of the wording; `{wording}.{transition kind}` is looked up per language. */
  readonly wording: string;
}

/** Texts of one language. Parameters in braces, and nothing else. */
export interface Wording {
  readonly language: Language;
  readonly reviewer: string;
  /** How this language writes the playbook's own names (rivers, gauges, districts, steps): Japanese name → name. Others stay Japanese. */
  readonly names?: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, { readonly subject: string; readonly body: string }>>;
}

/** What headquarters decided in calm weather, checked as a whole. `version` is a hash of its files and is stamped on every decision. */
export interface Playbook {
  readonly version: string;
  readonly city: { readonly code: string; readonly name: string; readonly timeZone: string; readonly languages: readonly Language[] };
  readonly gauges: ReadonlyMap<GaugeId, Gauge>;
  readonly rules: readonly Rule[];
  readonly routes: readonly Route[];
  readonly districts: ReadonlyMap<string, District>;
  readonly shelters: readonly Shelter[];
  readonly wordings: ReadonlyMap<Language, Wording>;
  /** GeoJSON of the districts, as it was read. */
  readonly areasGeoJson: unknown;
  readonly retention: {
    readonly logDays: number;
    readonly historyDays: number;
    readonly deliveriesDays: number;
    readonly quarantineDays: number;
  };
}
