import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createOutbox } from '#platform/outbox/index.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createWork, type WorkItem } from '#modules/work/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createDelivery, type Delivery } from './commands.ts';
import { createDeliveryStore } from './store.ts';

describe('starting a story', () => {
  let database: TestDatabase;
  let delivery: Delivery;
  let ready: WorkItem;
  const started: string[] = [];
  const status = { status: 'running' as const, error: null };

  beforeAll(async () => {
    database = await createTestDatabase();
    const { db } = database;
    const clock = systemClock;
    const ids = createIds(clock);
    const ledger = createLedger({ db });
    const outbox = createOutbox({ db, log: silentLog, clock, ids });
    const base = { db, clock, ids, ledger, outbox };
    const projects = createProjects(base);
    const work = createWork(base);
    const workflow = {
      start: async (_tx: unknown, _name: string, id: string) => {
        started.push(id);
      },
      status: async (id: string) => (started.includes(id) ? status : null),
    };
    delivery = createDelivery({ ...base, store: createDeliveryStore(), work, projects, workflow });
    const project = await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
    const repository = await projects.addRepository(
      { projectId: project.id, forge: 'local', name: 'a/b', defaultBranch: 'main', allowlisted: true },
      SYSTEM_ACTOR,
    );
    ready = await db.tx((tx) =>
      work.create(tx, { projectId: project.id, repositoryId: repository.id, title: 'Cart', number: 1, source: 'local', labels: ['AI-Ready'] }),
    );
  });

  afterAll(() => database.close());

  it('makes one story of an issue, however many events tell of it at once', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => delivery.startIfReady(ready.id, null)));
    expect(made.filter((story) => story !== null)).toHaveLength(1);
    expect(started).toEqual([`delivery.story:${ready.id}:1`]);
  });

  it('answers the story under way when asked to orchestrate again', async () => {
    expect((await delivery.orchestrate(ready.id, SYSTEM_ACTOR)).generation).toBe(1);
    expect(started).toHaveLength(1);
  });

  it('refuses an issue that is not there', async () => {
    await expect(delivery.orchestrate('iss_00000000000000000000000000', SYSTEM_ACTOR)).rejects.toMatchObject({ kind: 'not_found' });
  });
});
