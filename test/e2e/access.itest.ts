import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import { SYSTEM_ACTOR, type Role } from '#kernel/actor.ts';
import { sql } from '#platform/db/index.ts';
import { roleTable, sessionCookieName, walkAccess } from '#platform/http/index.ts';
import { createBrowser, startOidcProvider, type FakeProvider } from '../fakes/oidc/provider.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';

describe('who may call what', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'reeve-access-'));
  let server: RunningServer;
  const tokens = { viewer: '', developer: '', maintainer: '', manager: '', admin: '', agent: '' };

  beforeAll(async () => {
    server = await startServer(loadAppConfig({ REEVE_DATA_DIR: dataDir, REEVE_PORT: '0', REEVE_LOG_LEVEL: 'silent' }, dataDir), 'all');
    const { people, access } = server.modules;
    for (const role of ['viewer', 'developer', 'maintainer', 'manager'] as const) {
      await people.create({ handle: `a-${role}`, name: role, role }, SYSTEM_ACTOR);
      tokens[role] = (await access.createToken({ name: role, role, person: `a-${role}` }, SYSTEM_ACTOR)).secret;
    }
    tokens.agent = (await access.createToken({ name: 'agent', role: 'agent' }, SYSTEM_ACTOR)).secret;
    tokens.admin = readFileSync(path.join(dataDir, 'admin-token'), 'utf8').trim();
  });

  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is kept by every route for every role, on the running server', async () => {
    expect(server.http?.routes.length).toBeGreaterThan(90);
    const differences = await walkAccess({ routes: server.http?.routes ?? [], baseUrl: server.url ?? '', tokens });
    expect(differences).toEqual([]);
  });

  it('lets nobody without a token in, but where that is the point', () => {
    const open = roleTable(server.http?.routes ?? []).filter((row) => row.may.anonymous);
    expect(open.map((row) => `${row.method} ${row.path}`).sort()).toEqual([
      'GET /.well-known/jwks.json',
      'GET /connect/github',
      'GET /connect/github/callback',
      'GET /connect/github/installed',
      'GET /health',
      'GET /openapi.json',
      'GET /ready',
      'GET /schemas/:name',
      'GET /v1/auth/callback/:provider',
      'GET /v1/auth/finish',
      'GET /v1/auth/login/:provider',
      'GET /v1/auth/providers',
      'POST /commands/slack',
      'POST /v1/auth/callback/:provider',
      'POST /v1/auth/cli',
      'POST /v1/sessions/links/open',
      'POST /webhooks/:source',
    ]);
  });

  it('never lets an agent decide', async () => {
    const response = await fetch(`${server.url}/v1/approvals/act_01J00000000000000000000000/decision`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.agent}`, 'content-type': 'application/json' },
      body: JSON.stringify({ decision: 'approve', digest: '0'.repeat(64) }),
    });
    expect(response.status).toBe(403);
  });

  it('describes every route in the OpenAPI document', async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, unknown>>;
    };
    expect(document.openapi).toMatch(/^3\.1/);
    const described = Object.entries(document.paths).flatMap(([where, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${where}`),
    );
    const there = (server.http?.routes ?? []).map((route) => `${route.method} ${route.path.replaceAll(/:([A-Za-z_]+)/g, '{$1}')}`);
    expect(there.filter((route) => !described.includes(route))).toEqual([]);
  });
});

/** Where browsers are sent back to; nobody answers there, the tests carry the answer over themselves. */
const PUBLIC_URL = 'http://reeve.test';

