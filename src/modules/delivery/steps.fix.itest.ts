import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SYSTEM_ACTOR, type Actor } from '#kernel/actor.ts';
import type { PullReview, ReviewThread } from '#ports/forge-read.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { sql } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createReviews } from '#modules/reviews/index.ts';
import { createWork } from '#modules/work/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, person, proposal, propose, type Governance } from '../../../test/kit/governance.ts';
import { createFixes, type Fixes } from './commands.fix.ts';
import type { FixView } from './model.review.ts';
import { createDeliveryQueries } from './queries.ts';
import { loadSubject, toActionView, type DeliveryDeps } from './steps.context.ts';
import { createFixSteps, yieldToPeople } from './steps.fix.ts';
import { createDeliveryStore } from './store.ts';
import { endFixes, saveObjection } from './store.review.ts';

const HEAD = 'a'.repeat(40);
const BASE = 'b'.repeat(40);
const DORA: Actor = { kind: 'person', subject: 'person:dora', role: 'developer', personId: 'pers_dora', projects: null };

let database: TestDatabase;
let on: Governance;
let fixes: Fixes;
/** The same, with something that happens after its first look at what waits. */
let fixesWith: (afterLook: () => Promise<void>) => Fixes;
let steps: ReturnType<typeof createFixSteps>;
let deps: DeliveryDeps;
let itemId = '';
let pullId = '';
let threads: ReviewThread[] = [];
let reviewsThere: PullReview[] = [];
/** Paths that the base changed too; none: the branch merges. */
let conflicting: string[] = [];
let head = HEAD;
let said = '';
const landed = [{ id: 'cr_1', taskId: 'task_1', attempt: 1, state: 'landed', landedAt: new Date(1), document: { changes: [{ path: 'src/a.ts' }] } }];

const thread = (id: string, body: string, path = 'src/a.ts'): ReviewThread => ({
  id,
  path,
  line: 2,
  resolved: false,
  outdated: false,
  comments: [{ id: `${id}-1`, author: 'dora', body, createdAt: new Date(0) }],
});

beforeAll(async () => {
  database = await createTestDatabase();
  on = createGovernance(database.db);
  const { db, ids, ledger, actions } = on;
  const outbox = on.outbox as Partial<Outbox> as Outbox;
  const base = { db, clock: systemClock, ids, ledger, outbox };
  const projects = createProjects(base);
  const work = createWork(base);
  const project = await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  const added = { projectId: project.id, forge: 'github' as const, name: 'acme/shop', defaultBranch: 'main', allowlisted: true };
  const repository = await projects.addRepository(added, SYSTEM_ACTOR);
  const item = await db.tx((tx) =>
    work.create(tx, { projectId: project.id, repositoryId: repository.id, title: 'Totals', body: 'b', by: 'system' } as never),
  );
  itemId = item.id;
  await db.run(sql`update work_items set state = 'awaiting_merge' where id = ${itemId}`);
  const real = createDeliveryStore();
  const pull = { number: 12, title: 'T', body: '', state: 'open' as const, draft: false, headBranch: 'ai-7', baseBranch: 'main', headSha: HEAD };
  pullId = await real.savePull(db, {
    id: ids.next('pull'),
    workItemId: item.id,
    projectId: project.id,
    repositoryId: repository.id,
    pull: { ...pull, mergeSha: null, labels: [], url: 'u' },
  });
  const story = {
    workItemId: itemId,
    generation: 1,
    workflowId: 'delivery.story:iss:1',
    startedBy: 'system',
    options: {},
    startedAt: new Date(0),
    endedAt: null,
  };
  const parts = {
    ...base,
    projects,
    actions,
    work: { ...work, get: async () => ({ ...(await work.get(itemId)), targetBranch: 'ai-7' }) },
    store: { ...real, currentStory: async () => story },
    reviews: createReviews({ db, ids, redact: (text) => text }),
    redact: (text: string) => text.replaceAll('s3cret', '[redacted]'),
    ownLogin: async () => ({ login: 'reeve', exclusive: true }),
    forge: () => ({ reviewThreads: async () => threads, reviews: async () => reviewsThere }),
    planning: { tasks: async () => [{ id: 'task_1', workItemId: itemId, role: 'coder' }] },
    queue: { list: async () => ({ items: landed, nextCursor: null }) },
    agents: {
      list: async () => ({ items: [{ id: 'run_1', attempt: 3, changeRequestId: 'cr_2' }] }),
      outcome: async () => ({ kind: 'change_request', said }),
    },
    mirror: async () => ({
      fetch: async () => {},
      resolve: async (ref: string) => (ref.startsWith('refs/heads/') ? head : BASE),
      isAncestor: async () => head !== HEAD,
      mergeBase: async () => BASE,
      merge: async ({ theirs }: { theirs: string }) =>
        conflicting.length > 0 && theirs === HEAD
          ? { kind: 'conflict', conflicts: conflicting.map((path) => ({ path })) }
          : { kind: 'clean', tree: 't' },
      readFile: async () => null,
      writeTree: async () => 't',
      commit: async () => 'd'.repeat(40),
      compareAndSwap: async (_: string, __: string, to: string) => {
        head = to;
        return true;
      },
    }),
    workflow: { send: async () => {} },
  };
  deps = parts as unknown as DeliveryDeps;
  steps = createFixSteps(deps);
  const asking = { ...parts, queries: createDeliveryQueries({ db, store: real }) } as unknown as Parameters<typeof createFixes>[0];
  fixes = createFixes(asking);
  fixesWith = (afterLook) => {
    let looks = 0;
    const list: typeof actions.list = async (query) => {
      const found = await actions.list(query);
      if ((looks += 1) === 1) await afterLook();
      return found;
    };
    return createFixes({ ...asking, actions: { ...actions, list } });
  };
});
afterAll(() => database.close());
beforeEach(async () => {
  [threads, reviewsThere, conflicting, head, said] = [[], [], [], HEAD, ''];
  await database.db.run(sql`delete from pull_fixes`);
  await database.db.run(sql`delete from pull_objections`);
});

