import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { CheckResult, PullRequest } from '#ports/forge-read.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, merge, person, type Governance } from '../../../test/kit/governance.ts';
import { createLandings, type Landings, type LandingsDeps } from './commands.landed.ts';
import { createDeliveryStore } from './store.ts';

/* What follows a landing, on real rows and actions; the forge shows what a test says. */
const AT = '2026-11-21T10:00:00.000Z';
const REPOSITORY = { id: 'repo_1', projectId: 'proj_1', forge: 'github', name: 'acme/shop', defaultBranch: 'main', allowlisted: true };

let database: TestDatabase;
let on: Governance;
let landings: Landings;
/** The default branch, newest first, with its checks: name -> conclusion, and the id of the run. */
let line: Array<{ commit: string; checks: Record<string, [conclusion: CheckResult['conclusion'], id: string]> }> = [];
let branches: Record<string, string> = {};
let issues: Array<{ number: number; body: string }> = [];
/** Whether the tree that landed is the one that Reeve verified. */
let verified = false;
/** What the receipt of a merge says. */
let merged: { merge_sha: string; base_sha: string } = { merge_sha: '', base_sha: '' };
let number = 0;
let letter = 0;

const sha = (): string => {
  letter += 1;
  return letter.toString(16).padStart(40, '0');
};

beforeAll(async () => {
  database = await createTestDatabase();
  on = createGovernance(database.db);
  const { db, ledger, outbox, actions } = on;
  await db.run(sql`insert into projects (id, key, name, settings) values ('proj_1', 'shop', 'Shop', '{}'::jsonb)`);
  await db.run(
    sql`insert into repositories (id, project_id, forge, name, default_branch) values ('repo_1', 'proj_1', 'github', 'acme/shop', 'main')`,
  );
  actions.register({ kind: 'pr.merge', check: async () => null, run: async () => merged });
  actions.register({ kind: 'branch.create', check: async () => null, run: async () => ({}) });
  const read = {
    defaultBranch: async () => 'main',
    branchHead: async (_: unknown, branch: string) => (branch === 'main' ? (line[0]?.commit ?? null) : (branches[branch] ?? null)),
    firstParents: async () => line.map(({ commit }) => ({ commit, subject: '', atUnixS: 0 })),
    checks: async (_: unknown, commit: string) =>
      Object.entries(line.find((one) => one.commit === commit)?.checks ?? {}).map(([name, [conclusion, id]]) => ({
        name,
        id,
        conclusion,
        headSha: commit,
        url: null,
        summary: '',
      })),
    pullByNumber: async (_: unknown, asked: number) => pulls.get(asked) ?? null,
  };
  const deps = {
    db,
    ledger,
    outbox,
    actions,
    log: { warn: () => {} },
    store: createDeliveryStore(),
    work: { get: async (id: string) => ({ id, number: Number(id.slice('iss_'.length)) }) },
    projects: {
      repository: async () => REPOSITORY,
      repositoryByName: async () => REPOSITORY,
      get: async () => ({ settings: { checks: [{ name: 'test', command: 'true' }] } }),
    },
    queue: { list: async () => ({ items: [{ landedTree: 't', verifiedTree: verified ? 't' : null }] }) },
    forge: () => read,
    tracker: () => ({ issues: async () => ({ items: issues, nextCursor: null }) }),
    workflow: { send: async () => {} },
  };
  landings = createLandings(deps as unknown as LandingsDeps);
});
afterAll(() => database.close());

const pulls = new Map<number, PullRequest>();
beforeEach(async () => {
  line = [];
  branches = {};
  issues = [];
  verified = false;
  await on.db.run(sql`update pulls set updated_at = now() - interval '30 days'`);
});

/** A pull request of ours that was merged as this commit, from a branch that Reeve made. */
async function landing(mergeSha: string): Promise<{ number: number; id: string; item: string; head: string }> {
  number += 1;
  const [id, item, head, branch] = [`pull_${number}`, `iss_${number}`, sha(), `ai-${number}`];
  await on.db.run(sql`insert into work_items (id, project_id, repository_id, source, number, title, body, state, external_id)
    values (${item}, 'proj_1', 'repo_1', 'github', ${number}, 'Totals', '', 'merged', ${item})`);
  await on.db
    .run(sql`insert into pulls (id, work_item_id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, merge_sha, url)
    values (${id}, ${item}, 'proj_1', 'repo_1', ${number}, 'Totals', 'merged', false, ${branch}, 'main', ${head}, ${mergeSha}, 'u')`);
  branches[branch] = head;
  const shown = { number, title: 'Totals', state: 'merged', headBranch: branch, baseBranch: 'main', headSha: head, mergeSha };
  pulls.set(number, shown as PullRequest);
  const made = await on.actions.transaction((tx) =>
    on.actions.propose(tx, {
      kind: 'branch.create',
      target: { forge: 'github', repo: 'acme/shop', number, branch },
      args: { branch, sha: head },
      proposer: { subject: 'system' },
      triggerUser: null,
      projectId: 'proj_1',
      workItemId: item,
      idempotencyKey: `made:${branch}`,
    }),
  );
  await on.actions.execute(made.id);
  return { number, id, item, head };
}

