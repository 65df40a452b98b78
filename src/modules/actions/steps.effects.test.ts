import { expect, test } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import type { ForgeRead, PullRequest, ReviewThread } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import type { TrackerIssue, TrackerRead } from '#ports/tracker-read.ts';
import type { TrackerWrite } from '#ports/tracker-write.ts';
import { ACTION_KINDS, type Action, type ActionKind } from './model.ts';
import { isInternal, parseArgs } from './model.args.ts';
import { createForgeEffects } from './steps.effects.forge.ts';
import { createObservedFacts } from './steps.facts.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const repo = { forge: 'local', name: 'acme/shop' };

/** A forge and tracker in memory that keep a journal of writes; what a real one does is the connectors' contract suite. */
function world() {
  const journal: [string, ...unknown[]][] = [];
  const branches = new Map<string, string>([['main', A]]);
  const pulls = new Map<number, PullRequest>();
  const issues = new Map<number, TrackerIssue>();
  const threads: ReviewThread[] = [{ id: 'PRRT_1', path: 'a.ts', line: 1, resolved: false, outdated: false, comments: [] }];
  const write =
    (name: string) =>
    async (_: unknown, ...given: unknown[]): Promise<never> => {
      journal.push([name, ...given]);
      return undefined as never;
    };
  const read: ForgeRead = {
    cloneUrl: async () => '/nowhere',
    defaultBranch: async () => 'main',
    branchHead: async (_, branch) => branches.get(branch) ?? null,
    checkedOutBranch: async () => 'work',
    pullByNumber: async (_, number) => pulls.get(number) ?? null,
    pullByHead: async (_, head) => [...pulls.values()].find((pull) => pull.headBranch === head) ?? null,
    checks: async () => [],
    comments: async () => [],
    reviews: async () => [],
    requestedReviewers: async () => ['Ann'],
    reviewThreads: async () => threads,
  };
  const forgeWrite: ForgeWrite = {
    createBranch: write('createBranch'),
    pushBranch: write('pushBranch'),
    deleteBranch: write('deleteBranch'),
    rerunCheck: write('rerunCheck'),
    revertPull: async (_, revert) => {
      journal.push(['revertPull', revert]);
      return openPull(10);
    },
    putDraftRelease: async (_, release) => {
      journal.push(['putDraftRelease', release]);
      return { id: '1', url: 'u' };
    },
    createPull: async (_, pull) => {
      journal.push(['createPull', pull]);
      return openPull(9, { headBranch: pull.headBranch, baseBranch: pull.baseBranch });
    },
    updatePull: async (_, number, change) => {
      journal.push(['updatePull', number, change]);
      return openPull(number);
    },
    mergePull: async (_, merge) => {
      journal.push(['mergePull', merge]);
      return { mergeSha: B };
    },
    putCheck: write('putCheck'),
    putComment: async (_, number, comment) => {
      journal.push(['forge.putComment', number, comment]);
      return { id: 'c1' };
    },
    async putReview(_, number, review) {
      journal.push(['putReview', number, review]);
      return { id: 'r1', refused: [] };
    },
    async requestReviewers(_, number, logins) {
      journal.push(['requestReviewers', number, logins]);
      return { refused: [] };
    },
    async replyToThread(_, number, reply) {
      journal.push(['replyToThread', number, reply]);
      return { id: 'c3' };
    },
    resolveThread: write('resolveThread'),
  };
  const trackerRead: TrackerRead = {
    issue: async (_, number) => issues.get(number) ?? null,
    issues: async () => ({ items: [...issues.values()], nextCursor: null }),
    labeledBy: async () => null,
  };
  const trackerWrite: TrackerWrite = {
    setLabels: write('setLabels'),
    setAssignees: write('setAssignees'),
    putComment: async (_, number, comment) => {
      journal.push(['putComment', number, comment]);
      return { id: 'c2' };
    },
    close: write('close'),
    reopen: write('reopen'),
    editBody: write('editBody'),
    createIssue: async (_, issue) => {
      journal.push(['createIssue', issue]);
      return { number: 31 };
    },
  };
  const effects = createForgeEffects({
    forge: () => ({ read, write: forgeWrite }),
    tracker: () => ({ read: trackerRead, write: trackerWrite }),
    mirrorDir: () => '/mirror',
  });
  const effect = (kind: ActionKind) => {
    const found = effects.find((candidate) => candidate.kind === kind);
    if (found === undefined) throw new Error(kind);
    return found;
  };
  return { journal, branches, pulls, issues, threads, read, effects, effect };
}

