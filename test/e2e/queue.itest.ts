import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import type { Local } from '#cli/local.ts';
import { runCli } from '#cli/program.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';

/** A person at a terminal and a merge queue on a repository of theirs: what they see, decide and undo. */
describe('a person watches and steers the merge queue', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-queue-'));
  const repo = path.join(folder, 'repo');
  let server: RunningServer;
  let base = '';
  let token = '';
  let manager = '';

  const git = (...args: string[]) => execFileSync('git', args, { cwd: repo, encoding: 'utf8' }).trim();

  async function reeve(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const [out, err]: [string[], string[]] = [[], []];
    const local = {
      version: 'test',
      findServer: async () => ({ url: server.url ?? '', token }),
      readFile: async (file: string) => readFileSync(file, 'utf8'),
    } as unknown as Local;
    const code = await runCli(args, local, { out: (text) => out.push(text), err: (text) => err.push(text), interactive: false });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }
  const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await reeve(...args, '--json')).out) as T;

  let written = 0;
  async function submit(task: string, files: Record<string, string>): Promise<string> {
    const changes = Object.entries(files).map(([name, content]) => {
      const blob = git('ls-tree', base, name).split(/\s/)[2];
      return blob === undefined ? { op: 'create', path: name, content } : { op: 'modify', path: name, base_blob: blob, content };
    });
    const document = { version: 1, task_id: task, attempt: 1, repo, target: 'ai-1', base, summary: `Work of ${task}`, intent: {}, changes };
    written += 1;
    const file = path.join(folder, `${written}.json`);
    writeFileSync(file, JSON.stringify(document));
    const { items } = await json<{ items: Array<{ id: string }> }>('queue', 'submit', file);
    return items[0]?.id ?? '';
  }
  async function until(id: string, ...states: string[]): Promise<Record<string, unknown>> {
    for (;;) {
      const found = await json<Record<string, unknown>>('queue', 'show', id);
      if (states.includes(String(found['state']))) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  beforeAll(async () => {
    mkdirSync(repo);
    git('init', '--quiet', '-b', 'main');
    writeFileSync(path.join(repo, 'a.txt'), 'a\n');
    writeFileSync(path.join(repo, 'b.txt'), 'b\n');
    git('add', '.');
    git('-c', 'user.name=Dev', '-c', 'user.email=dev@example.test', 'commit', '--quiet', '-m', 'First');
    base = git('rev-parse', 'HEAD');
    const dataDir = path.join(folder, 'data');
    server = await startServer(loadAppConfig({ REEVE_DATA_DIR: dataDir, REEVE_PORT: '0', REEVE_LOG_LEVEL: 'silent' }, folder), 'all');
    const { people, access, delivery } = server.modules;
    await delivery.adoptPath({ path: repo, defaultBranch: 'main', checks: [] }, SYSTEM_ACTOR);
    for (const role of ['developer', 'manager'] as const) await people.create({ handle: `a-${role}`, name: role, role }, SYSTEM_ACTOR);
    token = (await access.createToken({ name: 'dev', role: 'developer', person: 'a-developer' }, SYSTEM_ACTOR)).secret;
    manager = (await access.createToken({ name: 'boss', role: 'manager', person: 'a-manager' }, SYSTEM_ACTOR)).secret;
  }, 120_000);

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows why a change waits, lands it when the target goes on, decides a conflict, and rebuilds the branch', { timeout: 120_000 }, async () => {
    const one = await submit('one', { 'a.txt': 'A\n' });
    await until(one, 'landed');
    expect((await reeve('queue', 'pause', 'ai-1', '--reason', 'Release day')).out).toBe(`${repo} ai-1: paused`);
    const two = await submit('two', { 'a.txt': 'other\n', 'c.txt': 'c\n' });
    const status = await reeve('queue', 'status');
    expect(status.out).toContain('[paused by person:a-developer: Release day]');
    expect(status.out).toMatch(new RegExp(`${two}.*The target is paused\\.`));
    await reeve('queue', 'resume', 'ai-1');
    await until(two, 'quarantined');
    const conflict = await reeve('queue', 'conflict', two);
    expect(conflict.out).toContain('-- base\n   a\n-- ours\n   A\n-- theirs\n   other');
    expect(await reeve('queue', 'resolve', two)).toMatchObject({ code: 2, err: expect.stringContaining('Nothing was chosen.') });
    expect(await reeve('queue', 'resolve', two, '--edit', 'b.txt=/dev/null')).toMatchObject({
      code: 2,
      err: expect.stringContaining('a.txt: The conflict in this file is not decided.'),
    });
    expect((await reeve('queue', 'quarantined')).out).toMatch(new RegExp(`${two}.*conflict +a\\.txt`));
    expect((await reeve('queue', 'diff', two)).out).toContain('-a\n+other');
    const mended = path.join(folder, 'mended');
    writeFileSync(mended, 'A, other\n');
    const preview = await reeve('queue', 'resolve', two, '--edit', `a.txt=${mended}`, '--preview');
    expect(preview.out).toContain('-A\n+A, other');
    expect(preview.out).toContain('Nothing was submitted.');
    const next = await json<{ id: string; attempt: number }>('queue', 'resolve', two, '--edit', `a.txt=${mended}`, '--reason', 'Both are right');
    expect(next.attempt).toBe(2);
    expect(await until(next.id, 'landed')).toMatchObject({ rung: 'R5', account: { who: { resolved_by: 'person:a-developer' } } });
    expect((await reeve('queue', 'show', next.id)).out).toContain('conflict resolved by person:a-developer');
    expect((await reeve('queue', 'landed', '--target', 'ai-1')).out).toMatch(new RegExp(`${next.id}.*R5[^]*${one}`));
    expect((await reeve('queue', 'quarantined')).out).toBe('(none)');
    expect((await reeve('queue', 'targets')).out).toMatch(/ai-1 +running +0 +0 +2 /);
    expect((await reeve('queue', 'figures')).out).toContain('2 landed, 0 set aside, 1 dropped');
    expect(await reeve('queue', 'replay', 'ai-1')).toMatchObject({ code: 0, out: expect.stringContaining('the same') });
    const scrape = await (await fetch(`${server.url}/metrics`)).text();
    expect(scrape).toMatch(/reeve_queue_landed_total\{.*rung="R5"\} 1/);
  });

  it('undoes what has left for the repository of a person only after somebody else approved exactly that', { timeout: 120_000 }, async () => {
    const { items } = await json<{ items: Array<{ id: string; task_id: string }> }>('queue', 'list', '--state', 'landed');
    const resolved = items.find((item) => item.task_id === 'two')?.id ?? '';
    const mirror = (await server.modules.mirror((await server.modules.projects.repositoryByName('path', repo))?.id ?? '')).dir;
    git('fetch', '--quiet', mirror, 'refs/heads/ai-1:refs/heads/ai-1');
    const plan = await reeve('queue', 'rollback', resolved);
    expect(plan).toMatchObject({ code: 1, out: expect.stringContaining('Nothing was done; --yes does it.') });
    expect(plan.out).toContain('needs its approval');
    const { done } = await json<{ done: { id: string; state: string; action_id: string } }>(
      'queue',
      'rollback',
      resolved,
      '--yes',
      '--reason',
      'It was wrong',
    );
    expect(done.state).toBe('waiting');
    expect(git('show', 'ai-1:a.txt')).toBe('A, other');
    expect((await reeve('approvals', 'approve', done.action_id)).code).toBe(1);
    token = manager;
    expect((await reeve('approvals', 'approve', done.action_id, '--reason', 'Yes')).code).toBe(0);
    let entry: { id: string } | null = null;
    while (entry === null) {
      const response = await fetch(`${server.url}/v1/queue/rollbacks/${done.id}`, { headers: { authorization: `Bearer ${manager}` } });
      entry = ((await response.json()) as { change_request: { id: string } | null }).change_request;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const landed = await until(entry.id, 'landed', 'quarantined');
    expect(landed).toMatchObject({ state: 'landed', account: { why: { reverts: resolved }, who: { approved_by: ['person:a-manager'] } } });
    expect([git('show', 'ai-1:a.txt'), git('ls-tree', '--name-only', 'ai-1')]).toEqual(['A', 'a.txt\nb.txt']);
    expect((await reeve('queue', 'show', resolved)).out).toContain(`rolled back by ${entry.id}`);
    expect((await reeve('queue', 'rollbacks')).out).toMatch(new RegExp(`${done.id}.*rollback +ai-1 +done +${done.action_id}.*It was wrong`));
    expect((await reeve('queue', 'landed')).out).toMatch(new RegExp(`${resolved} .* done `));
  });

  it('says what is wrong with a wrong order, with the exit code for it', { timeout: 60_000 }, async () => {
    expect(await reeve('queue', 'pause', 'nowhere')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Nothing was ever submitted to nowhere.'),
    });
    expect(await reeve('queue', 'rollback', 'yesterday')).toMatchObject({ code: 2, err: expect.stringContaining('neither a change request') });
    expect(await reeve('queue', 'show', 'cr_01J00000000000000000000000')).toMatchObject({ code: 1 });
    expect(await reeve('queue', 'status', '--limit', 'many')).toMatchObject({ code: 2 });
    expect(await reeve('queue', 'dismiss', '7')).toMatchObject({ code: 1, err: expect.stringContaining('There is no open alarm 7.') });
  });
});
