import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { roleTable, walkAccess } from '#platform/http/index.ts';

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
