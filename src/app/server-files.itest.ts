import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbedded } from '#platform/db/index.ts';
import { silentLog } from '../../test/kit/log.ts';
import { runReeve, serve, type ServeProcess } from '../../test/kit/reeve.ts';
import { listServers } from './server-files.ts';

let cwd: string;
const servers: ServeProcess[] = [];

beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'reeve-servers-'));
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.end('SIGKILL');
  // A database whose last user was killed goes on by itself: adopt it, and leave as its last user.
  await (await startEmbedded({ dataDir: dataDir(), log: silentLog })).stop();
  rmSync(cwd, { recursive: true, force: true });
});

const dataDir = (): string => path.join(cwd, '.reeve');
const files = (): string[] => readdirSync(path.join(dataDir(), 'servers'));

async function start(): Promise<ServeProcess> {
  const server = await serve({ cwd, database: 'embedded' });
  servers.push(server);
  return server;
}

/** Which process the command line talks to, or the sentence with which it says that there is none. */
async function reached(): Promise<string> {
  const { code, stdout, stderr } = await runReeve(['status', '--json'], { cwd });
  return code === 0 ? (JSON.parse(stdout) as { worker: string }).worker : `${code}: ${stderr}`;
}

test(
  'of two servers on one data directory the living one is found after kill -9 of the other, whichever began last',
  { timeout: 120_000 },
  async () => {
    const older = await start();
    const younger = await start();
    expect(await reached()).toContain(`-${younger.pid}-`);
    await younger.end('SIGKILL');
    expect(files()).toHaveLength(2);
    expect(await reached()).toContain(`-${older.pid}-`);
    expect(listServers(dataDir()).map(({ pid }) => pid)).toEqual([older.pid]);
    expect(files()).toHaveLength(1);

    const third = await start();
    await older.end('SIGKILL');
    expect(await reached()).toContain(`-${third.pid}-`);
    await third.end('SIGTERM');
    expect(files().filter((name) => name.includes(`-${third.pid}-`))).toEqual([]);
    expect(await reached()).toMatch(/^3: .*No Reeve server is running/s);
  },
);

test('a file whose pid was given away again belongs to nobody, and one of another machine is left alone', { timeout: 60_000 }, async () => {
  const server = await start();
  const [name] = files();
  const record = JSON.parse(readFileSync(path.join(dataDir(), 'servers', name ?? ''), 'utf8')) as { begun: string };
  const write = (file: string, change: object): void =>
    writeFileSync(path.join(dataDir(), 'servers', file), JSON.stringify({ ...record, written_at: '2999-01-01T00:00:00.000Z', ...change }));
  write('reused.json', { begun: `${record.begun}1` });
  write('elsewhere.json', { host: 'another-machine', pid: 1 });
  write('broken.json', {});
  writeFileSync(path.join(dataDir(), 'servers', 'broken.json'), '{"url":');
  expect(listServers(dataDir()).map(({ pid }) => pid)).toEqual([server.pid]);
  expect(files()).not.toContain('reused.json');
  expect(files()).toContain('elsewhere.json');
});
