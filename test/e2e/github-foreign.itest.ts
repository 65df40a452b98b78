import { execFileSync } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { afterEach, describe, expect, it } from 'vitest';
import { BOT, startForeignGithub, type ForeignGithub, type Personality } from '../fakes/foreign-github/index.ts';
import { LONG } from '../kit/long.ts';
import { GITHUB_PAYLOADS } from '../kit/github-payloads.ts';
import { runReeve, serve, type ServeProcess } from '../kit/reeve.ts';

/*
 * The promise about GitHub, as a stranger would try it: a server of another hand that speaks a part of GitHub's documented API, git by file://,
 * nothing but documented variables, commands and addresses, webhooks written by the test. Nothing is registered: the allowlist is all that names the
 * repository.
 */
const REPO = 'octo-org/till';
const SECRET = ['between', 'the', 'two', 'of', 'us'].join('-');
const TOKEN = ['github', 'pat', 'of', 'a', 'stranger'].join('_');
const MINUTE_MS = 60_000;

const FILES = {
  'package.json': '{ "name": "till", "type": "module", "private": true }\n',
  'src/till.js': 'export function due(prices) {\n  return prices.reduce((sum, price) => sum + price, 0);\n}\n',
};
const MENDED = '// whole cents, as the till counts\n';
const SKILLS = {
  otherwise: [{ answer: { summary: 'It does what was asked.', findings: [], checklist: [], focus: [] } }],
  skills: [
    {
      name: 'mend',
      match: { all: ["repository's own CI are red", 'expected 2.35'] },
      steps: [{ edit: 'src/till.js', edits: [{ search: 'export function', replace: `${MENDED}export function` }] }],
    },
    {
      name: 'round',
      match: { all: ['Due has fractions'] },
      steps: [
        {
          edit: 'src/till.js',
          edits: [{ search: 'prices.reduce((sum, price) => sum + price, 0)', replace: 'Math.round(prices.reduce((sum, price) => sum + price, 0))' }],
        },
      ],
    },
  ],
};
const ISSUE = {
  title: 'Due has fractions',
  body: 'What is due in `src/till.js` has fractions of a cent. Round it to whole cents in src/till.js.\n\n## Acceptance\n- due has no fractions\n- nothing bought costs nothing',
  login: 'monalisa',
  labels: ['AI-Ready'],
};

type Json = Record<string, unknown>;
interface Approval {
  id: string;
  kind: string;
  digest: string;
  status: string;
}

let folder = '';
let hub: ForeignGithub;
let server: ServeProcess;

afterEach(async () => {
  await server?.end('SIGTERM');
  await hub?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}, MINUTE_MS);

async function begin(personality: Personality, apiUrl: (address: string) => string = (address) => address, allowlist = 'octo-org/*'): Promise<void> {
  folder = mkdtempSync(path.join(tmpdir(), 'reeve-foreign-'));
  hub = await startForeignGithub({ root: path.join(folder, 'hub'), token: TOKEN, personality });
  const command = [process.execPath, path.resolve(import.meta.dirname, '../../src/demo/agent.ts'), '--skills', path.join(folder, 'skills.json')];
  const agents = { pal: { harness: 'acp', command, sandbox: 'none', limits: { wall_minutes: 2, idle_minutes: 1, cost_usd: 0 } } };
  writeFileSync(path.join(folder, 'skills.json'), JSON.stringify(SKILLS));
  writeFileSync(path.join(folder, 'reeve.yaml'), stringify({ agents, roles: { coder: 'pal', reviewer: 'pal' } }));
  const env = {
    REEVE_GITHUB_API_URL: apiUrl(hub.apiUrl),
    REEVE_GITHUB_GIT_URL: hub.gitUrl,
    REEVE_GITHUB_TOKEN: TOKEN,
    REEVE_GITHUB_WEBHOOK_SECRET: SECRET,
    REEVE_REPO_ALLOWLIST: allowlist,
  };
  server = await serve({ cwd: folder, env });
}

/** The repositories belong to somebody else, where this test may make it so: git then serves them to nobody who does not insist. */
function giveAway(hubFolder: string): void {
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', '65534', hubFolder]);
}

/** Posts a delivery as GitHub does. */
async function deliver(event: string, payload: Json, id = randomUUID()): Promise<{ status: number; answer: Json }> {
  const body = JSON.stringify(payload);
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-github-event': event, 'x-github-delivery': id, 'x-hub-signature-256': signature };
  const response = await fetch(`${server.url}/webhooks/github`, { method: 'POST', headers, body });
  return { status: response.status, answer: (await response.json()) as Json };
}

