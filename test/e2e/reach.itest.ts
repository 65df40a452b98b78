import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { REACH } from '#app/reach.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { ID_PREFIXES } from '#kernel/ids.ts';
import { AREAS, PROJECT_KINDS } from '#modules/access/index.ts';
import { actionRoutes } from '#modules/actions/index.ts';
import { agentRoutes } from '#modules/agents/index.ts';
import { mergeQueueRoutes } from '#modules/merge-queue/index.ts';
import { workRoutes } from '#modules/work/index.ts';
import type { RouteDefinition } from '#platform/http/index.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

/** One row of every kind that belongs to a project, in each of two projects. */
const KINDS = [...PROJECT_KINDS];
/** Figures begin and end with the moment they are asked at. */
const MOMENT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const idOf = (prefix: string, of: 'A' | 'B'): string => `${prefix}_01J${of.repeat(23)}`;

async function fill(database: TestDatabase, of: 'A' | 'B'): Promise<void> {
  const id = (prefix: string) => idOf(prefix, of);
  const hash = (of === 'A' ? 'a' : 'b').repeat(64);
  const [proj, repo, iss, plan, task, run, cr] = ['proj', 'repo', 'iss', 'plan', 'task', 'run', 'cr'].map(id);
  const key = of.toLowerCase();
  const rows: Array<[string, unknown[]]> = [
    ["insert into projects (id, key, name, settings) values ($1, $2, 'P', '{}')", [proj, `project-${key}`]],
    ["insert into repositories (id, project_id, forge, name, default_branch) values ($1, $2, 'local', $3, 'main')", [repo, proj, `shop/${key}`]],
    [
      "insert into work_items (id, project_id, repository_id, source, external_id, number, title) values ($1, $2, $3, 'local', $4, 1, 'secret')",
      [iss, proj, repo, key],
    ],
    ["insert into plans (id, work_item_id, version, document, planner) values ($1, $2, 1, '{}', 'rules')", [plan, iss]],
    [
      `insert into tasks (id, plan_id, work_item_id, key, title, description, role, scope, estimate, limits)
       values ($1, $2, $3, 't1', 'secret', 'd', 'coder', '{src/**}', 'S', '{}')`,
      [task, plan, iss],
    ],
    [
      `insert into agent_runs (id, task_id, work_item_id, project_id, repository_id, agent, role, attempt, base_ref, target, branch, sandbox, sealed)
       values ($1, $2, $3, $4, $5, 'codex', 'coder', 1, 'main', 'main', 'b', 'none', false)`,
      [run, task, iss, proj, repo],
    ],
    [
      `insert into agent_questions (id, run_id, execution, project_id, agent, role, question, asked_at, expires_at)
       values ($1, $2, 1, $3, 'codex', 'coder', 'secret?', now(), now() + interval '1 hour')`,
      [id('que'), run, proj],
    ],
    [
      `insert into actions (id, idempotency_key, request_hash, kind, record, digest, status, decision, facts, created_at, expires_at, project_id)
       values ($1, $1, $2, 'pr.label', $4, $2, 'denied', '{}', '{}', now(), now() + interval '1 hour', $3)`,
      [
        id('act'),
        hash,
        proj,
        JSON.stringify({ kind: 'pr.label', risk: 'low', target: { forge: 'local', repo: 'r', number: 1, branch: null }, args: {} }),
      ],
    ],
    [
      `insert into break_glass (action_id, digest, reason, opened_by, opened_subject, opened_role, expires_at)
       values ($1, $2, 'Checkout is down', 'pers_x', 'person:x', 'maintainer', now())`,
      [id('act'), hash],
    ],
    [
      `insert into change_requests (id, project_id, repository_id, target, task_id, attempt, document, body_sha256, submitted_by, publish, submitted_tree, effect)
       values ($1, $2, $3, 'main', $4, 1, $6, $5, 's', '{"kind":"mirror"}', 't', '[]')`,
      [cr, proj, repo, task, hash, JSON.stringify({ repo: `shop/${key}`, summary: 'secret', risk: 'low', base: 'main' })],
    ],
    [
      `insert into queue_rollbacks (id, kind, project_id, repository_id, target, document, document_sha256, rolls_back, state, requested_by, reason, created_at, updated_at)
       values ($1, 'rollback', $2, $3, 'main', '{}', $4, '[]', 'waiting', 's', '', now(), now())`,
      [id('rb'), proj, repo, hash],
    ],
    [
      `insert into pulls (id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url)
       values ($1, $2, $3, 1, 'secret', 'open', false, 'b', 'main', 's', 'u')`,
      [id('pull'), proj, repo],
    ],
    [
      `insert into reviews (id, pull_id, run_id, head_sha, reviewer, parsed, summary, findings, checklist, focus)
       values ($1, $2, $1, 'h', 'critic', true, 'secret', '[]', '[]', '[]')`,
      [id('rev'), id('pull')],
    ],
    [
      `insert into pull_fixes (id, key, pull_id, workflow_id, what, asked_by, ended_at) values ($1, $1, $2, 'w', 'reviews', 'person:a', now())`,
      [id('fix'), id('pull')],
    ],
    [
      "insert into ci_results (id, project_id, repository_id, head_sha, name, source, conclusion) values ($1, $2, $3, 's', 'n', 'x', 'success')",
      [id('ci'), proj, repo],
    ],
    [
      `insert into model_calls (id, work_item_id, purpose, model, prompt_name, prompt_version, prompt_hash, attempt, duration_ms, outcome)
       values ($1, $2, 'plan', 'rules', 'p', 1, 'h', 1, 1, 'answered')`,
      [id('call'), iss],
    ],
  ];
  rows.push([
    `insert into compliance_records (id, number, kind, subject, project_id, work_item_id, changed_at, recorded_at, record, sha256)
     values ($1, $2, 'landing', $3, $4, $5, now(), now(), $6, $7)`,
    [id('comp'), of === 'A' ? 1 : 2, cr, proj, iss, JSON.stringify(recordOf(of)), hash],
  ]);
  for (const [text, values] of rows) await database.pool.query(text, values);
}

