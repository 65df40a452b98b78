import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createStandingQueries, createWork, type WorkState } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('a list of open items leaves out those that have ended', async () => {
  const deps = { db: database.db, clock: systemClock, ids: createIds(systemClock), ...createRecorder() };
  const { id: projectId } = await createProjects(deps).create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  const work = createWork(deps);
  const [going, ended] = await database.db.tx(async (tx) => {
    const items = [await work.create(tx, { projectId, title: 'Going' }), await work.create(tx, { projectId, title: 'Ended' })] as const;
    await work.transition(tx, items[1].id, 'declined', 'not now', 'system');
    return items;
  });
  const titles = async (open?: boolean) => (await work.list({ projectId, open, limit: 10 })).items.map(({ id }) => id);
  expect(await titles(true)).toEqual([going.id]);
  expect(await titles()).toEqual([going.id, ended.id]);
  expect(await titles(false)).toEqual([going.id, ended.id]);
});

test('whether any issue came to its end well is told from work that is still on its way, or was given up', async () => {
  const deps = { db: database.db, clock: systemClock, ids: createIds(systemClock), ...createRecorder() };
  const { id: projectId } = await createProjects(deps).create({ key: 'store', name: 'Store' }, SYSTEM_ACTOR);
  const work = createWork(deps);
  const { hasMerged } = createStandingQueries(database.db);
  const move = (id: string, to: WorkState) => database.db.tx((tx) => work.transition(tx, id, to, 'As a test wants it.', 'system'));
  const { id } = await database.db.tx((tx) => work.create(tx, { projectId, title: 'On its way' }));
  for (const state of ['triaged', 'planned', 'awaiting_approval', 'in_progress'] as const) await move(id, state);
  expect(await hasMerged()).toBe(false);
  await move(id, 'merged');
  expect(await hasMerged()).toBe(true);
});
