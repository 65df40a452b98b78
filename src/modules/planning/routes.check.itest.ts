import path from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { addPlanCommands } from '#cli/commands/plan.ts';
import type { ApiClient } from '#cli/api/client.ts';
import type { CliContext } from '#cli/program.ts';
import { createGit } from '#connectors/git/index.ts';
import { createImpact } from '#modules/impact/index.ts';
import { createProjects, type Repository as Known } from '#modules/projects/index.ts';
import { createWork, type Work, type WorkItem } from '#modules/work/index.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createRepository, GIT_ENV, type Repository } from '../../connectors/git/__fixtures__/repository.ts';
import { serveRoutes, type Api } from '../../../test/contracts/api.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createPlanChecks, createPlanning, planCheckRoutes, planningRoutes, type PlanChecks, type PlanDocument, type Planning } from './index.ts';

let database: TestDatabase;
let source: Repository;
let repository: Known;
let work: Work;
let planning: Planning;
let planChecks: PlanChecks;
let api: Api;

beforeAll(async () => {
  database = await createTestDatabase();
  source = createRepository();
  source.commit({
    'src/cart.ts': 'export const cart = 1;',
    'src/checkout.ts': "import { cart } from './cart.ts';",
    'src/money.ts': 'export {};',
    'readme.md': '',
  });
  // A registry everybody adds to.
  for (let n = 0; n < 12; n += 1) source.commit({ 'src/registry.ts': `export const n = ${n};`, [`src/parts/p${n}.ts`]: 'export {};' });
  const deps = { db: database.db, clock: systemClock, ids: createIds(systemClock), ...createRecorder() };
  const projects = createProjects(deps);
  const project = await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  repository = await projects.addRepository(
    { projectId: project.id, forge: 'path', name: source.dir, defaultBranch: 'main', allowlisted: true },
    SYSTEM_ACTOR,
  );
  work = createWork(deps);
  const gateway = {
    ask: async () => {
      throw new AppError('unavailable', 'no model here');
    },
  };
  planning = createPlanning({ ...deps, work, model: () => 'rules', checksOf: async () => [], gateway });
  const mirror: Mirror = await createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
  const mirrors = () => Promise.resolve(mirror);
  planChecks = createPlanChecks({ planning, work, projects, mirror: mirrors, impact: createImpact({ mirrors }) });
  api = await serveRoutes([...planningRoutes({ planning }), ...planCheckRoutes({ planChecks })]);
});
afterAll(async () => {
  await api.stop();
  await database.close();
  source.remove();
});

interface Wanted {
  scope: string[];
  depends_on?: string[];
}

const document = (...tasks: Wanted[]): PlanDocument => ({
  version: 1,
  story: 'Totals are right',
  acceptance: [{ id: 'a1', text: 'no NaN' }],
  risks: [],
  dependencies: [],
  estimate: 'S',
  tasks: tasks.map(({ scope, depends_on = [] }, at) => ({
    key: `t${at + 1}`,
    title: `Task ${at + 1}`,
    description: '',
    role: 'coder',
    scope,
    depends_on,
    acceptance: ['a1'],
    estimate: 'S',
    checks: [],
    limits: { files: 3, context_tokens: 5000 },
  })),
});

/** As a planner stores it: what a person may not store (an overlap) an older version may have stored. */
async function stored(plan: PlanDocument, item: Partial<WorkItem> = {}): Promise<string> {
  return database.db.tx(async (tx) => {
    const made = await work.create(tx, { projectId: repository.projectId, repositoryId: repository.id, title: 'Cart', ...item });
    return (await planning.save(tx, made.id, plan, 'rules')).plan.id;
  });
}

describe('GET /v1/plans/{id}/check', () => {
  test('tells of each pair what connects it, and of the plan how wide it may run', async () => {
    const id = await stored(document({ scope: ['src/cart.ts'] }, { scope: ['src/checkout.ts'] }, { scope: ['readme.md'], depends_on: ['t1'] }));
    const check = await api.ok('viewer', 'GET', `/v1/plans/${id}/check`);
    expect(check).toMatchObject({
      plan_id: id,
      repository: source.dir,
      commit: source.git('rev-parse', 'HEAD'),
      holds: true,
      cycle: [],
      waves: [['t1', 't2'], ['t3']],
      width: 2,
      independent_share: 2 / 3,
      parallel_share: 1,
      independent_task_share: 1,
      dependencies: [{ task: 't3', on: 't1', why: 'declared' }],
      hot_files: [{ path: 'src/registry.ts', touches: 12 }],
    });
    expect((check['pairs'] as Array<Record<string, unknown>>).map(({ left, right, verdict, cause }) => [left, right, verdict, cause])).toEqual([
      ['t1', 't2', 'related', 'imports'],
      ['t1', 't3', 'ordered', null],
      ['t2', 't3', 'independent', null],
    ]);
  });

  test('finds a pair that claims to run side by side and both change the file everybody changes', async () => {
    const id = await stored(document({ scope: ['src/registry.ts', 'src/cart.ts'] }, { scope: ['src/registry.ts', 'src/money.ts'] }));
    const check = await api.ok('viewer', 'GET', `/v1/plans/${id}/check`);
    expect(check).toMatchObject({ holds: false, width: 1, planned_width: 2, dependencies: [{ task: 't2', on: 't1', why: 'hot_file' }] });
    expect(check['pairs']).toMatchObject([
      { verdict: 'serialise', must_wait: true, hot_files: ['src/registry.ts'], shared_files: { count: 1, examples: ['src/registry.ts'] } },
    ]);
  });

  test('a plan of nothing, and one without a repository, are refused with a sentence', async () => {
    expect((await api.call('viewer', 'GET', '/v1/plans/plan_gone/check')).status).toBe(404);
    const id = await stored(document({ scope: ['src/a.ts'] }), { repositoryId: null });
    expect(await api.call('viewer', 'GET', `/v1/plans/${id}/check`)).toMatchObject({ status: 422, body: { code: 'no_repository' } });
  });
});