const begin = () => steps.beginFix(itemId, 'plan_1');
const begun = (view: FixView) => {
  if (view.kind !== 'begun') throw new Error(`It is ${view.kind}.`);
  return view;
};
const stateOf = async () => (await database.db.one(sql<{ state: string }>`select state from pull_fixes`)).state;
const argsOf = async (ids: readonly { id: string }[]) => Promise.all(ids.map(async ({ id }) => (await on.actions.get(id))?.record));

test('nothing is begun that nobody asked for', async () => {
  expect(await begin()).toEqual({ kind: 'none' });
});

test('the open conversations go to the task that changed their files, without secrets; begun again after a crash it is the same', async () => {
  threads = [thread('PRRT_1', 'Why? The key is s3cret.'), { ...thread('PRRT_2', 'Old.'), resolved: true }];
  const asked = await fixes.ask(pullId, 'reviews', DORA);
  const first = begun(await begin());
  expect(first).toMatchObject({ fixId: asked.id, number: 1, tasks: [{ taskId: 'task_1', firstAttempt: 4 }] });
  expect(first.tasks[0]?.feedback).toContain('T1, src/a.ts:2\ndora: Why? The key is [redacted].');
  expect(first.tasks[0]?.feedback).not.toContain('Old.');
  threads = [thread('PRRT_9', 'Another one.'), ...threads];
  expect(await begin()).toEqual(first);
});

test('what has landed is answered where it was said, once it is pushed', async () => {
  threads = [thread('PRRT_1', 'Why?'), thread('PRRT_2', 'Really?')];
  await fixes.ask(pullId, 'reviews', DORA);
  const { fixId } = begun(await begin());
  expect(await steps.proposeThreadAnswers(itemId, fixId)).toEqual([]);
  expect(await steps.fixLanded(itemId, fixId, null)).toBeNull();
  landed.push({ ...(landed[0] as (typeof landed)[0]), id: 'cr_2', attempt: 4 });
  said = 'T1 done: it is s3cret\nT2 open: meant so';
  const views = await steps.proposeThreadAnswers(itemId, fixId);
  landed.pop();
  expect((await argsOf(views)).map((record) => [record?.kind, record?.target.number, record?.args['thread_id'], record?.args['body']])).toEqual([
    ['pr.thread.reply', 12, 'PRRT_1', 'Done in `aaaaaaaaaa`. it is [redacted]'],
    ['pr.thread.resolve', 12, 'PRRT_1', undefined],
    ['pr.thread.reply', 12, 'PRRT_2', 'Left open by the agent in `aaaaaaaaaa`. meant so'],
  ]);
  await steps.fixTold(itemId, fixId);
  expect(await stateOf()).toBe('done');
  await expect(fixes.ask(pullId, 'conflict', DORA)).resolves.toMatchObject({ state: 'asked' });
});

test('what could not be done is told under the pull request, and something else may be asked', async () => {
  threads = [thread('PRRT_1', 'Why?')];
  await fixes.ask(pullId, 'reviews', DORA);
  const { fixId } = begun(await begin());
  const told = await steps.fixLanded(itemId, fixId, 'The checks failed.\nLong log');
  expect((await on.actions.get(told?.id ?? ''))?.record).toMatchObject({
    kind: 'pr.comment.answer',
    args: { body: 'What you asked for could not be done: The checks failed.' },
  });
  expect(await stateOf()).toBe('failed');
  expect(await begin()).toEqual({ kind: 'none' });
});

test('without an open remark there is nothing to do, and whoever asked is told', async () => {
  await fixes.ask(pullId, 'reviews', DORA);
  expect(await begin()).toMatchObject({ kind: 'nothing' });
  expect(await stateOf()).toBe('nothing');
});