/** A record of a change with nothing in its sections but whose it is. */
function recordOf(of: 'A' | 'B'): Record<string, unknown> {
  const lists = Object.fromEntries(['changes', 'agents', 'models', 'decisions', 'checks'].map((name) => [name, []]));
  const nothing = Object.fromEntries(['commit', 'issue', 'plan', 'pull'].map((name) => [name, null]));
  const at = '2026-01-02T03:04:05.000Z';
  const whose = {
    id: idOf('comp', of),
    project_id: idOf('proj', of),
    project: `project-${of.toLowerCase()}`,
    repository: `shop/${of.toLowerCase()}`,
  };
  const findings = { ticket_before_work: null, author_approved: false, approved_before_change: true, checks_passed: null, self_approved: false };
  const hash = '0'.repeat(64);
  return {
    ...whose,
    ...lists,
    ...nothing,
    v: 1,
    number: 1,
    kind: 'landing',
    subject: idOf('cr', of),
    changed_at: at,
    recorded_at: at,
    hashes: {},
    policy: { hash, source: 's', text_sha256: hash },
    findings: { ...findings, emergency: false },
  };
}

describe('a caller who is limited to some projects', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'reeve-reach-'));
  let server: RunningServer;
  let database: TestDatabase;
  const tokens = { a: '', b: '', personA: '', all: '' };

  beforeAll(async () => {
    database = await createTestDatabase();
    const env = { REEVE_DATA_DIR: dataDir, REEVE_PORT: '0', REEVE_LOG_LEVEL: 'silent', REEVE_DATABASE_URL: database.url };
    server = await startServer(loadAppConfig(env, dataDir), 'api');
    await fill(database, 'A');
    await fill(database, 'B');
    const { people, access } = server.modules;
    for (const handle of ['ann', 'bob', 'cleo']) await people.create({ handle, name: handle, role: 'admin' }, SYSTEM_ACTOR);
    const make = async (person: string, projects: string[] | null) =>
      (await access.createToken({ name: person, role: 'admin', person, projects }, SYSTEM_ACTOR)).secret;
    tokens.a = await make('ann', ['project-a']);
    tokens.b = await make('bob', [idOf('proj', 'B')]);
    // Limited as a person: the token says nothing.
    tokens.personA = await make('cleo', null);
    await access.limitPerson((await people.byHandle('cleo'))?.id ?? '', ['project-a'], SYSTEM_ACTOR);
    tokens.all = readFileSync(path.join(dataDir, 'admin-token'), 'utf8').trim();
  });

  afterAll(async () => {
    await server.stop();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function ask(route: Pick<RouteDefinition, 'method'>, at: string, token: string, body?: unknown, key?: string) {
    const leave = new AbortController();
    const response = await fetch(`${server.url}${at}`, {
      method: route.method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      signal: leave.signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const isStream = response.headers.get('content-type')?.includes('event-stream') === true;
    const text = isStream ? '' : await response.text();
    leave.abort();
    return { status: response.status, text, code: /"code":"(\w+)"/.exec(text)?.[1] ?? null };
  }

  const routes = (): readonly RouteDefinition[] => server.http?.routes ?? [];
  const withId = () =>
    routes().filter((route) => /:\w*id\b|:blocker/.test(route.path) && !/\/(people|tokens|sessions|identities|teams)\//.test(route.path));
  const pathWith = (route: RouteDefinition, id: string) => route.path.replaceAll(/:\w+/g, id);

  it('finds every kind of row in the view that says whose it is', async () => {
    const known = await database.pool.query<{ id: string }>('select id from project_of where project_id = $1 order by id', [idOf('proj', 'A')]);
    expect(known.rows.map((row) => row.id)).toEqual(KINDS.map((prefix) => idOf(prefix, 'A')).sort());
    // A new kind of id is either of a project, and in the view, or named here as one of the whole installation.
    const ofAll = ['pers', 'iden', 'team', 'tok', 'evt', 'mv', 'agt', 'req', 'cmt', 'key', 'ses', 'bf', 'view'];
    expect(Object.values(ID_PREFIXES).filter((prefix) => !KINDS.includes(prefix as never) && !ofAll.includes(prefix))).toEqual([]);
  });

  it('gets 404 from every route for every id of another project, as it does for ids of nobody', async () => {
    const wrong: string[] = [];
    let asked = 0;
    for (const route of withId()) {
      if (REACH[`${route.method} ${route.path}`] === 'open') continue;
      for (const prefix of KINDS) {
        const foreign = await ask(route, pathWith(route, idOf(prefix, 'B')), tokens.a);
        asked += 1;
        if (foreign.status !== 404) wrong.push(`${route.method} ${route.path} ${prefix}: ${foreign.status} ${foreign.code}`);
      }
      const byPerson = await ask(route, pathWith(route, idOf('iss', 'B')), tokens.personA);
      const nobody = await ask(route, pathWith(route, 'iss_01JZZZZZZZZZZZZZZZZZZZZZZZ'), tokens.a);
      for (const { status, code } of [byPerson, nobody]) if (status !== 404) wrong.push(`${route.method} ${route.path}: ${status} ${code}`);
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(500);
  });

  it('is not turned away by the same walls from what is theirs', async () => {
    const reads = withId().filter((route) => route.method === 'GET' && REACH[`GET ${route.path}`] === 'row');
    const kindOf: Record<string, string> = {
      '/v1/projects/:id': 'proj',
      '/v1/repositories/:id': 'repo',
      '/v1/issues/:id': 'iss',
      '/v1/plans/:id': 'plan',
      '/v1/tasks/:id': 'task',
      '/v1/jobs/:id': 'run',
      '/v1/questions/:id': 'que',
      '/v1/pulls/:id': 'pull',
      '/v1/pulls/:id/reviewers': 'pull',
      '/v1/pulls/:id/coverage': 'pull',
      '/v1/change-requests/:id': 'cr',
      '/v1/model-calls/:id': 'call',
      '/v1/compliance-records/:id': 'comp',
      '/v1/projects/:id/rollout': 'proj',
      '/v1/projects/:id/rollout/decisions': 'proj',
    };
    for (const [at, prefix] of Object.entries(kindOf)) {
      const route = reads.find((candidate) => candidate.path === at);
      expect(route, at).toBeDefined();
      if (route === undefined) continue;
      expect((await ask(route, pathWith(route, idOf(prefix, 'B')), tokens.b)).code, at).not.toBe('not_in_your_projects');
      expect((await ask(route, pathWith(route, idOf(prefix, 'A')), tokens.personA)).code, at).not.toBe('not_in_your_projects');
    }
    for (const token of [tokens.b, tokens.all]) expect((await ask({ method: 'GET' }, `/v1/issues/${idOf('iss', 'B')}`, token)).status).toBe(200);
  });

  it('reads nothing of another project in any list', async () => {
    const told: string[] = [];
    const lists = routes().filter((route) => route.method === 'GET' && !route.path.includes(':') && route.access !== 'public');
    for (const route of lists) {
      const answer = await ask(route, route.path, tokens.a);
      if (/01JB{23}/.test(answer.text)) told.push(route.path);
    }
    expect(told).toEqual([]);
    const own = await ask({ method: 'GET' }, '/v1/issues', tokens.a);
    expect([own.status, own.text.includes(idOf('iss', 'A'))]).toEqual([200, true]);
    expect((await ask({ method: 'GET' }, '/v1/issues', tokens.all)).text).toContain(idOf('iss', 'B'));
  });

  it('gets 404 for another project named in a query or a body, by id, by key and by name', async () => {
    const places: Array<[RouteDefinition['method'], string, unknown?]> = [
      ['GET', `/v1/issues?project=${idOf('proj', 'B')}`],
      ['GET', `/v1/jobs?project=project-b`],
      ['GET', `/v1/change-requests?repository=${idOf('repo', 'B')}`],
      ['GET', `/v1/change-requests?task=${idOf('task', 'B')}`],
      ['GET', `/v1/issues?project=${idOf('proj', 'B').toLowerCase()}`],
      ['POST', '/v1/issues', { project_id: idOf('proj', 'B'), title: 'x', body: '' }],
      ['POST', '/start-job', { task_id: idOf('task', 'B'), agent: 'codex' }],
      ['POST', '/stop-job', { job_id: idOf('run', 'B') }],
      ['POST', '/v1/actions/propose', { kind: 'pr.label', target: { forge: 'local', repo: 'shop/b' }, args: {} }],
      ['POST', '/v1/queue/targets/pause', { target: 'main', repo: 'shop/b' }],
      ['GET', '/v1/local/repositories/shop/b'],
    ];
    for (const [method, at, body] of places) {
      const answer = await ask({ method }, at, tokens.a, body);
      // A body that does not fit is refused for that before anything is looked up in it.
      expect([404, 422], `${method} ${at}: ${answer.text}`).toContain(answer.status);
    }
    const made = await ask({ method: 'POST' }, '/v1/issues', tokens.a, { project_id: idOf('proj', 'B'), title: 'x', body: '' });
    expect([made.status, made.code]).toEqual([404, 'not_in_your_projects']);
    expect((await ask({ method: 'POST' }, '/v1/issues', tokens.a, { project_id: idOf('proj', 'A'), title: 'x', body: '' })).status).toBe(201);
  });

  /** Two proposals in each project that wait for people, made over HTTP by who sees both. */
  async function waiting(of: 'A' | 'B', number: number): Promise<{ id: string; digest: string }> {
    const body = { kind: 'issue.close', target: { forge: 'local', repo: `shop/${of.toLowerCase()}`, number }, args: { reason: 'duplicate' } };
    const { text, status } = await ask({ method: 'POST' }, '/v1/actions/propose', tokens.all, body);
    expect([status, text]).toEqual([201, expect.any(String)]);
    const { action_id: id, digest } = JSON.parse(text) as { action_id: string; digest: string };
    return { id, digest };
  }

  it('works on approvals and actions of its own project, and finds none of another', async () => {
    const { local } = server.modules;
    for (const key of ['a', 'b']) {
      await local.manage.createRepository({ name: `shop/${key}`, files: [{ path: 'a.txt', content: 'a\n' }] });
      await local.manage.createIssue(`shop/${key}`, { title: 'x', by: 'ada' });
      await database.pool.query('update repositories set allowlisted = true where name = $1', [`shop/${key}`]);
    }
    const steps = (first: { id: string; digest: string }, second: { id: string; digest: string }): Array<[string, unknown]> => [
      [`/v1/approvals/${first.id}/notes`, { text: 'Why?' }],
      [`/v1/approvals/${first.id}/reassign`, { to: 'role:admin' }],
      [`/v1/actions/${second.id}/break-glass`, { digest: second.digest, reason: 'Checkout is down for all' }],
      ['/v1/approvals/decisions', { decision: 'decline', kind: 'issue.close', items: [{ id: first.id, digest: first.digest }] }],
      [`/v1/approvals/${second.id}/decision`, { decision: 'approve', digest: second.digest }],
      [`/v1/actions/${second.id}/undo`, undefined],
    ];
    const [own, ownToo] = [await waiting('A', 1), await waiting('A', 1)];
    const [others, othersToo] = [await waiting('B', 1), await waiting('B', 1)];
    for (const token of [tokens.a, tokens.personA]) {
      const account: [string, unknown] = [`/v1/actions/${othersToo.id}/break-glass/account`, { text: 'Checkout was down for all' }];
      for (const [at, body] of [...steps(others, othersToo), account]) {
        const foreign = await ask({ method: 'POST' }, at, token, body);
        expect([at, foreign.status, foreign.code]).toEqual([at, 404, 'not_in_your_projects']);
      }
    }
    for (const at of ['details', 'changes']) {
      expect((await ask({ method: 'GET' }, `/v1/approvals/${others.id}/${at}`, tokens.a)).status).toBe(404);
      expect((await ask({ method: 'GET' }, `/v1/approvals/${own.id}/${at}`, tokens.a)).status).toBe(200);
    }
    const tried = { args: { reason: 'completed' } };
    expect((await ask({ method: 'POST' }, `/v1/approvals/${others.id}/modification`, tokens.a, tried)).status).toBe(404);
    expect((await ask({ method: 'POST' }, `/v1/approvals/${own.id}/modification`, tokens.a, tried)).status).toBe(200);
    expect(JSON.parse((await ask({ method: 'GET' }, '/v1/approvals/counts', tokens.a)).text)).toMatchObject({ pending: 2 });
    expect(JSON.parse((await ask({ method: 'GET' }, '/v1/approvals/counts', tokens.all)).text)).toMatchObject({ pending: 4 });
    const mixed = { decision: 'decline', kind: 'issue.close', items: [own, others] };
    expect((await ask({ method: 'POST' }, '/v1/approvals/decisions', tokens.a, mixed)).status).toBe(404);
    for (const [at, body] of steps(own, ownToo)) {
      if (at.endsWith('/undo'))
        await database.pool.query(`update actions set status = 'executed', executed_at = now(), outcome = '{"before": "open"}' where id = $1`, [
          ownToo.id,
        ]);
      const answer = await ask({ method: 'POST' }, at, tokens.a, body);
      expect([at, answer.status < 300, answer.text]).toEqual([at, true, answer.text]);
    }
    const decided = await database.pool.query<{ status: string }>('select status from approvals where id = any($1) order by id', [
      [own.id, ownToo.id, others.id, othersToo.id],
    ]);
    expect(decided.rows.map(({ status }) => status)).toEqual(['declined', 'approved', 'pending', 'pending']);
  });

  it('reads figures of its own project, by id, key or without a name, and of no other, nor of all together', async () => {
    const own = idOf('proj', 'A');
    for (const named of ['project-a', own]) {
      for (const at of [
        `/v1/budget?project=${named}`,
        `/v1/budget/history?project=${named}`,
        `/v1/approvals/report?project=${named}`,
        `/v1/policy?project=${named}`,
        `/v1/compliance-records?project=${named}`,
        `/v1/projects/${named}/rollout`,
        `/v1/projects/${named}/rollout/decisions`,
      ]) {
        const answer = await ask({ method: 'GET' }, at, tokens.a);
        expect([at, answer.status, answer.text.includes('01JB')]).toEqual([at, 200, false]);
        const other = at.replace(own, idOf('proj', 'B')).replace('project-a', 'project-b');
        for (const token of [tokens.a, tokens.personA]) expect([other, (await ask({ method: 'GET' }, other, token)).status]).toEqual([other, 404]);
      }
    }
    for (const at of ['/v1/budget', '/v1/budget/history', '/v1/approvals/report', '/v1/policy', '/v1/queue/figures']) {
      const named = await ask({ method: 'GET' }, `${at}?project=${own}`, tokens.a);
      const unnamed = await ask({ method: 'GET' }, at, tokens.a);
      expect([at, unnamed.status, unnamed.text.replaceAll(MOMENT, '')]).toEqual([at, 200, named.text.replaceAll(MOMENT, '')]);
    }
    const { text } = await ask({ method: 'GET' }, `/v1/budget?project=project-a`, tokens.a);
    const { pools } = JSON.parse(text) as { pools: Array<{ scope: string; project_id: string }> };
    expect(pools.map(({ scope, project_id }) => [scope, project_id])).toEqual([
      ['project', own],
      ['project', own],
    ]);
    const report = await ask({ method: 'GET' }, '/v1/approvals/report?project=project-a', tokens.a);
    expect(report.text).toContain('person:ann');
    expect((await ask({ method: 'GET' }, '/v1/approvals/report?project=project-b', tokens.b)).text).not.toContain('person:ann');
    const records = await ask({ method: 'GET' }, '/v1/compliance-records', tokens.a);
    expect([records.text.includes(idOf('comp', 'A')), records.text.includes('01JB')]).toEqual([true, false]);
  });

  it('is given no answer again about what it does not see any more', async () => {
    const cleo = (await server.modules.people.byHandle('cleo'))?.id ?? '';
    const again = async () =>
      (await ask({ method: 'PATCH' }, '/v1/budget/caps', tokens.personA, { project: 'project-a', period: 'month', cap_usd: 10 }, 'k-caps')).status;
    expect([await again(), await again()]).toEqual([200, 200]);
    await server.modules.access.limitPerson(cleo, ['project-b'], SYSTEM_ACTOR);
    expect(await again()).toBe(404);
    await server.modules.access.limitPerson(cleo, ['project-a'], SYSTEM_ACTOR);
    expect(await again()).toBe(200);
  });

  it('changes caps and the stage of its own project alone', async () => {
    const cap = (project: string | null) => ['/v1/budget/caps', 'PATCH', { project, period: 'month', cap_usd: 10 }] as const;
    const back = (project: string) => [`/v1/projects/${project}/rollout`, 'POST', { do: 'rollback', reason: 'x' }] as const;
    for (const [at, method, body] of [cap('project-a'), back('project-a'), back(idOf('proj', 'A'))])
      expect([at, (await ask({ method }, at, tokens.a, body)).status]).toEqual([at, 200]);
    for (const [at, method, body] of [cap('project-b'), cap(null), back('project-b'), back(idOf('proj', 'B'))])
      expect([at, (await ask({ method }, at, tokens.a, body)).status]).toEqual([at, 404]);
    expect((await ask({ method: 'POST' }, '/v1/budget/stop', tokens.a, {})).code).toBe('limited_to_projects');
    const pools = await ask({ method: 'GET' }, '/v1/budget?project=project-b', tokens.b);
    expect(pools.text).not.toContain('"cap_micros":10000000,');
  });

  it('answers questions of its own project', async () => {
    const listed = await ask({ method: 'GET' }, '/v1/questions', tokens.a);
    expect([listed.text.includes(idOf('que', 'A')), listed.text.includes('01JB')]).toEqual([true, false]);
    const at = (of: 'A' | 'B') => `/v1/questions/${idOf('que', of)}`;
    expect((await ask({ method: 'GET' }, at('A'), tokens.a)).status).toBe(200);
    expect((await ask({ method: 'POST' }, `${at('A')}/answer`, tokens.a, { answer: 'Yes' })).status).toBe(200);
    expect((await ask({ method: 'POST' }, `${at('B')}/answer`, tokens.a, { answer: 'Yes' })).status).toBe(404);
  });

  it('hears in the stream of its own project, and of nothing else', async () => {
    const put = (project: string | null, subject: string) =>
      database.pool.query(`insert into outbox (id, type, subject, project_id) values ($1, 'x', $1, $2)`, [subject, project]);
    await put(idOf('proj', 'A'), 'own-first');
    await put(idOf('proj', 'B'), 'of-b');
    await put(null, 'of-nobody');
    await put(idOf('proj', 'A'), 'own-last');
    const hear = async (token: string) => {
      const leave = new AbortController();
      const response = await fetch(`${server.url}/v1/stream`, { headers: { authorization: `Bearer ${token}` }, signal: leave.signal });
      let heard = String(response.status);
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        heard += decoder.decode(chunk as Uint8Array, { stream: true });
        if (heard.includes('own-last')) break;
      }
      leave.abort();
      return ['own-first', 'of-b', 'of-nobody', '01JB'].map((word) => heard.includes(word));
    };
    expect(await hear(tokens.all)).toEqual([true, true, true, true]);
    for (const token of [tokens.a, tokens.personA]) expect(await hear(token)).toEqual([true, false, false, false]);
  });

  it('holds for the token of a run: an agent sees the project of its run alone', async () => {
    const { access } = server.modules;
    const run = { runId: idOf('run', 'A') as never, projectId: idOf('proj', 'A'), agent: 'codex', ttlMs: 600_000 };
    const token = await database.db.tx((tx) => access.issueRunToken(tx, run));
    for (const which of ['A', 'B'] as const) {
      const proposer = { subject: 'agent:codex', run: idOf('run', which) };
      const record = JSON.stringify({ proposer, risk: 'low', kind: 'pr.label', target: { forge: 'local', repo: 'r', number: 1 } });
      await database.pool.query('update actions set record = $1 where id = $2', [record, idOf('act', which)]);
    }
    expect((await ask({ method: 'GET' }, `/v1/actions/${idOf('act', 'A')}`, token)).status).toBe(200);
    expect((await ask({ method: 'GET' }, `/v1/jobs/${idOf('run', 'A')}`, token)).status).toBe(200);
    expect((await ask({ method: 'GET' }, '/v1/whoami', token)).status).toBe(200);
    for (const at of [`/v1/actions/${idOf('act', 'B')}`, `/v1/jobs/${idOf('run', 'B')}`]) {
      const foreign = await ask({ method: 'GET' }, at, token);
      expect([at, foreign.status, foreign.code]).toEqual([at, 404, 'not_in_your_projects']);
    }
    const propose = { kind: 'issue.close', target: { forge: 'local', repo: 'shop/b', number: 1 }, args: { reason: 'duplicate' } };
    expect((await ask({ method: 'POST' }, '/v1/actions/propose', token, propose)).code).toBe('not_in_your_projects');
    const submit = { repo: 'shop/b', task_id: idOf('task', 'B'), target: 'main' };
    expect((await ask({ method: 'POST' }, '/v1/change-requests', token, submit)).code).toBe('not_in_your_projects');
  });

  it('is not asked to decide what is of another project', async () => {
    const action = idOf('act', 'B');
    const record = { proposer: { subject: 'system' }, risk: 'low', kind: 'pr.label', target: { forge: 'local', repo: 'r', number: 1 } };
    await database.pool.query('update actions set record = $1 where id = $2', [JSON.stringify(record), action]);
    await database.pool.query(
      "insert into approvals (id, digest, mode, approvers, needed, expires_at) values ($1, $2, 'ask', '{admin}', 1, now() + interval '1 hour')",
      [action, 'b'.repeat(64)],
    );
    try {
      const refused = await ask({ method: 'POST' }, `/v1/approvals/${action}/reassign`, tokens.b, { to: 'person:cleo' });
      expect([refused.status, refused.code]).toEqual([422, 'not_in_their_projects']);
      expect(refused.text).toContain('person:cleo is limited to other projects and cannot see it.');
      const offered = await server.modules.approvals.eligible(action);
      expect([offered.includes('person:bob'), offered.includes('person:cleo')]).toEqual([true, false]);
    } finally {
      await database.pool.query('delete from approvals where id = $1', [action]);
    }
  });

  it('is turned away from a command that names nothing, where it could then touch all', async () => {
    expect((await ask({ method: 'POST' }, '/v1/queue/targets/pause', tokens.a, { target: 'main' })).status).toBe(404);
  });

  it('is closed out of whatever is about the whole installation, and of every route no table names', async () => {
    const letIn: string[] = [];
    for (const route of routes()) {
      const name = `${route.method} ${route.path}`;
      if (route.access === 'public' || Object.hasOwn(REACH, name) || route.access === 'agent') continue;
      const answer = await ask(route, route.path.replaceAll(/:\w+|\*/g, 'none'), tokens.a);
      if (answer.status < 400) letIn.push(`${name}: ${answer.status}`);
    }
    expect(letIn).toEqual([]);
    for (const at of ['/v1/ledger', '/v1/events', '/v1/config', '/v1/tokens', '/status'])
      expect((await ask({ method: 'GET' }, at, tokens.a)).code, at).toBe('limited_to_projects');
  });

  it('names in the table only routes that there are', () => {
    const there = new Set(routes().map((route) => `${route.method} ${route.path}`));
    expect(Object.keys(REACH).filter((name) => !there.has(name))).toEqual([]);
  });

  it('sees no further by making itself a token, and no further than both the person and the token allow', async () => {
    const { access } = server.modules;
    expect((await ask({ method: 'POST' }, '/v1/tokens', tokens.a, { name: 'x', role: 'viewer' })).status).toBe(403);
    const other = (await access.createToken({ name: 'x', role: 'admin', person: 'cleo', projects: ['project-b'] }, SYSTEM_ACTOR)).secret;
    for (const which of ['A', 'B'] as const) expect((await ask({ method: 'GET' }, `/v1/issues/${idOf('iss', which)}`, other)).status).toBe(404);
  });

  it('is not limited by membership that was lifted', async () => {
    const { access, people } = server.modules;
    const cleo = (await people.byHandle('cleo'))?.id ?? '';
    await access.limitPerson(cleo, [], SYSTEM_ACTOR);
    expect((await ask({ method: 'GET' }, `/v1/issues/${idOf('iss', 'B')}`, tokens.personA)).status).toBe(200);
    await access.limitPerson(cleo, ['project-a'], SYSTEM_ACTOR);
    expect((await ask({ method: 'GET' }, `/v1/issues/${idOf('iss', 'B')}`, tokens.personA)).status).toBe(404);
  });

  it('of two projects gets full pages of theirs from every list, and goes on behind a row of theirs', async () => {
    const { access, projects } = server.modules;
    // A third project, whose rows are newer and older than theirs.
    const other = await projects.create({ key: 'between', name: 'B' }, SYSTEM_ACTOR);
    const issue = (id: string, project: string) =>
      database.pool.query("insert into work_items (id, project_id, source, external_id, title) values ($1, $2, 'local', $1, 'x')", [id, project]);
    const id = (prefix: string, letters: string) => `${prefix}_01J${letters.padEnd(23, '0')}`;
    for (const letters of ['0', 'AB', 'AC', 'AD', 'Z1', 'Z2']) await issue(id('iss', letters), other.id);
    const { secret } = await access.createToken({ name: 'full', role: 'admin', person: 'ann', projects: ['project-a', 'project-b'] }, SYSTEM_ACTOR);
    const paged = routes().filter((route) => {
      const shape = (route.query as { shape?: Record<string, unknown> } | undefined)?.shape ?? {};
      return route.method === 'GET' && !route.path.includes(':') && REACH[`GET ${route.path}`] === 'list' && 'cursor' in shape;
    });
    expect(paged.length).toBeGreaterThan(12);
    for (const { path: at } of paged) {
      const whole = JSON.parse((await ask({ method: 'GET' }, `${at}?limit=200`, secret)).text) as { items: Array<{ id?: string }> };
      const found: unknown[] = [];
      let next: string | null = `${at}?limit=1`;
      while (next !== null) {
        const answer: { status: number; text: string } = await ask({ method: 'GET' }, next, secret);
        expect(answer.status, at).toBe(200);
        const page = JSON.parse(answer.text) as { items: unknown[]; next_cursor: string | null };
        // Only the last page is not full.
        expect(page.next_cursor === null || page.items.length === 1, at).toBe(true);
        expect(JSON.stringify(page), at).not.toContain(other.id);
        for (const letters of ['AB', 'AC', 'AD', 'Z1', 'Z2', '0']) expect(page.next_cursor ?? '', at).not.toContain(id('iss', letters));
        found.push(...page.items);
        next = page.next_cursor === null ? null : `${at}?limit=1&cursor=${encodeURIComponent(page.next_cursor)}`;
      }
      expect(found, at).toEqual(whole.items);
    }
    const issues = JSON.parse((await ask({ method: 'GET' }, '/v1/issues?limit=200', secret)).text) as { items: Array<{ id: string }> };
    for (const which of ['A', 'B'] as const) expect(issues.items.map((item) => item.id)).toContain(idOf('iss', which));
  });

  it('of two projects reaches every row of theirs through pages that hold rows of others', async () => {
    const { access } = server.modules;
    const secret = (
      await access.createToken({ name: 'pages', role: 'admin', person: 'ann', projects: [idOf('proj', 'B'), 'project-a'] }, SYSTEM_ACTOR)
    ).secret;
    for (const [token, own] of [
      [secret, ['A', 'B']],
      [tokens.b, ['B']],
    ] as const) {
      const found: string[] = [];
      let at: string | null = '/v1/issues?limit=1';
      for (let pages = 0; at !== null && pages < 50; pages += 1) {
        const answer: { status: number; text: string } = await ask({ method: 'GET' }, at, token);
        expect(answer.status).toBe(200);
        const page = JSON.parse(answer.text) as { items: Array<{ id: string }>; next_cursor: string | null };
        found.push(...page.items.map(({ id }) => id));
        at = page.next_cursor === null ? null : `/v1/issues?limit=1&cursor=${page.next_cursor}`;
      }
      expect(at).toBeNull();
      for (const which of ['A', 'B'] as const) expect(found.includes(idOf('iss', which))).toBe((own as readonly string[]).includes(which));
    }
  });

  it('is asked for by the lists that grow themselves: rows of others are not even read', async () => {
    const { modules } = server;
    const own = [
      ...workRoutes(modules as never),
      ...actionRoutes(modules as never),
      ...agentRoutes(modules as never),
      ...mergeQueueRoutes(modules as never),
    ];
    const actor = { kind: 'person', subject: 'person:ann', role: 'admin', personId: null, projects: [idOf('proj', 'A'), 'proj_of_nobody'] };
    for (const at of ['/v1/issues', '/v1/actions', '/v1/jobs', '/v1/change-requests']) {
      const list = own.find((route) => route.method === 'GET' && route.path === at);
      const page = (await list?.handle({ query: { limit: 100, order: 'newest' }, actor } as never)) as { items: Array<{ project_id: string }> };
      expect([at, [...new Set(page.items.map((item) => item.project_id))]]).toEqual([at, [idOf('proj', 'A')]]);
    }
  });

  it('sees nothing, and not everything, when the last of their projects is deleted', async () => {
    const { access, people, projects } = server.modules;
    const person = await people.create({ handle: 'dora', name: 'Dora', role: 'admin' }, SYSTEM_ACTOR);
    const short = await projects.create({ key: 'short-lived', name: 'S' }, SYSTEM_ACTOR);
    await access.limitPerson(person.id, [short.id], SYSTEM_ACTOR);
    const { secret } = await access.createToken({ name: 'dora', role: 'admin', person: 'dora' }, SYSTEM_ACTOR);
    await projects.remove(short.id, SYSTEM_ACTOR);
    expect((await ask({ method: 'GET' }, `/v1/issues/${idOf('iss', 'B')}`, secret)).status).toBe(404);
    expect((await ask({ method: 'GET' }, '/v1/ledger', secret)).status).toBe(403);
  });

  it('joins the stream at its end when asked to, is told that it stands, and goes on where it was', async () => {
    const { access, projects } = server.modules;
    const { secret } = await access.createToken({ name: 'listening', role: 'viewer' }, SYSTEM_ACTOR);
    const listen = async (headers: Record<string, string>, until: string) => {
      const leave = new AbortController();
      const authorization = { authorization: `Bearer ${secret}` };
      const response = await fetch(`${server.url}/v1/stream?after=latest&signs=true`, {
        headers: { ...authorization, ...headers },
        signal: leave.signal,
      });
      const reader = response.body?.getReader();
      let heard = '';
      let made = false;
      for (let step = await reader?.read(); step !== undefined && !step.done; step = await reader?.read()) {
        heard += new TextDecoder().decode(step.value);
        if (!made && heard.includes('event: opened')) {
          made = true;
          await projects.create({ key: until, name: until }, SYSTEM_ACTOR);
        }
        if (heard.includes(until)) break;
      }
      leave.abort();
      return heard;
    };
    await projects.create({ key: 'long-before', name: 'L' }, SYSTEM_ACTOR);
    const first = await listen({}, 'first-new');
    expect(first).not.toContain('long-before');
    const place = /id: (\d+)\nevent: opened/.exec(first)?.[1] ?? '';
    // A browser asks the same address again and says where it got to.
    expect(await listen({ 'last-event-id': place }, 'second-new')).toContain('first-new');
  }, 60_000);

  it('hears nothing more in a stream once the token is revoked', async () => {
    const { access } = server.modules;
    const { secret, token } = await access.createToken({ name: 'leaving', role: 'viewer' }, SYSTEM_ACTOR);
    const response = await fetch(`${server.url}/v1/stream`, { headers: { authorization: `Bearer ${secret}` } });
    const reader = response.body?.getReader();
    await reader?.read();
    await access.revokeToken(token.id, SYSTEM_ACTOR);
    // What happens afterwards would be told at once to those who still may listen.
    await setTimeout(1100);
    await server.modules.projects.create({ key: 'told-to-others', name: 'T' }, SYSTEM_ACTOR);
    let heard = '';
    for (let step = await reader?.read(); step !== undefined && !step.done; step = await reader?.read())
      heard += new TextDecoder().decode(step.value);
    expect(heard).not.toContain('told-to-others');
  }, 60_000);

  const OUTLIVING = new Set(['/v1/ledger', '/v1/ledger/count', '/v1/compliance-records', '/v1/compliance/summary']);

  describe('and everybody else', () => {
    it('names a project by its id or its key in every list that asks for one, and hears when there is none', async () => {
      const asking = routes().filter((route) => 'project' in ((route.query as { shape?: Record<string, unknown> } | undefined)?.shape ?? {}));
      expect(asking.length).toBeGreaterThan(13);
      const read = async (at: string) => {
        const { status, text } = await ask({ method: 'GET' }, at, tokens.all);
        // The hash of a policy and the like may tell when it was asked for.
        return { status, items: (JSON.parse(text) as { items?: unknown }).items };
      };
      for (const { path: named } of asking) {
        const at = named.replace(':metric', 'retries');
        const [byId, byKey] = [await read(`${at}?project=${idOf('proj', 'A')}`), await read(`${at}?project=project-a`)];
        expect(byId.status, at).toBe(200);
        expect(byKey, at).toEqual(byId);
        expect((await read(`${at}?project=no-such-project`)).status, at).toBe(404);
        // Records outlive their project.
        const gone = OUTLIVING.has(at) ? 200 : 404;
        expect((await read(`${at}?project=${idOf('proj', 'B').replace('B', 'C')}`)).status, at).toBe(gone);
      }
      const issues = (await read('/v1/issues?project=project-a')).items as Array<{ id: string; project_id: string }>;
      expect(issues.map((issue) => issue.id)).toContain(idOf('iss', 'A'));
      expect(new Set(issues.map((issue) => issue.project_id))).toEqual(new Set([idOf('proj', 'A')]));
      const { text } = await ask({ method: 'GET' }, '/v1/issues?project=no-such-project', tokens.all);
      expect(text).toContain('There is no project no-such-project.');
      // Whoever may not see it learns nothing of it.
      for (const named of ['project-b', 'no-such-project'])
        expect((await ask({ method: 'GET' }, `/v1/issues?project=${named}`, tokens.a)).code).toBe('not_in_your_projects');
      expect((await ask({ method: 'GET' }, '/v1/issues?project=project-a', tokens.a)).text).toContain(idOf('iss', 'A'));
    });
  });

  describe('with permissions', () => {
    it('may do only what its token names, on every route', async () => {
      const { access } = server.modules;
      const secret = (await access.createToken({ name: 'reads issues', role: 'admin', person: 'bob', permissions: ['issues:read'] }, SYSTEM_ACTOR))
        .secret;
      const differences: string[] = [];
      for (const route of routes()) {
        if (route.access === 'public' || route.openOnLoopback === true || route.access === 'agent') continue;
        const may = (route.tag === 'issues' && route.method === 'GET') || route.path === '/v1/whoami' || route.path === '/v1/auth/token';
        const { code } = await ask(route, route.path.replaceAll(/:\w+|\*/g, 'none'), secret);
        if (may === (code === 'permission_missing')) differences.push(`${route.method} ${route.path}: ${code}`);
      }
      expect(differences).toEqual([]);
      expect((await ask({ method: 'POST' }, '/v1/issues', secret, { project_id: idOf('proj', 'B'), title: 'x', body: '' })).code).toBe(
        'permission_missing',
      );
      expect((await ask({ method: 'GET' }, '/v1/issues', secret)).status).toBe(200);
    });

    it('are named after the areas that the routes have, and unknown ones are refused', async () => {
      const areas = new Set(routes().map((route) => route.tag.replaceAll(' ', '-')));
      expect([...areas].filter((area) => !(AREAS as readonly string[]).includes(area) && area !== 'schemas' && area !== 'webhooks')).toEqual([]);
      expect((await ask({ method: 'POST' }, '/v1/tokens', tokens.all, { name: 'x', role: 'viewer', permissions: ['isues:read'] })).status).toBe(422);
    });
  });
});
