import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { sql } from '#platform/db/index.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { once, type HeldKey, type IdempotencyStore } from './idempotency.ts';
import { createHttpServer, createIdempotencyStore, forgetOldAnswers, route, type HttpServer } from './index.ts';

let database: TestDatabase;
let server: HttpServer;
let url: string;
const ran: string[] = [];
let fail: (() => Error) | null = null;
let hold: Promise<unknown> | null = null;
/** Thrown after the transaction: what a process that dies there leaves behind. */
let dies: Error | null = null;

beforeAll(async () => {
  database = await createTestDatabase();
  const write = route({
    method: 'POST',
    path: '/write/:id',
    summary: 's',
    tag: 't',
    access: 'viewer',
    params: z.object({ id: z.string() }),
    body: z.strictObject({ a: z.number().default(0), b: z.string().optional() }),
    response: { status: 201, schema: null },
    async handle({ params, body, actor }) {
      ran.push(`${actor?.subject ?? ''} ${params.id} ${body.a}`);
      await hold;
      if (fail !== null) throw fail();
      return { n: ran.length, a: body.a };
    },
  });
  const make = route({
    method: 'POST',
    path: '/make',
    summary: 's',
    tag: 't',
    access: 'viewer',
    body: z.strictObject({ name: z.string() }),
    response: { status: 201, schema: z.object({ made: z.string() }) },
    async handle({ body, keep }) {
      await database.db.tx(async (tx) => {
        await tx.run(sql`insert into people (id, handle, name, role) values (${`pers_${ran.length}`}, ${`p${ran.length}`}, ${body.name}, 'viewer')`);
        ran.push(body.name);
        await hold;
        await keep(tx, { made: body.name });
        if (fail !== null) throw fail();
      });
      if (dies !== null) throw dies;
      return { made: body.name };
    },
  });
  server = await createHttpServer({
    routes: [write, make],
    authenticate: async ({ secret }) => ({ kind: 'service', subject: `token:${secret}`, role: 'viewer', personId: null }),
    config: { host: '127.0.0.1', port: 0, publicUrl: null, trustProxy: false, bodyLimitBytes: 10_000, rateLimitPerSecond: 0 },
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
    clock: { now: () => new Date() },
    version: '1',
    ready: async () => ({ ready: true, parts: {} }),
    status: async () => ({}),
    idempotency: createIdempotencyStore(database.db),
    redact: (text) => text,
  });
  ({ url } = await server.listen());
});
afterAll(async () => {
  await server.stop(0);
  await database.close();
});

