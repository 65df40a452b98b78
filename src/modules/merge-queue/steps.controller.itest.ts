import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLedger } from '#modules/ledger/index.ts';
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
  type DocumentParts,
  type Repository,
} from './__fixtures__/estate.ts';
import type { MergeQueue } from './commands.ts';
import type { QueueEntry } from './model.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { acquireLease, releaseLease, renewLease } from './store.targets.ts';

let database: TestDatabase;
let source: Repository;
let mirror: Mirror;
let base: string;
let started: MergeQueue[];

const PASSED = { passed: true, checks: [] };

beforeEach(async () => {
  database = await createTestDatabase();
  await seed(database.db);
  source = createRepository();
  base = source.commit({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  mirror = await openMirrorOf(source);
  await mirror.compareAndSwap('refs/heads/ai-1', null, base);
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((queue) => queue.stop(0)));
  source.remove();
  await database.close();
});

function queueWith(more: Partial<MergeQueueDeps> = {}, start = true): MergeQueue {
  const queue = createQueueOn(database.db, async () => mirror, more);
  started.push(queue);
  if (start) queue.start();
  return queue;
}

async function submitted(
  queue: MergeQueue,
  files: Record<string, string | null>,
  parts: Partial<DocumentParts> = {},
  context: Partial<typeof CONTEXT> = {},
): Promise<QueueEntry> {
  const result = await queue.submit(await documentOf(mirror, files, { base, ...parts }), { ...CONTEXT, ...context });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const events = async (queue: MergeQueue, id: string): Promise<string[]> => (await queue.journal(id)).map((row) => row.event);
const read = async (file: string, ref = 'refs/heads/ai-1'): Promise<string | undefined> => (await mirror.readFile(ref, file))?.toString();

/** A commit somebody else makes on top of `on`. */
async function outsiderCommit(on: string, files: Record<string, string>): Promise<string> {
  const tree = await mirror.writeTree(
    on,
    Object.entries(files).map(([name, content]) => ({ path: name, content: Buffer.from(content) })),
  );
  return mirror.commit({ tree, parents: [on], message: 'From outside', author: { name: 'Eve', email: 'eve@example.test' }, atUnixS: 1_800_000_000 });
}

test('two workers on one database land every entry exactly once, one writer per target', async () => {
  const verifying = new Map<string, string[]>();
  let sharedTarget = false;
  const verify =
    (worker: string): MergeQueueDeps['verify'] =>
    async ({ entry }) => {
      const workers = [...(verifying.get(entry.target) ?? []), worker];
      verifying.set(entry.target, workers);
      sharedTarget ||= new Set(workers).size > 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      verifying.set(entry.target, (verifying.get(entry.target) ?? []).toSpliced(0, 1));
      return PASSED;
    };
  const one = queueWith({ verify: verify('one'), workerId: 'one' });
  const two = queueWith({ verify: verify('two'), workerId: 'two' });
  const entries: QueueEntry[] = [];
  for (let at = 0; at < 12; at += 1)
    entries.push(await submitted(at % 2 === 0 ? one : two, { [`f${at}.txt`]: `${at}\n` }, { taskId: `task_${at}`, target: `ai-${at % 3}` }));
  for (const entry of entries) expect(await untilEnded(one, entry.id)).toMatchObject({ state: 'landed' });
  expect(sharedTarget).toBe(false);
  for (const target of ['ai-0', 'ai-1', 'ai-2']) expect(await mirror.log(base, `refs/heads/${target}`, 50)).toHaveLength(4);
  expect((await publishedEvents(database.db)).filter((event) => event.type === 'change_request.landed')).toHaveLength(12);
  expect(await createLedger({ db: database.db }).verify()).toMatchObject({ verified: true });
});

test('a lease belongs to one owner until it runs out, and each take-over raises its epoch', async () => {
  const key = { repositoryId: REPOSITORY, target: 't' };
  const first = await acquireLease(database.db, key, 'one', 60_000);
  expect(first).toMatchObject({ owner: 'one', epoch: 1 });
  expect(await acquireLease(database.db, key, 'two', 60_000)).toBeUndefined();
  await database.db.run(sql`update queue_targets set lease_expires_at = now() - interval '1 second'`);
  expect(await acquireLease(database.db, key, 'two', 60_000)).toMatchObject({ owner: 'two', epoch: 2 });
  if (first === undefined) throw new Error('no lease');
  expect(await renewLease(database.db, first, 60_000)).toBe(false);
  await releaseLease(database.db, first);
  expect(await acquireLease(database.db, key, 'three', 60_000)).toBeUndefined();
});

const robLease = () =>
  database.db.run(sql`update queue_targets set lease_owner = 'thief', lease_epoch = lease_epoch + 1, lease_expires_at = now() + interval '1 hour'`);

test('a worker whose lease was taken while it verified moves neither row nor branch', async () => {
  let robbed = false;
  const queue = queueWith({
    verify: async () => {
      await robLease();
      robbed = true;
      return PASSED;
    },
  });
  const entry = await submitted(queue, { 'b.txt': 'B\n' });
  while (!robbed) await new Promise((resolve) => setTimeout(resolve, 10));
  await queue.stop(5000);
  expect(await queue.get(entry.id)).toMatchObject({ state: 'verifying' });
  expect(await mirror.resolve('refs/heads/ai-1')).toBe(base);
  await database.db.run(sql`update queue_targets set lease_owner = null`);
  expect(await untilEnded(queueWith(), entry.id)).toMatchObject({ state: 'landed' });
});

test('while the branch is being moved nobody can take the lease', async () => {
  const order: string[] = [];
  let rob: Promise<unknown> = Promise.resolve();
  const watched: Mirror = {
    ...mirror,
    async compareAndSwap(ref, expected, to) {
      rob = robLease().then(() => order.push('lease taken'));
      for (let blocked = 0; blocked === 0 && order.length === 0;) {
        blocked = (
          await database.db.one<{ n: number }>(
            sql`select count(*) as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query like 'update queue_targets set lease_owner = ''thief''%'`,
          )
        ).n;
      }
      order.push('branch moved');
      return mirror.compareAndSwap(ref, expected, to);
    },
  };
  const queue = createQueueOn(database.db, async () => watched);
  started.push(queue);
  queue.start();
  const entry = await submitted(queue, { 'b.txt': 'B\n' });
  expect(await untilEnded(queue, entry.id)).toMatchObject({ state: 'landed' });
  await rob;
  expect(order).toEqual(['branch moved', 'lease taken']);
});

test('a target that an outsider moved meanwhile is taken in, never overwritten', async () => {
  let moved = '';
  const verified: string[] = [];
  const queue = queueWith({
    verify: async ({ tree }) => {
      verified.push(tree);
      if (moved === '') {
        moved = await outsiderCommit(base, { 'c.txt': 'outside\n' });
        await mirror.compareAndSwap('refs/heads/ai-1', base, moved);
      }
      return PASSED;
    },
  });
  const landed = await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' })).id);
  expect(landed).toMatchObject({ state: 'landed', baseMoves: 1 });
  expect(await mirror.isAncestor(moved, 'refs/heads/ai-1')).toBe(true);
  expect([await read('b.txt'), await read('c.txt')]).toEqual(['B\n', 'outside\n']);
  expect(verified).toHaveLength(2);
  expect(verified[1]).toBe(landed.landedTree);
  expect(await events(queue, landed.id)).toEqual([
    'submitted',
    'merge.started',
    'merged',
    'verified',
    'target.moved',
    'merged',
    'verified',
    'landed',
  ]);
});

test('checks are not run again when the moved target comes to the same tree', async () => {
  let runs = 0;
  const queue = queueWith({
    verify: async () => {
      runs += 1;
      await mirror.compareAndSwap('refs/heads/ai-1', base, await outsiderCommit(base, {}));
      return PASSED;
    },
  });
  expect(await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' })).id)).toMatchObject({ state: 'landed', baseMoves: 1 });
  expect(runs).toBe(1);
});

test('a target that keeps moving is given up after the allowed number of times', async () => {
  let on = base;
  const queue = queueWith({
    settings: { maxBaseMoves: 2 },
    verify: async () => {
      const next = await outsiderCommit(on, { 'c.txt': `${on}\n` });
      await mirror.compareAndSwap('refs/heads/ai-1', on, next);
      on = next;
      return PASSED;
    },
  });
  expect(await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' })).id)).toMatchObject({
    state: 'quarantined',
    quarantine: { kind: 'retries_exhausted' },
    baseMoves: 2,
  });
  expect(await mirror.resolve('refs/heads/ai-1')).toBe(on);
});

test('what somebody pushed to the branch at the source is taken in before landing', async () => {
  const queue = queueWith();
  source.git('checkout', '--quiet', '-b', 'ai-1');
  const pushed = source.commit({ 'c.txt': 'pushed\n' });
  await mirror.fetch();
  const landed = await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' })).id);
  expect(await mirror.log(base, landed.landedCommit ?? '', 5)).toHaveLength(2);
  expect(await mirror.isAncestor(pushed, 'refs/heads/ai-1')).toBe(true);
});

/** Merges at the source as a forge would: only when its branch still is where the queue verified. */
function forgeMerge(onCall: (call: number) => void = () => undefined): { calls: string[]; publish: NonNullable<MergeQueueDeps['publishByAction']> } {
  const calls: string[] = [];
  return {
    calls,
    async publish(_actionId, { baseSha, tree, entry }) {
      onCall(calls.length);
      calls.push(baseSha);
      if (source.git('rev-parse', 'main') !== baseSha) return { kind: 'base_moved' };
      source.git('fetch', '--quiet', mirror.dir, entry.candidate?.commit ?? '');
      const commit = source.git('commit-tree', tree, '-p', baseSha, '-m', 'Merged at the forge');
      source.git('update-ref', 'refs/heads/main', commit, baseSha);
      return { kind: 'landed', commit };
    },
  };
}

test('an entry published by an action lands at the source; when the base moved it is merged and verified again', async () => {
  const forge = forgeMerge((call) => {
    if (call === 0) source.commit({ 'c.txt': 'meanwhile\n' });
  });
  const verified: string[] = [];
  const queue = queueWith({
    publishByAction: forge.publish,
    verify: async ({ tree }) => {
      verified.push(tree);
      return PASSED;
    },
  });
  const entry = await submitted(queue, { 'b.txt': 'B\n' }, { target: 'main' }, { publish: { kind: 'action', actionId: 'act_1' } });
  const landed = await untilEnded(queue, entry.id);
  expect(landed).toMatchObject({
    state: 'landed',
    baseMoves: 1,
    landedCommit: source.git('rev-parse', 'main'),
    landedTree: source.git('rev-parse', 'main^{tree}'),
  });
  expect(forge.calls).toHaveLength(2);
  expect(verified).toEqual([expect.any(String), landed.landedTree]);
  expect([await read('b.txt', 'refs/remotes/source/main'), await read('c.txt', 'refs/remotes/source/main')]).toEqual(['B\n', 'meanwhile\n']);
  expect(await mirror.resolve('refs/heads/main')).toBeNull();
});

test('an action that refuses, and a branch the source does not have, set the entry aside with the sentence', async () => {
  const queue = queueWith({ publishByAction: async () => ({ kind: 'refused', detail: 'The approval expired.' }) });
  const publish = { kind: 'action' as const, actionId: 'act_1' };
  const refused = await submitted(queue, { 'b.txt': 'B\n' }, { target: 'main', taskId: 'one' }, { publish });
  expect((await untilEnded(queue, refused.id)).quarantine).toEqual({ kind: 'publish_refused', detail: 'The approval expired.' });
  const nowhere = await submitted(queue, { 'b.txt': 'B\n' }, { target: 'gone', taskId: 'two' }, { publish });
  expect((await untilEnded(queue, nowhere.id)).quarantine).toEqual({ kind: 'publish_refused', detail: 'The source has no branch gone.' });
});

test('an entry to be published by an action is refused where no action can publish', async () => {
  const result = await queueWith({}, false).submit(await documentOf(mirror, { 'b.txt': 'B\n' }, { base }), {
    ...CONTEXT,
    publish: { kind: 'action', actionId: 'act_1' },
  });
  expect(result).toMatchObject({ ok: false, error: [{ code: 'publish_unavailable' }] });
});

/** A clock on which a minute passes at every look: back-offs run out without waiting. */
function hastyClock(): MergeQueueDeps['clock'] {
  let looks = 0;
  return {
    now() {
      looks += 1;
      return new Date(Date.now() + looks * 60_000);
    },
  };
}

test('checks that could not be run are tried again and do not blame the change', async () => {
  let runs = 0;
  const queue = queueWith({
    clock: hastyClock(),
    verify: async () => {
      runs += 1;
      if (runs === 1) throw new Error('no sandbox');
      return runs === 2
        ? { passed: false, infrastructure: true, checks: [{ name: 'test', command: 't', exit_code: null, output: 'disk full' }] }
        : PASSED;
    },
  });
  const landed = await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' })).id);
  expect(landed).toMatchObject({ state: 'landed', retries: 2 });
  const faults = (await queue.journal(landed.id)).filter((row) => row.event === 'fault').map((row) => row.detail['error']);
  expect(faults).toEqual(['no sandbox', 'The checks could not be run: disk full']);
});

test('faults without end set the entry aside with the last one, and others go on', async () => {
  const queue = queueWith({
    clock: hastyClock(),
    settings: { maxRetries: 2 },
    verify: async ({ entry }) => {
      if (entry.taskId === 'broken') throw new Error('no sandbox');
      return PASSED;
    },
  });
  const broken = await submitted(queue, { 'b.txt': 'B\n' }, { taskId: 'broken' });
  const fine = await submitted(queue, { 'a.txt': 'A\n' }, { taskId: 'fine' });
  expect(await untilEnded(queue, fine.id)).toMatchObject({ state: 'landed' });
  expect((await untilEnded(queue, broken.id)).quarantine).toEqual({
    kind: 'retries_exhausted',
    detail: 'Tried 3 times; the last error was: no sandbox',
  });
});

test('a swap whose record failed is recognised on the branch and only recorded', async () => {
  let failed = false;
  const flaky: Mirror = {
    ...mirror,
    async compareAndSwap(ref, expected, to) {
      const swapped = await mirror.compareAndSwap(ref, expected, to);
      if (failed) return swapped;
      failed = true;
      throw new Error('the answer got lost');
    },
  };
  const queue = createQueueOn(database.db, async () => flaky, { clock: hastyClock() });
  started.push(queue);
  queue.start();
  const landed = await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' })).id);
  expect(landed).toMatchObject({ state: 'landed', retries: 1 });
  expect(await mirror.log(base, 'refs/heads/ai-1', 5)).toHaveLength(1);
});

test('stopping aborts checks that run on, hands the target back, and another worker finishes', async () => {
  let aborted = false;
  let running = false;
  const slow = queueWith({
    verify: ({ signal }) =>
      new Promise((_, reject) => {
        running = true;
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(new Error('aborted'));
        });
      }),
  });
  const entry = await submitted(slow, { 'b.txt': 'B\n' });
  while (!running) await new Promise((resolve) => setTimeout(resolve, 10));
  await slow.stop(50);
  expect(aborted).toBe(true);
  expect(await slow.get(entry.id)).toMatchObject({ state: 'verifying', retries: 0 });
  expect(await database.db.one(sql`select lease_owner from queue_targets`)).toEqual({ leaseOwner: null });
  expect(await untilEnded(queueWith(), entry.id)).toMatchObject({ state: 'landed' });
});

