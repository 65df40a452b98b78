import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { git, GIT_ENV, makeCommit, temporaryFolder } from '../../../test/contracts/git-fixture.ts';
import { REEVE_PERMISSIONS, startFakeGithub, type FakeGithub } from '../../../test/fakes/github/index.ts';
import { systemClock } from '#platform/crypto/index.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import { createGithubForge, type GithubCredential, type GithubForge } from './index.ts';

/* What follows an approval and a landing: GitHub's merge queue, branches, reverts, re-runs, drafts of releases. Each once, also when its answer is lost. */
let github: FakeGithub;
let token: string;
let ada: string;
let app: Extract<GithubCredential, { kind: 'app' }>;
beforeAll(async () => {
  github = await startFakeGithub();
  token = github.addUser('reeve-bot');
  ada = github.addUser('ada');
  const made = github.addApp({ slug: 'reeve', permissions: REEVE_PERMISSIONS });
  github.world.addAccount('acme', 'Organization');
  made.install('acme');
  app = { kind: 'app', appId: String(made.id), privateKey: made.privateKey };
});
afterAll(() => github.close());

const forgeWith = (credential: GithubCredential, mergeMethod: 'merge' | 'rebase' = 'merge'): GithubForge =>
  createGithubForge({
    apiUrl: github.apiUrl,
    gitUrl: github.gitUrlTemplate,
    credential,
    clock: systemClock,
    env: { PATH: GIT_ENV.PATH },
    writeIntervalMs: 0,
    retryBaseMs: 10,
    mergeMethod,
    pause: () => Promise.resolve(),
  });

interface World {
  name: string;
  repo: RepoRef;
  mirrorDir: string;
  start: string;
  forge: GithubForge;
  remove(): Promise<void>;
}
let on: World;
let count = 0;
beforeEach(async () => {
  count += 1;
  const folder = await temporaryFolder();
  const repository = await github.addRepository({
    owner: 'acme',
    name: `landing-${count}`,
    files: { 'a.txt': 'one\n' },
    collaborators: { 'reeve-bot': 'write', ada: 'maintain' },
  });
  const mirrorDir = path.join(folder.dir, 'mirror.git');
  await git(folder.dir, 'clone', '--quiet', '--bare', repository.git.dir, mirrorDir);
  const name = repository.fullName;
  const start = await git(mirrorDir, 'rev-parse', 'main');
  on = { name, repo: { forge: 'github', name }, mirrorDir, start, forge: forgeWith({ kind: 'token', token }), remove: folder.remove };
});
afterEach(async () => {
  github.faults.clear();
  await on.remove();
  const wrong = [...github.violations, ...github.errors.map(String)];
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
});

const did = (kind: string): number => github.journal.effects.filter((effect) => effect.kind === kind && effect.repo === on.name).length;
const asked = (method: string, ending: RegExp): number =>
  github.journal.requests.filter((line) => line.method === method && ending.test(line.path) && line.path.includes(on.name)).length;

async function push(branch: string, files: Record<string, string>, from = on.start): Promise<string> {
  const sha = await makeCommit(on.mirrorDir, from, files);
  await on.forge.write.pushBranch(on.repo, { mirrorDir: on.mirrorDir, sha, branch, expected: null });
  return sha;
}

async function openPull(branch = 'ai-1', files: Record<string, string> = { 'b.txt': 'b\n' }) {
  const headSha = await push(branch, files);
  const parts = { title: 'Add b', body: 'Why.', headBranch: branch, baseBranch: 'main', draft: false, labels: [], marker: `act:${branch}` };
  const { number } = await on.forge.write.createPull(on.repo, parts);
  return { number, headSha };
}

