import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createHttpServer, createIdempotencyStore, type HttpServer } from '#platform/http/index.ts';
import { createOutbox } from '#platform/outbox/index.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { agentRoutes, type Agents } from '#modules/agents/index.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { createPlanning } from '#modules/planning/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createWork } from '#modules/work/index.ts';
import { openAgents, shellAgent } from '../../../test/agents/installation.ts';
import { createWorld, type World } from '../../../test/agents/world.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createDelivery, createDeliveryStore, deliveryRoutes, startJob } from './index.ts';
import type { DeliverySteps } from './steps.ts';

let world: World;
let agents: Agents;
let server: HttpServer;
let url: string;
const started: string[] = [];
/** The engine cannot be asked to start anything. */
let away = false;
/** The process ends when its transaction is committed, before it can write or say anything more. */
let dies = false;

beforeAll(async () => {
  world = await createWorld();
  const { db } = world;
  await db.pool.query('update repositories set allowlisted = true');
  ({ agents } = await openAgents(world, db, {
    agents: { coder: shellAgent('true', { skills: ['js'] }), other: shellAgent('true') },
    brief: world.brief(),
  }));
  const [clock, ids, ledger] = [systemClock, createIds(systemClock), createLedger({ db })];
  const base = { db, clock, ids, ledger, outbox: createOutbox({ db, log: silentLog, clock, ids }) };
  const [projects, work, store] = [createProjects(base), createWork(base), createDeliveryStore()];
  const gateway = { ask: () => Promise.reject(new Error('no model')) };
  const planning = createPlanning({ ...base, work, gateway, model: () => 'rules', checksOf: async () => [] });
  const workflow = {
    async start(_tx: unknown, _name: string, id: string) {
      if (away) throw new AppError('unavailable', 'The engine is away.');
      started.push(id);
    },
    status: async (id: string) => (started.includes(id) ? { status: 'running' as const, error: null } : null),
  };
  const prepareRun: DeliverySteps['prepareRun'] = async (taskId, attempt, _feedback, _rework, by) => {
    const agent = by?.agent ?? (await planning.task(taskId))?.assignee?.replace('agent:', '');
    const request = world.request({ taskId: taskId as never, attempt, ...(agent === undefined ? {} : { agent }) });
    const run = await agents.ensureRun(request, by?.also);
    return { kind: 'run', workflowId: `agents.run:${run.id}:1`, request: { ...request, runId: run.id } };
  };
  const kept = createIdempotencyStore(db);
  server = await createHttpServer({
    routes: [
      ...deliveryRoutes({ delivery: createDelivery({ ...base, store, work, projects, workflow }), queries: {}, endings: {}, fixes: {} } as never),
      ...agentRoutes({
        agents,
        startJob: (input, by, keep) => startJob({ ...base, agents, planning, store, steps: { prepareRun }, workflow }, input, by, keep),
      }),
    ],
    log: silentLog,
    config: { host: '127.0.0.1', port: 0, publicUrl: null, trustProxy: false, bodyLimitBytes: 10_000, rateLimitPerSecond: 0 },
    authenticate: async ({ secret }) => ({ kind: 'person', subject: `person:${secret}`, role: 'maintainer', personId: 'pers_1' }),
    metrics: createMetrics({ processMetrics: false }),
    clock,
    version: '1.0.0',
    ready: async () => ({ ready: true, parts: {} }),
    status: async () => ({}),
    idempotency: {
      ...kept,
      keep: (id, answer, tx) => (dies && tx === undefined ? Promise.reject(new Error('killed')) : kept.keep(id, answer, tx)),
    },
    redact: (text) => text,
    checkResponses: true,
  });
  ({ url } = await server.listen());
});
beforeEach(() => {
  [away, dies] = [false, false];
});
afterAll(async () => {
  await server.stop(0);
  await world.close();
});

async function send(path: string, key: string | null, body: object) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: 'Bearer ann', 'content-type': 'application/json', ...(key === null ? {} : { 'idempotency-key': key }) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const replayed = response.headers.get('idempotency-replayed') === 'true';
  return { status: response.status, replayed, text, body: JSON.parse(text) as Record<string, unknown> };
}

const count = async (statement: string, ...values: unknown[]): Promise<number> => (await world.db.pool.query(statement, values)).rowCount ?? 0;

const ask = (text: string, key = text) => send('/v1/requests', key, { text, repository_id: 'repo_1', target: null, agent: null, checks: [] });
const asked = (text: string) => count('select id from work_items where body = $1', text);

