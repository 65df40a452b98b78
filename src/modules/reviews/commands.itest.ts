import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { sql } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance } from '../../../test/kit/governance.ts';
import { createReviews, type Reviews } from './commands.ts';

let database: TestDatabase;
let reviews: Reviews;
let place: { projectId: string; repositoryId: string };
let pulls = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  const ids = createIds(systemClock);
  const on = createGovernance(db);
  const projects = createProjects({ db, clock: systemClock, ids, ledger: on.ledger, outbox: on.outbox as Partial<Outbox> as Outbox });
  const project = await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  const added = { projectId: project.id, forge: 'local' as const, name: 'acme/shop', defaultBranch: 'main', allowlisted: true };
  place = { projectId: project.id, repositoryId: (await projects.addRepository(added, SYSTEM_ACTOR)).id };
  reviews = createReviews({ db, ids, redact: (text) => text.replaceAll('s3cret', '[redacted]') });
});
afterAll(() => database.close());

async function pull(): Promise<string> {
  pulls += 1;
  const id = `pull_${pulls}`;
  await database.db.run(sql`insert into pulls (id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url)
    values (${id}, ${place.projectId}, ${place.repositoryId}, ${pulls}, 'T', 'open', false, ${`ai-${pulls}`}, 'main', ${'a'.repeat(40)}, 'u')`);
  return id;
}
const said = (...whats: string[]) => JSON.stringify({ summary: 'Seen.', findings: whats.map((what) => ({ severity: 'minor', what })) });
const told = (findings: ReadonlyArray<{ key: string; state: string; what: string }>) =>
  findings.map(({ key, state, what }) => `${key} ${state} ${what}`);

test('what a run of a reviewer said is kept once, without secrets, however often it is told', async () => {
  const pullId = await pull();
  const answer = { pullId, runId: `run_${pullId}`, headSha: 'a'.repeat(40), reviewer: 'critic', text: said('The key is s3cret.') };
  const [first, ...others] = await Promise.all([1, 2, 3].map(() => reviews.record(answer)));
  expect(told(first?.findings ?? [])).toEqual(['F1 open The key is [redacted].']);
  for (const other of others) expect(other).toEqual(first);
  expect(await reviews.record({ ...answer, text: said('Something else.') })).toEqual(first);
  expect(await reviews.ofPull(pullId)).toEqual([first]);
});

test('findings keep their names from head to head, within their own pull request', async () => {
  const [pullId, other] = [await pull(), await pull()];
  const record = (run: number, of: string, text: string) =>
    reviews.record({ pullId: of, runId: `run_${of}_${run}`, headSha: `${run}`.repeat(40), reviewer: 'critic', text });
  await record(1, pullId, said('One.', 'Two.'));
  const second = await record(2, pullId, said('Two.', 'Three.'));
  expect(told(second.findings)).toEqual(['F1 settled One.', 'F2 open Two.', 'F3 open Three.']);
  expect(told((await record(1, other, said('One.'))).findings)).toEqual(['F1 open One.']);
  expect(await reviews.last(pullId)).toEqual(second);
  expect(await reviews.last('pull_none')).toBeNull();
});

test('what could not be read is told in the summary, and bytes that no database keeps do not stop it', async () => {
  const pullId = await pull();
  const text = JSON.stringify({ summary: 'a\u0000b', findings: [7, { what: 'x\ud800' }] });
  const kept = await reviews.record({ pullId, runId: `run_${pullId}`, headSha: 'a'.repeat(40), reviewer: 'critic', text });
  expect(kept.summary).toBe('a\uFFFDb\n\n_1 more could not be read or were too many._');
  expect(kept.findings).toMatchObject([{ key: 'F1', what: 'x\uFFFD' }]);
});
