import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { startFakeGithub, type FakeGithub } from '../fakes/github/index.ts';
import { serve, type ServeProcess } from '../kit/reeve.ts';

/*
 * Pull requests that people open on GitHub. Where the project opted in they get one review, edited from push to push, with what no test runs and
 * who should look; where it did not, nothing at all happens.
 */
const SHOP = 'acme/shop';
/** Never opted in. */
const QUIET = 'acme/quiet';
const SECRET = ['the', 'secret', 'of', 'its', 'webhooks'].join('-');
const MINUTE_MS = 60_000;
const BOT = 'reeve-machine';

const CART = 'export function total(lines) {\n  return lines.reduce((sum, line) => sum + line.price, 0);\n}\n';
const DISCOUNT = `${CART}
export function discount(price) {
  if (price > 100) {
    return price * 0.9;
  }
  return price;
}
`;
const MENDED = DISCOUNT.replace('price > 100', 'price >= 100');
const FILES: Record<string, string> = {
  'package.json': '{ "name": "shop", "version": "1.0.0", "private": true, "type": "module" }\n',
  '.gitignore': 'lcov.info\n',
  'src/cart.js': CART,
  'test/cart.test.js':
    "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { total } from '../src/cart.js';\n\ntest('an empty cart costs nothing', () => assert.equal(total([]), 0));\n",
};

const finding = { severity: 'major', path: 'src/cart.js', line: 6, what: 'A price of exactly 100 gets no discount.', why: 'The offer says from 100 on.' };
const SKILLS = {
  skills: [
    {
      name: 'review what was mended',
      match: { all: ['# The change to review', 'price >= 100'] },
      steps: [{ answer: { summary: 'Adds a discount.', findings: [], checklist: [], focus: [] } }],
    },
    {
      name: 'review',
      match: { all: ['# The change to review', 'price > 100'] },
      steps: [
        { answer: { summary: 'Adds a discount.', findings: [finding], checklist: [], focus: [{ path: 'src/cart.js', why: 'Money is counted here.' }] } },
      ],
    },
    {
      name: 'test',
      match: { all: ['What was changed and is to be tested', 'do not run these changed lines', 'src/cart.js: 7-11'] },
      steps: [
        {
          write: 'test/discount.test.js',
          content:
            "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { discount } from '../src/cart.js';\n\ntest('a dear thing gets cheaper', () => assert.equal(discount(200), 180));\n",
        },
      ],
    },
  ],
};

interface ReviewBody {
  id: number;
  user: { login: string };
  state: string;
  body: string;
  commit_id: string;
}

