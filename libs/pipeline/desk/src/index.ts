export * from './desk.ts';
export * from './live.ts';
export * from './refusal.ts';
