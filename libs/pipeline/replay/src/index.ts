export * from './replay.ts';
export * from './score.ts';