function rules(...given: Array<{ type: string; parameters?: Record<string, unknown> }>): void {
  github.repository(on.name).data.rulesets.push({
    id: 900 + count,
    name: 'main',
    enforcement: 'active',
    include: ['~DEFAULT_BRANCH'],
    rules: given.map(({ type, parameters = {} }) => ({ type, parameters })),
    bypassActors: [],
    bypass: {},
    createdAt: github.world.now(),
  });
}
/** A CI outside that looked at this commit. */
async function report(sha: string, state: 'success' | 'failure'): Promise<void> {
  const headers = { authorization: `Bearer ${ada}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ context: 'test', state });
  const { status } = await fetch(`${github.apiUrl}/repos/${on.name}/statuses/${sha}`, { method: 'POST', headers, body });
  expect(status).toBe(201);
}
const TEST_REQUIRED = { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'test' }] } };

describe("GitHub's own merge queue", () => {
  const merge = (pull: { number: number; headSha: string }, askedAt = new Date(0)) =>
    on.forge.write.mergePull(on.repo, { ...pull, baseSha: null, message: 'Add b (#1)', askedAt });

  test('takes an approved pull request in once, and merges what it checked', async () => {
    rules({ type: 'merge_queue' }, TEST_REQUIRED);
    expect(await on.forge.read.demandsQueue?.(on.repo, 'main')).toBe(true);
    expect(await on.forge.read.demandsQueue?.(on.repo, 'other')).toBe(false);
    const pull = await openPull();
    github.faults.arm({ method: 'POST', path: '/graphql', times: 1, do: { kind: 'lost_answer' } });
    for (let times = 0; times < 3; times += 1) await expect(merge(pull)).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(merge(pull)).rejects.toMatchObject({ code: 'in_forge_queue' });
    expect(await on.forge.read.queueState?.(on.repo, pull.number)).toEqual({ state: 'waiting' });
    expect(did('pull.enqueued')).toBe(1);
    const group = (await github.repository(on.name).git.refs()).entries().find(([name]) => name.includes('gh-readonly-queue'));
    await report(group?.[1] ?? '', 'success');
    await github.settled();
    const { mergeSha } = await merge(pull);
    expect(mergeSha).toBe(group?.[1]);
    expect(await on.forge.read.pullByNumber(on.repo, pull.number)).toMatchObject({ state: 'merged', endedBy: null });
  });

  test('tells why it gave one back, and takes it in again for a new decision only', async () => {
    rules({ type: 'merge_queue' }, TEST_REQUIRED);
    const pull = await openPull();
    await expect(merge(pull)).rejects.toMatchObject({ code: 'in_forge_queue' });
    const group = (await github.repository(on.name).git.refs()).entries().find(([name]) => name.includes('gh-readonly-queue'));
    await report(group?.[1] ?? '', 'failure');
    expect(await on.forge.read.queueState?.(on.repo, pull.number)).toMatchObject({ state: 'left', cause: 'checks', because: 'CI_FAILURE' });
    await expect(merge(pull)).rejects.toMatchObject({ kind: 'refused', code: 'left_forge_queue', detail: { cause: 'checks' } });
    expect(did('pull.enqueued')).toBe(1);
    await expect(merge(pull, new Date(Date.now() + 60_000))).rejects.toMatchObject({ code: 'in_forge_queue' });
    expect(did('pull.enqueued')).toBe(2);
  });

  test('lets out again what may not be merged any more, once; what is not in it, or is merged, is let be', async () => {
    rules({ type: 'merge_queue' }, TEST_REQUIRED);
    const pull = await openPull();
    const leave = () => on.forge.write.leaveQueue?.(on.repo, pull.number);
    await leave();
    await expect(merge(pull)).rejects.toMatchObject({ code: 'in_forge_queue' });
    github.faults.arm({ method: 'POST', path: '/graphql', after: 1, do: { kind: 'lost_answer' } });
    await expect(leave()).rejects.toMatchObject({ kind: 'unavailable' });
    await leave();
    expect([did('pull.dequeued'), await on.forge.read.queueState?.(on.repo, pull.number)]).toMatchObject([1, { state: 'left', cause: 'person' }]);
    expect(await on.forge.read.pullByNumber(on.repo, pull.number)).toMatchObject({ state: 'open' });
    await expect(merge(pull, new Date(Date.now() + 60_000))).rejects.toMatchObject({ code: 'in_forge_queue' });
    const group = (await github.repository(on.name).git.refs()).entries().find(([name]) => name.includes('gh-readonly-queue'));
    await report(group?.[1] ?? '', 'success');
    await leave();
    expect(await on.forge.read.pullByNumber(on.repo, pull.number)).toMatchObject({ state: 'merged' });
    expect(did('pull.dequeued')).toBe(1);
  });

  test('does not ask again for what was merged while it was looked at: the next look reads the merge', async () => {
    rules({ type: 'merge_queue' }, TEST_REQUIRED);
    const pull = await openPull();
    await expect(merge(pull)).rejects.toMatchObject({ code: 'in_forge_queue' });
    const group = (await github.repository(on.name).git.refs()).entries().find(([name]) => name.includes('gh-readonly-queue'));
    // The merge is there, and is shown by one of GitHub's two ways to ask only.
    github.faults.arm({ method: 'GET', path: new RegExp(`/pulls/${pull.number}$`), times: Infinity, do: { kind: 'stale', writes: 50 } });
    await report(group?.[1] ?? '', 'success');
    await github.settled();
    await expect(merge(pull)).rejects.toMatchObject({ kind: 'unavailable', code: 'github_stale' });
    await expect(on.forge.write.leaveQueue?.(on.repo, pull.number)).rejects.toMatchObject({ kind: 'unavailable', code: 'github_stale' });
    github.faults.clear();
    expect((await merge(pull)).mergeSha).toBe(group?.[1]);
    expect([did('pull.enqueued'), did('pull.dequeued')]).toEqual([1, 0]);
  });

  test('does not take in what moved since it was approved', async () => {
    rules({ type: 'merge_queue' });
    const pull = await openPull();
    await push('elsewhere', { 'c.txt': 'c\n' });
    const moved = await makeCommit(on.mirrorDir, pull.headSha, { 'd.txt': 'd\n' });
    await on.forge.write.pushBranch(on.repo, { mirrorDir: on.mirrorDir, sha: moved, branch: 'ai-1', expected: pull.headSha });
    await expect(merge(pull)).rejects.toMatchObject({ kind: 'conflict', code: 'head_moved' });
    expect(did('pull.enqueued')).toBe(0);
  });
});

test('a branch that wants a linear history gets no merge commit, and exactly the tree that was verified', async () => {
  rules({ type: 'required_linear_history' });
  const pull = await openPull();
  const { mergeSha } = await on.forge.write.mergePull(on.repo, { ...pull, baseSha: on.start, message: 'Add b (#1)\n\nWhy.' });
  await git(on.mirrorDir, 'fetch', '--quiet', github.repository(on.name).git.dir, 'main');
  expect(await git(on.mirrorDir, 'rev-list', '--parents', '-n', '1', mergeSha)).toBe(`${mergeSha} ${on.start}`);
  expect(await git(on.mirrorDir, 'rev-parse', `${mergeSha}^{tree}`)).toBe(await git(on.mirrorDir, 'rev-parse', `${pull.headSha}^{tree}`));
});

describe('a branch', () => {
  const remove = (branch: string, sha: string) => on.forge.write.deleteBranch(on.repo, { mirrorDir: on.mirrorDir, branch, sha });

  test('is deleted where it stands, and again is fine', async () => {
    const sha = await push('ai-1', { 'b.txt': 'b\n' });
    await remove('ai-1', sha);
    await remove('ai-1', sha);
    expect(await on.forge.read.branchHead(on.repo, 'ai-1')).toBeNull();
    expect(did('ref.deleted')).toBe(1);
  });

  test('that moved stays, and so does the default one', async () => {
    const sha = await push('ai-1', { 'b.txt': 'b\n' });
    await expect(remove('ai-1', on.start)).rejects.toMatchObject({ kind: 'conflict', code: 'ref_moved' });
    expect(await on.forge.read.branchHead(on.repo, 'ai-1')).toBe(sha);
    await expect(remove('main', on.start)).rejects.toMatchObject({ kind: 'refused', code: 'branch_kept' });
    expect(did('ref.deleted')).toBe(0);
  });
});

test('a landing is taken back by one pull request, also when the answer is lost', async () => {
  const pull = await openPull();
  await on.forge.write.mergePull(on.repo, { ...pull, baseSha: on.start, message: 'Add b (#1)' });
  const revert = { number: pull.number, title: 'Revert "Add b" (#1)', body: 'It turned red.', marker: 'reeve:act:1' };
  const before = asked('GET', /\/pulls/);
  github.faults.arm({ method: 'POST', path: '/graphql', times: 1, do: { kind: 'lost_answer' } });
  await expect(on.forge.write.revertPull?.(on.repo, revert)).rejects.toMatchObject({ kind: 'unavailable' });
  const made = await on.forge.write.revertPull?.(on.repo, revert);
  expect(made).toMatchObject({ state: 'open', title: 'Revert "Add b" (#1)', baseBranch: 'main', headBranch: 'revert-1-ai-1' });
  expect(did('pull.created')).toBe(2);
  expect(asked('GET', /\/pulls/)).toBeGreaterThan(before);
  await git(on.mirrorDir, 'fetch', '--quiet', github.repository(on.name).git.dir, 'revert-1-ai-1');
  expect(await git(on.mirrorDir, 'rev-parse', 'FETCH_HEAD^{tree}')).toBe(await git(on.mirrorDir, 'rev-parse', `${on.start}^{tree}`));
});

describe('a failed check', () => {
  async function failed(): Promise<{ id: string; headSha: string }> {
    github.ci(({ attempt }) => [{ name: 'test', conclusion: attempt === 1 ? 'failure' : 'success', log: 'no' }], { repository: on.name });
    const { headSha } = await openPull();
    await github.settled();
    const [check] = await on.forge.read.checks(on.repo, headSha);
    expect(check).toMatchObject({ name: 'test', conclusion: 'failure' });
    return { id: check?.id ?? '', headSha };
  }

  test('is run again once, also when the answer is lost', async () => {
    const check = await failed();
    github.faults.arm({ method: 'POST', path: /rerun-failed-jobs$/, times: 1, do: { kind: 'lost_answer' } });
    await expect(on.forge.write.rerunCheck?.(on.repo, check)).rejects.toMatchObject({ kind: 'unavailable' });
    await github.settled();
    await on.forge.write.rerunCheck?.(on.repo, check);
    expect(did('workflow_run.rerun')).toBe(1);
    expect(await on.forge.read.checks(on.repo, check.headSha)).toMatchObject([{ name: 'test', conclusion: 'success' }]);
  });

  test('is left alone where the credential may not, and an App does not even ask', async () => {
    const check = await failed();
    github.faults.arm({ method: 'POST', path: /rerun-failed-jobs$/, times: 1, do: { kind: 'status', status: 403 } });
    await expect(on.forge.write.rerunCheck?.(on.repo, check)).rejects.toMatchObject({ kind: 'refused', code: 'rerun_not_allowed' });
    const before = asked('POST', /rerun/);
    await expect(forgeWith(app).write.rerunCheck?.(on.repo, check)).rejects.toMatchObject({ kind: 'refused', code: 'rerun_not_allowed' });
    expect([before, asked('POST', /rerun/)]).toEqual([1, 1]);
  });

  test('of another commit, or that is no job, is not run again', async () => {
    const check = await failed();
    for (const other of [
      { ...check, headSha: on.start },
      { ...check, id: '4711' },
      { ...check, id: 'status' },
    ])
      await expect(on.forge.write.rerunCheck?.(on.repo, other)).rejects.toMatchObject({ code: 'not_rerunnable' });
    expect(did('workflow_run.rerun')).toBe(0);
  });
});

describe('the draft of a release', () => {
  const draft = { tag: 'v1.0.0', name: 'v1.0.0', body: 'New: b.', marker: 'reeve:release:1' };
  const data = () => github.repository(on.name).data.releases;

  test.each(['token', 'app'] as const)('is made once, with a %s', async (kind) => {
    const { write } = forgeWith(kind === 'app' ? app : { kind: 'token', token });
    github.faults.arm({ method: 'POST', path: /\/releases$/, times: 1, do: { kind: 'lost_answer' } });
    await expect(write.putDraftRelease?.(on.repo, draft)).rejects.toMatchObject({ kind: 'unavailable' });
    await write.putDraftRelease?.(on.repo, draft);
    expect(data()).toHaveLength(1);
    expect(data()[0]).toMatchObject({ draft: true, tag: 'v1.0.0', body: 'New: b.\n\n<!-- reeve:release:1 -->' });
    expect([did('release.created'), did('release.edited'), did('release.published')]).toEqual([1, 0, 0]);
    expect(await on.forge.read.releases?.(on.repo)).toMatchObject([{ tag: 'v1.0.0', publishedAt: null }]);
  });

  test('leaves alone what people wrote into it, and does not take it back when they published it', async () => {
    await on.forge.write.putDraftRelease?.(on.repo, draft);
    const [release] = data();
    if (release === undefined) throw new Error('no release');
    release.body = `Written by hand.\n\n${release.body ?? ''}`;
    const written = release.body;
    await on.forge.write.putDraftRelease?.(on.repo, draft);
    release.draft = false;
    await on.forge.write.putDraftRelease?.(on.repo, draft);
    expect([data().length, did('release.edited'), release.draft, release.body]).toEqual([1, 0, false, written]);
    Object.assign(release, { body: 'Written by hand.' });
    await expect(on.forge.write.putDraftRelease?.(on.repo, draft)).rejects.toMatchObject({ code: 'release_of_people' });
    release.draft = true;
    await expect(on.forge.write.putDraftRelease?.(on.repo, draft)).rejects.toMatchObject({ code: 'release_of_people' });
    expect([data().length, did('release.edited')]).toEqual([1, 0]);
  });

  test('that people opened and left empty is filled in, and stays published where they publish it at that moment', async () => {
    await on.forge.write.putDraftRelease?.(on.repo, draft);
    const [release] = data();
    if (release === undefined) throw new Error('no release');
    release.body = '';
    github.faults.arm({ method: 'PATCH', path: /releases/, times: 1, do: { kind: 'lost_answer' } });
    const filling = on.forge.write.putDraftRelease?.(on.repo, draft);
    await expect(filling).rejects.toMatchObject({ kind: 'unavailable' });
    const [patch] = github.journal.requests.filter(({ method, path: at }) => method === 'PATCH' && at.includes(on.name));
    expect(patch?.body).not.toHaveProperty('draft');
    expect(release).toMatchObject({ draft: true, body: 'New: b.\n\n<!-- reeve:release:1 -->' });
  });
});

test('the text of an issue is replaced only where nobody changed it meanwhile', async () => {
  const { number } = await on.forge.trackerWrite.createIssue(on.repo, { title: 'Epic', body: '- [ ] #7', labels: [], marker: 'm' });
  const issue = await on.forge.tracker.issue(on.repo, number);
  const from = issue?.body ?? '';
  const to = from.replace('[ ]', '[x]');
  await on.forge.trackerWrite.editBody(on.repo, number, { from, to });
  await on.forge.trackerWrite.editBody(on.repo, number, { from, to });
  await expect(on.forge.trackerWrite.editBody(on.repo, number, { from, to: 'lost' })).rejects.toMatchObject({ code: 'body_moved' });
  expect((await on.forge.tracker.issue(on.repo, number))?.body).toBe(to);
  expect(did('issue.edited')).toBe(1);
});
