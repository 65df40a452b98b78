import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbedded, type EmbeddedPostgres } from '#platform/db/index.ts';
import { silentLog } from '../kit/log.ts';
import { linkPrograms, runReeve, serve } from '../kit/reeve.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('an operator who has a PostgreSQL server already', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-server-'));
  const cwd = path.join(folder, 'work');
  const repo = path.join(cwd, 'repo');
  let database: EmbeddedPostgres;
  let env: Record<string, string>;

  beforeAll(async () => {
    const port = await freePort();
    database = await startEmbedded({
      dataDir: path.join(folder, 'server'),
      log: silentLog,
      disposable: true,
      settings: { listen_addresses: '127.0.0.1', port: String(port) },
    });
    env = { REEVE_DATABASE_URL: `postgres://${database.connection.user}:any-password@127.0.0.1:${port}/${database.connection.database}` };
    mkdirSync(repo, { recursive: true });
    const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.test', ...args], { cwd: repo });
    git('init', '--quiet', '-b', 'main');
    writeFileSync(path.join(repo, 'a.js'), 'export const a = 1;\n');
    git('add', '.');
    git('commit', '--quiet', '-m', 'First');
    const agent = {
      harness: 'acp',
      command: [process.execPath, path.join(root, 'test/fakes/acp-agents/another-author.mjs'), '--do', 'echo "Hello" > GREETING.txt'],
      ...(existsSync('/usr/bin/bwrap') ? {} : { sandbox: 'none' }),
    };
    writeFileSync(path.join(cwd, 'reeve.yaml'), JSON.stringify({ agents: { stranger: agent }, roles: { coder: 'stranger' } }));
  }, 60_000);

  afterAll(async () => {
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has a request carried out on it, and nothing embedded is started', { timeout: 180_000 }, async () => {
    const done = await runReeve(['run', 'Greet whoever opens the repository', '--repo', 'repo', '--json'], { cwd, env });
    expect(done, done.stderr).toMatchObject({ code: 0 });
    const landed = execFileSync('git', ['ls-tree', '--name-only', 'reeve/greet-whoever-opens-the-repository'], { cwd: repo, encoding: 'utf8' });
    expect(landed.split('\n')).toContain('GREETING.txt');

    const server = await serve({ cwd, env });
    try {
      expect(server.databaseUrl).toBe(env['REEVE_DATABASE_URL']);
      const status = await runReeve(['status', '--json'], { cwd, env });
      expect(JSON.parse(status.stdout)).toMatchObject({ database: 'server' });
      // What the first process did is all on the server: this one knows it, and nothing of it came from the data directory.
      const verified = await runReeve(['ledger', 'verify', '--json'], { cwd, env });
      expect(JSON.parse(verified.stdout)).toMatchObject({ verified: true, entries: expect.toSatisfy((entries: number) => entries > 5) });
      const running = execFileSync('ps', ['-axo', 'args='], { encoding: 'utf8' });
      expect(running).not.toContain(path.join(cwd, '.reeve/pg'));
      for (const name of ['pg', 'postgres.log', 'pglib', 'run']) expect(existsSync(path.join(cwd, '.reeve', name)), name).toBe(false);
    } finally {
      await server.end('SIGTERM');
    }
  });

  it('is told what to install when a backup needs pg_dump, with exit code 3', { timeout: 60_000 }, async () => {
    const bare = linkPrograms(path.join(folder, 'bin'), ['node', 'git', 'sh']);
    const target = path.join(folder, 'reeve.dump');
    const backup = await runReeve(['backup', target], { cwd, env: { ...env, PATH: bare } });
    expect(backup.code).toBe(3);
    expect(backup.stderr).toContain('pg_dump is not installed here.');
    expect(backup.stderr).toContain('Install the PostgreSQL client programs');
    expect(existsSync(target)).toBe(false);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
