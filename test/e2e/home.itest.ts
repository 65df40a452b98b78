import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createAddedAgents, type Configured } from '#modules/agents/index.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { createDb } from '#platform/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

const id = (prefix: string, project: 'A' | 'B', nr = 0): string => `${prefix}_01J${project.repeat(21)}${String(nr).padStart(2, '0')}`;
const HASH = 'a'.repeat(64);

/** A record as an action of this kind has it. */
function record(project: 'A' | 'B', kind: string, nr: number) {
  const target = { forge: 'local', repo: `shop/${project.toLowerCase()}`, number: nr, branch: null };
  return {
    v: 1,
    organisation: 'reeve',
    action_id: id('act', project, nr),
    kind,
    target,
    args: { method: 'merge', body: 'x' },
    preconditions: { head_sha: 'c'.repeat(40), base_sha: null, issue_updated_at: null },
    proposer: { subject: 'system', run: null, model: null, prompt_hash: null },
    trigger_user: 'nobody',
    risk: 'high',
    policy_hash: HASH,
    created_at: new Date().toISOString(),
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  };
}

async function fill(database: TestDatabase, project: 'A' | 'B', approver: string): Promise<void> {
  const hash = project.toLowerCase().repeat(64);
  const key = project.toLowerCase();
  const [proj, repo] = [id('proj', project), id('repo', project)];
  const rows: Array<[string, unknown[]]> = [
    ["insert into projects (id, key, name, settings) values ($1, $2, 'P', '{}')", [proj, `project-${key}`]],
    [
      "insert into repositories (id, project_id, forge, name, default_branch, allowlisted) values ($1, $2, 'local', $3, 'main', true)",
      [repo, proj, `shop/${key}`],
    ],
  ];
  const item = (nr: number, state: string, hoursAgo: number, endedHoursAgo: number | null = null) =>
    rows.push([
      `insert into work_items (id, project_id, repository_id, source, external_id, number, title, state, updated_at, ended_at)
       values ($1, $2, $3, 'local', $4, $5, $6, $7, now() - $8 * interval '1 hour', now() - $9 * interval '1 hour')`,
      [id('iss', project, nr), proj, repo, `${key}${nr}`, nr, `${state} ${nr} of ${key}`, state, hoursAgo, endedHoursAgo],
    ]);
  item(1, 'needs_info', 100);
  item(2, 'failed', 1, 1);
  item(3, 'in_progress', 0);
  item(4, 'in_progress', 7);
  item(5, 'awaiting_merge', 50);
  item(6, 'merged', 0, 0);
  item(7, 'merged', 49, 49);
  // Merged before, and only changed since.
  item(9, 'merged', 0, 49);
  item(8, 'triaged', 1);
  const run = (nr: number, state: string, outcome: string | null) =>
    rows.push([
      `insert into agent_runs (id, work_item_id, project_id, repository_id, agent, role, attempt, base_ref, target, branch, sandbox, sealed, state, outcome, started_at)
       values ($1, $2, $3, $4, 'codex', 'coder', $5, 'main', 'main', $1, 'none', false, $6, $7, now())`,
      [id('run', project, nr), id('iss', project, 3), proj, repo, nr, state, outcome],
    ]);
  run(1, 'running', null);
  run(2, 'failed', '{"kind":"failed"}');
  const question = (nr: number, minutes: number) =>
    rows.push([
      `insert into agent_questions (id, run_id, execution, project_id, agent, role, question, asked_at, expires_at)
       values ($1, $2, 1, $3, 'codex', 'coder', $4, now(), now() + $5 * interval '1 minute')`,
      [id('que', project, nr), id('run', project, 1), proj, `Question ${nr} of ${key}?`, minutes],
    ]);
  question(1, 30);
  question(2, 5);
  question(3, -5);
  rows.push(
    [
      `insert into actions (id, idempotency_key, request_hash, kind, record, digest, status, decision, facts, created_at, expires_at, project_id)
       values ($1, $1, $2, 'pr.merge', $3, $2, 'pending', $4, '{}', now(), now() + interval '30 minutes', $5)`,
      [
        id('act', project, 1),
        hash,
        JSON.stringify(record(project, 'pr.merge', 1)),
        JSON.stringify({
          kind: 'approval',
          mode: 'require_approval',
          approvers: [approver],
          minApprovals: 1,
          needed: 1,
          rule: 'pr.merge',
          reason: 'r',
        }),
        proj,
      ],
    ],
    [
      `insert into approvals (id, digest, mode, approvers, needed, expires_at) values ($1, $2, 'require_approval', array[$3], 1, now() + interval '30 minutes')`,
      [id('act', project, 1), hash, approver],
    ],
    [
      `insert into pulls (id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url)
       values ($1, $2, $3, 11, $4, 'open', false, 'b', 'main', 's', 'u')`,
      [id('pull', project, 1), proj, repo, `Pull of ${key}`],
    ],
    [
      `insert into reviewer_suggestions (pull_id, project_id, head_sha, handles, answer) values ($1, $2, 's', array['max'], '{}')`,
      [id('pull', project, 1), proj],
    ],
    // Of an older head: it was suggested for something else.
    [
      `insert into pulls (id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url)
       values ($1, $2, $3, 12, 'newer', 'open', false, 'b', 'main', 's2', 'u')`,
      [id('pull', project, 2), proj, repo],
    ],
    [
      `insert into reviewer_suggestions (pull_id, project_id, head_sha, handles, answer) values ($1, $2, 's', array['max'], '{}')`,
      [id('pull', project, 2), proj],
    ],
  );
  const change = (nr: number, state: 'quarantined' | 'landed', task: string, attempt: number) => {
    const quarantine = state === 'quarantined' ? JSON.stringify({ kind: 'checks_failed', checks: [], head: 'h' }) : null;
    const landed = state === 'landed' ? 'd'.repeat(40) : null;
    rows.push([
      `insert into change_requests (id, project_id, repository_id, target, task_id, attempt, document, body_sha256, submitted_by, publish, submitted_tree, effect,
         state, quarantine, landed_commit, landed_tree, landed_at, rung)
       values ($1, $2, $3, 'main', $4, $5, $6, $7, 's', '{"kind":"mirror"}', 't', '[]', $8, $9, $10, $10, case when $10::text is null then null else now() end, 'R0')`,
      [
        id('cr', project, nr),
        proj,
        repo,
        task,
        attempt,
        JSON.stringify({ repo: `shop/${key}`, summary: `Change ${nr} of ${key}`, base: 'main' }),
        hash,
        state,
        quarantine,
        landed,
      ],
    ]);
    if (state === 'landed')
      rows.push([
        `insert into change_request_journal (change_request_id, version, event, from_state, to_state, actor, detail)
         values ($1, 1, 'landed', 'publishing', 'landed', 'system', $2)`,
        [id('cr', project, nr), JSON.stringify({ commit: landed, tree: landed })],
      ]);
  };
  change(1, 'quarantined', 'task-1', 1);
  change(2, 'quarantined', 'task-2', 1);
  change(3, 'landed', 'task-2', 2);
  rows.push([
    `insert into queue_targets (repository_id, target, control, control_by, control_reason, control_at) values ($1, 'main', 'paused', 'person:mia', 'a release', now())`,
    [repo],
  ]);
  for (const [text, values] of rows) await database.pool.query(text, values);
}

