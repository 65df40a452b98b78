import type { Queryable, Tx } from '#platform/db/index.ts';
import { sql } from '#platform/db/index.ts';
import type { Note } from './model.ts';
import { columns, type ApprovalRow } from './store.ts';

export async function insertNote(tx: Tx, id: string, note: Omit<Note, 'at'>): Promise<void> {
  await tx.run(sql`insert into approval_notes (approval_id, kind, by, text) values (${id}, ${note.kind}, ${note.by}, ${note.text})`);
}

/** Keeps the first look alone. */
export async function insertLook(on: Queryable, id: string, personId: string): Promise<void> {
  await on.run(sql`insert into approval_looks (approval_id, person_id) values (${id}, ${personId}) on conflict do nothing`);
}

/** At most 200 of each, oldest first. */
export async function notesOf(on: Queryable, ids: readonly string[]): Promise<Array<Note & { approvalId: string }>> {
  if (ids.length === 0) return [];
  return on.all(sql<Note & { approvalId: string }>`
    select approval_id, kind, by, text, noted_at as at from (
      select *, row_number() over (partition by approval_id order by nr) as place from approval_notes where approval_id = any(${[...ids]}::text[])) told
    where place <= 200 order by nr`);
}

/** Locks a pending approval that has not run out; null for any other. */
export async function lockPending(tx: Tx, id: string): Promise<ApprovalRow | null> {
  return (
    (await tx.maybe(
      sql<ApprovalRow>`select ${columns} from approvals where id = ${id} and status = 'pending' and expires_at > clock_timestamp() for update`,
    )) ?? null
  );
}

export async function setAsked(tx: Tx, id: string, asked: string): Promise<void> {
  await tx.run(sql`update approvals set asked = ${asked} where id = ${id}`);
}

// Shares of the time an approval has: half of it is enough for whoever looks once a day, the last fifth is left for the role above.
const REMIND_AT = 0.5;
const ESCALATE_AT = 0.8;

/** Takes up to `limit` approvals whose reminder is due, each once; rows another worker is at are left to it. */
export async function takeReminders(tx: Tx, limit: number): Promise<ApprovalRow[]> {
  return tx.all(sql<ApprovalRow>`
    update approvals set reminded_at = clock_timestamp() where id in (
      select id from approvals where status = 'pending' and reminded_at is null and expires_at > clock_timestamp()
        and created_at + (expires_at - created_at) * ${REMIND_AT}::float8 <= clock_timestamp()
      order by expires_at limit ${limit} for update skip locked)
    returning ${columns}`);
}

/** The same for what goes to the role above. */
export async function takeEscalations(tx: Tx, limit: number): Promise<ApprovalRow[]> {
  return tx.all(sql<ApprovalRow>`
    update approvals set escalated_at = clock_timestamp() where id in (
      select id from approvals where status = 'pending' and escalated_at is null and expires_at > clock_timestamp()
        and created_at + (expires_at - created_at) * ${ESCALATE_AT}::float8 <= clock_timestamp()
      order by expires_at limit ${limit} for update skip locked)
    returning ${columns}`);
}
