import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { withIntegrity } from '#platform/db/integrity.ts';
import type { Plan, PlanDocument, PlanFilter, PlanState } from './model.ts';

const PLAN = sql`id, work_item_id, version, state, document, planner, prompt_hash, created_at, updated_at`;

/** Two who plan the same item at once wait for each other. */
export async function lockItem(tx: Tx, workItemId: string): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`plan:${workItemId}`}, 0))`);
}

export async function nextVersion(tx: Tx, workItemId: string): Promise<number> {
  return (await tx.one<{ next: number }>(sql`select coalesce(max(version), 0) + 1 as next from plans where work_item_id = ${workItemId}`)).next;
}

export async function insertPlan(tx: Tx, plan: Pick<Plan, 'id' | 'workItemId' | 'version' | 'document' | 'planner' | 'promptHash'>): Promise<void> {
  await withIntegrity({ missing: 'There is no such work item.' }, () =>
    tx.run(sql`insert into plans (id, work_item_id, version, document, planner, prompt_hash)
      values (${plan.id}, ${plan.workItemId}, ${plan.version}, ${json(plan.document)}, ${plan.planner}, ${plan.promptHash})`),
  );
}

export function planById(on: Queryable, id: string): Promise<Plan | undefined> {
  return on.maybe(sql<Plan>`select ${PLAN} from plans where id = ${id}`);
}

export function lockPlan(tx: Tx, id: string): Promise<Plan | undefined> {
  return tx.maybe(sql<Plan>`select ${PLAN} from plans where id = ${id} for update`);
}

/** The draft, waiting or approved plan of an item: there is at most one. */
export function planInForce(tx: Tx, workItemId: string): Promise<Plan | undefined> {
  return tx.maybe(
    sql<Plan>`select ${PLAN} from plans where work_item_id = ${workItemId} and state in ('draft', 'awaiting_approval', 'approved') for update`,
  );
}

export function plansOfItem(on: Queryable, workItemId: string): Promise<Plan[]> {
  return on.all(sql<Plan>`select ${PLAN} from plans where work_item_id = ${workItemId} order by version desc`);
}

export async function savePlanState(tx: Tx, id: string, state: PlanState): Promise<void> {
  await tx.run(sql`update plans set state = ${state}, updated_at = now() where id = ${id}`);
}

export async function saveDocument(tx: Tx, id: string, document: PlanDocument): Promise<void> {
  await tx.run(sql`update plans set document = ${json(document)}, updated_at = now() where id = ${id}`);
}

export async function deletePlan(tx: Tx, id: string): Promise<void> {
  await withIntegrity({ referenced: 'Runs, stories or other records name this plan or its tasks. Decline it instead.' }, async () => {
    await tx.run(sql`delete from task_dependencies where task_id in (select id from tasks where plan_id = ${id})`);
    await tx.run(sql`delete from tasks where plan_id = ${id}`);
    await tx.run(sql`delete from plans where id = ${id}`);
  });
}

/** Newest first; one row more than asked proves that there is more. */
export function listPlans(on: Queryable, filter: PlanFilter): Promise<Plan[]> {
  return on.all(sql<Plan>`select ${PLAN} from plans
    where (${filter.cursor ?? null}::text is null or id < ${filter.cursor ?? null})
      and (${filter.projectId ?? null}::text is null
        or exists (select 1 from work_items w where w.id = plans.work_item_id and w.project_id = ${filter.projectId ?? null}))
      and (${filter.workItemId ?? null}::text is null or work_item_id = ${filter.workItemId ?? null})
      and (${filter.state ?? null}::text is null or state = ${filter.state ?? null})
    order by id desc limit ${filter.limit + 1}`);
}
