import { afterEach, beforeEach, expect, test } from 'vitest';
import { sql, type Queryable, type Statement } from '#platform/db/index.ts';
import { REPOSITORY, untilEnded } from './__fixtures__/estate.ts';
import { openShop, type Shop } from './__fixtures__/shop.ts';
import type { MergeQueue } from './commands.ts';
import { landedPlaces, listLandingRows } from './store.lists.ts';

let shop: Shop;
let queue: MergeQueue;
const ALL = { limit: 50 };

beforeEach(async () => {
  shop = await openShop({ 'b.txt': 'b\n', 'c.txt': 'c\n' });
  queue = shop.queue();
});
afterEach(() => shop.close());

async function landTwo(): Promise<[string, string]> {
  const one = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one', summary: 'First line\nand more' });
  const two = await shop.land(queue, { 'c.txt': 'C\n' }, { taskId: 'two' });
  return [one.id, two.id];
}

test('what landed is listed newest first with its commit, rung, checks, issue and run, and goes on where the page before ended', async () => {
  const { db } = shop.database;
  await db.run(sql`
    insert into work_items (id, project_id, repository_id, source, external_id, number, title) values ('iss_1', 'proj_1', ${REPOSITORY}, 'local', 'x', 7, 'Say hello')`);
  const first = await shop.submit(queue, { 'b.txt': 'B\n' }, { taskId: 'one', summary: 'First line\nand more' }, { workItemId: 'iss_1' } as object);
  await untilEnded(queue, first.id);
  const second = await shop.land(queue, { 'c.txt': 'C\n' }, { taskId: 'two' });
  const page = await queue.landings({ limit: 1 });
  expect(page.items).toMatchObject([{ id: second.id, event: 'landed', commit: second.landedCommit, issue: null, rollbacks: [], lost: false }]);
  const rest = await queue.landings({ limit: 1, cursor: page.next_cursor ?? undefined });
  expect(rest.next_cursor).toBeNull();
  expect(rest.items).toMatchObject([
    {
      id: first.id,
      summary: 'First line',
      repo: 'acme/shop',
      target: 'ai-1',
      rung: 'R0',
      submittedBy: 'agent:coder',
      checks: [{ name: 'test', exitCode: 0 }],
      issue: { id: 'iss_1', number: 7, title: 'Say hello' },
      run: null,
    },
  ]);
  expect(rest.items[0]?.tree).toBe(rest.items[0]?.verifiedTree);
  await expect(queue.landings({ limit: 1, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'bad_cursor' });
});

test('lists narrow to a target, to a repository by name or id, and to the projects of a limited caller', async () => {
  await landTwo();
  const count = async (filter: object): Promise<number> => (await queue.landings({ ...ALL, ...filter })).items.length;
  expect(await count({})).toBe(2);
  expect([await count({ target: 'ai-1' }), await count({ target: 'other' })]).toEqual([2, 0]);
  expect([await count({ repositoryId: 'acme/shop' }), await count({ repositoryId: REPOSITORY }), await count({ repositoryId: 'no/where' })]).toEqual([
    2, 2, 0,
  ]);
  expect([await count({ projectId: 'shop' }), await count({ projectId: 'proj_1' }), await count({ projectId: 'other' })]).toEqual([2, 2, 0]);
  expect([await count({ projectIds: ['proj_1'] }), await count({ projectIds: [] })]).toEqual([2, 0]);
});

interface PlanNode {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

function lookedAt(node: PlanNode): number {
  const here = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  return (node['Relation Name'] === 'change_request_journal' ? here : 0) + (node.Plans ?? []).reduce((sum, below) => sum + lookedAt(below), 0);
}

/** As the queue writes it that took a landing back: a row more, the old one stays. */
async function takeBack(id: string): Promise<void> {
  const { db } = shop.database;
  await db.run(sql`
    insert into change_request_journal (change_request_id, version, at, event, from_state, to_state, actor, detail)
    select id, version + 1, now(), 'reverted', state, 'quarantined', 'queue', '{}' from change_requests where id = ${id}`);
  await db.run(sql`update change_requests set version = version + 1, state = 'quarantined', quarantine = '{}' where id = ${id}`);
}

test('what landed narrows to a time and to landings that stand, as they are counted', async () => {
  const [first, second] = await landTwo();
  const at = (await queue.landings({ ...ALL, target: 'ai-1' })).items[0]?.at ?? new Date(0);
  const ids = async (filter: object): Promise<string[]> => (await queue.landings({ ...ALL, ...filter })).items.map(({ id }) => id);
  expect(await ids({ from: at })).toEqual([second]);
  expect(await ids({ to: at })).toEqual([first]);
  expect(await ids({ from: at, to: at })).toEqual([]);
  await takeBack(first);
  expect([await ids({ event: 'landed' }), await ids({ event: 'reverted' }), await ids({})]).toEqual([[second], [first], [first, second, first]]);
  expect(await queue.landedSince({ since: new Date(0), limit: 5, most: 200 })).toMatchObject({ count: 1, items: [{ id: second }] });
  // Landed again, it stands, and what came before does not.
  await shop.database.db.run(sql`
    insert into change_request_journal (change_request_id, version, at, event, from_state, to_state, actor, detail)
    select id, version + 1, now(), 'landed', state, 'landed', 'queue', '{}' from change_requests where id = ${first}`);
  expect(await ids({ event: 'landed' })).toEqual([first, second]);
  expect(await queue.landedSince({ since: new Date(0), limit: 5, most: 200 })).toMatchObject({ count: 2, items: [{ id: first }, { id: second }] });
});

test('whether anything stands landed without an issue is told from what landed for one, and from what was taken back', async () => {
  await shop.database.db.run(sql`
    insert into work_items (id, project_id, repository_id, source, external_id, number, title) values ('iss_1', 'proj_1', ${REPOSITORY}, 'local', 'x', 7, 'Say hello')`);
  await untilEnded(queue, (await shop.submit(queue, { 'b.txt': 'B\n' }, { taskId: 'one' }, { workItemId: 'iss_1' })).id);
  expect(await queue.hasLandedAlone()).toBe(false);
  const { id } = await shop.land(queue, { 'c.txt': 'C\n' }, { taskId: 'two' });
  expect(await queue.hasLandedAlone()).toBe(true);
  await takeBack(id);
  expect(await queue.hasLandedAlone()).toBe(false);
});

test('a window in time is found without walking the journal, whenever it was', { timeout: 60_000 }, async () => {
  const { db } = shop.database;
  const [one] = await landTwo();
  await queue.stop(0);
  // Five hundred change requests with fifty landings each, one every minute.
  await db.run(sql`
    insert into change_requests
    select (jsonb_populate_record(entry, jsonb_build_object('id', 'old_' || n, 'task_id', 'old_' || n))).*
    from change_requests entry, generate_series(1, 500) n where entry.id = ${one}`);
  await db.run(sql`
    insert into change_request_journal (change_request_id, version, at, event, from_state, to_state, actor)
    select 'old_' || (1 + n % 500), 100 + n / 500, timestamptz '2026-01-01' + n * interval '1 minute', 'landed', 'publishing', 'landed', 'queue'
    from generate_series(0, 24999) n order by n`);
  await db.run(sql`analyze change_requests, change_request_journal`);
  /** Rows of the journal that are looked at. */
  const looked = async (ask: (on: Queryable) => Promise<unknown>): Promise<number> => {
    const asked: Array<Statement<unknown>> = [];
    await ask({ all: async (statement: Statement<unknown>) => (asked.push(statement), []) } as unknown as Queryable);
    const told = await Promise.all(
      asked.map((statement) => db.one(sql<Record<string, Array<{ Plan: PlanNode }>>>`explain (analyze, timing off, format json) ${statement}`)),
    );
    // One column, whatever it is called.
    return told.flatMap((row) => Object.values(row).flat()).reduce((sum, { Plan }) => sum + lookedAt(Plan), 0);
  };
  const day = (text: string) => ({ from: new Date(`${text}T00:00:00Z`), to: new Date(Date.parse(`${text}T00:00:00Z`) + 86_400_000) });
  const list = (more: object) => looked((on) => listLandingRows(on, { limit: 51, before: null, ...more }));
  const counts = [
    await list({ event: 'landed', ...day('2026-01-02') }),
    await list({ ...day('2026-01-10') }),
    await list({ event: 'landed', ...day('2027-02-10') }),
    await looked((on) => landedPlaces(on, { since: new Date('2026-01-18T00:00:00Z'), most: 201 })),
  ];
  expect(Math.max(...counts)).toBeLessThan(6000);
});

test('what was set aside is listed with the files in conflict and no contents, until somebody decides', async () => {
  await landTwo();
  const stuck = await shop.land(queue, { 'b.txt': 'mine\n', 'c.txt': 'mine\n' }, { taskId: 'three' });
  const { items } = await queue.quarantined(ALL);
  expect(items).toMatchObject([{ id: stuck.id, kind: 'conflict', names: ['b.txt', 'c.txt'], supersededBy: null }]);
  expect(JSON.stringify(items)).not.toContain('mine');
  await untilEnded(queue, (await queue.resolve(stuck.id, { choice: 'theirs', files: [], by: 'person:mara', reason: '' })).id);
  expect((await queue.quarantined(ALL)).items).toEqual([]);
});

test('what landed since a moment is counted as far as asked, with the newest of it', async () => {
  const [, second] = await landTwo();
  const since = new Date(Date.now() - 3_600_000);
  expect(await queue.landedSince({ since, limit: 1, most: 200 })).toMatchObject({ count: 2, more: false, items: [{ id: second, event: 'landed' }] });
  expect(await queue.landedSince({ since, limit: 1, most: 1 })).toMatchObject({ count: 1, more: true, items: [{ id: second }] });
  expect(await queue.landedSince({ since, limit: 5, most: 200, projectIds: [] })).toEqual({ count: 0, more: false, items: [] });
  const later = new Date((await queue.landings({ limit: 1 })).items[0]?.at.getTime() ?? 0);
  expect(await queue.landedSince({ since: new Date(later.getTime() + 1), limit: 5, most: 200 })).toMatchObject({ count: 0, items: [] });
});

test('what is set aside and still to be decided is counted, what waits longest first, without what a later attempt took the place of', async () => {
  await landTwo();
  const first = await shop.land(queue, { 'b.txt': 'mine\n' }, { taskId: 'three' });
  const second = await shop.land(queue, { 'c.txt': 'mine\n' }, { taskId: 'four' });
  expect(await queue.setAside({ limit: 1, most: 200 })).toMatchObject({ count: 2, more: false, items: [{ id: first.id, kind: 'conflict' }] });
  expect(await queue.setAside({ limit: 5, most: 1 })).toMatchObject({ count: 1, more: true });
  await shop.land(queue, { 'b.txt': 'mine too\n' }, { taskId: 'three', attempt: 2 });
  const { count, items } = await queue.setAside({ limit: 5, most: 200 });
  expect(items.map(({ id }) => id)).not.toContain(first.id);
  expect([count, items[0]?.id]).toEqual([items.length, second.id]);
});

test('checks that failed are named in the list of what was set aside', async () => {
  const red = shop.queue({ verify: async () => ({ passed: false, checks: [{ name: 'lint', command: 'lint', exit_code: 1, output: 'no' }] }) }, false);
  await queue.stop(0);
  red.start();
  const failed = await shop.land(red, { 'b.txt': 'B\n' }, { taskId: 'one' });
  expect((await red.quarantined(ALL)).items).toMatchObject([{ id: failed.id, kind: 'checks_failed', names: ['lint'] }]);
});

test('contents that hold what a database cannot take out as text hide no list and no overview', async () => {
  const odd = await shop.land(queue, { 'b.txt': 'a\u0000b\n' }, { taskId: 'one', summary: 'Odd' });
  expect(odd.state).toBe('landed');
  expect((await queue.landings(ALL)).items.map(({ summary }) => summary)).toEqual(['Odd']);
  expect((await queue.targetList(ALL)).items).toHaveLength(1);
  await queue.pauseTarget({ repositoryId: REPOSITORY, target: 'ai-1' }, { by: 'person:mara' });
  expect((await queue.status()).targets).toMatchObject([{ target: 'ai-1', control: 'paused', repo: 'acme/shop' }]);
  const subject = { kind: 'change_request', id: odd.id } as const;
  expect((await queue.planRollback(subject, false)).rollsBack).toMatchObject([{ id: odd.id, summary: 'Odd' }]);
});

test('targets are listed by what happened last, with what waits, is set aside and landed, and are found by a part of their name', async () => {
  await shop.mirror.compareAndSwap('refs/heads/ai-2', null, shop.base);
  await landTwo();
  await shop.land(queue, { 'b.txt': 'B2\n' }, { taskId: 'three', target: 'ai-2' });
  await shop.land(queue, { 'b.txt': 'mine\n' }, { taskId: 'four' });
  await queue.pauseTarget({ repositoryId: REPOSITORY, target: 'ai-2' }, { by: 'person:mara', reason: 'A release.' });
  const { items } = await queue.targetList({ limit: 1 });
  expect(items).toMatchObject([{ target: 'ai-1', repo: 'acme/shop', control: 'running', waiting: 0, quarantined: 1, landed: 2 }]);
  const next = await queue.targetList({ limit: 1, cursor: (await queue.targetList({ limit: 1 })).next_cursor ?? undefined });
  expect(next).toMatchObject({
    next_cursor: null,
    items: [{ target: 'ai-2', control: 'paused', controlBy: 'person:mara', controlReason: 'A release.' }],
  });
  expect((await queue.targetList({ ...ALL, text: 'SHOP ai-2' })).items.map(({ target }) => target)).toEqual(['ai-2']);
  await expect(queue.targetList({ limit: 1, cursor: 'x' })).rejects.toMatchObject({ code: 'bad_cursor' });
});

test('a rollback is listed with what became of it, and stands beside the landing it undid', async () => {
  const [one] = await landTwo();
  const plan = await queue.planRollback({ kind: 'change_request', id: one }, false);
  const subject = { kind: 'change_request', id: one } as const;
  const done = await queue.rollback({
    subject,
    withDependents: false,
    confirm: plan.rollsBack.map(({ id }) => id),
    by: 'person:mara',
    reason: 'It broke.',
  });
  await untilEnded(queue, done.entry?.id ?? '');
  expect((await queue.rollbacks(ALL)).items).toMatchObject([
    {
      id: done.row.id,
      kind: 'rollback',
      changeRequests: [one],
      outcome: 'done',
      requestedBy: 'person:mara',
      reason: 'It broke.',
      changeRequestId: done.entry?.id,
    },
  ]);
  const { items } = await queue.landings(ALL);
  expect(items.find(({ id }) => id === one)?.rollbacks).toEqual([{ id: done.row.id, kind: 'rollback', state: 'submitted', outcome: 'done' }]);
  expect(items.find(({ id }) => id === done.entry?.id)?.reverts).toBe(one);
});

test('figures count what ended in the window, and have no share where nothing did', async () => {
  const empty = await queue.figures({}, 24);
  expect(empty).toMatchObject({ ended: 0, successShare: null, conflictShare: null, toLand: { p50: null } });
  await landTwo();
  await shop.land(queue, { 'b.txt': 'mine\n' }, { taskId: 'three' });
  const figures = await queue.figures({ target: 'ai-1' }, 24);
  expect(figures).toMatchObject({ submitted: 3, landed: 2, quarantined: 1, ended: 3, conflicts: 1, verifications: { passed: 2, failed: 0 } });
  expect(figures.successShare).toBeCloseTo(2 / 3);
  expect(figures.conflictShare).toBeCloseTo(1 / 3);
  expect(figures.toLand.p50).toBeGreaterThan(0);
  expect(figures.byRung.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  expect(figures.series).toHaveLength(24);
  expect(figures.series.at(-1)).toMatchObject({ landed: 2, quarantined: 1 });
  expect(await queue.figures({ projectIds: [] }, 24)).toMatchObject({ submitted: 0, ended: 0 });
});
