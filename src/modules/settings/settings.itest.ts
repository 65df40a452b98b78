import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#kernel/actor.ts';
import { createManualClock } from '#kernel/clock.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createHttpServer, createIdempotencyStore, walkAccess, type HttpServer } from '#platform/http/index.ts';
import { createOutbox } from '#platform/outbox/index.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createSettings, settingsRoutes, type RuntimeKey, type RuntimeValues } from './index.ts';

const ANN: Actor = { kind: 'person', subject: 'person:ann', role: 'manager', personId: 'p1' };
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => database.close());

function build(defaults: Partial<RuntimeValues> = {}) {
  const { db } = database;
  const clock = createManualClock(new Date());
  const ledger = createLedger({ db });
  const outbox = createOutbox({ db, log: silentLog, clock: systemClock, ids: createIds(systemClock) });
  return { clock, ledger, outbox, settings: createSettings({ db, clock, ledger, outbox, defaults }) };
}
let built: ReturnType<typeof build>;
beforeEach(async () => {
  await database.pool.query('delete from system_config');
  built = build();
});

const row = async (key: RuntimeKey) => (await built.settings.view()).settings.find((setting) => setting.key === key);

describe('a setting', () => {
  test('has its default until it is set, and again when it is unset', async () => {
    expect(await built.settings.get('runs.max_attempts')).toBe(3);
    await built.settings.set('runs.max_attempts', 5, ANN);
    expect(await built.settings.get('runs.max_attempts')).toBe(5);
    expect(await row('runs.max_attempts')).toMatchObject({ value: 5, default: 3, source: 'set', updatedBy: 'person:ann' });
    await built.settings.unset('runs.max_attempts', ANN);
    expect(await built.settings.get('runs.max_attempts')).toBe(3);
    expect(await row('runs.max_attempts')).toMatchObject({ value: 3, source: 'default' });
  });

  test('takes the text a command line gives', async () => {
    await built.settings.change({ 'agents.max_concurrent_runs': '12', shadow: 'true', 'compliance.mode': 'strict' }, ANN);
    expect([
      await built.settings.get('agents.max_concurrent_runs'),
      await built.settings.get('shadow'),
      await built.settings.get('compliance.mode'),
    ]).toEqual([12, true, 'strict']);
  });

  test('may get its default from the start-up configuration', async () => {
    built = build({ shadow: true });
    expect(await built.settings.get('shadow')).toBe(true);
    await built.settings.set('shadow', false, ANN);
    expect(await built.settings.get('shadow')).toBe(false);
  });

  test.each([
    ['runs.max_attempts', 0, 'must be a whole number from 1 to 10'],
    ['runs.max_attempts', 2.5, 'must be a whole number'],
    ['runs.max_attempts', 'many', 'must be a whole number'],
    ['shadow', 1, 'must be true or false'],
    ['compliance.mode', 'lax', 'must be one of standard, strict'],
    ['queue.max_retries', { a: 1 }, 'must be a whole number'],
  ])('%s = %j is refused', async (key, value, message) => {
    await expect(built.settings.set(key, value, ANN)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'invalid_setting',
      message: expect.stringContaining(message),
    });
  });

  test('that is unknown is refused with the nearest name, and nothing of the change happens', async () => {
    const change = built.settings.change({ 'runs.max_attempts': 7, 'run.max_attempts': 5 }, ANN);
    await expect(change).rejects.toMatchObject({ kind: 'invalid', code: 'unknown_setting', hint: 'Did you mean "runs.max_attempts"?' });
    expect(await built.settings.get('runs.max_attempts')).toBe(3);
    await expect(built.settings.set('__proto__', 1, ANN)).rejects.toMatchObject({ code: 'unknown_setting' });
  });

  test('that no longer fits its range falls back to the default', async () => {
    await database.pool.query(
      "insert into system_config (key, value, revision, updated_by) values ('runs.max_attempts', '99', 1, 'x'), ('gone.setting', '1', 2, 'x')",
    );
    expect(await built.settings.get('runs.max_attempts')).toBe(3);
  });
});

