import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
 * What happens between a green pull request and its merge on GitHub: one review by an agent, edited from head to head; people who ask for changes, and
 * have the remarks or a conflict worked on by a comment; conversations that are answered and ended. A real server process, signed webhooks, real git.
 */
const OWNER = 'acme';
const REPO = 'acme/shop';
const SECRET = ['the', 'secret', 'of', 'its', 'webhooks'].join('-');
const MINUTE_MS = 60_000;

const CART = 'export function total(lines) {\n  return lines.reduce((sum, line) => sum + line.price, 0);\n}\n';
const FILES: Record<string, string> = {
  'package.json': '{ "name": "shop", "version": "1.0.0", "private": true, "type": "module" }\n',
  'src/cart.js': CART,
  'src/tax.js': 'export const tax = (sum) => sum * 0.19;\n',
  'README.md': '# Shop\n',
};
const CART_ISSUE =
  'The total in `src/cart.js` has fractions of a cent. Round it in src/cart.js.\n\n## Acceptance\n- totals have no fractions of a cent';
const TAX_ISSUE = 'The tax in `src/tax.js` has fractions of a cent. Round it in src/tax.js.\n\n## Acceptance\n- the tax has no fractions of a cent';

const SUM = 'lines.reduce((sum, line) => sum + line.price, 0)';
const WHY = '// a till knows whole cents only\n';
const CODER = {
  skills: [
    {
      name: 'remarks of reviews',
      match: { all: ['have these open remarks', 'Why is it rounded at all?', 'T1, src/cart.js:2'] },
      steps: [
        { edit: 'src/cart.js', edits: [{ search: 'export function', replace: `${WHY}export function` }] },
        {
          answer:
            'I looked at all of them.\n\nT1 done: nothing is lost, the sum is rounded once.\nT2 done: the reason stands above it now.\nT9 done: nobody asked.',
        },
      ],
    },
    {
      name: 'tax again',
      match: { all: ['your change does not merge with that', 'Tax has fractions'] },
      steps: [{ write: 'src/tax.js', content: 'export const tax = (sum) => Math.round(sum * 0.2);\n' }],
    },
    {
      name: 'tax',
      match: { all: ['Tax has fractions'] },
      steps: [{ write: 'src/tax.js', content: 'export const tax = (sum) => Math.round(sum * 0.19);\n' }],
    },
    {
      name: 'round',
      match: { all: ['Totals have fractions'] },
      steps: [{ edit: 'src/cart.js', edits: [{ search: SUM, replace: `Math.round(${SUM})` }] }],
    },
  ],
};

const finding = (severity: string, place: object, what: string) => ({ severity, ...place, what, why: `${what} Because.`, suggestion: `Mend it.` });
const REVIEWER = {
  skills: [
    {
      name: 'second look',
      match: { all: ['F1 (major, src/cart.js:2)', 'The change to review'] },
      steps: [
        {
          answer: {
            summary: 'The second look.',
            findings: [{ ...finding('minor', { path: 'README.md', line: 1 }, 'The README says nothing.'), stands: 'F2' }],
            checklist: [{ item: 'totals have no fractions of a cent', met: 'yes', evidence: 'Math.round' }],
            focus: [],
          },
        },
      ],
    },
    {
      name: 'first look',
      match: { all: ['The change to review', 'src/cart.js'] },
      steps: [
        {
          answer: {
            summary: 'The first look.',
            findings: [
              finding('minor', { path: 'README.md', line: 1 }, 'The README says nothing.'),
              finding('major', { path: 'src/cart.js', line: 2 }, 'It may lose a cent.'),
            ],
            checklist: [{ item: 'totals have no fractions of a cent', met: 'unclear', evidence: '' }],
            focus: [{ path: 'src/cart.js', why: 'Money.' }],
          },
        },
      ],
    },
  ],
  otherwise: [{ answer: 'Looks good to me.' }],
};

type Json = Record<string, unknown>;

