import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createManualClock } from '#kernel/clock.ts';
import type { RunId } from '#kernel/ids.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { createPeople } from '#modules/people/index.ts';
import { sql } from '#platform/db/index.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createHttpServer, createIdempotencyStore, walkAccess, type HttpServer } from '#platform/http/index.ts';
import { createOutbox } from '#platform/outbox/index.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createMemoryLog } from '../../../test/kit/log.ts';
import { accessRoutes, bootstrapAdminToken, createAccess, type Access } from './index.ts';

const ADMIN = 'the-admin-token-of-the-test';
let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'reeve-access-'));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

function build(adminToken = ADMIN) {
  const { db } = database;
  const clock = createManualClock(new Date());
  const ids = createIds(systemClock);
  const ledger = createLedger({ db });
  const outbox = createOutbox({ db, log: createMemoryLog().log, clock: systemClock, ids });
  const people = createPeople({ db, clock: systemClock, ids, ledger, outbox, work: { wip: async () => new Map(), isAssigned: async () => false } });
  const secrets: string[] = [];
  const ends = new Map<string, Date | undefined>();
  const access = createAccess({
    db,
    clock,
    ids,
    ledger,
    people,
    adminToken,
    registerSecret: (secret, until) => void (secrets.push(secret), ends.set(secret, until)),
  });
  return { db, clock, ledger, people, access, secrets, ends };
}
const bearer = (secret: string) => ({ kind: 'bearer', secret }) as const;
let built: ReturnType<typeof build>;
let access: Access;
beforeEach(async () => {
  built = build();
  ({ access } = built);
  await built.people.ensure({ handle: 'ann', name: 'Ann', role: 'admin' }, SYSTEM_ACTOR);
});

test('the projects of many people are known at once: of each who is limited, also to none that is left, and of nobody else', async () => {
  const { db, people } = built;
  const hire = async (handle: string) => (await people.ensure({ handle, name: handle }, SYSTEM_ACTOR)).id;
  const [two, none, free] = [await hire('of-two'), await hire('of-none'), await hire('free')];
  await db.run(sql`insert into projects (id, key, name, settings) values ('proj_a', 'a', 'A', '{}'), ('proj_b', 'b', 'B', '{}')`);
  await db.run(sql`insert into limited_people (person_id) values (${two}), (${none})`);
  await db.run(sql`insert into person_projects (person_id, project_id) values (${two}, 'proj_b'), (${two}, 'proj_a')`);
  expect(await access.projectsOfEach([two, none, free, 'pers_gone'])).toEqual(
    new Map([
      [two, ['proj_a', 'proj_b']],
      [none, []],
    ]),
  );
  expect([await access.projectsOf(two), await access.projectsOf(none), await access.projectsOf(free)]).toEqual([['proj_a', 'proj_b'], [], null]);
  expect(await access.projectsOfEach([])).toEqual(new Map());
});

