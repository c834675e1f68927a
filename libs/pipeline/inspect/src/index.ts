export * from './fault-alarms.ts';
export * from './inspection.ts';
