import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { json, sql } from '#platform/db/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { MIGRATIONS } from '../../../test/kit/server.ts';
import { createWork, type Work, type WorkFilter, type WorkItem, type WorkItemInput, type WorkState } from './index.ts';

let database: TestDatabase;
let work: Work;
let projectId: string;
const ids = createIds(systemClock);

beforeAll(async () => {
  database = await createTestDatabase();
  const deps = { db: database.db, clock: systemClock, ids, ...createRecorder() };
  work = createWork(deps);
  projectId = (await createProjects(deps).create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR)).id;
});
afterAll(() => database.close());

async function make(input: Partial<WorkItemInput>, path: readonly WorkState[] = []): Promise<WorkItem> {
  return database.db.tx(async (tx) => {
    let item = await work.create(tx, { projectId, title: 'An item', ...input });
    for (const state of path) item = await work.transition(tx, item.id, state, 'As a test wants it.', 'system');
    return item;
  });
}

async function triage(item: WorkItem, risk: string): Promise<void> {
  await database.db.run(
    sql`insert into triage_results (work_item_id, route, decided_by, result) values (${item.id}, 'plan', 'rules', ${json({ risk })})`,
  );
}

async function planned(item: WorkItem, tasks: Array<{ assignee: string | null; state?: string }>): Promise<string[]> {
  const plan = ids.next('plan');
  await database.db.run(
    sql`insert into plans (id, work_item_id, version, state, document, planner) values (${plan}, ${item.id}, 1, 'approved', '{}', 'rules')`,
  );
  const made: string[] = [];
  for (const [at, task] of tasks.entries()) {
    const id = ids.next('task');
    await database.db.run(sql`insert into tasks (id, plan_id, work_item_id, key, title, description, role, scope, estimate, limits, assignee, state)
      values (${id}, ${plan}, ${item.id}, ${`t${at + 1}`}, 'Task', 'x', 'coder', '{src}', 'S', '{}', ${task.assignee}, ${task.state ?? 'ready'})`);
    made.push(id);
  }
  return made;
}

async function pending(item: WorkItem, kind: string): Promise<string> {
  const id = ids.next('action');
  const hash = id
    .slice(-26)
    .toLowerCase()
    .replaceAll(/[^0-9a-f]/g, '0')
    .padEnd(64, 'a');
  await database.db
    .run(sql`insert into actions (id, idempotency_key, request_hash, kind, record, digest, status, decision, facts, created_at, expires_at, work_item_id)
    values (${id}, ${id}, ${hash}, ${kind}, '{}', ${hash}, 'pending', '{}', '{}', now(), now() + interval '1 day', ${item.id})`);
  await database.db.run(sql`insert into approvals (id, digest, mode, approvers, needed, expires_at)
    values (${id}, ${hash}, 'require_approval', '{maintainer}', 1, now() + interval '1 day')`);
  return id;
}

const found = async (filter: Partial<WorkFilter>): Promise<string[]> =>
  (await work.list({ limit: 50, projectId, ...filter })).items.map(({ id }) => id);

