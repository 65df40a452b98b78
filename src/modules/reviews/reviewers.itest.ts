import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { json, sql } from '#platform/db/index.ts';
import { createGit } from '#connectors/git/index.ts';
import { createPeople, type People } from '#modules/people/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createRepository, GIT_ENV, type Repository } from '../../connectors/git/__fixtures__/repository.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createCoverage, createReviewers, type Reviewers } from './index.ts';

let database: TestDatabase;
let people: People;
let source: Repository;
let mirror: Mirror;
let reviewers: Reviewers;
const limits = new Map<string, readonly string[]>();
const asked = new Map<string, number>();

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  const work = { wip: () => Promise.resolve(new Map<string, number>()), isAssigned: () => Promise.resolve(false) };
  people = createPeople({ db, clock: systemClock, ids: createIds(systemClock), ...createRecorder(), work });
  await db.run(sql`insert into projects (id, key, name, settings) values ('proj_1', 'shop', 'Shop', '{}'), ('proj_2', 'other', 'Other', '{}')`);
  await db.run(
    sql`insert into repositories (id, project_id, forge, name, default_branch) values ('repo_1', 'proj_1', 'github', 'acme/shop', 'main')`,
  );
  for (const number of [1, 2])
    await db.run(sql`insert into pulls (id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url)
      values (${`pull_${number}`}, 'proj_1', 'repo_1', ${number}, 't', 'open', false, ${`x${number}`}, 'main', 'a', 'u')`);
  for (const [handle, role] of [
    ['ada', 'developer'],
    ['bea', 'developer'],
    ['cleo', 'maintainer'],
    ['vic', 'viewer'],
  ] as const)
    await people.ensure({ handle, name: handle, email: `${handle}@example.test`, role }, SYSTEM_ACTOR);
  await people.link('github', 'bea-h', (await people.byHandle('bea'))?.id ?? '', SYSTEM_ACTOR);
  await people.ensureTeam({ key: 'checkout', name: 'Checkout', members: ['cleo'] }, SYSTEM_ACTOR);
});
afterAll(() => database.close());

beforeEach(async () => {
  source = createRepository();
  limits.clear();
  asked.clear();
  await database.db.run(sql`delete from reviewer_suggestions`);
  reviewers = createReviewers({
    db: database.db,
    clock: { now: () => new Date('2026-03-04T12:00:00Z') },
    people,
    mirror: async () => mirror,
    projectsOfEach: async () => limits,
    askedByName: async () => asked,
  });
});
afterEach(() => source.remove());

const open = async (): Promise<void> => {
  mirror = await createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
};
/** A commit by somebody else than Ada, who is the fixture's own author. */
function commitAs(email: string, files: Record<string, string>): string {
  source.write(files);
  source.git('add', '--all');
  source.git('-c', `user.email=${email}`, 'commit', '--quiet', '-m', 'Change', `--author=Somebody <${email}>`);
  return source.git('rev-parse', 'HEAD');
}
const suggest = (base: string, head: string, excluded: ReadonlyMap<string, string> = new Map()) =>
  reviewers.suggest({ id: 'pull_1', repository: { id: 'repo_1', forge: 'github', projectId: 'proj_1' } as never, base, head, excluded });

test('those who changed the files are found by their addresses, their logins and as co-authors; the change itself says nothing', async () => {
  source.commit({ 'cart.ts': '1' });
  commitAs('7+Bea-H@users.noreply.github.com', { 'cart.ts': '2' });
  const base = source.commit({ 'cart.ts': '3' }, 'Three\n\nCo-authored-by: Cleo <CLEO@example.test>');
  const head = commitAs('vic@example.test', { 'cart.ts': '4', 'new.ts': '1' });
  await open();
  const answer = await suggest(base, head, new Map([['ada', 'wrote it']]));
  expect(answer.suggested.map(({ handle, login }) => [handle, login])).toEqual([
    ['bea', 'bea-h'],
    ['cleo', null],
  ]);
  expect(answer.passedOver).toEqual([{ handle: 'ada', why: 'wrote it' }]);
  expect(await reviewers.suggested('pull_1')).toMatchObject({ headSha: head, answer });
});

test('owners are read of the base branch, teams and addresses among them: a change does not name its own reviewers', async () => {
  const base = source.commit({ '.github/CODEOWNERS': '*.ts @acme/checkout\ndocs/ bea@example.test\n', 'a.ts': '1', 'docs/x.md': '1' });
  const head = source.commit({ '.github/CODEOWNERS': '* @nobody', 'a.ts': '2', 'docs/x.md': '2' });
  await open();
  const answer = await suggest(base, head, new Map([['ada', 'wrote it']]));
  expect(answer.suggested.map(({ handle, reasons }) => [handle, reasons[0]])).toEqual([
    ['bea', 'owns one of the files by CODEOWNERS (`docs/`)'],
    ['cleo', 'owns one of the files by CODEOWNERS (`*.ts`)'],
  ]);
});

