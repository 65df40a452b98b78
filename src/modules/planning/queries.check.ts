import { AppError } from '#kernel/errors.ts';
import type { CommitId, Mirror } from '#ports/git.ts';
import { serialise, type HotFile, type Impact, type PlannableTask, type Serialisation } from '#modules/impact/index.ts';
import type { Projects, Repository } from '#modules/projects/index.ts';
import type { Work } from '#modules/work/index.ts';
import { scopesOverlap } from './decide.scope.ts';
import type { PlanningQueries } from './queries.ts';

export interface PlanCheckDeps {
  planning: Pick<PlanningQueries, 'plan' | 'plans' | 'tasks'>;
  work: Pick<Work, 'get'>;
  projects: Pick<Projects, 'repository' | 'repositoryByName'>;
  mirror(repositoryId: string): Promise<Mirror>;
  impact: Impact;
}

/** Whether a plan's tasks may run side by side, held against the repository as it is now. */
export interface PlanCheck {
  /** Null for tasks that belong to no stored plan. */
  planId: string | null;
  repository: string;
  commit: CommitId;
  tasks: PlannableTask[];
  /** Files that many recent commits touch. */
  hotFiles: readonly HotFile[];
  result: Serialisation;
}

export interface PlanChecks {
  /** Null: there is no such plan. AppError refused `no_repository`, `unborn_branch`. */
  checkPlan(planId: string): Promise<PlanCheck | null>;
  /** Tasks nobody stored, against a repository by its name (`owner/name` or its path) or id. AppError not_found. */
  checkTasks(repository: string, tasks: PlannableTask[]): Promise<PlanCheck>;
  /** What each task of a plan waits for, by task id, for the dispatcher. */
  waitsOf(planId: string): Promise<Map<string, TaskWaits>>;
}

export interface TaskWaits {
  /** Declared: these must have landed. */
  dependsOn: string[];
  /** Added because both may change the same place: these must have ended, landed or not. */
  after: string[];
}

export function createPlanChecks(deps: PlanCheckDeps): PlanChecks {
  const { planning, work, projects } = deps;

  async function check(repository: Repository, branch: string | null, tasks: PlannableTask[]): Promise<Omit<PlanCheck, 'planId'>> {
    const mirror = await deps.mirror(repository.id);
    const commit = await commitFor(mirror, repository, branch);
    const graph = await deps.impact.graph(repository.id, commit);
    const history = await deps.impact.history(repository.id, commit);
    const result = serialise(tasks, { graph, history, globsMeet: scopesOverlap });
    return { repository: repository.name, commit, tasks, hotFiles: history.hot, result };
  }

  async function checkStored(planId: string, named: 'key' | 'id'): Promise<PlanCheck | null> {
    const plan = await planning.plan(planId);
    if (plan === null) return null;
    const item = await work.get(plan.workItemId);
    const repository = item === null || item.repositoryId === null ? null : await projects.repository(item.repositoryId);
    if (repository === null)
      throw new AppError('refused', 'The plan belongs to no repository, so its files cannot be looked at.', { code: 'no_repository' });
    const stored = (await planning.tasks(planId)).filter(
      (task) => task.state !== 'dropped' || plan.state === 'superseded' || plan.state === 'declined',
    );
    const nameOf = new Map<string, string>(stored.map((task) => [task.id, task[named]]));
    const tasks = stored.map(({ title, scope, estimate, ...task }) => ({
      key: task[named],
      title,
      scope,
      estimate,
      dependsOn: task.dependsOn.flatMap((id) => nameOf.get(id) ?? []),
    }));
    return { planId, ...(await check(repository, item?.targetBranch ?? null, tasks)) };
  }

  return {
    checkPlan: (planId) => checkStored(planId, 'key'),
    async checkTasks(name, tasks) {
      const repository = await repositoryOf(projects, name);
      if (repository === null || !repository.allowlisted)
        throw new AppError('not_found', `Reeve works on no repository ${name}.`, {
          hint: 'Name one of reeve.yaml, or one that `reeve run` was used on.',
        });
      return { planId: null, ...(await check(repository, null, tasks)) };
    },
    async waitsOf(planId) {
      const checked = await checkStored(planId, 'id');
      const waits = new Map<string, TaskWaits>(checked?.tasks.map(({ key }) => [key, { dependsOn: [], after: [] }]));
      for (const { task, on, why } of checked?.result.dependencies ?? []) waits.get(task)?.[why === 'declared' ? 'dependsOn' : 'after'].push(on);
      return waits;
    },
  };
}

async function repositoryOf(projects: PlanCheckDeps['projects'], name: string): Promise<Repository | null> {
  const byId = await projects.repository(name);
  return (
    byId ??
    (await projects.repositoryByName('path', name)) ??
    (await projects.repositoryByName('local', name)) ??
    (await projects.repositoryByName('github', name))
  );
}

/** Where the work's branch is, or the default branch of the source. */
async function commitFor(mirror: Mirror, { defaultBranch, name }: Repository, branch: string | null): Promise<CommitId> {
  const refs = [...(branch === null ? [] : [`refs/heads/${branch}`, `refs/remotes/source/${branch}`]), `refs/remotes/source/${defaultBranch}`];
  for (const ref of refs) {
    const commit = await mirror.resolve(ref);
    if (commit !== null) return commit;
  }
  throw new AppError('refused', `The branch ${defaultBranch} of ${name} has no commit yet.`, { code: 'unborn_branch' });
}
