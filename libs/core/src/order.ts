import type { AlertId, TransitionId } from './alert.ts';
import { derivedUuid } from './delivery.ts';
import type { GaugeId } from './gauge.ts';
import type { OperationStatus } from './operation-status.ts';
import type { Quantity } from './quantity.ts';
import type { Quality } from './reading.ts';
import type { Role } from './role.ts';
import type { RuleId } from './rule-id.ts';

/** Levels at which a municipality gives an order (D§2.1); 1 and 2 are the weather agency's own. */
export const ORDER_LEVELS = [3, 4, 5] as const;
export type OrderLevel = (typeof ORDER_LEVELS)[number];

/** The name of the order at each level, fixed by law since 2021 (D§2.1, D§2.2). */
export const ORDER_NAMES: Readonly<Record<OrderLevel, string>> = { 3: '高齢者等避難', 4: '避難指示', 5: '緊急安全確保' };

/** What threatens; each is a column of the national list of shelters, for a place is designated by hazard (D§2.2). */
export const ORDER_HAZARDS = ['flood', 'landslide', 'stormSurge', 'earthquake', 'tsunami', 'fire', 'inlandFlood', 'volcano'] as const;
export type OrderHazard = (typeof ORDER_HAZARDS)[number];

/** How `Shelter.hazards` writes each hazard. */
export const DESIGNATIONS: Readonly<Record<OrderHazard, string>> = {
  flood: '洪水',
  landslide: '崖崩れ、土石流及び地滑り',
  stormSurge: '高潮',
  earthquake: '地震',
  tsunami: '津波',
  fire: '大規模な火事',
  inlandFlood: '内水氾濫',
  volcano: '火山現象',
};

export type OrderId = string;
/** `order/{order}/{n}`, n from 1 in the order of telling. */
export type OrderTransitionId = string;

const ORDER_ID_CHARS = 13;

/** The id that follows from what an order came from: the same request or the same transition is one order, however often it is repeated. */
export const orderIdOf = (origin: string): OrderId =>
  `o${derivedUuid(origin)
    .replaceAll('-', '')
    .slice(0, ORDER_ID_CHARS - 1)}`;

export const orderTransitionId = (order: OrderId, ordinal: number): OrderTransitionId => `order/${order}/${ordinal}`;

/** Whether a message or a delivery tells of an order, and not of an alert. */
export const isOrderTransitionId = (id: TransitionId): boolean => id.startsWith('order/');

/** A district as the order names it, with how many it concerns; null where the playbook does not say. */
export interface OrderDistrict {
  readonly code: string;
  readonly name: string;
  readonly households: number | null;
  readonly persons: number | null;
}

/** A shelter that is designated for the hazard at hand; no other is ever named (D§2.2). */
export interface OrderDestination {
  readonly id: string;
  readonly name: string;
  readonly address: string;
}

/** What is ordered: the municipal level is the city's own word and never follows from a weather level (D§2.3). */
export interface OrderContent {
  readonly municipalLevel: OrderLevel;
  readonly hazard: OrderHazard;
  readonly districts: readonly OrderDistrict[];
  readonly destinations: readonly OrderDestination[];
}

/** A reading that speaks for an order, as its rule saw it. */
export interface OrderReading {
  readonly transitionId: TransitionId;
  readonly ruleId: RuleId;
  readonly gauge: GaugeId;
  readonly gaugeName: string;
  readonly river: string;
  readonly quantity: Quantity;
  /** Null where the rule does not rest on a value. */
  readonly value: number | null;
  readonly at: number;
  readonly quality: Quality;
  /** Name of the step that was reached, and its limit. */
  readonly stepName: string;
  readonly limit: number | null;
  readonly verdict: string;
  /** Why it may be wrong, in a sentence; null when nothing speaks against it (F43). */
  readonly doubt: string | null;
}

/** Words of a person about what they saw. */
export interface OrderReport {
  readonly text: string;
  readonly by: string;
  readonly at: number;
}

/** Why an order is proposed, and what speaks against it. */
export interface OrderGrounds {
  readonly readings: readonly OrderReading[];
  /** The highest weather level in force over the districts; another thing than the municipal level, and never mixed with it (D§2.3). */
  readonly weatherLevel: { readonly level: number; readonly at: number } | null;
  readonly reports: readonly OrderReport[];
  /** What has spoken against it since: a gauge that went down again, a reading that turned out doubtful. */
  readonly against: readonly { readonly text: string; readonly at: number }[];
}

/** Where an order comes from. */
export type OrderOrigin =
  | {
      readonly kind: 'rule';
      readonly proposal: string;
      readonly ruleId: RuleId;
      readonly alertId: AlertId;
      readonly transitionId: TransitionId;
      readonly gauge: GaugeId;
    }
  | { readonly kind: 'staff'; readonly by: string; readonly preset: string | null };

/** A yes. */
export interface OrderConfirmation {
  readonly by: string;
  readonly role: Role | null;
  readonly at: number;
  /** `breakGlass`: one person alone, for a reason; `policy`: what headquarters approved in calm weather. */
  readonly how: 'person' | 'breakGlass' | 'policy';
  /** Of break-glass; of a policy its id with who approved it; otherwise empty. */
  readonly reason: string;
}

/** A standing approval, as it acts on a decision (product §10). Shown wherever it acts. */
export interface OrderPolicy {
  readonly id: string;
  /** `issue`: by itself after `afterMs` without an answer. `onePerson`: one decider is enough. */
  readonly kind: 'issue' | 'onePerson';
  readonly afterMs: number | null;
  readonly approvedBy: string;
  readonly approvedAt: number;
  readonly until: number;
}

