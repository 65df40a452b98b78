import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endProcessesWith, spawnGroup, type ProcessGroup } from './index.ts';
import { living } from '../../../test/kit/processes.ts';

let folder = '';
let group: ProcessGroup | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reeve-group-'));
});
afterEach(async () => {
  await group?.kill(0);
  group = null;
  await rm(folder, { recursive: true, force: true });
});

async function start(script: string, env: Record<string, string> = {}): Promise<ProcessGroup> {
  group = await spawnGroup({ command: '/bin/sh', args: ['-c', script], cwd: folder, env: { PATH: '/usr/bin:/bin', ...env } });
  return group;
}

const pidsIn = async (file: string): Promise<number[]> =>
  (await readFile(join(folder, file), 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);

it('lets a program that obeys SIGTERM end in its own way', async () => {
  const running = await start('trap "echo goodbye; exit 7" TERM; echo ready; while :; do sleep 0.05; done');
  const said = text(running.stdout);
  running.stdout.once('data', () => void running.kill(5000));
  expect(await running.exited).toEqual({ exitCode: 7, signal: null });
  expect(await said).toBe('ready\ngoodbye\n');
});

it('kills what ignores SIGTERM, with everything that descends from it, and says when none is left', async () => {
  const running = await start(
    `trap "" TERM; setsid sh -c 'trap "" TERM; echo $$ >>pids; while :; do sleep 0.05; done' & echo $$ >>pids; while :; do sleep 0.05; done`,
  );
  await expect.poll(() => pidsIn('pids')).toHaveLength(2);
  await running.kill(100);
  expect(living(await pidsIn('pids'))).toEqual([]);
  expect(await running.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
});

it('ends what a program left behind after it exited', async () => {
  const running = await start('setsid sleep 300 >/dev/null 2>&1 & echo $! >pids');
  await running.exited;
  const [left = 0] = await pidsIn('pids');
  expect(living([left])).toEqual([left]);
  await Promise.all([running.kill(100), running.kill(100)]);
  expect(living([left])).toEqual([]);
});

it('hands text over on further descriptors and reads what comes back', async () => {
  group = await spawnGroup({
    command: '/bin/sh',
    args: ['-c', 'cat <&3; cat <&4; echo told >&5'],
    cwd: folder,
    env: { PATH: '/usr/bin:/bin' },
    inputs: ['one ', 'two'],
    report: true,
  });
  if (group.report === null) throw new Error('no report pipe');
  expect(await Promise.all([text(group.stdout), text(group.report)])).toEqual(['one two', 'told\n']);
});

it('rejects with a sentence when there is no such command', async () => {
  await expect(spawnGroup({ command: 'no-such-command', args: [], cwd: folder, env: {} })).rejects.toThrow('There is no command no-such-command');
});

it('finds processes of an earlier life by a variable of their environment', async () => {
  const running = await start('setsid sleep 300 & echo $! >pids; sleep 300', { HOME: folder });
  await expect.poll(() => pidsIn('pids')).toHaveLength(1);
  await endProcessesWith(`HOME=${folder}`, 10_000);
  expect(living(await pidsIn('pids'))).toEqual([]);
  expect(await running.exited).toMatchObject({ signal: 'SIGTERM' });
});

it('hands no descriptor on that we inherited ourselves', async () => {
  // Node closes the low ones by itself at its start, up to the first gap.
  const driver = `import { spawnGroup } from ${JSON.stringify(pathToFileURL(resolve('src/platform/process/index.ts')).href)};
    const group = await spawnGroup({ command: '/bin/sh', args: ['-c', 'readlink /proc/self/fd/77'], cwd: '/', env: { PATH: '/usr/bin:/bin' } });
    group.stdout.pipe(process.stdout); await group.exited;`;
  await writeFile(join(folder, 'secret'), 'secret');
  const secret = openSync(join(folder, 'secret'), 'r');
  const inherited = [...Array.from({ length: 77 }, (_none, fd) => (fd === 1 ? 'pipe' : 'ignore') as 'pipe' | 'ignore'), secret];
  const child = spawn(process.execPath, ['--input-type=module', '-e', driver], { stdio: inherited });
  closeSync(secret);
  expect(await text(child.stdout as Readable)).toBe('/dev/null\n');
});