interface Group {
  count: number;
  evidence: string;
  items: Array<Record<string, unknown>>;
}
type HomeBody = Record<'approvals' | 'questions' | 'escalations' | 'reviews' | 'running' | 'merged' | 'landed' | 'stuck', Group> & {
  approvals: { all: number };
  handle: string | null;
  budget: { stopped: boolean; lines: Array<{ scope: string; project_id: string | null }> };
};

describe('the console’s first pages', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'reeve-home-'));
  const programs = path.join(dataDir, 'programs');
  let server: RunningServer;
  let database: TestDatabase;
  const tokens = { max: '', dora: '', limited: '', admin: '' };

  beforeAll(async () => {
    mkdirSync(programs);
    writeFileSync(path.join(programs, 'opencode'), '#!/bin/sh\nexit 1\n');
    writeFileSync(path.join(programs, 'gemini'), 'not a program');
    chmodSync(path.join(programs, 'opencode'), 0o755);
    database = await createTestDatabase();
    const env = {
      PATH: `${programs}:${process.env['PATH'] ?? ''}`,
      ANTHROPIC_API_KEY: 'a-key-of-this-test',
      REEVE_DATA_DIR: dataDir,
      REEVE_PORT: '0',
      REEVE_LOG_LEVEL: 'silent',
      REEVE_DATABASE_URL: database.url,
    };
    server = await startServer(loadAppConfig(env, dataDir), 'api');
    const { people, access } = server.modules;
    for (const [handle, role] of [
      ['max', 'maintainer'],
      ['dora', 'developer'],
      ['lim', 'maintainer'],
    ] as const)
      await people.create({ handle, name: handle, role }, SYSTEM_ACTOR);
    const make = async (person: string, role: 'maintainer' | 'developer' | 'admin') =>
      (await access.createToken({ name: person, role, person }, SYSTEM_ACTOR)).secret;
    tokens.max = await make('max', 'maintainer');
    tokens.dora = await make('dora', 'developer');
    tokens.limited = await make('lim', 'maintainer');
    tokens.admin = await make('owner', 'admin');
  });
  afterAll(async () => {
    await server.stop();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function ask<T>(method: string, at: string, token: string, body?: unknown): Promise<{ status: number; body: T }> {
    const response = await fetch(`${server.url}${at}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
  }
  const home = async (token: string, query = '') => (await ask<HomeBody>('GET', `/v1/home${query}`, token)).body;

  describe('a new installation', () => {
    test('has nothing, and says what is missing', async () => {
      const { body } = await ask('GET', '/v1/setup', tokens.dora);
      expect(body).toMatchObject({ repository: false, agent: false, work: false, landed: false, complete: false, model: 'rules', gateway: false });
      const empty = await home(tokens.max);
      for (const group of ['approvals', 'questions', 'escalations', 'reviews', 'running', 'merged', 'landed', 'stuck'] as const)
        expect(empty[group]).toMatchObject({ count: 0, items: [] });
    });

    test('finds agent programs on the PATH, and only programs; and names variables, never their values', async () => {
      const { body } = await ask<{ items: Array<{ id: string; path: string | null; variables_set: string[] }> }>(
        'GET',
        '/v1/agents/found',
        tokens.admin,
      );
      const one = (known: string) => body.items.find((item) => item.id === known);
      expect(one('opencode')).toMatchObject({ path: path.join(programs, 'opencode'), configured_as: null, command: ['opencode', 'acp', '--pure'] });
      expect(one('opencode')?.variables_set).toEqual(['ANTHROPIC_API_KEY']);
      expect(one('gemini')?.path).toBeNull();
      expect(JSON.stringify(body)).not.toContain('a-key-of-this-test');
      expect((await ask('GET', '/v1/agents/found', tokens.max)).status).toBe(403);
    });

    test('takes an agent that was found into use at once, fills its roles, and keeps it', async () => {
      const wanted = { known: 'opencode', roles: ['coder', 'reviewer'], network: 'open', variables: ['ANTHROPIC_API_KEY'] };
      expect((await ask('POST', '/v1/agents', tokens.max, wanted)).status).toBe(403);
      expect((await ask('POST', '/v1/agents', tokens.admin, wanted)).status).toBe(201);
      const listed = await ask<{ items: unknown[] }>('GET', '/v1/agents', tokens.dora);
      expect(listed.body.items).toMatchObject([{ name: 'opencode', roles: ['coder', 'reviewer'], network: 'open', sealed: false, sandbox: null }]);
      // Added, and not seen to start yet.
      expect((await ask('GET', '/v1/setup', tokens.dora)).body).toMatchObject({ agent: false });
      const ledger = await ask<{ items: Array<{ kind: string; actor: string; payload: object }> }>(
        'GET',
        '/v1/ledger?kind=agent.added',
        tokens.admin,
      );
      expect(ledger.body.items).toMatchObject([{ actor: 'person:owner', payload: { name: 'opencode', command: ['opencode', 'acp', '--pure'] } }]);

      // Another process of the installation, whose file names none.
      const configured: Configured = { agents: {}, roles: {} };
      const parts = { db: createDb(database.pool), clock: systemClock, ledger: server.modules.ledger, outbox: { put: async () => {} } };
      const elsewhere = createAddedAgents({ ...parts, configured, environment: {}, model: null });
      const held = configured.agents;
      await elsewhere.refresh();
      expect([Object.keys(held), configured.roles]).toEqual([['opencode'], { coder: 'opencode', reviewer: 'opencode' }]);
    });

    test.each([
      ['one that is not there', { known: 'gemini' }, 422, 'agent_not_found_here'],
      ['one that nobody knows', { known: 'rm' }, 404, 'not_found'],
      ['a variable that is none of its own', { known: 'opencode', network: 'open', variables: ['REEVE_ADMIN_TOKEN'] }, 422, 'unknown_variable'],
      ['a command', { known: 'opencode', command: ['sh'] }, 422, null],
    ])('does not take %s', async (_name, wanted, status, code) => {
      const refused = await ask<{ code: string }>('POST', '/v1/agents', tokens.admin, wanted);
      expect([refused.status, code === null ? null : refused.body.code]).toEqual([status, code]);
    });

    test('lets go of an agent that was added', async () => {
      expect((await ask('DELETE', '/v1/agents/opencode', tokens.admin)).status).toBe(204);
      expect((await ask<{ items: unknown[] }>('GET', '/v1/agents', tokens.dora)).body.items).toEqual([]);
      expect((await ask('DELETE', '/v1/agents/opencode', tokens.admin)).status).toBe(404);
    });

    test('looks into a folder for its repository and how its tests are run, and changes nothing', async () => {
      const folder = path.join(dataDir, 'mine');
      mkdirSync(path.join(folder, 'src'), { recursive: true });
      const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
      git('init', '-q', '-b', 'trunk');
      const at = (where: string) => ask<Record<string, unknown>>('GET', `/v1/setup/repository?path=${encodeURIComponent(where)}`, tokens.admin);
      expect(await at(folder)).toMatchObject({ status: 422, body: { code: 'unborn_branch' } });
      writeFileSync(path.join(folder, 'package.json'), '{"scripts":{"test":"node test.js"}}');
      git('add', '.');
      git('commit', '-qm', 'Start');
      expect((await at(path.join(folder, 'src'))).body).toMatchObject({
        path: folder,
        default_branch: 'trunk',
        repository_id: null,
        suggested: { checks: [{ name: 'test', command: 'npm test' }], network: 'none' },
      });
      expect((await at('somewhere')).status).toBe(422);
      expect((await at(path.join(dataDir, 'nothing'))).status).toBe(404);
      expect((await ask('GET', `/v1/setup/repository?path=${folder}`, tokens.max)).status).toBe(403);
    });

    test('is examined on request, by an admin, on the very machine it runs on', async () => {
      const { status, body } = await ask<{ ok: boolean; checks: Array<{ name: string; ok: boolean }> }>('GET', '/v1/doctor', tokens.admin);
      expect(status).toBe(200);
      expect(body.checks.find(({ name }) => name === 'database')).toMatchObject({ ok: true });
      expect(body.checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['git', 'sandbox', 'policy', 'model']));
      expect((await ask('GET', '/v1/doctor', tokens.max)).status).toBe(403);
    });
  });

  describe('a home', () => {
    beforeAll(async () => {
      await fill(database, 'A', 'maintainer');
      await fill(database, 'B', 'developer');
      const { people, access } = server.modules;
      await access.limitPerson((await people.byHandle('lim'))?.id ?? '', ['project-a'], SYSTEM_ACTOR);
    });

    test('counts the approvals this person may decide, and says how many wait for anybody', async () => {
      expect((await home(tokens.max)).approvals).toMatchObject({ count: 2, all: 2, soon: 2 });
      const dora = (await home(tokens.dora)).approvals;
      expect(dora).toMatchObject({ count: 1, all: 2, items: [{ id: id('act', 'B', 1), kind: 'pr.merge', risk: 'high', repository: 'shop/b' }] });
      expect(dora.items[0]?.['headline']).toMatch(/merge/i);
    });

    test('tells of questions that still wait, the one that runs out first before the others', async () => {
      const { questions } = await home(tokens.max);
      expect(questions.count).toBe(4);
      expect(
        questions.items
          .slice(0, 2)
          .map((item) => String(item['question']))
          .toSorted((a, b) => a.localeCompare(b)),
      ).toEqual(['Question 2 of a?', 'Question 2 of b?']);
    });

    test('names what only a person can go on with, and the reviews asked for the head as it is', async () => {
      const { escalations, reviews } = await home(tokens.max);
      expect(escalations).toMatchObject({ count: 4 });
      expect(escalations.items.map((item) => item['state'])).toEqual(['failed', 'failed', 'needs_info', 'needs_info']);
      expect(reviews).toMatchObject({ count: 2, items: [{ number: 11 }, { number: 11 }] });
      expect((await home(tokens.dora)).reviews.count).toBe(0);
    });

    test('shows what runs and what landed today, and not what ended or landed before', async () => {
      const { running, merged, landed } = await home(tokens.max);
      expect(running).toMatchObject({
        count: 2,
        items: [{ agent: 'codex', state: 'running', issue_number: 3, title: expect.stringContaining('in_progress 3') }, {}],
      });
      expect(merged).toMatchObject({ count: 2 });
      expect(merged.items.every((item) => item['number'] === 6)).toBe(true);
      // The evidence lists exactly what was counted.
      const evidence = await ask<{ items: Array<{ id: string; number: number }> }>('GET', merged.evidence, tokens.max);
      expect(evidence.body.items.map(({ number }) => number)).toEqual([6, 6]);
      expect(landed).toMatchObject({ count: 2 });
      expect(landed.items.every((item) => String(item['summary']).startsWith('Change 3'))).toBe(true);
    });

    test('says what is stuck and why, the gravest first, without what a later attempt took the place of', async () => {
      const { stuck } = await home(tokens.max, '?shown=50');
      expect(stuck.items.filter((item) => item['project_id'] === id('proj', 'A')).map((item) => [item['kind'], item['why']])).toEqual([
        ['target_held', 'Paused by mia: a release'],
        ['quarantined', 'Its checks fail together with what is on the branch.'],
        ['idle', 'Its merge has not happened for 2 days.'],
        ['idle', 'No task of it has moved for 7 hours.'],
      ]);
      expect(stuck.count).toBe(8);
      await server.modules.budget.stop('too dear', { ...SYSTEM_ACTOR, subject: 'person:mia' });
      expect((await home(tokens.max)).stuck.items[0]).toMatchObject({ kind: 'dispatch_stopped', why: 'Agents were stopped by mia: too dear' });
      await server.modules.budget.resume(SYSTEM_ACTOR);
    });

    test('every number names where its evidence is, and that place answers', async () => {
      const answered = await home(tokens.max);
      for (const group of ['approvals', 'questions', 'escalations', 'reviews', 'running', 'merged', 'landed', 'stuck'] as const)
        expect([group, (await ask('GET', answered[group].evidence, tokens.max)).status]).toEqual([group, 200]);
    });

    test('of somebody who is limited to a project holds nothing of another, in no list and no number', async () => {
      const limited = await home(tokens.limited, '?shown=50');
      expect(JSON.stringify(limited)).not.toMatch(/01JB{10}| of b|shop\/b/);
      expect(limited).toMatchObject({
        approvals: { count: 1, all: 1 },
        questions: { count: 2 },
        escalations: { count: 2 },
        running: { count: 1 },
        merged: { count: 1 },
        landed: { count: 1 },
        stuck: { count: 4 },
      });
      expect(limited.budget.lines.filter(({ scope }) => scope === 'installation')).toEqual([]);
    });

    test('says to somebody who is limited that no agent is sent, not by whom and why, and nothing of the whole installation', async () => {
      await server.modules.budget.stop('bank of b leaks', { ...SYSTEM_ACTOR, subject: 'person:mia' });
      const { stuck } = await home(tokens.limited);
      const budget = await ask('GET', `/v1/budget?project=${id('proj', 'A')}`, tokens.limited);
      await server.modules.budget.resume(SYSTEM_ACTOR);
      expect(stuck.items[0]).toMatchObject({ kind: 'dispatch_stopped', why: 'Agents were stopped.' });
      expect(budget).toMatchObject({ status: 200, body: { stopped: true, stopped_by: null, stopped_reason: null } });
      expect((await ask('GET', '/v1/setup', tokens.limited)).body).toMatchObject({ model: null, deciders: null });
      expect((await ask('GET', '/v1/setup', tokens.max)).body).toMatchObject({ model: 'rules', deciders: 4 });
    });

    test('of a token that is no person asks nothing of it', async () => {
      const { secret } = await server.modules.access.createToken({ name: 'eyes', role: 'viewer', service: 'eyes' }, SYSTEM_ACTOR);
      expect(await home(secret)).toMatchObject({ handle: null, approvals: { count: 0, all: 2 }, reviews: { count: 0 } });
    });
  });
});