/** What waits to be decided about an order. */
export interface OrderDecision {
  readonly kind: 'give' | 'update' | 'lift' | 'correct';
  /** What would stand afterwards. */
  readonly content: OrderContent;
  /** A person, or null when a rule proposed it. */
  readonly proposedBy: string | null;
  readonly proposedAt: number;
  readonly reason: string;
  readonly confirmations: readonly OrderConfirmation[];
  /** How many different deciders it takes. */
  readonly wanted: number;
  /** Set when the area is much wider than usual: what is usual, in persons (F66). */
  readonly wide: { readonly persons: number; readonly usualPersons: number } | null;
  readonly policies: readonly OrderPolicy[];
  /** When a policy issues it by itself unless somebody withdraws it; null when none does. */
  readonly issueAt: number | null;
  /** When it takes effect, once it is confirmed; until then it can be undone. Null before that. */
  readonly effectAt: number | null;
  /** When the proposal lapses; null for one that does not. */
  readonly expiresAt: number | null;
}

/**
 * `proposed` and `confirmed`: nothing was told. `given`: in force; `changing` and `changeConfirmed`: in force, and an update, a lift or a
 * correction waits to be decided or to take effect. The rest is over.
 */
export const ORDER_STATES = [
  'proposed',
  'confirmed',
  'given',
  'changing',
  'changeConfirmed',
  'lifted',
  'corrected',
  'withdrawn',
  'expired',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** The changes that residents are told, and `proposed`, which only staff hears. */
export const ORDER_TOLD_KINDS = ['given', 'updated', 'lifted', 'corrected'] as const;
export type OrderToldKind = (typeof ORDER_TOLD_KINDS)[number];
export type OrderTransitionKind = 'proposed' | OrderToldKind;

/** A change that residents were told and that no correction took back, with what stood after it. */
export interface OrderTold {
  readonly id: OrderTransitionId;
  readonly kind: OrderToldKind;
  readonly at: number;
  readonly content: OrderContent;
}

/** One order with everything that the law wants recorded (D§2.2). */
export interface Order {
  readonly id: OrderId;
  /** Counts what changes the thing that a person decides on; every act names the version that its person saw (F65). */
  readonly version: number;
  /** Counts the acts, those included that only add to the grounds. */
  readonly revision: number;
  readonly state: OrderState;
  readonly status: OperationStatus;
  readonly playbookVersion: string;
  readonly origin: OrderOrigin;
  readonly openedAt: number;
  /** What is in force; before it is given, what is proposed; after that, what was in force last. */
  readonly content: OrderContent;
  readonly decision: OrderDecision | null;
  readonly grounds: OrderGrounds;
  /** When it was given and by whom with which roles; null before that. */
  readonly given: { readonly at: number; readonly confirmations: readonly OrderConfirmation[] } | null;
  readonly lifted: { readonly at: number; readonly confirmations: readonly OrderConfirmation[] } | null;
  /** When the governor was told (art. 60-4), and who noted that. */
  readonly governorReport: { readonly reportedAt: number; readonly by: string; readonly notedAt: number } | null;
  /** Transitions so far. */
  readonly transitions: number;
  /** Oldest first; a correction takes the last one back. */
  readonly told: readonly OrderTold[];
  /** Why it was withdrawn, corrected or lapsed; empty otherwise. */
  readonly endedWhy: string;
}

/** What changed about an order, and so what people should hear. */
export interface OrderTransition {
  readonly id: OrderTransitionId;
  readonly orderId: OrderId;
  readonly kind: OrderTransitionKind;
  /** When it took effect; the issue time of its words. */
  readonly at: number;
  /** Who decided it: deciders, or the id of a policy; of a proposal who proposed it. */
  readonly by: readonly string[];
  /** The yeses behind it with their reasons; none of a proposal. */
  readonly confirmations: readonly OrderConfirmation[];
  readonly status: OperationStatus;
  /** The order as it stands after it. */
  readonly order: Order;
  /** Of an update: what stood before it. */
  readonly before: OrderContent | null;
  /** Of a correction: the transition that was sent by mistake. */
  readonly corrects: { readonly id: OrderTransitionId; readonly kind: OrderToldKind } | null;
  /** Whether one person alone decided it; then everybody on staff hears of it. */
  readonly brokeGlass: boolean;
  /** Of a change that lets districts go: what else holds in them. */
  readonly standing?: readonly StandingOrder[];
}

/** Another order in force, as far as it is said beside the end of one. */
export interface StandingOrder extends Pick<OrderContent, 'municipalLevel' | 'hazard'> {
  /** Those that the other order lets go. */
  readonly districts: readonly OrderDistrict[];
}

/** What a person or the service may do to an order. `ground` and `counter` add to its grounds; `take` lets a confirmed decision take effect. */
export const ORDER_ACTS = [
  'confirm',
  'breakGlass',
  'undo',
  'withdraw',
  'update',
  'lift',
  'correct',
  'governorReport',
  'report',
  'ground',
  'counter',
  'issue',
  'take',
  'expire',
] as const;
export type OrderActKind = (typeof ORDER_ACTS)[number];

/** One act, as it is written down beside the order. Acts are only ever added. */
export interface OrderAct {
  readonly id: string;
  readonly orderId: OrderId;
  readonly kind: OrderActKind | 'propose';
  readonly by: string;
  readonly role: Role | null;
  readonly at: number;
  /** Which act of the order it is, from 1. */
  readonly revision: number;
  /** The version of the order that it was decided on. */
  readonly version: number;
  readonly reason: string;
}
