import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asker, endCleanly, type Ask } from './ask.ts';
import { startFakeGithub, type FakeGithub } from './index.ts';

const run = promisify(execFile);
const SHOP = '/repos/acme/shop';
let fake: FakeGithub;
let ask: Ask;
let token: string;
let folder: string;

beforeEach(async () => {
  fake = await startFakeGithub();
  folder = await mkdtemp(join(tmpdir(), 'reeve-fake-github-test-'));
  token = fake.addUser('bot');
  fake.addUser('mia');
  await fake.addRepository({
    owner: 'acme',
    name: 'shop',
    files: { 'README.md': '# Shop\n', 'src/a.txt': 'one\ntwo\n' },
    collaborators: { bot: 'write', mia: 'write' },
  });
  ask = asker(fake, token);
});
afterEach(async () => {
  await endCleanly(fake);
  await rm(folder, { recursive: true, force: true });
});

async function git(...args: string[]): Promise<string> {
  const identity = ['-c', 'user.name=bot', '-c', 'user.email=bot@example.test'];
  return (await run('git', [...identity, ...args], { cwd: folder, env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } })).stdout.trim();
}

function remote(secret: string): string {
  return fake.gitUrlTemplate.replace('{owner}', 'acme').replace('{repo}', 'shop').replace('http://', `http://x-access-token:${secret}@`);
}

const head = async (branch: string) => ((await ask('GET', `${SHOP}/git/ref/heads%2F${branch}`)).body['object'] as { sha: string }).sha;
const open = (more: object = {}) => ask('POST', `${SHOP}/pulls`, { title: 'Fix', head: 'ai-1', base: 'main', body: 'Closes #1', ...more });

describe('git and the API are one repository', () => {
  it('shows a pushed commit in the API and a merge by the API in the next fetch', async () => {
    await fake.as('mia').openIssue('acme/shop', { title: 'Two is wrong' });
    await git('clone', '--quiet', remote(token), '.');
    await git('checkout', '--quiet', '-b', 'ai-1');
    await writeFile(join(folder, 'src/a.txt'), 'one\nthree\n');
    await git('commit', '--quiet', '-am', 'Three');
    await git('push', '--quiet', 'origin', 'ai-1');
    expect(await head('ai-1')).toBe(await git('rev-parse', 'HEAD'));
    expect((await open()).status).toBe(201);
    const merged = await ask('PUT', `${SHOP}/pulls/2/merge`, { sha: await head('ai-1') });
    expect(merged).toMatchObject({ status: 200, body: { merged: true, message: 'Pull Request successfully merged' } });
    await git('fetch', '--quiet', 'origin');
    expect(await git('rev-parse', 'origin/main')).toBe(merged.body['sha']);
    expect(await git('show', 'origin/main:src/a.txt')).toBe('one\nthree');
    expect((await git('rev-list', '--parents', '-1', 'origin/main')).split(' ')).toHaveLength(3);
    // "closes #10": the issue is closed when the pull request is merged into the default branch.
    expect((await ask('GET', `${SHOP}/issues/1`)).body).toMatchObject({ state: 'closed', state_reason: 'completed' });
  });

  it('lets nobody in with a wrong token, and nobody write who may only read', async () => {
    fake.repository('acme/shop').data.private = true;
    await expect(git('clone', '--quiet', remote('wrong'), '.')).rejects.toThrow(/Authentication failed/);
    const reader = fake.addUser('reader');
    await expect(git('clone', '--quiet', remote(reader), '.')).rejects.toThrow(/Repository not found|not found/);
    fake.repository('acme/shop').data.collaborators['reader'] = 'read';
    await git('clone', '--quiet', remote(reader), '.');
    await expect(git('push', '--quiet', 'origin', 'HEAD:refs/heads/mine')).rejects.toThrow(/403/);
    expect(fake.journal.lines('ref')).toEqual([]);
  });

  it('refuses a push to a protected branch as GitHub words it', async () => {
    fake
      .repository('acme/shop')
      .data.protections.push({ branch: 'main', requiredChecks: ['test'], strict: false, requiredApprovals: 1, enforceAdmins: true, pushers: null });
    await git('clone', '--quiet', remote(token), '.');
    await git('commit', '--quiet', '--allow-empty', '-m', 'Sneak');
    await expect(git('push', '--quiet', 'origin', 'main')).rejects.toThrow(/GH006: Protected branch update failed for refs\/heads\/main/);
  });

  it('marks a pull request as merged whose commits were pushed to its base', async () => {
    const sha = await fake.as('bot').push('acme/shop', 'ai-1', { 'b.txt': 'b\n' });
    await open();
    await git('clone', '--quiet', remote(token), '.');
    await git('push', '--quiet', 'origin', `origin/ai-1:main`);
    expect((await ask('GET', `${SHOP}/pulls/1`)).body).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: sha });
  });

  it('notices new commits on the head of a pull request, and a deleted head closes it', async () => {
    await fake.as('bot').push('acme/shop', 'ai-1', { 'b.txt': 'b\n' });
    await open();
    const sha = await fake.as('bot').push('acme/shop', 'ai-1', { 'b.txt': 'c\n' });
    expect((await ask('GET', `${SHOP}/pulls/1`)).body).toMatchObject({ head: { sha }, commits: 2, changed_files: 1 });
    expect((await ask('DELETE', `${SHOP}/git/refs/heads%2Fai-1`)).status).toBe(204);
    expect((await ask('GET', `${SHOP}/pulls/1`)).body).toMatchObject({ state: 'closed', merged: false, head: { sha } });
  });
});

