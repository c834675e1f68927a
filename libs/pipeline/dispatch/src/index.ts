export * from './dispatch.ts';
export * from './event.ts';
export * from './tally.ts';
