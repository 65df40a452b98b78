import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { LONG } from '../kit/long.ts';
import { serve, type ServeProcess } from '../kit/reeve.ts';
import { startFakeGithub, type FakeGithub } from '../fakes/github/index.ts';

/*
 * The issue's way on GitHub: a real server process, a GitHub that speaks the documented API, signed webhooks, real git. People act by
 * labels and comments alone.
 */
const OWNER = 'acme';
const REPO = 'acme/shop';
/** Allowlisted by the glob, and registered by nobody. */
const FOUND = 'acme/found';
/** Runs no checks of its own. */
const QUIET = 'acme/quiet';
const SECRET = ['the', 'secret', 'of', 'its', 'webhooks'].join('-');
const MINUTE_MS = 60_000;
const BOT = 'reeve-machine';

const FILES: Record<string, string> = {
  'package.json': '{ "name": "shop", "version": "1.0.0", "private": true, "type": "module" }\n',
  'src/cart.js': 'export function total(lines) {\n  return lines.reduce((sum, line) => sum + line.price, 0);\n}\n',
  'test/cart.test.js':
    "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { total } from '../src/cart.js';\n\ntest('an empty cart costs nothing', () => assert.equal(total([]), 0));\n",
  '.github/workflows/ci.yml': 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: node --test\n',
};

const ISSUE_BODY =
  'The total in `src/cart.js` has fractions of a cent. Round it to whole cents in src/cart.js.\n\n## Acceptance\n- totals have no fractions of a cent\n- an empty cart still costs nothing';

const MEND = '// rounded as the till rounds\n';
const SKILLS = {
  skills: [
    {
      name: 'mend what CI says',
      match: { all: ["repository's own CI are red", 'till.test.js:7 expected 2.35'] },
      steps: [{ edit: 'src/cart.js', edits: [{ search: 'export function', replace: `${MEND}export function` }] }],
    },
    {
      name: 'try again',
      match: { all: ["repository's own CI are red", 'of the till says no'] },
      steps: [
        { append: 'src/cart.js', content: '// again' },
        { append: 'src/cart.js', content: '\n' },
      ],
    },
    {
      name: 'round',
      match: { all: ['Totals have fractions'] },
      steps: [
        {
          edit: 'src/cart.js',
          edits: [
            { search: 'lines.reduce((sum, line) => sum + line.price, 0)', replace: 'Math.round(lines.reduce((sum, line) => sum + line.price, 0))' },
          ],
        },
      ],
    },
  ],
};

/** What a careless step prints; in parts, so that this file holds nothing that looks like a secret. */
const PRINTED = ['hv', 's.CAESIAbCdEfGhIjKlMnOpQrSt'].join('');

const LOG = [
  '2026-11-21T17:00:00.0000000Z ##[group]Run node --test',
  '2026-11-21T17:00:01.0000000Z ✖ the till rounds',
  '2026-11-21T17:00:01.0000000Z AssertionError: till.test.js:7 expected 2.35 to be 2.3',
  '2026-11-21T17:00:02.0000000Z ##[error]Process completed with exit code 1.',
].join('\n');

type Json = Record<string, unknown>;

