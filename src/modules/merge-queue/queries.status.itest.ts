import { afterEach, beforeEach, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { openShop, type Shop } from './__fixtures__/shop.ts';
import { PROJECT, REPOSITORY, untilEnded, untilState } from './__fixtures__/estate.ts';
import type { EntryOrigin } from './decide.summary.ts';
import { registerQueueMetrics } from './steps.metrics.ts';

const KEY = { repositoryId: REPOSITORY, target: 'ai-1' };

let shop: Shop;
beforeEach(async () => {
  shop = await openShop({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' });
});
afterEach(() => shop.close());

test('the status tells the order, the paused target with who and why, and why each change waits', async () => {
  const queue = shop.queue({}, false);
  const one = await shop.submit(queue, { 'a.txt': 'A\n' }, { taskId: 'one' });
  const two = await shop.submit(queue, { 'a.txt': 'AA\n' }, { taskId: 'two', intent: { depends_on: [one.id] } });
  const urgent = await shop.submit(queue, { 'b.txt': 'B\n' }, { taskId: 'three' }, { priority: 0 });
  const [target] = (await queue.status()).targets;
  expect(target).toMatchObject({ ...KEY, repo: 'acme/shop', control: 'running', total: 3 });
  expect(target?.entries.map(({ entry, waitsFor }) => [entry.id, waitsFor])).toEqual([
    [urgent.id, []],
    [one.id, []],
    [two.id, [one.id]],
  ]);
  expect((await queue.detail(two.id)).waiting).toMatchObject({
    wait: { kind: 'behind', ids: [one.id] },
    sentence: `Touches what ${one.id} touches, which goes first.`,
  });
  await queue.pauseTarget(KEY, { by: 'person:mara', reason: 'Release day.' });
  expect((await queue.status()).targets).toMatchObject([{ control: 'paused', controlBy: 'person:mara', controlReason: 'Release day.' }]);
  expect((await queue.detail(one.id)).waiting?.sentence).toBe('The target is paused.');
  expect((await queue.status(1)).targets).toMatchObject([{ total: 3, entries: [{ entry: { id: urgent.id } }] }]);
});

test('a target is found by its name, and one of several only with its repository', async () => {
  const queue = shop.queue({}, false);
  await expect(queue.target({})).rejects.toMatchObject({ kind: 'not_found', code: 'unknown_target' });
  await shop.submit(queue, { 'a.txt': 'A\n' }, { taskId: 'one' });
  expect(await queue.target({})).toMatchObject(KEY);
  await shop.submit(queue, { 'b.txt': 'B\n' }, { taskId: 'two', target: 'ai-2' });
  await expect(queue.target({})).rejects.toMatchObject({
    kind: 'invalid',
    code: 'target_ambiguous',
    detail: { candidates: [{ target: 'ai-1' }, { target: 'ai-2' }] },
  });
  expect(await queue.target({ target: 'ai-2', repo: 'acme/shop' })).toMatchObject({ target: 'ai-2' });
  await expect(queue.target({ target: 'ai-2', repo: 'other/shop' })).rejects.toMatchObject({ code: 'unknown_target' });
});

const ORIGIN: Partial<EntryOrigin> = {
  issue: { id: 'iss_1', number: 7, title: 'Shout', source: 'local', url: null, requested_by: 'mara', requested_at: '2020-01-01T00:00:00.000Z' },
  plan: {
    id: 'plan_1',
    version: 2,
    planner: 'rules',
    approval: { status: 'approved', by: 'person:tom', at: '2020-01-01T00:02:00.000Z', reason: 'Fine.' },
    made_at: '2020-01-01T00:01:00.000Z',
  },
};

test('a landing is told from the request to the commit, with what, why, the checks and who approved', async () => {
  const queue = shop.queue({ origin: async () => ORIGIN });
  const one = await shop.land(queue, { 'a.txt': 'A\n', 'new.txt': '1\n2\n' }, { taskId: 'one', summary: 'Shout louder' });
  const { summary, timeline, waiting, lost } = await queue.detail(one.id);
  expect(summary).toMatchObject({
    headline: `Shout louder: landed on ai-1 as ${one.landedCommit?.slice(0, 10)} (R0)`,
    what: { files: 2, added: 3, deleted: 1, paths: ['a.txt', 'new.txt'] },
    why: { issue: { number: 7 }, plan: { id: 'plan_1' } },
    who: { submitted_by: 'agent:coder', approved_by: ['person:tom'] },
    checks: [{ name: 'test', command: 'true', exit_code: 0, by: 'queue' }],
    landed: { commit: one.landedCommit, tree: one.landedTree, rung: 'R0', target: 'ai-1' },
    rolled_back_by: [],
  });
  expect(timeline.map(({ event }) => event)).toEqual([
    'requested',
    'planned',
    'plan.approved',
    'submitted',
    'merge.started',
    'merged',
    'verified',
    'landed',
  ]);
  expect([waiting, lost]).toEqual([null, false]);
});

test('whoever follows the journal hears of every transition once and in order, from where they left off', async () => {
  const queue = shop.queue();
  const { position } = await queue.follow(null, 0);
  const one = await shop.land(queue, { 'a.txt': 'A\n' }, { taskId: 'one' });
  await expect.poll(async () => (await queue.follow(position, 10)).rows.length).toBe(5);
  const first = await queue.follow(position, 2);
  const second = await queue.follow(first.position, 100);
  expect([...first.rows, ...second.rows].map(({ changeRequestId, event }) => [changeRequestId, event])).toEqual(
    ['submitted', 'merge.started', 'merged', 'verified', 'landed'].map((event) => [one.id, event]),
  );
  expect((await queue.follow(second.position, 100)).rows).toEqual([]);
});

test('an open transaction holds followers back rather than being passed over', async () => {
  const queue = shop.queue({}, false);
  const { position } = await queue.follow(null, 0);
  const insert = (id: string, version: number) =>
    sql`insert into change_request_journal (change_request_id, version, event, to_state, actor) values (${id}, ${version}, 'noted', 'queued', 'system')`;
  const one = await shop.submit(queue, { 'a.txt': 'A\n' }, { taskId: 'one' });
  await expect.poll(async () => (await queue.follow(position, 10)).rows.length).toBe(1);
  const start = (await queue.follow(position, 10)).position;
  await shop.database.db.tx(async (tx) => {
    await tx.run(insert(one.id, 90));
    await shop.database.db.run(insert(one.id, 91));
    expect((await queue.follow(start, 10)).rows).toEqual([]);
  });
  // Transactions of other databases of the server hold it back too.
  await expect.poll(async () => (await queue.follow(start, 10)).rows.map(({ version }) => version)).toEqual([90, 91]);
});

test('the metrics tell landings by rung, time to land, conflicts, quarantines, retries, checks, staleness, depth and age', async () => {
  const queue = shop.queue({
    verify: async ({ entry }) => ({ passed: entry.taskId !== 'red', checks: [{ name: 'test', command: 'test', exit_code: 1, output: '' }] }),
  });
  await shop.land(queue, { 'a.txt': 'A\n' }, { taskId: 'one' });
  await shop.land(queue, { 'a.txt': 'other\n' }, { taskId: 'two' });
  const red = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'red' });
  await queue.retry(red.id, 'person:mara');
  await untilState(queue, red.id, ['queued', 'merging', 'verifying']);
  await untilEnded(queue, red.id);
  await queue.pauseTarget(KEY, { by: 'person:mara' });
  await shop.submit(queue, { 'c.txt': 'C\n' }, { taskId: 'waits' });
  const metrics = createMetrics({ processMetrics: false });
  registerQueueMetrics({ db: shop.database.db, metrics });
  await metrics.render();
  const { text } = await metrics.render();
  const lines = text.split('\n');
  expect(lines).toContain(`reeve_queue_landed_total{repository="${REPOSITORY}",target="ai-1",project="${PROJECT}",rung="R0"} 1`);
  expect(lines).toContain('reeve_queue_quarantines_total{reason="conflict"} 1');
  expect(lines).toContain('reeve_queue_quarantines_total{reason="checks_failed"} 2');
  expect(lines).toContain('reeve_queue_conflicts_total 1');
  expect(lines).toContain('reeve_queue_retries_total 1');
  expect(lines).toContain('reeve_queue_entries{state="quarantined"} 2');
  expect(lines).toContain(`reeve_queue_depth{repository="${REPOSITORY}",target="ai-1"} 1`);
  expect(lines).toContain('reeve_queue_time_to_land_seconds_bucket{rung="R0",le="+Inf"} 1');
  expect(lines).toContain('reeve_queue_time_to_land_seconds_count{rung="R0"} 1');
  expect(text).toMatch(/reeve_queue_staleness_commits_bucket\{le="1"\} \d/);
  expect(text).toMatch(/reeve_queue_verifications_total\{outcome="failed"\} \d/);
  expect(text).toMatch(/reeve_queue_verification_seconds_per_landing \d/);
  expect(text).toMatch(/reeve_queue_oldest_seconds\{/);
  expect((await queue.status()).lastDay).toMatchObject({ landed: 1, p50: expect.any(Number), p99: expect.any(Number) });
});

test('ten thousand waiting change requests are read in one look without their contents', async () => {
  const queue = shop.queue({}, false);
  const one = await shop.submit(queue, { 'a.txt': 'A\n' }, { taskId: 'one' });
  await shop.database.db.run(sql`
    insert into change_requests (id, project_id, repository_id, target, task_id, attempt, document, body_sha256, submitted_by, priority, publish,
      submitted_tree, effect, state, submitted_at)
    select 'cr_' || lpad(n::text, 26, '0'), project_id, repository_id, target, 'bulk' || n, 1, document, body_sha256, submitted_by, 5, publish,
      submitted_tree, effect, 'queued', submitted_at + n * interval '1 millisecond'
    from change_requests, generate_series(1, 10000) as n where id = ${one.id}`);
  const [target] = (await queue.status(20)).targets;
  expect(target?.total).toBe(10_001);
  expect(target?.entries.map(({ entry }) => entry.taskId).slice(0, 3)).toEqual(['one', 'bulk1', 'bulk2']);
  expect(target?.entries).toHaveLength(20);
  await shop.database.db.run(sql`analyze change_requests`);
  const plan = await shop.database.db.all(
    sql<{ queryPlan: string }>`explain select * from change_requests where id < 'cr_z' order by id desc limit 51`,
  );
  expect(JSON.stringify(plan)).toContain('change_requests_pkey');
});
