import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createWork } from './index.ts';

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
