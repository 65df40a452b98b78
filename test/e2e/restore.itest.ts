import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient } from '#cli/api/client.ts';
import { LONG } from '../kit/long.ts';
import { runReeve, serve, type ServeProcess } from '../kit/reeve.ts';

describe.runIf(LONG)('an operator loses the machine between two backups', () => {
  let cwd = '';
  const at = (name: string): string => path.join(cwd, name);
  const servers: ServeProcess[] = [];

  beforeAll(() => {
    cwd = mkdtempSync(path.join(tmpdir(), 'reeve-archive-'));
  });
  afterAll(async () => {
    for (const server of servers) await server.end('SIGTERM');
    rmSync(cwd, { recursive: true, force: true });
  });

  async function start(dataDir: string, more: Record<string, string> = {}): Promise<ServeProcess> {
    const server = await serve({ cwd, env: { REEVE_DATA_DIR: at(dataDir), ...more }, database: 'embedded' });
    servers.push(server);
    return server;
  }

  const hire = (server: ServeProcess, handle: string) => createApiClient(server).post('/v1/people', { handle, name: handle, role: 'developer' });
  const handles = async (server: ServeProcess) =>
    (await createApiClient(server).all<{ handle: string }>('/v1/people')).map(({ handle }) => handle).toSorted();

  it('and has everything back from the backup and the archived log, or everything until an instant', { timeout: 240_000 }, async () => {
    const archiving = { REEVE_WAL_ARCHIVE_DIR: at('archive') };
    const first = await start('one', archiving);
    await hire(first, 'before-the-backup');
    const backup = await runReeve(['backup', at('backup'), '--json'], { cwd, env: { REEVE_DATA_DIR: at('one'), ...archiving } });
    expect(backup).toMatchObject({ code: 0 });
    await hire(first, 'after-it');
    await delay(20);
    const until = new Date().toISOString();
    await delay(20);
    await hire(first, 'by-mistake');
    // A server that stops in good order hands its last, unfilled segment to the archive.
    await first.end('SIGTERM');

    const restore = (dataDir: string, ...more: string[]) =>
      runReeve(['restore', at('backup'), '--archive', at('archive'), ...more], { cwd, env: { REEVE_DATA_DIR: at(dataDir) } });
    expect(await restore('two')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Restored into .*two, with what was committed until 2/) });
    const whole = await start('two');
    expect(await handles(whole)).toEqual(['after-it', 'before-the-backup', 'by-mistake', 'owner']);
    const verified = await runReeve(['ledger', 'verify', '--json'], { cwd, env: { REEVE_DATA_DIR: at('two') } });
    expect(JSON.parse(verified.stdout)).toMatchObject({ verified: true });

    expect(await restore('three', '--until', until)).toMatchObject({ code: 0 });
    expect(await handles(await start('three'))).toEqual(['after-it', 'before-the-backup', 'owner']);
  });

  it('and is told when the options do not fit together', { timeout: 60_000 }, async () => {
    const env = { REEVE_DATA_DIR: at('four') };
    expect(await runReeve(['restore', at('backup'), '--until', '2026-11-21'], { cwd, env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--archive'),
    });
    expect(await runReeve(['restore', at('backup'), '--archive', at('archive'), '--until', 'yesterday'], { cwd, env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('2026-11-21T02:57:00Z'),
    });
    const server = { REEVE_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    expect(await runReeve(['restore', at('backup'), '--archive', at('archive')], { cwd, env: { ...env, ...server } })).toMatchObject({
      code: expect.toSatisfy((code: number) => code > 0),
      stderr: expect.stringContaining('embedded database'),
    });
  });
});
