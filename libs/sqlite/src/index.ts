export * from './ballast.ts';
export { backUp, restore } from './backup.ts';
export * from './checkpointer.ts';
export * from './data-folder.ts';
export { openReadingFiles } from './reading-files.ts';
export * from './sqlite-quarantine.ts';
export * from './sqlite-reading-history.ts';
export * from './sqlite-reading-log.ts';
export type { FaultKind } from './storage-fault.ts';
