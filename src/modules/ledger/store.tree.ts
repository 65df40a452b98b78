import type { Queryable } from '#platform/db/index.ts';
import { json, sql } from '#platform/db/index.ts';
import type { NodeRef, TreeNode } from './decide.tree.ts';

/** Of the nodes asked for, those that are stored; a node of level 0 comes with its entry's own hash, not yet hashed as a leaf. */
export async function readNodes(on: Queryable, wanted: readonly NodeRef[]): Promise<TreeNode[]> {
  const rows = wanted.map(({ level, lastSeq }) => ({ level, last_seq: lastSeq }));
  return on.all(sql<TreeNode>`
    with wanted as (select level, last_seq from jsonb_to_recordset(${json(rows)}) as w (level int, last_seq bigint))
    select w.level, w.last_seq, e.hash from wanted w join ledger_entries e on e.seq = w.last_seq where w.level = 0
    union all
    select w.level, w.last_seq, n.hash from wanted w join ledger_nodes n on n.last_seq = w.last_seq and n.level = w.level where w.level > 0`);
}

/** Inner nodes completed by the entries after `afterSeq` up to `toSeq`, in the order they were completed. */
export async function readNodesCompleted(on: Queryable, afterSeq: number, toSeq: number): Promise<TreeNode[]> {
  return on.all(sql<TreeNode>`
    select last_seq, level, hash from ledger_nodes where last_seq > ${afterSeq} and last_seq <= ${toSeq} order by last_seq, level`);
}

/** The same nodes as one text, the form `nodesText` makes: to compare many at once where a row each would cost more than hashing it. */
export async function readNodesText(on: Queryable, afterSeq: number, toSeq: number): Promise<string> {
  const { text } = await on.one(sql<{ text: string }>`
    select coalesce(string_agg(last_seq || '/' || level || '/' || hash, ' ' order by last_seq, level), '') as text
    from ledger_nodes where last_seq > ${afterSeq} and last_seq <= ${toSeq}`);
  return text;
}

export const nodesText = (nodes: readonly TreeNode[]): string => nodes.map(({ lastSeq, level, hash }) => `${lastSeq}/${level}/${hash}`).join(' ');
