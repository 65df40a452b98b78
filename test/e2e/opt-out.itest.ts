import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

/** Three repositories of the embedded forge: one in work, one of a project that opted out, one that left the allowlist. */
describe('what opted out, or is not on the allowlist', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'reeve-opt-out-'));
  let server: RunningServer;
  let database: TestDatabase;
  let admin = '';
  const projects: Record<string, string> = {};

  async function call(method: string, at: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${server.url}${at}`, {
      method,
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  const label = async (name: string) =>
    call('POST', '/v1/actions/propose', { kind: 'pr.label', target: { forge: 'local', repo: `shop/${name}`, number: 1 }, args: { add: ['x'] } });
  const issuesOf = async (name: string) => ((await call('GET', `/v1/issues?project=${projects[name]}`)).body['items'] as unknown[]).length;

  beforeAll(async () => {
    database = await createTestDatabase();
    const env = { REEVE_DATA_DIR: dataDir, REEVE_PORT: '0', REEVE_LOG_LEVEL: 'silent', REEVE_DATABASE_URL: database.url };
    server = await startServer(loadAppConfig(env, dataDir), 'all');
    admin = readFileSync(path.join(dataDir, 'admin-token'), 'utf8').trim();
    for (const name of ['works', 'opted-out', 'not-listed']) {
      projects[name] = String((await call('POST', '/v1/projects', { key: name, name })).body['id']);
      const made = await call('POST', '/v1/local/repositories', { project_id: projects[name], name: `shop/${name}`, files: { 'a.txt': 'a\n' } });
      if (name === 'opted-out') await call('PATCH', `/v1/projects/${projects[name]}`, { opted_out: true });
      if (name === 'not-listed') await call('PATCH', `/v1/repositories/${String(made.body['id'])}`, { allowlisted: false });
    }
  });

  afterAll(async () => {
    await server.stop();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is not acted on: the executor refuses the proposal and keeps no row', async () => {
    for (const name of ['opted-out', 'not-listed']) {
      const refused = await label(name);
      expect([name, refused.status]).toEqual([name, 403]);
    }
    expect((await label('works')).status).toBeLessThan(300);
    const targets = (await database.pool.query<{ repo: string }>("select distinct record -> 'target' ->> 'repo' as repo from actions")).rows;
    expect(targets.map((row) => row.repo)).toEqual(['shop/works']);
  });

  it('is not taken in: its issues become no work, while those of another repository do', async () => {
    for (const name of ['opted-out', 'not-listed', 'works'])
      expect((await call('POST', '/v1/local/issues', { repository: `shop/${name}`, title: `an issue of ${name}`, author: 'ann' })).status).toBe(201);
    const undelivered = async () =>
      (await database.pool.query("select 1 from outbox where type = 'event.received' and delivered_at is null limit 1")).rows.length;
    while ((await issuesOf('works')) === 0 || (await undelivered()) > 0) await delay(50);
    const told = await database.pool.query("select 1 from outbox where type = 'event.received'");
    expect([await issuesOf('opted-out'), await issuesOf('not-listed'), told.rows.length >= 3]).toEqual([0, 0, true]);
  });
});
