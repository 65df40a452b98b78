import { isAppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { Db } from '#platform/db/index.ts';
import type { Actions } from '#modules/actions/index.ts';
import type { CheckRunner } from '#modules/agents/index.ts';
import type { DeliveryStore } from '#modules/delivery/index.ts';
import type { MergeQueueDeps } from '#modules/merge-queue/index.ts';
import type { Planning } from '#modules/planning/index.ts';
import { parsePolicy, type PolicyPort } from '#modules/policy/index.ts';
import type { Projects } from '#modules/projects/index.ts';
import { ACTION_KINDS } from '#modules/actions/index.ts';
import type { Mirror } from '#ports/git.ts';

/** What admission holds a change request against: the policy's limits, the project's settings, the task's own scope. */
export function createQueueRules(from: { policy: PolicyPort; projects: Projects; planning: Planning }): MergeQueueDeps['rules'] {
  return async (subject) => {
    const project = await from.projects.get(subject.projectId);
    const repository = await from.projects.repository(subject.repositoryId);
    const current = await from.policy.current(subject.projectId);
    const parsed = parsePolicy(current.text, ACTION_KINDS);
    const limits = parsed.ok ? parsed.value.limits : null;
    const task = subject.taskId.startsWith('task_') ? await from.planning.task(subject.taskId) : null;
    return {
      repositoryName: repository?.name ?? null,
      maxFiles: limits?.max_files_per_change ?? 0,
      maxBytes: limits?.max_bytes_per_change ?? 0,
      protectedPaths: limits?.protected_paths ?? ['**'],
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
  const parsed = parsePolicy((await policy.current()).text, ACTION_KINDS);
  return parsed.ok ? parsed.value.limits.protected_paths : [];
}

/** Runs a project's checks on exactly the tree the queue wants to land, and keeps the results by commit. */
export function createVerification(from: { db: Db; ids: Ids; store: DeliveryStore; projects: Projects; run: CheckRunner }): MergeQueueDeps['verify'] {
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
    return report;
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
      const action = await actions.execute(actionId, { base_sha: baseSha });
      const commit = action.outcome?.['merge_sha'];
      if (action.status !== 'executed' || typeof commit !== 'string') {
        if (action.outcome?.['code'] === 'base_moved') return { kind: 'base_moved' };
        const reason = action.outcome?.['error'] ?? action.outcome?.['reason'];
        return { kind: 'refused', detail: typeof reason === 'string' ? reason : `The action is ${action.status}.` };
      }
      // What landed is only in the forge until it is fetched.
      await (await mirror(entry.repositoryId)).fetch();
      return { kind: 'landed', commit };
    } catch (error) {
      if (isAppError(error, 'conflict') && error.code === 'base_moved') return { kind: 'base_moved' };
      if (isAppError(error, 'refused') || isAppError(error, 'forbidden') || isAppError(error, 'conflict'))
        return { kind: 'refused', detail: error.message };
      throw error;
    }
  };
}