describe('POST /v1/plans/check', () => {
  const tasks = [
    { key: 'a', scope: ['src/cart.ts'], depends_on: ['b'] },
    { key: 'b', scope: ['src/money.ts'], depends_on: ['a'] },
  ];

  test('checks tasks that nobody stored, by name or id of the repository', async () => {
    const check = await api.ok('viewer', 'POST', '/v1/plans/check', { repository: source.dir, tasks }, 200);
    expect(check).toMatchObject({ plan_id: null, holds: false, cycle: ['a', 'b'], waves: null });
    expect(await api.ok('viewer', 'POST', '/v1/plans/check', { repository: repository.id, tasks }, 200)).toEqual(check);
  });

  test('a repository Reeve does not work on is not found, and a wrong body is refused', async () => {
    expect((await api.call('viewer', 'POST', '/v1/plans/check', { repository: '/etc', tasks })).status).toBe(404);
    expect((await api.call('viewer', 'POST', '/v1/plans/check', { repository: source.dir, tasks: [{ key: 'a' }] })).status).toBe(422);
  });
});

test('the dispatcher is told what each task waits for, by task id: what the plan says and what must be', async () => {
  const id = await stored(
    document({ scope: ['src/money.ts'] }, { scope: ['src/money.ts'] }, { scope: ['readme.md'], depends_on: ['t1'] }, { scope: ['src/cart.ts'] }),
  );
  const [t1, t2, t3, t4] = (await planning.tasks(id)).map((task) => task.id as string);
  const [waits, free] = [await planChecks.waitsOf(id), { dependsOn: [], after: [] }];
  expect([t1, t2, t3, t4].map((task) => waits.get(task ?? ''))).toEqual([free, { ...free, after: [t1] }, { ...free, dependsOn: [t1] }, free]);
});

describe('reeve plan check', () => {
  /** One command line against the served routes; answers what it printed and its exit code. */
  async function reeve(files: Record<string, string>, ...argv: string[]): Promise<{ out: string; code: number }> {
    const printed: string[] = [];
    let code = 0;
    const client = {
      get: (target: string, query: Record<string, string | number> = {}) => {
        const text = Object.entries(query)
          .map(([key, value]) => `${key}=${value}`)
          .join('&');
        return api.ok('viewer', 'GET', text === '' ? target : `${target}?${text}`);
      },
      post: (target: string, body: unknown) => api.ok('viewer', 'POST', target, body, 200),
    } as unknown as ApiClient;
    const program = new Command().exitOverride();
    addPlanCommands(program, {
      api: () => Promise.resolve(client),
      terminal: { out: (text: string) => void printed.push(text), err: () => undefined, interactive: false },
      format: () => ({ json: false }),
      answerNo: () => void (code = 1),
      local: {
        readFile: (file: string) => Promise.resolve(files[file] ?? ''),
        inspectRepository: () => Promise.resolve({ path: source.dir, defaultBranch: 'main', checkedOut: 'main' }),
      },
    } as unknown as CliContext);
    await program.parseAsync(['plan', 'check', ...argv], { from: 'user' });
    return { out: printed.join('\n'), code };
  }

  test('a file that claims too much ends with 1 and says why; one that holds ends with 0', async () => {
    const claims = {
      tasks: [
        { key: 'a', scope: ['src/registry.ts'], note: 'left out' },
        { key: 'b', scope: ['src/registry.ts'] },
      ],
    };
    const bad = await reeve({ 'plan.json': JSON.stringify(claims) }, 'plan.json', '--repo', '.');
    expect(bad.code).toBe(1);
    expect(bad.out).toContain('it claims too much: 1 pair must wait for each other; 1 at once instead of 2.');
    expect(bad.out).toMatch(/a b\s+serialise\s+\d+ %\s+Both may change src\/registry\.ts/);
    const fine = JSON.stringify(document({ scope: ['src/cart.ts'] }, { scope: ['src/checkout.ts'] }));
    expect(await reeve({ 'plan.json': fine }, 'plan.json', '--repo', '.')).toMatchObject({
      code: 0,
      out: expect.stringContaining('it holds; up to 2 tasks at once.') as string,
    });
    expect((await reeve({ 'plan.json': fine }, 'plan.json', '--repo', '.', '--strict')).code).toBe(1);
  });

  test('a circle ends with 1; an id and no argument take the stored plan', async () => {
    const circle = {
      tasks: [
        { key: 'a', scope: ['x'], depends_on: ['b'] },
        { key: 'b', scope: ['y'], depends_on: ['a'] },
      ],
    };
    expect(await reeve({ f: JSON.stringify(circle) }, 'f', '--repo', '.')).toMatchObject({
      code: 1,
      out: expect.stringContaining('a, b wait for each other in a circle') as string,
    });
    const id = await stored(document({ scope: ['src/cart.ts'] }));
    expect((await reeve({}, id)).out).toContain(id);
    expect((await reeve({})).out).toContain(id);
  });

  test('a file needs a repository, and must be JSON with tasks', async () => {
    await expect(reeve({ f: '{"tasks": []}' }, 'f')).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('where its paths are') as string,
    });
    await expect(reeve({ f: 'x' }, 'f', '--repo', '.')).rejects.toMatchObject({ kind: 'invalid' });
    await expect(reeve({ f: '{}' }, 'f', '--repo', '.')).rejects.toMatchObject({ kind: 'invalid' });
  });
});
