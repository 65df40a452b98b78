import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { sql } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import type { CheckResult } from '#ports/forge-read.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance } from '../../../test/kit/governance.ts';
import { createCiSteps } from './steps.ci.ts';
import type { DeliveryDeps } from './steps.context.ts';
import { createDeliveryStore } from './store.ts';

const HEAD = 'a'.repeat(40);
const LONG_AGO = new Date(0).toISOString();

let database: TestDatabase;
let steps: ReturnType<typeof createCiSteps>;
let checks: CheckResult[];

beforeAll(async () => {
  database = await createTestDatabase();
  const { db, ids, ledger, outbox } = createGovernance(database.db);
  const projects = createProjects({ db, clock: systemClock, ids, ledger, outbox: outbox as Partial<Outbox> as Outbox });
  const project = await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  const added = { projectId: project.id, forge: 'github' as const, name: 'acme/shop', defaultBranch: 'main', allowlisted: true };
  const repository = await projects.addRepository(added, SYSTEM_ACTOR);
  const item = { id: null, title: 'Totals', projectId: project.id, repositoryId: repository.id };
  const store = { ...createDeliveryStore(), currentStory: async () => ({}), pullOfWorkItem: async () => ({ headSha: HEAD }) };
  const forge = { checks: async () => checks };
  const parts = { db, ids, clock: systemClock, projects, store, work: { get: async () => item }, forge: () => forge, redact: (text: string) => text };
  steps = createCiSteps(parts as unknown as DeliveryDeps);
});
afterAll(() => database.close());

const passed = (name: string): CheckResult => ({ name, headSha: HEAD, conclusion: 'success', url: null, summary: '', id: name });
const ago = (seconds: number) => database.db.run(sql`update ci_results set created_at = created_at - make_interval(secs => ${seconds})`);

test('each new result is waited out, however long the commit has been there', async () => {
  checks = [passed('lint')];
  expect(await steps.readCi('iss_1', LONG_AGO)).toMatchObject({ kind: 'pending', waiting: [] });
  await ago(11);
  expect(await steps.readCi('iss_1', LONG_AGO)).toMatchObject({ kind: 'green', checks: ['lint'] });
  checks = [passed('lint'), passed('test')];
  expect(await steps.readCi('iss_1', LONG_AGO)).toMatchObject({ kind: 'pending', waiting: [] });
  await ago(11);
  expect(await steps.readCi('iss_1', LONG_AGO)).toMatchObject({ kind: 'green', checks: ['lint', 'test'] });
});

test('after a verdict only what it did not say is waited for', async () => {
  checks = [passed('lint'), passed('late'), { ...passed('deploy'), conclusion: 'pending' }];
  const now = new Date().toISOString();
  expect(await steps.readCi('iss_1', now, { kind: 'silent', waiting: ['deploy'], headSha: HEAD })).toMatchObject({
    kind: 'silent',
    waiting: ['deploy'],
  });
  expect(await steps.readCi('iss_1', now, { kind: 'green', checks: ['lint'], headSha: HEAD })).toMatchObject({ kind: 'pending' });
  expect(await steps.readCi('iss_1', LONG_AGO)).toMatchObject({ kind: 'silent', waiting: ['deploy'] });
});