async function api<T>(method: string, at: string, token = server.token, body?: Json): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const response = await fetch(server.url + at, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const answer = (await response.json()) as T;
  if (!response.ok) throw new Error(`${method} ${at} answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

/** A person made by the documented route, and a token for them by the command line. */
async function person(handle: string, role: string): Promise<{ id: string; token: string }> {
  const { id } = await api<{ id: string }>('POST', '/v1/people', undefined, { handle, name: handle, role });
  const made = await runReeve(['token', 'create', '--role', role, '--name', handle, '--person', handle, '--json'], { cwd: folder });
  return { id, token: (JSON.parse(made.stdout) as { token: string }).token };
}

async function until<T>(what: string, look: () => Promise<T | null | undefined | false> | T | null | undefined | false): Promise<T> {
  for (const deadline = Date.now() + 2 * MINUTE_MS; Date.now() < deadline; await delay(200)) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
  }
  const issues = await api<{ items: Json[] }>('GET', '/v1/issues');
  const actions = await api<{ items: Json[] }>('GET', '/v1/actions?limit=100').catch(() => ({ items: [] }));
  const events = await api<{ items: Json[] }>('GET', '/v1/events?limit=50').catch(() => ({ items: [] }));
  const told = [...issues.items, ...actions.items, ...events.items, ...hub.seen.slice(-60)].map((line) => JSON.stringify(line).slice(0, 600));
  throw new Error(`It never came to this: ${what}.\n${told.join('\n')}`);
}

const waitingFor = (kind: string): Promise<Approval> =>
  until(`${kind} waits for a decision`, async () =>
    (await api<{ items: Approval[] }>('GET', '/v1/approvals?status=pending')).items.find((one) => one.kind === kind),
  );

const saying = (number: number, words: string) => hub.comments(REPO, number).filter(({ body }) => body.includes(words));

/** The story, decided on the way by `decide`; CI says no to the first commit and yes to the second. */
async function tell(decide: (kind: string, number: number, issue: number) => Promise<void>): Promise<{ issue: number; pull: number }> {
  const issue = hub.open(REPO, ISSUE);
  const number = Number(issue['number']);
  const labeled = { action: 'labeled', issue, label: { name: 'AI-Ready' }, repository: hub.repository(REPO), sender: hub.user('monalisa') };
  const id = randomUUID();
  expect(await deliver('issues', labeled, id)).toMatchObject({ status: 202, answer: { duplicate: false } });
  expect(await deliver('issues', labeled, id)).toMatchObject({ status: 202, answer: { duplicate: true } });

  await waitingFor('plan.approve');
  expect([saying(number, 'reeve:triage').length, saying(number, 'reeve:plan').length]).toEqual([1, 1]);
  expect(hub.pulls(REPO)).toEqual([]);
  await decide('plan.approve', number, number);

  const pull = await until('a pull request is open', () => hub.pulls(REPO)[0]);
  expect(pull).toMatchObject({ head: `ai-${number}`, base: 'trunk', draft: true });
  await until('it has its labels', () => hub.ticket(REPO, pull.number).labels.length === 3);
  expect(hub.ticket(REPO, pull.number).labels.toSorted()).toEqual(['AI-Generated', 'AI-PR', 'AutoGenerated']);
  expect(hub.ticket(REPO, pull.number).body).toContain(`Closes #${number}`);

  await judge(pull.sha, false);
  const again = await until('the agent has pushed once more', () => hub.pulls(REPO).find(({ sha }) => sha !== pull.sha));
  expect(again.draft).toBe(true);
  await judge(again.sha, true);
  await until('it is ready for review', () => hub.pulls(REPO).some(({ draft }) => !draft));
  await waitingFor('pr.merge');
  expect(hub.pulls(REPO)[0]).toMatchObject({ state: 'open', mergedAs: null });
  await decide('pr.merge', pull.number, number);
  await until('it is merged', () => hub.pulls(REPO)[0]?.mergedAs);
  await until('the story has ended', async () => (await api<{ items: Json[] }>('GET', '/v1/issues')).items.find(({ state }) => state === 'merged'));
  return { issue: number, pull: pull.number };
}

async function judge(sha: string, passed: boolean): Promise<void> {
  const { event, payload } = hub.judge(REPO, sha, { name: 'test', passed, words: passed ? 'all fine' : 'till.test.js:7 expected 2.35 to be 2.3' });
  expect((await deliver(event, payload)).status).toBe(202);
}

async function expectOnce({ issue, pull }: { issue: number; pull: number }): Promise<void> {
  const own = hub.comments(REPO, issue).filter(({ login }) => login === BOT);
  const marks = own.map(({ body }) => /<!-- (reeve:\w+)/.exec(body)?.[1] ?? body);
  expect(marks.filter((mark) => mark !== 'reeve:answer')).toEqual(['reeve:triage', 'reeve:plan']);
  const wrote = (method: string, at: RegExp) => hub.seen.filter((seen) => seen.method === method && seen.status < 300 && at.test(seen.path));
  expect(wrote('POST', /\/git\/refs$/).map(({ body }) => body['ref'])).toEqual([`refs/heads/ai-${issue}`]);
  expect(wrote('POST', /\/pulls$/)).toHaveLength(1);
  expect(wrote('PUT', /\/merge$/)).toHaveLength(1);
  expect(hub.pulls(REPO)).toHaveLength(1);
  expect(hub.seen.filter(({ method }) => method === 'error')).toEqual([]);
  expect(hub.ticket(REPO, issue)).toMatchObject({ state: 'closed', reason: 'completed' });
  expect(hub.ticket(REPO, pull).isPull).toBe(true);
  const runs = await api<{ items: Array<{ role: string }> }>('GET', '/v1/jobs?limit=50');
  expect(runs.items.filter(({ role }) => role === 'coder')).toHaveLength(2);
  expect(wrote('POST', /\/reviews$/).length).toBeLessThanOrEqual(1);
  const verified = await runReeve(['ledger', 'verify', '--json'], { cwd: folder });
  expect([verified.code, JSON.parse(verified.stdout)]).toEqual([0, expect.objectContaining({ verified: true })]);
}

/** No commit of the default branch that no record explains; the first one was there before Reeve. */
async function expectExplained(): Promise<void> {
  const [project] = (await api<{ items: Array<{ key: string }> }>('GET', '/v1/projects')).items;
  const told = await runReeve(['ledger', 'completeness', '--project', project?.key ?? '', '--json'], { cwd: folder });
  expect([told.code, JSON.parse(told.stdout)]).toEqual([0, expect.objectContaining({ complete: true, missing: [] })]);
}

const byHttp = (token: string) => async (kind: string) => {
  const { id, digest } = await waitingFor(kind);
  const { status } = await api<{ status: string }>('POST', `/v1/approvals/${id}/decision`, token, {
    decision: 'approve',
    digest,
    reason: 'It is what we want.',
  });
  expect(status).toBe('approved');
};

/** By a comment under the issue or the pull request, told by a webhook; the requester's own comment decides nothing about the merge. */
const byComment = (login: string) => async (kind: string, number: number, issue: number) => {
  if (kind === 'pr.merge') {
    await deliver('issue_comment', hub.say(REPO, number, ISSUE.login, '/reeve approve'));
    await until('the requester is answered', () => saying(issue, 'reeve:answer')[0]);
    expect(hub.pulls(REPO)[0]).toMatchObject({ state: 'open' });
  }
  await deliver('issue_comment', hub.say(REPO, number, login, 'I have looked at it.\n\n/reeve approve'));
};

const PERSONALITIES: Array<{ name: string; personality: Personality; apiUrl?: (address: string) => string }> = [
  { name: 'all that the documentation promises', personality: {} },
  {
    name: 'an Enterprise prefix, statuses, little in its objects and no rarer address; REST ends the draft',
    personality: { prefix: '/api/v3', ci: 'statuses', sparse: true, graphql: 'none', patchesDraft: true, bearerOnly: true },
    apiUrl: (address) => `${address}/`,
  },
  { name: 'checks that are only told, and a GraphQL of few words', personality: { ci: 'nowhere', graphql: 'terse' } },
];

// The short form takes the one that has least: what it makes do with, the others have too.
const MET = LONG ? PERSONALITIES : PERSONALITIES.filter(({ personality }) => personality.sparse === true);

describe.each(MET)('a server of another hand, with $name', ({ personality, apiUrl }) => {
  it('leads from one labelled issue to one merge that another person approved', { timeout: 6 * MINUTE_MS }, async () => {
    await begin(personality, apiUrl);
    hub.add(REPO, FILES);
    if (personality.sparse === true) giveAway(path.join(folder, 'hub'));
    const { token } = await person('grace', 'maintainer');
    await expectOnce(await tell(byHttp(token)));
    if (personality.sparse !== true) await expectExplained();
  });
});

/** Every published payload comes from the stand-in, too (webhooks.itest.ts): the short form sends one of six here. */
const SENT = GITHUB_PAYLOADS.flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload }))).filter((_, at) => LONG || at % 6 === 0);