function openPull(number: number, more: Partial<PullRequest> = {}): PullRequest {
  return {
    number,
    title: 't',
    body: 'b',
    state: 'open',
    draft: false,
    headBranch: 'ai-7',
    baseBranch: 'main',
    headSha: A,
    mergeSha: null,
    labels: ['kept', 'old'],
    url: 'u',
    ...more,
  };
}

function openIssue(number: number, more: Partial<TrackerIssue> = {}): TrackerIssue {
  const at = new Date('2026-01-01T00:00:00Z');
  return {
    number,
    externalId: String(number),
    title: 't',
    body: '',
    state: 'open',
    closeReason: null,
    labels: [],
    assignees: [],
    author: 'a',
    url: 'u',
    createdAt: at,
    updatedAt: at,
    ...more,
  };
}

function action(
  kind: ActionKind,
  args: JsonObject,
  more: { number?: number | null; branch?: string | null; head?: string | null; issueUpdatedAt?: string | null } = {},
): Action {
  const target = { forge: repo.forge, repo: repo.name, number: more.number ?? null, branch: more.branch ?? null };
  const parsed = parseArgs({ kind, target, args, preconditions: { headSha: more.head ?? null } });
  const record = {
    kind,
    target: { ...target, number: parsed.number, branch: parsed.branch },
    args: parsed.args,
    preconditions: { head_sha: more.head ?? null, base_sha: null, issue_updated_at: more.issueUpdatedAt ?? null },
  };
  return { id: 'act_1', record } as unknown as Action;
}

test('every kind that reaches the outside has exactly one effect here; the others belong to their modules', () => {
  const kinds = world().effects.map((effect) => effect.kind);
  expect(kinds.toSorted()).toEqual(ACTION_KINDS.filter((kind) => !isInternal(kind)).toSorted());
});

const marker = 'reeve:act:act_1';
test.each<[ActionKind, JsonObject, Parameters<typeof action>[2], unknown]>([
  ['branch.create', { sha: B }, { branch: 'ai-7' }, ['createBranch', 'ai-7', B]],
  ['branch.push', { sha: B, expected: A }, { branch: 'ai-8' }, ['pushBranch', { mirrorDir: '/mirror', sha: B, branch: 'ai-8', expected: A }]],
  ['pr.update', { draft: false }, { number: 7 }, ['updatePull', 7, { title: undefined, body: undefined, draft: false, labels: undefined }]],
  ['pr.label', { add: ['new'], remove: ['old'] }, { number: 7 }, ['updatePull', 7, { labels: ['kept', 'new'] }]],
  ['pr.comment.summary', { body: 'x', marker: 'reeve:review' }, { number: 7 }, ['forge.putComment', 7, { body: 'x', marker: 'reeve:review' }]],
  ['pr.comment.summary', { body: 'x' }, { number: 7 }, ['forge.putComment', 7, { body: 'x', marker }]],
  ['pr.comment.output', { body: 'x', marker: 'reeve:o' }, { number: 7 }, ['forge.putComment', 7, { body: 'x', marker: 'reeve:o' }]],
  ['pr.revert', { title: 't', body: 'b', merge_sha: B }, { number: 8 }, ['revertPull', { number: 8, title: 't', body: 'b', marker }]],
  ['ci.rerun', { check_id: '12', name: 'test', head_sha: A }, {}, ['rerunCheck', { id: '12', headSha: A }]],
  [
    'release.draft',
    { tag: 'v1', name: 'v1', body: 'b', marker: 'reeve:r' },
    {},
    ['putDraftRelease', { tag: 'v1', name: 'v1', body: 'b', marker: 'reeve:r' }],
  ],
  ['pr.comment.answer', { body: 'x', marker: 'reeve:answer:1' }, { number: 7 }, ['forge.putComment', 7, { body: 'x', marker: 'reeve:answer:1' }]],
  [
    'pr.review',
    { head_sha: A, body: 'x', comments: [{ path: 'a.ts', line: 1, body: 'y', marker: 'm:1' }] },
    { number: 7 },
    ['putReview', 7, { headSha: A, body: 'x', marker: 'reeve:review', comments: [{ path: 'a.ts', line: 1, body: 'y', marker: 'm:1' }] }],
  ],
  ['pr.reviewers', { reviewers: ['ann', 'ben'] }, { number: 7 }, ['requestReviewers', 7, ['ben']]],
  ['pr.thread.reply', { thread_id: 'PRRT_1', body: 'x' }, { number: 7 }, ['replyToThread', 7, { threadId: 'PRRT_1', body: 'x', marker }]],
  ['pr.thread.resolve', { thread_id: 'PRRT_1' }, { number: 7 }, ['resolveThread', 7, 'PRRT_1']],
  [
    'pr.check',
    { name: 'reeve/test', head_sha: A, conclusion: 'success' },
    {},
    ['putCheck', { name: 'reeve/test', headSha: A, conclusion: 'success', url: null, summary: '' }],
  ],
  ['pr.assign', { assignees: ['dora'] }, { number: 7 }, ['setAssignees', 7, ['dora']]],
  ['issue.comment.triage', { body: 'x' }, { number: 3 }, ['putComment', 3, { body: 'x', marker: 'reeve:triage' }]],
  ['issue.comment.plan', { body: 'x' }, { number: 3 }, ['putComment', 3, { body: 'x', marker: 'reeve:plan' }]],
  ['issue.comment.questions', { body: 'x', marker: 'reeve:q2' }, { number: 3 }, ['putComment', 3, { body: 'x', marker: 'reeve:q2' }]],
  ['issue.label', { add: ['bug'] }, { number: 3 }, ['setLabels', 3, { add: ['bug'], remove: [] }]],
  ['branch.delete', { sha: A }, { branch: 'ai-8' }, ['deleteBranch', { mirrorDir: '/mirror', branch: 'ai-8', sha: A }]],
  ['issue.tick', { item: 3 }, { number: 4 }, ['editBody', 4, { from: '- [ ] #3\n- [ ] #5', to: '- [x] #3\n- [ ] #5' }]],
  ['issue.assign', { assignees: ['dora'] }, { number: 3 }, ['setAssignees', 3, ['dora']]],
  ['issue.transition', { state: 'closed' }, { number: 3 }, ['close', 3, 'completed']],
  ['issue.create.low', { title: 't', body: 'b' }, {}, ['createIssue', { title: 't', body: 'b', labels: [], marker }]],
])('%s writes what was approved', async (kind, args, target, expected) => {
  const on = world();
  on.pulls.set(7, openPull(7));
  on.pulls.set(8, openPull(8, { state: 'merged', mergeSha: B }));
  on.branches.set('ai-8', A);
  on.issues.set(3, openIssue(3));
  on.issues.set(4, openIssue(4, { body: '- [ ] #3\n- [ ] #5' }));
  const proposed = action(kind, args, target);
  expect(await on.effect(kind).check(proposed)).toBeNull();
  await on.effect(kind).run(proposed, {});
  expect(on.journal).toEqual([expected]);
});

