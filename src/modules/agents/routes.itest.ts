import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#kernel/actor.ts';
import { createHttpServer, type HttpServer } from '#platform/http/index.ts';
import { sql } from '#platform/db/index.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { openAgents, shellAgent } from '../../../test/agents/installation.ts';
import { createWorld, type World } from '../../../test/agents/world.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { agentRoutes, type Agents, type StartJob } from './index.ts';

let world: World;
let agents: Agents;
let server: HttpServer;
let url: string;
let secret = 'no secret yet';
const started: Array<{ input: StartJob; by: Actor }> = [];
const never = new AbortController().signal;

beforeAll(async () => {
  world = await createWorld();
  ({ agents } = await openAgents(
    world,
    world.db,
    { agents: { coder: shellAgent('echo x > src/x.js; sleep 0.5', { skills: ['js'], env: ['SECRET'] }) }, brief: world.brief() },
    { redact: (text) => text.replaceAll(secret, '[hidden]') },
  ));
  const routes = agentRoutes({
    agents,
    startJob: async (input, by) => {
      started.push({ input, by });
      return agents.ensureRun(world.request({ attempt: 70 }));
    },
  });
  server = await createHttpServer({
    routes,
    log: silentLog,
    config: { host: '127.0.0.1', port: 0, publicUrl: null, trustProxy: false, bodyLimitBytes: 10_000, rateLimitPerSecond: 0 },
    authenticate: async () => ({ kind: 'person', subject: 'person:ann', role: 'developer', personId: 'pers_1' }),
    metrics: createMetrics({ processMetrics: false }),
    clock: { now: () => new Date() },
    version: '1.0.0',
    ready: async () => ({ ready: true, parts: {} }),
    status: async () => ({}),
    idempotency: null,
    redact: (text) => text,
    checkResponses: true,
  });
  ({ url } = await server.listen());
});
afterAll(async () => {
  await server.stop(0);
  await world.close();
});