describe('reviews of pull requests on GitHub', () => {
  let folder: string;
  let app: ReturnType<FakeGithub['addApp']>;
  let github: FakeGithub;
  let server: ServeProcess;
  let api: ApiClient;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'reeve-github-review-'));
    github = await startFakeGithub();
    for (const login of ['ada', 'dora', 'mona', 'stranger']) tokens.set(login, github.addUser(login));
    const collaborators = { ada: 'write', dora: 'write', mona: 'maintain' } as const;
    await github.addRepository({ owner: OWNER, name: 'shop', files: FILES, collaborators, labels: ['AI-Ready'] });
    github.ci(() => [{ name: 'test', conclusion: 'success', log: 'ok' }], { repository: REPO });
    app = github.addApp({ slug: 'acme-reeve' });
    app.install(OWNER);
    writeConfig();
    server = await serve({
      cwd: folder,
      env: {
        REEVE_GITHUB_API_URL: github.apiUrl,
        REEVE_GITHUB_GIT_URL: github.gitUrlTemplate,
        REEVE_GITHUB_APP_ID: String(app.id),
        REEVE_GITHUB_PRIVATE_KEY: app.privateKey,
        REEVE_GITHUB_WEBHOOK_SECRET: SECRET,
        REEVE_REPO_ALLOWLIST: 'acme/*',
        REEVE_GITHUB_WRITE_INTERVAL_MS: '50',
      },
    });
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
    const agent = (name: string, skills: object) => {
      const file = path.join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(skills));
      return {
        harness: 'acp',
        command: [process.execPath, path.resolve(import.meta.dirname, '../../src/demo/agent.ts'), '--skills', file],
        sandbox: 'none',
        limits: { wall_minutes: 2, idle_minutes: 1, cost_usd: 0 },
      };
    };
    const agents = { coder: agent('coder', CODER), critic: agent('critic', REVIEWER) };
    const shop = { repo: REPO, checks: [{ name: 'test', command: 'true', timeout_s: 60 }], sandbox: 'none' };
    writeFileSync(path.join(folder, 'reeve.yaml'), stringify({ agents, roles: { coder: 'coder', reviewer: 'critic' }, projects: { shop } }));
  }

  async function as(login: string, method: string, at: string, body?: Json): Promise<Json> {
    const headers = { authorization: `Bearer ${tokens.get(login) ?? ''}`, accept: 'application/vnd.github+json', 'content-type': 'application/json' };
    const response = await fetch(`${github.apiUrl}/repos/${REPO}${at}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Json;
    if (!response.ok) throw new Error(`${method} ${at} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  const say = (login: string, number: number, body: string) => as(login, 'POST', `/issues/${number}/comments`, { body });
  const stories = () => api.all<{ id: string; number: number; title: string; state: string }>('/v1/issues');

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

  interface Waiting {
    id: string;
    kind: string;
    record: { preconditions: { head_sha: string | null }; target: { number: number | null } };
  }
  const waiting = async (kind: string): Promise<Waiting[]> => {
    const found = (await api.all<{ id: string; kind: string }>('/v1/approvals', { status: 'pending' })).filter((one) => one.kind === kind);
    return Promise.all(found.map(async ({ id }) => ({ ...(await api.get<Waiting>(`/v1/approvals/${id}`)), id, kind })));
  };
  /** The head for which the merge of a pull request waits. */
  const mergeOf = async (pull: number) =>
    (await waiting('pr.merge')).find(({ record }) => record.target.number === pull)?.record.preconditions.head_sha;
  const headOf = async (pull: number) => ((await as('ada', 'GET', `/pulls/${pull}`)) as { head: { sha: string } }).head.sha;
  const commentsOn = async (number: number) =>
    (await as('ada', 'GET', `/issues/${number}/comments`)) as unknown as Array<{ body: string; user: { login: string } }>;
  const ownReviews = async (pull: number) =>
    (
      (await as('ada', 'GET', `/pulls/${pull}/reviews`)) as unknown as Array<{ id: number; body: string; state: string; user: { login: string } }>
    ).filter(({ body }) => body.includes('reeve:review'));
  const remarks = async (pull: number) =>
    (await as('ada', 'GET', `/pulls/${pull}/comments`)) as unknown as Array<{
      id: number;
      body: string;
      path: string;
      line: number;
      in_reply_to_id?: number;
      user: { login: string };
    }>;

  const own = (kind: string) => github.journal.effects.filter((effect) => effect.by === app.login && effect.kind === kind);

  /** From a labelled issue to a pull request whose merge waits. */
  async function opened(title: string, body: string): Promise<{ issue: number; pull: number; head: string }> {
    const { number } = (await as('ada', 'POST', '/issues', { title, body })) as { number: number };
    await as('ada', 'POST', `/issues/${number}/labels`, { labels: ['AI-Ready'] });
    await until('the plan waits for a decision', async () => (await waiting('plan.approve')).length === 1);
    await say('dora', number, '/reeve approve');
    const found = await until('the merge waits for a decision', async () => (await waiting('pr.merge'))[0]);
    return { issue: number, pull: found.record.target.number ?? 0, head: found.record.preconditions.head_sha ?? '' };
  }

  it(
    'are one, edited from head to head; "fix code reviews" has them worked on, answers the conversations and ends them',
    { timeout: 5 * MINUTE_MS },
    async () => {
      const { issue, pull, head } = await opened('Totals have fractions', CART_ISSUE);
      const [review, ...more] = await ownReviews(pull);
      expect(more).toEqual([]);
      expect(review).toMatchObject({ state: 'COMMENTED', user: { login: app.login } });
      expect(review?.body).toContain('The first look.');
      expect(review?.body).toContain('- F1 **major** `src/cart.js:2`: It may lose a cent.');
      expect(review?.body).toContain('The README says nothing. Because.');
      const [beside, ...others] = await remarks(pull);
      expect(others).toEqual([]);
      expect(beside).toMatchObject({ path: 'src/cart.js', line: 2, user: { login: app.login } });

      // A person's remark, and a review that asks for changes: the merge is not asked for any more.
      await as('dora', 'POST', `/pulls/${pull}/comments`, { commit_id: head, path: 'src/cart.js', line: 1, body: 'Why is it rounded at all?' });
      await as('dora', 'POST', `/pulls/${pull}/reviews`, { event: 'APPROVE', body: 'Not mine to decide.' });
      await as('mona', 'POST', `/pulls/${pull}/reviews`, { event: 'REQUEST_CHANGES', body: 'Please answer dora.' });
      await until('the question is taken back', async () => (await waiting('pr.merge')).length === 0);
      await until('mona is told what she can do', async () => (await commentsOn(pull)).some(({ body }) => body.startsWith('@mona Your review asks')));
      await say('stranger', pull, 'fix code reviews');
      await github.settled();
      expect(await headOf(pull)).toBe(head);

      await say('dora', pull, 'Fix code reviews.');
      const next = await until('the merge of a new head waits', async () => {
        const waits = await mergeOf(pull);
        return waits !== undefined && waits !== head && waits;
      });
      expect(await headOf(pull)).toBe(next);
      expect(((await as('ada', 'GET', `/compare/${head}...${next}`)) as { ahead_by: number; behind_by: number }).behind_by).toBe(0);

      const after = await remarks(pull);
      const answers = (root: number | undefined) =>
        after.filter(({ in_reply_to_id: to, user }) => to === root && user.login === app.login).map(({ body }) => body.split('\n')[0]);
      expect(answers(beside?.id)).toEqual([`Done in \`${next.slice(0, 10)}\`. nothing is lost, the sum is rounded once.`]);
      const person = after.find(({ body }) => body === 'Why is it rounded at all?');
      expect(answers(person?.id)).toEqual([`Done in \`${next.slice(0, 10)}\`. the reason stands above it now.`]);
      expect(own('pull.thread.resolved')).toHaveLength(2);

      const [edited, ...again] = await ownReviews(pull);
      expect(again).toEqual([]);
      expect(edited).toMatchObject({ id: review?.id, state: 'COMMENTED' });
      expect(edited?.body).toContain('The second look.');
      expect(edited?.body).toContain('- ~~F1: It may lose a cent.~~');
      expect(edited?.body).toContain('- F2 **minor** `README.md:1`');
      expect(own('pull.review.edited')).toHaveLength(1);

      // An approval on GitHub decides nothing, and whoever may decide is told where.
      await as('mona', 'POST', `/pulls/${pull}/reviews`, { event: 'APPROVE', body: '' });
      await until('mona is told where to approve', async () => (await commentsOn(pull)).some(({ body }) => body.includes('a review does not prove')));
      expect(await mergeOf(pull)).toBe(next);
      await say('mona', pull, '/reeve approve');
      await until('it is merged', async () => (await stories()).find((one) => one.number === issue)?.state === 'merged');
      expect(own('pull.merged')).toHaveLength(1);
      expect([github.violations, github.errors]).toEqual([[], []]);
      expect(await api.get('/v1/ledger/verify')).toMatchObject({ verified: true });
    },
  );

  it.runIf(LONG)(
    '"/reeve fix conflict" brings the base in, builds again what conflicts, and asks for the merge of the new head',
    { timeout: 5 * MINUTE_MS },
    async () => {
      const { issue, pull, head } = await opened('Tax has fractions', TAX_ISSUE);
      expect((await ownReviews(pull))[0]?.body).toContain('did not answer in the asked form');
      await say('dora', pull, 'fix merge conflict');
      await until('dora is told that nothing conflicts', async () =>
        (await commentsOn(pull)).some(({ body }) => body.includes('without a conflict')),
      );
      await until('the merge waits again', async () => (await mergeOf(pull)) === head);

      await github.as('ada').push(REPO, 'main', { 'src/tax.js': 'export const tax = (sum) => sum * 0.2;\n' });
      await github.settled();
      const pulls = await api.all<{ id: string; number: number }>('/v1/pulls');
      const id = pulls.find(({ number }) => number === pull)?.id ?? '';
      await api.post(`/v1/pulls/${id}/fix`, { what: 'conflict' });
      await expect(api.post(`/v1/pulls/${id}/fix`, { what: 'reviews' })).rejects.toMatchObject({ code: 'fix_under_way' });
      const next = await until('the merge of a new head waits', async () => {
        const waits = await mergeOf(pull);
        return waits !== undefined && waits !== head && waits;
      });
      expect(await headOf(pull)).toBe(next);
      expect((await as('ada', 'GET', `/pulls/${pull}`))['commits']).toBeGreaterThan(1);
      await say('mona', pull, '/reeve approve');
      await until('it is merged', async () => (await stories()).find((one) => one.number === issue)?.state === 'merged');
      const merged = (await as('ada', 'GET', '/contents/src/tax.js')) as { content: string };
      expect(Buffer.from(merged.content, 'base64').toString()).toBe('export const tax = (sum) => Math.round(sum * 0.2);\n');
      expect([github.violations, github.errors]).toEqual([[], []]);
    },
  );
});
