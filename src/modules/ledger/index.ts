export { createLedger, type LedgerDeps } from './commands.ts';
export { isConsistent, isIncluded, type ConsistencyClaim, type InclusionClaim } from './decide.tree.ts';
export type {
  AnchorState,
  ConsistencyProof,
  InclusionProof,
  Ledger,
  LedgerAudit,
  LedgerDesk,
  LedgerEntry,
  LedgerFilter,
  LedgerInput,
  LedgerKeeping,
  PlaceState,
  Verification,
  VerifyReport,
} from './model.ts';
export { Checkpoint, ExportedEntry, GENESIS_HASH, hashedFields, KeptCheckpoint, toStoredJson } from './model.entry.ts';
export { KEY_INTRODUCED, KEY_ROTATED } from './model.keys.ts';
export { toExported } from './queries.ts';
export { verifyOffline } from './queries.offline.ts';
export { SHA256_TREE } from './queries.tree.ts';
export { ledgerRoutes } from './routes.ts';
