import { createEmulator, type Emulator } from 'emulate';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/crypto/index.ts';
import { createGithubForge, type GithubCredential, type GithubForge } from './index.ts';

/**
 * The same ports against a server that somebody else wrote from GitHub's documentation (`emulate`): what holds on our own fake alone may
 * only be how we read that documentation. It has no git, no commit statuses and no GraphQL, so pushes, statuses and (but for the last test)
 * drafts are not asked of it.
 */
let github: Emulator;
let app: GithubCredential;
const token = ['gho', 'emulated', 'token'].join('_');
beforeAll(async () => {
  github = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { [token]: { login: 'reeve-bot', scopes: ['repo', 'user'] } },
      github: {
        users: [{ login: 'reeve-bot' }, { login: 'ada' }],
        repos: [{ owner: 'reeve-bot', name: 'shop', auto_init: true }],
        apps: [
          {
            app_id: 7,
            slug: 'reeve',
            name: 'Reeve',
            permissions: {
              contents: 'write',
              issues: 'write',
              pull_requests: 'write',
              checks: 'write',
              metadata: 'read',
              statuses: 'read',
              actions: 'read',
            },
            installations: [{ installation_id: 70, account: 'reeve-bot', repository_selection: 'all' }],
          },
        ],
      },
    },
  });
  const privateKey = github.generatedSecrets.find(({ kind }) => kind === 'github.app_private_key')?.value ?? '';
  app = { kind: 'app', appId: '7', privateKey };
});
afterAll(() => github.close());
beforeEach(() => github.reset());

const repo = { forge: 'github', name: 'reeve-bot/shop' };
const forgeWith = (credential: GithubCredential): GithubForge =>
  createGithubForge({
    apiUrl: github.url,
    gitUrl: 'https://git.example/{owner}/{repo}.git',
    credential,
    clock: systemClock,
    env: {},
    writeIntervalMs: 0,
    retryBaseMs: 10,
  });

describe.each([
  ['a token', (): GithubCredential => ({ kind: 'token', token })],
  ['an app', (): GithubCredential => app],
])('with %s', (_name, credential) => {
  test('the repository and its branches are read and made', async () => {
    const { read, write } = forgeWith(credential());
    const base = await read.defaultBranch(repo);
    const head = (await read.branchHead(repo, base)) ?? '';
    expect(head).toMatch(/^[0-9a-f]{40}$/);
    await write.createBranch(repo, 'ai/1', head);
    await write.createBranch(repo, 'ai/1', head);
    expect([await read.branchHead(repo, 'ai/1'), await read.branchHead(repo, 'nowhere')]).toEqual([head, null]);
    expect((await read.firstParents?.(repo, base, 3))?.[0]?.commit).toBe(head);
    await expect(read.defaultBranch({ forge: 'github', name: 'reeve-bot/none' })).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('an issue is made once, labelled, closed and opened, and talked about in one comment', async () => {
    const { read, tracker, trackerWrite, ownLogin } = forgeWith(credential());
    const wanted = { title: 'Cart', body: 'Broken.', labels: ['bug'], marker: 'act:1' };
    const { number } = await trackerWrite.createIssue(repo, wanted);
    expect(await trackerWrite.createIssue(repo, wanted)).toEqual({ number });
    await trackerWrite.setLabels(repo, number, { add: ['AI-Ready'], remove: ['bug', 'never'] });
    await trackerWrite.close(repo, number, 'not_planned');
    expect(await tracker.issue(repo, number)).toMatchObject({ state: 'closed', closeReason: 'not_planned', labels: ['AI-Ready'] });
    await trackerWrite.reopen(repo, number);
    const first = await trackerWrite.putComment(repo, number, { body: 'Working.', marker: 'act:2' });
    expect(await trackerWrite.putComment(repo, number, { body: 'Done.', marker: 'act:2' })).toEqual(first);
    const [comment] = await read.comments(repo, number, 'act:2');
    expect([comment?.body.split('\n')[0], comment?.author]).toEqual(['Done.', await ownLogin()]);
    expect((await tracker.issues(repo, { state: 'open', limit: 5 })).items.map((issue) => issue.number)).toEqual([number]);
    expect(await tracker.issue(repo, 4711)).toBeNull();
  });

  test('a pull request is opened once, changed, found by its head and merged once', async () => {
    const { read, write } = forgeWith(credential());
    const base = await read.defaultBranch(repo);
    const head = (await read.branchHead(repo, base)) ?? '';
    await write.createBranch(repo, 'ai-1', head);
    const wanted = { title: 'T', body: 'B', headBranch: 'ai-1', baseBranch: base, draft: false, labels: ['AI-PR'], marker: 'act:3' };
    const pull = await write.createPull(repo, wanted);
    expect(await write.createPull(repo, wanted)).toEqual(pull);
    expect(await write.updatePull(repo, pull.number, { title: 'Better', labels: ['AI-PR', 'fresh'] })).toMatchObject({ title: 'Better' });
    expect(await read.pullByHead(repo, 'ai-1')).toMatchObject({ number: pull.number, title: 'Better', labels: ['AI-PR', 'fresh'] });
    await expect(write.mergePull(repo, { number: pull.number, headSha: '0'.repeat(40), baseSha: null, message: 'm' })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'head_moved',
    });
    const merge = { number: pull.number, headSha: pull.headSha, baseSha: head, message: 'Merge it' };
    const merged = await write.mergePull(repo, merge);
    expect(await write.mergePull(repo, merge)).toEqual(merged);
    expect(await read.pullByNumber(repo, pull.number)).toMatchObject({ state: 'merged', ...merged });
    expect(await read.branchHead(repo, base)).toBe(merged.mergeSha);
  });

  test('a draft becomes ready where the server has no GraphQL', async () => {
    const { read, write } = forgeWith(credential());
    const base = await read.defaultBranch(repo);
    await write.createBranch(repo, 'ai-1', (await read.branchHead(repo, base)) ?? '');
    const { number } = await write.createPull(repo, {
      title: 'T',
      body: 'B',
      headBranch: 'ai-1',
      baseBranch: base,
      draft: true,
      labels: [],
      marker: 'm',
    });
    expect(await write.updatePull(repo, number, { draft: false })).toMatchObject({ draft: false });
    expect(await read.pullByNumber(repo, number)).toMatchObject({ draft: false });
  });
});

test('with an app a check of ours is made, then changed', async () => {
  const { read, write, checksAs } = forgeWith(app);
  const head = (await read.branchHead(repo, await read.defaultBranch(repo))) ?? '';
  const check = { name: 'reeve', headSha: head, conclusion: 'pending', url: null, summary: 'running' } as const;
  await write.putCheck(repo, check);
  await write.putCheck(repo, { ...check, conclusion: 'failure', summary: 'One test failed\nsrc/a.ts' });
  const found = await read.checks(repo, head);
  expect([checksAs, found.map(({ conclusion, summary }) => [conclusion, summary.includes('One test failed')])]).toEqual([
    'check_run',
    [['failure', true]],
  ]);
});
