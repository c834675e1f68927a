export { migrate, MIGRATIONS, SchemaTooNew, type MigrationStep } from './migrations.ts';
export { nodeSqliteDialect } from './node-sqlite-dialect.ts';
export { SqlAccounts } from './sql-accounts.ts';
export { openPostgres, openSqlite, openSqliteToRead, type Flavour, type SqlDatabase } from './sql-database.ts';
export { SqlDirectory } from './sql-directory.ts';
export { LedgerWentBack, SqlLedger } from './sql-ledger.ts';
export { SqlLogbook } from './sql-logbook.ts';
export { SqlPlaybookVersions } from './sql-playbook-versions.ts';
