import { readdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { git, GIT_ENV, makeCommit, temporaryFolder } from '../../../test/contracts/git-fixture.ts';
import { REEVE_PERMISSIONS, startFakeGithub, type FakeGithub } from '../../../test/fakes/github/index.ts';
import { systemClock } from '#platform/crypto/index.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import { createGit } from '#connectors/git/index.ts';
import { createGithubForge, type GithubCredential, type GithubForge, type GithubForgeOptions } from './index.ts';

let github: FakeGithub;
let token: string;
let app: Extract<GithubCredential, { kind: 'app' }>;
const printed: string[] = [];
beforeAll(async () => {
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, name).mockImplementation((...words: unknown[]) => void printed.push(words.map(String).join(' ')));
  github = await startFakeGithub();
  token = github.addUser('reeve-bot');
  const made = github.addApp({ slug: 'reeve', permissions: REEVE_PERMISSIONS });
  github.world.addAccount('acme', 'Organization');
  made.install('acme');
  app = { kind: 'app', appId: String(made.id), privateKey: made.privateKey };
});
afterAll(async () => {
  await github.close();
  vi.restoreAllMocks();
});

interface World {
  name: string;
  repo: RepoRef;
  /** The repository on disk. */
  origin: string;
  mirrorDir: string;
  start: string;
  forge: GithubForge;
  remove(): Promise<void>;
}

