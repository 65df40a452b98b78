import type { Actor } from '#kernel/actor.ts';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import type { Queryable, Tx } from '#platform/db/index.ts';
import type { Checkpoint, KeptCheckpoint } from './model.entry.ts';

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
  /**
   * What says something about a person: each member becomes `{commitment}` in the payload, and its value is kept where it can be
   * erased. `subject` is the person's id.
   */
  personal?: { subject: string; values: Readonly<Record<string, JsonValue>> };
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
  /** Clear values of the payload's commitments by their field; the text `erased` for one that was taken back. */
  revealed?: JsonObject;
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
  /** Any of these; `*` stands for any characters. */
  kinds?: readonly string[];
  /** Of each group the entry names at least one; what an entry names is said in the function `ledger_names` of the database. */
  names?: ReadonlyArray<readonly string[]>;
  /** Where the list begins, inclusive: upwards from here with `asc`, downwards with `desc`. */
  fromSeq?: number;
  /** By sequence; default `asc`. */
  order?: 'asc' | 'desc';
}

/** What narrows a list of entries, without where it begins. */
export type LedgerSearch = Omit<LedgerFilter, 'limit' | 'cursor' | 'order' | 'fromSeq'>;

export interface Ledger {
  /** Queues an entry; it is written last in the transaction, under the chain-head lock. */
  append(tx: Tx, entry: LedgerInput): void;
  list(page: LedgerFilter): Promise<{ items: LedgerEntry[]; nextCursor: string | null }>;
  /** Walks the whole chain; names the first bad row. */
  verify(on?: Queryable): Promise<VerifyReport>;
  head(): Promise<{ seq: number; hash: string }>;
}

/** Entries that fit a search, counted up to 10,000: `capped` says that there are more. */
export interface EntryCount {
  count: number;
  capped: boolean;
}

/** What a search can be narrowed to. */
export interface LedgerFacets {
  kinds: string[];
  actors: string[];
  /** There are more actors than are named. */
  actorsCut: boolean;
}

/** One walk of the ledger that somebody asked for. */
export interface Verification {
  number: number;
  askedBy: string;
  fromSeq: number;
  toSeq: number;
  /** Entries found good so far. */
  checked: number;
  /** `broken_off`: the walk did not come to its end (its process died, or the database went away); it says nothing about the ledger. */
  state: 'running' | 'verified' | 'failed' | 'broken_off';
  /** 0: a checkpoint, not an entry. */
  firstBadSeq: number | null;
  reason: string | null;
  startedAt: Date;
  endedAt: Date | null;
}

/** Searching the ledger, and walking it beside the requests. */
export interface LedgerDesk {
  count(search: LedgerSearch): Promise<EntryCount>;
  facets(): Promise<LedgerFacets>;
  /**
   * Begins to walk entries `fromSeq` to `toSeq` (default: all) and answers at once; `verification` tells how far it has got. One walk at a
   * time: while one runs, that one is answered. AppError invalid `range_unknown`.
   */
  beginVerification(range: { fromSeq?: number | undefined; toSeq?: number | undefined }, by: Actor): Promise<Verification>;
  verification(number: number): Promise<Verification | null>;
  /** Newest first. */
  verifications(page: { limit: number; cursor?: string | undefined }): Promise<{ items: Verification[]; nextCursor: string | null }>;
}

/** RFC 6962 section 2.1.1; `path` from the leaf up. Hashes are lower-case hexadecimal. */
export interface InclusionProof {
  seq: number;
  treeSize: number;
  /** SHA-256 over 0x00 and the 32 bytes of the entry's hash. */
  leafHash: string;
  root: string;
  path: string[];
}

/** RFC 6962 section 2.1.2. */
export interface ConsistencyProof {
  first: number;
  second: number;
  firstRoot: string;
  secondRoot: string;
  path: string[];
}

/** How far one place outside has got. */
export interface PlaceState {
  place: string;
  where: string;
  published: number;
  publishedAt: Date | null;
  /** Tries since the last success. */
  attempts: number;
  lastError: string | null;
}

export interface AnchorState {
  /** The newest stored checkpoint. */
  last: { number: number; treeSize: number; ageS: number } | null;
  places: PlaceState[];
  /** Why no checkpoint can be signed by this server; null: it can. */
  problem: string | null;
}

/** What an auditor takes along, beside `Ledger`. */
export interface LedgerAudit {
  /** The head, signed now. AppError unavailable when no key file was configured or it cannot be used, or is not the key in force. */
  checkpoint(): Promise<Checkpoint>;
  /** PEM (SPKI) of the key that signs checkpoints; kept by the auditor beside the checkpoint. */
  publicKey(): Promise<string>;
  /** Stored checkpoints after `after`, in order. */
  checkpoints(after: number, limit: number): Promise<Array<{ number: number; document: KeptCheckpoint }>>;
  /** Entries as JSON lines (`ExportedEntry`), in order, from `fromSeq` to `toSeq` inclusive; for `verifyOffline`. */
  exportLines(range?: { fromSeq?: number; toSeq?: number }): AsyncIterable<string>;
  /** One entry, or null. */
  entry(seq: number): Promise<LedgerEntry | null>;
  /** That entry `seq` is in the tree of `treeSize` entries (default: all). AppError not_found, invalid. */
  proveInclusion(seq: number, treeSize?: number): Promise<InclusionProof>;
  /** That the tree of `first` entries is the beginning of that of `second` (default: all). AppError invalid. */
  proveConsistency(first: number, second?: number): Promise<ConsistencyProof>;
}

/** What keeps the ledger's word outside, and its keys and personal data. */
export interface LedgerKeeping {
  /**
   * Signs and stores a checkpoint when one is due (1,000 entries or an hour after the last), and tells every place what it does not
   * have yet. A place that fails is tried again later; nothing here throws for it. Safe in several processes at once.
   */
  anchorDue(): Promise<void>;
  anchors(): Promise<AnchorState>;
  /** Makes a new signing key; the old one signs the hand-over, which is an entry. */
  rotateKey(by: Actor): Promise<{ from: string; to: string }>;
  /** Takes the clear values about a person (id); itself an entry. Answers how many were taken. */
  erase(subject: string, by: Actor): Promise<{ erased: number }>;
}
