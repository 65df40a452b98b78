import { AppError } from '#kernel/errors.ts';
import type { Plan, Task } from '#modules/planning/index.ts';
import type { CheckSpec, Project, Repository } from '#modules/projects/index.ts';
import type { WorkItem } from '#modules/work/index.ts';
import type { RunBrief } from './model.brief.ts';
import type { RunRequest } from './model.ts';

/** The questions a brief asks of other modules. */
export interface BriefSources {
  work: { get(id: string): Promise<WorkItem | null> };
  planning: { task(id: string): Promise<Task | null>; plan(id: string): Promise<Plan | null> };
  projects: { get(id: string): Promise<Project | null>; repository(id: string): Promise<Repository | null> };
}

/** Gathers what a run must know of its work. Throws AppError not_found or refused `no_repository`. */
export function createBriefs(from: BriefSources): (request: RunRequest) => Promise<RunBrief> {
  return async (request) => {
    const item = await itemOf(from, request);
    const project = found(await from.projects.get(item.projectId), `project ${item.projectId}`);
    if (item.repositoryId === null)
      throw new AppError('refused', `"${item.title}" belongs to no repository, so no agent can work on it.`, { code: 'no_repository' });
    const repository = found(await from.projects.repository(item.repositoryId), `repository ${item.repositoryId}`);
    const task = request.taskId === null ? null : found(await from.planning.task(request.taskId), `task ${request.taskId}`);
    const plan = task === null ? null : await from.planning.plan(task.planId);
    return {
      projectId: project.id,
      projectKey: project.key,
      settings: project.settings,
      repositoryId: repository.id,
      repositoryName: repository.name,
      defaultBranch: repository.defaultBranch,
      workItem: { id: item.id, number: item.number, title: item.title, body: item.body, type: item.type },
      task: task === null ? null : { id: task.id, key: task.key, title: task.title, description: task.description },
      scope: task?.scope ?? request.about?.scope ?? ['**'],
      acceptance: acceptanceOf(plan, task),
      checks: checksOf(project, task),
      maxFiles: task?.limits.files ?? null,
      dependsOn: [],
    };
  };
}

type Item = Pick<WorkItem, 'number' | 'title' | 'body' | 'type'> & { id: WorkItem['id'] | null; projectId: string; repositoryId: string | null };

/** A person's pull request stands where else the issue does. */
async function itemOf(from: BriefSources, { workItemId, about }: RunRequest): Promise<Item> {
  if (workItemId !== null) return found(await from.work.get(workItemId), `work item ${workItemId}`);
  return { ...found(about ?? null, 'work of this run'), id: null, type: null };
}

function found<T>(value: T | null, what: string): T {
  if (value === null) throw new AppError('not_found', `There is no ${what}.`);
  return value;
}

function acceptanceOf(plan: Plan | null, task: Task | null): string[] {
  const all = plan?.document.acceptance ?? [];
  return all.filter((criterion) => task === null || task.acceptance.includes(criterion.id)).map((criterion) => criterion.text);
}

/** The task's checks by name; a task that names none must pass all of the project's. A name nobody defined fails as a check. */
function checksOf(project: Project, task: Task | null): CheckSpec[] {
  const { checks } = project.settings;
  if (task === null || task.checks.length === 0) return checks;
  return task.checks.map((name) => checks.find((check) => check.name === name) ?? { name, command: '', timeout_s: 1 });
}