test('a conflict is built again by the task that changed the file; begun again after the base is in, it is still known', async () => {
  conflicting = ['src/a.ts'];
  await fixes.ask(pullId, 'conflict', DORA);
  const first = begun(await begin());
  expect(first.tasks).toMatchObject([{ taskId: 'task_1', firstAttempt: 4, feedback: expect.stringContaining('src/a.ts') as string }]);
  expect(head).not.toBe(HEAD);
  await database.db.run(sql`update pull_fixes set tasks = null`);
  expect(await begin()).toEqual(first);
});

test('a branch that merges has no conflict to work on', async () => {
  await fixes.ask(pullId, 'conflict', DORA);
  expect(await begin()).toMatchObject({ kind: 'nothing' });
});

test('a review that asks for changes of any head holds the story until its author says otherwise', async () => {
  await saveObjection(database.db, { pullId, headSha: 'c'.repeat(40), author: 'mia', personId: 'pers_mia' });
  const said1 = (verdict: PullReview['verdict']): PullReview => ({
    id: '1',
    author: 'Mia',
    verdict,
    body: '',
    headSha: HEAD,
    submittedAt: new Date(0),
  });
  reviewsThere = [said1('changes_requested'), said1('commented')];
  expect(await begin()).toEqual({ kind: 'objected' });
  for (const verdict of ['approved', 'dismissed'] as const) {
    reviewsThere = [said1('changes_requested'), said1(verdict)];
    expect(await begin()).toEqual({ kind: 'none' });
  }
});

test('a review that asks for changes holds the story no more once its remarks were worked on, unless it came after that', async () => {
  const stands: PullReview = { id: '1', author: 'mia', verdict: 'changes_requested', body: 'No.', headSha: HEAD, submittedAt: new Date(0) };
  reviewsThere = [stands];
  threads = [thread('PRRT_1', 'Why?')];
  await saveObjection(database.db, { pullId, headSha: HEAD, author: 'mia', personId: 'pers_mia' });
  await fixes.ask(pullId, 'reviews', DORA);
  const { fixId } = begun(await begin());
  await steps.fixLanded(itemId, fixId, null);
  await steps.fixTold(itemId, fixId);
  expect(await begin()).toEqual({ kind: 'none' });
  await saveObjection(database.db, { pullId, headSha: 'd'.repeat(40), author: 'mia', personId: 'pers_mia' });
  expect(await begin()).toEqual({ kind: 'objected' });
});

/** The merge of this head is asked for while something else was asked a moment before: nobody is woken by what was there already. */
async function askForMerge(key: string) {
  const pull = await deps.store.pullOfWorkItem(database.db, itemId);
  if (pull === null) throw new Error('There is no pull request.');
  const target = { forge: 'github', repo: 'acme/shop', number: 12, branch: 'main' };
  const about = { target, workItemId: itemId, preconditions: { headSha: HEAD } };
  const merge = await propose(on, proposal('pr.merge', { ...about, args: { message: key }, idempotencyKey: key }));
  return yieldToPeople(deps, await loadSubject(deps, itemId), pull, toActionView(merge));
}

test('what is asked while somebody approves the merge is refused, and nothing stays open', async () => {
  const waiting = await askForMerge('approved meanwhile');
  const late = fixesWith(async () => {
    const action = await on.actions.get(waiting.id);
    await on.approvals.decide(waiting.id, { digest: action?.digest ?? '', decision: 'approve' }, person('mia'));
  });
  await expect(late.ask(pullId, 'reviews', DORA, 'comment:1')).rejects.toMatchObject({ code: 'merge_begun' });
  expect(await on.actions.get(waiting.id)).toMatchObject({ status: 'approved' });
  expect([await stateOf(), await begin()]).toEqual(['failed', { kind: 'none' }]);
  await database.db.tx((tx) => on.actions.withdraw(tx, waiting.id, 'The next one.'));
});

test('with its story ends what was asked of it', async () => {
  threads = [thread('PRRT_1', 'Why?')];
  await fixes.ask(pullId, 'reviews', DORA);
  await begin();
  await endFixes(database.db, 'delivery.story:iss:1', 'Merged by hand.');
  const row = await database.db.one(sql<{ state: string; detail: string }>`select state, detail from pull_fixes`);
  expect(row).toEqual({ state: 'failed', detail: 'The story ended before: Merged by hand.' });
});

test('a merge that is asked for after people asked for something else is taken back at once', async () => {
  expect(await askForMerge('first')).toMatchObject({ status: 'pending' });
  threads = [thread('PRRT_1', 'Why?')];
  const { id } = await fixes.ask(pullId, 'reviews', DORA);
  expect(await askForMerge('second')).toMatchObject({ status: 'superseded' });
  await steps.fixLanded(itemId, id, 'It did not work.');
  expect(await askForMerge('third')).toMatchObject({ status: 'pending' });
  await saveObjection(database.db, { pullId, headSha: HEAD, author: 'mia', personId: 'pers_mia' });
  reviewsThere = [{ id: '1', author: 'mia', verdict: 'changes_requested', body: '', headSha: HEAD, submittedAt: new Date(0) }];
  expect(await askForMerge('fourth')).toMatchObject({ status: 'superseded' });
});
