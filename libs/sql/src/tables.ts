import type {
  Alert,
  BounceKind,
  ChannelName,
  Charset,
  DeliveryState,
  HeartbeatChannel,
  Language,
  LogbookKind,
  OperationStatus,
  RecipientNoteState,
  Role,
  SignUpLink,
  Stage,
} from '#core';
import type { CheckInPartyRow, CheckInRegisterRow, CheckInRow, FamilyCodeRow } from './check-in-rows.ts';
import type { LineEventRow, ResidentReportRow, ShelterOpeningRow, TalkRow } from './talk-rows.ts';

/**
 * The tables as Kysely sees them. One SQL serves SQLite and PostgreSQL, so there is only text, integer and bigint: JSON is text,
 * booleans are 0 and 1, instants are epoch milliseconds, and a lane is its rank.
 */
export interface Tables {
  readonly stage: {
    readonly stage: Stage;
    readonly position: number;
    readonly fence: number;
    /** By which the steps of all alerts count; only of `watch`. */
    readonly playbook_version: string | null;
  };
  readonly counter: { readonly name: CounterName; readonly value: number };
  readonly gauge_watch: { readonly gauge: string; readonly body: string };
  readonly alert: AlertRow;
  readonly transition: TransitionRow;
  readonly message: MessageRow;
  readonly delivery: DeliveryRow;
  readonly recipient_note: RecipientNoteRow;
  readonly dispatch_hold: DispatchHoldRow;
  readonly act: ActRow;
  readonly orders: OrderRow;
  readonly order_act: OrderEntryRow;
  readonly order_transition: OrderEntryRow;
  readonly silence: SilenceRow;
  readonly gathered: GatheredRow;
  readonly subscriber: SubscriberRow;
  readonly subscriber_plain: PlainSubscriberRow;
  readonly delivery_plain: { readonly number: number };
  readonly key_use: { readonly generation: number; readonly fingerprint: string };
  readonly mail_link: MailLinkRow;
  readonly mail_letter: MailLetterRow;
  readonly mail_bounce: BounceRow;
  readonly choice: ChoiceRow;
  readonly wish: WishRow;
  readonly ticket: TicketRow;
  readonly device_key: DeviceKeyRow;
  readonly staff: StaffRow;
  readonly session: SessionRow;
  readonly line_event: LineEventRow;
  readonly talk: TalkRow;
  readonly resident_report: ResidentReportRow;
  readonly shelter_opening: ShelterOpeningRow;
  readonly check_in: CheckInRow;
  readonly check_in_party: CheckInPartyRow;
  readonly check_in_register: CheckInRegisterRow;
  readonly family_code: FamilyCodeRow;
  readonly second_factor: SecondFactorRow;
  readonly attempt: { readonly stage: Stage; readonly position: number; readonly lives: number };
  readonly vigil: { readonly alert_id: string; readonly body: string };
  readonly answer: { readonly alert_id: string; readonly by_name: string; readonly at: number };
  readonly playbook_file: { readonly hash: string; readonly body: string };
  readonly playbook_version: PlaybookVersionRow;
  readonly logbook: LogbookRow;
  readonly drill: DrillRow;
  readonly heartbeat: HeartbeatRow;
  readonly audit: AuditRow;
  readonly send_open: { readonly transition_id: string };
  readonly playbook_use: { readonly number: number; readonly version: string; readonly at: number; readonly by: string };
}

export interface AuditRow {
  readonly number: number;
  readonly at: number;
  readonly act: string;
  readonly by_name: string;
  readonly subject: string;
  /** The text that was hashed; the columns before it repeat what is in it, to be found by. */
  readonly body: string;
  readonly previous: string;
  readonly hash: string;
}

/** A drill; the columns before its body repeat what is in it, to be found by. */
export interface DrillRow {
  readonly number: number;
  readonly id: string;
  readonly key: string | null;
  readonly version: number;
  readonly closed: number;
  readonly body: string;
}

