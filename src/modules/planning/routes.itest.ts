import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createWork, type Work, type WorkItem } from '#modules/work/index.ts';
import { serveRoutes, type Api } from '../../../test/contracts/api.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createPlanning, planningRoutes, type PlanDocument, type Planning } from './index.ts';

let database: TestDatabase;
let work: Work;
let projectId: string;
let planning: Planning;
let api: Api;
const said = createRecorder();

beforeAll(async () => {
  database = await createTestDatabase();
  const deps = { db: database.db, clock: systemClock, ids: createIds(systemClock), ...said };
  projectId = (await createProjects(deps).create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR)).id;
  work = createWork(deps);
  const gateway = {
    ask: async () => {
      throw new AppError('unavailable', 'no model here');
    },
  };
  planning = createPlanning({ ...deps, work, model: () => 'rules', checksOf: async () => ['test'], gateway });
  api = await serveRoutes(planningRoutes({ planning }));
});
afterAll(async () => {
  await api.stop();
  await database.close();
});

const DOCUMENT: PlanDocument = {
  version: 1,
  story: 'Totals are right',
  acceptance: [{ id: 'a1', text: 'no NaN' }],
  risks: [],
  dependencies: [],
  estimate: 'S',
  tasks: ['t1', 't2'].map((key) => ({
    key,
    title: `Do ${key}`,
    description: '',
    role: 'coder',
    scope: [`src/${key}.js`],
    depends_on: key === 't2' ? ['t1'] : [],
    acceptance: ['a1'],
    estimate: 'S',
    checks: ['test'],
    limits: { files: 3, context_tokens: 5000 },
  })),
};

async function post(): Promise<{ plan: string; tasks: Record<string, unknown>[]; item: WorkItem }> {
  const item = await database.db.tx((tx) => work.create(tx, { projectId: projectId as WorkItem['projectId'], title: 'Cart' }));
  const plan = await api.ok('maintainer', 'POST', '/v1/plans', { work_item_id: item.id, document: DOCUMENT });
  const { items } = (await api.ok('viewer', 'GET', `/v1/tasks?plan_id=${String(plan['id'])}`)) as { items: Record<string, unknown>[] };
  return { plan: String(plan['id']), tasks: items.toSorted((a, b) => (String(a['key']) < String(b['key']) ? -1 : 1)), item };
}

describe('/v1/plans', () => {
  test('stores a plan a person wrote, shows and lists it', async () => {
    const { plan, item } = await post();
    const shown = await api.ok('viewer', 'GET', `/v1/plans/${plan}`);
    expect(shown).toMatchObject({ id: plan, work_item_id: item.id, version: 1, state: 'draft', planner: 'person:maintainer', document: DOCUMENT });
    expect(await api.ok('viewer', 'GET', `/v1/plans?work_item_id=${item.id}&state=draft`)).toEqual({ items: [shown], next_cursor: null });
    expect(await api.ok('viewer', 'GET', `/v1/plans?work_item_id=${item.id}&state=approved`)).toMatchObject({ items: [] });
    const ofProject = (await api.ok('viewer', 'GET', `/v1/plans?project=${projectId}`)) as { items: Array<{ id: string }> };
    expect(ofProject.items[0]?.id).toBe(plan);
    expect(await api.ok('viewer', 'GET', '/v1/plans?project=proj_other')).toMatchObject({ items: [] });
  });

  test('names everything that is wrong with it', async () => {
    const item = await database.db.tx((tx) => work.create(tx, { projectId: projectId as WorkItem['projectId'], title: 'Cart' }));
    const tasks = DOCUMENT.tasks.map((task) => ({ ...task, checks: ['deploy'] }));
    const answer = await api.call('maintainer', 'POST', '/v1/plans', { work_item_id: item.id, document: { ...DOCUMENT, tasks } });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain('unknown_check');
    expect((await api.call('maintainer', 'POST', '/v1/plans', { work_item_id: 'iss_gone', document: DOCUMENT })).status).toBe(404);
    expect((await api.call('developer', 'POST', '/v1/plans', { work_item_id: item.id, document: DOCUMENT })).status).toBe(403);
  });

  test('is submitted and declined here, but never approved', async () => {
    const { plan } = await post();
    expect(await api.ok('maintainer', 'PATCH', `/v1/plans/${plan}`, { state: 'awaiting_approval' })).toMatchObject({ state: 'awaiting_approval' });
    expect((await api.call('admin', 'PATCH', `/v1/plans/${plan}`, { state: 'approved' })).status).toBe(422);
    expect(await api.ok('maintainer', 'PATCH', `/v1/plans/${plan}`, { state: 'declined' })).toMatchObject({ state: 'declined' });
    expect((await api.call('maintainer', 'PATCH', `/v1/plans/${plan}`, { state: 'awaiting_approval' })).status).toBe(409);
  });

  test('is removed as a draft, not while it is being decided', async () => {
    const { plan } = await post();
    await api.ok('maintainer', 'DELETE', `/v1/plans/${plan}`, undefined, 204);
    expect((await api.call('viewer', 'GET', `/v1/plans/${plan}`)).status).toBe(404);
    const other = await post();
    await api.ok('maintainer', 'PATCH', `/v1/plans/${other.plan}`, { state: 'awaiting_approval' });
    expect((await api.call('maintainer', 'DELETE', `/v1/plans/${other.plan}`)).status).toBe(409);
  });
});

