import { AppError, isAppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { Db } from '#platform/db/index.ts';
import type { Actions, Proposal } from '#modules/actions/index.ts';
import type { Agents, CheckRunner, Regenerator } from '#modules/agents/index.ts';
import type { DeliveryStore } from '#modules/delivery/index.ts';
import type { CoverageReports } from '#modules/reviews/index.ts';
import { scopesTouched } from '#modules/queue-schedule/index.ts';
import type { MergeQueue, MergeQueueDeps } from '#modules/merge-queue/index.ts';
import type { Planning } from '#modules/planning/index.ts';
import type { PolicyPort } from '#modules/policy/index.ts';
import type { Projects } from '#modules/projects/index.ts';
import type { Mirror } from '#ports/git.ts';

/** What admission holds a change request against: the policy's limits, the project's settings, the task's own scope. */
export function createQueueRules(from: { policy: PolicyPort; projects: Projects; planning: Planning }): MergeQueueDeps['rules'] {
  return async (subject) => {
    const project = await from.projects.get(subject.projectId);
    const repository = await from.projects.repository(subject.repositoryId);
    const current = await from.policy.current(subject.projectId);
    const { limits } = current;
    const task = subject.taskId.startsWith('task_') ? await from.planning.task(subject.taskId) : null;
    return {
      repositoryName: repository?.name ?? null,
      maxFiles: limits.max_files_per_change,
      maxBytes: limits.max_bytes_per_change,
      protectedPaths: limits.protected_paths,
      queueOwned: Object.keys(project?.settings.regenerate ?? {}),
      mayWriteQueueOwned: false,
      requiredChecks: task?.checks ?? [],
      taskScope: task?.scope ?? null,
      // On a forge the default branch moves by an approved action only; a path repository is written to by `branch.push`.
      protectedTargets: repository === null || (repository.forge === 'path' && task !== null) ? [] : [repository.defaultBranch],
    };
  };
}

/** Paths that raise the risk of whatever touches or names them, by the organisation's policy. */
export async function protectedPathsOf(policy: PolicyPort): Promise<readonly string[]> {
  return (await policy.current()).limits.protected_paths;
}

/** Runs a project's checks on exactly the tree the queue wants to land, and keeps the results by commit. */
export function createVerification(from: {
  db: Db;
  ids: Ids;
  store: DeliveryStore;
  projects: Projects;
  coverage: Pick<CoverageReports, 'note'>;
  run: CheckRunner;
}): MergeQueueDeps['verify'] {
  return async (request) => {
    const project = await from.projects.get(request.projectId);
    if (project === null) return { passed: false, infrastructure: true, checks: [] };
    const { settings } = project;
    const report = await from.run({
      repositoryId: request.repositoryId,
      projectId: request.projectId,
      commit: request.commit,
      checks: settings.checks,
      setup: settings.setup,
      sandbox: settings.sandbox,
      network: settings.network,
      signal: request.signal,
    });
    if (!report.infrastructure) {
      for (const check of report.checks) {
        await from.store.saveCheckResult(from.db, {
          id: from.ids.next('ciResult'),
          projectId: request.projectId,
          repositoryId: request.repositoryId,
          workItemId: request.entry.workItemId,
          headSha: request.commit,
          name: check.name,
          source: 'reeve',
          conclusion: check.exit_code === 0 ? 'success' : 'failure',
          durationMs: check.duration_ms,
          summary: check.output.slice(-4000),
        });
      }
    }
    const { reports = [], folder = '', ...verified } = report;
    const about = { projectId: request.projectId, repositoryId: request.repositoryId, headSha: request.commit, folder };
    if (!report.infrastructure) await from.coverage.note(about, reports);
    return verified;
  };
}

/**
 * Publishes a verified tree by executing the approved action that asked for it. The base the queue verified goes along: when it
 * has moved, nothing happens and the queue merges and verifies again.
 */
export function publishByAction(
  actions: Pick<Actions, 'execute'>,
  mirror: (repositoryId: string) => Promise<Mirror>,
): NonNullable<MergeQueueDeps['publishByAction']> {
  return async (actionId, { baseSha, entry }) => {
    try {
      const verified = entry.candidate?.commit ?? '';
      // A merge names the base it was verified on; a push of what was verified names the commit as well.
      const action = await actions.execute(actionId, { base_sha: baseSha, sha: verified, expected: baseSha });
      const commit = action.outcome?.['merge_sha'] ?? action.outcome?.['sha'];
      if (action.status !== 'executed' || typeof commit !== 'string') {
        if (isOvertaken(action.outcome?.['code'])) return { kind: 'base_moved' };
        const reason = action.outcome?.['error'] ?? action.outcome?.['reason'];
        return { kind: 'refused', detail: typeof reason === 'string' ? reason : `The action is ${action.status}.` };
      }
      // What landed is only in the forge until it is fetched.
      await (await mirror(entry.repositoryId)).fetch();
      return { kind: 'landed', commit };
    } catch (error) {
      if (isAppError(error, 'conflict') && isOvertaken(error.code)) return { kind: 'base_moved' };
      if (isAppError(error, 'refused') || isAppError(error, 'forbidden') || isAppError(error, 'conflict'))
        return { kind: 'refused', detail: error.message };
      throw error;
    }
  };
}

const isOvertaken = (code: unknown): boolean => code === 'base_moved' || code === 'ref_moved' || code === 'not_fast_forward';

/** Proposes the push of what the queue verified: the approval names the document by its hash, the queue the commit. */
export function createPushProposals(from: {
  actions: Pick<Actions, 'propose' | 'transaction'>;
  projects: Projects;
}): NonNullable<MergeQueueDeps['proposePush']> {
  return async (push, also) => {
    const repository = await from.projects.repository(push.repositoryId);
    if (repository === null) throw new AppError('not_found', `There is no repository ${push.repositoryId}.`);
    const proposal: Proposal = {
      kind: 'branch.push',
      target: { forge: repository.forge, repo: repository.name, branch: push.target },
      args: { branch: push.target, sha: null, expected: null, change_request: push.subject },
      proposer: { subject: push.by },
      triggerUser: push.by.startsWith('person:') ? push.by.slice('person:'.length) : null,
      projectId: push.projectId,
      workItemId: push.workItemId,
      idempotencyKey: push.key,
    };
    return from.actions.transaction(async (tx) => also(tx, (await from.actions.propose(tx, proposal)).id));
  };
}

const MOST_LANDINGS = 100;

/** Files of a run's scope that other tasks landed on its target since it began, sorted. */
export async function landedMeanwhile(
  from: { agents: Pick<Agents, 'get'>; planning: Pick<Planning, 'task'>; queue: Pick<MergeQueue, 'list'> },
  runId: string,
): Promise<string[]> {
  const run = await from.agents.get(runId);
  const task = run === null || run.taskId === null ? null : await from.planning.task(run.taskId);
  if (run === null || task === null || run.startedAt === null) return [];
  const began = run.startedAt.getTime();
  const { items } = await from.queue.list({ repositoryId: run.repositoryId, target: run.target, state: 'landed', limit: MOST_LANDINGS });
  const others = items.filter((entry) => entry.taskId !== task.id && (entry.landedAt?.getTime() ?? 0) >= began);
  const files = [...new Set(others.flatMap((entry) => entry.effect.map(({ path }) => path)))];
  return (scopesTouched(files, [{ holder: runId, globs: task.scope }])[0]?.files ?? []).sort();
}

/** How a project wants its targets scheduled. A project that is gone gets the defaults. */
export function createScheduling(projects: Pick<Projects, 'get'>): NonNullable<MergeQueueDeps['scheduling']> {
  return async (projectId) => {
    const project = await projects.get(projectId);
    if (project === null) return {};
    const { lanes, most_batch: mostBatch, freshness_budget: freshnessBudget, combined } = project.settings.queue;
    return { lanes, mostBatch, freshnessBudget, combined };
  };
}

/** Which rungs of the queue's ladder a project allows. A project that is gone allows none. */
export function createLadder(projects: Pick<Projects, 'get'>): NonNullable<MergeQueueDeps['ladder']> {
  return async ({ projectId }) => {
    const project = await projects.get(projectId);
    if (project === null) return { structuredMerge: false, hasChecks: false, regenerate: {} };
    const { queue, checks, regenerate } = project.settings;
    return { structuredMerge: queue.structured_merge === 'on', hasChecks: checks.length > 0, regenerate };
  };
}

/** A lockfile of a large workspace takes a minute or two over a slow registry; longer is a command that hangs. */
const REGENERATE_TIMEOUT_MS = 10 * 60_000;

/** Runs a project's commands that write generated files, sandboxed as its checks are. */
export function createRegeneration(from: { projects: Pick<Projects, 'get'>; run: Regenerator }): NonNullable<MergeQueueDeps['regenerate']> {
  return async ({ repositoryId, projectId, commit, steps, signal }) => {
    const project = await from.projects.get(projectId);
    if (project === null) return { kind: 'infrastructure', detail: 'The project is gone.' };
    const { sandbox, network } = project.settings;
    return from.run({ repositoryId, commit, steps, sandbox, network, timeoutMs: REGENERATE_TIMEOUT_MS, signal });
  };
}