const ask = (path: string, body?: unknown): Promise<Response> =>
  fetch(url + path, {
    headers: { authorization: 'Bearer t', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
const json = async (response: Response): Promise<Record<string, unknown>> => (await response.json()) as Record<string, unknown>;

test('a job is started by who owns starting, shown with its states, and stopped by the caller', async () => {
  const made = await ask('/start-job', { work_item_id: 'iss_1', role: 'coder' });
  expect(made.status).toBe(202);
  const job = await json(made);
  expect(job).toMatchObject({ state: 'queued', agent: 'coder', role: 'coder', attempt: 70 });
  expect(started).toEqual([
    { input: { taskId: null, workItemId: 'iss_1', agent: null, role: 'coder' }, by: expect.objectContaining({ subject: 'person:ann' }) },
  ]);
  const stopped = await ask('/stop-job', { job_id: job['id'] });
  expect(await json(stopped)).toMatchObject({ state: 'cancelled', detail: 'Stopped by person:ann before it began.' });
  expect(await json(await ask(`/v1/jobs/${String(job['id'])}`))).toMatchObject({
    state: 'cancelled',
    states: [{ state: 'queued' }, { state: 'cancelled' }],
  });
});

test('starting needs a task or a work item, and not both; an unknown job is 404', async () => {
  expect((await ask('/start-job', {})).status).toBe(422);
  expect((await ask('/start-job', { task_id: 'a', work_item_id: 'b' })).status).toBe(422);
  expect((await ask('/stop-job', { job_id: 'run_none' })).status).toBe(404);
  expect((await ask('/v1/jobs/run_none')).status).toBe(404);
  expect((await ask('/v1/jobs/run_none/log')).status).toBe(404);
  expect((await ask('/v1/jobs/run_none/log?follow=1')).status).toBe(404);
});

test('jobs are listed in pages', async () => {
  for (const attempt of [81, 82]) await agents.ensureRun(world.request({ attempt, role: 'tester' }));
  const page = await json(await ask('/v1/jobs?role=tester&limit=1'));
  expect(page).toMatchObject({ items: [{ attempt: 82 }], next_cursor: expect.any(String) });
  expect(await json(await ask(`/v1/jobs?role=tester&limit=1&cursor=${String(page['next_cursor'])}`))).toMatchObject({
    items: [{ attempt: 81 }],
    next_cursor: null,
  });
});

test('agents are shown with their limits, and no value of their variables', async () => {
  expect(await json(await ask('/v1/agents'))).toMatchObject({
    items: [{ name: 'coder', harness: 'exec', sealed: false, skills: ['js'], limits: { wall_minutes: 30 } }],
    next_cursor: null,
  });
});

test('a log is JSON lines from any line on, server-sent events while the run goes on, and indexed', async () => {
  const request = world.request({ attempt: 90 });
  await agents.ensureRun(request);
  const following = ask(`/v1/jobs/${request.runId}/log?follow=1`);
  const executing = agents.execute(request, never);
  const events = await (await following).text();
  await executing;
  const plain = await ask(`/v1/jobs/${request.runId}/log`);
  expect(plain.headers.get('content-type')).toContain('application/x-ndjson');
  const lines = (await plain.text()).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual(lines.map((_, at) => at + 1));
  expect(
    events
      .split('\n')
      .filter((line) => line.startsWith('data: {"line"'))
      .map((line) => line.slice(6)),
  ).toEqual(lines);
  expect(events).toContain(`id: ${lines.length}\n`);
  expect(events).toContain('event: end');

  expect((await (await ask(`/v1/jobs/${request.runId}/log?from=3`)).text()).trimEnd().split('\n')).toEqual(lines.slice(2));
  const resumed = await fetch(`${url}/v1/jobs/${request.runId}/log?follow=1`, {
    headers: { authorization: 'Bearer t', 'last-event-id': String(lines.length - 1) },
  });
  expect((await resumed.text()).split('\n').filter((line) => line.startsWith('data: {"line"'))).toEqual([`data: ${lines.at(-1)}`]);

  const index = (await json(await ask(`/v1/execution-logs?job_id=${request.runId}`)))['items'] as Array<{ lines: number; href: string }>;
  expect(index.reduce((sum, item) => sum + item.lines, 0)).toBe(lines.length);
  expect(index[0]?.href).toBe(`/v1/jobs/${request.runId}/log?from=1`);
  const page = await json(await ask('/v1/execution-logs?limit=1'));
  expect(
    (await json(await ask(`/v1/execution-logs?limit=200&cursor=${encodeURIComponent(String(page['next_cursor']))}`)))['items'],
  ).not.toContainEqual((page['items'] as unknown[])[0]);
  expect((await ask('/v1/execution-logs?cursor=nonsense')).status).toBe(422);
});

test('the log is read as typed lines in pages, and followed from the line after the last one that was read', async () => {
  const request = world.request({ attempt: 91 });
  await agents.ensureRun(request);
  await agents.execute(request, never);
  const first = await json(await ask(`/v1/jobs/${request.runId}/lines?limit=2`));
  expect(first).toMatchObject({ items: [{ line: 1, kind: 'state', state: 'preparing' }, { line: 2 }], next_cursor: '3' });
  const rest = await json(await ask(`/v1/jobs/${request.runId}/lines?cursor=3`));
  expect(rest['next_cursor']).toBeNull();
  const items = rest['items'] as Array<{ line: number; kind: string }>;
  expect(items.map(({ line }) => line)).toEqual(items.map((_, at) => at + 3));
  expect(items.at(-1)).toMatchObject({ line: rest['last_line'], kind: 'outcome', outcome: 'change_request' });
  const followed = await (await ask(`/v1/jobs/${request.runId}/log?follow=1&from=${items.length + 2}`)).text();
  expect(followed.match(/^id: .*$/gm)).toEqual([`id: ${items.length + 2}`]);
  expect((await ask('/v1/jobs/run_none/lines')).status).toBe(404);
});

test('a run shows what it is about and what it may use, and lists what it left with its diff', async () => {
  const request = world.request({ attempt: 92 });
  await agents.ensureRun(request);
  const waiting = await json(await ask('/v1/jobs?active=true&limit=200'));
  expect(waiting['items']).toContainEqual(expect.objectContaining({ id: request.runId }));
  await agents.execute(request, never);
  const listed = (await json(await ask('/v1/jobs?active=false&limit=200')))['items'] as Array<{ id: string }>;
  expect(listed.find(({ id }) => id === request.runId)).toMatchObject({
    project: 'shop',
    repository: 'acme/shop',
    issue_title: 'Cart',
    task_title: 'T',
    progress: null,
    limits: { wall_minutes: 30 },
  });
  const left = await json(await ask(`/v1/jobs/${request.runId}/artifacts`));
  expect((left['items'] as Array<{ kind: string }>).map(({ kind }) => kind)).toEqual(['diff', 'prompt', 'log']);
  expect(await json(await ask(`/v1/jobs/${request.runId}/diff`))).toMatchObject({
    source: 'change_request',
    base: world.base,
    patch: expect.stringContaining('+++ b/src/x.js'),
    truncated: false,
    left_out: [],
  });
});

test('a diff names the files whose changes do not fit the base, and hides what became a secret since', async () => {
  const request = world.request({ attempt: 93 });
  await agents.ensureRun(request);
  await agents.execute(request, never);
  const unfit = JSON.stringify([{ op: 'patch', path: 'src/cart.js', base_blob: 'a'.repeat(40), unified_diff: '@@ -1 +1 @@\n-nowhere\n+x\n' }]);
  await world.db.run(sql`update agent_runs
    set outcome = jsonb_set(outcome, '{changeRequest,changes}', (outcome #> '{changeRequest,changes}') || ${unfit}::jsonb) where id = ${request.runId}`);
  const asked = `/v1/jobs/${request.runId}/diff`;
  expect(await json(await ask(asked))).toMatchObject({ patch: expect.stringContaining('+x'), left_out: ['src/cart.js'] });
  secret = 'src/x.js';
  expect((await json(await ask(asked)))['patch']).toContain('+++ b/[hidden]');
});
