import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { AgentRun } from '#modules/agents/index.ts';
import type { WorkItem } from '#modules/work/index.ts';
import { refuseAgentProposal, type AgentProposal } from './decide.proposals.ts';
import type { DeliveryDeps } from './steps.context.ts';

const FORGES = ['local', 'path', 'github'] as const;

export interface Scope {
  projectId: string | null;
  workItemId: string | null;
  triggerUser: string | null;
}

type ScopeDeps = Pick<DeliveryDeps, 'work' | 'projects' | 'planning' | 'agents'>;

/**
 * Where a change request submitted over HTTP belongs: its repository by name, its work item by the task. An agent submits for the
 * task, the branch and the try of its own run and nothing else (AppError forbidden `not_your_work`), while that run is at work.
 */
export async function locateDocument(
  deps: ScopeDeps,
  document: { repo: string; taskId: string; target: string; attempt: number | null },
  actor: Actor,
): Promise<{ projectId: string; repositoryId: string; workItemId: string | null } | null> {
  const run = actor.kind === 'agent' ? await runOf(deps, actor, document) : null;
  for (const forge of FORGES) {
    const repository = await deps.projects.repositoryByName(forge, document.repo);
    if (repository === null || !repository.allowlisted || (run !== null && run.repositoryId !== repository.id)) continue;
    const task = document.taskId.startsWith('task_') ? await deps.planning.task(document.taskId) : null;
    return { projectId: repository.projectId, repositoryId: repository.id, workItemId: task?.workItemId ?? null };
  }
  return null;
}

/**
 * What a proposal over HTTP belongs to. An agent is bound to the work of its run, and to the few kinds an agent may ask for; its trigger
 * is whoever asked for that work.
 */
export async function scopeOfProposal(
  deps: ScopeDeps & Pick<DeliveryDeps, 'db' | 'store'>,
  actor: Actor,
  asked: AgentProposal & { target: { forge: string; repo: string } },
  workItemId: string | null,
): Promise<Scope> {
  const { target } = asked;
  const bound = actor.kind === 'agent' ? await workOfRun(deps, actor, workItemId) : workItemId;
  const item = bound === null ? null : await deps.work.get(bound);
  if (bound !== null && item === null) throw new AppError('not_found', `There is no work item ${bound}.`);
  const forge = FORGES.find((name) => name === target.forge);
  const repository = forge === undefined ? null : await deps.projects.repositoryByName(forge, target.repo);
  // A plan approved for one repository must not open the doors of another.
  if ((actor.kind === 'agent' || item !== null) && item?.repositoryId !== repository?.id)
    throw new AppError('forbidden', 'The work belongs to another repository than the target.', { code: 'not_your_repository' });
  if (actor.kind === 'agent' && item !== null) await refuseBeyond(deps, asked, item);
  const own = actor.subject.startsWith('person:') ? actor.subject.slice('person:'.length) : null;
  return {
    projectId: repository?.projectId ?? item?.projectId ?? null,
    workItemId: bound,
    triggerUser: actor.kind === 'agent' ? (item?.requestedBy ?? null) : own,
  };
}

async function runOf(deps: ScopeDeps, actor: Actor, document: { taskId: string; target: string; attempt: number | null }): Promise<AgentRun> {
  const run = actor.runId === null || actor.runId === undefined ? null : await deps.agents.get(actor.runId);
  const { taskId, target, attempt } = document;
  const isOwn = run !== null && run.state === 'running' && run.taskId !== null && run.taskId === taskId && run.target === target;
  if (!isOwn || run.attempt !== attempt || (run.role !== 'coder' && run.role !== 'tester'))
    throw new AppError('forbidden', 'An agent submits for the task, the branch and the attempt of its own run only.', {
      code: 'not_your_work',
      ...(run === null ? {} : { detail: { task_id: run.taskId, target: run.target, attempt: run.attempt } }),
    });
  return run;
}

async function workOfRun(deps: ScopeDeps, actor: Actor, asked: string | null): Promise<string> {
  const run = actor.runId === null || actor.runId === undefined ? null : await deps.agents.get(actor.runId);
  const own = run?.workItemId ?? null;
  if (own === null || (asked !== null && asked !== own))
    throw new AppError('forbidden', 'An agent proposes for its own work only.', { code: 'not_your_work' });
  return own;
}

async function refuseBeyond(deps: Pick<DeliveryDeps, 'db' | 'store'>, asked: AgentProposal, item: WorkItem): Promise<void> {
  const pull = await deps.store.pullOfWorkItem(deps.db, item.id);
  const numbers = [item.number, pull?.number ?? null].filter((number) => number !== null);
  const refusal = refuseAgentProposal(asked, { numbers });
  if (refusal !== null) throw new AppError('forbidden', refusal.reason, { code: refusal.code });
}
