import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import {
  CONTEXT,
  createQueueOn,
  createRepository,
  documentOf,
  openMirrorOf,
  REPOSITORY,
  seed,
  untilEnded,
  type Repository,
} from './__fixtures__/estate.ts';
import { acquireLease, holdLease, leaseOwner, listFreeTargets } from './store.targets.ts';

let database: TestDatabase;
let source: Repository;
let mirror: Mirror;
let base: string;

beforeEach(async () => {
  database = await createTestDatabase();
  await seed(database.db);
  source = createRepository();
  base = source.commit({ 'a.txt': 'a\n' });
  mirror = await openMirrorOf(source);
  await mirror.compareAndSwap('refs/heads/ai-1', null, base);
});
afterEach(async () => {
  source.remove();
  await database.close();
});

test('whoever looks for work passes over a target that is being written at this moment', async () => {
  const key = { repositoryId: REPOSITORY, target: 'ai-1' };
  const held = await acquireLease(database.db, key, 'one', 60_000);
  if (held === undefined) throw new Error('no lease');
  await database.db.run(sql`update queue_targets set lease_expires_at = now() - interval '1 second'`);
  const during = await database.db.tx(async (tx) => {
    expect(await holdLease(tx, held)).toBe(true);
    // Would wait for this transaction, which waits for it.
    return acquireLease(database.db, key, 'two', 60_000);
  });
  expect(during).toBeUndefined();
  expect(await acquireLease(database.db, key, 'two', 60_000)).toMatchObject({ owner: 'two', epoch: 2 });
});

test('a target whose holder was declared lost is free at once, and one whose holder lives is not', async () => {
  const key = { repositoryId: REPOSITORY, target: 'ai-1' };
  for (const id of ['dead', 'alive'])
    await database.db.run(sql`insert into executors (id, epoch, worker, version, host, pid, state) values (${id}, 1, true, '1', 'h', 1, 'live')`);
  const held = await acquireLease(database.db, key, leaseOwner('dead', 'c1'), 60_000);
  await database.db.run(sql`update queue_targets set audit = '{}'`);
  const look = async () => [await listFreeTargets(database.db), await acquireLease(database.db, key, leaseOwner('alive', 'c2'), 60_000)];
  expect(await look()).toEqual([[], undefined]);
  await database.db.run(sql`update executors set state = 'lost' where id = 'dead'`);
  expect(await look()).toEqual([[key], { ...key, owner: 'alive:c2', epoch: 2 }]);
  // Whoever was taken for dead and is not writes nothing any more, and the new holder keeps it.
  if (held === undefined) throw new Error('no lease');
  expect(await database.db.tx((tx) => holdLease(tx, held))).toBe(false);
  expect(await acquireLease(database.db, key, leaseOwner('dead', 'c1'), 60_000)).toBeUndefined();
});

test('a process that was declared lost takes no target, a new one neither, until it is registered again', async () => {
  const [known, fresh] = [
    { repositoryId: REPOSITORY, target: 'ai-1' },
    { repositoryId: REPOSITORY, target: 'ai-2' },
  ];
  await database.db.run(sql`insert into executors (id, epoch, worker, version, host, pid, state) values ('host:1-2', 1, true, '1', 'h', 1, 'lost')`);
  await database.db.run(sql`insert into queue_targets (repository_id, target) values (${REPOSITORY}, 'ai-1')`);
  const take = async () => [
    await acquireLease(database.db, known, leaseOwner('host:1-2', 'c1'), 60_000),
    await acquireLease(database.db, fresh, leaseOwner('host:1-2', 'c1'), 60_000),
  ];
  expect(await take()).toEqual([undefined, undefined]);
  expect(await acquireLease(database.db, known, leaseOwner('host', 'c2'), 60_000)).toMatchObject({ owner: 'host:c2' });
  await database.db.run(sql`update queue_targets set lease_owner = null`);
  await database.db.run(sql`update executors set state = 'live'`);
  expect(await take()).toMatchObject([{ owner: 'host:1-2:c1' }, { owner: 'host:1-2:c1' }]);
});

test('a landing whose git hangs keeps one heartbeat waiting, not one more connection at each beat', async () => {
  const waiting = async (): Promise<number> =>
    (
      await database.db.one<{ n: number }>(
        sql`select count(*) as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query like '%lease_expires_at = clock_timestamp()%'`,
      )
    ).n;
  let most = 0;
  const hanging: Mirror = {
    ...mirror,
    async compareAndSwap(ref, expected, to) {
      while ((most = await waiting()) === 0) await delay(5);
      for (let looks = 0; looks < 25; looks += 1) {
        await delay(10);
        most = Math.max(most, await waiting());
      }
      return mirror.compareAndSwap(ref, expected, to);
    },
  };
  const queue = createQueueOn(database.db, async () => hanging, { settings: { leaseTtlMs: 60 } });
  queue.start();
  try {
    const result = await queue.submit(await documentOf(mirror, { 'a.txt': 'A\n' }, { base }), CONTEXT);
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    expect(await untilEnded(queue, result.value.id)).toMatchObject({ state: 'landed' });
    expect(most).toBe(1);
  } finally {
    await queue.stop(0);
  }
});