test('whoever is gone, only looks on, or is limited to other projects is passed over', async () => {
  commitAs('vic@example.test', { 'a.ts': '0' });
  commitAs('cleo@example.test', { 'a.ts': '1' });
  const base = commitAs('bea@example.test', { 'a.ts': '2' });
  const head = source.commit({ 'a.ts': '3' });
  await open();
  const bea = await people.byHandle('bea');
  const cleo = await people.byHandle('cleo');
  limits.set(cleo?.id ?? '', ['proj_2']);
  await people.update(bea?.id ?? '', { active: false }, SYSTEM_ACTOR);
  try {
    const answer = await suggest(base, head);
    expect(answer.suggested).toEqual([]);
    expect(answer.passedOver.toSorted((a, b) => (a.handle < b.handle ? -1 : 1))).toEqual(
      ['bea', 'cleo', 'vic'].map((handle) => ({ handle, why: 'may not review here' })),
    );
  } finally {
    await people.update(bea?.id ?? '', { active: true }, SYSTEM_ACTOR);
  }
});

test('other open pull requests and decisions passed on to somebody count as load; merged ones, answered ones and this one do not', async () => {
  commitAs('cleo@example.test', { 'a.ts': '1' });
  const base = commitAs('bea@example.test', { 'a.ts': '2' });
  const head = source.commit({ 'a.ts': '3' });
  await open();
  const loads = async () => (await suggest(base, head)).suggested.map(({ handle, reasons }) => `${handle}: ${reasons[1]}`);
  expect(await loads()).toEqual(['bea: nothing waits for them', 'cleo: nothing waits for them']);
  await database.db.run(sql`insert into reviewer_suggestions (pull_id, project_id, head_sha, handles, answer)
    values ('pull_2', 'proj_1', 'a', array['bea'], '{}')`);
  asked.set('bea', 2);
  expect(await loads()).toEqual(['cleo: nothing waits for them', 'bea: 3 reviews wait for them']);
  const review = { kind: 'pull.reviewed', actor: 'bea-h', review: { id: 'r', author: 'bea-h', verdict: 'commented', body: '' } };
  await database.db.run(sql`insert into events (id, source, delivery_id, kind, forge, repository, number, document, occurred_at)
    values ('evt_1', 'github', 'evt_1', 'pull.reviewed', 'github', 'acme/shop', 2, ${json(review)}, now() + interval '1 hour')`);
  expect(await loads()).toContain('bea: 2 reviews wait for them');
  await database.db.run(sql`delete from events`);
  await database.db.run(sql`update pulls set state = 'merged', merge_sha = 'b' where id = 'pull_2'`);
  expect(await loads()).toContain('bea: 2 reviews wait for them');
  await database.db.run(sql`update pulls set state = 'open', merge_sha = null where id = 'pull_2'`);
});

test('a coverage report is kept by commit and check, and tells which changed lines no test runs', async () => {
  const base = source.commit({ 'src/cart.ts': 'one\ntwo\n' });
  const head = source.commit({ 'src/cart.ts': 'one\ntwo changed\nthree\nfour\n' });
  await open();
  const coverage = createCoverage({ db: database.db, mirror: async () => mirror });
  const at = { projectId: 'proj_1', repositoryId: 'repo_1', headSha: head, folder: '/w' };
  expect(await coverage.untested({ repositoryId: 'repo_1', base, head })).toBeNull();
  await coverage.note(at, [{ check: 'test', text: null, problem: 'The check wrote no x.' }]);
  expect(await coverage.of('repo_1', head)).toMatchObject([{ checkName: 'test', format: null, problem: 'The check wrote no x.' }]);
  expect(await coverage.untested({ repositoryId: 'repo_1', base, head })).toBeNull();

  const lcov = 'SF:/w/src/cart.ts\nDA:1,0\nDA:2,1\nDA:3,0\nDA:4,0\nend_of_record\nSF:/elsewhere/x.ts\nDA:1,1\nend_of_record\n';
  await coverage.note(at, [{ check: 'test', text: lcov, problem: null }]);
  expect(await coverage.of('repo_1', head)).toMatchObject([
    { format: 'lcov', linesCovered: 1, linesFound: 4, problem: '1 file of the report could not be told among those of the repository.' },
  ]);
  expect(await coverage.untested({ repositoryId: 'repo_1', base, head })).toEqual([{ path: 'src/cart.ts', changed: 3, uncovered: [3, 4] }]);
  // Another check runs one of them.
  await coverage.note(at, [{ check: 'e2e', text: 'SF:src/cart.ts\nDA:3,2\nend_of_record\n', problem: null }]);
  expect(await coverage.untested({ repositoryId: 'repo_1', base, head })).toEqual([{ path: 'src/cart.ts', changed: 3, uncovered: [4] }]);
});
