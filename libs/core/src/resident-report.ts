import type { Role } from './role.ts';
import type { Whereabouts } from './whereabouts.ts';

/** What residents tell headquarters: that water stands somewhere, that they need help, that they are safe. */
export const RESIDENT_REPORT_KINDS = ['needHelp', 'flooding', 'safe'] as const;
export type ResidentReportKind = (typeof RESIDENT_REPORT_KINDS)[number];

export const RESIDENT_REPORT_STATES = ['new', 'seen', 'closed'] as const;
export type ResidentReportState = (typeof RESIDENT_REPORT_STATES)[number];

/** Who may read reports: places of people are personal, so only those see them who act on them. */
export const REPORT_ROLES: readonly Role[] = ['operator', 'duty', 'decider', 'admin'];

/** UTF-16 units of a resident's words that are kept: a few sentences, not a letter. */
export const REPORT_TEXT_UNITS_MAX = 500;

/** As the resident told it. What is told later about the same thing stands under the same id and replaces what it names. */
export interface ResidentReport {
  /** Derived from the event that began it. */
  readonly id: string;
  readonly kind: ResidentReportKind;
  /** When the resident began to tell it. */
  readonly at: number;
  /** Where, to about 10 m; null when it was not told. Kept, unlike any other position, because somebody has to go there. */
  readonly place: Whereabouts | null;
  /** In the resident's own words, without controls and direction marks; empty without any. */
  readonly text: string;
}

/** A report as headquarters have it. */
export interface KeptReport extends ResidentReport {
  readonly number: number;
  readonly state: ResidentReportState;
  /** Of the last act of staff; empty before the first. */
  readonly by: string;
  readonly note: string;
  readonly actedAt: number | null;
  /** Of one who needed help: since when the same person says to be safe. */
  readonly safeSince: number | null;
}

/** Where a list of reports goes on. Those who need help and were not closed stand before all others. */
export interface ReportCursor {
  readonly urgent: boolean;
  readonly number: number;
}

/** Whether a report stands before the others: somebody waits for help, and nobody has closed it. */
export const isUrgent = ({ kind, state }: Pick<KeptReport, 'kind' | 'state'>): boolean => kind === 'needHelp' && state !== 'closed';

/** What staff may make of a report: seen it, closed it. A closed one stays closed; null for what changes nothing. */
export function reportAfter(state: ResidentReportState, act: 'see' | 'close'): ResidentReportState | null {
  if (act === 'close') return state === 'closed' ? null : 'closed';
  return state === 'new' ? 'seen' : null;
}

/** Controls, and the marks that turn text around or hide in it (F60): bidirectional controls, zero-width characters, line separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/** A resident's words as they may be kept and shown: unseen characters become spaces, the rest is cut to `REPORT_TEXT_UNITS_MAX`. */
export function plainWords(text: string): string {
  const plain = text.replaceAll(UNSEEN, ' ').replaceAll(/\s+/g, ' ').trim();
  // Cutting between the halves of one character would leave half of it.
  return plain.slice(0, REPORT_TEXT_UNITS_MAX).replace(/[\uD800-\uDBFF]$/, '');
}

/** What residents reported, for headquarters. Without names: whoever reported is known by a keyed hash that says nothing outside of this store. */
export abstract class ResidentReports {
  /** Those who need help and are not closed first, then the newest, after a cursor when one is given. */
  abstract list(query: {
    readonly kind?: ResidentReportKind;
    readonly state?: ResidentReportState;
    readonly after?: ReportCursor;
    readonly limit: number;
  }): Promise<readonly KeptReport[]>;

  /** One report; null when there is none or it was forgotten. */
  abstract report(id: string): Promise<KeptReport | null>;

  /**
   * Staff saw or closed a report (`reportAfter`). Resolves with it as it is then; again, or on one that is closed, changes nothing. Null when
   * there is no such report.
   */
  abstract act(
    id: string,
    act: { readonly kind: 'see' | 'close'; readonly by: string; readonly note: string; readonly at: number },
  ): Promise<KeptReport | null>;

  /** Forgets what was told before an instant, and says how many reports are gone. */
  abstract forget(before: number): Promise<number>;
}
