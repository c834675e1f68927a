export type { Adapters } from './adapters.ts';
export { readAuditKey } from './audit-key.ts';
export { readSignedRecord, type SignedRecord } from './checkpoint-file.ts';
export { NoPlaybook } from './in-force.ts';
export { hashPassword } from './password.ts';
export { type Service, type ServiceOptions, startService } from './service.ts';
export { codeAt, enrolmentUri, newSecret, sealedFactor } from './second-factor.ts';
export { readSettings, type Settings } from './settings.ts';
export { verifyAudit } from './verify-audit.ts';
