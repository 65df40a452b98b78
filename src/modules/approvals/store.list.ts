import type { Role } from '#kernel/actor.ts';
import type { Queryable } from '#platform/db/index.ts';
import { sql, type Statement } from '#platform/db/index.ts';
import type { Risk } from '#modules/policy/index.ts';
import type { Judged } from './decide.ts';
import type { ApprovalFilter, Vote } from './model.ts';
import type { ApprovalRow } from './store.ts';

const columns = sql`p.id, p.digest, p.status, p.mode, p.approvers, p.needed, p.yes_by, p.decided_by, p.decided_at, p.reason, p.self_approved, p.created_at,
  p.expires_at, p.asked`;
const risk = sql`case a.record ->> 'risk' when 'high' then 2 when 'medium' then 1 else 0 end`;

export type ListFilter = Omit<ApprovalFilter, 'mine'> & { mine?: ForRoles };

/** What any of these roles may decide and this person has not said yes to. */
export interface ForRoles {
  roles: readonly Role[];
  personId: string;
}

/** One more than `limit`, in the order asked for; every order ends with the id, and a cursor is the id of the last one seen. */
export async function listApprovals(on: Queryable, filter: ListFilter): Promise<ApprovalRow[]> {
  const conditions = [...conditionsOf(filter), ...(filter.cursor === undefined ? [] : [behind(filter.order ?? 'newest', filter.cursor)])];
  return on.all(sql<ApprovalRow>`
    select ${columns} from approvals p join actions a on a.id = p.id where ${sql.join(conditions, sql` and `)}
    order by ${ORDER_BY[filter.order ?? 'newest']} limit ${filter.limit + 1}`);
}

const ORDER_BY: Readonly<Record<NonNullable<ApprovalFilter['order']>, Statement<unknown>>> = {
  newest: sql`p.id desc`,
  expiring: sql`p.expires_at, p.id`,
  risk: sql`${risk} desc, p.expires_at, p.id`,
};

/** Neither risk nor the time an approval has ever changes, so the row a page ended with says where the next begins. */
function behind(order: NonNullable<ApprovalFilter['order']>, id: string): Statement<unknown> {
  if (order === 'newest') return sql`p.id < ${id}`;
  if (order === 'expiring') return sql`(p.expires_at, p.id) > (select expires_at, id from approvals where id = ${id})`;
  return sql`(- (${risk}), p.expires_at, p.id) > (select - (${risk}), p.expires_at, p.id from approvals p join actions a on a.id = p.id where p.id = ${id})`;
}

function conditionsOf(filter: Omit<ListFilter, 'limit' | 'cursor' | 'order'>): Statement<unknown>[] {
  const conditions: Statement<unknown>[] = [sql`true`];
  if (filter.status === 'decided') conditions.push(sql`p.status <> 'pending'`);
  else if (filter.status !== undefined) conditions.push(sql`p.status = ${filter.status}`);
  if (filter.kind !== undefined) conditions.push(sql`a.kind = ${filter.kind}`);
  if (filter.risk !== undefined) conditions.push(sql`a.record ->> 'risk' = ${filter.risk}`);
  if (filter.projectId !== undefined) conditions.push(sql`a.project_id = ${filter.projectId}`);
  if (filter.projectIds !== undefined) conditions.push(sql`a.project_id = any(${[...filter.projectIds]}::text[])`);
  if (filter.workItemId !== undefined) conditions.push(sql`a.work_item_id = ${filter.workItemId}`);
  if (filter.mine !== undefined)
    conditions.push(
      sql`p.status = 'pending' and p.expires_at > clock_timestamp() and p.approvers && ${[...filter.mine.roles]}::text[] and not (${filter.mine.personId} = any(p.yes_by))`,
    );
  return conditions;
}

export interface PendingCount {
  kind: string;
  risk: Risk;
  projectId: string | null;
  pending: number;
}

export async function countPendingBy(on: Queryable, filter: Pick<ListFilter, 'projectId' | 'projectIds'>): Promise<PendingCount[]> {
  const conditions = conditionsOf({ ...filter, status: 'pending' });
  return on.all(sql<PendingCount>`
    select a.kind, a.record ->> 'risk' as risk, a.project_id, count(*)::int as pending
    from approvals p join actions a on a.id = p.id where ${sql.join(conditions, sql` and `)}
    group by a.kind, a.record ->> 'risk', a.project_id order by pending desc, a.kind`);
}

/** One that waits, with nothing of its action but what is counted and what says who may decide it: an action may hold whole texts. */
export type CountedRow = Judged & Pick<ApprovalRow, 'approvers' | 'expiresAt'> & { projectId: string | null };

/** Those that end first, at most `limit`. */
export async function listCounted(on: Queryable, filter: Omit<ListFilter, 'cursor' | 'order'>): Promise<CountedRow[]> {
  return on.all(sql<CountedRow>`
    select p.approvers, p.expires_at, a.project_id, jsonb_build_object(
      'kind', a.kind, 'risk', a.record -> 'risk', 'trigger_user', a.record -> 'trigger_user',
      'proposer', jsonb_build_object('subject', a.record #> '{proposer,subject}'),
      'target', jsonb_build_object('forge', a.record #> '{target,forge}')) as record
    from approvals p join actions a on a.id = p.id where ${sql.join(conditionsOf(filter), sql` and `)}
    order by p.expires_at, p.id limit ${filter.limit}`);
}

/** Votes of one approval with their reasons, oldest first. */
export async function wordsOf(on: Queryable, id: string): Promise<Vote[]> {
  return on.all(sql<Vote>`
    select subject, decision, reason, voted_at as at from approval_votes where approval_id = ${id} order by voted_at, person_id`);
}