const ended = (commit: string, conclusion: 'success' | 'failure' = 'failure', name = 'test') =>
  landings.hear({
    kind: 'check.completed',
    repo: { forge: 'github', name: 'acme/shop' },
    actor: 'ci',
    occurred_at: AT,
    check: { name, head_sha: commit, conclusion, url: null, summary: '' },
  } satisfies ForgeEvent);

const ofKind = async (kind: string, item: string) => (await on.actions.list({ kind, workItemId: item, limit: 20 })).items;

test('a branch is deleted that stands as it landed, and the boxes of those who list the issue are ticked; again proposes nothing new', async () => {
  const { number: at, item, head } = await landing(sha());
  issues = [
    { number: 900, body: `- [ ] #${at}` },
    { number: 901, body: `- [x] #${at}` },
    { number: 902, body: `See #${at}` },
  ];
  await landings.cleanUp(item);
  await landings.cleanUp(item);
  expect((await ofKind('branch.delete', item)).map(({ record }) => [record.target.branch, record.args])).toEqual([[`ai-${at}`, { sha: head }]]);
  expect((await ofKind('issue.tick', item)).map(({ record }) => [record.target.number, record.args['item']])).toEqual([[900, at]]);
});

test.each<[string, (at: number) => void]>([
  ['people pushed onto', (at) => (branches[`ai-${at}`] = sha())],
  ['is gone already', (at) => delete branches[`ai-${at}`]],
  ['did not land', (at) => pulls.set(at, { ...pulls.get(at), state: 'closed' } as PullRequest)],
])('a branch that %s is left alone', async (_, change) => {
  const { number: at, item } = await landing(sha());
  change(at);
  await landings.cleanUp(item);
  expect(await ofKind('branch.delete', item)).toEqual([]);
});

test('the one landing between green and red is proposed to be taken back, once; and the question goes when the branch is green again', async () => {
  const [red, green] = [sha(), sha()];
  const { number: at, item } = await landing(red);
  line = [
    { commit: red, checks: { test: ['failure', '1'] } },
    { commit: green, checks: { test: ['success', '2'] } },
  ];
  await ended(red);
  await ended(red);
  await landings.lookAround();
  const [asked, ...more] = await ofKind('pr.revert', item);
  expect(more).toEqual([]);
  expect(asked).toMatchObject({
    status: 'pending',
    record: { target: { number: at }, risk: 'high', args: { merge_sha: red, evidence: { red: ['test'], green_at: green, suspected_flaky: false } } },
  });
  expect(await ofKind('pr.comment.output', item)).toHaveLength(1);

  const mended = sha();
  line.unshift({ commit: mended, checks: { test: ['success', '3'] } });
  await ended(mended, 'success');
  expect(await ofKind('pr.revert', item)).toMatchObject([{ status: 'superseded' }]);
});

test('a red default branch is seen though somebody has a pull request open from it', async () => {
  const [red, green] = [sha(), sha()];
  const { item } = await landing(red);
  await on.db.run(sql`insert into pulls (id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url)
    values ('pull_person', 'proj_1', 'repo_1', 9001, 'To production', 'open', false, 'main', 'production', ${red}, 'u')`);
  line = [
    { commit: red, checks: { test: ['failure', '1'] } },
    { commit: green, checks: { test: ['success', '2'] } },
  ];
  await ended(red);
  expect(await ofKind('pr.revert', item)).toMatchObject([{ status: 'pending' }]);
  await on.db.run(sql`delete from pulls where id = 'pull_person'`);
});

test('what turns green or red on older commits says nothing of the branch: its tip does', async () => {
  const [tip, red, old, start] = [sha(), sha(), sha(), sha()];
  const { item } = await landing(red);
  const older = await landing(old);
  line = [
    { commit: red, checks: { test: ['failure', '1'] } },
    { commit: old, checks: { test: ['success', '2'] } },
    { commit: start, checks: { test: ['success', '3'] } },
  ];
  await ended(red);
  expect(await ofKind('pr.revert', item)).toMatchObject([{ status: 'pending' }]);
  // A check of an older commit is run again: the tip is as red as before.
  await ended(old, 'success');
  expect(await ofKind('pr.revert', item)).toMatchObject([{ status: 'pending' }]);
  // What comes on top is not checked yet, and then mends it; the older commit is found red after that.
  line.unshift({ commit: tip, checks: { test: ['pending', '4'] } });
  await ended(old, 'success');
  expect(await ofKind('pr.revert', item)).toMatchObject([{ status: 'pending' }]);
  line[0] = { commit: tip, checks: { test: ['success', '4'] } };
  line[2] = { commit: old, checks: { test: ['failure', '5'] } };
  await ended(old);
  expect(await ofKind('pr.revert', item)).toMatchObject([{ status: 'superseded' }]);
  expect([...(await ofKind('pr.revert', older.item)), ...(await ofKind('pr.comment.output', older.item))]).toEqual([]);
});

