import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { REACH } from '#app/reach.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { ID_PREFIXES } from '#kernel/ids.ts';
import { AREAS, PROJECT_KINDS } from '#modules/access/index.ts';
import type { RouteDefinition } from '#platform/http/index.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

/** One row of every kind that belongs to a project, in each of two projects. */
const KINDS = [...PROJECT_KINDS];
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
       values ($1, $1, $2, 'pr.label', '{}', $2, 'denied', '{}', '{}', now(), now() + interval '1 hour', $3)`,
      [id('act'), hash, proj],
    ],
    [
      `insert into change_requests (id, project_id, repository_id, target, task_id, attempt, document, body_sha256, submitted_by, publish, submitted_tree, effect)
       values ($1, $2, $3, 'main', $4, 1, '{}', $5, 's', '{"kind":"mirror"}', 't', '{}')`,
      [cr, proj, repo, task, hash],
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
      "insert into ci_results (id, project_id, repository_id, head_sha, name, source, conclusion) values ($1, $2, $3, 's', 'n', 'x', 'success')",
      [id('ci'), proj, repo],
    ],
    [
      `insert into model_calls (id, work_item_id, purpose, model, prompt_name, prompt_version, prompt_hash, attempt, duration_ms, outcome)
       values ($1, $2, 'plan', 'rules', 'p', 1, 'h', 1, 1, 'answered')`,
      [id('call'), iss],
    ],
  ];
  for (const [text, values] of rows) await database.pool.query(text, values);
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

  async function ask(route: Pick<RouteDefinition, 'method'>, at: string, token: string, body?: unknown) {
    const leave = new AbortController();
    const response = await fetch(`${server.url}${at}`, {
      method: route.method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
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
    const ofAll = ['pers', 'iden', 'team', 'tok', 'evt', 'mv', 'agt', 'req', 'cmt', 'comp', 'key', 'ses'];
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
      '/v1/change-requests/:id': 'cr',
      '/v1/model-calls/:id': 'call',
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
