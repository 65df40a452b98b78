import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '#platform/crypto/index.ts';
import { createGithubForge, type GithubForge } from './forge.ts';

/* What GitHub answers rarely, and what servers answer that speak a part of its API. */
const REPO = { forge: 'github', name: 'acme/shop' };
const AT = '/repos/acme/shop';
const SHA = 'b'.repeat(40);
type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>];

let server: Server;
let asked: string[] = [];
let limits: unknown[] = [];

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A server that knows these addresses (`GET /path`) and takes one kind of word before a token. */
async function speaking(answers: Record<string, Answer>, takes = /^(?:token|Bearer) right$/): Promise<GithubForge> {
  asked = [];
  limits = [];
  const known: Record<string, Answer> = {
    'GET /user': [200, { login: 'reeve-machine' }],
    [`GET ${AT}`]: [200, { full_name: 'acme/shop', default_branch: 'main' }],
    ...answers,
  };
  server = createServer((request, response) => {
    const line = `${request.method ?? ''} ${(request.url ?? '').replace(/\?.*/, '')}`;
    asked.push(line);
    const isKnown = takes.test(request.headers.authorization ?? '');
    const [status, body, headers = {}] = isKnown ? (known[line] ?? [404, { message: 'Not Found' }]) : [401, { message: 'Bad credentials' }];
    request.resume().on('end', () => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credential = { kind: 'token', token: 'right' } as const;
  const onLimit = (limit: unknown): void => void limits.push(limit);
  const gitUrl = 'file:///nowhere/{repo}';
  return createGithubForge({ apiUrl, gitUrl, credential, clock: systemClock, env: {}, writeIntervalMs: 0, retryBaseMs: 1, onLimit });
}

const BRANCH: Answer = [200, { name: 'main', protected: false }];
const guardOf = (forge: GithubForge) => forge.read.branchGuard?.(REPO, 'main');

test('a private repository in a plan without rulesets and protection is one that nobody protects', async () => {
  const upgrade: Answer = [403, { message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.' }];
  const forge = await speaking({
    [`GET ${AT}/branches/main`]: BRANCH,
    [`GET ${AT}/rules/branches/main`]: upgrade,
    [`GET ${AT}/branches/main/protection`]: upgrade,
  });
  expect(await guardOf(forge)).toEqual({ isProtected: false, demandsPull: false, bypasses: [], unknown: [] });
});

test('rules that are refused for another reason are no word that there are none', async () => {
  const forge = await speaking({
    [`GET ${AT}/branches/main`]: BRANCH,
    [`GET ${AT}/rules/branches/main`]: [403, { message: 'Resource not accessible' }],
  });
  await expect(guardOf(forge)).rejects.toMatchObject({ kind: 'forbidden' });
});

test('of a rule that does not name its ruleset it is not known who goes around it', async () => {
  const rules: Answer = [200, [{ type: 'pull_request' }]];
  const forge = await speaking({ [`GET ${AT}/branches/main`]: BRANCH, [`GET ${AT}/rules/branches/main`]: rules });
  expect(await guardOf(forge)).toMatchObject({ isProtected: true, demandsPull: true, unknown: ['a ruleset that is not named'] });
});

const PULL = { number: 3, node_id: 'PR_3', title: 'x', state: 'open', draft: true, head: { ref: 'ai-1', sha: SHA }, base: { ref: 'main', sha: SHA } };

test('where neither GraphQL nor REST ends a draft, it is said that a person has to', async () => {
  const forge = await speaking({
    [`GET ${AT}/pulls/3`]: [200, PULL],
    [`PATCH ${AT}/pulls/3`]: [200, PULL],
    'POST /graphql': [501, { message: 'Not Implemented' }],
  });
  await expect(forge.write.updatePull(REPO, 3, { draft: false })).rejects.toMatchObject({ kind: 'refused', code: 'draft_by_hand' });
});

test('a token is shown under the other word where the first is refused, once', async () => {
  const forge = await speaking({}, /^Bearer right$/);
  expect(await forge.read.defaultBranch(REPO)).toBe('main');
  expect(await forge.ownLogin()).toBe('reeve-machine');
  expect(asked).toEqual([`GET ${AT}`, `GET ${AT}`, 'GET /user']);
});

test('a token that is refused under both words is not shown more often than that', async () => {
  const forge = await speaking({}, /^nobody$/);
  for (const times of [2, 3]) {
    await expect(forge.read.defaultBranch(REPO)).rejects.toMatchObject({ code: 'github_unauthenticated' });
    expect(asked).toHaveLength(times);
  }
});

test.each<[string, Answer]>([
  ['is answered at once, without a redirect', [200, 'the log']],
  ['is not implemented', [501, { message: 'Not Implemented' }]],
  ['is gone', [410, { message: 'Gone' }]],
])('a log that %s is none', async (_, answer) => {
  const forge = await speaking({ [`GET ${AT}/actions/jobs/7/logs`]: answer });
  expect(await forge.read.checkLog?.(REPO, { name: 'test', headSha: SHA, conclusion: 'failure', url: null, summary: '', id: '7' })).toBeNull();
});

test('a list of pull requests that does not name the repository of its heads is believed to be of the branch that was asked for', async () => {
  const forge = await speaking({ [`GET ${AT}/pulls`]: [200, [PULL]], [`GET ${AT}/pulls/3`]: [200, PULL] });
  expect(await forge.read.pullByHead(REPO, 'ai-1')).toMatchObject({ number: 3, draft: true, url: '' });
  expect(await forge.read.pullByHead(REPO, 'ai-2')).toBeNull();
});

test('what an answer says of a limit is told with the instant it is whole again; where it says only a part, nothing is', async () => {
  const said = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '12', 'x-ratelimit-resource': 'core' };
  const told = async (headers: Record<string, string>): Promise<unknown[]> => {
    await guardOf(await speaking({ [`GET ${AT}/branches/main`]: [200, { name: 'main', protected: false }, headers] }));
    server.closeAllConnections();
    return limits;
  };
  expect(await told({ ...said, 'x-ratelimit-reset': '1795255200' })).toMatchObject([
    { resource: 'core', limit: 5000, remaining: 12, resetsAt: new Date('2026-11-21T10:00:00Z') },
  ]);
  server.close();
  expect(await told(said)).toEqual([]);
});
