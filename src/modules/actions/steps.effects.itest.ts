import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createLocalForge, type LocalForge } from '#connectors/local/index.ts';
import { git, GIT_ENV, makeCommit, temporaryFolder } from '../../../test/contracts/git-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, person, proposal, propose, type Governance } from '../../../test/kit/governance.ts';
import { createForgeEffects } from './index.ts';
import { ACTION_KINDS, type Action, type ActionKind, type Effect } from './model.ts';
import { isInternal } from './model.args.ts';

/** What the embedded forge does not have; that GitHub does these once is for its connector's tests. */
const LACKING = new Set<ActionKind>(['pr.revert', 'ci.rerun', 'release.draft']);
const KINDS = ACTION_KINDS.filter((kind) => !isInternal(kind) && !LACKING.has(kind));

let database: TestDatabase;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let forge: LocalForge;
beforeAll(async () => {
  database = await createTestDatabase({ max: 25 });
  folder = await temporaryFolder();
  forge = createLocalForge({
    db: database.db,
    clock: systemClock,
    ids: createIds(systemClock),
    reposDir: path.join(folder.dir, 'repos'),
    env: { PATH: GIT_ENV.PATH },
    publicUrl: 'http://127.0.0.1:4400',
    onEvent: () => Promise.resolve(),
    onError: (error) => {
      throw error;
    },
  });
});
afterAll(async () => {
  await database.close();
  await folder.remove();
});

/** A write port whose every member does its work the first time and loses the answer; `calls` counts what reached the forge. */
function losing<T extends object>(port: T, calls: string[]): T {
  const lost = new Set<string>();
  return new Proxy(port, {
    get(target, member) {
      const own: unknown = Reflect.get(target, member);
      if (typeof own !== 'function') return own;
      return async (...given: unknown[]): Promise<unknown> => {
        calls.push(String(member));
        const result: unknown = await (own as (...args: unknown[]) => Promise<unknown>).apply(target, given);
        if (lost.has(String(member))) return result;
        lost.add(String(member));
        throw new AppError('unavailable', 'The answer was lost.', { code: 'lost' });
      };
    },
  });
}

/** The effect as it is, with something happening right after its check. */
function watched(effect: Effect, afterCheck: () => Promise<unknown>): Effect {
  return {
    ...effect,
    async check(action) {
      const broken = await effect.check(action);
      await afterCheck();
      return broken;
    },
  };
}

