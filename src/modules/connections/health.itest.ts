import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createManualClock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { serveRoutes, type Api } from '../../../test/contracts/api.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { silentLog } from '../../../test/kit/log.ts';
import {
  connectionHealthRoutes,
  createCallLog,
  createConnectionsHealth,
  type CallLog,
  type ConnectionsHealth,
  type KnownConnection,
} from './index.ts';

let database: TestDatabase;
let health: ConnectionsHealth;
let calls: CallLog;
let api: Api;
const clock = createManualClock(new Date('2026-01-01T00:00:00Z'));
const redact = (text: string): string => text.replaceAll('hunter2', '[redacted]');
let checked: () => Promise<string> = async () => 'It answers.';
const plain = { configured: true, where: null, problem: null, advice: null };
const KNOWN: KnownConnection[] = [
  {
    ...plain,
    id: 'github',
    kind: 'forge',
    name: 'GitHub',
    event: { at: new Date('2025-12-31T23:00:00Z'), kind: 'push' },
    check: async () => checked(),
  },
  { ...plain, id: 'slack', kind: 'chat', name: 'Slack', configured: false },
];

const open = (): CallLog => createCallLog({ db: database.db, clock, log: silentLog, redact });

beforeAll(async () => {
  database = await createTestDatabase();
  calls = open();
  health = createConnectionsHealth({ db: database.db, clock, calls, redact, sources: [async () => KNOWN] });
  api = await serveRoutes(connectionHealthRoutes({ health }));
});
afterAll(async () => {
  await api.stop();
  await database.close();
});
beforeEach(async () => {
  await database.pool.query('delete from connection_calls');
  clock.advance(60_000);
});

const github = async () => (await health.list())[0];

test('a connection is what its last call was: unproven, works, fails, works again', async () => {
  expect(await github()).toMatchObject({ state: 'unproven', lastEvent: { kind: 'push' } });
  await calls.watch('github', 'GET /user', async () => 'ok');
  await calls.settled();
  expect(await github()).toMatchObject({ state: 'works', lastOkAt: clock.now(), lastFailure: null });
  clock.advance(1000);
  const down = calls.watch('github', 'GET /repos/{owner}/{repo}', async () =>
    Promise.reject(new AppError('unavailable', 'GitHub is down (hunter2).')),
  );
  await expect(down).rejects.toThrow('down');
  await calls.settled();
  expect(await github()).toMatchObject({
    state: 'fails',
    lastFailure: { at: clock.now(), call: 'GET /repos/{owner}/{repo}', detail: 'GitHub is down ([redacted]).' },
  });
  clock.advance(1000);
  await calls.watch('github', 'GET /user', async () => 'ok');
  await calls.settled();
  expect(await github()).toMatchObject({ state: 'works', lastFailure: { detail: 'GitHub is down ([redacted]).' } });
});

test('a refusal is an answer: the connection works', async () => {
  await expect(calls.watch('github', 'GET /x', async () => Promise.reject(new AppError('not_found', 'none')))).rejects.toThrow('none');
  await calls.settled();
  expect(await github()).toMatchObject({ state: 'works', lastFailure: null });
});

test('many calls make few rows, and what an older server tells late replaces nothing newer', async () => {
  const late = open();
  const before = clock.now();
  for (let n = 0; n < 50; n += 1) calls.note('github', { call: 'GET /user', trouble: null });
  await calls.settled();
  clock.advance(-30_000);
  late.note('github', { call: 'GET /user', trouble: null });
  await late.settled();
  clock.advance(30_000);
  expect((await github())?.lastOkAt).toEqual(before);
});

test('a check is asked for by an admin, and its failure is an answer with what to do', async () => {
  expect((await api.call('manager', 'POST', '/v1/connections/github/check')).status).toBe(403);
  expect(await api.ok('admin', 'POST', '/v1/connections/github/check', undefined, 200)).toMatchObject({
    ok: true,
    detail: 'It answers.',
    connection: { id: 'github', state: 'works' },
  });
  checked = async () => Promise.reject(new AppError('unavailable', 'The key hunter2 was refused.', { hint: 'Make a new one.' }));
  clock.advance(1000);
  expect(await api.ok('admin', 'POST', '/v1/connections/github/check', undefined, 200)).toMatchObject({
    ok: false,
    detail: 'The key [redacted] was refused.',
    advice: 'Make a new one.',
    connection: { state: 'fails', last_failure: { call: 'check' } },
  });
  expect((await api.call('admin', 'POST', '/v1/connections/slack/check')).status).toBe(422);
  expect((await api.call('admin', 'POST', '/v1/connections/none/check')).status).toBe(404);
});

test('the list is for maintainers and above, and names what is not connected too', async () => {
  expect((await api.call('developer', 'GET', '/v1/connections')).status).toBe(403);
  expect(await api.ok('maintainer', 'GET', '/v1/connections')).toMatchObject({
    items: [
      { id: 'github', last_event: 'push', last_event_at: '2025-12-31T23:00:00.000Z' },
      { id: 'slack', state: 'off', can_check: false },
    ],
  });
});
