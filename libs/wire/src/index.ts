export * from './alert-acts.ts';
export * from './api.ts';
export * from './decode-reports.ts';
export * from './device-messages.ts';
export * from './gauge-care.ts';
export * from './lineage.ts';
export * from './report-body.ts';
export * from './report-schema.ts';
