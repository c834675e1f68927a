export type { ReportResult } from './decide-group.ts';
export * from './intake.ts';
