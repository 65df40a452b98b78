import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { createRedactor } from '#platform/redaction/index.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { createMemoryLog } from '../../../test/kit/log.ts';
import {
  createHttpServer,
  Reply,
  route,
  sessionCookieName,
  sse,
  walkAccess,
  type HttpServer,
  type HttpServerOptions,
  type RouteDefinition,
} from './index.ts';

const servers: HttpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop(0);
});

const ACTORS: Record<string, Actor> = {
  viewer: { kind: 'person', subject: 'person:vi', role: 'viewer', personId: 'p1' },
  developer: { kind: 'person', subject: 'person:de', role: 'developer', personId: 'p2' },
  maintainer: { kind: 'person', subject: 'person:ma', role: 'maintainer', personId: 'p3' },
  manager: { kind: 'person', subject: 'person:mg', role: 'manager', personId: 'p4' },
  admin: { kind: 'service', subject: 'token:admin', role: 'admin', personId: null },
  agent: { kind: 'agent', subject: 'agent:a', role: 'agent', personId: null, runId: 'run_1' },
};

async function start(routes: RouteDefinition[], change: Partial<HttpServerOptions> & { settings?: Partial<HttpServerOptions['config']> } = {}) {
  const { log, lines } = createMemoryLog();
  const { settings, ...others } = change;
  const server = await createHttpServer({
    routes,
    log,
    config: { host: '127.0.0.1', port: 0, publicUrl: null, trustProxy: false, bodyLimitBytes: 10_000, rateLimitPerSecond: 0, ...settings },
    authenticate: async ({ secret }) => ACTORS[secret] ?? null,
    metrics: createMetrics({ processMetrics: true }),
    clock: { now: () => new Date() },
    version: '1.2.3',
    ready: async () => ({ ready: true, parts: { database: 'ok' } }),
    status: async () => ({ uptime_s: 1 }),
    idempotency: null,
    redact: (text) => text,
    checkResponses: true,
    ...others,
  });
  servers.push(server);
  const { url } = await server.listen();
  return { server, url, lines, get: async (path: string, init?: RequestInit) => fetch(url + path, init) };
}

const shared = { summary: 's', tag: 't' } as const;
const ok = { status: 200, schema: null } as const;
const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });
const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});
const problem = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  return (await response.json()) as Record<string, unknown>;
};

const echo = route({
  ...shared,
  method: 'POST',
  path: '/echo/:id',
  access: 'public',
  params: z.object({ id: z.string().regex(/^[a-z]+$/) }),
  query: z.object({ n: z.coerce.number().int().default(1) }),
  body: z.strictObject({ name: z.string(), tags: z.array(z.string()).default([]) }),
  response: { status: 201, schema: z.looseObject({ id: z.string() }) },
  handle: async ({ params, query, body, actor }) => ({ id: params.id, n: query.n, ...body, actor: actor?.subject ?? null }),
});

