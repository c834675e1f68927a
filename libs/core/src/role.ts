/** What an account may do. */
export const ROLES = ['viewer', 'operator', 'duty', 'decider', 'admin', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** Roles that speak to residents or give rights: a stolen password alone must not be enough (S9). The others may have a second factor. */
export const SECOND_FACTOR_ROLES: ReadonlySet<Role> = new Set(['duty', 'decider', 'admin']);