test('a question that was taken back is asked again when its landing is red once more; one that people declined is not', async () => {
  const [red, green] = [sha(), sha()];
  const { item } = await landing(red);
  const shows = (conclusion: 'success' | 'failure', id: string) =>
    (line = [
      { commit: red, checks: { test: [conclusion, id] } },
      { commit: green, checks: { test: ['success', '2'] } },
    ]);
  for (const [conclusion, id] of [
    ['failure', '1'],
    ['success', '3'],
    ['failure', '4'],
  ] as const) {
    shows(conclusion, id);
    await ended(red, conclusion);
  }
  const asked = await ofKind('pr.revert', item);
  expect(asked.map(({ status }) => status)).toEqual(['pending', 'superseded']);
  const [again] = asked;
  await on.approvals.decide(again?.id ?? '', { decision: 'decline', digest: again?.digest ?? '', reason: 'It is meant so.' }, person('mia'));
  await ended(red);
  expect(await ofKind('pr.revert', item)).toHaveLength(2);
});

test('a landing of several commits is taken back as one, where it is known which are its own', async () => {
  const [last, first, green] = [sha(), sha(), sha()];
  const { item } = await landing(last);
  line = [
    { commit: last, checks: { test: ['failure', '1'] } },
    { commit: first, checks: {} },
    { commit: green, checks: { test: ['success', '2'] } },
  ];
  const made = await on.actions.transaction((tx) => on.actions.propose(tx, merge({ projectId: 'proj_1', workItemId: item })));
  await on.approvals.decide(made.id, { decision: 'approve', digest: made.digest }, person('mia'));
  merged = { merge_sha: last, base_sha: green };
  await on.actions.execute(made.id);
  await ended(last);
  expect(await ofKind('pr.revert', item)).toMatchObject([{ status: 'pending', record: { args: { merge_sha: last } } }]);
});

test('where several landed between green and red, nothing is proposed on a guess', async () => {
  const [last, first, green] = [sha(), sha(), sha()];
  const one = await landing(last);
  const other = await landing(first);
  line = [
    { commit: last, checks: { test: ['failure', '1'] } },
    { commit: first, checks: {} },
    { commit: green, checks: { test: ['success', '2'] } },
  ];
  await ended(last);
  await ended(last);
  expect([...(await ofKind('pr.revert', one.item)), ...(await ofKind('pr.revert', other.item))]).toEqual([]);
  // Both say so, once, where their people look.
  for (const { item } of [one, other])
    expect((await ofKind('pr.comment.output', item)).map(({ record }) => record.args['body'])).toEqual([
      expect.stringContaining('Which of them did it is not known'),
    ]);
});

test('a commit of people is never taken back by Reeve', async () => {
  const { item } = await landing(sha());
  const [red, green] = [sha(), sha()];
  line = [
    { commit: red, checks: { test: ['failure', '1'] } },
    { commit: green, checks: { test: ['success', '2'] } },
  ];
  await ended(red);
  expect(await ofKind('pr.revert', item)).toEqual([]);
});

test('what passed here on the very tree that landed is run again first, and only proposed when it is red once more', async () => {
  const [red, green] = [sha(), sha()];
  const { item } = await landing(red);
  verified = true;
  line = [
    { commit: red, checks: { test: ['failure', '1'] } },
    { commit: green, checks: { test: ['success', '2'] } },
  ];
  await ended(red);
  const [again] = await ofKind('ci.rerun', item);
  expect(again?.record.args).toMatchObject({ check_id: '1', head_sha: red });
  expect(await ofKind('pr.revert', item)).toEqual([]);

  on.actions.register({ kind: 'ci.rerun', check: async () => null, run: async () => ({}) });
  await on.actions.execute(again?.id ?? '');
  await ended(red);
  expect(await ofKind('pr.revert', item)).toEqual([]);
  line[0] = { commit: red, checks: { test: ['failure', '9'] } };
  await ended(red);
  expect(await ofKind('pr.revert', item)).toMatchObject([{ status: 'pending', record: { args: { evidence: { suspected_flaky: true } } } }]);
  expect(await ofKind('ci.rerun', item)).toHaveLength(1);
});
