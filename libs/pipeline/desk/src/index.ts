export { AlertActs, type Asking } from './alert-acts.ts';
export * from './desk.ts';
export { lineageOf, type LineageGround } from './lineage.ts';
export { GaugeCare } from './gauge-care.ts';
export { MaintenanceFollower } from './maintenance-follower.ts';
export * from './live.ts';
export * from './refusal.ts';
export { WindowTickets } from './window-tickets.ts';
export { withCorrections } from './with-corrections.ts';