let on: World;
let count = 0;
/** A server of one's own for what the fake does not do; answers what it was asked. */
async function serve(answer: (asked: string) => { status: number; headers?: Record<string, string>; body: unknown }) {
  const reached: string[] = [];
  const server = http.createServer((request, response) => {
    reached.push(request.url ?? '');
    const { status, headers = {}, body } = answer(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  servers.push(server);
  return { reached, forge: forgeWith({ kind: 'token', token }, { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }) };
}
const servers: http.Server[] = [];

/** What was waited for, in milliseconds; nobody really waits. */
let waits: number[] = [];
const forgeWith = (credential: GithubCredential, more: Partial<GithubForgeOptions> = {}): GithubForge =>
  createGithubForge({
    apiUrl: github.apiUrl,
    gitUrl: github.gitUrlTemplate,
    credential,
    clock: systemClock,
    env: { PATH: GIT_ENV.PATH },
    writeIntervalMs: 0,
    retryBaseMs: 10,
    pause: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    ...more,
  });

beforeEach(async () => {
  count += 1;
  waits = [];
  const folder = await temporaryFolder();
  const repository = await github.addRepository({
    owner: 'acme',
    name: `fault-${count}`,
    files: { 'a.txt': 'one\n' },
    collaborators: { 'reeve-bot': 'write', ada: 'write' },
  });
  const mirrorDir = path.join(folder.dir, 'mirror.git');
  await git(folder.dir, 'clone', '--quiet', '--bare', repository.git.dir, mirrorDir);
  const start = await git(mirrorDir, 'rev-parse', 'main');
  const name = repository.fullName;
  on = {
    name,
    repo: { forge: 'github', name },
    origin: repository.git.dir,
    mirrorDir,
    start,
    forge: forgeWith({ kind: 'token', token }),
    remove: folder.remove,
  };
});
afterEach(async () => {
  github.faults.clear();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await on.remove();
});

const asked = (method: string, ending: RegExp): number =>
  github.journal.requests.filter((line) => line.method === method && ending.test(line.path) && line.path.includes(on.name)).length;

describe('reads', () => {
  test('are asked again after trouble of the server, and answer as if there had been none', async () => {
    github.faults.arm({ method: 'GET', path: `/repos/${on.name}`, times: 2, do: { kind: 'status', status: 503 } });
    expect(await on.forge.read.defaultBranch(on.repo)).toBe('main');
    github.faults.arm({ method: 'GET', path: `/repos/${on.name}`, times: 1, do: { kind: 'lost_request' } });
    expect(await on.forge.read.defaultBranch(on.repo)).toBe('main');
  });

  test('give up after three tries and say so', async () => {
    github.faults.arm({ method: 'GET', path: `/repos/${on.name}`, times: Infinity, do: { kind: 'status', status: 502 } });
    await expect(on.forge.read.defaultBranch(on.repo)).rejects.toMatchObject({ kind: 'unavailable', code: 'github_unavailable' });
    expect(asked('GET', /fault-\d+$/)).toBe(3);
  });

  test.each([
    ['429 with retry-after', { kind: 'secondary_limit', status: 429, retryAfterS: 8 }],
    ['403 with retry-after', { kind: 'secondary_limit', status: 403, retryAfterS: 8 }],
  ] as const)('wait out a short limit: %s', async (_name, fault) => {
    github.faults.arm({ method: 'GET', path: `/repos/${on.name}`, do: fault });
    expect(await on.forge.read.defaultBranch(on.repo)).toBe('main');
    expect(waits.map((ms) => Math.ceil(ms / 1000))).toEqual([8]);
    expect(asked('GET', /fault-\d+$/)).toBe(2);
  });

  test('do not wait out a long limit: they say until when, and nothing more is asked before', async () => {
    github.faults.arm({ method: 'GET', path: `/repos/${on.name}`, do: { kind: 'rate_limited', resetInS: 600 } });
    await expect(on.forge.read.defaultBranch(on.repo)).rejects.toMatchObject({ kind: 'rate_limited', code: 'github_rate_limited' });
    const error: unknown = await on.forge.read.branchHead(on.repo, 'main').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'rate_limited' });
    const until = Date.parse(String((error as { detail: { until: string } }).detail.until));
    expect(until - Date.now()).toBeGreaterThan(590_000);
    expect(until - Date.now()).toBeLessThan(610_000);
    expect(asked('GET', /fault-\d+/)).toBe(1);
  });

  test('a secondary limit without a time is a minute', async () => {
    github.faults.arm({ path: `/repos/${on.name}`, do: { kind: 'secondary_limit' } });
    await expect(on.forge.read.defaultBranch(on.repo)).rejects.toMatchObject({ kind: 'rate_limited', detail: { retry_after_s: 60 } });
  });

  test('end when nobody answers', async () => {
    const forge = forgeWith({ kind: 'token', token }, { timeoutMs: 100 });
    github.faults.arm({ path: `/repos/${on.name}`, times: 3, do: { kind: 'delay', ms: 60_000 } });
    await expect(forge.read.defaultBranch(on.repo)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  test('of a list are whole, however many pages it has', async () => {
    const { number } = await issue();
    const { comments } = github.repository(on.name).data;
    for (let id = 1; id <= 230; id += 1)
      comments.push({
        id: 10_000_000 + id,
        issue: number,
        author: 'ada',
        appId: null,
        body: `${id}`,
        createdAt: '2026-01-01T00:00:00Z',
        updatedAt: '2026-01-01T00:00:00Z',
      });
    const read = await on.forge.read.comments(on.repo, number);
    expect([read.length, read[0]?.body, read.at(-1)?.body]).toEqual([230, '1', '230']);
    // What was read is remembered with its pages.
    expect((await on.forge.read.comments(on.repo, number)).map(({ body }) => body)).toEqual(read.map(({ body }) => body));
  });

  test('an answer that did not change costs nothing: GitHub is asked by its ETag', async () => {
    await on.forge.read.branchHead(on.repo, 'main');
    expect(await on.forge.read.branchHead(on.repo, 'main')).toBe(on.start);
    const lines = github.journal.requests.filter((line) => line.path.endsWith('/git/ref/heads/main') && line.path.includes(on.name));
    expect(lines.map(({ status }) => status)).toEqual([200, 304]);
  });

  test('an answer of another shape is trouble of the server, not ours', async () => {
    const { forge } = await serve(() => ({ status: 200, body: { full_name: 7 } }));
    await expect(forge.read.defaultBranch(on.repo)).rejects.toMatchObject({ kind: 'unavailable', code: 'github_shape' });
  });

  test('a repository that moved is not followed', async () => {
    const { forge, reached } = await serve(() => ({ status: 301, headers: { location: '/repositories/7' }, body: { message: 'Moved Permanently' } }));
    await expect(forge.read.defaultBranch(on.repo)).rejects.toMatchObject({ kind: 'not_found', code: 'github_moved' });
    await expect(forge.write.createBranch(on.repo, 'x', on.start)).rejects.toMatchObject({ kind: 'not_found', code: 'github_moved' });
    expect(reached).toEqual([`/repos/${on.name}`, `/repos/${on.name}/git/refs`]);
  });

  test('of a list go on where they began, wherever its pages are said to be', async () => {
    const comment = { id: 1, body: 'b', user: null, created_at: '2026-01-01T00:00:00Z' };
    const next = { link: `<https://elsewhere.invalid/repos/${on.name}/issues/1/comments?per_page=100&page=2>; rel="next"` };
    const { forge, reached } = await serve((path_) => ({ status: 200, body: [comment], ...(path_.includes('page=2') ? {} : { headers: next }) }));
    expect(await forge.read.comments(on.repo, 1)).toHaveLength(2);
    expect(reached).toEqual(['', '&page=2'].map((more) => `/repos/${on.name}/issues/1/comments?per_page=100${more}`));
  });

  test('an issue that moved to another repository is not there any more, one that cannot be asked for is not known', async () => {
    const moved = { status: 301, headers: { location: '/repositories/7/issues/1' }, body: { message: 'Moved Permanently' } };
    const known = await serve((path_) =>
      path_.includes('/issues/') ? moved : { status: 200, body: { full_name: on.name, default_branch: 'main' } },
    );
    expect(await known.forge.tracker.issue(on.repo, 1)).toBeNull();
    const gone = await serve(() => ({ status: 404, body: { message: 'Not Found' } }));
    await expect(gone.forge.tracker.issue(on.repo, 1)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(gone.forge.read.branchHead(on.repo, 'main')).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('a repository without a commit has a default branch without a head', async () => {
    const { forge } = await serve((path_) =>
      path_.includes('/git/')
        ? { status: 409, body: { message: 'Git Repository is empty.' } }
        : { status: 200, body: { full_name: on.name, default_branch: 'main' } },
    );
    expect([await forge.read.defaultBranch(on.repo), await forge.read.branchHead(on.repo, 'main')]).toEqual(['main', null]);
  });

  test('a cursor is what GitHub named, and nothing else', async () => {
    for (const cursor of ['page=1&state=all', 'per_page=100', 'page=%00', 'x', ''])
      await expect(on.forge.tracker.issues(on.repo, { limit: 1, cursor })).rejects.toMatchObject({ kind: 'invalid', code: 'bad_cursor' });
  });
});

describe('writes', () => {
  test('are a second apart, as GitHub asks, whichever they are', async () => {
    const forge = forgeWith({ kind: 'token', token }, { writeIntervalMs: 1000 });
    await forge.write.createBranch(on.repo, 'one', on.start);
    expect(waits).toEqual([]);
    await forge.write.createBranch(on.repo, 'two', on.start);
    await forge.trackerWrite.createIssue(on.repo, { title: 'I', body: '', labels: [], marker: 'm' });
    expect(waits.map((ms) => ms > 0 && ms <= 2000)).toEqual([true, true]);
  });

  test('do not wait for a limit, however short: whoever executes them comes again', async () => {
    github.faults.arm({ method: 'POST', path: /git\/refs$/, do: { kind: 'secondary_limit', retryAfterS: 1 } });
    await expect(on.forge.write.createBranch(on.repo, 'one', on.start)).rejects.toMatchObject({ kind: 'rate_limited', detail: { retry_after_s: 1 } });
    expect([asked('POST', /git\/refs$/), waits]).toEqual([1, []]);
  });
});

describe('an Enterprise Server', () => {
  test('has its API beneath /api/v3 and its GraphQL beneath /api', async () => {
    const forge = forgeWith({ kind: 'token', token }, { apiUrl: `${github.apiUrl}/api/v3` });
    const { number } = await pull(true);
    expect(await forge.write.updatePull(on.repo, number, { draft: false })).toMatchObject({ draft: false });
    expect(await forge.write.updatePull(on.repo, number, { draft: true })).toMatchObject({ draft: true });
    expect(await forge.read.pullByNumber(on.repo, number)).toMatchObject({ draft: true });
  });
});

/** Everything the write ports can do, on a fresh repository with an open issue 1 and (where it says so) a pull request. */
interface Case {
  /** Requests of the effect itself. */
  method: string;
  path: RegExp;
  prepare?(): Promise<{ number: number; sha: string }>;
  write(made: { number: number; sha: string }): Promise<unknown>;
  /** What of the journal must be there once. */
  effect: RegExp;
}

const marker = 'reeve:act:1';

async function branch(): Promise<{ number: number; sha: string }> {
  const sha = await makeCommit(on.mirrorDir, on.start, { 'a.txt': 'two\n' });
  await on.forge.write.pushBranch(on.repo, { mirrorDir: on.mirrorDir, sha, branch: 'ai-1', expected: null });
  return { number: 0, sha };
}
const newPull = { title: 'T', body: 'B', headBranch: 'ai-1', baseBranch: 'main', labels: ['AI-PR'], marker };
async function pull(draft = false): Promise<{ number: number; sha: string }> {
  const { sha } = await branch();
  return { sha, number: (await on.forge.write.createPull(on.repo, { ...newPull, draft })).number };
}
const reviewOf = (headSha: string, remark = 'reeve:finding:F1') => ({
  headSha,
  body: 'Fine.',
  marker: 'reeve:review',
  comments: [{ path: 'a.txt', line: 1, body: 'Why two?', marker: remark }],
});
async function reviewed(): Promise<{ number: number; sha: string }> {
  const made = await pull();
  await on.forge.write.putReview(on.repo, made.number, reviewOf(made.sha));
  return made;
}
async function issue(): Promise<{ number: number; sha: string }> {
  const { number } = await on.forge.trackerWrite.createIssue(on.repo, { title: 'I', body: '', labels: ['old'], marker: 'reeve:setup' });
  return { number, sha: on.start };
}

const CASES: Record<string, Case> = {
  createBranch: {
    method: 'POST',
    path: /git\/refs$/,
    write: () => on.forge.write.createBranch(on.repo, 'ai-9', on.start),
    effect: /refs\/heads\/ai-9/,
  },
  pushBranch: {
    method: 'POST',
    path: /git-receive-pack$/,
    prepare: async () => ({ number: 0, sha: await makeCommit(on.mirrorDir, on.start, { 'a.txt': 'pushed\n' }) }),
    write: ({ sha }) => on.forge.write.pushBranch(on.repo, { mirrorDir: on.mirrorDir, sha, branch: 'main', expected: on.start }),
    effect: /refs\/heads\/main/,
  },
  createPull: {
    method: 'POST',
    path: /pulls$/,
    prepare: branch,
    write: () => on.forge.write.createPull(on.repo, { ...newPull, draft: true }),
    effect: /pull\.(opened|created)/,
  },
  'labels of a pull request': {
    method: 'PUT',
    path: /labels$/,
    prepare: pull,
    write: ({ number }) => on.forge.write.updatePull(on.repo, number, { labels: ['fresh'] }),
    effect: /label.*fresh/,
  },
  'text of a pull request': {
    method: 'PATCH',
    path: /pulls\/\d+$/,
    prepare: pull,
    write: ({ number }) => on.forge.write.updatePull(on.repo, number, { title: 'Better' }),
    effect: /pull\.edited/,
  },
  'ready for review': {
    method: 'POST',
    path: /graphql$/,
    prepare: () => pull(true),
    write: ({ number }) => on.forge.write.updatePull(on.repo, number, { draft: false }),
    effect: /pull\.(ready|ready_for_review)/,
  },
  mergePull: {
    method: 'PUT',
    path: /merge$/,
    prepare: pull,
    write: ({ number, sha }) => on.forge.write.mergePull(on.repo, { number, headSha: sha, baseSha: on.start, message: 'm' }),
    effect: /pull\.merged/,
  },
  putCheck: {
    method: 'POST',
    path: /statuses/,
    write: () => on.forge.write.putCheck(on.repo, { name: 'reeve', headSha: on.start, conclusion: 'success', url: null, summary: 'fine' }),
    effect: /status/,
  },
  requestReviewers: {
    method: 'POST',
    path: /requested_reviewers$/,
    prepare: pull,
    write: ({ number }) => on.forge.write.requestReviewers(on.repo, number, ['ada']),
    effect: /review_requested.*ada/,
  },
  putReview: {
    method: 'POST',
    path: /pulls\/\d+\/reviews$/,
    prepare: pull,
    write: ({ number, sha }) => on.forge.write.putReview(on.repo, number, reviewOf(sha)),
    effect: /pull\.review\.submitted/,
  },
  'text of a review': {
    method: 'PUT',
    path: /reviews\/\d+$/,
    prepare: reviewed,
    write: ({ number, sha }) => on.forge.write.putReview(on.repo, number, { ...reviewOf(sha), body: 'Better.' }),
    effect: /pull\.review\.edited/,
  },
  'remarks of a review': {
    method: 'POST',
    path: /pulls\/\d+\/comments$/,
    prepare: reviewed,
    write: ({ number, sha }) => on.forge.write.putReview(on.repo, number, reviewOf(sha, 'reeve:finding:F2')),
    effect: /pull\.review_comment\.created/,
  },
  putComment: {
    method: 'POST',
    path: /comments$/,
    prepare: issue,
    write: ({ number }) => on.forge.write.putComment(on.repo, number, { body: 'Hello', marker }),
    effect: /comment\.created/,
  },
  setLabels: {
    method: 'POST',
    path: /labels$/,
    prepare: issue,
    write: ({ number }) => on.forge.trackerWrite.setLabels(on.repo, number, { add: ['fresh'], remove: [] }),
    effect: /label.*fresh/,
  },
  'labels taken off': {
    method: 'DELETE',
    path: /labels\/old$/,
    prepare: issue,
    write: ({ number }) => on.forge.trackerWrite.setLabels(on.repo, number, { add: [], remove: ['old'] }),
    effect: /unlabel.*old/,
  },
  setAssignees: {
    method: 'PATCH',
    path: /issues\/\d+$/,
    prepare: issue,
    write: ({ number }) => on.forge.trackerWrite.setAssignees(on.repo, number, ['ada']),
    effect: /assign.*ada/,
  },
  close: {
    method: 'PATCH',
    path: /issues\/\d+$/,
    prepare: issue,
    write: ({ number }) => on.forge.trackerWrite.close(on.repo, number, 'not_planned'),
    effect: /issue\.closed/,
  },
  createIssue: {
    method: 'POST',
    path: /issues$/,
    write: () => on.forge.trackerWrite.createIssue(on.repo, { title: 'New', body: '', labels: ['bug'], marker }),
    effect: /issue\.(opened|created)/,
  },
};

describe('a conversation beside a line', () => {
  // The first request to GraphQL reads the conversation, the second one writes.
  const second = { method: 'POST', path: /graphql$/, after: 1 };
  async function thread(): Promise<{ number: number; threadId: string }> {
    const { number } = await reviewed();
    return { number, threadId: (await on.forge.read.reviewThreads(on.repo, number))[0]?.id ?? '' };
  }
  const journal = (effect: RegExp) => github.journal.lines().filter((line) => effect.test(line) && line.includes(on.name));

  test('has one answer when the answer of GitHub was lost and it is said again', async () => {
    const { number, threadId } = await thread();
    const say = () => on.forge.write.replyToThread(on.repo, number, { threadId, body: 'Because.', marker: 'reeve:answer:1' });
    github.faults.arm({ ...second, do: { kind: 'lost_answer' } });
    await expect(say()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await say()).toEqual(await say());
    expect(journal(/reeve:answer:1/)).toHaveLength(1);
  });

  test('is ended once when the answer was lost and it is ended again', async () => {
    const { number, threadId } = await thread();
    const end = () => on.forge.write.resolveThread(on.repo, number, threadId);
    github.faults.arm({ ...second, do: { kind: 'lost_answer' } });
    await expect(end()).rejects.toMatchObject({ kind: 'unavailable' });
    await end();
    expect(journal(/thread\.resolved/)).toHaveLength(1);
  });

  test('is read again when the server has trouble', async () => {
    const { number } = await reviewed();
    github.faults.arm({ method: 'POST', path: /graphql$/, do: { kind: 'status', status: 502 } });
    expect(await on.forge.read.reviewThreads(on.repo, number)).toHaveLength(1);
  });
});

const nothing = { number: 0, sha: '' };
const effects = (from: number, { effect }: Case): string[] =>
  github.journal
    .lines()
    .slice(from)
    .filter((line) => effect.test(line) && line.includes(on.name));

describe.each(Object.entries(CASES))('%s', (name, one) => {
  test('is there once when the answer was lost after the effect and it is done again', async () => {
    const made = (await one.prepare?.()) ?? nothing;
    const from = github.journal.effects.length;
    github.faults.arm({ method: one.method, path: one.path, do: { kind: 'lost_answer' } });
    const first: unknown = await one.write(made).catch((error: unknown) => error);
    expect(github.faults.armed).toBe(0);
    // A push looks where the branch is before it says that it failed.
    expect((first as { kind?: string } | undefined)?.kind).toBe(name === 'pushBranch' ? undefined : 'unavailable');
    await one.write(made);
    expect(effects(from, one)).toHaveLength(1);
  });

  test('is asked once when the server has trouble: only who knows whether it happened may ask again', async () => {
    const made = (await one.prepare?.()) ?? nothing;
    const from = github.journal.requests.length;
    github.faults.arm({ method: one.method, path: one.path, times: Infinity, do: { kind: 'status', status: 502 } });
    await expect(one.write(made)).rejects.toMatchObject({ kind: 'unavailable' });
    const sent = github.journal.requests.slice(from).filter((line) => line.method === one.method && one.path.test(line.path));
    expect(sent).toHaveLength(1);
  });
});

/** From now on the list is shown once as it was before the last `writes` changes, after it was read `after` times. */
const outdated = (list: RegExp, after: number, writes: number): void =>
  github.faults.arm({ method: 'GET', path: list, after, do: { kind: 'stale', writes } });

describe('lists as they were a moment ago', () => {
  test('make no second comment', async () => {
    const { number } = await issue();
    outdated(/comments$/, 2, 1);
    await on.forge.write.putComment(on.repo, number, { body: 'Hello', marker });
    await on.forge.write.putComment(on.repo, number, { body: 'Hello again', marker });
    expect([github.faults.armed, asked('POST', /comments$/)]).toEqual([0, 2]);
    expect((await on.forge.read.comments(on.repo, number)).map(({ body }) => body.split('\n')[0])).toEqual(['Hello again']);
  });

  test('put no remark of a review beside its line a second time', async () => {
    const { number, sha } = await pull();
    outdated(/pulls\/\d+\/comments$/, 0, 1);
    await on.forge.write.putReview(on.repo, number, reviewOf(sha));
    await on.forge.write.putReview(on.repo, number, reviewOf(sha));
    github.faults.clear();
    expect(await on.forge.read.reviewThreads(on.repo, number)).toHaveLength(1);

    // The answer is lost, and the list is behind when the same is written again.
    const other = { ...reviewOf(sha, 'reeve:finding:F9'), marker: 'reeve:other' };
    github.faults.arm({ method: 'POST', path: /pulls\/\d+\/reviews$/, do: { kind: 'lost_answer' } });
    await expect(on.forge.write.putReview(on.repo, number, other)).rejects.toMatchObject({ kind: 'unavailable' });
    outdated(/pulls\/\d+\/comments$/, 0, 1);
    await on.forge.write.putReview(on.repo, number, other);
    github.faults.clear();
    expect(await on.forge.read.reviewThreads(on.repo, number)).toHaveLength(2);
  });

  test('leave no second issue open', async () => {
    const wanted = { title: 'New', body: '', labels: [], marker };
    outdated(/issues$/, 2, 1);
    const first = await on.forge.trackerWrite.createIssue(on.repo, wanted);
    expect(await on.forge.trackerWrite.createIssue(on.repo, wanted)).toEqual(first);
    expect([github.faults.armed, asked('POST', /issues$/)]).toEqual([0, 2]);
    expect((await on.forge.tracker.issues(on.repo, { state: 'open', limit: 10 })).items.map(({ number }) => number)).toEqual([first.number]);
  });

  test('find the pull request that GitHub refuses to make twice', async () => {
    await branch();
    outdated(/pulls$/, 1, 2);
    const { number } = await on.forge.write.createPull(on.repo, { ...newPull, draft: false });
    expect(await on.forge.write.createPull(on.repo, { ...newPull, draft: false })).toMatchObject({ number });
    expect([github.faults.armed, asked('POST', /pulls$/)]).toEqual([0, 2]);
  });

  test('and a branch that is not shown yet is no branch that cannot be made', async () => {
    await on.forge.write.createBranch(on.repo, 'ai-9', on.start);
    github.faults.arm({ method: 'GET', path: /git\/ref\/heads\/ai-9$/, do: { kind: 'status', status: 404 } });
    await expect(on.forge.write.createBranch(on.repo, 'ai-9', on.start)).rejects.toMatchObject({ kind: 'unavailable', code: 'github_stale' });
    await on.forge.write.createBranch(on.repo, 'ai-9', on.start);
  });
});

test('what is remembered of a list is not what the library made of it', async () => {
  const forge = forgeWith(app);
  await forge.write.putCheck(on.repo, { name: 'reeve', headSha: on.start, conclusion: 'success', url: null, summary: 'fine' });
  const first = await forge.read.checks(on.repo, on.start);
  expect(await forge.read.checks(on.repo, on.start)).toEqual(first);
  expect(await forge.read.checks(on.repo, on.start)).toEqual(first);
  const lines = github.journal.requests.filter(({ method, path: at }) => method === 'GET' && at.endsWith(`${on.start}/check-runs`));
  expect(lines.map(({ status }) => status)).toContain(304);
  expect(first.map(({ name }) => name)).toEqual(['reeve']);
});

describe('credentials', () => {
  /** Command lines of all processes that are running now. */
  async function commandLines(): Promise<string> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    return (await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))).join('\n');
  }

  test('are in no argument of git, and in no file it leaves', async () => {
    const sha = await makeCommit(on.mirrorDir, on.start, { 'a.txt': 'two\n' });
    github.faults.arm({ path: /info\/refs$/, do: { kind: 'delay', ms: 700 } });
    const pushing = on.forge.write.pushBranch(on.repo, { mirrorDir: on.mirrorDir, sha, branch: 'ai-1', expected: null });
    let seen = '';
    while (!seen.includes('--force-with-lease')) seen = await commandLines();
    await pushing;
    expect([seen.includes(token), seen.includes(Buffer.from(`x-access-token:${token}`).toString('base64'))]).toEqual([false, false]);
    const left = await git(on.mirrorDir, 'config', '--list');
    expect(left.includes('extraheader') || left.includes(token)).toBe(false);
  });

  test('let a mirror fetch a private repository, and are not kept by it', async () => {
    const hidden = await github.addRepository({ owner: 'acme', name: `private-${count}`, files: { 'a.txt': 'x\n' }, private: true });
    const forge = forgeWith(app);
    const repo = { forge: 'github', name: hidden.fullName };
    const source = await forge.read.cloneUrl(repo);
    const mirrors = createGit({ env: { PATH: GIT_ENV.PATH } });
    const dir = (name: string): string => path.join(path.dirname(on.mirrorDir), name);
    await expect(mirrors.mirror({ dir: dir('none.git'), source })).rejects.toMatchObject({ code: 'source_forbidden' });
    const mirror = await mirrors.mirror({ dir: dir('own.git'), source, auth: () => forge.gitAuth(repo) });
    const next = await makeCommit(hidden.git.dir, await git(hidden.git.dir, 'rev-parse', 'main'), { 'a.txt': 'y\n' });
    await git(hidden.git.dir, 'update-ref', 'refs/heads/main', next);
    expect(source).toBe(`${github.apiUrl}/${hidden.fullName}.git`);
    await mirror.fetch();
    expect(await mirror.resolve('refs/remotes/source/main')).toBe(next);
    expect(await git(dir('own.git'), 'config', '--list')).not.toMatch(/extraheader|ghs_|url/i);
  });

  test('are not needed where remotes are folders', async () => {
    const forge = forgeWith({ kind: 'token', token }, { gitUrl: `file://${github.world.root}/{owner}/{repo}.git` });
    const sha = await makeCommit(on.mirrorDir, on.start, { 'a.txt': 'two\n' });
    await forge.write.pushBranch(on.repo, { mirrorDir: on.mirrorDir, sha, branch: 'ai-1', expected: null });
    expect([await forge.read.branchHead(on.repo, 'ai-1'), await forge.gitAuth(on.repo)]).toEqual([sha, {}]);
  });

  test('are in no word of an error', async () => {
    const wrong = ['ghp', 'wrongwrongwrongwrong'].join('_');
    const forge = forgeWith({ kind: 'token', token: wrong });
    const sha = await makeCommit(on.mirrorDir, on.start, { 'a.txt': 'two\n' });
    const failures = await Promise.all([
      forge.read.defaultBranch(on.repo).catch((error: unknown) => error),
      forge.write.createBranch(on.repo, 'x', on.start).catch((error: unknown) => error),
      forge.write.pushBranch(on.repo, { mirrorDir: on.mirrorDir, sha, branch: 'ai-1', expected: null }).catch((error: unknown) => error),
    ]);
    for (const failure of failures) {
      expect(failure).toMatchObject({ name: 'AppError', kind: 'unavailable', code: 'github_unauthenticated' });
      expect(whole(failure)).not.toContain(wrong);
    }
  });

  test('of an App that only reads cannot write, and each is for one repository and ends', async () => {
    const other = await github.addRepository({ owner: 'acme', name: `other-${count}`, files: { 'a.txt': 'x' } });
    const registered: string[] = [];
    const forge = forgeWith(app, { registerSecret: (secret) => void registered.push(secret) });
    await forge.read.checks(on.repo, on.start);
    await forge.tracker.issues(on.repo, { limit: 5 });
    await forge.read.defaultBranch({ forge: 'github', name: other.fullName });
    await forge.gitAuth(on.repo);
    const given = registered.map((secret) => github.world.tokens.get(secret)?.installation ?? null);
    expect(given.map((token_) => token_?.repositories)).toEqual([[on.name], [other.fullName], [on.name]]);
    for (const token_ of given) expect(Object.values(token_?.permissions ?? {})).not.toContain('write');
  });

  test('of an App that pushes may write contents alone, and is worthless afterwards', async () => {
    const registered: string[] = [];
    const forge = forgeWith(app, { registerSecret: (secret) => void registered.push(secret) });
    const sha = await makeCommit(on.mirrorDir, on.start, { 'a.txt': 'two\n' });
    await forge.write.pushBranch(on.repo, { mirrorDir: on.mirrorDir, sha, branch: 'ai-1', expected: null });
    const asked_ = github.journal.requests.filter((line) => line.path.endsWith('/access_tokens')).at(-1);
    expect(asked_?.body).toMatchObject({ repositories: [on.name.split('/')[1]], permissions: { metadata: 'read', contents: 'write' } });
    expect(github.world.tokens.get(registered.at(-1) ?? '')).toBeUndefined();
  });

  test('of an App that were taken back are asked for anew, also for a write, once', async () => {
    const registered: string[] = [];
    const forge = forgeWith(app, { registerSecret: (secret) => void registered.push(secret) });
    const { number } = await forge.trackerWrite.createIssue(on.repo, { title: 'New', body: '', labels: [], marker });
    for (const secret of registered) github.world.tokens.delete(secret);
    await forge.trackerWrite.close(on.repo, number, 'completed');
    expect(await forge.tracker.issue(on.repo, number)).toMatchObject({ state: 'closed' });
  });

  test('of an App with a key that is none are refused without quoting it', async () => {
    const key = ['-----BEGIN RSA', 'PRIVATE KEY-----\nbm90IGEga2V5\n-----END RSA', 'PRIVATE KEY-----'].join(' ');
    const failure: unknown = await forgeWith({ ...app, privateKey: key })
      .read.defaultBranch(on.repo)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'AppError', kind: 'invalid', code: 'github_private_key' });
    expect(whole(failure)).not.toContain('bm90IGEga2V5');
  });

  test('of an App without a permission say which it needs', async () => {
    const small = github.addApp({ slug: `small-${count}`, permissions: { metadata: 'read', contents: 'read', issues: 'read' } });
    small.install('acme');
    const forge = forgeWith({ kind: 'app', appId: String(small.id), privateKey: small.privateKey });
    await expect(forge.write.createBranch(on.repo, 'x', on.start)).rejects.toMatchObject({ kind: 'forbidden', code: 'github_permissions' });
  });

  test('nothing was printed by the libraries', () => expect(printed).toEqual([]));
});

/** Everything an error carries, causes included. */
function whole(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 5) return JSON.stringify(error) ?? '';
  return [error.message, error.stack, JSON.stringify(error), whole(error.cause, depth + 1)].join('\n');
}

test('what is signed as ours by somebody else is not ours', async () => {
  const { number } = await issue();
  const ada = forgeWith({ kind: 'token', token: github.addUser('ada') });
  await ada.write.putComment(on.repo, number, { body: 'Mine', marker });
  expect(await on.forge.read.comments(on.repo, number, marker)).toEqual([]);
  await on.forge.write.putComment(on.repo, number, { body: 'Ours', marker });
  expect((await on.forge.read.comments(on.repo, number)).map(({ author, body }) => [author, body.split('\n')[0]])).toEqual([
    ['ada', 'Mine'],
    ['reeve-bot', 'Ours'],
  ]);
});
