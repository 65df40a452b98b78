import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Decision, Stage, StageRow, Verdict } from './model.ts';

const STAGE = sql`project_id, stage, core_paths, since, changed_by, reason`;

export async function readStage(on: Queryable, projectId: string): Promise<StageRow | null> {
  return (await on.maybe(sql<StageRow>`select ${STAGE} from rollout_stages where project_id = ${projectId}`)) ?? null;
}

/** Two changes of one project's stage wait for each other, also before it has a row. */
export async function lockStage(tx: Tx, projectId: string): Promise<StageRow | null> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext(${`reeve.rollout:${projectId}`}))`);
  return readStage(tx, projectId);
}

export interface StageChange {
  projectId: string;
  stage: Stage;
  /** Null leaves them as they are. */
  corePaths: readonly string[] | null;
  by: string;
  reason: string;
}

export async function saveStage(tx: Tx, change: StageChange): Promise<void> {
  await tx.run(sql`insert into rollout_stages (project_id, stage, core_paths, changed_by, reason)
    values (${change.projectId}, ${change.stage}, ${change.corePaths ?? []}::text[], ${change.by}, ${change.reason})
    on conflict (project_id) do update set stage = excluded.stage, since = clock_timestamp(), changed_by = excluded.changed_by,
      reason = excluded.reason,
      core_paths = case when ${change.corePaths === null} then rollout_stages.core_paths else excluded.core_paths end`);
}

export type NewDecision = Omit<Decision, 'verdict' | 'observed' | 'judgedAt'>;

/** Once per action. */
export async function insertDecision(tx: Tx, decision: NewDecision): Promise<void> {
  await tx.run(sql`insert into rollout_decisions (action_id, project_id, work_item_id, stage, kind, forge, repo, number, would, decided_at)
    values (${decision.actionId}, ${decision.projectId}, ${decision.workItemId}, ${decision.stage}, ${decision.kind}, ${decision.forge},
      ${decision.repo}, ${decision.number}, ${json(decision.would)}, ${decision.decidedAt}) on conflict (action_id) do nothing`);
}

const DECISION = sql`action_id, project_id, work_item_id, stage, kind, forge, repo, number, would, verdict, observed, decided_at, judged_at`;

/** Locked in the order of their ids: two events about one issue judge one after the other. */
export function openDecisions(tx: Tx, about: { forge: string; repo: string; number: number; before: Date }): Promise<Decision[]> {
  return tx.all(sql<Decision>`select ${DECISION} from rollout_decisions
    where verdict = 'open' and forge = ${about.forge} and repo = ${about.repo} and number = ${about.number} and decided_at <= ${about.before}
    order by action_id for update`);
}

export async function saveVerdict(tx: Tx, actionId: string, verdict: Exclude<Verdict, 'open'>, observed: JsonObject): Promise<void> {
  await tx.run(sql`update rollout_decisions set verdict = ${verdict}, observed = ${json(observed)}, judged_at = clock_timestamp()
    where action_id = ${actionId} and verdict = 'open'`);
}

/** Decisions of a project since its stage began, counted by kind. */
export function countByKind(
  on: Queryable,
  of: { projectId: string; stage: Stage; since: Date | null },
): Promise<Array<{ kind: string; agreed: number; disagreed: number; open: number }>> {
  return on.all(sql<{ kind: string; agreed: number; disagreed: number; open: number }>`
    select kind, count(*) filter (where verdict = 'agreed') as agreed, count(*) filter (where verdict = 'disagreed') as disagreed,
      count(*) filter (where verdict = 'open') as open
    from rollout_decisions where project_id = ${of.projectId} and stage = ${of.stage} and (${of.since}::timestamptz is null or decided_at >= ${of.since})
    group by kind order by kind`);
}

/** Days (with fractions) since a moment, by the database's clock. */
export async function daysSince(on: Queryable, since: Date): Promise<number> {
  return (await on.one(sql<{ days: number }>`select (extract(epoch from clock_timestamp() - ${since}::timestamptz) / 86400)::float8 as days`)).days;
}

export function listDecisions(on: Queryable, filter: { projectId: string; limit: number; cursor?: string | undefined }): Promise<Decision[]> {
  return on.all(sql<Decision>`select ${DECISION} from rollout_decisions where project_id = ${filter.projectId}
    and (${filter.cursor ?? null}::text is null or action_id < ${filter.cursor ?? null}) order by action_id desc limit ${filter.limit + 1}`);
}
