import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { openContext, type Context } from '#app/context.ts';
import { REPOSITORY, seed } from '#modules/merge-queue/__fixtures__/estate.ts';
import { acquireLease, leaseOwner } from '#modules/merge-queue/store.targets.ts';
import type { Queryable } from '#platform/db/index.ts';
import { markLost } from '#platform/workflow/store.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

/*
 * "A worker is declared lost": what tells so is the id under which its workflows run, what it held is written under its name as a worker. A
 * process as it really is, by the names it gives itself; the other one is only a name, because a process has one engine.
 */
let database: TestDatabase;
let folder: string;
let context: Context;

beforeEach(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-lease-'));
  await seed(database.db);
  context = await openContext(loadAppConfig({ REEVE_DATABASE_URL: database.url, REEVE_DATA_DIR: folder }, folder));
  await context.workflow.launch({ worker: true });
});
afterEach(async () => {
  await context.workflow.stop(0);
  await context.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the targets of a worker that was declared lost are taken at once by another, and not by itself', async () => {
  const key = { repositoryId: REPOSITORY, target: 'ai-1' };
  const take = (on: Queryable, workerId: string, target = key.target) =>
    acquireLease(on, { ...key, target }, leaseOwner(workerId, 'controller'), 60_000);
  expect(await take(context.db, context.workerId)).toMatchObject({ epoch: 1 });
  expect(await take(context.db, 'other')).toBeUndefined();
  // Unseen by the process, which would register again at once.
  await database.db.tx(async (tx) => {
    await markLost(tx, context.workerId, 'other');
    expect(await take(tx, context.workerId, 'ai-2')).toBeUndefined();
    expect(await take(tx, 'other')).toMatchObject({ epoch: 2 });
  });
});