test('a pull request carries the labels that say where it comes from, and a hidden marker', async () => {
  const on = world();
  const proposed = action('pr.create', { title: 't', body: 'b', head_branch: 'ai-7', base_branch: 'main', labels: ['cart', 'AI-PR'] });
  expect(await on.effect('pr.create').run(proposed, {})).toMatchObject({ number: 9 });
  expect(on.journal).toEqual([
    [
      'createPull',
      {
        title: 't',
        body: 'b',
        headBranch: 'ai-7',
        baseBranch: 'main',
        draft: false,
        labels: ['AI-PR', 'AutoGenerated', 'AI-Generated', 'cart'],
        marker,
      },
    ],
  ]);
});

test('what is there already is found and not made again', async () => {
  const on = world();
  on.branches.set('ai-7', B);
  on.pulls.set(7, openPull(7, { labels: ['AutoGenerated', 'AI-PR', 'AI-Generated'] }));
  on.pulls.set(8, openPull(8, { headBranch: 'x', state: 'merged', mergeSha: B }));
  on.issues.set(3, openIssue(3, { state: 'closed', closeReason: 'duplicate' }));
  on.threads.push({ id: 'PRRT_2', path: 'a.ts', line: 1, resolved: true, outdated: false, comments: [] });
  const cases: [ActionKind, Action][] = [
    ['branch.create', action('branch.create', { sha: B }, { branch: 'ai-7' })],
    ['branch.push', action('branch.push', { sha: B, expected: A }, { branch: 'ai-7' })],
    ['pr.create', action('pr.create', { title: 't', body: 'b', head_branch: 'ai-7', base_branch: 'main' })],
    ['pr.merge', action('pr.merge', { message: 'm' }, { number: 8, head: A })],
    ['pr.thread.resolve', action('pr.thread.resolve', { thread_id: 'PRRT_2' }, { number: 7 })],
    ['issue.close', action('issue.close', { reason: 'duplicate', duplicate_of: 1 }, { number: 3 })],
    ['issue.transition', action('issue.transition', { state: 'closed' }, { number: 3 })],
  ];
  const unseen: ActionKind[] = [];
  for (const [kind, proposed] of cases) {
    if ((await on.effect(kind).probe?.(proposed, {})) === null) unseen.push(kind);
    await on.effect(kind).run(proposed, {});
  }
  expect(unseen).toEqual([]);
  expect(on.journal).toEqual([]);
});

