import type { Role } from '#kernel/actor.ts';
import type { Queryable, Tx } from '#platform/db/index.ts';
import { sql } from '#platform/db/index.ts';
import type { Approval } from './model.ts';

export interface ApprovalRow {
  id: string;
  digest: string;
  status: Approval['status'];
  mode: 'ask' | 'require_approval';
  approvers: Role[];
  needed: number;
  yesBy: string[];
  decidedBy: string | null;
  decidedAt: Date | null;
  reason: string | null;
  selfApproved: boolean;
  createdAt: Date;
  expiresAt: Date;
  asked: string | null;
}

export const columns = sql`id, digest, status, mode, approvers, needed, yes_by, decided_by, decided_at, reason, self_approved, created_at, expires_at, asked`;

/** Opens the pending side of an action that people decide, in the transaction of its proposal. */
export async function openApproval(tx: Tx, open: Pick<ApprovalRow, 'id' | 'digest' | 'mode' | 'approvers' | 'needed' | 'expiresAt'>): Promise<void> {
  await tx.run(sql`
    insert into approvals (id, digest, mode, approvers, needed, expires_at)
    values (${open.id}, ${open.digest}, ${open.mode}, ${open.approvers}::text[], ${open.needed}, ${open.expiresAt})`);
}

/** Closes a pending approval without a decision; false when it was not pending. */
export async function closeApproval(tx: Tx, id: string, status: 'modified' | 'withdrawn', by: string, reason: string | null): Promise<boolean> {
  const closed = await tx.run(sql`
    update approvals set status = ${status}, decided_by = ${by}, decided_at = clock_timestamp(), reason = ${reason} where id = ${id} and status = 'pending'`);
  return closed > 0;
}

export interface Vote {
  id: string;
  digest: string;
  personId: string;
  subject: string;
  role: Role;
  reason: string | null;
  selfApproved: boolean;
}

/**
 * One yes, as one compare-and-swap: it counts only while the approval is pending, has this digest, has not run out (database clock) and the
 * person has not voted. The row lock orders racing votes; PostgreSQL checks the condition again on the row the winner left.
 */
export async function castYes(tx: Tx, vote: Vote): Promise<ApprovalRow | null> {
  const row = await tx.maybe(sql<ApprovalRow>`
    update approvals set
      yes_by = array_append(yes_by, ${vote.personId}),
      self_approved = self_approved or ${vote.selfApproved},
      status = case when cardinality(yes_by) + 1 >= needed then 'approved' else 'pending' end,
      decided_by = case when cardinality(yes_by) + 1 >= needed then ${vote.subject} end,
      decided_at = case when cardinality(yes_by) + 1 >= needed then clock_timestamp() end,
      reason = coalesce(${vote.reason}, reason)
    where id = ${vote.id} and status = 'pending' and digest = ${vote.digest} and expires_at > clock_timestamp()
      and not (${vote.personId} = any(yes_by))
    returning ${columns}`);
  return row ?? null;
}

/** One no; final. */
export async function castNo(tx: Tx, vote: Vote): Promise<ApprovalRow | null> {
  const row = await tx.maybe(sql<ApprovalRow>`
    update approvals set status = 'declined', decided_by = ${vote.subject}, decided_at = clock_timestamp(), reason = ${vote.reason},
      self_approved = self_approved or ${vote.selfApproved}
    where id = ${vote.id} and status = 'pending' and digest = ${vote.digest} and expires_at > clock_timestamp()
    returning ${columns}`);
  return row ?? null;
}

/** Takes the row for a modification: pending, this digest, not run out. Locks it until the transaction ends. */
export async function takePending(tx: Tx, id: string, digest: string): Promise<ApprovalRow | null> {
  const row = await tx.maybe(sql<ApprovalRow>`
    select ${columns} from approvals where id = ${id} and status = 'pending' and digest = ${digest} and expires_at > clock_timestamp() for update`);
  return row ?? null;
}

/** A person's later word replaces the earlier one in the record of votes (a yes, then a no). */
export async function insertVote(tx: Tx, vote: Vote, decision: 'approve' | 'decline' | 'modify'): Promise<void> {
  await tx.run(sql`
    insert into approval_votes (approval_id, person_id, subject, role, decision, reason)
    values (${vote.id}, ${vote.personId}, ${vote.subject}, ${vote.role}, ${decision}, ${vote.reason})
    on conflict (approval_id, person_id) do update set decision = excluded.decision, reason = excluded.reason, role = excluded.role, voted_at = now()`);
}

export interface StoredVote {
  personId: string;
  subject: string;
  role: Role;
  decision: 'approve' | 'decline' | 'modify';
}

export async function votesOf(on: Queryable, id: string): Promise<StoredVote[]> {
  return on.all(
    sql<StoredVote>`select person_id, subject, role, decision from approval_votes where approval_id = ${id} order by voted_at, person_id`,
  );
}

export async function findApproval(on: Queryable, id: string): Promise<(ApprovalRow & { overdue: boolean }) | null> {
  const row = await on.maybe(sql<ApprovalRow & { overdue: boolean }>`
    select ${columns}, status = 'pending' and expires_at <= clock_timestamp() as overdue from approvals where id = ${id}`);
  return row ?? null;
}

export async function countPending(on: Queryable): Promise<number> {
  return (await on.one<{ count: number }>(sql`select count(*) as count from approvals where status = 'pending'`)).count;
}

/** Marks up to `limit` approvals whose time is over; rows another worker is at are left to it. */
export async function expireApprovals(tx: Tx, limit: number): Promise<string[]> {
  const rows = await tx.all(sql<{ id: string }>`
    update approvals set status = 'expired', decided_by = 'system', decided_at = clock_timestamp(), reason = 'Nobody decided in time.'
    where id in (select id from approvals where status = 'pending' and expires_at <= clock_timestamp() order by expires_at limit ${limit} for update skip locked)
    returning id`);
  return rows.map((row) => row.id);
}
