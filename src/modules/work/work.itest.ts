import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createProjects, type Project, type Repository } from '#modules/projects/index.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createWork, type ExternalWorkItem, type Work, type WorkItem, type WorkItemInput } from './index.ts';

let database: TestDatabase;
let work: Work;
let project: Project;
let repository: Repository;
const said = createRecorder();
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  const deps = { db: database.db, clock: systemClock, ids: createIds(systemClock), ...said };
  work = createWork(deps);
  const projects = createProjects(deps);
  project = await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  repository = await projects.addRepository({ projectId: project.id, forge: 'local', name: 'acme/shop', defaultBranch: 'main' }, SYSTEM_ACTOR);
});
afterAll(() => database.close());
beforeEach(() => said.clear());

const tx = <T>(run: Parameters<typeof database.db.tx<T>>[0]) => database.db.tx(run);
const create = (input: Partial<WorkItemInput> = {}): Promise<WorkItem> =>
  tx((t) => work.create(t, { projectId: project.id, title: 'Cart', ...input }));
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const external = (number: number, second: number, more: Partial<ExternalWorkItem> = {}): ExternalWorkItem => ({
  projectId: project.id,
  repositoryId: repository.id,
  source: 'local',
  externalId: `acme/shop#${number}`,
  number,
  title: `Issue ${number}`,
  body: '',
  url: null,
  labels: [],
  author: 'ada',
  externalUpdatedAt: at(second),
  ...more,
});
const upsert = (input: ExternalWorkItem) => tx((t) => work.upsertExternal(t, input));
const nextNumber = () => 1000 + (count += 1);

