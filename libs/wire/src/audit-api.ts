import { z } from 'zod';
import { AUDIT_ACTS, type AuditAct, type AuditGroup } from '#core';

const instant = z.number().int();
const ACTS = Object.values(AUDIT_ACTS).flat() as [AuditAct, ...AuditAct[]];
const GROUPS = Object.keys(AUDIT_ACTS) as [AuditGroup, ...AuditGroup[]];
const ROLES = ['viewer', 'operator', 'duty', 'decider', 'admin', 'auditor', 'console', 'resident', 'device', 'stranger', 'system'] as const;

/** What can be asked of `GET /api/v1/audit`; each condition that is given must hold. */
export const auditQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** From `next` of the page before. */
  cursor: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  group: z.enum(GROUPS).optional(),
  act: z.enum(ACTS).optional(),
  by: z.string().max(128).optional(),
  subject: z.string().max(512).optional(),
  /** Epoch milliseconds, inclusive. */
  since: z.coerce.number().int().optional(),
  /** Epoch milliseconds, exclusive. */
  until: z.coerce.number().int().optional(),
});
export type AuditAsk = z.infer<typeof auditQuery>;

/** The stretch of time of `GET /api/v1/audit.csv`. */
export const auditSheetQuery = auditQuery.pick({ since: true, until: true });

export const auditEntryDto = z
  .object({
    number: z.number().int(),
    at: instant,
    by: z.string(),
    role: z.enum(ROLES),
    act: z.enum(ACTS),
    subject: z.string(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    grounds: z.unknown().optional(),
    /** Network address; left out where nobody came over the network. */
    from: z.string().optional(),
    /** Hash of the entry before. */
    previous: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntryDto = z.infer<typeof auditEntryDto>;

export const auditPage = z.object({ items: z.array(auditEntryDto), next: z.string().nullable() });
export type AuditPageDto = z.infer<typeof auditPage>;

/** How the chain stands as far as the running service has looked; `sonae audit verify` looks at all of it. */
export const auditStandingDto = z
  .object({
    entries: z.number().int(),
    /** Of the newest entry. */
    hash: z.string(),
    /** The newest checkpoint; null before the first. */
    checkpoint: z.object({ number: z.number().int(), at: instant }).nullable(),
    /** Stretches of the chain that did not hold when they were about to be signed, both ends inclusive. */
    faults: z.array(z.object({ kind: z.string(), from: z.number().int(), to: z.number().int() })),
  })
  .meta({ id: 'AuditStanding' });
export type AuditStandingDto = z.infer<typeof auditStandingDto>;
