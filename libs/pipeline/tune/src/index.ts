export * from './tuner.ts';
