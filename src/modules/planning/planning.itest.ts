import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import type { Question } from '#modules/gateway/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createWork, type Work, type WorkItem } from '#modules/work/index.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createPlanning, type PlanDocument, type Planning } from './index.ts';

let database: TestDatabase;
let work: Work;
let projectId: string;
let planning: Planning;
const said = createRecorder();
let model = 'rules';
let answer: unknown;
let asked: Question<unknown>[];

const CHECKS = [{ name: 'test', command: 'npm test', timeout_s: 600 }];
const FILES = ['src/cart.js', 'src/price.js', 'test/cart.test.js', 'test/price.test.js'];

beforeAll(async () => {
  database = await createTestDatabase();
  const deps = { db: database.db, clock: systemClock, ids: createIds(systemClock), ...said };
  projectId = (await createProjects(deps).create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR)).id;
  work = createWork(deps);
  planning = createPlanning({
    ...deps,
    work,
    model: () => model,
    checksOf: async () => ['test'],
    gateway: {
      async ask(question) {
        asked.push(question as Question<unknown>);
        if (answer instanceof AppError) throw answer;
        const value = question.schema.parse(answer);
        const problems = question.check?.(value) ?? [];
        if (problems.length > 0) throw new AppError('invalid', problems.join('; '), { code: 'model_answer_invalid' });
        return {
          value,
          promptHash: 'hash',
          model: question.model,
          modelVersion: 'v',
          cached: false,
          usage: { inputTokens: 1, outputTokens: 1, costMicros: null },
        };
      },
    },
  });
});
afterAll(() => database.close());
beforeEach(() => {
  said.clear();
  asked = [];
  model = 'rules';
});

const make = (title = 'Round the totals', body = '- [ ] in src/cart.js\n- [ ] in src/price.js'): Promise<WorkItem> =>
  database.db.tx((tx) => work.create(tx, { projectId: projectId as WorkItem['projectId'], title, body }));
const prepare = (item: WorkItem) => planning.prepare({ item, triage: null, repoFiles: FILES, settings: { checks: CHECKS } });

async function drafted(item: WorkItem): Promise<PlanDocument> {
  const prepared = await prepare(item);
  if (!prepared.ok) throw new Error(prepared.questions.join());
  return prepared.document;
}

async function saved(change: (document: PlanDocument) => PlanDocument = (document) => document, planner = 'rules') {
  const item = await make();
  const document = change(await drafted(item));
  return { item, document, ...(await database.db.tx((tx) => planning.save(tx, item.id, document, planner))) };
}

const inOrder = (document: PlanDocument): PlanDocument => ({
  ...document,
  tasks: document.tasks.map((task, at) => (at === 0 ? task : { ...task, depends_on: ['t1'] })),
});

