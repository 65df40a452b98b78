import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCommit } from '../../../test/contracts/git-fixture.ts';
import { startFakeGithub, type FakeApp, type FakeGithub } from '../../../test/fakes/github/index.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { createGithubForge, type GithubForge, type GithubForgeOptions } from './index.ts';

let github: FakeGithub;
let made: FakeApp;
let token: string;
let count = 0;
beforeAll(async () => {
  github = await startFakeGithub();
  token = github.addUser('reeve-bot');
  github.addUser('ada');
  made = github.addApp({ slug: 'reeve' });
  github.world.addAccount('acme', 'Organization');
  made.install('acme');
});
afterAll(() => github.close());

const options = (more: Partial<GithubForgeOptions> = {}): GithubForgeOptions => ({
  apiUrl: github.apiUrl,
  gitUrl: github.gitUrlTemplate,
  credential: { kind: 'app', appId: String(made.id), privateKey: made.privateKey },
  clock: systemClock,
  env: {},
  writeIntervalMs: 0,
  retryBaseMs: 10,
  ...more,
});
const asApp = (more: Partial<GithubForgeOptions> = {}): GithubForge => createGithubForge(options(more));
const asPerson = (): GithubForge => createGithubForge(options({ credential: { kind: 'token', token } }));

async function makeRepository(role: 'write' | 'admin' = 'write') {
  count += 1;
  const repository = await github.addRepository({
    owner: 'acme',
    name: `guarded-${count}`,
    files: { 'a.txt': 'one\n' },
    collaborators: { 'reeve-bot': role },
  });
  return { repository, repo: { forge: 'github', name: repository.fullName } };
}

const ruleset = (id: number, more: object) => ({
  id,
  name: `rules-${id}`,
  enforcement: 'active' as const,
  include: ['~DEFAULT_BRANCH'],
  rules: [{ type: 'pull_request', parameters: { required_approving_review_count: 2 } }],
  bypassActors: [],
  bypass: {},
  createdAt: '2026-01-01T00:00:00Z',
  ...more,
});

const classic = {
  branch: 'main',
  requiredChecks: ['ci'],
  strict: false,
  requiredApprovals: 1,
  enforceAdmins: false,
  pushers: null as string[] | null,
};