/** A repository with an open issue, an open pull request, a mirror, and governance that lets everything run. */
async function world(kind: ActionKind, moment = 'lost', afterCheck: (() => Promise<unknown>) | null = null) {
  const name = `acme/${kind.replaceAll('.', '-')}-${moment}`;
  const repo = { forge: 'local', name };
  const { dir } = await forge.manage.createRepository({ name, files: [{ path: 'a.txt', content: 'a\n' }] });
  const base = await git(dir, 'rev-parse', 'main');
  const head = await makeCommit(dir, base, { 'a.txt': 'b\n' });
  await forge.write.createBranch(repo, 'ai-1', head);
  if (kind === 'branch.delete') await forge.write.createBranch(repo, 'ai-gone', base);
  if (kind === 'branch.push') await forge.write.createBranch(repo, 'mine', base);
  const issue = (await forge.manage.createIssue(name, { title: 'The cart', body: '- [ ] #99', by: 'ada' })).number;
  const pull = await forge.write.createPull(repo, {
    title: 'Old title',
    body: 'b',
    headBranch: 'ai-1',
    baseBranch: 'main',
    draft: false,
    labels: ['old'],
    marker: 'reeve:setup',
  });
  if (kind.startsWith('pr.thread.'))
    await forge.manage.review(name, pull.number, {
      by: 'ada',
      verdict: 'commented',
      body: '',
      comments: [{ path: 'a.txt', line: 1, body: 'Is it?' }],
    });
  const thread = (await forge.read.reviewThreads(repo, pull.number))[0]?.id ?? '';
  const next = await makeCommit(dir, base, { 'c.txt': 'c\n' });
  const calls: string[] = [];
  const on: Governance = createGovernance(database.db);
  on.state.policyText = `version: 1\nactions: { ${KINDS.map((one) => `${one}: { risk: low, mode: auto }`).join(', ')} }`;
  const forgeSide = { read: forge.read, write: losing(forge.write, calls) };
  const trackerSide = { read: forge.tracker, write: losing(forge.trackerWrite, calls) };
  for (const effect of createForgeEffects({
    forge: () => (moment === 'lost' ? forgeSide : { read: forge.read, write: forge.write }),
    tracker: () => (moment === 'lost' ? trackerSide : { read: forge.tracker, write: forge.trackerWrite }),
    mirrorDir: () => dir,
  }))
    on.actions.register(afterCheck === null ? effect : watched(effect, afterCheck));
  /** Everything a person could see of the repository. */
  async function picture() {
    const issues = await forge.manage.listIssues(name, { limit: 100 });
    const pulls = await forge.manage.listPulls(name, { limit: 100 });
    const items = [...issues, ...pulls].map(({ number }) => number);
    const comments = await Promise.all(items.map((number) => forge.manage.comments(name, number)));
    return {
      issues: issues.map(({ number, state, labels, assignees, title, body }) => ({ number, state, labels, assignees, title, body })),
      pulls: pulls.map(({ number, state, labels, title }) => ({ number, state, labels, title })),
      comments: comments.flat().map(({ body }) => body),
      branches: (await git(dir, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads')).split('\n'),
      commits: Number(await git(dir, 'rev-list', '--count', 'main')),
      reviews: (await forge.read.reviews(repo, pull.number)).map(({ verdict, body }) => `${verdict} ${firstLine(body)}`),
      threads: (await forge.read.reviewThreads(repo, pull.number)).map(
        ({ resolved, comments: said }) => `${resolved ? 'resolved' : 'open'} ${said.map(({ body }) => firstLine(body)).join(' | ')}`,
      ),
      asked: await forge.read.requestedReviewers(repo, pull.number),
      checks: (await forge.read.checks(repo, head)).map(({ name: check, conclusion }) => [check, conclusion]),
    };
  }
  return { name, on, calls, picture, base, head, next, issue, thread, pull: pull.number };
}

const firstLine = (body: string): string => body.split('\n')[0] ?? '';

type World = Awaited<ReturnType<typeof world>>;
interface Case {
  args: (on: World) => JsonObject;
  number?: (on: World) => number;
  branch?: string;
  head?: (on: World) => string;
  /** What a person sees of the effect, as a number: 1 after it. */
  seen: (after: Awaited<ReturnType<World['picture']>>, on: World) => number;
}

const onIssue = (on: World) => on.issue;
const onPull = (on: World) => on.pull;
const comments =
  (word: string): Case['seen'] =>
  (after) =>
    after.comments.filter((body) => body.includes(word)).length;

const CASES: Partial<Record<ActionKind, Case>> = {
  'branch.create': {
    args: (on) => ({ sha: on.next }),
    branch: 'ai-2',
    seen: (after, on) => after.branches.filter((ref) => ref === `refs/heads/ai-2 ${on.next}`).length,
  },
  'branch.push': {
    args: (on) => ({ sha: on.next, expected: on.base }),
    branch: 'mine',
    seen: (after, on) => after.branches.filter((ref) => ref === `refs/heads/mine ${on.next}`).length,
  },
  'pr.create': {
    args: () => ({ title: 'New', body: 'b', head_branch: 'ai-3', base_branch: 'main' }),
    seen: (after) => after.pulls.filter(({ title }) => title === 'New').length,
  },
  'pr.update': { args: () => ({ title: 'New' }), number: onPull, seen: (after) => after.pulls.filter(({ title }) => title === 'New').length },
  'pr.label': {
    args: () => ({ add: ['x'], remove: ['old'] }),
    number: onPull,
    seen: (after) => after.pulls.filter(({ labels }) => labels.join(',') === 'x').length,
  },
  'branch.delete': {
    args: (on) => ({ sha: on.base }),
    branch: 'ai-gone',
    seen: (after) => (after.branches.some((ref) => ref.startsWith('refs/heads/ai-gone ')) ? 0 : 1),
  },
  'pr.comment.output': { args: () => ({ body: 'Output here' }), number: onPull, seen: comments('Output here') },
  'pr.comment.summary': { args: () => ({ body: 'Summary here' }), number: onPull, seen: comments('Summary here') },
  'pr.comment.answer': { args: () => ({ body: 'Answer here' }), number: onPull, seen: comments('Answer here') },
  'pr.review': {
    args: (on) => ({ head_sha: on.head, body: 'Review here', comments: [{ path: 'a.txt', line: 1, body: 'Why b?', marker: 'reeve:f:1' }] }),
    number: onPull,
    seen: (after) => (after.reviews.join() === 'commented Review here' && after.threads.join() === 'open Why b?' ? 1 : 0),
  },
  'pr.reviewers': {
    args: () => ({ reviewers: ['ada', 'dora'] }),
    number: onPull,
    seen: (after) => (after.asked.join() === 'ada,dora' ? 1 : 0),
  },
  'pr.thread.reply': {
    args: (on) => ({ thread_id: on.thread, body: 'Because.' }),
    number: onPull,
    seen: (after) => after.threads.filter((line) => line === 'open Is it? | Because.').length,
  },
  'pr.thread.resolve': {
    args: (on) => ({ thread_id: on.thread }),
    number: onPull,
    seen: (after) => after.threads.filter((line) => line === 'resolved Is it?').length,
  },
  'pr.check': { args: (on) => ({ name: 'reeve/test', head_sha: on.head, conclusion: 'success' }), seen: (after) => after.checks.length },
  'pr.merge': {
    args: () => ({ message: 'Merge it' }),
    number: onPull,
    head: (on) => on.head,
    seen: (after) => after.pulls.filter(({ state }) => state === 'merged').length,
  },
  'pr.close': { args: () => ({ comment: 'Closed now' }), number: onPull, seen: comments('Closed now') },
  'pr.assign': {
    args: () => ({ assignees: ['dora'] }),
    number: onPull,
    seen: (_, on) => (on.calls.every((call) => call === 'setAssignees') ? 1 : 0),
  },
  'issue.comment.triage': { args: () => ({ body: 'Triage here' }), number: onIssue, seen: comments('Triage here') },
  'issue.comment.plan': { args: () => ({ body: 'Plan here' }), number: onIssue, seen: comments('Plan here') },
  'issue.comment.questions': { args: () => ({ body: 'Questions here' }), number: onIssue, seen: comments('Questions here') },
  'issue.label': {
    args: () => ({ add: ['bug'] }),
    number: onIssue,
    seen: (after) => after.issues.filter(({ labels }) => labels.join(',') === 'bug').length,
  },
  'issue.assign': {
    args: () => ({ assignees: ['dora'] }),
    number: onIssue,
    seen: (after) => after.issues.filter(({ assignees }) => assignees.join(',') === 'dora').length,
  },
  'issue.close': { args: () => ({ reason: 'completed', comment: 'Done here' }), number: onIssue, seen: comments('Done here') },
  'issue.transition': {
    args: () => ({ state: 'closed' }),
    number: onIssue,
    seen: (after) => after.issues.filter(({ state }) => state === 'closed').length,
  },
  'release.changelog': {
    args: (on) => ({ sha: on.next, title: 'Changelog', body: 'b', base_branch: 'main' }),
    branch: 'reeve/changelog-v1',
    seen: (after) => after.pulls.filter(({ title }) => title === 'Changelog').length,
  },
  'issue.tick': {
    args: () => ({ item: 99 }),
    number: onIssue,
    seen: (after) => after.issues.filter(({ body }) => body === '- [x] #99').length,
  },
  'issue.create.low': {
    args: () => ({ title: 'Follow-up', body: 'b' }),
    seen: (after) => after.issues.filter(({ title }) => title === 'Follow-up').length,
  },
};

test('every kind that reaches a forge has a case here', () => {
  expect(Object.keys(CASES).toSorted()).toEqual([...KINDS].toSorted());
});

test.each(KINDS)('%s: the answer is lost, the action is tried again, and its effect is there once', async (kind) => {
  const on = await world(kind);
  const given = CASES[kind];
  if (given === undefined) throw new Error(kind);
  const { args, number, branch, head, seen } = given;
  if (kind === 'pr.create') await forge.write.createBranch({ forge: 'local', name: on.name }, 'ai-3', on.next);
  const action = await propose(
    on.on,
    proposal(kind, {
      target: { forge: 'local', repo: on.name, number: number?.(on) ?? null, branch: branch ?? null },
      args: args(on),
      preconditions: { headSha: head?.(on) ?? null },
    }),
  );
  let tries = 0;
  for (let ended = false; !ended && tries < 6; tries += 1)
    ended = await on.on.actions.execute(action.id).then(
      ({ status }) => status === 'executed',
      () => false,
    );
  expect((await on.on.actions.get(action.id))?.status).toBe('executed');
  expect(tries).toBeGreaterThan(1);
  const after = await on.picture();
  expect(seen(after, on)).toBe(1);
  await on.on.actions.execute(action.id);
  expect(await on.picture()).toEqual(after);
});

test('the default branch of a forge is no target of a push, whoever allowed it', async () => {
  const on = await world('branch.push', 'default');
  const before = await on.picture();
  const target = { forge: 'local', repo: on.name, number: on.pull, branch: 'main' };
  const action = await propose(on.on, proposal('branch.push', { target, args: { sha: on.next, expected: on.base } }));
  const { status, outcome } = await on.on.actions.execute(action.id);
  expect([status, outcome]).toMatchObject([
    'failed',
    { code: 'precondition_failed', error: 'main is the default branch: it moves by merges alone.' },
  ]);
  expect(await on.picture()).toEqual(before);
});

/** Between which two steps of a merge somebody pushes. */
const MOMENTS = ['proposed', 'decided', 'checked'] as const;

async function pushed(on: World): Promise<string> {
  const { dir } = (await forge.manage.repository(on.name)) ?? { dir: '' };
  const sha = await makeCommit(dir, on.head, { 'evil.txt': 'after the approval\n' });
  await forge.write.pushBranch({ forge: 'local', name: on.name }, { mirrorDir: dir, sha, branch: 'ai-1', expected: on.head });
  return sha;
}

const ASKS =
  'version: 1\nactions: { pr.merge: { risk: high, mode: require_approval, approvers: [role:maintainer] }, issue.close: { risk: medium, mode: require_approval } }';

async function proposeMerge(on: World, head: string): Promise<Action> {
  const target = { forge: 'local', repo: on.name, number: on.pull };
  return propose(on.on, proposal('pr.merge', { target, args: { message: 'Merge it' }, preconditions: { headSha: head } }));
}

const approve = (on: World, action: Action) => on.on.approvals.decide(action.id, { decision: 'approve', digest: action.digest }, person('mia'));

test.each(MOMENTS)('a push after the merge was %s: nothing is merged, and the new head is decided anew', async (moment) => {
  let atCheck: (() => Promise<unknown>) | null = null;
  const on = await world('pr.merge', moment, async () => atCheck?.());
  on.on.state.policyText = ASKS;
  const action = await proposeMerge(on, on.head);
  let moved = on.head;
  const push = async () => {
    moved = await pushed(on);
  };
  if (moment === 'proposed') await push();
  await approve(on, action);
  if (moment === 'decided') await push();
  if (moment === 'checked') atCheck = push;
  const ended = await on.on.actions.execute(action.id);
  expect(ended).toMatchObject({ status: 'failed', outcome: { code: moment === 'checked' ? 'head_moved' : 'precondition_failed' } });
  expect((await on.picture()).pulls.map(({ state }) => state)).toEqual(['open']);
  atCheck = null;
  const again = await proposeMerge(on, moved);
  expect(again.digest).not.toBe(action.digest);
  expect(again.status).toBe('pending');
  await approve(on, again);
  const merged = await on.on.actions.execute(again.id);
  expect([merged.status, merged.outcome?.['head_sha'] ?? merged.outcome?.['error']]).toEqual(['executed', moved]);
});

test.each(['proposed', 'decided'] as const)('an issue that changed after its closing was %s stays open', async (moment) => {
  const on = await world('issue.close', moment);
  on.on.state.policyText = ASKS;
  const issue = await forge.tracker.issue({ forge: 'local', name: on.name }, on.issue);
  const target = { forge: 'local', repo: on.name, number: on.issue };
  const preconditions = { issueUpdatedAt: issue?.updatedAt.toISOString() ?? null };
  const action = await propose(on.on, proposal('issue.close', { target, args: { reason: 'completed' }, preconditions }));
  const edit = () => forge.manage.editIssue(on.name, on.issue, { body: 'It is not done at all.', by: 'ada' });
  if (moment === 'proposed') await edit();
  await approve(on, action);
  if (moment === 'decided') await edit();
  expect(await on.on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { code: 'precondition_failed' } });
  expect((await on.picture()).issues.map(({ state }) => state)).toEqual(['open']);
});

test('a policy that became stricter after the decision stops the merge', async () => {
  const on = await world('pr.merge', 'policy');
  on.on.state.policyText = ASKS;
  const action = await proposeMerge(on, on.head);
  await approve(on, action);
  on.on.state.policyText = ASKS.replace('approvers: [role:maintainer]', 'approvers: [role:maintainer], min_approvals: 2');
  expect(await on.on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { code: 'policy_stricter' } });
  expect((await on.picture()).pulls.map(({ state }) => state)).toEqual(['open']);
});
