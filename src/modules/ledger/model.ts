import type { JsonObject } from '#kernel/json.ts';
import type { Queryable, Tx } from '#platform/db/index.ts';
import type { Checkpoint } from './model.entry.ts';

/** What a module says happened; the ledger adds sequence, time and hashes. */
export interface LedgerInput {
  /** `noun.past-verb`, persisted: `action.executed`, `run.started`, `config.changed`. */
  kind: string;
  /** Id of what it is about. */
  subject: string;
  /** `Actor.subject` of who did it. */
  actor: string;
  projectId?: string | null;
  workItemId?: string | null;
  /** Never a secret: the row can not be taken back. */
  payload: JsonObject;
}

export interface LedgerEntry extends LedgerInput {
  seq: number;
  occurredAt: Date;
  /** `occurredAt` as it is hashed: `2026-11-21T01:02:03.000456Z`, always six decimals, on the database's clock. */
  at: string;
  /** SHA-256 of the previous entry; 64 zeros for the first. */
  prevHash: string;
  /** SHA-256 over JCS of all fields above (`hashedFields` in model.entry.ts says which, exactly). */
  hash: string;
}

export type VerifyReport =
  | { verified: true; entries: number; head: string }
  | { verified: false; entries: number; firstBadSeq: number; reason: string };

export interface LedgerFilter {
  limit: number;
  cursor?: string;
  subject?: string;
  kind?: string;
  actor?: string;
  projectId?: string;
  workItemId?: string;
  /** Inclusive, ISO 8601. */
  from?: string;
  /** Exclusive, ISO 8601. */
  to?: string;
  /** By sequence; default `asc`. */
  order?: 'asc' | 'desc';
}

export interface Ledger {
  /** Queues an entry; it is written last in the transaction, under the chain-head lock. */
  append(tx: Tx, entry: LedgerInput): void;
  list(page: LedgerFilter): Promise<{ items: LedgerEntry[]; nextCursor: string | null }>;
  /** Walks the whole chain; names the first bad row. */
  verify(on?: Queryable): Promise<VerifyReport>;
  head(): Promise<{ seq: number; hash: string }>;
}

/** What an auditor takes along, beside `Ledger`. */
export interface LedgerAudit {
  /** The head, signed now. AppError unavailable when no key file was configured or it cannot be used. */
  checkpoint(): Promise<Checkpoint>;
  /** PEM (SPKI) of the key that signs checkpoints; kept by the auditor beside the checkpoint. */
  publicKey(): Promise<string>;
  /** Entries as JSON lines (`ExportedEntry`), in order, from `fromSeq` to `toSeq` inclusive; for `verifyOffline`. */
  exportLines(range?: { fromSeq?: number; toSeq?: number }): AsyncIterable<string>;
}
