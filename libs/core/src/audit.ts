import { createHash } from 'node:crypto';
import type { Role } from './role.ts';

/**
 * What is written down, by the groups of S35. An act is past and complete; whatever does something that a later question could be about adds
 * its act here.
 */
export const AUDIT_ACTS = {
  signIn: ['signed-in', 'signed-out', 'sign-in-refused', 'session-renewed', 'renewal-refused'],
  rights: ['user-added', 'user-disabled', 'second-factor-enrolled', 'second-factor-reset', 'device-keys-added', 'device-keys-revoked'],
  playbook: ['playbook-in-force'],
  masters: ['logbook-entered', 'shelter-changed'],
  alert: [
    'alert-acknowledged',
    'alert-muted',
    'alert-unmuted',
    'alert-assigned',
    'alert-noted',
    'alert-answered',
    'silence-begun',
    'silence-ended',
  ],
  residents: ['report-seen', 'report-closed'],
  order: [
    'order-proposed',
    'order-edited',
    'order-confirmed',
    'order-given',
    'order-updated',
    'order-lifted',
    'order-corrected',
    'order-withdrawn',
    'order-expired',
    'order-refused',
    'glass-broken',
  ],
  sending: ['send-planned', 'send-settled', 'delivery-reopened', 'delivery-closed', 'dispatch-held', 'dispatch-released'],
  privacy: ['exported', 'erased', 'subscribed', 'unsubscribed'],
  machine: ['service-started', 'clock-jumped', 'clock-believed', 'restored', 'keys-rotated'],
  drill: ['drill-prepared', 'drill-started', 'drill-ended', 'drill-refused'],
} as const;

/** A group of acts, as the page offers them to choose from. */
export type AuditGroup = keyof typeof AUDIT_ACTS;
/** What was done, in a closed list. */
export type AuditAct = (typeof AUDIT_ACTS)[AuditGroup][number];
/** In what capacity: a role of staff, somebody at the server's console, a resident, a device, nobody known, or the service by itself. */
export type AuditRole = Role | 'console' | 'resident' | 'device' | 'stranger' | 'system';

/** Any value that JSON can carry; what it cannot carry is left out. */
export type AuditFact = string | number | boolean | null | object;

/** What was done, as whoever does it says it. Personal data only as a salted hash or as the number of a subscriber, so that erasing keeps the chain (S34). */
export interface AuditDraft {
  readonly at: number;
  /** Name of the member of staff, `subscriber/<number>`, device id, or the name of the stage. */
  readonly by: string;
  readonly role: AuditRole;
  readonly act: AuditAct;
  /** What it was done to, by its id: an order, an alert, a user, a transition. */
  readonly subject: string;
  readonly before?: AuditFact;
  readonly after?: AuditFact;
  /** Why: the reason that a person gave, the evidence that a rule had. */
  readonly grounds?: AuditFact;
  /** Network address of whoever did it. */
  readonly from?: string;
}

/** A draft with its place in the chain. */
export interface AuditEntry extends AuditDraft {
  /** From 1, without gaps. */
  readonly number: number;
  /** Hash of the entry before, or `AUDIT_ROOT`. */
  readonly previous: string;
  /** `auditHash` of what is before it and of `auditText`, hex. */
  readonly hash: string;
}

/** Where a chain ends. */
export interface AuditHead {
  /** 0 when nothing was written down yet. */
  readonly number: number;
  readonly hash: string;
}

/** What the first entry has before it. */
export const AUDIT_ROOT = '0'.repeat(64);

/** Newest first; each condition that is given must hold. */
export interface AuditQuery {
  /** Only entries with a smaller number: the cursor of the next page. */
  readonly before?: number;
  readonly acts?: readonly AuditAct[];
  readonly by?: string;
  readonly subject?: string;
  /** Inclusive. */
  readonly since?: number;
  /** Exclusive. */
  readonly until?: number;
  readonly limit: number;
}