export interface HeartbeatRow {
  readonly channel: HeartbeatChannel;
  readonly since: number;
  readonly proven_at: number | null;
}

export interface LogbookRow {
  readonly number: number;
  readonly id: string;
  readonly gauge: string;
  readonly kind: LogbookKind;
  readonly quantity: string | null;
  /** Instant by which it is found: of a maintenance its planned end. */
  readonly at: number;
  /** The entry that it ends. */
  readonly of_id: string | null;
  readonly body: string;
}

export interface PlaybookVersionRow {
  readonly version: string;
  /** JSON: hashes of the files by their names. */
  readonly files: string;
}

/** What is numbered in the order of commits. */
export type CounterName =
  | 'transition'
  | 'delivery'
  | 'act'
  | 'silence'
  | 'gathered'
  | 'subscriber'
  | 'playbook_use'
  | 'logbook'
  | 'orders'
  | 'order_act'
  | 'order_transition'
  | 'audit'
  | 'dispatch_hold'
  | 'letter'
  | 'bounce'
  | 'drill'
  | 'line_event'
  | 'resident_report'
  | 'shelter_opening'
  | 'check_in';

export interface AlertRow {
  readonly rule_id: string;
  readonly gauge: string;
  /** `alertId` of the present episode. */
  readonly id: string;
  readonly state: Alert['state'];
  readonly step: number;
  readonly changed_at: number;
  /** The alert without its acknowledgement. */
  readonly body: string;
  /** The alert id that was acknowledged: a new episode has another id, so it starts unacknowledged. */
  readonly acknowledged_id: string | null;
  readonly acknowledged_by: string | null;
  readonly acknowledged_at: number | null;
}

export interface TransitionRow {
  readonly number: number;
  readonly id: string;
  readonly alert_id: string;
  readonly gauge: string;
  readonly body: string;
  /** 1 for what no list shows unasked: the call of a queue, and what is of the heartbeat. */
  readonly turn: number;
}

export interface MessageRow {
  readonly id: string;
  readonly transition_id: string;
  readonly issued_at: number;
  readonly body: string;
}

export interface DeliveryRow {
  readonly id: string;
  readonly number: number;
  readonly message_id: string;
  readonly transition_id: string;
  readonly channel: ChannelName;
  readonly endpoint: string;
  readonly lane: number;
  readonly status: OperationStatus;
  readonly recipients: string;
  readonly recipient_count: number;
  readonly retry_key: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly due_at: number;
  readonly first_attempt_at: number | null;
  readonly settled_at: number | null;
  readonly expires_at: number;
  readonly last_reason: string;
  readonly receipt: string;
  /** `mailIdentity` of a delivery by mail, by which its bounce finds it; null for others, and for those from before it was kept. */
  readonly mail_key: string | null;
  /** JSON of `Delivery.homes`. */
  readonly homes: string | null;
  readonly stands_for: string | null;
  readonly stands_recipient: string | null;
  readonly stands_why: string | null;
  /** 1 when another way was looked for. */
  readonly stood_in: number;
}

/** What became known of one recipient of one delivery. */
export interface RecipientNoteRow {
  readonly delivery_id: string;
  readonly recipient: string;
  readonly transition_id: string;
  readonly state: RecipientNoteState;
  readonly at: number;
  readonly why: string;
  /** JSON: the districts of this person in the frozen audience, or null. */
  readonly districts: string;
  /** 1 when another way was looked for because of it. */
  readonly stood_in: number;
}

export interface DispatchHoldRow {
  readonly number: number;
  readonly body: string;
  /** 1 while it holds. */
  readonly open: number;
}

export interface ActRow {
  readonly number: number;
  readonly id: string;
  readonly alert_id: string;
  readonly body: string;
}