describe('a change', () => {
  test('is in the ledger with before, after and who, and goes out as an event; the same value again is no change', async () => {
    await built.settings.set('queue.max_retries', 9, ANN);
    await built.settings.set('queue.max_retries', 9, ANN);
    await built.settings.unset('queue.max_retries', ANN);
    const entries = (await built.ledger.list({ limit: 10, subject: 'queue.max_retries' })).items
      .filter((entry) => entry.kind === 'config.changed')
      .toSorted((a, b) => a.seq - b.seq);
    expect(entries.map(({ actor, payload }) => [actor, payload.before, payload.after, payload.unset])).toEqual([
      ['person:ann', 5, 9, false],
      ['person:ann', 9, 5, true],
    ]);
    const events = (await built.outbox.tail(0, 500)).filter((event) => event.type === 'config.changed' && event.subject === 'queue.max_retries');
    expect(events).toHaveLength(2);
  });

  test('by another process is seen within a second', async () => {
    expect(await built.settings.get('queue.max_retries')).toBe(5);
    await build().settings.set('queue.max_retries', 1, ANN);
    built.clock.advance(1000);
    expect(await built.settings.get('queue.max_retries')).toBe(1);
  });

  test('made on what somebody else changed meanwhile is refused', async () => {
    const { revision } = await built.settings.view();
    await built.settings.set('shadow', true, ANN, revision);
    await expect(built.settings.set('shadow', false, ANN, revision)).rejects.toMatchObject({ kind: 'conflict', code: 'revision_moved' });
    expect(await built.settings.get('shadow')).toBe(true);
  });

  test('of ten at once with the same revision exactly one is made', async () => {
    const { revision } = await built.settings.view();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, async (_, n) => built.settings.set('intake.raw_retention_days', 100 + n, ANN, revision)),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect((await built.settings.view()).revision).toBe(revision + 1);
  });

  test('the revision never goes back, also when a setting is unset', async () => {
    const first = (await built.settings.set('shadow', true, ANN)).revision;
    expect((await built.settings.unset('shadow', ANN)).revision).toBe(first + 1);
  });
});

describe('over HTTP', () => {
  let server: HttpServer;
  let url: string;
  beforeAll(async () => {
    const { settings } = build();
    server = await createHttpServer({
      routes: settingsRoutes({ settings }),
      authenticate: async ({ secret }) =>
        secret === 'agent'
          ? { kind: 'agent', subject: 'agent:a', role: 'agent', personId: null }
          : { kind: 'person', subject: `person:${secret}`, role: secret as 'viewer', personId: 'p' },
      config: { host: '127.0.0.1', port: 0, publicUrl: null, trustProxy: false, bodyLimitBytes: 10_000, rateLimitPerSecond: 0 },
      log: silentLog,
      metrics: createMetrics({ processMetrics: false }),
      clock: systemClock,
      version: '1',
      ready: async () => ({ ready: true, parts: {} }),
      status: async () => ({}),
      idempotency: createIdempotencyStore(database.db),
      redact: (text) => text,
      checkResponses: true,
    });
    ({ url } = await server.listen());
  });
  afterAll(async () => server.stop(0));

  const patch = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}/v1/config`, {
      method: 'PATCH',
      headers: { authorization: 'Bearer manager', 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, etag: response.headers.get('etag'), body: (await response.json()) as Record<string, unknown> };
  };

  test('settings are read, changed and unset; the ETag guards against changes of others', async () => {
    const changed = await patch({ 'runs.max_attempts': 4, shadow: true });
    expect(changed).toMatchObject({ status: 200, body: { values: { 'runs.max_attempts': 4, shadow: true } } });
    expect((await patch({ shadow: null }, { 'if-match': changed.etag ?? '' })).body.values).toMatchObject({ shadow: false });
    expect(await patch({ shadow: true }, { 'if-match': changed.etag ?? '' })).toMatchObject({ status: 409, body: { code: 'revision_moved' } });
    expect((await patch({ shadow: true }, { 'if-match': 'nonsense' })).status).toBe(422);
    const read = await fetch(`${url}/v1/config`, { headers: { authorization: 'Bearer viewer' } });
    expect(await read.json()).toMatchObject({
      values: { 'runs.max_attempts': 4, shadow: false },
      settings: expect.arrayContaining([
        expect.objectContaining({
          key: 'runs.max_attempts',
          input: { kind: 'integer', min: 1, max: 10 },
          source: 'set',
          updated_by: 'person:manager',
        }),
        expect.objectContaining({ key: 'shadow', input: { kind: 'flag' } }),
        expect.objectContaining({ key: 'compliance.mode', input: { kind: 'choice', choices: ['standard', 'strict'] } }),
      ]),
    });
  });

  test('an unknown setting is 422 naming the nearest', async () => {
    expect(await patch({ shadwo: true })).toMatchObject({ status: 422, body: { code: 'unknown_setting', hint: 'Did you mean "shadow"?' } });
    expect((await patch({ shadow: [1] })).status).toBe(422);
  });

  test('only managers and admins change; every route turns away exactly the callers its row names', async () => {
    const tokens = { viewer: 'viewer', developer: 'developer', maintainer: 'maintainer', manager: 'manager', admin: 'admin', agent: 'agent' };
    expect(await walkAccess({ routes: server.routes, baseUrl: url, tokens })).toEqual([]);
  });
});