test.each(['queue.entry.stored', 'queue.merge.after', 'queue.verify.after', 'queue.publish.before', 'queue.publish.after', 'queue.land.recorded'])(
  'a worker killed at %s loses nothing and lands nothing twice',
  async (point) => {
    expect(
      await dieAt({ url: database.url, repository: source, crashAt: point, document: await documentOf(mirror, { 'b.txt': 'B\n' }, { base }) }),
    ).toBe('SIGKILL');
    const queue = queueWith();
    const [entry] = (await queue.list({ limit: 5 })).items;
    const landed = await untilEnded(queue, entry?.id ?? '');
    expect(landed).toMatchObject({ state: 'landed', landedCommit: await mirror.resolve('refs/heads/ai-1') });
    expect(await mirror.log(base, 'refs/heads/ai-1', 5)).toHaveLength(1);
    expect((await publishedEvents(database.db)).map((event) => event.type)).toEqual([
      'change_request.submitted',
      'change_request.landed',
      'target.moved',
    ]);
    expect((await events(queue, landed.id)).filter((event) => event === 'landed')).toHaveLength(1);
    expect(await createLedger({ db: database.db }).verify()).toMatchObject({ verified: true, entries: 2 });
  },
);

test('the journal of landed entries rebuilds the branch', async () => {
  const queue = queueWith();
  const entries: QueueEntry[] = [];
  for (const name of ['a.txt', 'b.txt', 'c.txt']) entries.push(await submitted(queue, { [name]: 'new\n' }, { taskId: name }));
  for (const entry of entries) await untilEnded(queue, entry.id);
  const landings = (await Promise.all(entries.map((entry) => queue.journal(entry.id))))
    .flat()
    .filter((row) => row.event === 'landed')
    .map((row) => row.detail);
  let at = base;
  for (let next = landings.find((row) => row['head'] === at); next !== undefined; next = landings.find((row) => row['head'] === at)) {
    at = next['commit'] as string;
    expect(await mirror.treeOf(at)).toBe(next['tree']);
  }
  expect(at).toBe(await mirror.resolve('refs/heads/ai-1'));
});
