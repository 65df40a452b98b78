import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { loadAppConfig } from '#app/config.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { approvePending } from '#cli/story.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { SHOP_FILES } from '#demo/shop.ts';
import { createTestDatabase } from '../kit/database.ts';

export const SHOP = 'sample/shop';
/** On the forge and allowlisted, of another project. */
export const OTHER = 'sample/other';
/** On the forge, and not on the allowlist. */
export const FOREIGN = 'sample/foreign';

const HIJACKED = path.join(import.meta.dirname, 'hijacked-agent.mjs');
const WAIT_MS = 90_000;

export type Role = 'viewer' | 'developer' | 'maintainer' | 'manager' | 'admin';

/** What the attacker holds: everything Reeve gave the agent of one run. */
export interface Loot {
  runId: string;
  authorization: string;
  /** Of its tools (MCP). */
  url: string;
  prompt: string;
  env: Record<string, string>;
}

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  text: string;
}

/** The running product with three repositories and a team, and ways to look at all it holds. */
export interface World {
  server: RunningServer;
  url: string;
  folder: string;
  dataDir: string;
  admin: ApiClient;
  /** Tokens of people, by their handle (`a-<role>`, and `b-<role>` for a second one of each). */
  tokens: Record<string, string>;
  projects: Record<'shop' | 'other', string>;
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  call(authorization: string, method: string, at: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Opens an issue that Reeve works on, lets people approve the plan, and waits until its agent is in the attacker's hands. */
  hijack(title: string): Promise<Loot & { issue: number; workItemId: string; taskId: string; target: string; base: string; attempt: number }>;
  /** No action is waiting to be carried out any more. */
  settled(): Promise<void>;
  /** The bare repository of the forge, or the mirror. */
  refs(): Record<string, string>;
  until<T>(look: () => Promise<T | null | undefined | false>, what: string): Promise<T>;
  close(): Promise<void>;
}

export interface WorldOptions {
  env?: Record<string, string>;
  /** Beside the one in the attacker's hands. */
  agents?: Record<string, unknown>;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'reeve-attack-')));
  const dataDir = path.join(folder, 'data');
  const database = await createTestDatabase({ max: 2 });
  const { pool } = database;
  const hijacked = { harness: 'acp', command: [process.execPath, HIJACKED, folder], sandbox: 'none', network: 'open' };
  const config = { agents: { hijacked, ...options.agents }, roles: { coder: 'hijacked' } };
  writeFileSync(path.join(folder, 'reeve.yaml'), JSON.stringify(config));
  const env = {
    REEVE_DATA_DIR: dataDir,
    REEVE_DATABASE_URL: database.url,
    REEVE_PORT: '0',
    REEVE_LOG_LEVEL: 'silent',
    REEVE_RATE_LIMIT_PER_SECOND: '0',
    PATH: process.env['PATH'] ?? '',
    ...options.env,
  };
  const server = await startServer(loadAppConfig(env, folder), 'all');
  const url = server.url ?? '';
  const tokens = await hire(server);
  const admin = createApiClient({ url, token: readFileSync(path.join(dataDir, 'cli-token'), 'utf8').trim() });
  const manager = createApiClient({ url, token: tokens['a-manager'] ?? '' });
  const projects = await build(server, admin);

  const query: World['query'] = async (text, values) => (await pool.query(text, values)).rows as never;
  const until: World['until'] = async (look, what) => {
    for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline; await delay(100)) {
      const seen = await look();
      if (seen !== null && seen !== undefined && seen !== false) return seen;
    }
    throw new Error(`It did not come to that: ${what}`);
  };
  return {
    server,
    url,
    folder,
    dataDir,
    admin,
    tokens,
    projects,
    query,
    until,
    async call(authorization, method, at, body, headers = {}) {
      const response = await fetch(url + at, {
        method,
        redirect: 'manual',
        signal: AbortSignal.timeout(20_000),
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = response.headers.get('content-type')?.startsWith('text/event-stream') === true ? '' : await response.text();
      if (text === '') await response.body?.cancel().catch(() => {});
      return { status: response.status, text, body: parsed(text) };
    },
    async hijack(title) {
      const before = new Set(readdirSync(folder));
      const { number } = await admin.post<{ number: number }>('/v1/local/issues', {
        repository: SHOP,
        title,
        body: ISSUE_BODY,
        labels: ['AI-Ready'],
      });
      const loot = await until(async () => {
        await approvePending(manager, () => true, 'Go ahead.');
        const file = readdirSync(folder).find((name) => /^loot-.*\.json$/.test(name) && !before.has(name));
        return file === undefined ? null : (JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Loot);
      }, `the agent of "${title}" began to work`);
      const run = await server.modules.agents.get(loot.runId);
      if (run === null) throw new Error('The run is gone.');
      const { workItemId, taskId, target, baseCommit: base, attempt } = run;
      return { ...loot, issue: number, workItemId: workItemId ?? '', taskId: taskId ?? '', target, base: base ?? '', attempt };
    },
    async settled() {
      await until(async () => {
        const [row] = await query<{ n: number }>(
          `select count(*) as n from actions where status in ('approved', 'executing') and run_by = 'executor'`,
        );
        return row?.n === 0;
      }, 'every allowed action was carried out');
    },
    refs: () => refsBelow(dataDir),
    async close() {
      writeFileSync(path.join(folder, 'release'), '');
      await server.stop();
      await database.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const ISSUE_BODY =
  'The total of `src/cart.js` must be rounded to whole cents. Change src/cart.js and test/cart.test.js.\n\n## Acceptance\n- totals have no fractions of a cent';

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Two people of each role. */
async function hire(server: RunningServer): Promise<Record<string, string>> {
  const tokens: Record<string, string> = {};
  const { people, access } = server.modules;
  for (const role of ['viewer', 'developer', 'maintainer', 'manager', 'admin'] as const)
    for (const handle of [`a-${role}`, `b-${role}`]) {
      await people.create({ handle, name: handle, role }, SYSTEM_ACTOR);
      tokens[handle] = (await access.createToken({ name: handle, role, person: handle }, SYSTEM_ACTOR)).secret;
    }
  return tokens;
}

async function build(server: RunningServer, admin: ApiClient): Promise<World['projects']> {
  const settings = { checks: [{ name: 'test', command: 'node --test', timeout_s: 120 }], sandbox: 'none', roles: { coder: 'hijacked' } };
  const shop = await admin.post<{ id: string }>('/v1/projects', { key: 'shop', name: 'Shop', settings });
  const other = await admin.post<{ id: string }>('/v1/projects', { key: 'other', name: 'Other', settings });
  await admin.post('/v1/local/repositories', { project_id: shop.id, name: SHOP, files: SHOP_FILES });
  await admin.post('/v1/local/repositories', { project_id: other.id, name: OTHER, files: { 'a.js': '1\n' } });
  const { manage } = server.modules.local;
  await manage.createRepository({ name: FOREIGN, files: [{ path: 'a.js', content: '1\n' }] });
  for (const repository of [SHOP, OTHER, FOREIGN])
    await manage.createIssue(repository, { title: 'Somebody else’s', body: 'As it was.', by: 'a-developer' });
  return { shop: shop.id, other: other.id };
}

/** Every ref of every repository of the forge, and what the queue keeps in the mirrors. */
function refsBelow(dataDir: string): Record<string, string> {
  const found: Record<string, string> = {};
  const root = path.join(dataDir, 'repositories');
  for (const name of existsSync(root) ? readdirSync(root, { recursive: true, encoding: 'utf8' }) : []) {
    const dir = path.join(root, name);
    if (!existsSync(path.join(dir, 'HEAD')) || !existsSync(path.join(dir, 'objects'))) continue;
    const lines = execFileSync('git', ['--git-dir', dir, 'for-each-ref', '--format=%(refname) %(objectname)'], { encoding: 'utf8' }).trim();
    for (const line of lines === '' ? [] : lines.split('\n')) {
      const [ref = '', sha = ''] = line.split(' ');
      found[`${name}:${ref}`] = sha;
    }
    found[`${name}:HEAD`] = readFileSync(path.join(dir, 'HEAD'), 'utf8').trim();
  }
  return found;
}