describe('work items', () => {
  it('are made as requests, found again, and told to ledger and outbox', async () => {
    const item = await create({ labels: ['bug'], requestedBy: 'ada', by: 'person:ada', targetBranch: 'reeve/cart' });
    expect(item).toMatchObject({ source: 'request', externalId: item.id, number: null, state: 'new', priority: 'P2', version: 1 });
    expect(await work.get(item.id)).toEqual(item);
    expect(await work.byExternalId('request', item.id)).toEqual(item);
    expect(said.entries).toMatchObject([
      { kind: 'work_item.created', subject: item.id, actor: 'person:ada', projectId: project.id, workItemId: item.id },
    ]);
    expect(said.events).toMatchObject([{ type: 'work_item.created', subject: item.id, data: { state: 'new', title: 'Cart' } }]);
  });

  it('refuse a project, repository or parent that is not there, and a taken external id', async () => {
    await expect(create({ projectId: 'proj_none' })).rejects.toMatchObject({ kind: 'invalid', code: 'missing_reference' });
    await expect(create({ parentId: 'iss_none' })).rejects.toMatchObject({ kind: 'invalid', code: 'missing_reference' });
    await create({ source: 'jira', externalId: 'SHOP-1' });
    await expect(create({ source: 'jira', externalId: 'SHOP-1' })).rejects.toMatchObject({ kind: 'conflict', code: 'taken' });
  });

  it('keep what a database can keep of strange text', async () => {
    const item = await create({ title: 'NUL \0 here', body: 'half \ud800' });
    expect(await work.get(item.id)).toMatchObject({ title: 'NUL \uFFFD here', body: 'half \uFFFD' });
    expect(await tx((t) => work.update(t, item.id, { title: 'again \0' }, 'system'))).toMatchObject({ title: 'again \uFFFD' });
  });

  it('are not there when the caller’s transaction fails', async () => {
    let id = '';
    const failed = tx(async (t) => {
      id = (await work.create(t, { projectId: project.id, title: 'Gone' })).id;
      expect(await work.getIn(t, id)).not.toBeNull();
      throw new Error('later step failed');
    });
    await expect(failed).rejects.toThrow('later step failed');
    expect(await work.get(id)).toBeNull();
  });

  it('are removed while nothing points at them, and otherwise refused', async () => {
    const [a, b] = [await create(), await create()];
    await tx((t) => work.addDependency(t, a.id, b.id));
    for (const item of [a, b]) await expect(work.remove(item.id, SYSTEM_ACTOR)).rejects.toMatchObject({ kind: 'conflict', code: 'referenced' });
    await tx((t) => work.removeDependency(t, a.id, b.id));
    const child = await create({ parentId: a.id });
    await expect(work.remove(a.id, SYSTEM_ACTOR)).rejects.toMatchObject({ kind: 'conflict', code: 'referenced' });
    await work.remove(child.id, SYSTEM_ACTOR);
    await work.remove(a.id, SYSTEM_ACTOR);
    expect(await work.get(a.id)).toBeNull();
    await expect(work.remove(a.id, SYSTEM_ACTOR)).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('versions from a tracker', () => {
  it('make an item once, also when two arrive at the same moment', async () => {
    const number = nextNumber();
    const answers = await Promise.all([1, 2, 3].map(() => upsert(external(number, 1))));
    expect(answers.filter((answer) => answer.created)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.item.id)).size).toBe(1);
    expect(said.types()).toEqual(['work_item.created']);
    expect((await work.byNumber(repository.id, number))?.title).toBe(`Issue ${number}`);
  });

  it('change what they say, once', async () => {
    const number = nextNumber();
    await upsert(external(number, 1));
    const first = await upsert(external(number, 2, { title: 'Renamed', labels: ['AI-Ready'] }));
    const again = await upsert(external(number, 2, { title: 'Renamed', labels: ['AI-Ready'] }));
    expect(first).toMatchObject({ created: false, changed: ['title', 'labels'], item: { title: 'Renamed', version: 2 } });
    expect(again).toMatchObject({ created: false, changed: [], item: { version: 2 } });
    expect(said.events.at(-1)).toMatchObject({ type: 'work_item.changed', data: { changed: ['title', 'labels'], after: { title: 'Renamed' } } });
  });

  it('give the newest in whatever order they arrive', async () => {
    const versions = [1, 2, 3, 4].map((second) => ({ second, title: `v${second}` }));
    for (const order of [
      [3, 0, 2, 1],
      [1, 3, 0, 2],
      [0, 1, 2, 3],
      [2, 3, 1, 0],
    ]) {
      const number = nextNumber();
      for (const index of order) {
        const { second, title } = versions[index] ?? { second: 0, title: '' };
        await upsert(external(number, second, { title }));
      }
      expect((await work.byNumber(repository.id, number))?.title).toBe('v4');
    }
  });

  it('that say nothing new still make the item newer, so that what is older stays out', async () => {
    const number = nextNumber();
    await upsert(external(number, 1));
    await upsert(external(number, 5));
    const { changed } = await upsert(external(number, 3, { title: 'Late news' }));
    expect(changed).toEqual([]);
    expect((await work.byNumber(repository.id, number))?.title).toBe(`Issue ${number}`);
  });
});

describe('moves', () => {
  it('follow the table, with ledger entry and event of the state', async () => {
    const item = await create();
    said.clear();
    const moved = await tx((t) => work.transition(t, item.id, 'triaged', 'a bug of size S', 'system'));
    expect(moved).toMatchObject({ state: 'triaged', stateReason: 'a bug of size S', version: 2 });
    expect(said.entries).toMatchObject([
      { kind: 'work_item.triaged', actor: 'system', payload: { from: 'new', to: 'triaged', reason: 'a bug of size S' } },
    ]);
    expect(said.events).toMatchObject([{ type: 'work_item.triaged', workItemId: item.id, data: { from: 'new', state: 'triaged' } }]);
  });

  it('to where the item is already say nothing, so that a step may run twice', async () => {
    const item = await create();
    const first = await tx((t) => work.transition(t, item.id, 'triaged', 'once', 'system'));
    said.clear();
    expect(await tx((t) => work.transition(t, item.id, 'triaged', 'twice', 'system'))).toEqual(first);
    expect(said.kinds()).toEqual([]);
  });

  it('the table does not know are a conflict that says what is possible', async () => {
    const item = await create();
    await expect(tx((t) => work.transition(t, item.id, 'merged', 'no', 'system'))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'illegal_move',
      hint: expect.stringContaining('triaged'),
    });
    expect((await work.get(item.id))?.state).toBe('new');
    await expect(tx((t) => work.transition(t, 'iss_none', 'triaged', 'no', 'system'))).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('of two at the same moment one wins', async () => {
    const item = await create();
    const outcomes = await Promise.allSettled(
      (['duplicate', 'declined'] as const).map((to) => tx((t) => work.transition(t, item.id, to, to, 'system'))),
    );
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('changes', () => {
  it('raise the version and are told with before and after', async () => {
    const item = await create();
    said.clear();
    const changed = await tx((t) => work.update(t, item.id, { priority: 'P0', assignee: 'agent:codex' }, 'person:ada'));
    expect(changed).toMatchObject({ priority: 'P0', assignee: 'agent:codex', version: 2 });
    expect(said.entries).toMatchObject([
      {
        kind: 'work_item.changed',
        actor: 'person:ada',
        payload: { changed: ['priority', 'assignee'], before: { priority: 'P2' }, after: { priority: 'P0' } },
      },
    ]);
  });

  it('sent against an older version are refused', async () => {
    const item = await create();
    await tx((t) => work.update(t, item.id, { priority: 'P0' }, 'person:ada', 1));
    await expect(tx((t) => work.update(t, item.id, { priority: 'P3' }, 'person:bob', 1))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'stale',
      detail: { version: 2 },
    });
    expect((await work.get(item.id))?.priority).toBe('P0');
  });

  it('cannot make an item its own duplicate or its own ancestor', async () => {
    const [a, b, c] = [await create(), await create(), await create()];
    await tx((t) => work.update(t, b.id, { parentId: a.id }, 'system'));
    await tx((t) => work.update(t, c.id, { parentId: b.id }, 'system'));
    await expect(tx((t) => work.update(t, a.id, { parentId: c.id }, 'system'))).rejects.toMatchObject({ kind: 'conflict', code: 'dependency_cycle' });
    await expect(tx((t) => work.update(t, a.id, { duplicateOf: a.id }, 'system'))).rejects.toMatchObject({ kind: 'invalid' });
  });
});

describe('dependencies', () => {
  it('are seen from both sides, and twice is once', async () => {
    const [a, b] = [await create(), await create()];
    for (let i = 0; i < 2; i += 1) await tx((t) => work.addDependency(t, a.id, b.id));
    expect(await work.dependencies(a.id)).toEqual({ blocks: [b.id], blockedBy: [] });
    expect(await work.dependencies(b.id)).toEqual({ blocks: [], blockedBy: [a.id] });
    expect(said.types().filter((type) => type === 'work_item.changed')).toHaveLength(1);
  });

  it('refuse a circle of any length, and themselves', async () => {
    const [a, b, c] = [await create(), await create(), await create()];
    await tx((t) => work.addDependency(t, a.id, b.id));
    await tx((t) => work.addDependency(t, b.id, c.id));
    const cycle = { kind: 'conflict', code: 'dependency_cycle' };
    await expect(tx((t) => work.addDependency(t, c.id, a.id))).rejects.toMatchObject(cycle);
    await expect(tx((t) => work.addDependency(t, a.id, a.id))).rejects.toMatchObject(cycle);
    await expect(tx((t) => work.addDependency(t, a.id, 'iss_none'))).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('refuse a circle that two would close at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await create(), await create()];
      const outcomes = await Promise.allSettled([tx((t) => work.addDependency(t, a.id, b.id)), tx((t) => work.addDependency(t, b.id, a.id))]);
      expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    }
  });
});

describe('lists', () => {
  it('filter by everything there is', async () => {
    const item = await create({ title: 'Zebra 100%_done', body: 'the\nquick fox', labels: ['zoo', 'AI-Ready'], assignee: 'person:zoe' });
    await tx((t) => work.transition(t, item.id, 'declined', 'no', 'system'));
    const only = async (filter: Partial<Parameters<Work['list']>[0]>) => (await work.list({ limit: 10, ...filter })).items.map((found) => found.id);
    for (const filter of [
      { label: 'zoo' },
      { state: 'declined' as const, label: 'zoo' },
      { assignee: 'person:zoe' },
      { q: 'zebra' },
      { q: 'FOX 100%_' },
      { projectId: project.id, label: 'zoo' },
    ]) {
      expect([filter, await only(filter)]).toEqual([filter, [item.id]]);
    }
    for (const filter of [
      { label: 'zo' },
      { state: 'new' as const, label: 'zoo' },
      { q: 'zebra wolf' },
      { q: '1%x' },
      { projectId: 'proj_none' },
      { source: 'github', label: 'zoo' },
    ]) {
      expect([filter, await only(filter)]).toEqual([filter, []]);
    }
  });

  it('walk every item once, page by page, from the oldest or from the newest', async () => {
    const made: string[] = [];
    for (let i = 0; i < 5; i += 1) made.push((await create({ labels: ['paged'] })).id);
    const walk = async (order?: 'newest' | 'oldest'): Promise<string[]> => {
      const seen: string[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await work.list({ limit: 2, cursor, order, label: 'paged' });
        seen.push(...page.items.map((item) => item.id));
        if (page.nextCursor === null) return seen;
        cursor = page.nextCursor;
      }
    };
    expect(await walk()).toEqual(made);
    expect(await walk('newest')).toEqual(made.toReversed());
  });
});

describe('load', () => {
  it('counts what is under way, by assignee', async () => {
    const items = await Promise.all([1, 2, 3].map(() => create({ assignee: 'person:wanda' })));
    for (const item of items.slice(0, 2)) {
      for (const to of ['triaged', 'planned', 'in_progress'] as const) await tx((t) => work.transition(t, item.id, to, to, 'system'));
    }
    expect((await work.wip()).get('person:wanda')).toBe(2);
    expect(await work.isAssigned('person:wanda')).toBe(true);
    expect(await work.isAssigned('person:nobody')).toBe(false);
  });
});