test('a pull request whose labels a lost answer left out is not done yet', async () => {
  const on = world();
  on.pulls.set(7, openPull(7, { labels: ['AI-PR'] }));
  const proposed = action('pr.create', { title: 't', body: 'b', head_branch: 'ai-7', base_branch: 'main' });
  expect(await on.effect('pr.create').probe?.(proposed, {})).toBeNull();
});

test('a duplicate is closed after its comment with the link', async () => {
  const on = world();
  on.issues.set(3, openIssue(3));
  await on.effect('issue.close').run(action('issue.close', { reason: 'duplicate', duplicate_of: 1, evidence: { score: 0.9 } }, { number: 3 }), {});
  expect(on.journal).toEqual([
    ['putComment', 3, { body: 'Closed as a duplicate of #1.', marker: 'reeve:close' }],
    ['close', 3, 'duplicate'],
  ]);
});

test('a pull request is closed after its comment', async () => {
  const on = world();
  await on.effect('pr.close').run(action('pr.close', { comment: 'Superseded.' }, { number: 7 }), {});
  expect(on.journal.map(([name]) => name)).toEqual(['forge.putComment', 'updatePull']);
});

test('a merge takes the approved head and the base that was verified', async () => {
  const on = world();
  on.pulls.set(7, openPull(7));
  const proposed = action('pr.merge', { message: 'm' }, { number: 7, head: A });
  await on.effect('pr.merge').run(proposed, { base_sha: B });
  expect(on.journal).toEqual([['mergePull', { number: 7, headSha: A, baseSha: B, message: 'm' }]]);
});

test('what no longer holds is a sentence', async () => {
  const on = world();
  on.branches.set('ai-7', A);
  on.pulls.set(7, openPull(7, { headSha: B }));
  on.pulls.set(8, openPull(8, { state: 'closed' }));
  on.pulls.set(9, openPull(9, { state: 'merged', mergeSha: B }));
  on.issues.set(3, openIssue(3));
  const cases: [ActionKind, Action, string][] = [
    ['branch.create', action('branch.create', { sha: B }, { branch: 'ai-7' }), 'is there already'],
    ['branch.push', action('branch.push', { sha: B, expected: null }, { branch: 'ai-7' }), 'moved'],
    ['pr.merge', action('pr.merge', { message: 'm' }, { number: 7, head: A }), 'new commits'],
    ['pr.merge', action('pr.merge', { message: 'm' }, { number: 8, head: A }), 'closed'],
    ['pr.merge', action('pr.merge', { message: 'm' }, { number: 9, head: A }), 'was merged by hand'],
    ['pr.merge', action('pr.merge', { message: 'm' }, { number: 99, head: A }), 'not there'],
    ['pr.update', action('pr.update', { title: 'x' }, { number: 8 }), 'closed'],
    ['branch.delete', action('branch.delete', { sha: B }, { branch: 'ai-7' }), 'moved'],
    ['branch.delete', action('branch.delete', { sha: A }, { branch: 'main' }), 'default branch'],
    ['branch.delete', action('branch.delete', { sha: A }, { branch: 'ai-7' }), 'is open from'],
    ['pr.revert', action('pr.revert', { title: 't', body: 'b', merge_sha: A }, { number: 9 }), 'landed as'],
    ['issue.tick', action('issue.tick', { item: 9 }, { number: 3 }), 'names #9'],
    ['issue.label', action('issue.label', { add: ['x'] }, { number: 99 }), 'no issue #99'],
    ['issue.close', action('issue.close', { reason: 'completed' }, { number: 3, issueUpdatedAt: '2025-12-31T00:00:00Z' }), 'was changed'],
  ];
  for (const [kind, proposed, sentence] of cases) expect(`${kind}: ${await on.effect(kind).check(proposed)}`).toContain(sentence);
  expect(
    await on.effect('issue.close').check(action('issue.close', { reason: 'completed' }, { number: 3, issueUpdatedAt: '2026-01-01T00:00:00.000Z' })),
  ).toBeNull();
});