describe('tokens', () => {
  test('a new one stands for its person and is nowhere in the database', async () => {
    const { token, secret } = await access.createToken({ name: 'laptop', role: 'manager', person: 'ann' }, SYSTEM_ACTOR);
    expect(secret).toMatch(new RegExp(`^reeve_${token.id}_[\\w-]{43}$`));
    expect(await access.authenticate(bearer(secret))).toMatchObject({ kind: 'person', subject: 'person:ann', role: 'manager' });
    const dump = JSON.stringify([
      (await database.pool.query('select * from tokens')).rows,
      (await database.pool.query('select * from ledger_entries')).rows,
    ]);
    expect(dump).toContain(token.id);
    expect(dump).not.toContain(secret.slice(-43));
    expect(built.secrets).toContain(secret.slice(-43));
  });

  test('a secret that is almost right, another id with it, or rubbish is nobody', async () => {
    const one = await access.createToken({ name: 'a', role: 'viewer' }, SYSTEM_ACTOR);
    const two = await access.createToken({ name: 'b', role: 'viewer' }, SYSTEM_ACTOR);
    const wrong = [
      `${one.secret.slice(0, -1)}${one.secret.endsWith('A') ? 'B' : 'A'}`,
      one.secret.replace(one.token.id, two.token.id),
      one.token.id,
      '',
      `${one.secret}x`,
      "' or 1=1 --",
      'reeve_tok_',
    ];
    for (const secret of wrong) expect(await access.authenticate(bearer(secret))).toBeNull();
  });

  test('revoking works at once, twice is once, an unknown one is not found', async () => {
    const { token, secret } = await access.createToken({ name: 'gone', role: 'viewer' }, SYSTEM_ACTOR);
    await access.revokeToken(token.id, SYSTEM_ACTOR);
    await access.revokeToken(token.id, SYSTEM_ACTOR);
    expect(await access.authenticate(bearer(secret))).toBeNull();
    expect((await built.ledger.list({ limit: 10, subject: token.id })).items.map((entry) => entry.kind).sort()).toEqual([
      'token.created',
      'token.revoked',
    ]);
    await expect(access.revokeToken('tok_none', SYSTEM_ACTOR)).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('an expired one, and one whose person was made inactive, is nobody', async () => {
    const expiresAt = new Date(built.clock.now().getTime() + 60_000).toISOString();
    const short = await access.createToken({ name: 'short', role: 'viewer', expiresAt }, SYSTEM_ACTOR);
    const { secret } = await access.createToken({ name: 'x', role: 'developer', person: 'ann' }, SYSTEM_ACTOR);
    expect(await access.authenticate(bearer(short.secret))).not.toBeNull();
    built.clock.advance(60_000);
    expect(await access.authenticate(bearer(short.secret))).toBeNull();
    const ann = await built.people.byHandle('ann');
    await built.people.update(ann?.id ?? '', { active: false }, SYSTEM_ACTOR);
    expect(await access.authenticate(bearer(secret))).toBeNull();
    await built.people.update(ann?.id ?? '', { active: true }, SYSTEM_ACTOR);
  });

  test('the last use is kept to the minute', async () => {
    const { token, secret } = await access.createToken({ name: 'used', role: 'viewer' }, SYSTEM_ACTOR);
    const used = async () => (await access.listTokens({ limit: 200 })).items.find((item) => item.id === token.id)?.lastUsedAt?.getTime() ?? null;
    expect(await used()).toBeNull();
    await access.authenticate(bearer(secret));
    const first = await used();
    expect(first).toBe(built.clock.now().getTime());
    built.clock.advance(30_000);
    await access.authenticate(bearer(secret));
    expect(await used()).toBe(first);
    built.clock.advance(31_000);
    await access.authenticate(bearer(secret));
    expect(await used()).toBe(built.clock.now().getTime());
  });

  test('the list is paged, newest first', async () => {
    const made: string[] = [];
    for (const name of ['p1', 'p2', 'p3']) made.unshift((await access.createToken({ name, role: 'viewer' }, SYSTEM_ACTOR)).token.id);
    const first = await access.listTokens({ limit: 2 });
    const second = await access.listTokens({ limit: 2, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map((token) => token.id).slice(0, 3)).toEqual(made);
  });

  test('the database itself refuses a deciding token of nobody and an agent token of a person', async () => {
    const insert = (role: string, person: string | null) =>
      database.pool.query("insert into tokens (id, name, role, person_id, secret_hash, hint, created_by) values ($1, 'x', $2, $3, $1, 'h', 's')", [
        `tok_${role}${person ?? ''}`,
        role,
        person,
      ]);
    await expect(insert('manager', null)).rejects.toMatchObject({ code: '23514' });
    await expect(insert('agent', (await built.people.byHandle('ann'))?.id ?? '')).rejects.toMatchObject({ code: '23514' });
  });
});

describe('tokens of runs', () => {
  const runId = 'run_01TEST' as RunId;

  test('one stands for the agent and its run, and dies with the run', async () => {
    const secret = await built.db.tx(async (tx) => access.issueRunToken(tx, { runId, projectId: 'proj_1', agent: 'codex', ttlMs: 60_000 }));
    // What hides it may forget it some time after it is over.
    const [given] = await built.db.all(sql<{ expiresAt: Date }>`select expires_at from tokens where run_id = ${runId}`);
    expect(built.ends.get(secret.slice(-43))).toEqual(given?.expiresAt);
    expect(given?.expiresAt).toBeInstanceOf(Date);
    expect(await access.authenticate(bearer(secret))).toEqual({
      kind: 'agent',
      subject: 'agent:codex',
      role: 'agent',
      personId: null,
      runId,
      projects: ['proj_1'],
    });
    expect((await access.listTokens({ limit: 200 })).items.some((token) => token.name === 'codex')).toBe(false);
    await built.db.tx(async (tx) => access.revokeRunTokens(tx, runId));
    expect(await access.authenticate(bearer(secret))).toBeNull();
  });

  test('one that nobody revoked ends by itself', async () => {
    const secret = await built.db.tx(async (tx) => access.issueRunToken(tx, { runId, projectId: 'proj_1', agent: 'codex', ttlMs: 60_000 }));
    built.clock.advance(60_001);
    expect(await access.authenticate(bearer(secret))).toBeNull();
  });

  test('one of a transaction that did not commit never was', async () => {
    let secret = '';
    const failed = built.db.tx(async (tx) => {
      secret = await access.issueRunToken(tx, { runId, projectId: 'proj_1', agent: 'codex', ttlMs: 60_000 });
      throw new Error('roll back');
    });
    await expect(failed).rejects.toThrow('roll back');
    expect(await access.authenticate(bearer(secret))).toBeNull();
  });
});

describe('the first tokens of an installation', () => {
  test('the admin token is the configured one, else made once and kept in a file only its owner can read', () => {
    const file = path.join(folder, 'deep/admin-token');
    expect(bootstrapAdminToken('given-by-config', file)).toBe('given-by-config');
    const made = bootstrapAdminToken(null, file);
    expect(made).toHaveLength(43);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(bootstrapAdminToken(null, file)).toBe(made);
    expect(readFileSync(file, 'utf8')).toBe(`${made}\n`);
  });

  test('it is admin and nobody in person; another value ends it', async () => {
    expect(await access.authenticate(bearer(ADMIN))).toEqual({ kind: 'service', subject: 'token:admin', role: 'admin', personId: null });
    expect(await build('another-admin-token').access.authenticate(bearer(ADMIN))).toBeNull();
  });

  test('the token of the command line is made once, acts as its person, and is made anew when it no longer works', async () => {
    const file = path.join(folder, 'cli-token');
    const ensure = async () => access.ensureLocalToken({ person: 'ann', role: 'admin', file });
    const first = await ensure();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await access.authenticate(bearer(first))).toMatchObject({ kind: 'person', subject: 'person:ann', role: 'admin' });
    expect(await ensure()).toBe(first);
    await access.revokeToken(/tok_\w{26}/.exec(first)?.[0] ?? '', SYSTEM_ACTOR);
    const second = await ensure();
    expect(second).not.toBe(first);
    expect(readFileSync(file, 'utf8').trim()).toBe(second);
    writeFileSync(file, 'rubbish');
    expect(await access.authenticate(bearer(await ensure()))).not.toBeNull();
    await expect(access.ensureLocalToken({ person: 'nobody', file })).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('over HTTP', () => {
  let server: HttpServer;
  let url: string;
  beforeAll(async () => {
    const fresh = build();
    server = await createHttpServer({
      routes: accessRoutes({ access: fresh.access, people: fresh.people, publicUrl: null, consoleUrl: () => 'http://127.0.0.1' }),
      authenticate: fresh.access.authenticate,
      config: { host: '127.0.0.1', port: 0, publicUrl: null, trustProxy: false, bodyLimitBytes: 100_000, rateLimitPerSecond: 0 },
      log: createMemoryLog().log,
      metrics: createMetrics({ processMetrics: false }),
      clock: systemClock,
      version: '1',
      ready: async () => ({ ready: true, parts: {} }),
      status: async () => ({}),
      idempotency: createIdempotencyStore(fresh.db),
      redact: (text) => text,
      checkResponses: true,
    });
    ({ url } = await server.listen());
  });
  afterAll(async () => server.stop(0));

  const call = async (method: string, at: string, options: { token?: string; body?: unknown; headers?: Record<string, string> } = {}) => {
    const response = await fetch(url + at, {
      method,
      headers: {
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? null : JSON.parse(text)) as Record<string, unknown> };
  };

  test('a token is made, says who it is, is listed without its secret, and revoked', async () => {
    const made = await call('POST', '/v1/tokens', { token: ADMIN, body: { name: 'web', role: 'developer', person: 'ann' } });
    expect(made.status).toBe(201);
    const token = String(made.body.token);
    expect((await call('GET', '/v1/whoami', { token })).body).toMatchObject({
      subject: 'person:ann',
      kind: 'person',
      role: 'developer',
      person: { handle: 'ann' },
    });
    const listed = JSON.stringify((await call('GET', '/v1/tokens', { token: ADMIN })).body);
    expect(listed).toContain(String(made.body.id));
    expect(listed).not.toContain(token);
    expect((await call('DELETE', `/v1/tokens/${String(made.body.id)}`, { token: ADMIN })).status).toBe(204);
    expect((await call('GET', '/v1/whoami', { token })).status).toBe(401);
    expect((await call('DELETE', '/v1/tokens/tok_none', { token: ADMIN })).status).toBe(404);
  });

  test('a role that decides needs a person: 422 with what to do', async () => {
    const refused = await call('POST', '/v1/tokens', { token: ADMIN, body: { name: 'x', role: 'manager' } });
    expect([refused.status, refused.body.code]).toEqual([422, 'person_needed']);
    expect(refused.body.hint).toContain('--person');
  });

  test('a repetition with the same Idempotency-Key makes no second token and shows no secret again', async () => {
    const request = { token: ADMIN, body: { name: 'once', role: 'viewer' }, headers: { 'idempotency-key': 'k-1' } };
    const first = await call('POST', '/v1/tokens', request);
    const second = await call('POST', '/v1/tokens', request);
    expect([first.status, second.status, second.body.code]).toEqual([201, 409, 'answer_not_kept']);
    const kept = await database.pool.query("select body, headers from http_idempotency where key = 'k-1'");
    expect(JSON.stringify(kept.rows)).not.toContain(String(first.body.token).slice(-43));
    const made = (await call('GET', '/v1/tokens?limit=200', { token: ADMIN })).body.items as { name: string }[];
    expect(made.filter((item) => item.name === 'once')).toHaveLength(1);
  });

  test('a session stands for its token, and ends with it, with its time, and on request', async () => {
    const { body } = await call('POST', '/v1/tokens', { token: ADMIN, body: { name: 'browser', role: 'viewer' } });
    const opened = await call('POST', '/v1/sessions', { token: String(body.token) });
    const cookie = opened.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^reeve_session_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/);
    const headers = { cookie: cookie.split(';', 1)[0] ?? '' };
    const who = async () => (await call('GET', '/v1/whoami', { headers })).status;
    expect(await who()).toBe(200);
    expect((await call('DELETE', '/v1/sessions', { headers: { ...headers, origin: url } })).status).toBe(204);
    expect(await who()).toBe(401);
    const again = (await call('POST', '/v1/sessions', { token: String(body.token) })).headers.get('set-cookie') ?? '';
    headers.cookie = again.split(';', 1)[0] ?? '';
    expect(await who()).toBe(200);
    await call('DELETE', `/v1/tokens/${String(body.id)}`, { token: ADMIN });
    expect(await who()).toBe(401);
    expect(JSON.stringify((await database.pool.query('select * from sessions')).rows)).not.toContain(headers.cookie.split('=')[1]);
  });

  test('a session of the admin token lasts twelve hours at most, and no longer than that token', async () => {
    const { secret } = await access.openSession(ADMIN);
    const session = { kind: 'session', secret } as const;
    expect(await access.authenticate(session)).toMatchObject({ subject: 'token:admin' });
    expect(await build('another-admin-token').access.authenticate(session)).toBeNull();
    built.clock.advance(12 * 60 * 60 * 1000);
    expect(await access.authenticate(session)).toBeNull();
  });

  test('an agent opens no session', async () => {
    const { secret } = await access.createToken({ name: 'codex', role: 'agent' }, SYSTEM_ACTOR);
    await expect(access.openSession(secret)).rejects.toMatchObject({ kind: 'forbidden' });
  });

  test('every route turns away exactly the callers its row names', async () => {
    const secret = async (role: 'viewer' | 'developer' | 'maintainer' | 'manager') =>
      (await access.createToken({ name: role, role, person: 'ann' }, SYSTEM_ACTOR)).secret;
    const agent = (await access.createToken({ name: 'codex', role: 'agent' }, SYSTEM_ACTOR)).secret;
    const tokens = {
      viewer: await secret('viewer'),
      developer: await secret('developer'),
      maintainer: await secret('maintainer'),
      manager: await secret('manager'),
      admin: ADMIN,
      agent,
    };
    expect(await walkAccess({ routes: server.routes, baseUrl: url, tokens })).toEqual([]);
  });
});
