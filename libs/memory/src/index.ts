export * from './manual-clock.ts';
export * from './memory-quarantine.ts';
export * from './memory-reading-history.ts';
export * from './memory-reading-log.ts';
export { MemoryAccounts } from './memory-accounts.ts';
export { MemoryDirectory } from './memory-directory.ts';
export { MemoryLedger } from './memory-ledger.ts';
export { MemoryLogbook } from './memory-logbook.ts';
export { MemoryPlaybookVersions } from './memory-playbook-versions.ts';
