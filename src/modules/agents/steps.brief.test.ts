import { expect, test } from 'vitest';
import type { PlanId, ProjectId, RepositoryId, TaskId, WorkItemId } from '#kernel/ids.ts';
import type { Plan, Task } from '#modules/planning/index.ts';
import { ProjectSettings, type Project, type Repository } from '#modules/projects/index.ts';
import type { WorkItem } from '#modules/work/index.ts';
import type { RunRequest } from './model.ts';
import { createBriefs, type BriefSources } from './steps.brief.ts';

const at = new Date(0);
const settings = ProjectSettings.parse({
  checks: [
    { name: 'test', command: 'npm test' },
    { name: 'lint', command: 'npm run lint' },
  ],
});
const project: Project = {
  id: 'proj_1' as ProjectId,
  key: 'shop',
  name: 'Shop',
  settings,
  optedOut: false,
  revision: 1,
  createdAt: at,
  updatedAt: at,
};
const repository: Repository = {
  id: 'repo_1' as RepositoryId,
  projectId: project.id,
  forge: 'local',
  name: 'acme/shop',
  defaultBranch: 'trunk',
  tier: 'standard',
  allowlisted: true,
  allowlistedBy: 'person',
  protectionAttested: false,
  revision: 1,
  createdAt: at,
  updatedAt: at,
};
const item = {
  id: 'iss_1' as WorkItemId,
  projectId: project.id,
  repositoryId: repository.id,
  title: 'Cart',
  body: 'Broken',
  number: 3,
  type: 'bug',
} as WorkItem;
const task = {
  id: 'task_1' as TaskId,
  planId: 'plan_1' as PlanId,
  key: 't1',
  title: 'Mend',
  description: 'it',
  scope: ['src/**'],
  acceptance: ['a2'],
  checks: ['lint'],
  limits: { files: 5, context_tokens: 1000 },
} as unknown as Task;
const plan = {
  id: 'plan_1' as PlanId,
  document: {
    acceptance: [
      { id: 'a1', text: 'first' },
      { id: 'a2', text: 'second' },
    ],
  },
} as unknown as Plan;

const sources = (change: { item?: WorkItem | null; task?: Task | null } = {}): BriefSources => ({
  work: { get: async () => (change.item === undefined ? item : change.item) },
  planning: { task: async () => (change.task === undefined ? task : change.task), plan: async () => plan },
  projects: { get: async () => project, repository: async () => repository },
});
const request = (taskId: string | null): RunRequest =>
  ({ runId: 'run_1', taskId, workItemId: item.id, role: 'coder', agent: 'a', attempt: 1, base: 'b', target: 't', feedback: null }) as RunRequest;

test('a task brings its scope, its acceptance criteria as texts, its checks resolved and its file limit', async () => {
  expect(await createBriefs(sources())(request('task_1'))).toMatchObject({
    projectKey: 'shop',
    repositoryName: 'acme/shop',
    defaultBranch: 'trunk',
    task: { key: 't1', title: 'Mend' },
    scope: ['src/**'],
    acceptance: ['second'],
    checks: [{ name: 'lint', command: 'npm run lint' }],
    maxFiles: 5,
  });
});

test('a run of a whole work item may touch everything and must pass every check', async () => {
  const brief = await createBriefs(sources())(request(null));
  expect(brief).toMatchObject({ task: null, scope: ['**'], acceptance: [], maxFiles: null });
  expect(brief.checks.map((check) => check.name)).toEqual(['test', 'lint']);
});

test('a task that names no check must pass all; a name nobody defined stays, without a command', async () => {
  const all = await createBriefs(sources({ task: { ...task, checks: [] } }))(request('task_1'));
  expect(all.checks.map((check) => check.name)).toEqual(['test', 'lint']);
  const odd = await createBriefs(sources({ task: { ...task, checks: ['e2e'] } }))(request('task_1'));
  expect(odd.checks).toEqual([{ name: 'e2e', command: '', timeout_s: 1 }]);
});

test('what is gone, or belongs to no repository, is told', async () => {
  await expect(createBriefs(sources({ item: null }))(request(null))).rejects.toMatchObject({ kind: 'not_found' });
  await expect(createBriefs(sources({ task: null }))(request('task_1'))).rejects.toMatchObject({ kind: 'not_found' });
  await expect(createBriefs(sources({ item: { ...item, repositoryId: null } }))(request(null))).rejects.toMatchObject({ code: 'no_repository' });
});
