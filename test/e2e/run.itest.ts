import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const hasSandbox = existsSync('/usr/bin/bwrap');
if (!hasSandbox && process.env['REEVE_REQUIRE_SANDBOX'] === '1') throw new Error('REEVE_REQUIRE_SANDBOX=1, but bubblewrap is not installed.');

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

describe('a solo developer types a request for a repository of theirs', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-run-'));
  const repo = path.join(folder, 'repo');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repo, encoding: 'utf8' }).trim();

  /** Runs the command line in `folder`, whose reeve.yaml names an agent written against the protocol alone. */
  function reeve(...args: string[]): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(process.execPath, [path.join(root, 'bin/reeve.js'), ...args], { cwd: folder, maxBuffer: 1e8 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
      });
    });
  }

  beforeAll(() => {
    mkdirSync(path.join(repo, 'src'), { recursive: true });
    git('init', '--quiet', '-b', 'main');
    writeFileSync(path.join(repo, 'src/a.js'), 'export const a = 1;\n');
    git('add', '.');
    git('-c', 'user.name=Dev', '-c', 'user.email=dev@example.test', 'commit', '--quiet', '-m', 'First');
    writeFileSync(path.join(repo, 'src/a.js'), 'export const a = 2; // not committed\n');
    const agent = (script: string) => ({
      harness: 'acp',
      command: [process.execPath, path.join(root, 'test/fakes/acp-agents/another-author.mjs'), '--do', script],
      ...(hasSandbox ? {} : { sandbox: 'none' }),
    });
    const config = {
      agents: {
        stranger: agent('echo "Hello" > GREETING.txt'),
        lost: { harness: 'acp', command: ['no-such-agent-anywhere'], ...(hasSandbox ? {} : { sandbox: 'none' }) },
      },
      roles: { coder: 'stranger' },
    };
    writeFileSync(path.join(folder, 'reeve.yaml'), JSON.stringify(config));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('and finds the work on a branch of its own, with the checkout as it was and a trace in the commit', { timeout: 180_000 }, async () => {
    const before = { head: git('rev-parse', 'HEAD'), status: git('status', '--porcelain') };
    const run = await reeve('run', 'Greet whoever opens the repository', '--repo', 'repo', '--json');
    expect({ code: run.code, stderr: run.code === 0 ? '' : run.stderr }).toEqual({ code: 0, stderr: '' });
    const result = JSON.parse(run.stdout) as {
      outcome: string;
      target: string;
      branch_head: string;
      change_requests: Array<{ id: string; task_id: string; rung: string; state: string }>;
    };
    expect(result).toMatchObject({
      outcome: 'landed',
      target: 'reeve/greet-whoever-opens-the-repository',
      change_requests: [{ state: 'landed', rung: 'R0' }],
    });
    expect(git('rev-parse', result.target)).toBe(result.branch_head);
    expect(git('show', `${result.target}:GREETING.txt`)).toBe('Hello');
    const message = git('log', '-1', '--format=%B', result.target);
    expect(message).toContain(`Reeve-Task: ${result.change_requests[0]?.task_id ?? ''}`);
    expect(message).toContain(`Reeve-Change-Request: ${result.change_requests[0]?.id ?? ''}`);
    expect({ head: git('rev-parse', 'HEAD'), status: git('status', '--porcelain') }).toEqual(before);
    expect(readFileSync(path.join(repo, 'src/a.js'), 'utf8')).toContain('not committed');
    expect(git('worktree', 'list').split('\n')).toHaveLength(1);
  });

  it('and finds it on another branch when the one that was named is checked out with changes', { timeout: 180_000 }, async () => {
    git('switch', '--quiet', '-c', 'mine');
    const before = { head: git('rev-parse', 'HEAD'), status: git('status', '--porcelain') };
    const run = await reeve('run', 'Leave a second greeting', '--repo', 'repo', '--target', 'mine', '--yes', '--json');
    expect({ code: run.code, stderr: run.code === 0 ? '' : run.stderr }).toEqual({ code: 0, stderr: '' });
    const result = JSON.parse(run.stdout) as { outcome: string; detail: string; target: string; branch: string; branch_head: string };
    expect(result).toMatchObject({ outcome: 'landed', target: 'mine', branch: 'reeve/leave-a-second-greeting' });
    expect(result.detail).toMatch(/^The work is on reeve\/leave-a-second-greeting as [0-9a-f]{10}, not on mine: .*has local changes/);
    expect(result.detail).toContain('git merge reeve/leave-a-second-greeting');
    expect(git('rev-parse', result.branch)).toBe(result.branch_head);
    expect(git('show', `${result.branch}:GREETING.txt`)).toBe('Hello');
    expect({ head: git('rev-parse', 'HEAD'), status: git('status', '--porcelain') }).toEqual(before);
    expect(readFileSync(path.join(repo, 'src/a.js'), 'utf8')).toContain('not committed');
    git('-c', 'user.name=Dev', '-c', 'user.email=dev@example.test', 'commit', '--quiet', '-am', 'Mine');
    git('-c', 'user.name=Dev', '-c', 'user.email=dev@example.test', 'merge', '--quiet', '--no-edit', result.branch);
    expect(readFileSync(path.join(repo, 'GREETING.txt'), 'utf8')).toBe('Hello\n');
  });

  it('and is told when the agent cannot be started, with the repository untouched', { timeout: 180_000 }, async () => {
    const branches = git('branch', '--list');
    const run = await reeve('run', 'Write a farewell into GOODBYE.txt', '--repo', 'repo', '--agent', 'lost', '--json');
    expect(run.code).toBe(1);
    const result = JSON.parse(run.stdout) as { outcome: string; detail: string };
    expect(result.outcome).toBe('failed');
    expect(result.detail).toContain('no-such-agent-anywhere');
    expect(git('branch', '--list')).toBe(branches);
  });

  it.each([
    ['a folder that is no repository', 'plain', 2, 'repository'],
    ['a repository without a commit', 'unborn', 1, 'no commit yet'],
    ['a folder that is not there', 'nowhere', 2, 'nowhere'],
  ])('and is told plainly about %s', async (_, name, code, words) => {
    if (name !== 'nowhere') mkdirSync(path.join(folder, name), { recursive: true });
    if (name === 'unborn') execFileSync('git', ['init', '--quiet', '-b', 'main', path.join(folder, name)]);
    const run = await reeve('run', 'anything', '--repo', name);
    expect(run.stderr).toContain(words);
    expect(run.code).toBe(code);
    expect(run.stderr).not.toContain('    at ');
  });
});