test('a push that names no commit takes the verified one; one that does takes no other', async () => {
  const on = world();
  const open = action('branch.push', {}, { branch: 'main' });
  await on.effect('branch.push').run(open, { sha: B, expected: A });
  expect(on.journal).toEqual([['pushBranch', { mirrorDir: '/mirror', sha: B, branch: 'main', expected: A }]]);
  await expect(on.effect('branch.push').run(open, {})).rejects.toMatchObject({ code: 'sha_missing' });
  await expect(on.effect('branch.push').run(action('branch.push', { sha: A }, { branch: 'x' }), { sha: B })).rejects.toMatchObject({
    kind: 'refused',
    code: 'sha_mismatch',
  });
});

const proposalOf = (kind: ActionKind, args: JsonObject, target: JsonObject = {}, headSha: string | null = A) =>
  ({ kind, target: { forge: 'local', repo: 'acme/shop', ...target }, args, preconditions: { headSha } }) as Parameters<typeof parseArgs>[0];

test.each<[string, ActionKind, JsonObject, JsonObject, string | null | undefined]>([
  ['an unknown member', 'pr.label', { add: [], force: true }, { number: 1 }, A],
  ['a number as text', 'pr.label', { add: 'x' }, { number: 1 }, A],
  ['no number', 'pr.label', { add: ['x'] }, {}, A],
  ['another number than the target', 'pr.label', { number: 2 }, { number: 1 }, A],
  ['a short commit', 'branch.create', { sha: 'abc' }, { branch: 'x' }, A],
  ['no branch', 'branch.push', { sha: A }, {}, A],
  ['a merge without head', 'pr.merge', { message: 'm' }, { number: 1 }, null],
  ['a marker that ends the comment', 'issue.comment.plan', { body: 'x', marker: 'a--><b' }, { number: 1 }, A],
  ['an empty comment', 'issue.comment.plan', { body: '' }, { number: 1 }, A],
  ['a body of a megabyte', 'issue.comment.plan', { body: 'x'.repeat(1_000_000) }, { number: 1 }, A],
  ['an unknown close reason', 'issue.close', { reason: 'spam' }, { number: 1 }, A],
  ...['../x', 'a b', '-x', 'a..b', 'x.lock', 'a//b', '/a', 'a/', 'HEAD', 'a~1', 'a^', 'a:b', 'a\\b', 'a@{1}', '.a', 'a\u0007', ''].map(
    (branch): [string, ActionKind, JsonObject, JsonObject, string | null] => [
      `the branch name ${JSON.stringify(branch)}`,
      'branch.create',
      { sha: A },
      { branch },
      A,
    ],
  ),
])('%s is malformed', (_, kind, args, target, head) => {
  expect(() => parseArgs(proposalOf(kind, args, target, head))).toThrow(expect.objectContaining({ kind: 'invalid', code: 'action_malformed' }));
});

test('what callers repeat in args becomes the target, and no path of this machine is kept', () => {
  expect(parseArgs(proposalOf('branch.push', { branch: 'ai-7', sha: A, expected: null, mirror_dir: '/data/mirror' }))).toEqual({
    args: { sha: A, expected: null },
    number: null,
    branch: 'ai-7',
  });
  expect(parseArgs(proposalOf('pr.update', { number: 7, draft: false }))).toEqual({ args: { draft: false }, number: 7, branch: null });
});

test('observed facts say where a branch stands, and leave out what cannot be known', async () => {
  const { read } = world();
  const observe = createObservedFacts({
    forge: () => read,
    repository: async () => ({ tier: 'core', defaultBranch: 'trunk' }),
    planApproved: async (id) => id === 'iss_1',
  });
  const given = (kind: ActionKind, branch: string | null, workItemId: string | null) =>
    observe({
      kind,
      target: { forge: 'local', repo: 'acme/shop', branch },
      args: {},
      proposer: { subject: 'system' },
      triggerUser: null,
      projectId: null,
      workItemId,
      idempotencyKey: 'k',
    });
  expect(await given('branch.push', 'main', 'iss_1')).toEqual({
    plan: { approved: true },
    repo: { tier: 'core' },
    target: { is_default: true, is_checked_out: false },
  });
  expect(await given('branch.push', 'trunk', null)).toMatchObject({ plan: { approved: false }, target: { is_default: true } });
  expect(await given('branch.push', 'work', 'iss_2')).toMatchObject({
    plan: { approved: false },
    target: { is_default: false, is_checked_out: true },
  });
  expect(await given('pr.label', null, null)).toEqual({ plan: { approved: false }, repo: { tier: 'core' } });
  expect(await given('plan.approve', null, null)).toEqual({ plan: { approved: false } });
});
