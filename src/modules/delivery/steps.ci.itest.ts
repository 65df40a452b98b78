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
  const store = { ...createDeliveryStore(), currentStory: async () => ({}), pullOfWorkItem: async () => ({ id: 'pull_1', headSha: HEAD }) };
  await db.run(sql`insert into pulls (id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url)
    values ('pull_1', ${project.id}, ${repository.id}, 1, 'Totals', 'open', true, 'ai-1', 'main', ${HEAD}, 'u')`);
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

test('the first verdict on a head is kept, and no later one changes it', async () => {
  const kept = () => database.db.all(sql<{ headSha: string; verdict: string }>`select head_sha, verdict from ci_verdicts`);
  expect(await kept()).toEqual([{ headSha: HEAD, verdict: 'green' }]);
  checks = [{ ...passed('lint'), id: 'again', conclusion: 'failure' }];
  expect(await steps.readCi('iss_1', LONG_AGO)).toMatchObject({ kind: 'red' });
  expect(await kept()).toEqual([{ headSha: HEAD, verdict: 'green' }]);
  for (const table of ['ci_verdicts', 'ci_results']) await database.db.run(sql`delete from ${sql.raw(table)}`);
  checks = [{ ...passed('deploy'), conclusion: 'pending' }];
  expect(await steps.readCi('iss_1', LONG_AGO)).toMatchObject({ kind: 'silent' });
  expect(await kept()).toEqual([]);
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

test('a check that was only told by events counts as told, until the forge shows one of that name', async () => {
  await database.db.run(sql`delete from ci_results`);
  const tell = (id: string, conclusion: CheckResult['conclusion'], externalId: string) =>
    database.db.run(sql`insert into ci_results (id, project_id, repository_id, head_sha, name, source, conclusion, summary, external_id)
      select ${id}, project_id, repository_id, ${HEAD}, ${externalId === conclusion ? 'status' : 'run'}, 'github', ${conclusion}, 'words', ${externalId} from pulls`);
  const read = async () => {
    await ago(11);
    return steps.readCi('iss_1', LONG_AGO);
  };
  checks = [];
  await tell('cir_1', 'failure', '41');
  expect(await read()).toMatchObject({ kind: 'red', failed: ['run'] });
  // Run again: the newer run replaces the older one.
  await tell('cir_2', 'success', '42');
  expect(await read()).toMatchObject({ kind: 'green', checks: ['run'] });
  // Of a status nobody knows which word came last.
  await tell('cir_3', 'failure', 'failure');
  await tell('cir_4', 'success', 'success');
  expect(await read()).toMatchObject({ kind: 'red', failed: ['status'] });
  checks = [passed('status')];
  expect(await read()).toMatchObject({ kind: 'pending', waiting: [] });
  expect(await read()).toMatchObject({ kind: 'green', checks: ['status', 'run'] });
});