describe('what keeps a branch', () => {
  test('is nothing where nothing does', async () => {
    const { repo } = await makeRepository();
    expect(await asApp().protectionOf(repo, 'main')).toEqual({
      rules: [],
      rulesets: [],
      requiredChecks: [],
      requiredApprovals: null,
      hasMergeQueue: false,
      classic: { state: 'none' },
    });
  });

  test('is every ruleset, and whether our own credential gets around it', async () => {
    const { repository, repo } = await makeRepository();
    repository.data.rulesets.push(
      ruleset(900 + count * 10, { bypass: { 'reeve[bot]': 'always' } }),
      ruleset(901 + count * 10, {
        rules: [{ type: 'merge_queue' }, { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'test' }] } }],
        bypass: { 'reeve[bot]': 'exempt', 'reeve-bot': 'pull_requests_only' },
      }),
      ruleset(902 + count * 10, { enforcement: 'evaluate', rules: [{ type: 'deletion' }] }),
    );
    const seen = await asApp().protectionOf(repo, 'main');
    expect(seen).toMatchObject({
      rules: ['pull_request', 'merge_queue', 'required_status_checks'],
      requiredChecks: ['test'],
      requiredApprovals: 2,
      hasMergeQueue: true,
    });
    expect(seen.rulesets.map(({ bypass }) => bypass)).toEqual(['always', 'always']);
    expect((await asPerson().protectionOf(repo, 'main')).rulesets.map(({ bypass }) => bypass)).toEqual(['never', 'pull_requests_only']);
  });

  test('may be a classic protection that we are not shown: that is told, and not taken for none', async () => {
    const { repository, repo } = await makeRepository();
    repository.data.protections.push(classic);
    expect((await asApp().protectionOf(repo, 'main')).classic).toEqual({ state: 'unreadable' });
    expect((await asPerson().protectionOf(repo, 'main')).classic).toEqual({ state: 'unreadable' });
  });

  test('is shown to who administers: also whether we may push past it', async () => {
    const { repository, repo } = await makeRepository('admin');
    repository.data.protections.push(classic);
    expect(await asPerson().protectionOf(repo, 'main')).toMatchObject({
      requiredChecks: ['ci'],
      requiredApprovals: 1,
      classic: { state: 'read', requiresPull: true, enforcesAdmins: false, mayPush: true, mayBypassPull: false },
    });
    repository.data.protections[0] = { ...classic, pushers: ['ada'] };
    expect((await asPerson().protectionOf(repo, 'main')).classic).toMatchObject({ mayPush: false });
    repository.data.protections[0] = { ...classic, pushers: ['Reeve-Bot'] };
    expect((await asPerson().protectionOf(repo, 'main')).classic).toMatchObject({ mayPush: true });
  });

  test('is told to the port as what we may go around, what nobody may tell us, and whether a pull request is demanded', async () => {
    const { repository, repo } = await makeRepository('admin');
    const guardOf = async (forge: GithubForge) => forge.read.branchGuard?.(repo, 'main');
    expect(await guardOf(asApp())).toEqual({ isProtected: false, demandsPull: false, bypasses: [], unknown: [] });
    const [ours, open] = [
      ruleset(900 + count * 10, { bypass: { 'reeve[bot]': 'always' } }),
      ruleset(901 + count * 10, { rules: [{ type: 'deletion' }] }),
    ];
    repository.data.rulesets.push(ours);
    expect(await guardOf(asApp())).toEqual({ isProtected: true, demandsPull: true, bypasses: [ours.name], unknown: ['classic branch protection'] });
    repository.data.rulesets.splice(0, 1, open);
    expect(await guardOf(asApp())).toMatchObject({ isProtected: true, demandsPull: false, bypasses: [] });
    repository.data.rulesets.splice(0);
    repository.data.protections.push(classic);
    expect(await guardOf(asApp())).toMatchObject({ isProtected: true, unknown: ['classic branch protection'] });
    expect(await guardOf(asPerson())).toMatchObject({ demandsPull: true, bypasses: ['classic branch protection'], unknown: [] });
    repository.data.protections[0] = { ...classic, enforceAdmins: true };
    expect(await guardOf(asPerson())).toMatchObject({ demandsPull: true, bypasses: [], unknown: [] });
  });

  test('of a branch that is not there is not found', async () => {
    const { repo } = await makeRepository();
    await expect(asApp().protectionOf(repo, 'nowhere')).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('a merge', () => {
  async function ready() {
    const { repository, repo } = await makeRepository();
    const forge = asApp();
    const start = (await forge.read.branchHead(repo, 'main')) ?? '';
    const sha = await makeCommit(repository.git.dir, start, { 'a.txt': 'two\n' });
    await forge.write.createBranch(repo, 'ai-1', sha);
    const pull = { title: 'T', body: 'B', headBranch: 'ai-1', baseBranch: 'main', draft: false, labels: [], marker: 'm' };
    const { number } = await forge.write.createPull(repo, pull);
    const merge = { number, headSha: sha, baseSha: start, message: 'Merge it\n\nBecause.' };
    return { repository, repo, forge, merge, start };
  }

  test('is made the way the repository allows where it forbids merge commits', async () => {
    const { repository, repo, forge, merge, start } = await ready();
    repository.data.mergeMethods = { merge: false, squash: true, rebase: false };
    const { mergeSha } = await forge.write.mergePull(repo, merge);
    expect(await forge.write.mergePull(repo, merge)).toEqual({ mergeSha });
    expect(await forge.read.firstParents?.(repo, 'main', 5)).toMatchObject([{ commit: mergeSha, subject: 'Merge it' }, { commit: start }]);
  });

  test('is refused where the rules demand what is not there, in words of GitHub', async () => {
    const { repository, repo, forge, merge, start } = await ready();
    repository.data.protections.push({ ...classic, requiredChecks: [] });
    await expect(forge.write.mergePull(repo, merge)).rejects.toMatchObject({ kind: 'refused', code: 'merge_blocked' });
    expect(await forge.read.branchHead(repo, 'main')).toBe(start);
  });
});

describe('webhooks that did not arrive', () => {
  test('are found once each, also after many others, and sent again under the same delivery id', async () => {
    const got: string[] = [];
    const door = http.createServer((request, response) => {
      got.push(String(request.headers['x-github-delivery']));
      request.resume().on('end', () => response.writeHead(202).end());
    });
    await new Promise<void>((done) => door.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(door.address() as AddressInfo).port}/v1/webhooks/github`;
    const hook = github.deliverTo({ url, app: made });
    try {
      const { repo } = await makeRepository();
      const forge = asApp();
      const since = new Date(Date.now() - 60_000);
      github.webhooks.drop('issues', 1);
      const { number } = await forge.trackerWrite.createIssue(repo, { title: 'Lost', body: '', labels: [], marker: 'm' });
      for (let index = 0; index < 120; index += 1) github.webhooks.send(hook, 'ping', null, { zen: String(index) });
      await forge.trackerWrite.putComment(repo, number, { body: 'Heard', marker: 'm' });
      await github.settled();
      const place = { repo, url };
      const failed = await forge.deliveries.failedSince(since, place);
      expect(failed.map(({ event }) => event)).toEqual(['issues']);
      expect(got).not.toContain(failed[0]?.guid);
      await forge.deliveries.redeliver(failed[0]?.id ?? '', place);
      await github.settled();
      expect(got.filter((guid) => guid === failed[0]?.guid)).toHaveLength(1);
      expect(await forge.deliveries.failedSince(since, place)).toEqual([]);
      expect(await forge.deliveries.failedSince(new Date(Date.now() + 60_000), place)).toEqual([]);
    } finally {
      hook.active = false;
      door.closeAllConnections();
      door.close();
    }
  });

  test('cannot be asked for with a token that sees no hook of ours', async () => {
    const { repo } = await makeRepository();
    await expect(asPerson().deliveries.failedSince(new Date(0), { repo, url: 'https://reeve.example/v1/webhooks/github' })).rejects.toMatchObject({
      kind: 'refused',
      code: 'no_webhook',
    });
  });
});

describe('the log of a failed check', () => {
  test('is read where GitHub sends us, without our credentials, and its end when it is long', async () => {
    const { repository, repo } = await makeRepository();
    const log = `${'x'.repeat(1_500_000)}\nError: expected 1 to be 2\n`;
    github.ci(() => [{ name: 'test', conclusion: 'failure', log }], { on: 'push', repository: repository.fullName });
    const asked: Array<[string, RequestInit | undefined]> = [];
    const forge = asApp({
      fetchElsewhere: (target: string, init?: RequestInit) => {
        asked.push([target, init]);
        return fetch(target, init);
      },
    });
    const start = (await forge.read.branchHead(repo, 'main')) ?? '';
    const sha = await makeCommit(repository.git.dir, start, { 'a.txt': 'two\n' });
    await forge.write.createBranch(repo, 'ai-1', sha);
    await github.settled();
    const [check] = await forge.read.checks(repo, sha);
    expect(check).toMatchObject({ name: 'test', conclusion: 'failure' });
    if (check === undefined) return;
    const read = (await forge.read.checkLog?.(repo, check)) ?? '';
    expect([read.length, read.endsWith('Error: expected 1 to be 2\n')]).toEqual([1024 * 1024, true]);
    expect(asked.map(([target, init]) => [target.startsWith(`${github.apiUrl}/_storage/`), init])).toEqual([[true, undefined]]);
    expect(await forge.read.checkLog?.(repo, { ...check, id: '4711' })).toBeNull();
    expect(await forge.read.checkLog?.(repo, { ...check, id: null })).toBeNull();
  });
});

test('every request was one that GitHub describes', () => expect([github.violations, github.errors]).toEqual([[], []]));
