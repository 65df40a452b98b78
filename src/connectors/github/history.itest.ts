import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFakeGithub, type FakeApp, type FakeGithub } from '../../../test/fakes/github/index.ts';
import { systemClock } from '#platform/crypto/index.ts';
import type { HistoryItem, HistoryPart } from '#ports/forge-history.ts';
import { createGithubForge, type GithubForge } from './index.ts';

const REPO = { forge: 'github', name: 'acme/shop' };
let github: FakeGithub;
let token: string;
let app: FakeApp;

beforeAll(async () => {
  github = await startFakeGithub();
  await github.addRepository({
    owner: 'acme',
    name: 'shop',
    files: { 'a.txt': '1\n' },
    collaborators: { 'reeve-bot': 'write', ada: 'write', mia: 'write' },
  });
  token = github.addUser('reeve-bot');
  app = github.addApp({ slug: 'reeve' });
  app.install('acme');
});
afterAll(() => github.close());

const forgeOf = (credential: 'token' | 'app'): GithubForge =>
  createGithubForge({
    apiUrl: github.apiUrl,
    gitUrl: github.gitUrlTemplate,
    credential: credential === 'token' ? { kind: 'token', token } : { kind: 'app', appId: String(app.id), privateKey: app.privateKey },
    clock: systemClock,
    env: {},
    writeIntervalMs: 0,
    retryBaseMs: 10,
  });

async function whole(forge: GithubForge, part: HistoryPart, since: Date | null = null): Promise<HistoryItem[]> {
  const items: HistoryItem[] = [];
  for (let cursor: string | null = null; ;) {
    const page = await forge.history.page(REPO, part, { since, cursor });
    items.push(...page.items);
    if (page.next === null) return items;
    cursor = page.next;
  }
}

describe('statuses', () => {
  test('under a name of ours are ours only when our own account set the newest of them', async () => {
    const forge = forgeOf('token');
    const sha = (await github.repository(REPO.name).git.resolve('main')) ?? '';
    await forge.write.putCheck?.(REPO, { name: 'reeve/review', headSha: sha, conclusion: 'success', url: null, summary: 'fine' } as never);
    const setBy = async (who: string, context: string, state: string): Promise<void> => {
      const response = await fetch(`${github.apiUrl}/repos/${REPO.name}/statuses/${sha}`, {
        method: 'POST',
        headers: { authorization: `token ${github.addUser(who)}`, 'content-type': 'application/json' },
        body: JSON.stringify({ context, state }),
      });
      expect(response.status).toBe(201);
    };
    const ownOf = async (one: GithubForge) => Object.fromEntries((await one.read.checks(REPO, sha)).map(({ name, own }) => [name, own]));
    await setBy('ada', 'reeve/test', 'failure');
    await setBy('ada', 'ci/test', 'success');
    expect(await ownOf(forge)).toEqual({ 'reeve/review': true, 'reeve/test': false, 'ci/test': false });
    await setBy('ada', 'reeve/review', 'success');
    expect((await ownOf(forge))['reeve/review']).toBe(false);
    // The App never wrote one: whatever they are called, they are others'.
    expect((await ownOf(forgeOf('app')))['reeve/review']).toBe(false);
  });
});

describe('history', () => {
  test('goes through all pages, oldest first, and names the same thing the same each time', async () => {
    const ada = github.as('ada');
    for (let count = 1; count <= 130; count += 1) await ada.openIssue(REPO.name, { title: `Issue ${count}` });
    await github.as('mia').close(REPO.name, 3, 'not_planned');
    const forge = forgeOf('app');
    const items = await whole(forge, 'issues');
    expect(items.filter(({ event }) => event.kind === 'issue.opened')).toHaveLength(130);
    const closed = items.find(({ event }) => event.kind === 'issue.closed');
    expect(closed?.event).toMatchObject({ issue: { number: 3, close_reason: 'not_planned', state: 'closed' } });
    expect(new Set(items.map(({ key }) => key)).size).toBe(131);
    expect((await whole(forge, 'issues')).map(({ key }) => key)).toEqual(items.map(({ key }) => key));
    expect(await whole(forge, 'issues', new Date(Date.now() + 60_000))).toEqual([]);
  });

  test('refuses a cursor that no page named, and tells what may not be read', async () => {
    const forge = forgeOf('app');
    await expect(forge.history.page(REPO, 'issues', { since: null, cursor: 'state=closed' })).rejects.toMatchObject({ code: 'bad_cursor' });
    delete app.app.permissions['deployments'];
    await expect(forgeOf('app').history.page(REPO, 'deployments', { since: null, cursor: null })).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'github_permissions',
    });
    app.app.permissions['deployments'] = 'read';
    expect(await whole(forgeOf('app'), 'deployments')).toEqual([]);
  });

  test('pull requests since a day end where they get older', async () => {
    const ada = github.as('ada');
    await ada.push(REPO.name, 'fix', { 'b.txt': '2\n' });
    const { number } = await ada.openPull(REPO.name, { title: 'Fix', head: 'fix' });
    const forge = forgeOf('token');
    const opened = await whole(forge, 'pulls', new Date(Date.now() - 3_600_000));
    expect(opened.map(({ event }) => event)).toMatchObject([{ kind: 'pull.opened', actor: 'ada', pull: { number } }]);
    expect(await whole(forge, 'pulls', new Date(Date.now() + 60_000))).toEqual([]);
  });

  test('one thing that is gone since it was listed keeps nobody from the rest', async () => {
    const ada = github.as('ada');
    for (const branch of ['one', 'two']) {
      await ada.push(REPO.name, branch, { [`${branch}.txt`]: '2\n' });
      const { number } = await ada.openPull(REPO.name, { title: branch, head: branch });
      await github.as('mia').review(REPO.name, number, { event: 'COMMENT', body: branch });
    }
    const all = await whole(forgeOf('token'), 'reviews');
    expect(all).toHaveLength(2);
    for (const status of [404, 422]) {
      github.faults.arm({ method: 'GET', path: /\/pulls\/\d+\/reviews$/, times: 1, after: 1, do: { kind: 'status', status } });
      expect(await whole(forgeOf('token'), 'reviews')).toHaveLength(1);
      github.faults.clear();
    }
  });

  test('a list that a repository has not is told from a repository that is gone', async () => {
    const page = () => forgeOf('token').history.page(REPO, 'releases', { since: null, cursor: null });
    github.faults.arm({ method: 'GET', path: /\/releases$/, times: Infinity, do: { kind: 'status', status: 404 } });
    await expect(page()).rejects.toMatchObject({ kind: 'not_found', code: 'github_not_found' });
    github.faults.arm({ method: 'GET', path: `/repos/${REPO.name}`, times: Infinity, do: { kind: 'status', status: 404 } });
    await expect(page()).rejects.toMatchObject({ kind: 'not_found', code: 'repository_gone' });
    github.faults.clear();
  });
});

test('every request was one that GitHub describes', () => expect([github.violations, github.errors]).toEqual([[], []]));
