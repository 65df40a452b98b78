import { sql, type Queryable } from '#platform/db/index.ts';
import type { Run } from '#modules/queue-schedule/index.ts';
import type { TargetKey } from './store.targets.ts';

/** One run of the checks on a tree. */
export interface Verification extends TargetKey {
  buildId: string;
  /** What it was for: `lane`, `join`, `again`, `submitted`, `head`, `audit`. */
  purpose: string;
  lane: number;
  tree: string;
  members: number;
  outcome: 'passed' | 'failed' | 'infrastructure';
  durationMs: number;
}

export async function insertVerification(on: Queryable, run: Verification): Promise<void> {
  await on.run(sql`
    insert into queue_verifications (repository_id, target, build_id, purpose, lane, tree, members, outcome, duration_ms)
    values (${run.repositoryId}, ${run.target}, ${run.buildId}, ${run.purpose}, ${run.lane}, ${run.tree}, ${run.members}, ${run.outcome}, ${run.durationMs})`);
}

// Checks look at more than the tree (the project's settings, the network): what they said is believed for a day.
const BELIEVED = sql.raw("interval '1 day'");

/** Whether the last word about the tree is that it passed. */
export async function isKnownGreen(on: Queryable, repositoryId: string, tree: string): Promise<boolean> {
  return (await lastOutcome(on, repositoryId, tree)) === 'passed';
}

/** Whether the last word about the tree is that it failed: if it passes now, one of the two was chance. */
export async function isKnownRed(on: Queryable, repositoryId: string, tree: string): Promise<boolean> {
  return (await lastOutcome(on, repositoryId, tree)) === 'failed';
}

async function lastOutcome(on: Queryable, repositoryId: string, tree: string): Promise<string | null> {
  const row = await on.maybe(sql<{ outcome: string }>`
    select outcome from queue_verifications
    where repository_id = ${repositoryId} and tree = ${tree} and outcome <> 'infrastructure' and at > clock_timestamp() - ${BELIEVED}
    order by id desc limit 1`);
  return row?.outcome ?? null;
}

/** The target's last runs of whole builds, newest first. */
export async function recentRuns(on: Queryable, key: TargetKey, limit: number): Promise<Run[]> {
  return on.all(sql<Run>`
    select duration_ms, outcome = 'failed' as failed from queue_verifications
    where repository_id = ${key.repositoryId} and target = ${key.target} and purpose in ('lane', 'join') and outcome <> 'infrastructure'
    order by id desc limit ${limit}`);
}

/** Change requests that landed by these commits. */
export async function findLandedBy(on: Queryable, repositoryId: string, commits: readonly string[]): Promise<string[]> {
  if (commits.length === 0) return [];
  const rows = await on.all(sql<{ id: string }>`
    select id from change_requests where repository_id = ${repositoryId} and landed_commit = any(${[...commits]}) order by landed_at, id`);
  return rows.map((row) => row.id);
}
