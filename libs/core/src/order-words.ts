import type { Language } from './delivery.ts';
import type { OrderHazard, OrderLevel } from './order.ts';

/**
 * What an order says in one language. The service writes these itself, for law fixes the names and what they ask of people (D§2.1, D§2.2); a
 * city adds its own lines by the playbook's wording `order`.
 *
 * `|` is a place where a line may end. Japanese sentences keep the order district → hazard → 警戒レベル → name → who → what to do.
 */
export interface OrderWords {
  readonly hazards: Readonly<Record<OrderHazard, string>>;
  /** The flood of known rivers. */
  readonly riverFlood: (rivers: string) => string;
  /** Why: something threatens (levels 3 and 4), or happens (level 5). */
  readonly reason: (hazard: string, level: OrderLevel) => string;
  /** Who is to do what. */
  readonly act: Readonly<Record<OrderLevel, readonly string[]>>;
  readonly subject: {
    readonly given: (of: SubjectParts) => string;
    readonly updated: (of: SubjectParts) => string;
    readonly lifted: (of: SubjectParts) => string;
    readonly takenBack: (of: SubjectParts) => string;
    readonly updateTakenBack: (of: SubjectParts) => string;
    readonly liftTakenBack: (of: SubjectParts) => string;
  };
  readonly given: (of: LeadParts) => string;
  readonly updated: (of: LeadParts) => string;
  readonly levelChanged: (from: string, to: string) => string;
  readonly added: (areas: string) => string;
  readonly removed: (areas: string) => string;
  readonly destinationsChanged: string;
  readonly lifted: (of: LeadParts) => readonly string[];
  readonly takenBack: (of: LeadParts) => readonly string[];
  readonly updateTakenBack: (of: LeadParts) => readonly string[];
  readonly liftTakenBack: (of: LeadParts) => readonly string[];
  /** Beside the end of an order: another one that goes on. */
  readonly standing: (of: { readonly areas: string; readonly level: string; readonly what: string }) => string;
  readonly since: (when: string) => string;
  readonly liftedAt: (when: string) => string;
  readonly areas: (areas: string) => string;
  /** Head of the list of places that are designated for the hazard. */
  readonly destinations: string;
  readonly destination: (name: string, address: string) => string;
  readonly moreDestinations: (count: number) => string;
  /** Stands before the link. */
  readonly details: string;
  readonly issuer: (city: string, when: string) => string;
}

/** `level` is number and name, `what` the rivers or the hazard. */
export interface SubjectParts {
  readonly city: string;
  readonly level: string;
  readonly what: string;
}

export interface LeadParts {
  readonly areas: string;
  readonly reason: string;
  readonly level: string;
}

/** A time as a sentence of the language has it. */
export const WHEN: Readonly<Record<Language, (date: string, time: string) => string>> = {
  ja: (date, time) => `${date} ${time}`,
  'ja-easy': (date, time) => `${date} ${time}`,
  en: (date, time) => `${date}, ${time}`,
  'zh-Hans': (date, time) => `${date} ${time}`,
  'zh-Hant': (date, time) => `${date} ${time}`,
  ko: (date, time) => `${date} ${time}`,
  vi: (date, time) => `${time} ngày ${date}`,
  pt: (date, time) => `${date}, ${time}`,
};

/** The model sentences of D§8 for levels 3, 4 and 5, one thing to do in each. */
