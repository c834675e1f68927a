export { AlertActs, type Asking } from './alert-acts.ts';
export * from './desk.ts';
export { lineageOf, type LineageGround } from './lineage.ts';
export * from './live.ts';
export * from './refusal.ts';