export interface OrderRow {
  readonly number: number;
  readonly id: string;
  readonly revision: number;
  readonly is_open: number;
  /** `proposalKey`; one open proposal each. */
  readonly proposal_key: string | null;
  readonly next_look_at: number | null;
  readonly body: string;
}

/** An act on an order, or a change of it that is told. */
export interface OrderEntryRow {
  readonly number: number;
  readonly id: string;
  readonly order_id: string;
  readonly body: string;
}

export interface SilenceRow {
  readonly number: number;
  readonly key: string;
  readonly told: number;
  /** The silence without `told`. */
  readonly body: string;
}

/** A transition that was told, or waits to be told, with others in the message of a group. */
export interface GatheredRow {
  readonly transition_id: string;
  readonly route_id: string;
  /** In the order of joining. */
  readonly number: number;
  readonly group_id: string;
  readonly leader_id: string;
  readonly closes_at: number;
  readonly told: number;
  readonly body: string;
}

export interface SubscriberRow {
  readonly no: number;
  readonly channel: ChannelName;
  readonly language: Language;
  readonly charset: Charset;
  /** `endpointOf` the address. */
  readonly endpoint: string;
  readonly blocked: 0 | 1;
  readonly standby: number | null;
  /** Keyed hash of the channel and the `lookupForm` of the address. */
  readonly lookup: string;
  /** The address, bound to channel and number. */
  readonly sealed: string;
  /** The generation of the key that sealed it. */
  readonly sealed_by: number;
}

/** Somebody from before addresses were sealed. */
export interface PlainSubscriberRow {
  readonly no: number;
  readonly channel: ChannelName;
  readonly language: Language;
  readonly address: string;
}

/** A form that somebody was given the link to. */
export interface MailLinkRow {
  readonly token_hash: string;
  /** Keyed hash of the address. */
  readonly who: string;
  /** The address, bound to the hash of the token. */
  readonly sealed: string;
  readonly state: SignUpLink['state'];
  readonly asked_at: number;
  readonly expires_at: number;
}

/** A letter that waits; `due_at` is the end of the loan while somebody sends it. */
export interface MailLetterRow {
  readonly id: string;
  /** The letter as JSON, bound to its id. */
  readonly sealed: string;
  readonly attempts: number;
  readonly due_at: number;
  readonly expires_at: number;
}

export interface BounceRow {
  readonly number: number;
  readonly delivery_id: string;
  readonly recipient: string;
  readonly domain: string;
  readonly kind: BounceKind;
  readonly status: string;
  readonly at: number;
  readonly day: string;
}

/** A district that a subscriber chose. */
export interface ChoiceRow {
  readonly channel: ChannelName;
  readonly blocked: 0 | 1;
  readonly district: string;
  readonly language: Language;
  readonly no: number;
}

/** A category that a subscriber wants to hear. */
export interface WishRow {
  readonly channel: ChannelName;
  readonly blocked: 0 | 1;
  readonly category: string;
  readonly language: Language;
  readonly no: number;
}

/** A number that a subscriber drew at a window. */
export interface TicketRow {
  readonly gauge: string;
  readonly number: number;
  readonly no: number;
  readonly expires_at: number;
}

export interface DeviceKeyRow {
  readonly key_hash: string;
  readonly device: string;
  /** Ascending in the order of adding; says which key is the newest when two were made in one millisecond. */
  readonly ordinal: number;
  readonly created_at: number;
  readonly revoked_at: number | null;
}

export interface StaffRow {
  readonly name: string;
  readonly role: Role;
  readonly password_hash: string;
  readonly disabled: number;
  readonly created_at: number;
}

export interface SessionRow {
  readonly token_hash: string;
  readonly staff: string;
  readonly created_at: number;
  readonly confirmed_at: number;
  readonly seen_at: number;
}

export interface SecondFactorRow {
  readonly staff: string;
  readonly secret: string;
  readonly step: number;
  readonly enrolled_at: number;
}
