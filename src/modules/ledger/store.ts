import type { JsonObject } from '#kernel/json.ts';
import type { Queryable, Statement, Tx } from '#platform/db/index.ts';
import { json, sql } from '#platform/db/index.ts';
import type { ChainEnd } from './decide.ts';
import type { TreeNode } from './decide.tree.ts';
import type { LedgerEntry } from './model.ts';
import type { ChainFields } from './model.entry.ts';

// The driver's Date has milliseconds only; the hash covers what the database keeps, so the text is made there.
const instant = (column: Statement<unknown>) => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
export const entryColumns = sql`seq, occurred_at, ${instant(sql`occurred_at`)} as at, kind, subject, actor, project_id, work_item_id, payload, prev_hash, hash`;

/**
 * Locks the chain head until the transaction ends and answers it with the instant to write. The instant is read after the
 * lock was granted (a CTE is finished before its reader starts) and never before the last entry's.
 */
export async function lockHead(tx: Tx): Promise<ChainEnd & { at: string; peaks: string[] }> {
  return tx.one(sql<ChainEnd & { at: string; peaks: string[] }>`
    with head as materialized (select seq, hash, occurred_at, peaks from ledger_head where id = 1 for update)
    select seq, hash, peaks, ${instant(sql`greatest(clock_timestamp(), occurred_at)`)} as at from head`);
}

/** How the tree has grown by the entries that are written with it. */
export interface TreeGrowth {
  nodes: readonly TreeNode[];
  peaks: readonly string[];
}

/** Writes chained entries and what they make of the tree, and moves the head, in one round trip. The head must be locked. */
export async function insertEntries(tx: Tx, entries: readonly Omit<LedgerEntry, 'occurredAt'>[], tree: TreeGrowth): Promise<void> {
  const rows = entries.map((entry) => ({
    seq: entry.seq,
    occurred_at: entry.at,
    kind: entry.kind,
    subject: entry.subject,
    actor: entry.actor,
    project_id: entry.projectId ?? null,
    work_item_id: entry.workItemId ?? null,
    payload: entry.payload,
    prev_hash: entry.prevHash,
    hash: entry.hash,
  }));
  const last = rows.at(-1);
  if (last === undefined) return;
  await tx.run(sql`
    with written as (
      insert into ledger_entries (seq, occurred_at, kind, subject, actor, project_id, work_item_id, payload, prev_hash, hash)
      select seq, occurred_at, kind, subject, actor, project_id, work_item_id, payload, prev_hash, hash
      from jsonb_to_recordset(${json(rows)}) as row (seq bigint, occurred_at timestamptz, kind text, subject text, actor text,
        project_id text, work_item_id text, payload jsonb, prev_hash text, hash text)),
    grown as (
      insert into ledger_nodes (last_seq, level, hash)
      select last_seq, level, hash from jsonb_to_recordset(${json(tree.nodes.map(({ lastSeq, level, hash }) => ({ last_seq: lastSeq, level, hash })))})
        as node (last_seq bigint, level smallint, hash text))
    update ledger_head set seq = ${last.seq}, hash = ${last.hash}, occurred_at = ${last.occurred_at}, peaks = ${tree.peaks}::text[] where id = 1`);
}

/** The end of the chain and of the tree. */
export interface Head extends ChainEnd {
  peaks: string[];
  /** The ledger's own name. */
  origin: string;
}

export async function readHead(on: Queryable): Promise<Head> {
  return on.one(sql<Head>`select seq, hash, peaks, origin from ledger_head where id = 1`);
}

/** The head, the database's instant, and the highest stored sequence, in one snapshot. */
export async function readEnd(on: Queryable): Promise<Head & { at: string; lastStored: number }> {
  return on.one(sql<Head & { at: string; lastStored: number }>`
    select seq, hash, peaks, origin, ${instant(sql`clock_timestamp()`)} as at,
      (select coalesce(max(seq), 0) from ledger_entries) as last_stored from ledger_head where id = 1`);
}

/** Entries after `afterSeq` up to `toSeq`, in order. */
export async function readBatch(on: Queryable, afterSeq: number, toSeq: number, limit: number): Promise<LedgerEntry[]> {
  return on.all(sql<LedgerEntry>`
    select ${entryColumns} from ledger_entries where seq > ${afterSeq} and seq <= ${toSeq} order by seq limit ${limit}`);
}

type LinkRow = [
  seq: number,
  at: string,
  kind: string,
  subject: string,
  actor: string,
  projectId: string | null,
  workItemId: string | null,
  payload: JsonObject,
  prevHash: string,
  hash: string,
];

/**
 * Entries after `afterSeq` up to `toSeq` with nothing but what is hashed, for walking the whole chain. They come as one text: a row of
 * ten columns costs this process more to take apart than to hash.
 */
export async function readLinks(on: Queryable, afterSeq: number, toSeq: number): Promise<Array<ChainFields & { hash: string }>> {
  const { text } = await on.one(sql<{ text: string }>`
    select coalesce(json_agg(json_build_array(
      seq, ${instant(sql`occurred_at`)}, kind, subject, actor, project_id, work_item_id, payload, prev_hash, hash) order by seq), '[]')::text as text
    from ledger_entries where seq > ${afterSeq} and seq <= ${toSeq}`);
  const rows = JSON.parse(text) as LinkRow[];
  return rows.map(([seq, at, kind, subject, actor, projectId, workItemId, payload, prevHash, hash]) => ({
    seq,
    at,
    kind,
    subject,
    actor,
    projectId,
    workItemId,
    payload,
    prevHash,
    hash,
  }));
}