describe('words of a search', () => {
  it('are found from their beginning, in title and text, inside names of code and paths, whatever stands between them', async () => {
    const item = await make({ title: 'Totals: rangeEnd overflows', body: 'See `src/cart/addToCart.ts`: Müller paid 3.50 too much (AI-Ready)' });
    for (const q of ['overfl', 'RANGEEND', 'end overflows', 'cart', 'addtoc', 'to cart', 'src/cart', 'ready', '3.50', 'Müller', "over' & !x"])
      expect([q, (await found({ q })).includes(item.id)]).toEqual([q, q !== "over' & !x"]);
    expect(await found({ q: 'verflows' })).not.toContain(item.id);
    expect(await found({ q: '%_*&|!' })).toContain(item.id);
  });

  it('may be the number of the issue', async () => {
    const item = await make({ title: 'By its number', number: null });
    await database.db.run(sql`update work_items set number = 90210 where id = ${item.id}`);
    expect(await found({ q: '#90210' })).toEqual([item.id]);
    expect(await found({ q: '90210' })).toEqual([item.id]);
  });

  it('use an index over ten thousand issues', async () => {
    await database.db.run(sql`insert into work_items (id, project_id, source, external_id, title, body)
      select 'iss_' || lpad(n::text, 26, '0'), ${projectId}, 'bulk', n::text, 'Bulk ' || md5(n::text), repeat(md5((n * 7)::text) || ' ', 20)
      from generate_series(1, 10000) n`);
    await database.db.run(sql`analyze work_items`);
    const plan = await database.db.all(sql<{ queryPlan: string }>`explain select id from work_items w
      where issue_words(w.title, w.body) @@ issue_query('5f93f983524d') order by id limit 50`);
    expect(plan.map((line) => Object.values(line)[0]).join('\n')).toContain('work_items_by_words');
    expect(await found({ q: 'bulk c4ca4238a0b923820dcc' })).toEqual(['iss_00000000000000000000000001']);
  });
});

describe('filters', () => {
  it('of one kind are any of their values, and of several kinds all of them', async () => {
    const label = 'filters';
    const bug = await make({ labels: [label, 'ui'], type: 'bug', size: 'S', priority: 'P0' });
    const docs = await make({ labels: [label], type: 'docs', size: 'XS', priority: 'P1' }, ['triaged']);
    const chore = await make({ labels: [label, 'ui'], type: 'chore', priority: 'P3' }, ['declined']);
    await triage(bug, 'high');
    await triage(docs, 'low');
    const by = (filter: Partial<WorkFilter>) => found({ labels: [label], ...filter });
    expect(await by({ types: ['bug', 'docs'] })).toEqual([bug.id, docs.id]);
    expect(await by({ states: ['triaged', 'declined'] })).toEqual([docs.id, chore.id]);
    expect(await by({ types: ['bug', 'docs'], priorities: ['P1', 'P3'] })).toEqual([docs.id]);
    expect(await by({ risks: ['high', 'medium'] })).toEqual([bug.id]);
    expect(await by({ sizes: ['XS', 'S'] })).toEqual([bug.id, docs.id]);
    expect(await by({ labels: [label, 'ui'] })).toEqual([bug.id, chore.id]);
    expect(await by({ labels: [label, 'none'] })).toEqual([]);
    expect(await by({ projectId: 'shop' })).toEqual([bug.id, docs.id, chore.id]);
  });

  it('by who works find the owner of a task of the plan in force as well as of the issue', async () => {
    const label = 'workers';
    const byAgent = await make({ labels: [label] });
    const byPerson = await make({ labels: [label], assignee: 'person:ada' });
    const byNobody = await make({ labels: [label] });
    await planned(byAgent, [{ assignee: 'agent:coder' }, { assignee: 'person:ben', state: 'dropped' }]);
    const by = (worker: string) => found({ labels: [label], worker });
    expect(await by('agent')).toEqual([byAgent.id]);
    expect(await by('agent:coder')).toEqual([byAgent.id]);
    expect(await by('agent:code')).toEqual([]);
    expect(await by('person')).toEqual([byPerson.id]);
    expect(await by('person:ben')).toEqual([]);
    expect(await by('nobody')).toEqual([byNobody.id]);
  });

  it('by what waits for a person agree with what each item says it waits for', async () => {
    const label = 'waits';
    const asked = await make({ labels: [label] }, ['needs_info']);
    const decided = await make({ labels: [label] }, ['triaged', 'planned', 'awaiting_approval']);
    const handed = await make({ labels: [label] });
    const broken = await make({ labels: [label] }, ['failed']);
    const free = await make({ labels: [label] });
    const over = await make({ labels: [label] }, ['declined']);
    const action = await pending(decided, 'plan.approve');
    await pending(over, 'pr.merge');
    const [task] = await planned(handed, [{ assignee: 'person:ada' }]);
    await database.db.run(sql`insert into task_waits (task_id, workflow_id, assignee) values (${task}, 'w', 'person:ada')`);
    const all = (await work.list({ limit: 50, labels: [label] })).items;
    const facts = await work.facts(all);
    const saying = all.filter(({ id }) => facts.get(id)?.waits?.who === 'person').map(({ id }) => id);
    expect(saying).toEqual([asked.id, decided.id, handed.id, broken.id]);
    expect(await found({ labels: [label], waitsFor: 'person' })).toEqual(saying);
    expect(facts.get(decided.id)?.waits).toMatchObject({ id: action, text: 'A person decides about the plan.' });
    expect(facts.get(handed.id)?.waits?.text).toBe('ada does the task “Task”.');
    expect(facts.get(free.id)?.waits?.who).toBe('nobody');
    expect(facts.get(over.id)?.waits).toBeNull();
  });
});