/** What was done by whom. Entries are added and never changed; their numbers have no gaps and each holds the hash of the one before. */
export abstract class Audit {
  /** Writes down in the order given, all or none; resolves when it would survive a power cut. */
  abstract append(drafts: readonly AuditDraft[]): Promise<readonly AuditEntry[]>;
  abstract entries(query: AuditQuery): Promise<readonly AuditEntry[]>;
  /** The newest entry, or the root before the first; whatever it names would survive a power cut. */
  abstract head(): Promise<AuditHead>;
  /**
   * Writes down how the sends of transitions ended of which no delivery is under way any more, one entry each; resolves with how many. Where
   * there are no deliveries beside the audit, with 0.
   */
  abstract sumUpSends(at: number): Promise<number>;
  /** How many entries were ever written down, by the database's own count. */
  abstract count(): Promise<number>;
  /** What lies in the database behind a number, ascending, for whoever verifies it. */
  abstract rows(after: number, limit: number): Promise<readonly AuditRow[]>;
}

/** Longest text of one entry. An order in eight languages has 20,000 characters; what is longer stays provable by its hash. */
export const AUDIT_TEXT_CHARS_MAX = 65_536;

/** JSON with sorted keys and no blanks, so that the same value is always the same text (RFC 8785 for what JSON.stringify writes). */
export function canonicalJson(value: unknown): string {
  return written(JSON.parse(JSON.stringify(value)));
}

function written(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  const pairs = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, of]) => `${JSON.stringify(key)}:${written(of)}`);
  return `{${pairs.join(',')}}`;
}

/** What of an entry is hashed and kept: all of it but the two hashes. */
export function auditText(number: number, draft: AuditDraft): string {
  const { at, by, role, act, subject, before, after, grounds, from } = draft;
  const whole = canonicalJson({ number, at, by, role, act, subject, before, after, grounds, from });
  if (whole.length <= AUDIT_TEXT_CHARS_MAX) return whole;
  const [shortBefore, shortAfter, shortGrounds] = [before, after, grounds].map(fingerprint);
  return canonicalJson({ number, at, by, role, act, subject, before: shortBefore, after: shortAfter, grounds: shortGrounds, from });
}

function fingerprint(fact: AuditFact | undefined): AuditFact | undefined {
  if (fact === undefined) return undefined;
  const text = canonicalJson(fact);
  return { chars: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}

/** SHA-256(0x00 ‖ previous ‖ text), hex (S32). The leading byte keeps an entry apart from anything else that is hashed or signed (RFC 6962 §2.1). */
export function auditHash(previous: string, text: string): string {
  return createHash('sha256')
    .update(new Uint8Array([0]))
    .update(Buffer.from(previous, 'hex'))
    .update(text)
    .digest('hex');
}

/** The entries that drafts become behind the head of a chain. */
export function chainOn(head: AuditHead, drafts: readonly AuditDraft[]): readonly AuditEntry[] {
  const entries: AuditEntry[] = [];
  let { number, hash } = head;
  for (const draft of drafts) {
    number += 1;
    const text = auditText(number, draft);
    const previous = hash;
    hash = auditHash(previous, text);
    entries.push(auditEntry({ text, previous, hash }));
  }
  return entries;
}

/** An entry as it is kept: the hashed text, and the hashes beside it. */
export interface AuditRecord {
  readonly text: string;
  readonly previous: string;
  readonly hash: string;
}

/** The entry that a record holds. */
export const auditEntry = ({ text, previous, hash }: AuditRecord): AuditEntry => ({
  ...(JSON.parse(text) as AuditDraft & { readonly number: number }),
  previous,
  hash,
});

/** An entry as it lies in the database: the text that was hashed, and beside it what it is found by. */
export interface AuditRow {
  readonly number: number;
  readonly at: number;
  readonly act: string;
  readonly by: string;
  readonly subject: string;
  readonly text: string;
  readonly previous: string;
  readonly hash: string;
}
