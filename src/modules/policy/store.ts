import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { PolicyVersion } from './model.ts';

// Any constant of our own; versions are counted one by one, so their writers wait for each other.
const WRITERS = 7_233_311_019;

const columns = sql`nr, hash, text, source, activated_at, activated_by, action_id`;

/** Until the transaction ends nobody else adds a version. */
export async function lockVersions(tx: Tx): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(${WRITERS})`);
}

export async function latestVersion(on: Queryable): Promise<PolicyVersion | null> {
  return (await on.maybe(sql<PolicyVersion>`select ${columns} from policy_versions order by nr desc limit 1`)) ?? null;
}

/** The last text that people put in force; texts that came with the installation left out. */
export async function latestApproved(on: Queryable): Promise<PolicyVersion | null> {
  return (await on.maybe(sql<PolicyVersion>`select ${columns} from policy_versions where action_id is not null order by nr desc limit 1`)) ?? null;
}

export async function versionOfAction(on: Queryable, actionId: string): Promise<PolicyVersion | null> {
  return (await on.maybe(sql<PolicyVersion>`select ${columns} from policy_versions where action_id = ${actionId}`)) ?? null;
}

/** Newest first, below `before` (exclusive); one more than `limit`. */
export async function listVersions(on: Queryable, page: { limit: number; before: number | null }): Promise<PolicyVersion[]> {
  return on.all(sql<PolicyVersion>`
    select ${columns} from policy_versions where ${page.before}::bigint is null or nr < ${page.before} order by nr desc limit ${page.limit + 1}`);
}

export type NewVersion = Omit<PolicyVersion, 'nr' | 'activatedAt'>;

export async function insertVersion(tx: Tx, version: NewVersion): Promise<PolicyVersion> {
  return tx.one(sql<PolicyVersion>`
    insert into policy_versions (nr, hash, text, source, activated_by, action_id)
    select coalesce(max(nr), 0) + 1, ${version.hash}, ${version.text}, ${version.source}, ${version.activatedBy}, ${version.actionId}
    from policy_versions returning ${columns}`);
}