describe('refs', () => {
  it('makes a ref once: the second time is 422 "Reference already exists"', async () => {
    const sha = await head('main');
    expect((await ask('POST', `${SHOP}/git/refs`, { ref: 'refs/heads/ai-1', sha })).status).toBe(201);
    expect(await ask('POST', `${SHOP}/git/refs`, { ref: 'refs/heads/ai-1', sha })).toMatchObject({
      status: 422,
      body: { message: 'Reference already exists' },
    });
    expect(await ask('POST', `${SHOP}/git/refs`, { ref: 'refs/heads/other', sha: 'f'.repeat(40) })).toMatchObject({
      status: 422,
      body: { message: 'Object does not exist' },
    });
    expect(fake.journal.lines('ref')).toHaveLength(1);
  });

  it('moves a ref forward only, unless `force` says otherwise', async () => {
    const first = await head('main');
    const second = await fake.as('bot').push('acme/shop', 'ai-1', { 'b.txt': 'b\n' });
    expect(await ask('PATCH', `${SHOP}/git/refs/heads%2Fai-1`, { sha: first })).toMatchObject({
      status: 422,
      body: { message: 'Update is not a fast forward' },
    });
    expect((await ask('PATCH', `${SHOP}/git/refs/heads%2Fai-1`, { sha: first, force: true })).status).toBe(200);
    expect((await ask('PATCH', `${SHOP}/git/refs/heads%2Fai-1`, { sha: second })).status).toBe(200);
  });

  it('finds refs by their beginning, with slashes in names as they are or escaped', async () => {
    const sha = await head('main');
    for (const name of ['ai-1', 'ai-12', 'ai/x']) await ask('POST', `${SHOP}/git/refs`, { ref: `refs/heads/${name}`, sha });
    const found = (await ask('GET', `${SHOP}/git/matching-refs/heads/ai-1`)).body as unknown as Array<{ ref: string }>;
    expect(found.map(({ ref }) => ref)).toEqual(['refs/heads/ai-1', 'refs/heads/ai-12']);
    expect((await ask('GET', `${SHOP}/git/ref/heads/ai/x`)).status).toBe(200);
    expect((await ask('GET', `${SHOP}/branches/ai%2Fx`)).body).toMatchObject({ name: 'ai/x', protected: false });
    expect((await ask('GET', `${SHOP}/git/ref/heads/ai`)).status).toBe(404);
  });
});

