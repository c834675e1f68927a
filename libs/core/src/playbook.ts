import type { Transition } from './alert.ts';
import type { ChannelName, Lane, Language } from './delivery.ts';
import type { DrillPlan } from './drill.ts';
import type { Gauge, GaugeId } from './gauge.ts';
import type { HeartbeatPlan } from './heartbeat.ts';
import type { OrderHazard, OrderLevel, OrderPolicy } from './order.ts';
import type { Rule, Selector } from './rule.ts';
import type { RuleId } from './rule-id.ts';

export interface District {
  readonly code: string;
  readonly name: string;
  readonly population: number | null;
  readonly households?: number | null;
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
    | { readonly kind: 'staff'; readonly group: string }
    /** Holders of tickets of the gauge's queue that came near. */
    | { readonly kind: 'tickets' };
  readonly channels: readonly ChannelName[];
  readonly lane: Lane;
  readonly expiresAfterMs: number;
  /** Congestion only: the least time between two notices about one gauge to the same people (D§7). */
  readonly noticeIntervalMs?: number;
  /** Staff only: several changes of one kind within the wait are one message. */
  readonly group?: { readonly by: 'river' | 'area'; readonly waitMs: number };
  /** Residents only: whoever hears of a step by one gauge of the river, or of the districts, is not told again by another (F44). */
  readonly mergeBy?: 'river' | 'area';
  /** Name of the wording; `{wording}.{transition kind}` is looked up per language. */
  readonly wording: string;
  /** Set on the route of an escalation level: it hears that level's call, and afterwards the all-clear of an episode that it was called to. */
  readonly level?: number;
}

/**
 * Whom to call when too few have answered. The levels come in order, each when the time since the one before it (the first: since the alert
 * reached the step) has passed without the answers. The last one is the desk, which sounds until it is answered.
 */
export interface EscalationPolicy {
  readonly id: string;
  readonly rules: readonly RuleId[];
  /** From this step of the rules on. */
  readonly fromStep: number;
  /** So many different persons must have answered … */
  readonly answers: number;
  /** … of these accounts; of all that may answer when none are named. */
  readonly of?: readonly string[];
  readonly levels: readonly { readonly afterMs: number }[];
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
  /** Whom to call by telephone when no channel works; for the list that headquarters print. */
  readonly contacts?: readonly { readonly group: string; readonly name: string; readonly phone: string }[];
  /** The routes of their levels stand among the routes. */
  readonly escalations?: readonly EscalationPolicy[];
  /** Which rules propose orders, what was approved for them, and the usual districts. */
  readonly orders?: OrderPlan;
  /** Which real events end a drill, and the usual drills. */
  readonly drills?: DrillPlan;
  /** How often the way from gauge to phone is proven, and on which channels; never without it. `withHeartbeat` makes the gauge of it. */
  readonly heartbeat?: HeartbeatPlan;
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

/** When a rule on a gauge proposes an order. */
export interface OrderProposalRule {
  readonly id: string;
  readonly rule: RuleId;
  /** The step of the rule; reaching it proposes. */
  readonly step: number;
  /** Which of the rule's gauges propose; all of them that may speak to the public without one. */
  readonly selector: Selector | null;
  readonly level: OrderLevel;
  readonly hazard: OrderHazard;
  /** District codes; those of the gauge without them. */
  readonly districts: readonly string[] | null;
}

/** What headquarters approved in writing, in calm weather (product promise 6). */
export interface OrderApproval extends OrderPolicy {
  /** Ids of proposals and presets it speaks of. */
  readonly of: readonly string[];
}

/** The usual districts of an order, so that forty of them need not be entered one by one (F69). */
export interface OrderPreset {
  readonly id: string;
  readonly name: string;
  readonly level: OrderLevel;
  readonly hazard: OrderHazard;
  readonly districts: readonly string[];
}

/** What the playbook says about orders. */
export interface OrderPlan {
  /** Residents of the order's districts, and the staff who are told of it. Their words are the service's own, and so are their ids. */
  readonly residents: Route;
  /** Null in a city that tells staff nothing by message. */
  readonly staff: Route | null;
  /** A proposal that nobody decided on lapses after this. */
  readonly proposalExpiresAfterMs: number;
  readonly proposals: readonly OrderProposalRule[];
  readonly approvals: readonly OrderApproval[];
  readonly presets: readonly OrderPreset[];
}
