import type { Actions } from '#modules/actions/index.ts';
import type { Agents } from '#modules/agents/index.ts';
import type { Approvals } from '#modules/approvals/index.ts';
import type { EntryOrigin, MergeQueueDeps, QueueEntry } from '#modules/merge-queue/index.ts';
import type { Planning } from '#modules/planning/index.ts';
import type { Work } from '#modules/work/index.ts';

interface OriginSources {
  work: Work;
  planning: Planning;
  agents: Pick<Agents, 'list'>;
  actions: Pick<Actions, 'get' | 'list'>;
  approvals: Pick<Approvals, 'get'>;
}

/** Where a change request came from: its issue or request, the approved plan, the task, the run that made it and the push that took it out. */
export function createQueueOrigin(from: OriginSources): NonNullable<MergeQueueDeps['origin']> {
  return async (entry) => {
    const [issue, plan, task, run, publication] = await Promise.all([
      issueOf(from, entry),
      planOf(from, entry),
      taskOf(from, entry),
      runOf(from, entry),
      publicationOf(from, entry),
    ]);
    return { issue, plan, task, run, publication };
  };
}

async function issueOf({ work }: OriginSources, entry: QueueEntry): Promise<EntryOrigin['issue']> {
  const item = entry.workItemId === null ? null : await work.get(entry.workItemId);
  if (item === null) return null;
  const { id, number, title, source, url, requestedBy, createdAt } = item;
  return { id, number, title, source, url, requested_by: requestedBy, requested_at: createdAt.toISOString() };
}

async function planOf(from: OriginSources, entry: QueueEntry): Promise<EntryOrigin['plan']> {
  const { workItemId } = entry;
  if (workItemId === null) return null;
  const task = entry.taskId.startsWith('task_') ? await from.planning.task(entry.taskId) : null;
  const plans = await from.planning.plansOf(workItemId);
  const plan = plans.find(({ id }) => id === task?.planId) ?? plans.find(({ state }) => state === 'approved');
  if (plan === undefined) return null;
  const { items } = await from.actions.list({ workItemId, kind: 'plan.approve', limit: 50 });
  const action = items.find(({ status }) => status === 'executed') ?? items[0];
  const approval = action === undefined ? null : await decisionOf(from, action.id, action.status);
  return { id: plan.id, version: plan.version, planner: plan.planner, approval, made_at: plan.createdAt.toISOString() };
}

/** What people said; where the policy decided alone there is no approval to read. */
async function decisionOf(
  { approvals }: OriginSources,
  actionId: string,
  status: string,
): Promise<NonNullable<NonNullable<EntryOrigin['plan']>['approval']>> {
  const approval = await approvals.get(actionId);
  if (approval === null || approval.decidedBy === null) return { status, by: null, at: null, reason: null };
  return { status: approval.status, by: approval.decidedBy, at: approval.decidedAt?.toISOString() ?? null, reason: approval.reason };
}

async function taskOf({ planning }: OriginSources, entry: QueueEntry): Promise<EntryOrigin['task']> {
  const task = entry.taskId.startsWith('task_') ? await planning.task(entry.taskId) : null;
  return task === null ? null : { id: task.id, key: task.key, title: task.title, role: task.role, assignee: task.assignee };
}

async function runOf({ agents }: OriginSources, entry: QueueEntry): Promise<EntryOrigin['run']> {
  if (!entry.taskId.startsWith('task_')) return null;
  const run = (await agents.list({ taskId: entry.taskId, limit: 50 })).items.find(({ changeRequestId }) => changeRequestId === entry.id);
  if (run === undefined) return null;
  return {
    id: run.id,
    agent: run.agent,
    started_at: run.startedAt?.toISOString() ?? null,
    ended_at: run.endedAt?.toISOString() ?? null,
    checks: run.checks.map(({ name, exit_code }) => ({ name, exit_code })),
  };
}

async function publicationOf(from: OriginSources, entry: QueueEntry): Promise<EntryOrigin['publication']> {
  if (entry.publish.kind !== 'action') return null;
  const action = await from.actions.get(entry.publish.actionId);
  return action === null ? null : { action_id: action.id, kind: action.record.kind, ...(await decisionOf(from, action.id, action.status)) };
}