describe('pull requests', () => {
  beforeEach(async () => {
    await fake.as('bot').push('acme/shop', 'ai-1', { 'src/a.txt': 'one\nthree\n' }, 'Three');
  });

  it('opens one for a head once, and says what is wrong with a head, a base, or nothing to merge', async () => {
    expect((await open({ draft: true })).body).toMatchObject({ number: 1, draft: true, mergeable: null, head: { ref: 'ai-1', label: 'acme:ai-1' } });
    const again = await open();
    expect(again).toMatchObject({
      status: 422,
      body: { message: 'Validation Failed', errors: [{ message: 'A pull request already exists for acme:ai-1.' }] },
    });
    expect(await open({ head: 'nowhere' })).toMatchObject({ status: 422, body: { errors: [{ field: 'head', code: 'invalid' }] } });
    expect(await open({ base: 'nowhere' })).toMatchObject({ status: 422, body: { errors: [{ field: 'base', code: 'invalid' }] } });
    await ask('POST', `${SHOP}/git/refs`, { ref: 'refs/heads/same', sha: await head('main') });
    expect(await open({ head: 'same' })).toMatchObject({ status: 422, body: { errors: [{ message: 'No commits between main and same' }] } });
    expect(fake.journal.lines('pull.created')).toEqual(['pull.created acme/shop #1 ai-1 by bot']);
  });

  it('filters the list by `user:ref-name`, state and base', async () => {
    await open();
    const numbers = async (query: string) =>
      ((await ask('GET', `${SHOP}/pulls?${query}`)).body as unknown as Array<{ number: number }>).map(({ number }) => number);
    expect(await numbers('head=acme:ai-1')).toEqual([1]);
    expect(await numbers('head=acme:ai-2')).toEqual([]);
    expect(await numbers('base=main&state=closed')).toEqual([]);
    await fake.as('mia').close('acme/shop', 1);
    expect(await numbers('head=acme:ai-1')).toEqual([]);
    expect(await numbers('head=acme:ai-1&state=all')).toEqual([1]);
  });

  it('knows after the first reading whether it can be merged, and tests that with a merge commit', async () => {
    await open();
    expect((await ask('GET', `${SHOP}/pulls/1`)).body).toMatchObject({ mergeable: null, mergeable_state: 'unknown' });
    const known = (await ask('GET', `${SHOP}/pulls/1`)).body;
    expect(known).toMatchObject({ mergeable: true, mergeable_state: 'clean', merged: false });
    // "Before merging a pull request, the merge_commit_sha attribute holds the SHA of the test merge commit."
    expect((await ask('GET', `${SHOP}/commits/${String(known['merge_commit_sha'])}`)).status).toBe(200);
    await fake.as('mia').push('acme/shop', 'main', { 'src/a.txt': 'one\nfour\n' });
    await ask('GET', `${SHOP}/pulls/1`);
    expect((await ask('GET', `${SHOP}/pulls/1`)).body).toMatchObject({ mergeable: false, mergeable_state: 'dirty', merge_commit_sha: null });
    expect(await ask('PUT', `${SHOP}/pulls/1/merge`, {})).toMatchObject({ status: 405, body: { message: 'Pull Request is not mergeable' } });
  });

  it('merges no draft, no other head than the one named, and nothing twice', async () => {
    await open({ draft: true });
    expect(await ask('PUT', `${SHOP}/pulls/1/merge`, {})).toMatchObject({ status: 405, body: { message: 'Pull Request is still a draft' } });
    await fake.as('bot').ready('acme/shop', 1);
    expect(await ask('PUT', `${SHOP}/pulls/1/merge`, { sha: await head('main') })).toMatchObject({
      status: 409,
      body: { message: 'Head branch was modified. Review and try the merge again.' },
    });
    expect((await ask('GET', `${SHOP}/pulls/1/merge`)).status).toBe(404);
    expect((await ask('PUT', `${SHOP}/pulls/1/merge`, { sha: await head('ai-1') })).status).toBe(200);
    expect((await ask('GET', `${SHOP}/pulls/1/merge`)).status).toBe(204);
    expect((await ask('PUT', `${SHOP}/pulls/1/merge`, { sha: await head('ai-1') })).status).toBe(405);
    expect(fake.journal.lines('pull.merged')).toHaveLength(1);
  });

  it.each([
    ['merge', 2],
    ['squash', 1],
    ['rebase', 1],
  ] as const)('merges by %s with %i parents, and keeps the base where it is until then', async (method, parents) => {
    await open();
    await fake.as('mia').push('acme/shop', 'main', { 'other.txt': 'x\n' });
    const before = await head('main');
    const merged = await ask('PUT', `${SHOP}/pulls/1/merge`, { merge_method: method, commit_title: 'Title (#1)' });
    expect(merged.status).toBe(200);
    const commit = (await ask('GET', `${SHOP}/commits/${String(merged.body['sha'])}`)).body as unknown as {
      parents: Array<{ sha: string }>;
      commit: { message: string };
    };
    expect(commit.parents).toHaveLength(parents);
    expect(commit.parents[0]?.sha).toBe(before);
    expect(await head('main')).toBe(merged.body['sha']);
    expect(commit.commit.message.split('\n')[0]).toBe(method === 'rebase' ? 'Three' : 'Title (#1)');
  });

  it('refuses a method the repository does not allow, and a branch whose protection is not met', async () => {
    await open();
    const { data } = fake.repository('acme/shop');
    data.mergeMethods.squash = false;
    expect(await ask('PUT', `${SHOP}/pulls/1/merge`, { merge_method: 'squash' })).toMatchObject({
      status: 405,
      body: { message: 'Squash merges are not allowed on this repository.' },
    });
    data.protections.push({ branch: 'main', requiredChecks: ['test'], strict: false, requiredApprovals: 1, enforceAdmins: false, pushers: null });
    expect(await ask('PUT', `${SHOP}/pulls/1/merge`, {})).toMatchObject({
      status: 405,
      body: { message: 'Required status check "test" is expected.' },
    });
    await ask('POST', `${SHOP}/statuses/${await head('ai-1')}`, { state: 'success', context: 'test' });
    expect((await ask('PUT', `${SHOP}/pulls/1/merge`, {})).body).toMatchObject({
      message: expect.stringContaining('approving review is required') as string,
    });
    await fake.as('mia').approve('acme/shop', 1);
    expect((await ask('PUT', `${SHOP}/pulls/1/merge`, {})).status).toBe(200);
  });

  it('takes reviews of others, comments on lines of the diff, and answers in threads', async () => {
    await open();
    const own = await ask('POST', `${SHOP}/pulls/1/reviews`, { event: 'APPROVE' });
    expect(own).toMatchObject({ status: 422, body: { errors: ['Can not approve your own pull request'] } });
    const asMia = asker(fake, fake.addUser('mia'));
    const off = await asMia('POST', `${SHOP}/pulls/1/reviews`, {
      event: 'COMMENT',
      body: 'x',
      comments: [{ path: 'src/a.txt', line: 99, body: 'y' }],
    });
    expect(off).toMatchObject({ status: 422, body: { errors: ['Line could not be resolved'] } });
    const good = await asMia('POST', `${SHOP}/pulls/1/reviews`, {
      event: 'REQUEST_CHANGES',
      body: 'Not three.',
      comments: [{ path: 'src/a.txt', line: 2, side: 'RIGHT', body: 'Why?' }],
    });
    expect(good).toMatchObject({ status: 200, body: { state: 'CHANGES_REQUESTED', commit_id: await head('ai-1') } });
    const [comment] = (await ask('GET', `${SHOP}/pulls/1/comments`)).body as unknown as Array<{ id: number }>;
    const reply = await ask('POST', `${SHOP}/pulls/1/comments/${comment?.id}/replies`, { body: 'Because.' });
    expect(reply).toMatchObject({ status: 201, body: { in_reply_to_id: comment?.id } });
    const reviews = (await ask('GET', `${SHOP}/pulls/1/reviews`)).body as unknown as Array<{ state: string }>;
    expect(reviews.map(({ state }) => state)).toEqual(['CHANGES_REQUESTED', 'COMMENTED']);
  });

  it('asks collaborators for reviews and nobody else; a review takes the request away', async () => {
    await open();
    fake.addUser('stranger');
    expect((await ask('POST', `${SHOP}/pulls/1/requested_reviewers`, { reviewers: ['stranger'] })).status).toBe(422);
    expect((await ask('POST', `${SHOP}/pulls/1/requested_reviewers`, { reviewers: ['mia'] })).status).toBe(201);
    expect((await ask('GET', `${SHOP}/pulls/1/requested_reviewers`)).body).toMatchObject({ users: [{ login: 'mia' }] });
    await fake.as('mia').approve('acme/shop', 1);
    expect((await ask('GET', `${SHOP}/pulls/1/requested_reviewers`)).body).toMatchObject({ users: [] });
  });

  it('lists files with their patch and commits, and compares two commits', async () => {
    await open();
    expect((await ask('GET', `${SHOP}/pulls/1/files`)).body).toMatchObject([
      { filename: 'src/a.txt', status: 'modified', additions: 1, deletions: 1, patch: expect.stringContaining('-two\n+three') as string },
    ]);
    expect((await ask('GET', `${SHOP}/pulls/1/commits`)).body).toMatchObject([{ commit: { message: 'Three' } }]);
    expect((await ask('GET', `${SHOP}/compare/main...ai-1`)).body).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0, total_commits: 1 });
    expect((await ask('GET', `${SHOP}/compare/ai-1...main`)).body).toMatchObject({ status: 'behind', behind_by: 1 });
  });
});
