import type { GaugeId } from './gauge.ts';
import type { Quantity } from './quantity.ts';

/** What kinds of entries there are. */
export const LOGBOOK_KINDS = ['correction', 'note', 'count', 'maintenance', 'maintenanceEnded', 'finding', 'findingEnded'] as const;
export type LogbookKind = (typeof LOGBOOK_KINDS)[number];

/** What may be found out about a gauge without a person. */
export const FINDINGS_ABOUT = ['cloned', 'clock', 'battery', 'drift', 'stuck'] as const;
export type FindingAbout = (typeof FINDINGS_ABOUT)[number];

interface EntryBase {
  /** Derived from what it is about, or from the key of the request: the same id is the same entry. */
  readonly id: string;
  readonly gauge: GaugeId;
  /** Why, or what was seen, in the author's words. */
  readonly reason: string;
  /** The user's name; of findings the part of the service that found it. */
  readonly by: string;
  readonly madeAt: number;
}

/** What one observation ought to have been. `value` null takes an earlier correction back. */
export interface Correction extends EntryBase {
  readonly kind: 'correction';
  readonly quantity: Quantity;
  /** Instant of the observation. */
  readonly at: number;
  /** The value that was admitted, and what the device had said. */
  readonly was: number;
  readonly raw: number;
  readonly value: number | null;
}

/** Something that somebody wants others to know about the gauge at an instant. */
export interface GaugeNote extends EntryBase {
  readonly kind: 'note';
  readonly at: number;
}

/** People that a person counted; the reading itself is in the log. */
export interface CountEntry extends EntryBase {
  readonly kind: 'count';
  readonly at: number;
  readonly value: number;
}

/** Observations of these instants are flagged and move no alert. Ends by itself. */
export interface Maintenance extends EntryBase {
  readonly kind: 'maintenance';
  readonly from: number;
  readonly until: number;
}

/** The maintenance of that id was over earlier than planned. */
export interface MaintenanceEnd extends EntryBase {
  readonly kind: 'maintenanceEnded';
  readonly of: string;
  readonly at: number;
}

/** A doubt about the gauge that more than one reading gave rise to. */
export interface Finding extends EntryBase {
  readonly kind: 'finding';
  readonly about: FindingAbout;
  readonly at: number;
}

/** The finding of that id holds no longer. */
export interface FindingEnd extends EntryBase {
  readonly kind: 'findingEnded';
  readonly of: string;
  readonly at: number;
}

export type LogbookEntry = Correction | GaugeNote | CountEntry | Maintenance | MaintenanceEnd | Finding | FindingEnd;
export type NumberedLogbookEntry = LogbookEntry & { readonly number: number };

/**
 * What people did to gauges and what was found out about them. Entries are never changed: whoever errs makes another entry, and all of
 * them stay.
 */
export abstract class Logbook {
  /**
   * Resolves with the entry that is kept under this id, once it would survive a power cut: the given one, or the first of that id, which
   * changes nothing. Numbers rise in the order in which entries become visible.
   */
  abstract enter(entry: LogbookEntry): Promise<NumberedLogbookEntry>;

  /** The entry of this id; null when there is none. */
  abstract entry(id: string): Promise<NumberedLogbookEntry | null>;

  /** Newest first, before a number when one is given. */
  abstract entries(query: {
    readonly gauge?: GaugeId;
    readonly kinds?: readonly LogbookKind[];
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly NumberedLogbookEntry[]>;

  /** Corrections of observations from `from` to before `to`, in the order in which they were made. */
  abstract corrections(query: {
    readonly gauge: GaugeId;
    readonly quantity: Quantity;
    readonly from: number;
    readonly to: number;
  }): Promise<readonly Correction[]>;

  /** Maintenance that was planned to end after the instant, and the early ends of it, in the order in which they were made. */
  abstract maintenance(until: number): Promise<readonly (Maintenance | MaintenanceEnd)[]>;

  /** Findings that hold, the oldest first; of one gauge when it is given. */
  abstract openFindings(gauge?: GaugeId): Promise<readonly Finding[]>;
}

/** Where an entry lies in time, for whoever has to find it again: corrections by observation, maintenance by its planned end. */
export function placeOf(entry: LogbookEntry): { readonly at: number; readonly of: string | null; readonly quantity: Quantity | null } {
  switch (entry.kind) {
    case 'correction':
      return { at: entry.at, of: null, quantity: entry.quantity };
    case 'maintenance':
      return { at: entry.until, of: null, quantity: null };
    case 'maintenanceEnded':
    case 'findingEnded':
      return { at: entry.at, of: entry.of, quantity: null };
    case 'note':
    case 'count':
    case 'finding':
      return { at: entry.at, of: null, quantity: null };
  }
}