describe('pull requests that people open on GitHub', () => {
  let folder: string;
  let github: FakeGithub;
  let server: ServeProcess;
  let api: ApiClient;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'reeve-people-pulls-'));
    github = await startFakeGithub();
    for (const login of [BOT, 'dora', 'mona']) tokens.set(login, github.addUser(login));
    const collaborators = { [BOT]: 'write', dora: 'write', mona: 'maintain' } as const;
    for (const name of ['shop', 'quiet']) await github.addRepository({ owner: 'acme', name, files: FILES, collaborators });
    // Mona knows the file; she wrote it.
    for (const name of [SHOP, QUIET]) await github.as('mona').push(name, 'main', { 'src/cart.js': `// The cart.\n${CART}` }, 'The cart');
    writeConfig();
    server = await serve({ cwd: folder, env: environment() });
    api = createApiClient(server);
    github.deliverTo({ url: `${server.url}/webhooks/github`, secret: SECRET });
    for (const [handle, role] of Object.entries({ dora: 'developer', mona: 'maintainer' })) {
      const email = github.world.signature(handle).email;
      const { id } = await api.post<{ id: string }>('/v1/people', { handle, name: handle, role, email });
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
    const command = 'node --test --experimental-test-coverage --test-reporter=lcov --test-reporter-destination=lcov.info';
    const checks = [{ name: 'test', command, timeout_s: 60, coverage: 'lcov.info' }];
    const shop = { repo: SHOP, checks, sandbox: 'none', reviews: { people_pulls: 'on', quiet_s: 1, ask_reviewers: 'on' } };
    writeFileSync(
      path.join(folder, 'reeve.yaml'),
      stringify({
        agents: { critic: agent, prober: agent },
        roles: { reviewer: 'critic', tester: 'prober' },
        projects: { shop, quiet: { repo: QUIET, checks, sandbox: 'none' } },
      }),
    );
  }

  function environment(): Record<string, string> {
    return {
      REEVE_GITHUB_API_URL: github.apiUrl,
      REEVE_GITHUB_GIT_URL: github.gitUrlTemplate,
      REEVE_GITHUB_TOKEN: tokens.get(BOT) ?? '',
      REEVE_GITHUB_WEBHOOK_SECRET: SECRET,
      REEVE_REPO_ALLOWLIST: 'acme/*',
      REEVE_GITHUB_WRITE_INTERVAL_MS: '50',
    };
  }

  async function read<T>(at: string, repo = SHOP): Promise<T> {
    const headers = { authorization: `Bearer ${tokens.get('dora') ?? ''}`, accept: 'application/vnd.github+json' };
    const response = await fetch(`${github.apiUrl}/repos/${repo}${at}`, { headers });
    if (!response.ok) throw new Error(`${at} answered ${response.status}`);
    return (await response.json()) as T;
  }
  const reviewsOf = (number: number, repo = SHOP) => read<ReviewBody[]>(`/pulls/${number}/reviews`, repo);
  const written = async (number: number) => (await reviewsOf(number)).filter(({ body }) => body !== '');
  const remarksOf = (number: number) => read<Array<{ path: string; line: number; body: string; user: { login: string } }>>(`/pulls/${number}/comments`);

  async function until<T>(what: string, found: () => Promise<T | null | undefined | false>): Promise<T> {
    for (const deadline = Date.now() + 90_000; Date.now() < deadline; await delay(150)) {
      const answer = await found();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    }
    const jobs = await api.all('/v1/jobs');
    throw new Error(`It never came to this: ${what}.\n${[...github.journal.lines(), ...github.violations, ...jobs.map((job) => JSON.stringify(job))].join('\n')}`);
  }

  const started = (repo: string) => {
    const dora = github.as('dora');
    return {
      push: (content: string, message: string) => dora.push(repo, 'discount', { 'src/cart.js': `// The cart.\n${content}` }, message),
      open: async (draft = false) => (await dora.openPull(repo, { title: 'A discount', body: 'From 100 on.', head: 'discount', draft })).number,
      ready: (number: number) => dora.ready(repo, number),
    };
  };

  it('get one review with remarks beside lines, what no test runs and who should look, edited after a push', { timeout: 4 * MINUTE_MS }, async () => {
    const dora = started(SHOP);
    const first = await dora.push(DISCOUNT, 'A discount');
    const number = await dora.open(true);
    // A draft is its author's own business.
    await github.settled();
    await delay(2500);
    expect(await reviewsOf(number)).toEqual([]);
    await dora.ready(number);

    const [review] = await until('a review is there', async () => {
      const found = await written(number);
      return found.length > 0 ? found : null;
    });
    expect(review).toMatchObject({ user: { login: BOT }, state: 'COMMENTED', commit_id: first });
    expect(review?.body).toContain(`of \`${first.slice(0, 10)}\` (an agent: a person still decides)`);
    expect(review?.body).toContain('A price of exactly 100 gets no discount.');
    expect(review?.body).toMatch(/### Suggested reviewers\n- \*\*mona\*\*: changed these files once/);
    expect(review?.body).not.toContain('**dora**');
    expect(review?.body).toMatch(/changed lines are run by no test:\n- `src\/cart\.js`: /);
    expect(review?.body).toContain('### Suggested tests');
    expect(review?.body).toContain('a dear thing gets cheaper');
    expect(review?.body).not.toContain('/reeve fix');
    expect((await remarksOf(number)).map(({ path: file, line, user }) => [file, line, user.login])).toEqual([['src/cart.js', 6, BOT]]);
    await until('the reviewer is asked', async () => (await read<{ users: unknown[] }>(`/pulls/${number}/requested_reviewers`)).users.length > 0);
    expect(await read(`/pulls/${number}/requested_reviewers`)).toMatchObject({ users: [{ login: 'mona' }] });

    const [pull] = await api.all<{ id: string; number: number; issue_id: string | null }>('/v1/pulls', { project: 'shop' });
    expect(pull).toMatchObject({ number, issue_id: null });
    expect(await api.get(`/v1/pulls/${pull?.id}/reviewers`)).toMatchObject({ head_sha: first, suggested: [{ handle: 'mona', login: 'mona' }] });
    expect(await api.get(`/v1/pulls/${pull?.id}/coverage`)).toMatchObject({ head_sha: first, reports: [{ check: 'test', format: 'lcov', problem: null }] });

    // Two pushes at once are one look.
    await dora.push(`${MENDED}\n`, 'From 100 on');
    const second = await dora.push(MENDED, 'From 100 on, tidied');
    const [edited, ...more] = await until('the review speaks of the new head', async () => {
      const found = await written(number);
      return found[0]?.body.includes(second.slice(0, 10)) === true ? found : null;
    });
    expect(more).toEqual([]);
    expect(edited?.id).toBe(review?.id);
    expect(edited?.body).toContain('No findings.');
    expect(edited?.body).toContain('~~F1: A price of exactly 100 gets no discount.~~');
    await github.settled();
    expect(await remarksOf(number)).toHaveLength(1);
    expect((await api.all<{ role: string }>('/v1/jobs')).filter(({ role }) => role === 'reviewer')).toHaveLength(2);
    // A second request to the same person would be another mail to them.
    expect(github.journal.lines('pull.review_requested')).toHaveLength(1);
  });

  it('are left alone where the project did not opt in', { timeout: 2 * MINUTE_MS }, async () => {
    const dora = started(QUIET);
    await dora.push(DISCOUNT, 'A discount');
    const number = await dora.open();
    await dora.push(MENDED, 'From 100 on');
    await github.settled();
    // The webhooks were answered; what follows from one is begun within this time elsewhere.
    await until('the events are there', async () => {
      const events = await api.all<{ kind: string; repository: string }>('/v1/events');
      return events.some(({ kind, repository }) => kind === 'pull.synchronized' && repository === QUIET);
    });
    await delay(4000);
    expect(await reviewsOf(number, QUIET)).toEqual([]);
    expect(await read(`/issues/${number}/comments`, QUIET)).toEqual([]);
    expect(await read(`/pulls/${number}/requested_reviewers`, QUIET)).toMatchObject({ users: [] });
    expect(await api.all('/v1/pulls', { project: 'quiet' })).toEqual([]);
    expect(github.journal.requests.filter(({ method, path: at }) => method !== 'GET' && at.includes(QUIET) && !at.includes('git-'))).toEqual([]);
  });

  it('are never merged, approved or pushed to', () => {
    const lines = [...github.journal.lines('pull.merged'), ...github.journal.lines('review').filter((line) => line.includes('APPROVED'))];
    expect(lines).toEqual([]);
    expect(github.journal.requests.filter(({ method, path: at }) => method === 'POST' && at.includes('git-receive-pack'))).toEqual([]);
    expect([github.violations, github.errors]).toEqual([[], []]);
  });
});
