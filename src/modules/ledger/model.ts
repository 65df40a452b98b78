import type { JsonObject } from '#kernel/json.ts';
import type { Queryable, Tx } from '#platform/db/index.ts';

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
  payload: JsonObject;
}

export interface LedgerEntry extends LedgerInput {
  seq: number;
  occurredAt: Date;
  /** SHA-256 of the previous entry; 64 zeros for the first. */
  prevHash: string;
  /** SHA-256 over JCS of all fields above. */
  hash: string;
}

export type VerifyReport =
  | { verified: true; entries: number; head: string }
  | { verified: false; entries: number; firstBadSeq: number; reason: string };

export interface Ledger {
  /** Queues an entry; it is written last in the transaction, under the chain-head lock. */
  append(tx: Tx, entry: LedgerInput): void;
  list(page: { limit: number; cursor?: string; subject?: string; kind?: string; actor?: string; projectId?: string; workItemId?: string }): Promise<{ items: LedgerEntry[]; nextCursor: string | null }>;
  /** Walks the whole chain; names the first bad row. */
  verify(on?: Queryable): Promise<VerifyReport>;
  head(): Promise<{ seq: number; hash: string }>;
}
