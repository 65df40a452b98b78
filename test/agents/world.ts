import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TaskId, WorkItemId } from '#kernel/ids.ts';
import type { RunBrief, RunRequest } from '#modules/agents/index.ts';
import { ProjectSettings } from '#modules/projects/index.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import type { Db } from '#platform/db/index.ts';
import type { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import type { Shared } from './installation.ts';

export interface World extends Shared {
  db: Db;
  base: string;
  brief(change?: Partial<RunBrief>, settings?: z.input<typeof ProjectSettings>): RunBrief;
  request(change?: Partial<RunRequest>): RunRequest;
  git(...args: string[]): string;
  close(): Promise<void>;
}

const FILES: Record<string, string> = {
  'AGENTS.md': '# Rules\n\nKeep it small.\n',
  'package.json': '{ "name": "shop", "type": "module" }\n',
  'package-lock.json': '{ "name": "shop", "lockfileVersion": 3, "packages": {} }\n',
  'src/cart.js': 'export const add = (cart, n) => [...cart, n];\n',
  'src/money.js': 'export const cents = (n) => n * 100;\n',
  'docs/readme.md': '# Shop\n',
  '.gitignore': 'ignored/\n',
};

const ids = createIds(systemClock);

/** A repository, a database with its project, issue and task, and a folder for everything. */
export async function createWorld(): Promise<World> {
  const database = await createTestDatabase();
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'reeve-agents-')));
  const source = path.join(folder, 'source');
  for (const [name, content] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(source, name)), { recursive: true });
    writeFileSync(path.join(source, name), content);
  }
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-c', 'commit.gpgSign=false', ...args], {
      cwd: source,
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet', '-b', 'main');
  git('add', '-A');
  git('commit', '--quiet', '-m', 'first');
  const known = await insertWork(database);
  return {
    folder,
    connection: database.connection,
    db: database.db,
    base: git('rev-parse', 'HEAD'),
    git,
    brief: (change = {}, settings = {}) => ({
      projectId: 'proj_1',
      projectKey: 'shop',
      settings: ProjectSettings.parse({ sandbox: 'none', ...settings }),
      repositoryId: 'repo_1',
      repositoryName: 'acme/shop',
      defaultBranch: 'main',
      workItem: { id: known.workItemId, number: 7, title: 'Cart takes negative numbers', body: 'It should not.', type: 'bug' },
      task: { id: known.taskId, key: 't1', title: 'Refuse negative quantities', description: 'In add().' },
      scope: ['src/**'],
      acceptance: ['A negative quantity throws'],
      checks: [],
      maxFiles: null,
      dependsOn: [],
      ...change,
    }),
    request: (change = {}) => ({
      runId: ids.next('run'),
      taskId: known.taskId,
      workItemId: known.workItemId,
      role: 'coder',
      agent: 'coder',
      attempt: 1,
      base: 'refs/remotes/source/main',
      target: 'ai-7',
      feedback: null,
      ...change,
    }),
    async close() {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function insertWork({ pool }: TestDatabase): Promise<{ workItemId: WorkItemId; taskId: TaskId }> {
  const [workItemId, planId, taskId] = [ids.next('workItem'), ids.next('plan'), ids.next('task')];
  await pool.query(`insert into projects (id, key, name, settings) values ('proj_1', 'shop', 'Shop', '{}')`);
  await pool.query(
    `insert into repositories (id, project_id, forge, name, default_branch) values ('repo_1', 'proj_1', 'local', 'acme/shop', 'main')`,
  );
  await pool.query(
    `insert into work_items (id, project_id, repository_id, source, external_id, title) values ($1, 'proj_1', 'repo_1', 'local', '7', 'Cart')`,
    [workItemId],
  );
  await pool.query(`insert into plans (id, work_item_id, version, document, planner) values ($1, $2, 1, '{}', 'rules')`, [planId, workItemId]);
  await pool.query(
    `insert into tasks (id, plan_id, work_item_id, key, title, description, role, scope, estimate, limits) values ($1, $2, $3, 't1', 'T', '', 'coder', '{src/**}', 'S', '{}')`,
    [taskId, planId, workItemId],
  );
  return { workItemId, taskId };
}