it(
  `takes the yes of a person who is linked to their login as a comment, and each of ${SENT.length} payloads once`,
  { timeout: 8 * MINUTE_MS },
  async () => {
    // Of the protection of its branch nobody but an administrator is told: an admin vouches for it.
    await begin({ guarded: true }, undefined, 'octo-org/*,Codertocat/*');
    hub.add(REPO, FILES);
    const sent = new Map<string, string>();
    for (const { name, payload } of SENT) {
      const body = JSON.stringify(payload);
      const id = randomUUID();
      const first = await deliver(name, payload, id);
      const again = await deliver(name, payload, id);
      expect([name, first.status, again.status, again.answer['duplicate']]).toEqual([name, 202, 202, true]);
      // Some recorded payloads are equal to the byte.
      expect(first.answer['duplicate']).toBe(sent.has(body));
      sent.set(body, id);
    }
    const { id } = await person('grace', 'maintainer');
    await api('POST', '/v1/identities', undefined, { source: 'github', external_id: 'grace', person_id: id });
    const { id: asker } = await person('mona', 'maintainer');
    await api('POST', '/v1/identities', undefined, { source: 'github', external_id: ISSUE.login, person_id: asker });
    await expectOnce(
      await tell(async (kind, number, issue) => {
        const { items } = await api<{ items: Array<{ id: string; name: string }> }>('GET', '/v1/repositories');
        const found = items.find(({ name }) => name === REPO);
        await api('PATCH', `/v1/repositories/${found?.id ?? ''}`, undefined, { protection_attested: true });
        await byComment('grace')(kind, number, issue);
      }),
    );
  },
);
