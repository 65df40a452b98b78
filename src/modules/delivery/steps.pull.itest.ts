import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { systemClock } from '#platform/crypto/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, type Governance } from '../../../test/kit/governance.ts';
import type { DeliveryDeps } from './steps.context.ts';
import { createPullSteps } from './steps.pull.ts';
import { createDeliveryStore } from './store.ts';

const HEAD = 'a'.repeat(40);

let database: TestDatabase;
let on: Governance;
let steps: ReturnType<typeof createPullSteps>;
/** Where the forge has the branch. */
let branchHead: string | null = null;
let pull: { state: string; headSha: string; number: number; headBranch: string } | null = null;

beforeAll(async () => {
  database = await createTestDatabase();
  on = createGovernance(database.db);
  const { db, ids, ledger, outbox, actions } = on;
  const projects = createProjects({ db, clock: systemClock, ids, ledger, outbox: outbox as Partial<Outbox> as Outbox });
  const project = await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  const added = { projectId: project.id, forge: 'github' as const, name: 'acme/shop', defaultBranch: 'main', allowlisted: true };
  const repository = await projects.addRepository(added, SYSTEM_ACTOR);
  const item = {
    id: null,
    number: 7,
    title: 'Totals',
    type: null,
    requestedBy: null,
    targetBranch: 'ai-7',
    projectId: project.id,
    repositoryId: repository.id,
  };
  const story = { generation: 1, workflowId: 'delivery.story:iss:1', startedBy: 'system', options: {} };
  const store = { ...createDeliveryStore(), currentStory: async () => story, planOfStory: async () => null, pullOfWorkItem: async () => pull };
  const parts = {
    db,
    ids,
    clock: systemClock,
    projects,
    store,
    actions,
    publicUrl: 'http://reeve.test',
    work: { get: async () => item },
    forge: () => ({ branchHead: async () => branchHead }),
    mirror: async () => ({ dir: '/mirror', resolve: async () => HEAD, mergeBase: async () => HEAD }),
    reviewers: { suggested: async () => null },
    coverage: { untested: async () => null },
    tests: { of: async () => null },
    roles: {},
    queue: { list: async () => ({ items: [], nextCursor: null }) },
  };
  steps = createPullSteps(parts as unknown as DeliveryDeps);
});
afterAll(() => database.close());

test('a round that begins anew with the same head asks for no second push and no second draft, whatever the forge shows by now', async () => {
  const pushed = await steps.proposePush('iss_1');
  const opened = await steps.proposePull('iss_1');
  branchHead = HEAD;
  pull = { state: 'open', headSha: HEAD, number: 12, headBranch: 'ai-7' };
  expect((await steps.proposePush('iss_1')).id).toBe(pushed.id);
  expect((await steps.proposePull('iss_1')).id).toBe(opened.id);
  const { items } = await on.actions.list({ limit: 10 });
  expect(items.map(({ record }) => record.kind).toSorted()).toEqual(['branch.push', 'pr.create']);
});