async function send(key: string | null, options: { body?: string; token?: string; id?: string; at?: string } = {}) {
  const response = await fetch(`${url}${options.at ?? `/write/${options.id ?? 'x'}`}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${options.token ?? 'one'}`,
      'content-type': 'application/json',
      ...(key === null ? {} : { 'idempotency-key': key }),
    },
    body: options.body ?? '{"a":1,"b":"x"}',
  });
  return {
    status: response.status,
    replayed: response.headers.get('idempotency-replayed'),
    type: response.headers.get('content-type'),
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe('an Idempotency-Key', () => {
  test('gives the same request the same answer, and runs it once; the order of members does not matter', async () => {
    const before = ran.length;
    const first = await send('a');
    const second = await send('a', { body: '{ "b":"x", "a":1 }' });
    expect([first.status, second.status, first.replayed, second.replayed]).toEqual([201, 201, null, 'true']);
    expect(second.body).toEqual(first.body);
    expect(second.type).toBe(first.type);
    expect(ran.length).toBe(before + 1);
  });

  test('refuses another request: another body, another address', async () => {
    await send('b');
    for (const other of [await send('b', { body: '{"a":2}' }), await send('b', { id: 'y' })])
      expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  test('belongs to its token', async () => {
    const before = ran.length;
    await send('c', { token: 'one' });
    await send('c', { token: 'two', body: '{"a":9}' });
    expect(ran.slice(before)).toEqual(['token:one x 1', 'token:two x 9']);
  });

  test('without one every request runs', async () => {
    const before = ran.length;
    await send(null);
    await send(null);
    expect(ran.length).toBe(before + 2);
  });

  test('keeps a refusal of the command, and lets a failure be tried again', async () => {
    fail = () => new AppError('conflict', 'Decided already.', { code: 'decided' });
    const refused = await send('d');
    fail = null;
    expect([refused.status, (await send('d')).body.code]).toEqual([409, 'decided']);
    for (const error of [new AppError('unavailable', 'x'), new AppError('rate_limited', 'x'), new Error('x')]) {
      const key = `e-${error.constructor.name}-${(error as AppError).kind}`;
      fail = () => error;
      expect((await send(key)).status).toBeGreaterThanOrEqual(429);
      fail = null;
      expect([(await send(key)).status, (await send(key)).replayed]).toEqual([201, 'true']);
    }
  });

  test('is not used up by a request that does not fit', async () => {
    expect((await send('f', { body: '{"a":"no"}' })).status).toBe(422);
    expect((await send('f')).status).toBe(201);
  });

  test('of twenty requests at the same time exactly one runs, and all get its answer', async () => {
    const before = ran.length;
    let release: (value: unknown) => void = () => {};
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const all = Array.from({ length: 20 }, async () => send('g'));
    while (ran.length === before) await sleep(5);
    release(null);
    const answers = await Promise.all(all);
    hold = null;
    expect(ran.length).toBe(before + 1);
    expect(new Set(answers.map((answer) => JSON.stringify([answer.status, answer.body])))).toHaveLength(1);
    expect(answers.filter((answer) => answer.replayed === null)).toHaveLength(1);
  });

  test('must be a plain one', async () => {
    expect((await send('x'.repeat(256))).body.code).toBe('invalid_idempotency_key');
    expect((await send('two words')).body.code).toBe('invalid_idempotency_key');
  });
});

describe('an answer that is kept with what was made', () => {
  const made = async (name: string) => (await database.pool.query('select id from people where name = $1', [name])).rowCount;
  const make = (name: string) => send(`make-${name}`, { at: '/make', body: JSON.stringify({ name }) });

  test('is given again although the process died before it could answer', async () => {
    dies = new Error('killed');
    expect((await make('pen')).status).toBe(500);
    dies = null;
    const again = await make('pen');
    expect([again.status, again.replayed, again.body]).toEqual([201, 'true', { made: 'pen' }]);
    expect(again.type).toContain('application/json');
    expect(await made('pen')).toBe(1);
  });

  test('is not there when the transaction was rolled back: then the next one makes it', async () => {
    fail = () => new AppError('unavailable', 'x');
    expect((await make('ink')).status).toBe(503);
    fail = null;
    expect(await made('ink')).toBe(0);
    const next = await make('ink');
    expect([next.status, next.replayed, await made('ink')]).toEqual([201, null, 1]);
  });

  test('two who hold the key, because the first stood still for longer than its lease, make one thing', async () => {
    const before = ran.length;
    let go: (value: unknown) => void = () => {};
    hold = new Promise((resolve) => {
      go = resolve;
    });
    const first = make('cap');
    while (ran.length === before) await sleep(5);
    const second = make('cap');
    while (ran.length === before + 1) {
      await database.pool.query("update http_idempotency set lease_until = now() - interval '1 second' where key = 'make-cap'");
      await sleep(5);
    }
    go(null);
    hold = null;
    const answers = await Promise.all([first, second]);
    expect(new Set(answers.map(({ status, body }) => `${status} ${String(body.code)}`))).toEqual(
      new Set(['201 undefined', '503 idempotency_key_lost']),
    );
    expect((await make('cap')).replayed).toBe('true');
    expect(await made('cap')).toBe(1);
  });

  test('without a key every request makes its own', async () => {
    for (const _ of [1, 2]) await send(null, { at: '/make', body: '{"name":"nib"}' });
    expect(await made('nib')).toBe(2);
  });
});

describe('the store', () => {
  const answer = { status: 200, headers: { 'content-type': 'x' }, body: 'kept', secret: false };
  const idOf = (key: string) => ({ scope: 's', key });

  async function take(store: IdempotencyStore, key: string, { hash = 'h', leaseMs = 10_000 } = {}): Promise<HeldKey> {
    const claim = await store.claim(idOf(key), hash, leaseMs);
    if (claim.kind !== 'mine') throw new Error(`the key is not free: ${claim.kind}`);
    return claim.held;
  }

  test('a key whose holder vanished in mid work is free again when its lease ends; a renewed one is not', async () => {
    const store = createIdempotencyStore(database.db);
    await take(store, 'lost', { leaseMs: -1 });
    expect(await store.claim(idOf('lost'), 'other', 10_000)).toEqual({ kind: 'other' });
    const held = await take(store, 'lost', { leaseMs: -1 });
    await store.renew(held, 60_000);
    expect(await store.claim(idOf('lost'), 'h', 10_000)).toEqual({ kind: 'busy' });
  });

  test('whoever lost a key neither renews it, nor keeps an answer under it, nor gives it back', async () => {
    const store = createIdempotencyStore(database.db);
    const lost = await take(store, 'taken', { leaseMs: -1 });
    const held = await take(store, 'taken', { leaseMs: 60_000 });
    await store.renew(lost, -1);
    await store.release(lost);
    expect(await store.keep(lost, { ...answer, body: 'of the first' })).toBe(false);
    expect(await store.claim(idOf('taken'), 'h', 10_000)).toEqual({ kind: 'busy' });
    expect(await store.keep(held, answer)).toBe(true);
    expect(await store.claim(idOf('taken'), 'h', 10_000)).toEqual({ kind: 'kept', answer });
  });

  test('asking for a key does not wait for the transaction that keeps its answer', async () => {
    const store = createIdempotencyStore(database.db);
    const held = await take(store, 'open');
    await database.db.tx(async (tx) => {
      await store.keep(held, answer, tx);
      expect(await store.claim(idOf('open'), 'h', 10_000)).toEqual({ kind: 'busy' });
    });
    expect(await store.claim(idOf('open'), 'h', 10_000)).toEqual({ kind: 'kept', answer });
  });

  test('what was kept is kept as it was; what was released is free', async () => {
    const store = createIdempotencyStore(database.db);
    const kept = await take(store, 'k');
    await store.keep(kept, answer);
    expect(await store.claim(idOf('k'), 'h', 10_000)).toEqual({ kind: 'kept', answer });
    await store.release(kept);
    expect((await store.claim(idOf('k'), 'h', 10_000)).kind).toBe('kept');
    await store.release(await take(store, 'r'));
    expect((await store.claim(idOf('r'), 'other', 10_000)).kind).toBe('mine');
  });

  test('a secret answer leaves neither body nor headers behind', async () => {
    const store = createIdempotencyStore(database.db);
    await store.keep(await take(store, 'secret'), { ...answer, secret: true, headers: { 'set-cookie': 'canary' } });
    const rows = await database.pool.query("select * from http_idempotency where key = 'secret'");
    expect(JSON.stringify(rows.rows)).not.toMatch(/canary|kept/);
    await expect(once(store, idOf('secret'), 'h', async () => answer)).rejects.toMatchObject({ kind: 'conflict', code: 'answer_not_kept' });
  });

  test('keys of yesterday are forgotten, also before they are swept', async () => {
    const store = createIdempotencyStore(database.db);
    // The first claim of a process sweeps.
    await take(store, 'first');
    const insert = `insert into http_idempotency (scope, key, request_hash, holder, status, body, lease_until, created_at)
      values ('s', $1, 'h', 'x', 200, 'x', now() - interval '25 hours', now() - interval '25 hours')`;
    for (const key of ['old', 'unused']) await database.pool.query(insert, [key]);
    await take(store, 'old', { hash: 'other' });
    expect(await store.claim(idOf('old'), 'other', 10_000)).toEqual({ kind: 'busy' });
    await forgetOldAnswers(database.db);
    const rows = await database.pool.query<{ key: string }>("select key from http_idempotency where key in ('old', 'unused')");
    expect(rows.rows).toEqual([{ key: 'old' }]);
  });

  test('an answer that is there stays', async () => {
    const store = createIdempotencyStore(database.db);
    const held = await take(store, 'stays');
    expect(await store.keep(held, answer)).toBe(true);
    expect(await store.keep(held, { ...answer, status: 409 })).toBe(false);
    expect(await store.claim(idOf('stays'), 'h', 10_000)).toEqual({ kind: 'kept', answer });
  });
});
