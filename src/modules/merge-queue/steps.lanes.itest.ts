import { afterEach, beforeEach, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { dieAt } from './__fixtures__/dying.ts';
import {
  CONTEXT,
  createQueueOn,
  createRepository,
  documentOf,
  openMirrorOf,
  publishedEvents,
  REPOSITORY,
  seed,
  untilEnded,
  untilState,
  type DocumentParts,
  type Repository,
} from './__fixtures__/estate.ts';
import type { MergeQueue } from './commands.ts';
import type { QueueEntry } from './model.ts';
import type { VerifyRequest, VerifyResult } from './model.verify.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { LONG } from '../../../test/kit/long.ts';

let database: TestDatabase;
let source: Repository;
let mirror: Mirror;
let base: string;
let started: MergeQueue[];

const KEY = { repositoryId: REPOSITORY, target: 'ai-1' };
const REF = 'refs/heads/ai-1';
const PASSED: VerifyResult = { passed: true, checks: [{ name: 'test', command: 't', exit_code: 0, output: '' }] };
const FAILED: VerifyResult = { passed: false, checks: [{ name: 'test', command: 't', exit_code: 1, output: 'boom' }] };

beforeEach(async () => {
  database = await createTestDatabase();
  await seed(database.db);
  source = createRepository();
  base = source.commit({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'd.txt': 'd\n' });
  mirror = await openMirrorOf(source);
  await mirror.compareAndSwap(REF, null, base);
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((queue) => queue.stop(0)));
  source.remove();
  await database.close();
});

function queueWith(more: Partial<MergeQueueDeps> = {}, start = false): MergeQueue {
  const queue = createQueueOn(database.db, async () => mirror, more);
  started.push(queue);
  if (start) queue.start();
  return queue;
}