describe('/v1/tasks', () => {
  test('are listed in pages and shown', async () => {
    const { plan, tasks } = await post();
    const first = await api.ok('viewer', 'GET', `/v1/tasks?plan_id=${plan}&limit=1`);
    const second = await api.ok('viewer', 'GET', `/v1/tasks?plan_id=${plan}&limit=1&cursor=${String(first['next_cursor'])}`);
    const seen = [first, second].flatMap((page) => (page['items'] as Record<string, unknown>[]).map(({ id }) => String(id)));
    expect(new Set(seen)).toEqual(new Set(tasks.map(({ id }) => String(id))));
    expect(seen).toHaveLength(2);
    expect(second['next_cursor']).toBeNull();
    expect(await api.ok('viewer', 'GET', `/v1/tasks/${String(tasks[1]?.['id'])}`)).toMatchObject({
      key: 't2',
      depends_on: [tasks[0]?.['id']],
      state: 'planned',
      limits: { files: 3, context_tokens: 5000 },
    });
  });

  test('added and changed in a draft, document and rows stay one', async () => {
    const { plan, tasks } = await post();
    const added = await api.ok('maintainer', 'POST', '/v1/tasks', {
      plan_id: plan,
      title: 'Docs',
      description: 'x',
      scope: ['docs/**'],
      estimate: 'XS',
      checks: ['test'],
      acceptance: ['a1'],
      limits: { files: 2, context_tokens: 2000 },
    });
    expect(added).toMatchObject({ key: 't3', role: 'coder' });
    await api.ok('maintainer', 'PATCH', `/v1/tasks/${String(added['id'])}`, { title: 'More docs', depends_on: ['t1'] });
    expect(await api.ok('viewer', 'GET', `/v1/tasks/${String(added['id'])}`)).toMatchObject({
      title: 'More docs',
      depends_on: [tasks[0]?.['id']],
      scope: ['docs/**'],
    });
    const { document } = (await api.ok('viewer', 'GET', `/v1/plans/${plan}`)) as { document: PlanDocument };
    expect(document.tasks.at(-1)).toMatchObject({ key: 't3', title: 'More docs', depends_on: ['t1'], scope: ['docs/**'] });
  });

  test('a change that breaks the plan is refused and changes nothing', async () => {
    const { tasks } = await post();
    const path = `/v1/tasks/${String(tasks[0]?.['id'])}`;
    expect((await api.call('maintainer', 'PATCH', path, { depends_on: ['t2'] })).status).toBe(422);
    expect((await api.call('maintainer', 'PATCH', path, { acceptance: ['a9'] })).status).toBe(422);
    expect(await api.ok('viewer', 'GET', path)).toMatchObject({ depends_on: [], acceptance: ['a1'] });
  });

  test('change hands with the reason on record, also after approval', async () => {
    const { plan, tasks } = await post();
    await database.db.tx((tx) => planning.approve(tx, plan, 'person:mia'));
    const path = `/v1/tasks/${String(tasks[0]?.['id'])}`;
    expect(await api.ok('maintainer', 'PATCH', path, { assignee: 'agent:codex' })).toMatchObject({
      assignee: 'agent:codex',
      assignment: { by: 'person:maintainer', reason: 'Chosen by person:maintainer.' },
    });
    expect((await api.call('maintainer', 'PATCH', path, { title: 'Another' })).status).toBe(409);
    expect((await api.call('maintainer', 'PATCH', path, { assignee: 'somebody' })).status).toBe(422);
    expect(said.entries.at(-1)).toMatchObject({ kind: 'task.assigned', actor: 'person:maintainer' });
  });

  test('removed only where nothing waits and something is left', async () => {
    const { plan, tasks } = await post();
    const path = (at: number) => `/v1/tasks/${String(tasks[at]?.['id'])}`;
    expect((await api.call('maintainer', 'DELETE', path(0))).status).toBe(409);
    await api.ok('maintainer', 'DELETE', path(1), undefined, 204);
    expect((await api.call('maintainer', 'DELETE', path(0))).status).toBe(409);
    expect((await api.ok('viewer', 'GET', `/v1/plans/${plan}`))['document']).toMatchObject({ tasks: [{ key: 't1' }] });
  });
});