test('a request under the same key is made once and answered the same: again, and two at once', async () => {
  const answers = [...(await Promise.all([ask('Sharpen'), ask('Sharpen')])), await ask('Sharpen')];
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers.filter(({ replayed }) => replayed)).toHaveLength(2);
  expect(await asked('Sharpen')).toBe(1);
});

test('another request under the key is refused; under a key of its own the same text is another request', async () => {
  await ask('Erase', 'one');
  const other = await ask('Draw', 'one');
  expect([other.status, other.body['code'], await asked('Draw')]).toEqual([422, 'idempotency_key_reused', 0]);
  await ask('Erase', 'two');
  expect(await asked('Erase')).toBe(2);
});

test.each(['a..b', '-x', '--upload-pack=touch /tmp/pwn', 'HEAD', 'feat/\u202Ex'])(
  'a request onto %j is refused before anything is planned',
  async (target) => {
    const text = `Onto ${target}`;
    const refused = await send('/v1/requests', null, { text, repository_id: 'repo_1', target, agent: null, checks: [] });
    expect([refused.status, refused.body['code'], await asked(text)]).toEqual([422, 'bad_branch_name', 0]);
  },
);

test('a request that was rolled back left nothing, and its key makes it later', async () => {
  away = true;
  expect((await ask('Paint')).status).toBe(503);
  expect(await asked('Paint')).toBe(0);
  away = false;
  expect([(await ask('Paint')).replayed, await asked('Paint')]).toEqual([false, 1]);
});

test('a request whose process died before it answered is answered by the next one', async () => {
  dies = true;
  expect((await ask('Frame')).status).toBe(500);
  dies = false;
  const again = await ask('Frame');
  expect([again.status, again.replayed, await asked('Frame')]).toEqual([202, true, 1]);
  expect(started).toContain((again.body['story'] as { workflow_id: string }).workflow_id);
});

const taskId = () => world.request().taskId;
const start = (key: string | null, more: object = {}) => send('/start-job', key, { task_id: taskId(), ...more });
const stop = async (id: unknown) => agents.stop(String(id), 'person:ann');
const runs = () => count('select id from agent_runs where task_id = $1', taskId());

test('a job under the same key is started once, also when its run has ended and its process died before it answered', async () => {
  dies = true;
  expect((await start('job')).status).toBe(500);
  dies = false;
  const [run] = (await agents.list({ taskId: taskId() ?? undefined, limit: 10 })).items;
  await agents.stop(run?.id ?? '', 'person:ann');
  const again = await start('job');
  expect([again.status, again.replayed, again.body]).toEqual([202, true, expect.objectContaining({ id: run?.id, state: 'queued' })]);
  expect(await runs()).toBe(1);
});

test('a run whose work could not be started is not made', async () => {
  const before = await runs();
  away = true;
  expect((await start(null)).status).toBe(503);
  expect(await runs()).toBe(before);
  away = false;
  const made = await start(null);
  expect([made.status, await runs(), started.filter((id) => id.endsWith(`:job-${String(made.body['attempt'])}`))]).toEqual([
    202,
    before + 1,
    [expect.any(String)],
  ]);
  await stop(made.body['id']);
});

test('of two calls at the same instant one starts the job, and both are told of its run', async () => {
  const answers = await Promise.all([start(null), start(null), start(null)]);
  expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['id'])}`)).size).toBe(1);
  const id = answers[0]?.body['id'];
  expect(await count("select seq from ledger_entries where kind = 'job.started' and subject = $1", id)).toBe(1);
  await stop(id);
});

test('an agent that is named gets the task, while no other is at work on it', async () => {
  const failed = () => world.db.pool.query("update tasks set state = 'failed' where id = $1", [taskId()]);
  await failed();
  const first = await start(null, { agent: 'coder' });
  expect(first.body).toMatchObject({ agent: 'coder' });
  expect((await start(null, { agent: 'other' })).body).toMatchObject({ status: 409, code: 'other_agent_at_work' });
  await stop(first.body['id']);
  await failed();
  expect((await start(null, { agent: 'nobody' })).body).toMatchObject({ status: 422, code: 'agent_unknown' });
  away = true;
  expect((await start(null, { agent: 'other' })).status).toBe(503);
  away = false;
  const assignee = async () => (await world.db.pool.query('select assignee from tasks where id = $1', [taskId()])).rows;
  expect(await assignee()).toEqual([{ assignee: 'agent:coder' }]);
  const second = await start(null, { agent: 'other' });
  expect(second.body).toMatchObject({ agent: 'other' });
  expect(await assignee()).toEqual([{ assignee: 'agent:other' }]);
  await stop(second.body['id']);
});

test('a role that is named must be the one of the task', async () => {
  expect((await start(null, { role: 'tester' })).body).toMatchObject({ status: 422, code: 'other_role' });
});