describe('saving', () => {
  test('stores the document with its tasks, dependencies as ids, and tells ledger and outbox', async () => {
    const { item, document, plan, tasks } = await saved(inOrder);
    expect(plan).toMatchObject({ workItemId: item.id, version: 1, state: 'draft', planner: 'rules', promptHash: null, document });
    expect(tasks).toMatchObject([
      {
        key: 't1',
        scope: ['src/cart.js', 'test/cart.test.js'],
        dependsOn: [],
        acceptance: ['a1'],
        checks: ['test'],
        state: 'planned',
        assignee: null,
        assignment: null,
      },
      { key: 't2', dependsOn: [tasks[0]?.id] },
    ]);
    expect(await planning.plan(plan.id)).toEqual(plan);
    expect(await planning.task(tasks[1]?.id ?? '')).toEqual(tasks[1]);
    expect(said.entries.at(-1)).toMatchObject({
      kind: 'plan.drafted',
      subject: plan.id,
      actor: 'system',
      projectId,
      workItemId: item.id,
      payload: { version: 1, tasks: 2 },
    });
    expect(said.events.at(-1)).toMatchObject({ type: 'plan.drafted', subject: plan.id });
  });

  test('the same document again is the same plan: a repeated step makes no second version', async () => {
    const { item, document, plan } = await saved();
    const again = await database.db.tx((tx) => planning.save(tx, item.id, document, 'rules'));
    expect(again.plan.id).toBe(plan.id);
    expect(await planning.plansOf(item.id)).toHaveLength(1);
  });

  test('another document supersedes, and drops what was not done', async () => {
    const { item, document, plan, tasks } = await saved();
    await database.db.tx(async (tx) => {
      await planning.approve(tx, plan.id, 'person:mia');
      await planning.setTaskState(tx, tasks[0]?.id ?? '', 'running');
      await planning.setTaskState(tx, tasks[0]?.id ?? '', 'submitted');
      await planning.setTaskState(tx, tasks[0]?.id ?? '', 'landed');
    });
    const next = await database.db.tx((tx) => planning.save(tx, item.id, { ...document, story: 'Another story' }, 'test/one', 'hash'));
    expect((await planning.plansOf(item.id)).map(({ version, state }) => [version, state])).toEqual([
      [2, 'draft'],
      [1, 'superseded'],
    ]);
    expect((await planning.tasks(plan.id)).map(({ state }) => state)).toEqual(['landed', 'dropped']);
    expect(next.plan).toMatchObject({ planner: 'test/one', promptHash: 'hash' });
    expect(said.entries.map(({ kind }) => kind)).toContain('plan.superseded');
  });

  test('two at once make two versions with one in force', async () => {
    const item = await make();
    const document = await drafted(item);
    await Promise.all([1, 2, 3].map((n) => database.db.tx((tx) => planning.save(tx, item.id, { ...document, story: `Story ${n}` }, 'rules'))));
    const plans = await planning.plansOf(item.id);
    expect(plans.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(plans.filter(({ state }) => state === 'draft')).toHaveLength(1);
  });

  test('an item that is not there is said so', async () => {
    const document = await drafted(await make());
    await expect(database.db.tx((tx) => planning.save(tx, 'iss_gone', document, 'rules'))).rejects.toMatchObject({
      kind: 'invalid',
      code: 'missing_reference',
    });
  });
});

describe('deciding', () => {
  test('approval makes the tasks that wait for nothing ready, once', async () => {
    const { plan } = await saved(inOrder);
    await database.db.tx((tx) => planning.submit(tx, plan.id, 'system'));
    await database.db.tx((tx) => planning.approve(tx, plan.id, 'person:mia'));
    await database.db.tx((tx) => planning.approve(tx, plan.id, 'person:mia'));
    expect((await planning.tasks(plan.id)).map(({ state }) => state)).toEqual(['ready', 'planned']);
    expect(said.entries.filter(({ kind }) => kind === 'plan.approved')).toMatchObject([
      { actor: 'person:mia', payload: { from: 'awaiting_approval', to: 'approved' } },
    ]);
  });

  test('declined tasks are dropped, and a declined plan cannot be approved', async () => {
    const { plan } = await saved();
    await database.db.tx((tx) => planning.decline(tx, plan.id, 'person:mia'));
    expect((await planning.tasks(plan.id)).map(({ state }) => state)).toEqual(['dropped', 'dropped']);
    await expect(database.db.tx((tx) => planning.approve(tx, plan.id, 'person:mia'))).rejects.toMatchObject({ kind: 'conflict', code: 'plan_state' });
  });
});

describe('tasks', () => {
  test('what lands frees what waited', async () => {
    const { plan, tasks } = await saved(inOrder);
    const [first, second] = tasks;
    await database.db.tx((tx) => planning.approve(tx, plan.id, 'person:mia'));
    for (const state of ['running', 'submitted', 'submitted', 'landed'] as const)
      await database.db.tx((tx) => planning.setTaskState(tx, first?.id ?? '', state));
    expect((await planning.task(second?.id ?? ''))?.state).toBe('ready');
    expect(said.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['task.running', 'task.submitted', 'task.landed', 'task.ready']));
    expect(said.events.filter(({ type }) => type === 'task.submitted')).toHaveLength(1);
  });

  test('an impossible move is a conflict', async () => {
    const { tasks } = await saved();
    await expect(database.db.tx((tx) => planning.setTaskState(tx, tasks[0]?.id ?? '', 'landed'))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'task_state',
    });
    await expect(database.db.tx((tx) => planning.setTaskState(tx, 'task_gone', 'running'))).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('are assigned with the reason stored, by load over all plans; who was chosen by a person stays', async () => {
    const { plan, tasks } = await saved();
    const agents = [
      { name: 'codex', skills: ['javascript'], concurrency: 2 },
      { name: 'gemini', skills: ['javascript'], concurrency: 2 },
    ];
    await planning.changeTask(tasks[1]?.id ?? '', { assignee: 'person:anna' }, { ...SYSTEM_ACTOR, subject: 'person:mia' });
    const assigned = await database.db.tx((tx) => planning.assign(tx, plan.id, { people: [], agents, doers: 'agents' }));
    expect(assigned.map(({ assignee }) => assignee)).toEqual(['agent:codex', 'person:anna']);
    expect(assigned[0]?.assignment).toMatchObject({
      by: 'rules',
      reason: expect.stringContaining('agent:codex with') as string,
      candidates: [{ who: 'agent:codex' }, { who: 'agent:gemini' }],
    });
    expect(assigned[1]?.assignment).toMatchObject({ by: 'person:mia', reason: 'Chosen by person:mia.' });
    await database.db.tx(async (tx) => {
      await planning.setTaskState(tx, tasks[0]?.id ?? '', 'running');
    });
    expect(await planning.load()).toMatchObject({ 'agent:codex': 1 });
    const other = await saved();
    const next = await database.db.tx((tx) => planning.assign(tx, other.plan.id, { people: [], agents }));
    expect(next.map(({ assignee }) => assignee)).toEqual(['agent:gemini', 'agent:codex']);
  });

  test('a model may assign, but only to whom the rules call able', async () => {
    const { plan } = await saved();
    const input = { people: [], agents: [{ name: 'codex' }, { name: 'gemini' }], model: 'test/one' };
    answer = {
      assignments: [
        { task: 't1', assignee: 'agent:gemini', rationale: 'It knows carts.', suggested_sprint: 'S12' },
        { task: 't2', assignee: 'agent:codex', rationale: 'Free.', suggested_sprint: null },
      ],
    };
    const suggested = await planning.suggestAssignments(plan.id, input);
    const tasks = await database.db.tx((tx) => planning.applyAssignments(tx, plan.id, suggested));
    expect(tasks[0]).toMatchObject({ assignee: 'agent:gemini', assignment: { by: 'test/one', reason: 'It knows carts.', suggestedSprint: 'S12' } });
    const other = await saved();
    answer = {
      assignments: [
        { task: 't1', assignee: 'person:boss', rationale: 'x', suggested_sprint: null },
        { task: 't2', assignee: 'agent:codex', rationale: 'x', suggested_sprint: null },
      ],
    };
    await expect(planning.suggestAssignments(other.plan.id, input)).rejects.toMatchObject({ code: 'model_answer_invalid' });
  });
});

describe('planning by a model', () => {
  test('a plan that holds is taken, with model and prompt', async () => {
    const item = await make();
    const document = await drafted(item);
    model = 'agent:codex';
    answer = { questions: [], plan: document };
    expect(await prepare(item)).toEqual({ ok: true, document, planner: 'agent:codex', promptHash: 'hash' });
    expect(asked[0]).toMatchObject({
      purpose: 'plan',
      promptName: 'planner',
      variables: { title: item.title, checks: 'test: npm test', files: FILES.join('\n') },
      values: { max_files: 40, files_total: 4 },
    });
  });

  test('questions instead of a plan are passed on', async () => {
    model = 'test/one';
    answer = { questions: ['Which cart is meant?'], plan: null };
    expect(await prepare(await make())).toEqual({ ok: false, questions: ['Which cart is meant?'] });
  });

  test('a plan that does not hold is refused with what is wrong, and rules do not step in', async () => {
    const item = await make();
    const document = await drafted(item);
    model = 'test/one';
    answer = { questions: [], plan: { ...document, tasks: document.tasks.map((task) => ({ ...task, scope: ['src/**'] })) } };
    await expect(prepare(item)).rejects.toMatchObject({ code: 'model_answer_invalid', message: expect.stringContaining('t1 and t2') as string });
    answer = { questions: [], plan: null };
    await expect(prepare(item)).rejects.toMatchObject({ code: 'model_answer_invalid' });
  });
});
