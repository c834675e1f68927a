export * from './effect.ts';
export * from './replay.ts';
export * from './score.ts';
export * from './shadow-scores.ts';
