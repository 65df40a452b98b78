export { createLedger, type LedgerDeps } from './commands.ts';
export type { Ledger, LedgerAudit, LedgerEntry, LedgerFilter, LedgerInput, VerifyReport } from './model.ts';
export { Checkpoint, ExportedEntry, GENESIS_HASH, hashedFields, toStoredJson } from './model.entry.ts';
export { toExported } from './queries.ts';
export { verifyOffline } from './queries.verify.ts';
export { ledgerRoutes } from './routes.ts';
