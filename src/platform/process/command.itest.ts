import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand, type CommandSpec } from './index.ts';
import { living } from '../../../test/kit/processes.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reeve-command-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const PATH = '/usr/local/bin:/usr/bin:/bin';
const sh = (script: string, more: Partial<CommandSpec> = {}): CommandSpec => ({
  command: '/bin/sh',
  args: ['-c', script],
  cwd: folder,
  env: { PATH },
  timeoutMs: 20_000,
  maxOutputBytes: 100_000,
  ...more,
});

/** Pids a script wrote down, one per line. */
async function writtenPids(): Promise<number[]> {
  return (await readFile(join(folder, 'pids'), 'utf8')).trim().split('\n').map(Number);
}

describe('a command that ends by itself', () => {
  it('gives exit code, both outputs and how long it took', async () => {
    const result = await runCommand(sh('echo out; echo err >&2; exit 3'));
    expect(result).toMatchObject({ ended: 'exit', exitCode: 3, signal: null, droppedBytes: 0, error: null });
    expect(result.stdout.toString()).toBe('out\n');
    expect(result.stderr.toString()).toBe('err\n');
  });

  it('sees only the environment it is given', async () => {
    process.env['REEVE_TEST_CANARY'] = 'canary-secret';
    try {
      const result = await runCommand(sh('env', { env: { PATH, GIVEN: 'yes' } }));
      expect(result.stdout.toString()).toContain('GIVEN=yes');
      expect(result.stdout.toString()).not.toContain('canary-secret');
    } finally {
      delete process.env['REEVE_TEST_CANARY'];
    }
  });

  it('reads what stands on its standard input, and meets its end', async () => {
    expect((await runCommand(sh('cat; echo done', { stdin: 'text\n' }))).stdout.toString()).toBe('text\ndone\n');
    expect((await runCommand(sh('cat; echo done'))).stdout.toString()).toBe('done\n');
  });

  it('does not mind a program that never reads a big input', async () => {
    expect(await runCommand(sh('exit 0', { stdin: Buffer.alloc(4_000_000) }))).toMatchObject({ ended: 'exit', exitCode: 0 });
  });

  it('keeps the end of a flood and counts what it dropped', async () => {
    const result = await runCommand(sh('yes | head -c 5000000; echo; echo THE END', { maxOutputBytes: 1000 }));
    expect(result.stdout.length).toBe(1000);
    expect(result.stdout.toString().endsWith('THE END\n')).toBe(true);
    expect(result.droppedBytes).toBe(5_000_000 + 1 + 8 - 1000);
  });

  it('reports the signal that ended it', async () => {
    expect(await runCommand(sh('kill -9 $$'))).toMatchObject({ ended: 'exit', exitCode: null, signal: 'SIGKILL' });
  });
});

describe('what a command leaves behind', () => {
  it('is ended after a normal exit, also when it left the session and holds the output open', async () => {
    const result = await runCommand(sh('setsid sleep 300 & echo $! >pids; sleep 301 & echo $! >>pids; exit 0'));
    expect(result).toMatchObject({ ended: 'exit', exitCode: 0 });
    expect(living(await writtenPids())).toEqual([]);
  });

  it('is ended at the time limit together with it: children, children in their own session, the deaf ones', async () => {
    const script = `
      setsid sh -c 'echo $$ >>pids; sleep 300' &
      sh -c 'trap "" TERM; echo $$ >>pids; while :; do sleep 0.05; done' &
      (setsid sh -c 'setsid sh -c "echo \\$\\$ >>pids; exec sleep 300" & exit') &
      while [ "$(wc -l <pids 2>/dev/null || echo 0)" -lt 3 ]; do sleep 0.02; done
      sleep 300`;
    const result = await runCommand(sh(script, { timeoutMs: 1500 }));
    expect(result.ended).toBe('timeout');
    const pids = await writtenPids();
    expect(pids).toHaveLength(3);
    expect(living(pids)).toEqual([]);
  });
});

describe('a command that is not let finish', () => {
  it('is ended by the signal', async () => {
    const abort = new AbortController();
    const running = runCommand(sh('echo $$ >pids; sleep 300', { signal: abort.signal }));
    await expect.poll(() => readFile(join(folder, 'pids'), 'utf8').catch(() => '')).toMatch(/\d+\n/);
    abort.abort();
    expect(await running).toMatchObject({ ended: 'aborted' });
    expect(living(await writtenPids())).toEqual([]);
  });

  it('is not started at all when the signal was given before', async () => {
    expect(await runCommand(sh('echo x >started', { signal: AbortSignal.abort() }))).toMatchObject({ ended: 'aborted', exitCode: null });
    await expect(readFile(join(folder, 'started'))).rejects.toThrow('ENOENT');
  });
});

describe('a command that cannot start', () => {
  it('says which command is missing', async () => {
    const result = await runCommand(sh('', { command: 'no-such-command-here' }));
    expect(result).toMatchObject({ ended: 'spawn_failed', error: 'There is no command no-such-command-here: install it, or give its full path.' });
  });

  it('says that the folder is missing, not the command', async () => {
    const result = await runCommand(sh('true', { cwd: join(folder, 'gone') }));
    expect(result.error).toBe(`The folder ${folder}/gone does not exist, so /bin/sh was not started.`);
  });

  it('says that a file is not executable', async () => {
    await writeFile(join(folder, 'plain.txt'), 'x');
    expect((await runCommand(sh('', { command: join(folder, 'plain.txt') }))).error).toContain('is not executable');
  });

  it('says that the arguments are too long', async () => {
    expect((await runCommand(sh('x'.repeat(3_000_000)))).error).toContain('longer than the system allows');
  });
});