/** `fetch` sets the host name itself. */
async function statusFor(url: string, path: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}${path}`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('a request', () => {
  test('is parsed by the schemas of its route and answered as JSON with the declared status', async () => {
    const { get } = await start([echo]);
    const response = await get('/echo/abc?n=4', post({ name: 'x' }));
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ id: 'abc', n: 4, name: 'x', tags: [], actor: null });
  });

  test('that does not fit is 422 naming each field', async () => {
    const { get } = await start([echo]);
    const response = await get('/echo/abc', post({ name: 1, tags: ['a', 2], extra: true }));
    expect(response.status).toBe(422);
    const body = await problem(response);
    expect((body.errors as { path: string }[]).map((error) => error.path)).toEqual(['body.name', 'body.tags.1', 'body']);
    expect((await get('/echo/abc?n=x', post({ name: 'x' }))).status).toBe(422);
  });

  test('with a query parameter nobody reads is 422 before its handler runs, naming the nearest one', async () => {
    let ran = 0;
    const list = route({
      ...shared,
      method: 'GET',
      path: '/v1/things',
      access: 'viewer',
      query: z.object({ project: z.string().optional() }),
      response: ok,
      handle: async () => void (ran += 1),
    });
    const { get } = await start([list, echo]);
    const body = await problem(await get('/v1/things?proejct=shop', bearer('viewer')));
    expect(body).toMatchObject({ status: 422, code: 'unknown_parameter', detail: expect.stringContaining('did you mean "project"?') });
    expect(ran).toBe(0);
    expect((await get('/v1/things?project=shop', bearer('viewer'))).status).toBeLessThan(300);
    expect(ran).toBe(1);
    // Who sends to a public address adds what they like.
    expect((await get('/echo/abc?utm_source=x', post({ name: 'x' }))).status).toBe(201);
    // Without a token nothing is told about an operation.
    expect((await get('/v1/things?proejct=shop')).status).toBe(401);
  });

  test.each([
    ['{"name":', 422, 'malformed_json'],
    ['', 422, 'invalid'],
    ['{"name":"x","__proto__":{"a":1}}', 422, 'malformed_json'],
    ['{"name":"x","\\u005f_proto__":{"a":1}}', 422, 'malformed_json'],
    [JSON.stringify({ name: 'x'.repeat(20_000) }), 413, 'too_large'],
  ])('whose body is %.30s is a problem document', async (body, status, code) => {
    const { get } = await start([echo]);
    const response = await get('/echo/abc', post(body));
    expect([response.status, (await problem(response)).code]).toEqual([status, code]);
  });

  test('in another media type is 415', async () => {
    const { get } = await start([echo]);
    expect((await get('/echo/abc', post('name=x', { 'content-type': 'application/x-www-form-urlencoded' }))).status).toBe(415);
    // A page of another address may send this without being asked first.
    const typeless = await get('/echo/abc', { method: 'POST', body: new Blob([JSON.stringify({ name: 'x' })]) });
    expect([typeless.status, (await problem(typeless)).code]).toEqual([415, 'unsupported_media_type']);
  });

  test('for an address whose parts do not fit finds nothing: 404, as for an unknown address', async () => {
    const { get } = await start([echo]);
    expect((await get('/echo/123', post({ name: 'x' }))).status).toBe(404);
    expect(await problem(await get('/nowhere'))).toMatchObject({ status: 404, code: 'not_found' });
    expect((await get('/echo/%')).status).toBe(400);
  });

  test('with a wrong method is 405 and told which ones there are; OPTIONS says the same', async () => {
    const { get } = await start([echo]);
    const wrong = await get('/echo/abc', { method: 'PUT' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'OPTIONS, POST']);
    const options = await get('/health', { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });

  test('may be HEAD wherever GET is', async () => {
    const { get } = await start([]);
    const response = await get('/health', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('keeps the id its sender gave, when that is a plain one', async () => {
    const { get, lines } = await start([echo]);
    const id = async (given: string) => (await get('/nowhere', { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await id('abc-123')).toBe('abc-123');
    expect(await id('bad id; x=1')).not.toBe('bad id; x=1');
    expect(lines().some((line) => line.request_id === 'abc-123')).toBe(true);
  });

  test('that fails inside is 500: the reason is in the log, not in the answer, and secrets are in neither', async () => {
    const redactor = createRedactor();
    redactor.register('canary-token-1');
    const routes = [
      route({
        ...shared,
        method: 'GET',
        path: '/boom',
        access: 'public',
        response: ok,
        handle: async () => Promise.reject(new Error('inner reason')),
      }),
      route({
        ...shared,
        method: 'GET',
        path: '/leak',
        access: 'public',
        response: ok,
        handle: async () => Promise.reject(new AppError('conflict', 'used canary-token-1')),
      }),
    ];
    const { get, lines } = await start(routes, { redact: (text) => redactor.redact(text) });
    const text = await (await get('/boom')).text();
    expect(text).not.toContain('inner reason');
    expect(JSON.stringify(lines())).toContain('inner reason');
    expect(await (await get('/leak')).text()).toContain('used [redacted]');
  });
});

describe('an answer', () => {
  test('can be a value, nothing, text, a stream or a reply of its own', async () => {
    const get = async (_name: string, value: unknown, response: RouteDefinition['response'] = ok) => {
      const running = await start([route({ ...shared, method: 'GET', path: '/x', access: 'public', response, handle: async () => value })]);
      return running.get('/x');
    };
    expect(await (await get('value', { at: new Date(0) })).json()).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    expect(await (await get('text as JSON', 'plain')).text()).toBe('"plain"');
    const nothing = await get('nothing', undefined, { status: 204, schema: null });
    expect([nothing.status, await nothing.text()]).toEqual([204, '']);
    const lines = await get('text', '{"a":1}\n{"a":2}\n', { status: 200, schema: null, contentType: 'application/x-ndjson' });
    expect([lines.headers.get('content-type'), await lines.text()]).toEqual(['application/x-ndjson; charset=utf-8', '{"a":1}\n{"a":2}\n']);
    const stream = await get('stream', Readable.from(['ab', 'cd']), { status: 200, schema: null, contentType: 'text/csv' });
    expect([stream.headers.get('content-type'), await stream.text()]).toEqual(['text/csv', 'abcd']);
    const own = await get('reply', new Reply(202, { queued: true }, { 'X-Thing': 'y' }));
    expect([own.status, own.headers.get('x-thing'), await own.json()]).toEqual([202, 'y', { queued: true }]);
  });

  test('other than declared is an internal error while answers are checked', async () => {
    const routes = [
      route({
        ...shared,
        method: 'GET',
        path: '/x',
        access: 'public',
        response: { status: 200, schema: z.strictObject({ a: z.number() }) },
        handle: async () => ({ a: 1, secret: 2 }),
      }),
    ];
    const checking = await start(routes);
    expect(await problem(await checking.get('/x'))).toMatchObject({ status: 500, code: 'response_mismatch' });
    const trusting = await start(routes, { checkResponses: false });
    expect((await trusting.get('/x')).status).toBe(200);
  });

  test('carries the headers that protect a browser; pages may run our own scripts, data may do nothing', async () => {
    const { get } = await start([], { settings: { publicUrl: 'https://reeve.example' } });
    const data = await get('/health');
    expect(Object.fromEntries(data.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'strict-transport-security': 'max-age=31536000',
    });
    expect(data.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await get('/docs/')).headers.get('content-security-policy')).toContain("script-src 'self'");
    expect((await get('/nowhere')).headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('the API is described at /openapi.json and can be browsed at /docs', async () => {
    const { get } = await start([echo]);
    const document = (await (await get('/openapi.json')).json()) as { openapi: string; paths: Record<string, unknown> };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/echo/{id}', '/health', '/ready', '/metrics', '/status', '/openapi.json']));
    const page = await get('/docs/');
    expect(await page.text()).toContain('swagger-ui');
    expect((await get('/docs/static/swagger-ui-bundle.js')).status).toBe(200);
    expect(await (await get('/docs/json')).json()).toEqual(document);
  });
});

describe('who may call', () => {
  const routes = (['public', 'authenticated', 'viewer', 'developer', 'maintainer', 'manager', 'admin', 'person', 'agent'] as const).map((access) =>
    route({
      ...shared,
      method: 'POST',
      path: `/only/${access}/:id`,
      access,
      body: z.strictObject({ a: z.number() }),
      response: ok,
      handle: async () => ({ done: true }),
    }),
  );
  const tokens = { viewer: 'viewer', developer: 'developer', maintainer: 'maintainer', manager: 'manager', admin: 'admin', agent: 'agent' };

  test('every route turns away exactly the callers its row names', async () => {
    const { url, server } = await start(routes);
    expect(await walkAccess({ routes: server.routes, baseUrl: url, tokens })).toEqual([]);
  });

  test('the walk notices a route that lets in whom it should not, and one that does not', async () => {
    const { url } = await start(routes);
    const wrong = [
      { ...routes[3], access: 'admin' as const },
      { ...routes[4], access: 'viewer' as const },
    ] as RouteDefinition[];
    const found = await walkAccess({ routes: wrong, baseUrl: url, tokens });
    expect(found).toContainEqual(expect.stringMatching(/developer may not call but was let in/));
    expect(found).toContainEqual(expect.stringMatching(/viewer may call but was turned away/));
  });

  test('is settled before the body is looked at, and says which role is needed', async () => {
    const { get } = await start(routes);
    const denied = await get('/only/manager/x', post('{"broken', { authorization: 'Bearer viewer' }));
    expect(await problem(denied)).toMatchObject({ status: 403, code: 'role_required', needed: 'manager', role: 'viewer' });
    expect(await problem(await get('/only/person/x', post({ a: 1 }, { authorization: 'Bearer admin' })))).toMatchObject({
      status: 403,
      code: 'person_required',
    });
    const unknown = await get('/only/viewer/x', post({ a: 1 }, { authorization: 'Bearer nobody' }));
    expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="reeve"']);
  });

  test('a public route answers also when tokens cannot be looked up', async () => {
    const { get } = await start(routes, { authenticate: async () => Promise.reject(new AppError('unavailable', 'no database')) });
    expect((await get('/health', bearer('viewer'))).status).toBe(200);
    expect((await get('/status', bearer('viewer'))).status).toBe(503);
  });

  test('a session cookie reads anywhere, and writes only from our own pages', async () => {
    const { get, url } = await start(routes);
    const write = async (headers: Record<string, string>) =>
      (await get('/only/viewer/x', post({ a: 1 }, { cookie: `a=b; ${session}`, ...headers }))).status;
    const session = `${sessionCookieName(new URL(url).host, null)}=viewer`;
    expect((await get('/status', { headers: { cookie: session } })).status).toBe(200);
    expect(await write({ origin: url })).toBe(200);
    expect(await write({ origin: 'https://evil.example' })).toBe(401);
    expect(await write({})).toBe(401);
    expect(await write({ origin: 'null' })).toBe(401);
  });

  test('what signs a browser in is refused to a page of another address, whatever it brings', async () => {
    const opening = route({ ...shared, method: 'POST', path: '/open', access: 'public', opensSession: true, response: ok, handle: async () => 1 });
    const { get, url } = await start([opening]);
    const from = async (headers: Record<string, string>) => (await get('/open', { method: 'POST', headers })).status;
    expect(await from({ origin: url })).toBe(200);
    expect(await from({})).toBe(200);
    expect(await from({ origin: 'http://127.0.0.1:1', authorization: 'Bearer viewer' })).toBe(403);
    expect(await from({ origin: 'null' })).toBe(403);
    const refused = await get('/open', { method: 'POST', headers: { origin: 'https://evil.example' } });
    expect(await problem(refused)).toMatchObject({ code: 'foreign_origin' });
  });

  test('metrics need no token on the loopback interface, but do behind a proxy there; status always needs a viewer', async () => {
    const { get, url } = await start([]);
    const metrics = await get('/metrics');
    expect([metrics.status, await metrics.text()]).toEqual([200, expect.stringContaining('process_cpu_seconds_total')]);
    expect((await get('/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(401);
    expect((await get('/metrics', { headers: { 'x-forwarded-for': '203.0.113.9', authorization: 'Bearer viewer' } })).status).toBe(200);
    expect(await statusFor(url, '/metrics', 'rebound.example')).toBe(401);
    expect(await statusFor(url, '/metrics', 'localhost:1')).toBe(200);
    expect((await get('/status')).status).toBe(401);
    expect(await (await get('/status', bearer('viewer'))).json()).toEqual({ uptime_s: 1 });
  });

  test('too often is 429 with the time to wait, for each caller apart', async () => {
    const { get } = await start([], { settings: { rateLimitPerSecond: 1 }, clock: { now: () => new Date(0) } });
    const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await get('/status', bearer('viewer'))).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(4);
    const limited = await get('/status', bearer('viewer'));
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await get('/status', bearer('manager'))).status).toBe(200);
  });
});

describe('webhooks', () => {
  test('get the bytes as they were sent, whatever their type, beside the parsed body', async () => {
    const hook = route({
      ...shared,
      method: 'POST',
      path: '/hook',
      access: 'public',
      rawBody: true,
      bodyLimit: 50_000,
      body: z.unknown(),
      response: { status: 202, schema: null },
      handle: async ({ raw, body }) => ({
        sha: createHash('sha256')
          .update(raw ?? '')
          .digest('hex'),
        body: body ?? null,
      }),
    });
    const { get } = await start([hook]);
    const text = '{ "a":1.0,\n "b": "\\u00e9" }';
    const sha = createHash('sha256').update(text).digest('hex');
    expect(await (await get('/hook', post(text))).json()).toEqual({ sha, body: { a: 1, b: 'é' } });
    const form = await (await get('/hook', post('payload=%7B%7D&x=1', { 'content-type': 'application/x-www-form-urlencoded' }))).json();
    expect(form).toMatchObject({ body: { payload: '{}', x: '1' } });
    expect((await get('/hook', post('<x/>', { 'content-type': 'text/xml' }))).status).toBe(202);
    expect((await get('/hook', post(JSON.stringify('x'.repeat(40_000))))).status).toBe(202);
    expect((await get('/hook', post(JSON.stringify('x'.repeat(60_000))))).status).toBe(413);
  });
});

describe('a stop', () => {
  test('lets a request in flight finish, ends streams and refuses new requests', async () => {
    let release: (value: unknown) => void = () => {};
    let started: (value: unknown) => void = () => {};
    const begun = new Promise((resolve) => {
      started = resolve;
    });
    const routes = [
      route({
        ...shared,
        method: 'GET',
        path: '/slow',
        access: 'public',
        response: ok,
        handle: async () => {
          started(null);
          await new Promise((resolve) => {
            release = resolve;
          });
          return { finished: true };
        },
      }),
      route({
        ...shared,
        method: 'GET',
        path: '/stream',
        access: 'public',
        response: { status: 200, schema: null, contentType: 'text/event-stream' },
        handle: async () =>
          sse(async function* () {
            yield { data: 'first' };
            await new Promise(() => {});
          }),
      }),
    ];
    const { server, url, get } = await start(routes);
    const slow = get('/slow');
    const stream = await get('/stream');
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const streamed = stream.text();
    await begun;
    const stopped = server.stop(60_000);
    expect(await streamed).toContain('data: first');
    const late = await fetch(`${url}/health`).then(
      (response) => response.status,
      () => 'refused',
    );
    expect([503, 'refused']).toContain(late);
    release(null);
    const answered = await slow;
    expect(await answered.json()).toEqual({ finished: true });
    await stopped;
  });

  test('does not wait for connections that were opened in advance and never used', async () => {
    const { server, url } = await start([]);
    const ended = new Promise((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.once('close', resolve);
    });
    // An answered request behind it shows that the server has accepted the connection.
    await fetch(`${url}/health`).then((response) => response.text());
    await server.stop(60_000);
    await ended;
  });

  test('cuts what does not finish in time', async () => {
    let started: (value: unknown) => void = () => {};
    const begun = new Promise((resolve) => {
      started = resolve;
    });
    const hang = route({
      ...shared,
      method: 'GET',
      path: '/hang',
      access: 'public',
      response: ok,
      async handle() {
        started(null);
        await new Promise(() => {});
      },
    });
    const { server, url } = await start([hang]);
    const hanging = fetch(`${url}/hang`).then(
      () => 'answered',
      () => 'cut',
    );
    await begun;
    await server.stop(10);
    expect(await hanging).toBe('cut');
  });

  test('a server that is not ready says which part is not, with 503', async () => {
    const { get } = await start([], { ready: async () => ({ ready: false, parts: { database: 'unreachable' } }) });
    const response = await get('/ready');
    expect([response.status, await response.json()]).toEqual([503, { ready: false, parts: { database: 'unreachable' } }]);
    const broken = await start([], { ready: async () => Promise.reject(new Error('x')) });
    expect((await broken.get('/ready')).status).toBe(503);
  });
});

test('a port that is taken is said in a sentence with the way out', async () => {
  const { url } = await start([]);
  const port = Number(new URL(url).port);
  await expect(start([], { settings: { port } })).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'port_taken',
    message: `Port ${port} on 127.0.0.1 is taken.`,
  });
});

test('what is no HTTP at all is answered 400 and the server lives on', async () => {
  const { url, get } = await start([]);
  const { port } = new URL(url);
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write('rubbish\r\n\r\n'));
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect((await get('/health')).status).toBe(200);
});

test('requests are counted by route, not by address', async () => {
  const { get } = await start([echo]);
  await get('/echo/abc', post({ name: 'x' }));
  await get('/echo/def', post({ name: 'x' }));
  expect(await (await get('/metrics')).text()).toContain('reeve_http_request_duration_seconds_count{method="POST",route="/echo/:id",status="201"} 2');
});
