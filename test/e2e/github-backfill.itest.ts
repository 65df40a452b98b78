import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { startFakeGithub, type FakeGithub } from '../fakes/github/index.ts';
import { LONG } from '../kit/long.ts';
import { runReeve, serve, type ServeProcess } from '../kit/reeve.ts';

/*
 * The history of a repository, read while GitHub limits, fails and the server is killed: everything once, and nothing begins by it.
 */
const MINUTE_MS = 60_000;
const REPO = 'acme/shop';
const BOT = 'reeve-machine';
/** The full form reads ten thousand; a few pages walk the same way. */
const ISSUES = LONG ? 10_000 : 300;

interface Backfill {
  state: string;
  pages: number;
  seen: number;
  stored: number;
  waits_until: string | null;
  parts: Array<{ part: string; pages: number; seen: number; stored: number; done: boolean; note: string | null }>;
}

describe('the history of a repository', { timeout: (LONG ? 15 : 4) * MINUTE_MS }, () => {
  let folder: string;
  let github: FakeGithub;
  let server: ServeProcess | null = null;
  let credential: Record<string, string>;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'reeve-backfill-'));
    github = await startFakeGithub();
    await github.addRepository({
      owner: 'acme',
      name: 'shop',
      files: { 'src/a.js': '1\n' },
      collaborators: { [BOT]: 'write', ada: 'write', mia: 'maintain' },
    });
    const app = github.addApp({ slug: 'acme-reeve' });
    app.install('acme');
    credential = { REEVE_GITHUB_APP_ID: String(app.id), REEVE_GITHUB_PRIVATE_KEY: app.privateKey };
    writeFileSync(path.join(folder, 'reeve.yaml'), JSON.stringify({ projects: { shop: { repo: REPO, forge: 'github', ci: 'none' } } }));
  }, MINUTE_MS);
  afterEach(async () => {
    await server?.end('SIGKILL');
    server = null;
    await github?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, MINUTE_MS);

  const environment = (): Record<string, string> => ({
    ...credential,
    REEVE_GITHUB_API_URL: github.apiUrl,
    REEVE_GITHUB_GIT_URL: github.gitUrlTemplate,
    REEVE_GITHUB_WRITE_INTERVAL_MS: '0',
    REEVE_REPO_ALLOWLIST: REPO,
  });

  async function start(): Promise<ServeProcess> {
    server = await serve({ cwd: folder, env: { ...environment(), REEVE_PORT: '0' } });
    return server;
  }

  async function until<T>(what: string, found: () => Promise<T | null | undefined | false>, waitMs = 60_000): Promise<T> {
    for (const deadline = performance.now() + waitMs; performance.now() < deadline; await delay(50)) {
      const answer = await found();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    }
    throw new Error(`It never came to this: ${what}.\n${github.violations.join('\n')}`);
  }

  /** Old issues, as a repository has them that is connected late: closed by then, some labelled, all without webhooks. */
  function fill(count: number): void {
    const { data } = github.repository(REPO);
    for (let number = data.lastNumber + 1, left = count; left > 0; number += 1, left -= 1) {
      const at = new Date(Date.UTC(2025, 0, 1) + number * 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
      data.lastNumber = number;
      data.issues.push({
        id: 1_000_000 + number,
        number,
        title: `Old ${number}`,
        body: 'Round the totals in `src/a.js`.',
        state: 'closed',
        stateReason: 'completed',
        author: 'ada',
        appId: null,
        labels: number % 50 === 0 ? ['AI-Ready'] : [],
        assignees: [],
        milestone: null,
        locked: false,
        createdAt: at,
        updatedAt: at,
        closedAt: at,
        closedBy: 'mia',
        pull: null,
      });
    }
  }

  const addressOf = async (client: ApiClient): Promise<string> => {
    const [repository] = await client.all<{ id: string; name: string }>('/v1/repositories');
    return `/v1/repositories/${repository?.id ?? ''}/backfill`;
  };
  const kindsOf = async (client: ApiClient): Promise<Map<string, number>> => {
    const counts = new Map<string, number>();
    const events = await client.all<{ kind: string; backfilled: boolean }>('/v1/events', { repository: REPO }, 100_000);
    for (const { kind } of events.filter(({ backfilled }) => backfilled)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return counts;
  };

  it(`${ISSUES} issues, killed in the middle, limited and refused on the way: each once, in bounded memory, and no story begins`, async () => {
    fill(ISSUES);
    const first = await start();
    let client = createApiClient(first);
    const address = await addressOf(client);
    github.faults.arm({ method: 'GET', path: /\/issues$/, times: 3, after: 2, do: { kind: 'delay', ms: 1500 } });
    await client.post(address, {});
    const pages = await until('some pages are kept', async () => {
      const now = await client.get<Backfill>(address);
      return now.pages >= 2 && now.pages;
    });
    await first.end('SIGKILL');

    github.faults.clear();
    github.faults.arm({ method: 'GET', path: /\/issues$/, do: { kind: 'secondary_limit', status: 429, retryAfterS: 12 } });
    github.faults.arm({ method: 'GET', path: /\/issues\/comments$/, times: 4, do: { kind: 'status', status: 502 } });
    const second = await start();
    client = createApiClient(second);
    const waiting = await until('it says how long GitHub wants to be left alone', async () => {
      const now = await client.get<Backfill>(address);
      return now.waits_until !== null && now;
    });
    expect(waiting.pages).toBeGreaterThanOrEqual(pages);
    let most = 0;
    const done = await until(
      'it is done',
      async () => {
        most = Math.max(most, residentMb(second.pid));
        const now = await client.get<Backfill>(address);
        return now.state !== 'running' && now;
      },
      (LONG ? 10 : 3) * MINUTE_MS,
    );
    expect(done.state).toBe('done');
    expect(done.parts[0]).toMatchObject({ part: 'issues', seen: ISSUES, stored: 2 * ISSUES, pages: Math.ceil(ISSUES / 100) });
    expect(most).toBeLessThan(600);
    expect(await kindsOf(client)).toEqual(
      new Map([
        ['issue.opened', ISSUES],
        ['issue.closed', ISSUES],
      ]),
    );
    // The ready label of the past starts nothing, and what is read again is known.
    expect(await client.all('/v1/issues')).toEqual([]);
    expect(github.journal.effects).toEqual([]);
    const again = await runReeve(['repository', 'backfill', REPO, '--since', '2025-01-01', '--json'], { cwd: folder, env: environment() });
    expect([again.code, JSON.parse(again.stdout)]).toEqual([0, expect.objectContaining({ state: 'done', stored: 0 })]);
    expect(again.stderr).toContain('pages');
    expect([github.violations, github.errors]).toEqual([[], []]);
  });

  it('comments, pull requests, reviews, checks, runs, releases and deployments, each as the fact it was; paused and resumed', async () => {
    github.ci(() => [{ name: 'test', conclusion: 'success', log: '' }]);
    const ada = github.as('ada');
    const { number } = await ada.openIssue(REPO, { title: 'Totals', body: 'Round them.' });
    await ada.comment(REPO, number, '/reeve approve');
    const { origin } = new URL(github.apiUrl);
    const token = github.addUser('mia');
    const ask = async (method: string, at: string, body?: object): Promise<Record<string, unknown>> => {
      const response = await fetch(`${origin}/repos/${REPO}${at}`, {
        method,
        headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect(response.status, await response.clone().text()).toBeLessThan(300);
      return (await response.json()) as Record<string, unknown>;
    };
    await ada.push(REPO, 'fix', { 'src/b.js': '2\n' });
    const pull = await ada.openPull(REPO, { title: 'Round', head: 'fix', body: 'Rounds.' });
    await github.settled();
    await ask('POST', `/pulls/${pull.number}/reviews`, { event: 'COMMENT', body: 'Well done.' });
    await ask('PUT', `/pulls/${pull.number}/merge`, {});
    await ask('POST', '/releases', { tag_name: 'v1.0.0', name: 'One' });
    const deployment = await ask('POST', '/deployments', { ref: 'main', environment: 'production', auto_merge: false, required_contexts: [] });
    await ask('POST', `/deployments/${String(deployment['id'])}/statuses`, { state: 'success' });
    await github.settled();

    const client = createApiClient(await start());
    const address = await addressOf(client);
    // The reconciler finds the open issue at the start: what is counted here is what the history adds.
    github.faults.arm({ method: 'GET', path: /\/(issues|pulls)$/, times: 4, do: { kind: 'delay', ms: 1000 } });
    await client.post(address, {});
    const paused = await client.post<Backfill>(`${address}/pause`, {});
    expect(paused.state).toBe('paused');
    await delay(2500);
    const rested = await client.get<Backfill>(address);
    await delay(1000);
    expect(await client.get<Backfill>(address)).toEqual(rested);
    expect((await client.post<Backfill>(`${address}/resume`, {})).state).toBe('running');
    const done = await until('it is done', async () => {
      const now = await client.get<Backfill>(address);
      return now.state !== 'running' && now;
    });
    expect(done).toMatchObject({ state: 'done' });
    expect(done.parts.filter(({ note }) => note !== null)).toEqual([]);
    const kinds = await kindsOf(client);
    expect(Object.fromEntries(kinds)).toMatchObject({
      'issue.opened': 1,
      'issue.discussed': 1,
      'pull.opened': 1,
      'pull.merged': 1,
      'pull.reviewed': 1,
      'check.completed': 1,
      'release.published': 1,
      'deployment.changed': 2,
    });
    expect(kinds.get('workflow_run.completed')).toBeGreaterThan(0);
    // A version of the past is neither drafted nor written into a changelog.
    expect(await client.all('/v1/ledger', { kind: 'release.noted' })).toEqual([]);
    expect([github.violations, github.errors]).toEqual([[], []]);
  });

  it('a list that is refused in its middle is no end: it has failed, the rest is read, and it goes on there', async () => {
    fill(1);
    const { data } = github.repository(REPO);
    const at = '2025-01-01T00:00:00Z';
    for (let id = 1; id <= 150; id += 1)
      data.comments.push({ id: 5_000_000 + id, issue: 1, author: 'ada', appId: null, body: `Word ${id}`, createdAt: at, updatedAt: at });
    const client = createApiClient(await start());
    const address = await addressOf(client);
    const ended = () =>
      until('it has ended', async () => {
        const now = await client.get<Backfill>(address);
        return now.state !== 'running' && now;
      });
    github.faults.arm({ method: 'GET', path: /\/issues\/comments$/, after: 1, do: { kind: 'status', status: 422 } });
    await client.post(address, {});
    const failed = await ended();
    expect(failed).toMatchObject({ state: 'failed', problem: expect.stringContaining('issue comments stopped midway') as string });
    expect(failed.parts.filter(({ done }) => !done)).toMatchObject([{ part: 'issue_comments', pages: 1, seen: 100 }]);
    await client.post(`${address}/resume`, {});
    const done = await ended();
    expect(done).toMatchObject({ state: 'done', problem: null });
    expect(done.parts[1]).toMatchObject({ part: 'issue_comments', pages: 2, seen: 150, done: true, note: null });
    expect([github.violations, github.errors]).toEqual([[], []]);
  });
});

function residentMb(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / 1024;
}
