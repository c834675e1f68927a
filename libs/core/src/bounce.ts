import type { Recipient } from './delivery.ts';

/** What a mail server says of one recipient in a delivery status notification (RFC 3464). */
export interface DeliveryReport {
  readonly action: string;
  /** Enhanced status code (RFC 3463), for example 5.1.1; empty when none was given. */
  readonly status: string;
}

/** Recipients that are read of one report; a mail of ours has one. */
const RECIPIENTS_MAX = 50;

/**
 * Reads the `message/delivery-status` part of a report: blocks of header fields between blank lines, the first about the mail, the others about a
 * recipient each. Fields may be folded, in any order, and unknown. The address in it is left out: the envelope says whom it is about.
 */
export function readDeliveryReports(text: string): readonly DeliveryReport[] {
  const blocks = text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/\n[ \t]+/g, ' ')
    .split(/\n\n+/)
    .map((block) => new Map(block.split('\n').map((line) => [fieldName(line), line.slice(line.indexOf(':') + 1).trim()])));
  return blocks
    .filter((fields) => fields.has('final-recipient') || fields.has('action'))
    .slice(0, RECIPIENTS_MAX)
    .map((fields) => ({
      action: (fields.get('action') ?? '').toLowerCase(),
      status: /^[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0] ?? '',
    }));
}

const fieldName = (line: string): string =>
  line
    .slice(0, Math.max(line.indexOf(':'), 0))
    .trim()
    .toLowerCase();

/**
 * What came of a mail after the relay had taken it. `gone`: no such mailbox. `full`: there, and takes nothing now. `later`: still being tried, or
 * failed for now. `blocked`: the other side does not want mail from us. `unclear`: it did not arrive, and nobody said why.
 */
export const BOUNCE_KINDS = ['gone', 'full', 'later', 'blocked', 'unclear'] as const;
export type BounceKind = (typeof BOUNCE_KINDS)[number];

/** What a report means (D§4.3); null when it says that the mail arrived. */
export function bounceKindOf({ action, status }: DeliveryReport): BounceKind | null {
  if (['delivered', 'relayed', 'expanded'].includes(action)) return null;
  if (action === 'delayed' || status.startsWith('4.')) return 'later';
  // Wrong about the sender, not about the mailbox (RFC 3463 §3.2).
  if (['5.1.7', '5.1.8'].includes(status) || status.startsWith('5.7.')) return 'blocked';
  if (status.startsWith('5.1.')) return 'gone';
  return status === '5.2.2' || status === '5.2.1' ? 'full' : 'unclear';
}

/** A bounce as it is kept: of a recipient by number, and of a mail domain. */
export interface Bounce {
  readonly deliveryId: string;
  readonly recipient: Recipient;
  readonly domain: string;
  readonly kind: BounceKind;
  readonly status: string;
  readonly at: number;
  /** Of the city's calendar, `2026-07-01`. */
  readonly day: string;
}

/** One bounce may be a server's bad day; after two on different days nobody is there (D§4.3). */
export const GONE_DAYS = 2;
/** Three people of a domain whose mail is refused within an hour: that is what the domain thinks of us, not one reader's filter. */
const BLOCKED_PEOPLE = 3;
/** How long their refusals count together … */
export const BLOCKED_WITHIN_MS = 3_600_000;
/** … and how long the domain is written to slowly after the last of them. */
const SLOW_MS = 3_600_000;

/**
 * Whether somebody's mail is not sent any more. Of all bounces of one recipient, oldest first. A report that a server sends again after midnight is
 * still about one mail, and counts for the day on which it first came.
 */
export function isGone(bounces: readonly Pick<Bounce, 'deliveryId' | 'kind' | 'day'>[]): boolean {
  const days = new Map<string, string>();
  for (const { deliveryId, kind, day } of bounces) if (kind === 'gone' && !days.has(deliveryId)) days.set(deliveryId, day);
  return new Set(days.values()).size >= GONE_DAYS;
}

/** Until when a domain that refuses us is written to slowly; null when it does not. Of the bounces of one domain. */
export function slowUntil(bounces: readonly Pick<Bounce, 'kind' | 'recipient' | 'at'>[], now: number): number | null {
  const blocked = bounces.filter(({ kind, at }) => kind === 'blocked' && at > now - BLOCKED_WITHIN_MS);
  if (new Set(blocked.map(({ recipient }) => recipient)).size < BLOCKED_PEOPLE) return null;
  return Math.max(...blocked.map(({ at }) => at)) + SLOW_MS;
}