async function submitted(queue: MergeQueue, files: Record<string, string | null>, parts: Partial<DocumentParts> = {}): Promise<QueueEntry> {
  const [name = ''] = Object.keys(files);
  const result = await queue.submit(await documentOf(mirror, files, { base, taskId: name, ...parts }), CONTEXT);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const journal = async (queue: MergeQueue, id: string): Promise<string[]> => (await queue.journal(id)).map((row) => row.event);
const read = async (file: string): Promise<string | undefined> => (await mirror.readFile(REF, file))?.toString();

/** Checks that fail on trees of which `broken` says so, and remember what they were run on. */
function checks(broken: (content: (file: string) => Promise<string>) => Promise<boolean>): { trees: string[]; verify: MergeQueueDeps['verify'] } {
  const trees: string[] = [];
  return {
    trees,
    async verify({ tree }) {
      trees.push(tree);
      const content = async (file: string): Promise<string> => (await mirror.readFile(tree, file))?.toString() ?? '';
      return (await broken(content)) ? FAILED : PASSED;
    },
  };
}

/** Checks that end when they are told to. */
function gate(): {
  requests: VerifyRequest[];
  verify: MergeQueueDeps['verify'];
  waitFor(count: number): Promise<void>;
  release(at: number, result?: VerifyResult): void;
} {
  const requests: VerifyRequest[] = [];
  const ends: Array<(result: VerifyResult) => void> = [];
  return {
    requests,
    verify: (request) => {
      requests.push(request);
      return new Promise((resolve) => ends.push(resolve));
    },
    async waitFor(count) {
      while (requests.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    release: (at, result = PASSED) => ends[at]?.(result),
  };
}

const oneLane = { scheduling: async () => ({ lanes: 1 }) };
const setBatch = (limit: number) =>
  database.db.run(sql`insert into queue_targets (repository_id, target, batch_limit) values (${REPOSITORY}, 'ai-1', ${limit})`);

test('independent changes are verified side by side, and what passed on a head left behind lands only as the verified combined tree', async () => {
  const held = gate();
  const queue = queueWith({ verify: held.verify, scheduling: async () => ({ lanes: 2 }) });
  const a = await submitted(queue, { 'a.txt': 'A\n' });
  const b = await submitted(queue, { 'b.txt': 'B\n' });
  queue.start();
  await held.waitFor(2);
  expect(new Set(held.requests.map(({ entry }) => entry.id))).toEqual(new Set([a.id, b.id]));
  expect([...(await queue.schedule(KEY)).waiting.values()].map(({ wait }) => wait)).toEqual([
    { kind: 'verifying', lane: 1, with: [], joined: false },
    { kind: 'verifying', lane: 2, with: [], joined: false },
  ]);
  held.release(0);
  await untilEnded(queue, held.requests[0]?.entry.id ?? '');
  held.release(1);
  await held.waitFor(3);
  expect(await mirror.log(base, REF, 9)).toHaveLength(1);
  held.release(2);
  const second = await untilEnded(queue, held.requests[1]?.entry.id ?? '');
  expect(held.requests[2]?.tree).toBe(second.landedTree);
  expect(await mirror.treeOf(REF)).toBe(second.landedTree);
  expect([second.retries, second.baseMoves]).toEqual([0, 0]);
  expect(await journal(queue, second.id)).toEqual([
    'submitted',
    'merge.started',
    'merged',
    'verified',
    'lane.passed',
    'merge.started',
    'merged',
    'verified',
    'landed',
  ]);
  expect([await read('a.txt'), await read('b.txt')]).toEqual(['A\n', 'B\n']);
});

test('changes of one file share a lane; those that git cannot merge wait for each other', async () => {
  const held = gate();
  const queue = queueWith({ verify: held.verify, scheduling: async () => ({ lanes: 4 }) });
  const first = await submitted(queue, { 'a.txt': 'one\n' }, { taskId: 'first' });
  const clashing = await submitted(queue, { 'a.txt': 'two\n' }, { taskId: 'second' });
  const apart = await submitted(queue, { 'b.txt': 'B\n' });
  queue.start();
  await held.waitFor(2);
  expect(held.requests.map(({ entry }) => entry.id)).toEqual([first.id, apart.id]);
  expect((await queue.schedule(KEY)).waiting.get(clashing.id)).toEqual({ wait: { kind: 'behind', ids: [first.id] }, expectedAtMs: null });
});

test('import impact puts changes of different files into one lane, on top of each other', async () => {
  const held = gate();
  const queue = queueWith({
    verify: held.verify,
    scheduling: async () => ({ lanes: 4 }),
    impact: async ({ files }) => new Set(files.includes('a.txt') ? ['b.txt'] : []),
  });
  const a = await submitted(queue, { 'a.txt': 'A\n' });
  const b = await submitted(queue, { 'b.txt': 'B\n' });
  const c = await submitted(queue, { 'c.txt': 'C\n' });
  queue.start();
  await held.waitFor(2);
  const together = held.requests.find(({ entry }) => entry.id === b.id);
  expect((await mirror.readFile(together?.tree ?? '', 'a.txt'))?.toString()).toBe('A\n');
  expect(held.requests.map(({ entry }) => entry.id).toSorted()).toEqual([b.id, c.id].toSorted());
  expect((await queue.get(a.id))?.build?.id).toBe((await queue.get(b.id))?.build?.id);
});

test('a build of several changes is verified once, as its last tree, and lands as one commit each in one move of the branch', async () => {
  const { trees, verify } = checks(async () => false);
  const swaps: string[] = [];
  const watched: Mirror = {
    ...mirror,
    async compareAndSwap(ref, expected, to) {
      if (ref === REF) swaps.push(to ?? '');
      return mirror.compareAndSwap(ref, expected, to);
    },
  };
  const queue = createQueueOn(database.db, async () => watched, { verify, ...oneLane });
  started.push(queue);
  await setBatch(4);
  const entries = [];
  for (const name of ['a.txt', 'b.txt', 'c.txt']) entries.push(await submitted(queue, { [name]: 'new\n' }));
  queue.start();
  const landed = [];
  for (const { id } of entries) landed.push(await untilEnded(queue, id));
  expect(trees).toEqual([landed[2]?.landedTree]);
  expect(swaps).toEqual([landed[2]?.landedCommit]);
  expect((await mirror.log(base, REF, 9)).map(({ commit }) => commit).toReversed()).toEqual(landed.map((entry) => entry.landedCommit));
  const moved = (await publishedEvents(database.db)).filter(({ type }) => type === 'target.moved').map(({ data }) => data);
  expect(moved).toEqual([
    expect.objectContaining({ from: base, by: 'queue', files: ['a.txt', 'b.txt', 'c.txt'], change_request_ids: entries.map(({ id }) => id) }),
  ]);
});

test('the culprit of a failed build is found and set aside as such; the others land without a penalty', async () => {
  const { verify } = checks(async (content) => (await content('c.txt')) === 'broken\n');
  const queue = queueWith({ verify, ...oneLane });
  await setBatch(4);
  const ids: string[] = [];
  for (const [name, text] of [
    ['a.txt', 'A\n'],
    ['b.txt', 'B\n'],
    ['c.txt', 'broken\n'],
    ['d.txt', 'D\n'],
  ] as const)
    ids.push((await submitted(queue, { [name]: text })).id);
  queue.start();
  const ended = [];
  for (const id of ids) ended.push(await untilEnded(queue, id));
  expect(ended.map((entry) => [entry.state, entry.retries])).toEqual([
    ['landed', 0],
    ['landed', 0],
    ['quarantined', 0],
    ['landed', 0],
  ]);
  const culprit = ended[2];
  expect(culprit?.quarantine).toMatchObject({ kind: 'checks_failed', attribution: { kind: 'own' } });
  expect(culprit?.attribution?.runs.map(({ role, passed }) => [role, passed])).toContainEqual(['again', false]);
  expect(await read('c.txt')).toBe('c\n');
  expect((await queue.schedule(KEY)).batchLimit).toBeLessThan(4);
});

test('two changes that pass apart and fail together: the later one is set aside as an interaction that names the earlier', async () => {
  const { verify } = checks(async (content) => (await content('a.txt')) === 'A\n' && (await content('b.txt')) === 'B\n');
  const queue = queueWith({ verify, scheduling: async () => ({ lanes: 2 }) });
  const a = await submitted(queue, { 'a.txt': 'A\n' });
  const b = await submitted(queue, { 'b.txt': 'B\n' });
  queue.start();
  const ended = [await untilEnded(queue, a.id), await untilEnded(queue, b.id)];
  const [landed, aside] = ended[0]?.state === 'landed' ? ended : ended.toReversed();
  expect([landed?.state, aside?.state]).toEqual(['landed', 'quarantined']);
  expect(aside?.quarantine).toMatchObject({ kind: 'checks_failed', attribution: { kind: 'interaction', with: [landed?.id] } });
});

test('a change that passes on its own base and fails on the head is an interaction, one that fails on both is its own fault', async () => {
  const { verify } = checks(async (content) => (await content('a.txt')) === 'A\n' && (await content('b.txt')) !== 'b\n');
  const queue = queueWith({ verify }, true);
  await untilEnded(queue, (await submitted(queue, { 'a.txt': 'A\n' })).id);
  const together = await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' })).id);
  expect(together.attribution).toMatchObject({
    kind: 'interaction',
    runs: [{ role: 'candidate' }, { role: 'again' }, { role: 'submitted', passed: true }],
  });
});

test('a tree that fails and passes is a flake: it lands, and says so', async () => {
  let runs = 0;
  const queue = queueWith({ verify: async () => ((runs += 1) === 1 ? FAILED : PASSED) }, true);
  const entry = await untilEnded(queue, (await submitted(queue, { 'a.txt': 'A\n' })).id);
  expect(entry).toMatchObject({ state: 'landed', retries: 0, attribution: { kind: 'flake' } });
  const verified = (await queue.journal(entry.id)).find(({ event }) => event === 'verified');
  expect(verified?.detail['attribution']).toMatchObject({ kind: 'flake' });
});

test('a target that fails without the change sets nobody aside until its patience ends, and lands when the head is mended', async () => {
  const { verify } = checks(async (content) => (await content('c.txt')) === 'c\n');
  let looks = 0;
  const clock = { now: () => new Date(Date.now() + (looks += 1) * 5_000) };
  const queue = queueWith({ verify, clock, settings: { headPatienceMs: 3_600_000 } }, true);
  const victim = await submitted(queue, { 'a.txt': 'A\n' });
  while (!(await journal(queue, victim.id)).includes('head.failing')) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await queue.get(victim.id)).toMatchObject({ retries: 0, quarantine: null, attribution: { kind: 'inherited' } });
  await untilEnded(queue, (await submitted(queue, { 'c.txt': 'mended\n' })).id);
  expect(await untilEnded(queue, victim.id)).toMatchObject({ state: 'landed', retries: 0 });
});

test('a member dropped while its build is verified takes nobody with it', async () => {
  const held = gate();
  const queue = queueWith({ verify: held.verify, ...oneLane });
  await setBatch(4);
  const a = await submitted(queue, { 'a.txt': 'A\n' });
  const b = await submitted(queue, { 'b.txt': 'B\n' });
  const c = await submitted(queue, { 'c.txt': 'C\n' });
  queue.start();
  await held.waitFor(1);
  await queue.drop(b.id, 'not wanted', 'person:mia');
  await held.waitFor(2);
  expect(held.requests[0]?.signal.aborted).toBe(true);
  held.release(1);
  expect([(await untilEnded(queue, a.id)).state, (await untilEnded(queue, c.id)).state]).toEqual(['landed', 'landed']);
  expect(await read('b.txt')).toBe('b\n');
});

test('what depends on another is put on top of it in the same build, and waits visibly when the other is set aside', async () => {
  const { verify } = checks(async (content) => (await content('a.txt')) === 'broken\n');
  const queue = queueWith({ verify });
  const first = await submitted(queue, { 'a.txt': 'broken\n' });
  const second = await submitted(queue, { 'b.txt': 'B\n' }, { intent: { scope: ['**'], depends_on: [first.id] } });
  queue.start();
  await untilState(queue, first.id, ['quarantined']);
  await expect
    .poll(async () => (await queue.schedule(KEY)).waiting.get(second.id)?.wait)
    .toEqual({ kind: 'depends_on', ids: [first.id], stuck: [first.id] });
  expect(await queue.get(second.id)).toMatchObject({ state: 'queued', retries: 0 });
});

test('a paused target takes submissions and lands nothing, over a restart; resumed it goes on', async () => {
  const queue = queueWith({}, true);
  await queue.pauseTarget(KEY, { by: 'person:mia', reason: 'Release day' });
  const entry = await submitted(queue, { 'a.txt': 'A\n' });
  await queue.stop(1000);
  const other = queueWith({}, true);
  expect(await other.schedule(KEY)).toMatchObject({ control: 'paused', controlBy: 'person:mia', controlReason: 'Release day' });
  expect((await other.schedule(KEY)).waiting.get(entry.id)).toEqual({ wait: { kind: 'paused' }, expectedAtMs: null });
  await expect(other.drainTarget(KEY, { by: 'person:mia' })).rejects.toMatchObject({ kind: 'conflict', code: 'already_paused' });
  expect((await other.get(entry.id))?.state).toBe('queued');
  await other.resumeTarget(KEY, { by: 'person:max' });
  expect((await untilEnded(other, entry.id)).state).toBe('landed');
  expect((await other.controls(KEY)).map(({ event, actor }) => [event, actor])).toEqual([
    ['queue_target.paused', 'person:mia'],
    ['queue_target.resumed', 'person:max'],
  ]);
});

test('a pause while checks run lets them end and lands nothing until it is lifted', async () => {
  const held = gate();
  const queue = queueWith({ verify: held.verify }, true);
  const entry = await submitted(queue, { 'a.txt': 'A\n' });
  await held.waitFor(1);
  await queue.pauseTarget(KEY, { by: 'person:mia' });
  held.release(0);
  await untilState(queue, entry.id, ['publishing']);
  expect((await queue.schedule(KEY)).waiting.get(entry.id)?.wait).toEqual({ kind: 'paused' });
  expect(await mirror.resolve(REF)).toBe(base);
  await queue.resumeTarget(KEY, { by: 'person:mia' });
  expect((await untilEnded(queue, entry.id)).state).toBe('landed');
});

test('a draining target lands what was begun, begins nothing, and is paused then', async () => {
  const held = gate();
  const queue = queueWith({ verify: held.verify, ...oneLane }, true);
  const begun = await submitted(queue, { 'a.txt': 'A\n' });
  await held.waitFor(1);
  const waiting = await submitted(queue, { 'b.txt': 'B\n' });
  await queue.drainTarget(KEY, { by: 'person:mia' });
  held.release(0);
  expect((await untilEnded(queue, begun.id)).state).toBe('landed');
  await expect.poll(async () => (await queue.schedule(KEY)).control).toBe('paused');
  expect((await queue.controls(KEY)).map(({ event }) => event)).toEqual(['queue_target.draining', 'queue_target.drained']);
  expect((await queue.get(waiting.id))?.state).toBe('queued');
  expect(held.requests).toHaveLength(1);
});

test('a submission far behind its target is marked, its rebase tried, and the submitter told of the conflict', async () => {
  const queue = queueWith({ scheduling: async () => ({ freshnessBudget: 1 }) }, true);
  for (const text of ['1\n', '2\n', '3\n']) {
    const head = (await mirror.resolve(REF)) ?? '';
    await untilEnded(queue, (await submitted(queue, { 'a.txt': text }, { base: head, taskId: `task${text.trim()}` })).id);
  }
  await queue.stop(1000);
  const clean = await submitted(queue, { 'b.txt': 'B\n' });
  expect(clean.freshness).toMatchObject({ behind: 3, overBudget: true, rebase: 'clean' });
  const conflicting = await submitted(queue, { 'a.txt': 'mine\n' }, { taskId: 'late' });
  expect(conflicting.freshness).toMatchObject({ rebase: 'conflict', paths: ['a.txt'] });
  expect(conflicting.notes).toEqual(['It was made 3 commits behind its target and does not merge as it stands: a.txt.']);
  expect((await queue.journal(clean.id))[0]?.detail['freshness']).toMatchObject({ behind: 3, over_budget: true });
});

test('files that another task has claimed are refused at admission until the claim ends', async () => {
  const queue = queueWith();
  const claim = { ...KEY, taskId: 'holder', globs: ['a.txt', 'src/**'], ttlMs: 60_000 };
  expect(await queue.claimScope(claim)).toMatchObject({ kind: 'claimed' });
  expect(await queue.claimScope({ ...claim, taskId: 'other', globs: ['src/cart/*.ts'] })).toEqual({
    kind: 'held',
    by: [{ taskId: 'holder', globs: claim.globs }],
  });
  expect(await queue.claimScope({ ...claim, taskId: 'other', globs: ['test/**'] })).toMatchObject({ kind: 'claimed' });
  const document = await documentOf(mirror, { 'a.txt': 'A\n' }, { base, taskId: 'other' });
  expect(await queue.submit(document, CONTEXT)).toMatchObject({ ok: false, error: [{ code: 'owned_by_other_task', path: 'a.txt' }] });
  expect(await queue.submit(await documentOf(mirror, { 'a.txt': 'A\n' }, { base, taskId: 'holder' }), CONTEXT)).toMatchObject({ ok: true });
  expect(await queue.renewScope({ ...KEY, taskId: 'holder', ttlMs: 60_000 })).toBe(true);
  await database.db.run(sql`update queue_scope_claims set expires_at = clock_timestamp() - interval '1 second' where task_id = 'holder'`);
  expect(await queue.renewScope({ ...KEY, taskId: 'holder', ttlMs: 60_000 })).toBe(false);
  expect((await queue.claims(KEY)).map(({ taskId }) => taskId)).toEqual(['other']);
  expect(await queue.submit(document, CONTEXT)).toMatchObject({ ok: true });
});

test('a project may let lanes land and verify the combined tree right after: the landing that breaks it is taken back', async () => {
  const { trees, verify } = checks(async (content) => (await content('a.txt')) === 'A\n' && (await content('b.txt')) === 'B\n');
  const held = gate();
  let gated = true;
  const queue = queueWith({
    verify: (request) => (gated ? held.verify(request) : verify(request)),
    scheduling: async () => ({ lanes: 2, combined: 'after' }),
  });
  const a = await submitted(queue, { 'a.txt': 'A\n' });
  const b = await submitted(queue, { 'b.txt': 'B\n' });
  queue.start();
  await held.waitFor(2);
  gated = false;
  held.release(0);
  await untilEnded(queue, a.id);
  held.release(1);
  const aside = await untilState(queue, b.id, ['quarantined']);
  expect(aside.quarantine).toMatchObject({ kind: 'checks_failed', attribution: { kind: 'interaction' } });
  expect(await journal(queue, b.id)).toEqual(['submitted', 'merge.started', 'merged', 'verified', 'lanes.combined', 'landed', 'reverted']);
  expect([await read('a.txt'), await read('b.txt')]).toEqual(['A\n', 'b\n']);
  expect(trees).toContain(aside.landedTree);
  expect(await mirror.log(base, REF, 9)).toHaveLength(3);
  expect(await database.db.one(sql`select audit from queue_targets`)).toEqual({ audit: null });
});

test('what landed on top of a broken combined tree and needs the culprit goes back to the queue with it; the rest stays', async () => {
  const held = gate();
  const queue = queueWith({ verify: held.verify, settings: { concurrency: 8 }, scheduling: async () => ({ lanes: 3, combined: 'after' }) });
  const a = await submitted(queue, { 'a.txt': 'A\n' });
  const culprit = await submitted(queue, { 'b.txt': 'B\n' });
  queue.start();
  await held.waitFor(2);
  const at = (entry: QueueEntry): number => held.requests.findIndex((request) => request.entry.id === entry.id);
  held.release(at(a));
  await untilEnded(queue, a.id);
  held.release(at(culprit));
  await untilEnded(queue, culprit.id);
  await held.waitFor(3);
  const dependent = await submitted(queue, { 'c.txt': 'C\n' }, { intent: { scope: ['**'], depends_on: [culprit.id] } });
  await held.waitFor(4);
  held.release(3);
  await untilEnded(queue, dependent.id);
  held.release(2, FAILED);
  await held.waitFor(5);
  const waiting = await submitted(queue, { 'd.txt': 'D\n' });
  await held.waitFor(6);
  held.release(5);
  await untilState(queue, waiting.id, ['publishing']);
  held.release(4, FAILED);
  await held.waitFor(7);
  // The tree before the culprit passes: it is to blame, not what was there.
  expect(held.requests[6]?.tree).toBe((await queue.get(a.id))?.landedTree);
  held.release(6);
  expect(await untilState(queue, culprit.id, ['quarantined'])).toMatchObject({ attribution: { kind: 'interaction' } });
  expect(await queue.get(dependent.id)).toMatchObject({ state: 'queued', retries: 0, quarantine: null, landedCommit: null });
  expect((await queue.journal(dependent.id)).at(-1)).toMatchObject({ event: 'reverted', detail: { culprit: culprit.id } });
  expect((await queue.schedule(KEY)).waiting.get(dependent.id)?.wait).toEqual({ kind: 'depends_on', ids: [culprit.id], stuck: [culprit.id] });
  await held.waitFor(8);
  held.release(7);
  expect((await untilEnded(queue, waiting.id)).state).toBe('landed');
  expect([await read('a.txt'), await read('b.txt'), await read('c.txt'), await read('d.txt')]).toEqual(['A\n', 'b\n', 'c\n', 'D\n']);
});

test('a combined tree that fails as the target did before it takes nothing back', async () => {
  const held = gate();
  const queue = queueWith({ verify: held.verify, scheduling: async () => ({ lanes: 2, combined: 'after' }) });
  const entries = [await submitted(queue, { 'a.txt': 'A\n' }), await submitted(queue, { 'b.txt': 'B\n' })];
  queue.start();
  await held.waitFor(2);
  held.release(0);
  await untilEnded(queue, held.requests[0]?.entry.id ?? '');
  held.release(1);
  await untilEnded(queue, held.requests[1]?.entry.id ?? '');
  for (const run of [3, 4, 5]) {
    await held.waitFor(run);
    held.release(run - 1, FAILED);
  }
  await expect.poll(() => database.db.one(sql`select audit from queue_targets`)).toEqual({ audit: null });
  for (const { id } of entries) expect((await queue.get(id))?.state).toBe('landed');
});

/** Follows the landed (and reverted) rows of the journal from the base: the commit they lead to. */
async function replay(queue: MergeQueue, ids: readonly string[]): Promise<string> {
  const rows = (await Promise.all(ids.map((id) => queue.journal(id)))).flat().filter(({ event }) => event === 'landed' || event === 'reverted');
  let at = base;
  for (let next = rows.find(({ detail }) => detail['head'] === at); next !== undefined; next = rows.find(({ detail }) => detail['head'] === at)) {
    at = next.detail['commit'] as string;
    expect(await mirror.treeOf(at)).toBe(next.detail['tree']);
  }
  return at;
}

const POINTS = ['queue.merge.after', 'queue.verify.after', 'queue.publish.before', 'queue.publish.after', 'queue.land.recorded'];
const DEATHS = [
  ...POINTS.map((point) => ({ point, scheduling: { lanes: 1 } })),
  ...['queue.verify.after:2', 'queue.publish.after:2', 'queue.land.recorded:2'].map((point) => ({ point, scheduling: { lanes: 2 } })),
  ...['queue.publish.before:2', 'queue.publish.after:2'].map((point) => ({ point, scheduling: { lanes: 2, combined: 'after' as const } })),
];
test.each(LONG ? DEATHS : DEATHS.slice(-3))(
  'a worker killed at $point with builds of several ($scheduling) loses nothing and lands nothing twice',
  async ({ point, scheduling }) => {
    const before = queueWith();
    await setBatch(3);
    const ids: string[] = [];
    for (const name of ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt']) ids.push((await submitted(before, { [name]: 'new\n' })).id);
    expect(await dieAt({ url: database.url, repository: source, crashAt: point, document: null, scheduling })).toBe('SIGKILL');
    const queue = queueWith({ scheduling: async () => scheduling }, true);
    for (const id of ids) expect(await untilEnded(queue, id)).toMatchObject({ state: 'landed', retries: 0 });
    expect(await mirror.log(base, REF, 20)).toHaveLength(5);
    expect(await replay(queue, ids)).toBe(await mirror.resolve(REF));
    const landings = (await publishedEvents(database.db)).filter(({ type }) => type === 'change_request.landed').map(({ subject }) => subject);
    expect(landings.toSorted()).toEqual(ids.toSorted());
    await expect.poll(() => database.db.one(sql`select audit from queue_targets`)).toEqual({ audit: null });
  },
);