/** As whom Reeve acts: a token's account, or an App of its own. Each has its part of the stories. */
describe.each(['token', 'app'] as const)('issues of GitHub, from the label to the merge, with its %s', (credential) => {
  let folder: string;
  let app: ReturnType<FakeGithub['addApp']> | null = null;
  let github: FakeGithub;
  let server: ServeProcess;
  let api: ApiClient;
  const tokens = new Map<string, string>();
  const ciRuns: Array<{ run: number; mended: boolean }> = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'reeve-github-'));
    github = await startFakeGithub();
    for (const login of [BOT, 'ada', 'dora', 'mona', 'robot', 'stranger']) tokens.set(login, github.addUser(login));
    const collaborators = { [BOT]: 'write', ada: 'write', dora: 'write', mona: 'maintain', robot: 'write' } as const;
    await github.addRepository({ owner: OWNER, name: 'shop', files: FILES, collaborators, labels: ['AI-Ready', 'bug'] });
    const outside = { files: { 'src/cart.js': FILES['src/cart.js'] ?? '' }, collaborators, labels: ['AI-Ready'] };
    await github.addRepository({ owner: OWNER, name: 'found', ...outside });
    await github.addRepository({ owner: OWNER, name: 'quiet', ...outside });
    github.ci(
      ({ run }) => [
        {
          name: 'outside',
          conclusion: run <= 3 ? 'failure' : 'success',
          summary: `run ${run} of the till says no\nError: the vault refused ${PRINTED}`,
        },
      ],
      {
        as: 'statuses',
        repository: FOUND,
      },
    );
    github.ci(
      ({ run, dir }) => {
        const mended = readFileSync(path.join(dir, 'src/cart.js'), 'utf8').includes(MEND);
        ciRuns.push({ run, mended });
        return [mended ? { name: 'test', conclusion: 'success', log: 'ok' } : { name: 'test', conclusion: 'failure', log: LOG }];
      },
      { repository: REPO },
    );
    if (credential === 'app') {
      app = github.addApp({ slug: 'acme-reeve' });
      app.install(OWNER);
    }
    writeConfig();
    server = await serve({ cwd: folder, env: environment() });
    api = createApiClient(server);
    github.deliverTo({ url: `${server.url}/webhooks/github`, secret: SECRET });
    for (const [handle, role] of Object.entries({ ada: 'maintainer', dora: 'developer', mona: 'maintainer' })) {
      const { id } = await api.post<{ id: string }>('/v1/people', { handle, name: handle, role });
      await api.post('/v1/identities', { source: 'github', external_id: handle, person_id: id });
    }
  }, 2 * MINUTE_MS);

  afterAll(async () => {
    await server?.end('SIGTERM');
    await github?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, MINUTE_MS);

  function writeConfig(): void {
    const agent = {
      harness: 'acp',
      command: [process.execPath, path.resolve(import.meta.dirname, '../../src/demo/agent.ts'), '--skills', path.join(folder, 'skills.json')],
      sandbox: 'none',
      limits: { wall_minutes: 2, idle_minutes: 1, cost_usd: 0 },
    };
    writeFileSync(path.join(folder, 'skills.json'), JSON.stringify(SKILLS));
    const shop = { repo: REPO, checks: [{ name: 'test', command: 'node --test', timeout_s: 60 }], sandbox: 'none' };
    writeFileSync(
      path.join(folder, 'reeve.yaml'),
      stringify({ agents: { coder: agent }, roles: { coder: 'coder' }, projects: { shop, quiet: { repo: QUIET, ci: 'none' } } }),
    );
  }

  function environment(): Record<string, string> {
    return {
      REEVE_GITHUB_API_URL: github.apiUrl,
      REEVE_GITHUB_GIT_URL: github.gitUrlTemplate,
      ...(app === null
        ? { REEVE_GITHUB_TOKEN: tokens.get(BOT) ?? '' }
        : { REEVE_GITHUB_APP_ID: String(app.id), REEVE_GITHUB_PRIVATE_KEY: app.privateKey }),
      REEVE_GITHUB_WEBHOOK_SECRET: SECRET,
      REEVE_REPO_ALLOWLIST: 'acme/*',
      // The pace that GitHub asks for has its own test; here it would only be waited for.
      REEVE_GITHUB_WRITE_INTERVAL_MS: '50',
    };
  }

  /** A request of a person to GitHub. */
  async function as(login: string, method: string, at: string, body?: Json, repo = REPO): Promise<Json> {
    const headers = { authorization: `Bearer ${tokens.get(login) ?? ''}`, accept: 'application/vnd.github+json', 'content-type': 'application/json' };
    const response = await fetch(`${github.apiUrl}/repos/${repo}${at}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Json;
    if (!response.ok) throw new Error(`${method} ${at} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  const say = (login: string, number: number, body: string, repo = REPO) => as(login, 'POST', `/issues/${number}/comments`, { body }, repo);
  const stories = () => api.all<{ id: string; number: number; title: string; state: string; state_reason: string | null }>('/v1/issues');

  async function until<T>(what: string, found: () => Promise<T | null | undefined | false>): Promise<T> {
    for (const deadline = Date.now() + 90_000; Date.now() < deadline; await delay(150)) {
      const answer = await found();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    }
    const refused = github.journal.requests.filter(({ status }) => status >= 400).map((line) => JSON.stringify(line));
    const told = [
      JSON.stringify(await stories()),
      ...github.journal.lines(),
      ...refused.slice(-10),
      ...github.violations,
      ...github.errors.map(String),
    ];
    throw new Error(`It never came to this: ${what}.\n${told.join('\n')}`);
  }

  interface PullBody {
    number: number;
    title: string;
    body: string;
    state: string;
    draft: boolean;
    labels: Array<{ name: string }>;
    merged_at: string | null;
  }
  const pullsOf = async (issue: number, repo = REPO): Promise<PullBody[]> =>
    (await as('ada', 'GET', `/pulls?head=${OWNER}:ai-${issue}&state=all`, undefined, repo)) as unknown as PullBody[];

  const comments = async (number: number, marker: string, repo = REPO) => {
    const all = (await as('ada', 'GET', `/issues/${number}/comments`, undefined, repo)) as unknown as Array<{
      body: string;
      user: { login: string };
    }>;
    return all.filter(({ body }) => body.includes(marker));
  };
  const waiting = async (kind: string) =>
    (await api.all<{ id: string; kind: string }>('/v1/approvals', { status: 'pending' })).filter((one) => one.kind === kind);

  if (credential === 'token') tellsTheWholeStory();
  else tellsWhatElseMayHappen();

  function tellsTheWholeStory(): void {
    it('goes from the label AI-Ready to a merge that a person approved, with one retry after one red check', { timeout: 4 * MINUTE_MS }, async () => {
      const { number } = (await as('ada', 'POST', '/issues', { title: 'Totals have fractions', body: ISSUE_BODY })) as { number: number };
      await as('ada', 'POST', `/issues/${number}/labels`, { labels: ['AI-Ready'] });

      await until('the plan waits for a decision', async () => (await waiting('plan.approve')).length === 1);
      expect(await comments(number, 'reeve:triage')).toHaveLength(1);
      const [plan] = await comments(number, 'reeve:plan');
      expect(plan?.body).toMatch(/- \[ \] \w+: totals have no fractions of a cent/);
      expect(plan?.body).toContain('/reeve approve');

      await say('stranger', number, '/reeve approve');
      await say('stranger', number, '/reeve stop');
      await until('the stranger is answered', async () => (await comments(number, 'reeve:answer')).length > 0);
      expect(await waiting('plan.approve')).toHaveLength(1);
      await say('dora', number, '/reeve approve go ahead');

      const pull = await until('a draft pull request is open', async () => (await pullsOf(number))[0] ?? null);
      expect(pull).toMatchObject({ draft: true, title: 'Totals have fractions' });
      expect(pull.body).toContain(`Closes #${number}`);

      await until('the merge waits for a decision', async () => (await waiting('pr.merge')).length === 1);
      const [green] = await pullsOf(number);
      expect(green).toMatchObject({ number: pull.number, draft: false });
      expect(green?.labels.map(({ name }) => name).toSorted()).toEqual(['AI-Generated', 'AI-PR', 'AutoGenerated']);
      expect(green?.body).toMatch(/Green on `[0-9a-f]{10}`: test/);
      // Reeve's own check of that name passed on the same commit: it was run again before the agent was sent.
      expect(ciRuns).toEqual([
        { run: 1, mended: false },
        { run: 1, mended: false },
        { run: 2, mended: true },
      ]);

      await say('ada', pull.number, '/reeve approve');
      await until('the requester is told that it is not theirs', async () =>
        (await comments(number, 'reeve:answer')).some(({ body }) => body.includes('never decides')),
      );
      expect(await waiting('pr.merge')).toHaveLength(1);
      await say('mona', pull.number, 'Looks right to me.\n\n/reeve approve');
      await until('it is merged', async () => (await stories()).find((issue) => issue.number === number)?.state === 'merged');
      await github.settled();

      expect((await pullsOf(number))[0]).toMatchObject({ state: 'closed', merged_at: expect.any(String) as string });
      expect(await as('ada', 'GET', `/issues/${number}`)).toMatchObject({ state: 'closed', state_reason: 'completed' });
      await expectOnce(number, pull.number);
      expect(await api.get('/v1/ledger/verify')).toMatchObject({ verified: true });
      await explainsEveryMerge(number, pull.number);
    });
  }

  /** I6, and what a release tells of it. A merge that Reeve's account did without the executor is one that nothing explains. */
  async function explainsEveryMerge(issue: number, pull: number): Promise<void> {
    type Report = { complete: boolean; missing: Array<{ subject: string }> };
    const report = () => api.get<Report>('/v1/compliance/completeness?project=shop');
    const notes = await until('the merge is on record', async () => {
      const found = await api.get<{ changes: number; markdown: string }>('/v1/reports/release?project=shop&name=v1');
      return found.changes === 1 && found;
    });
    expect(notes.markdown).toMatch(
      new RegExp(`# v1\\n\\n## New\\n\\n- Totals have fractions \\(\\[#${pull}\\]\\(.*\\), for #${issue}; asked by ada\\)`),
    );
    expect(await report()).toMatchObject({ complete: true, missing: [] });
    await github.as(BOT).push(REPO, 'behind', { 'src/back.js': 'export {};\n' });
    const behind = await github.as(BOT).openPull(REPO, { title: 'Behind', head: 'behind' });
    await github.as(BOT).merge(REPO, behind.number);
    expect(await report()).toMatchObject({ complete: false, missing: [{ subject: expect.stringContaining('behind') as string }] });
  }

  function tellsWhatElseMayHappen(): void {
    it.runIf(LONG)(
      'asks a person after two retries, and needs no webhook of CI to know how it stands; the repository is taken in by the allowlist',
      { timeout: 5 * MINUTE_MS },
      async () => {
        github.webhooks.drop('status', Infinity);
        const { number } = (await as('ada', 'POST', '/issues', { title: 'Totals have fractions', body: ISSUE_BODY }, FOUND)) as { number: number };
        await as('ada', 'POST', `/issues/${number}/labels`, { labels: ['AI-Ready'] }, FOUND);
        await until('the plan waits for a decision', async () => (await waiting('plan.approve')).length === 1);
        await say('dora', number, '/reeve approve', FOUND);

        const asked = await until('a person is asked', async () =>
          (await api.all<{ id: string; kind: string; status: string }>('/v1/approvals', { status: 'pending' })).find(
            (one) => one.kind === 'ci.retry',
          ),
        );
        const { record } = await api.get<{ record: { args: Json } }>(`/v1/approvals/${asked.id}`);
        expect(record.args).toMatchObject({
          red: ['ci/outside'],
          tried: [expect.stringMatching(/^Retry 1, .*run 1 of the till/), expect.stringMatching(/^Retry 2, .*run 2 of the till/)],
        });
        // Nobody registered what the step printed: its line is left out before agents and people see it.
        expect(JSON.stringify([record.args, await api.all('/v1/ci-results')])).not.toContain(PRINTED);
        expect((await pullsOf(number, FOUND))[0]).toMatchObject({ draft: true });

        await say('dora', number, '/reeve retry', FOUND);
        const pull = await until('it is ready for review', async () => (await pullsOf(number, FOUND)).find(({ draft }) => !draft));
        await until('the merge waits for a decision', async () => (await waiting('pr.merge')).length === 1);
        await say('mona', pull.number, '/reeve approve', FOUND);
        await until('it is merged', async () => (await pullsOf(number, FOUND))[0]?.merged_at);
        expect(await comments(number, 'reeve:answer', FOUND)).toEqual([]);
        expect([github.violations, github.errors]).toEqual([[], []]);
      },
    );

    it(
      'without a CI says so plainly in the pull request; bots that answer each other stop after three hops',
      { timeout: 3 * MINUTE_MS },
      async () => {
        const { number } = (await as('ada', 'POST', '/issues', { title: 'Totals have fractions', body: ISSUE_BODY }, QUIET)) as { number: number };
        await as('ada', 'POST', `/issues/${number}/labels`, { labels: ['AI-Ready'] }, QUIET);
        const vague = (await as('robot', 'POST', '/issues', { title: 'Broken', body: 'It does not work.' }, QUIET)) as { number: number };
        await as('robot', 'POST', `/issues/${vague.number}/labels`, { labels: ['AI-Ready'] }, QUIET);

        await until('the plan waits for a decision', async () => (await waiting('plan.approve')).length === 1);
        await say('dora', number, '/reeve approve', QUIET);
        const pull = await until('it is ready for review', async () => (await pullsOf(number, QUIET)).find(({ draft }) => !draft));
        expect(pull.body).toContain('**This repository runs no CI of its own.**');

        const item = await until('it is known', async () => (await stories()).find((issue) => issue.title === 'Broken'));
        const generation = async () => await api.get<{ generation: number; ended_as: string | null }>(`/v1/issues/${item.id}/story`);
        for (let answers = 0; answers < 6; answers += 1) {
          await until('its story has ended', async () => (await generation()).ended_as);
          await say('robot', vague.number, `It still does not work (${answers}).`, QUIET);
          await github.settled();
          await delay(1000);
        }
        await until('its story has ended', async () => (await generation()).ended_as);
        expect((await generation()).generation).toBeLessThanOrEqual(3);
      },
    );
  }

  /** Each effect of the story stands in GitHub's journal once. */
  async function expectOnce(issue: number, pull: number): Promise<void> {
    const own = github.journal.effects.filter(({ by }) => by === BOT);
    const kinds = (kind: string, subject?: string) =>
      own.filter((effect) => effect.kind === kind && (subject === undefined || effect.subject === subject));
    expect(await comments(issue, 'reeve:triage')).toHaveLength(1);
    expect(await comments(issue, 'reeve:plan')).toHaveLength(1);
    expect(await comments(issue, 'reeve:answer:stranger')).toHaveLength(1);
    expect(await pullsOf(issue)).toHaveLength(1);
    const outputs = await comments(pull, 'reeve:agent-output');
    expect(outputs).toHaveLength(1);
    expect(outputs[0]?.body).toMatch(/\*\*agent-output\.txt\*\*[^]*2 agent runs made this[^]*Execution log: /);
    expect(kinds('pull.created')).toHaveLength(1);
    expect(kinds('pull.merged', `#${pull}`)).toHaveLength(1);
    expect(kinds('ref.created')).toHaveLength(1);
    const { items } = await api.get<{ items: Array<{ source: string; conclusion: string; name: string }> }>('/v1/ci-results?limit=100');
    expect(items.filter(({ source }) => source === 'github').map(({ name, conclusion }) => `${name} ${conclusion}`)).toEqual([
      'test success',
      'test failure',
      'test failure',
    ]);
    expect((await api.all<{ ended_as: string | null; generation: number }>('/v1/issues')).length).toBe(1);
    expect([github.violations, github.errors]).toEqual([[], []]);
  }
});
