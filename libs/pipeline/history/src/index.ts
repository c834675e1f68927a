export * from './history-follower.ts';