describe('somebody who is made less', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'reeve-less-'));
  let idp: FakeProvider;
  let database: TestDatabase;
  let server: RunningServer;
  let people = 0;

  beforeAll(async () => {
    idp = await startOidcProvider(`${PUBLIC_URL}/v1/auth/callback/oidc`);
    database = await createTestDatabase();
    const env = {
      REEVE_DATA_DIR: dataDir,
      REEVE_DATABASE_URL: database.url,
      REEVE_PORT: '0',
      REEVE_LOG_LEVEL: 'silent',
      REEVE_PUBLIC_URL: PUBLIC_URL,
      REEVE_OIDC_ISSUER: idp.issuer,
      REEVE_OIDC_CLIENT_ID: idp.clientId,
      REEVE_OIDC_CLIENT_SECRET: idp.clientSecret,
      REEVE_LOGIN_ROLES: 'bosses=admin,leads=maintainer',
      REEVE_ALLOW_PRIVATE_HOSTS: new URL(idp.issuer).host,
    };
    server = await startServer(loadAppConfig(env, dataDir), 'all');
  });

  afterAll(async () => {
    await server.stop();
    await idp.stop();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function hire(role: Exclude<Role, 'agent'>) {
    people += 1;
    const handle = `p${people}`;
    const { id } = await server.modules.people.create({ handle, name: handle, email: `${handle}@example.com`, role }, SYSTEM_ACTOR);
    return { id, handle };
  }

  /** Over HTTP, as an admin does it. */
  async function change(id: string, fields: Record<string, unknown>): Promise<void> {
    const admin = readFileSync(path.join(dataDir, 'admin-token'), 'utf8').trim();
    const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/v1/people/${id}`, { method: 'PATCH', headers, body: JSON.stringify(fields) });
    expect(response.status).toBe(200);
  }

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const status = async (at: string, headers: Record<string, string>) => (await fetch(`${server.url}${at}`, { headers })).status;
  /** The role that counts, or the status that turned the caller away. */
  async function role(headers: Record<string, string>): Promise<unknown> {
    const response = await fetch(`${server.url}/v1/whoami`, { headers });
    return response.ok ? ((await response.json()) as { role: string }).role : response.status;
  }

  /** The answer of the provider for a browser that begins at `query`, brought to our callback; where it leads next. */
  async function signIn(handle: string, groups: string[], query = '') {
    idp.account = { sub: handle, email: `${handle}@example.com`, email_verified: true, groups };
    const browser = createBrowser();
    const seen = await browser.follow(`${server.url}/v1/auth/login/oidc${query}`, (url) => url.startsWith(PUBLIC_URL));
    const back = await browser.visit((seen.location ?? '').replace(PUBLIC_URL, server.url ?? ''));
    return { browser, next: back.location ?? '' };
  }

  /** What `reeve login` does. */
  async function login(handle: string, groups: string[]): Promise<Record<string, string>> {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const { next } = await signIn(handle, groups, `?cli_port=40404&cli_challenge=${challenge}&cli_state=${'s'.repeat(20)}`);
    const body = JSON.stringify({ code: new URL(next).searchParams.get('code'), verifier });
    const response = await fetch(`${server.url}/v1/auth/cli`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return bearer(((await response.json()) as { token: string }).token);
  }

  async function browse(handle: string, groups: string[]): Promise<Record<string, string>> {
    const { browser, next } = await signIn(handle, groups);
    await browser.visit(next);
    const name = sessionCookieName(undefined, PUBLIC_URL);
    return { cookie: `${name}=${browser.cookiesOf(server.url ?? '').get(name)}` };
  }

  async function tokenOf(handle: string, as: Role): Promise<string> {
    return (await server.modules.access.createToken({ name: 'made before', role: as, person: handle }, SYSTEM_ACTOR)).secret;
  }

  async function jwtOf(token: string): Promise<string> {
    const response = await fetch(`${server.url}/v1/auth/token`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json' },
      body: '{}',
    });
    return ((await response.json()) as { access_token: string }).access_token;
  }

  it('has no more than that on the next request, by tokens, sessions and access tokens made before', async () => {
    const { id, handle } = await hire('admin');
    const token = await tokenOf(handle, 'admin');
    const jwt = await jwtOf(token);
    const opened = await fetch(`${server.url}/v1/sessions`, { method: 'POST', headers: bearer(token) });
    const session = { cookie: (opened.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '' };
    for (const credential of [bearer(token), session, bearer(jwt)]) {
      expect(await role(credential)).toBe('admin');
      expect(await status('/v1/tokens', credential)).toBe(200);
    }
    await change(id, { role: 'viewer' });
    for (const credential of [bearer(token), session]) {
      expect(await role(credential)).toBe('viewer');
      expect(await status('/v1/tokens', credential)).toBe(403);
    }
    // It says a role that is no longer so.
    expect(await role(bearer(jwt))).toBe(401);
    expect(await role(bearer(await jwtOf(token)))).toBe('viewer');
    await change(id, { role: 'maintainer' });
    expect(await role(bearer(token))).toBe('maintainer');
  });

  it('keeps less by tokens and sessions whose role came from groups, also when they sign in again', async () => {
    const { id, handle } = await hire('maintainer');
    const [cli, browser] = [await login(handle, ['bosses']), await browse(handle, ['bosses'])];
    for (const credential of [cli, browser]) expect(await role(credential)).toBe('admin');
    await change(id, { role: 'developer' });
    for (const credential of [cli, browser]) expect(await role(credential)).toBe('developer');
    expect(await role(await login(handle, ['bosses']))).toBe('developer');
    await change(id, { role: 'maintainer' });
    expect(await role(cli)).toBe('admin');
  });

  it('by the groups of the provider has less by what earlier sign-ins gave, from the next sign-in on', async () => {
    const { handle } = await hire('viewer');
    const [cli, browser] = [await login(handle, ['bosses']), await browse(handle, ['bosses'])];
    expect([await role(cli), await role(browser)]).toEqual(['admin', 'admin']);
    const later = await login(handle, ['leads']);
    for (const credential of [cli, browser, later]) expect(await role(credential)).toBe('maintainer');
    // A token that an admin makes for them holds what they have here.
    await expect(tokenOf(handle, 'maintainer')).rejects.toMatchObject({ code: 'role_above_person' });
    expect(await role(bearer(await tokenOf(handle, 'viewer')))).toBe('viewer');
  });

  it('hears nothing more in a stream that was opened with the role from before', async () => {
    const { id, handle } = await hire('manager');
    const response = await fetch(`${server.url}/v1/stream`, { headers: bearer(await tokenOf(handle, 'manager')) });
    const reader = response.body?.getReader();
    await reader?.read();
    await change(id, { role: 'viewer' });
    // What happens meanwhile makes the stream look who reads; it must come to its end.
    const noise = setInterval(() => void server.modules.people.create({ handle: `n${(people += 1)}`, name: 'n' }, SYSTEM_ACTOR), 300);
    try {
      for (let step = await reader?.read(); step !== undefined && !step.done;) step = await reader?.read();
    } finally {
      clearInterval(noise);
    }
  }, 60_000);

  it('is let in by nothing while inactive, and what they signed in with does not come back', async () => {
    const { id, handle } = await hire('developer');
    const token = await tokenOf(handle, 'developer');
    const [cli, browser, jwt] = [await login(handle, ['bosses']), await browse(handle, ['bosses']), bearer(await jwtOf(token))];
    await change(id, { active: false });
    for (const credential of [bearer(token), cli, browser, jwt]) expect(await role(credential)).toBe(401);
    await eventually(async () => expect((await server.modules.access.listSessions({ limit: 10, personId: id })).items).toEqual([]));
    await change(id, { active: true });
    expect(await role(browser)).toBe(401);
    expect(await role(cli)).toBe('viewer');
    expect(await role(bearer(token))).toBe('developer');
  });

  it('keeps what they signed in with after they came back, however late or often it is told that they left', async () => {
    const { id, handle } = await hire('developer');
    await change(id, { active: false });
    await change(id, { active: true });
    const [cli, browser] = [await login(handle, ['leads']), await browse(handle, ['leads'])];
    const left = sql`subject = ${id} and type = 'person.changed' and data ->> 'active' = 'false'`;
    const { db } = database;
    await eventually(async () => expect(await db.all(sql`select 1 from outbox where ${left} and delivered_at is not null`)).toHaveLength(1));
    await db.run(sql`update outbox set delivered_at = null, handled_by = '{}', next_attempt_at = now() where ${left}`);
    await eventually(async () => expect(await db.all(sql`select 1 from outbox where ${left} and delivered_at is not null`)).toHaveLength(1));
    for (const credential of [cli, browser]) expect(await role(credential)).toBe('maintainer');
  });

  it('is let in by nothing once they are removed', async () => {
    const { id, handle } = await hire('developer');
    const browser = await browse(handle, ['leads']);
    expect(await role(browser)).toBe('maintainer');
    const { people: known } = server.modules;
    for (const identity of (await known.identities({ limit: 10, personId: id })).items) await known.unlink(identity.id, SYSTEM_ACTOR);
    await known.remove(id, SYSTEM_ACTOR);
    expect(await role(browser)).toBe(401);
  });
});
