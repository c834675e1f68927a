export type { SetAside } from './aside.ts';
export * from './proposer.ts';