describe('the moment of an end', () => {
  it('is the one of the end it has now: what only changed since did not end, and what goes on has not', async () => {
    const label = 'ends';
    const change = (item: WorkItem) => database.db.tx((tx) => work.update(tx, item.id, { size: 'S' }, 'system'));
    const [before, now, open] = [
      await make({ labels: [label] }, ['declined']),
      await make({ labels: [label] }, ['failed']),
      await make({ labels: [label] }),
    ];
    await database.db.run(sql`update work_items set ended_at = now() - interval '2 days' where id = ${before.id}`);
    await change(before);
    const since = new Date(Date.now() - 3_600_000);
    const ended = () => found({ labels: [label], endedSince: since });
    expect(await found({ labels: [label], changedSince: since })).toEqual([before.id, now.id, open.id]);
    expect(await ended()).toEqual([now.id]);
    expect(await work.counts({ labels: [label], endedSince: since })).toMatchObject({ total: 1, states: { failed: 1 } });
    for (const to of ['new', 'duplicate'] as const) await database.db.tx((tx) => work.transition(tx, before.id, to, 'Once more.', 'system'));
    await database.db.tx((tx) => work.transition(tx, now.id, 'new', 'Once more.', 'system'));
    await change(now);
    expect(await ended()).toEqual([before.id]);
  });

  it('of what ended before it was kept is the one that the ledger has', async () => {
    const label = 'ended long ago';
    const [told, untold, open] = [
      await make({ labels: [label] }, ['declined']),
      await make({ labels: [label] }, ['declined']),
      await make({ labels: [label] }),
    ];
    await database.db.run(sql`insert into ledger_entries (seq, occurred_at, kind, subject, actor, work_item_id, payload, prev_hash, hash)
      select nr, '2026-01-01T10:00:00Z'::timestamptz + nr * interval '1 day', kind, ${told.id}, 'system', ${told.id}, '{}', repeat('0', 64), lpad(nr::text, 64, '0')
      from unnest(array['work_item.declined', 'work_item.new', 'work_item.declined', 'work_item.changed']) with ordinality as entry (kind, nr)`);
    await database.db.run(sql`update work_items set ended_at = null where labels = array[${label}]`);
    const migration = readFileSync(path.join(MIGRATIONS, '0047_accounts_and_ends.sql'), 'utf8');
    await database.pool.query(/update work_items w[^;]+;/.exec(migration)?.[0] ?? 'no such statement');
    const rows = await database.db.all(sql<{ id: string; endedAt: Date | null; updatedAt: Date }>`
      select id, ended_at, updated_at from work_items where labels = array[${label}] order by id`);
    expect(rows.map(({ id, endedAt }) => [id, endedAt])).toEqual([
      [told.id, new Date('2026-01-04T10:00:00Z')],
      [untold.id, rows[1]?.updatedAt],
      [open.id, null],
    ]);
  });

  it('is found by an index', async () => {
    const plan = await database.db.all(sql<{ queryPlan: string }>`explain select id from work_items w
      where w.ended_at >= ${new Date()} order by updated_at desc, id desc limit 50`);
    expect(plan.map((line) => Object.values(line)[0]).join('\n')).toContain('work_items_by_end');
  });
});

