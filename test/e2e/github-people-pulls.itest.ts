import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { startFakeGithub, type FakeGithub } from '../fakes/github/index.ts';
import { runReeve, serve, type ServeProcess } from '../kit/reeve.ts';

/*
 * Pull requests that people open on GitHub. Where the project opted in they get one review, edited from push to push, with what no test runs and
 * who should look; where it did not, nothing at all happens.
 */
const SHOP = 'acme/shop';
/** Never opted in. */
const QUIET = 'acme/quiet';
/** Where agents work on issues, and may write tests. */
const TILLS = 'acme/tills';
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

const finding = {
  severity: 'major',
  path: 'src/cart.js',
  line: 6,
  what: 'A price of exactly 100 gets no discount.',
  why: 'The offer says from 100 on.',
};
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
        {
          answer: {
            summary: 'Adds a discount.',
            findings: [finding],
            checklist: [],
            focus: [{ path: 'src/cart.js', why: 'Money is counted here.' }],
          },
        },
      ],
    },
    {
      name: 'test',
      match: { all: ['What was changed and is to be tested', 'do not run these changed lines', 'src/cart.js: '] },
      steps: [
        {
          write: 'test/discount.test.js',
          content:
            "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { discount } from '../src/cart.js';\n\ntest('a dear thing gets cheaper', () => assert.equal(discount(200), 180));\ntest('a cheap one does not', () => assert.equal(discount(50), 50));\n",
        },
      ],
    },
    { name: 'find all tested', match: { all: ['What was changed and is to be tested'] }, steps: [{ say: 'All is tested.' }] },
    {
      name: 'work on the remarks',
      match: { all: ['The change was reviewed. Do what the remarks ask for', 'mona: Please say where the offer is written down.'] },
      steps: [{ append: 'src/cart.js', content: '// The offer: docs/offer.md\n' }],
    },
    {
      name: 'build',
      match: { all: ['Discounts for dear things', 'src/cart.js'], none: ['# The change to review'] },
      steps: [{ append: 'src/cart.js', content: DISCOUNT.slice(CART.length) }],
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
    for (const login of [BOT, 'dora', 'mona', 'eve']) tokens.set(login, github.addUser(login));
    const collaborators = { [BOT]: 'write', dora: 'write', mona: 'maintain' } as const;
    for (const name of ['shop', 'quiet', 'tills'])
      await github.addRepository({ owner: 'acme', name, files: FILES, collaborators, labels: ['AI-Ready'] });
    await github.as('dora').push(TILLS, 'main', { 'src/cart.js': `// The cart.\n${CART}` }, 'The cart');
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
        agents: { critic: agent, prober: agent, builder: agent },
        roles: { reviewer: 'critic', tester: 'prober', coder: 'builder' },
        projects: {
          shop,
          quiet: { repo: QUIET, checks, sandbox: 'none' },
          tills: { repo: TILLS, checks, sandbox: 'none', ci: 'none', reviews: { tests: 'write', ask_reviewers: 'on' } },
        },
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
  const remarksOf = (number: number) =>
    read<Array<{ path: string; line: number; body: string; user: { login: string } }>>(`/pulls/${number}/comments`);

  async function until<T>(what: string, found: () => Promise<T | null | undefined | false>): Promise<T> {
    for (const deadline = Date.now() + 90_000; Date.now() < deadline; await delay(150)) {
      const answer = await found();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    }
    const jobs = await api.all('/v1/jobs');
    throw new Error(
      `It never came to this: ${what}.\n${[...github.journal.lines(), ...github.violations, ...jobs.map((job) => JSON.stringify(job))].join('\n')}`,
    );
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
    expect(review?.body).toContain('/reeve fix reviews');
    expect((await remarksOf(number)).map(({ path: file, line, user }) => [file, line, user.login])).toEqual([['src/cart.js', 6, BOT]]);
    await until('the reviewer is asked', async () => (await read<{ users: unknown[] }>(`/pulls/${number}/requested_reviewers`)).users.length > 0);
    expect(await read(`/pulls/${number}/requested_reviewers`)).toMatchObject({ users: [{ login: 'mona' }] });

    const [pull] = await api.all<{ id: string; number: number; issue_id: string | null }>('/v1/pulls', { project: 'shop' });
    expect(pull).toMatchObject({ number, issue_id: null });
    expect(await api.get(`/v1/pulls/${pull?.id}/reviewers`)).toMatchObject({ head_sha: first, suggested: [{ handle: 'mona', login: 'mona' }] });
    expect(await api.get(`/v1/pulls/${pull?.id}/coverage`)).toMatchObject({
      head_sha: first,
      reports: [{ check: 'test', format: 'lcov', problem: null }],
    });

    const reeve = async (...args: string[]) => (await runReeve(args, { cwd: folder, env: environment() })).stdout;
    expect(await reeve('pulls', 'list', '--project', 'shop')).toMatch(/open +dora +reviewers: mona +A discount/);
    expect(await reeve('pulls', 'reviewers', pull?.id ?? '')).toMatch(/^Suggested: mona \(.*\nmona \([\d.]+ of 100\): changed these files once/);
    expect(await reeve('pulls', 'coverage', pull?.id ?? '')).toMatch(/test: \d+ of \d+ lines \(lcov\)\n  src\/cart\.js: /);

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

  it('are worked on when their author asks for it, and pushed to when somebody else allows it', { timeout: 2 * MINUTE_MS }, async () => {
    const [pull] = await api.all<{ number: number; head_sha: string }>('/v1/pulls', { project: 'shop' });
    const number = pull?.number ?? 0;
    await github.as('mona').commentOnLine(SHOP, number, { path: 'src/cart.js', line: 6, body: 'Please say where the offer is written down.' });
    // Of a stranger's word nothing follows, of the author's one thing, however often it is told.
    await github.as('eve').comment(SHOP, number, 'fix code reviews');
    await github.as('dora').comment(SHOP, number, 'fix code reviews');
    const [push] = await until('the push waits for a yes', async () => {
      const found = (await api.all<{ id: string; kind: string; digest: string }>('/v1/approvals', { status: 'pending' })).filter(
        ({ kind }) => kind === 'branch.push',
      );
      return found.length > 0 ? found : null;
    });
    const told = async () =>
      (await read<Array<{ body: string; user: { login: string } }>>(`/issues/${number}/comments`)).filter(({ user }) => user.login === BOT);
    await until('the author is told', async () => (await told()).length > 0);
    expect((await told()).map(({ body }) => body.split('\n')[0])).toEqual([
      expect.stringMatching(/^@dora it is done as `[0-9a-f]{10}`, and the checks pass with it\. It changes `src\/cart\.js`\./),
    ]);
    const clientOf = async (person: string, role: string) => {
      const { token } = await api.post<{ token: string }>('/v1/tokens', { name: person, role, person });
      return createApiClient({ url: server.url, token });
    };
    const yes = { decision: 'approve', digest: push?.digest, confirm: SHOP };
    // Whoever asked for it does not decide it.
    await expect((await clientOf('dora', 'developer')).post(`/v1/approvals/${push?.id}/decision`, yes)).rejects.toThrow(/never decides/);
    await (await clientOf('mona', 'maintainer')).post(`/v1/approvals/${push?.id}/decision`, yes);
    const head = await until('it is pushed', async () => {
      const { head: now } = await read<{ head: { sha: string } }>(`/pulls/${number}`);
      return now.sha === pull?.head_sha ? null : now.sha;
    });
    const { git } = github.repository(SHOP);
    expect(await git.file(head, 'src/cart.js')).toContain('// The offer: docs/offer.md');
    expect((await git.commit(head)).parents).toEqual([pull?.head_sha]);
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
    // It is listed, as everybody's are; nothing follows from it.
    expect(await api.all('/v1/pulls', { project: 'quiet' })).toMatchObject([{ number, author_kind: 'person', issue_id: null }]);
    expect(github.journal.requests.filter(({ method, path: at }) => method !== 'GET' && at.includes(QUIET) && !at.includes('git-'))).toEqual([]);
  });

  it('and those of agents get the tests that the coverage report misses, and people to look at them', { timeout: 4 * MINUTE_MS }, async () => {
    const body = 'Add a discount in `src/cart.js`.\n\n## Acceptance\n- a price above 100 gets a discount';
    const { number: issue } = await github.as('mona').openIssue(TILLS, { title: 'Discounts for dear things', body });
    await github.as('mona').label(TILLS, issue, 'AI-Ready');
    const waiting = async (kind: string) =>
      (await api.all<{ id: string; kind: string }>('/v1/approvals', { status: 'pending' })).some((one) => one.kind === kind);
    await until('the plan waits for a decision', () => waiting('plan.approve'));
    await github.as('dora').comment(TILLS, issue, '/reeve approve');
    await until('the merge waits for a decision', () => waiting('pr.merge'));

    const [pull] = await read<Array<{ number: number; body: string; head: { sha: string } }>>(`/pulls?head=acme:ai-${issue}`, TILLS);
    const files = await read<Array<{ filename: string }>>(`/pulls/${pull?.number}/files`, TILLS);
    expect(files.map(({ filename }) => filename)).toEqual(['src/cart.js', 'test/discount.test.js']);
    expect(pull?.body).toContain('Every changed line that can be run is run by the tests.');
    expect(pull?.body).toMatch(/### Suggested reviewers\n- \*\*dora\*\*: changed these files once/);
    expect(await read(`/pulls/${pull?.number}/requested_reviewers`, TILLS)).toMatchObject({ users: [{ login: 'dora' }] });
    const tries = (await api.all<{ role: string; agent: string; state: string; target: string }>('/v1/jobs')).filter(
      ({ agent, target }) => agent === 'prober' && target === `ai-${issue}`,
    );
    // The plan's own task for tests found nothing to add; the report did.
    expect(tries.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
  });

  it('are never merged, approved or pushed to without anybody asking', () => {
    const lines = [...github.journal.lines('pull.merged'), ...github.journal.lines('review').filter((line) => line.includes('APPROVED'))];
    expect(lines).toEqual([]);
    const pushes = github.journal.requests.filter(({ method, path: at }) => method === 'POST' && at.includes('git-receive-pack'));
    // One that its author asked for and somebody else allowed.
    expect(pushes.filter(({ path: at }) => !at.includes('/tills'))).toHaveLength(1);
    expect([github.violations, github.errors]).toEqual([[], []]);
  });
});
