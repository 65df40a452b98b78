import type { Role } from '#kernel/actor.ts';
import type { Queryable, Tx } from '#platform/db/index.ts';
import { sql } from '#platform/db/index.ts';
import { GLASS_TTL_MINUTES } from './decide.break-glass.ts';
import type { ActionRecord, ActionStatus, GlassFilter } from './model.ts';

export interface GlassRow {
  actionId: string;
  digest: string;
  reason: string;
  openedBy: string;
  openedSubject: string;
  openedRole: Role;
  openedAt: Date;
  expiresAt: Date;
  confirmedBy: string | null;
  confirmedSubject: string | null;
  confirmedRole: Role | null;
  confirmedAt: Date | null;
  account: string | null;
  accountSubject: string | null;
  accountAt: Date | null;
}

const columns = sql`action_id, digest, reason, opened_by, opened_subject, opened_role, opened_at, expires_at, confirmed_by, confirmed_subject, confirmed_role,
  confirmed_at, account, account_subject, account_at`;

export interface GlassWord {
  actionId: string;
  digest: string;
  reason: string;
  personId: string;
  subject: string;
  role: Role;
}

/** The first word; one that ran out is replaced. Null while another one stands. */
export async function openGlass(tx: Tx, word: GlassWord): Promise<GlassRow | null> {
  const { actionId, digest, reason, personId, subject, role } = word;
  const row = await tx.maybe(sql<GlassRow>`
    insert into break_glass (action_id, digest, reason, opened_by, opened_subject, opened_role, expires_at)
    values (${actionId}, ${digest}, ${reason}, ${personId}, ${subject}, ${role}, clock_timestamp() + make_interval(mins => ${GLASS_TTL_MINUTES}))
    on conflict (action_id) do update set digest = excluded.digest, reason = excluded.reason, opened_by = excluded.opened_by,
      opened_subject = excluded.opened_subject, opened_role = excluded.opened_role, opened_at = clock_timestamp(), expires_at = excluded.expires_at
    where break_glass.confirmed_at is null and break_glass.expires_at <= clock_timestamp()
    returning ${columns}`);
  return row ?? null;
}

/** The second word, by somebody else, in time, about the same record; null otherwise. */
export async function confirmGlass(tx: Tx, word: Omit<GlassWord, 'reason'>): Promise<GlassRow | null> {
  const { actionId, digest, personId, subject, role } = word;
  const row = await tx.maybe(sql<GlassRow>`
    update break_glass set confirmed_by = ${personId}, confirmed_subject = ${subject}, confirmed_role = ${role}, confirmed_at = clock_timestamp()
    where action_id = ${actionId} and digest = ${digest} and confirmed_at is null and expires_at > clock_timestamp() and opened_by <> ${personId}
    returning ${columns}`);
  return row ?? null;
}

/** Holds the row until the transaction ends, so that of two accounts one is written; null: nobody opened it. */
export async function lockGlass(tx: Tx, actionId: string): Promise<GlassRow | null> {
  return (await tx.maybe(sql<GlassRow>`select ${columns} from break_glass where action_id = ${actionId} for update`)) ?? null;
}

/** What happened, of one that is locked. */
export function writeAccount(tx: Tx, { actionId, text, subject }: { actionId: string; text: string; subject: string }): Promise<{ at: Date }> {
  return tx.one(sql<{ at: Date }>`
    update break_glass set account = ${text}, account_subject = ${subject}, account_at = clock_timestamp()
    where action_id = ${actionId} returning account_at as at`);
}

export async function findGlass(on: Queryable, actionId: string): Promise<(GlassRow & { inTime: boolean }) | null> {
  return (
    (await on.maybe(
      sql<
        GlassRow & { inTime: boolean }
      >`select ${columns}, expires_at > clock_timestamp() as in_time from break_glass where action_id = ${actionId}`,
    )) ?? null
  );
}

export interface GlassUseRow extends GlassRow {
  inTime: boolean;
  record: ActionRecord;
  actionStatus: ActionStatus;
  projectId: string | null;
}

/** Every use with the action it was for, the newest action first; `limit + 1` rows. */
export function listGlass(on: Queryable, filter: GlassFilter): Promise<GlassUseRow[]> {
  const { projectId, projectIds, actionId, cursor, limit } = filter;
  const conditions = [sql`true`];
  if (cursor !== undefined) conditions.push(sql`a.id < ${cursor}`);
  if (actionId !== undefined) conditions.push(sql`a.id = ${actionId}`);
  if (projectId !== undefined) conditions.push(sql`a.project_id in (select id from projects where ${projectId} in (id, key))`);
  if (projectIds !== undefined) conditions.push(sql`a.project_id = any(${[...projectIds]}::text[])`);
  return on.all(sql<GlassUseRow>`
    select g.*, a.record, a.status as action_status, a.project_id
    from (select ${columns}, expires_at > clock_timestamp() as in_time from break_glass) g join actions a on a.id = g.action_id
    where ${sql.join(conditions, sql` and `)} order by a.id desc limit ${limit + 1}`);
}