describe('facts of an item', () => {
  it('tell its risk, its tasks, its newest pull request, and which open issue it waits for', async () => {
    const item = await make({});
    const blocker = await make({ title: 'First this' });
    await database.db.tx((tx) => work.addDependency(tx, blocker.id, item.id));
    await triage(item, 'medium');
    await planned(item, [{ assignee: null, state: 'landed' }, { assignee: null }, { assignee: null, state: 'dropped' }]);
    expect((await work.facts([item])).get(item.id)).toMatchObject({
      risk: 'medium',
      tasks: 2,
      tasksLanded: 1,
      pull: null,
      underWay: false,
      waits: { who: 'issue', id: blocker.id, text: 'It waits for “First this”.' },
    });
    await database.db.tx((tx) => work.transition(tx, blocker.id, 'declined', 'Not now.', 'system'));
    expect((await work.facts([item])).get(item.id)?.waits?.who).toBe('nobody');
  });
});

describe('orders', () => {
  it('by the newest change and by urgency walk every item once, page by page', async () => {
    const label = 'orders';
    const made: WorkItem[] = [];
    for (const priority of ['P2', 'P0', 'P1', 'P0', 'P2'] as const) made.push(await make({ labels: [label], priority }));
    await database.db.tx((tx) => work.update(tx, made[0]?.id ?? '', { size: 'S' }, 'system'));
    const walk = async (filter: Partial<WorkFilter>): Promise<number[]> => {
      const walked: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await work.list({ labels: [label], limit: 2, cursor, ...filter });
        walked.push(...page.items.map(({ id }) => made.findIndex((item) => item.id === id)));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined && walked.length < 20);
      return walked;
    };
    expect((await walk({ sort: 'updated', order: 'newest' }))[0]).toBe(0);
    expect((await walk({ sort: 'updated', order: 'oldest' })).at(-1)).toBe(0);
    expect((await walk({ sort: 'updated', order: 'newest' })).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    expect(await walk({ sort: 'priority', order: 'newest' })).toEqual([3, 1, 2, 4, 0]);
    expect(await walk({ sort: 'priority', order: 'oldest' })).toEqual([1, 3, 2, 0, 4]);
  });

  it('refuse a cursor of another order, and one of a moment that no calendar has', async () => {
    for (const cursor of ['2026-99-99T99Z~iss_x', '2026-02-30T10:00:00.000Z~iss_x', '2026-01-01T10:00:00.000Z~iss\0x'])
      await expect(work.list({ limit: 2, sort: 'updated', cursor })).rejects.toMatchObject({ kind: 'invalid', code: 'bad_cursor' });
    await expect(work.list({ limit: 2, sort: 'updated', cursor: 'iss_x' })).rejects.toMatchObject({ kind: 'invalid', code: 'bad_cursor' });
  });
});

describe('counts', () => {
  it('leave a facet out of the filter while its own values are counted', async () => {
    const label = 'counts';
    await triage(await make({ labels: [label, 'a'], type: 'bug', priority: 'P0' }), 'high');
    await make({ labels: [label, 'a'], type: 'bug', priority: 'P1' }, ['needs_info']);
    await make({ labels: [label], type: 'docs', priority: 'P0' });
    const counts = await work.counts({ labels: [label], types: ['bug'], priorities: ['P0'] });
    expect(counts).toEqual({
      total: 1,
      waitsForPerson: 0,
      states: { new: 1 },
      types: { bug: 1, docs: 1 },
      priorities: { P0: 1, P1: 1 },
      sizes: {},
      risks: { high: 1 },
      labels: { a: 1, counts: 1 },
    });
    expect(await work.counts({ labels: [label] })).toMatchObject({ total: 3, waitsForPerson: 1, states: { new: 2, needs_info: 1 } });
    expect(await work.counts({ labels: [label], projectIds: ['proj_other'] })).toMatchObject({ total: 0, states: {} });
  });
});
