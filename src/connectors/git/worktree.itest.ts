import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Mirror } from '#ports/git.ts';
import { createRepository, GIT_ENV, git, type Repository } from './__fixtures__/repository.ts';
import { createGit } from './index.ts';

let source: Repository;
let mirror: Mirror;
let base: string;
let dir: string;

beforeEach(async () => {
  source = createRepository();
  base = source.commit({
    'a.txt': 'a\r\n',
    'src/b.txt': 'b\n',
    '.gitignore': 'build/\n*.tmp\n',
    '.gitattributes': '* text=auto\n*.big filter=lfs\n',
    'kept.tmp': 'tracked although ignored\n',
    'x.big': 'pointer\n',
  });
  mirror = await createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
  dir = path.join(source.root, 'work', 'run_1');
  await mirror.addWorktree(dir, base);
});
afterEach(() => source.remove());

const put = (name: string, content: string | Uint8Array): void => {
  mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
  writeFileSync(path.join(dir, name), content);
};
const changes = async (): Promise<string[]> =>
  (await mirror.diffNames(base, await mirror.snapshotWorktree(dir))).map(({ status, path: name }) => `${status} ${name}`);

test('an untouched worktree is its base, byte for byte', async () => {
  expect(await mirror.snapshotWorktree(dir)).toBe(await mirror.treeOf(base));
  expect(readFileSync(path.join(dir, 'a.txt'))).toEqual(await mirror.readFile(base, 'a.txt'));
});

test('new, changed, deleted, executable and linked files are in the snapshot; ignored ones are not', async () => {
  put('src/new.txt', 'n\r\n');
  put('a.txt', 'changed\r\nwith CRLF\r\n');
  put('x.big', 'new content, no filter\n');
  put('kept.tmp', 'still tracked\n');
  put('build/out.js', 'ignored');
  put('scratch.tmp', 'ignored');
  put('tool.sh', '#!/bin/sh\n');
  chmodSync(path.join(dir, 'tool.sh'), 0o755);
  symlinkSync('a.txt', path.join(dir, 'link'));
  rmSync(path.join(dir, 'src/b.txt'));
  const tree = await mirror.snapshotWorktree(dir);
  const entries = new Map((await mirror.listTree(tree)).map((entry) => [entry.path, entry.mode]));
  expect([...entries.keys()].toSorted()).toEqual(['.gitattributes', '.gitignore', 'a.txt', 'kept.tmp', 'link', 'src/new.txt', 'tool.sh', 'x.big']);
  expect([entries.get('tool.sh'), entries.get('link'), entries.get('a.txt')]).toEqual(['100755', '120000', '100644']);
  expect((await mirror.readFile(tree, 'a.txt'))?.toString()).toBe('changed\r\nwith CRLF\r\n');
  expect((await mirror.readFile(tree, 'src/new.txt'))?.toString()).toBe('n\r\n');
  expect((await mirror.readFile(tree, 'x.big'))?.toString()).toBe('new content, no filter\n');
});

test('a file whose size and time stand still is still seen to have changed', async () => {
  put('src/b.txt', 'B\n');
  spawnSync('touch', ['-r', path.join(dir, 'a.txt'), path.join(dir, 'src/b.txt')]);
  expect(await changes()).toEqual(['M src/b.txt']);
});

test('what the agent stages, commits or hides in its index makes no difference', async () => {
  put('src/b.txt', 'committed\n');
  git(dir, ['-c', 'core.hooksPath=/dev/null', 'commit', '--quiet', '--all', '-m', 'Agent']);
  put('src/c.txt', 'staged\n');
  git(dir, ['add', 'src/c.txt']);
  put('a.txt', 'hidden\r\n');
  git(dir, ['update-index', '--assume-unchanged', 'a.txt']);
  git(dir, ['update-index', '--skip-worktree', 'x.big']);
  put('x.big', 'hidden too\n');
  expect(await changes()).toEqual(['M a.txt', 'M src/b.txt', 'A src/c.txt', 'M x.big']);
});

test.each<[string, () => void]>([
  ['deletes its .git file', () => rmSync(path.join(dir, '.git'))],
  ['writes rubbish into its .git file', () => writeFileSync(path.join(dir, '.git'), 'gitdir: /nowhere\n')],
  [
    'makes a repository of its own there',
    () => {
      rmSync(path.join(dir, '.git'));
      git(dir, ['init', '--quiet']);
    },
  ],
])('an agent that %s changes nothing about the snapshot, and the worktree can be removed', async (_, damage) => {
  put('src/b.txt', 'work\n');
  damage();
  expect(await changes()).toEqual(['M src/b.txt']);
  await mirror.removeWorktree(dir);
  expect(existsSync(dir)).toBe(false);
  await mirror.addWorktree(dir, base);
  expect(await mirror.snapshotWorktree(dir)).toBe(await mirror.treeOf(base));
});

test('an emptied worktree is the empty tree', async () => {
  for (const name of ['a.txt', 'src', '.gitignore', '.gitattributes', 'kept.tmp', 'x.big', '.git']) rmSync(path.join(dir, name), { recursive: true });
  expect(await mirror.listTree(await mirror.snapshotWorktree(dir))).toEqual([]);
});

test('a deleted or replaced folder is an error that says so, and removing it still works', async () => {
  rmSync(dir, { recursive: true });
  await expect(mirror.snapshotWorktree(dir)).rejects.toMatchObject({ kind: 'invalid', code: 'worktree_missing' });
  const elsewhere = path.join(source.root, 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(path.join(elsewhere, 'precious'), 'p');
  symlinkSync(elsewhere, dir);
  await expect(mirror.snapshotWorktree(dir)).rejects.toMatchObject({ kind: 'invalid', code: 'worktree_replaced' });
  await mirror.removeWorktree(dir);
  expect(existsSync(dir)).toBe(false);
  expect(existsSync(path.join(elsewhere, 'precious'))).toBe(true);
});

test('a repository inside the worktree is reported as a submodule, an empty one as an error', async () => {
  const inner = path.join(dir, 'vendor');
  mkdirSync(inner);
  git(inner, ['init', '--quiet']);
  await expect(mirror.snapshotWorktree(dir)).rejects.toMatchObject({ kind: 'invalid', code: 'embedded_repository' });
  writeFileSync(path.join(inner, 'f'), 'f');
  git(inner, ['add', 'f']);
  git(inner, ['commit', '--quiet', '-m', 'Inner']);
  const tree = await mirror.snapshotWorktree(dir);
  expect((await mirror.listTree(tree)).find((entry) => entry.path === 'vendor')?.mode).toBe('160000');
});

test('configuration the agent plants in its worktree runs nothing', async () => {
  const trace = path.join(source.root, 'ran');
  rmSync(path.join(dir, '.git'));
  git(dir, ['init', '--quiet']);
  writeFileSync(
    path.join(dir, '.git', 'config'),
    `[core]\n\tfsmonitor = "touch ${trace}"\n[filter "lfs"]\n\tclean = "touch ${trace}; cat"\n\trequired = true\n`,
  );
  put('x.big', 'changed\n');
  expect(await changes()).toEqual(['M x.big']);
  expect(existsSync(trace)).toBe(false);
});

test('folders without permissions do not keep a worktree from being removed', async () => {
  put('locked/deep/f', 'f');
  chmodSync(path.join(dir, 'locked/deep'), 0o000);
  chmodSync(path.join(dir, 'locked'), 0o500);
  await mirror.removeWorktree(dir);
  expect(existsSync(dir)).toBe(false);
});

test('removing is idempotent, and never touches a folder that is not a worktree of the mirror', async () => {
  await mirror.removeWorktree(dir);
  await mirror.removeWorktree(dir);
  const other = path.join(source.root, 'other');
  mkdirSync(other);
  await expect(mirror.removeWorktree(other)).rejects.toMatchObject({ kind: 'invalid', code: 'not_a_worktree' });
  await expect(mirror.snapshotWorktree(other)).rejects.toMatchObject({ code: 'not_a_worktree' });
  expect(existsSync(other)).toBe(true);
});

test('a branch is made for the worktree, and one that is elsewhere or in use is refused', async () => {
  const one = path.join(source.root, 'work', 'one');
  const two = path.join(source.root, 'work', 'two');
  await mirror.addWorktree(one, base, 'reeve/run-1');
  expect(git(one, ['symbolic-ref', 'HEAD'])).toBe('refs/heads/reeve/run-1');
  await expect(mirror.addWorktree(two, base, 'reeve/run-1')).rejects.toMatchObject({ code: 'branch_in_use' });
  const later = source.commit({ 'a.txt': 'later' });
  await mirror.fetch();
  await expect(mirror.addWorktree(two, later, 'reeve/run-1')).rejects.toMatchObject({ code: 'branch_exists' });
  await mirror.removeWorktree(one);
  await mirror.addWorktree(two, base, 'reeve/run-1');
  await expect(mirror.addWorktree(two, base)).rejects.toMatchObject({ kind: 'conflict', code: 'worktree_exists' });
  await expect(mirror.addWorktree(one, 'f'.repeat(40))).rejects.toMatchObject({ kind: 'not_found' });
});

test('many worktrees can be made and removed at once, from two openings of the mirror', async () => {
  const other = await createGit({ env: GIT_ENV }).mirror({ dir: mirror.dir, source: source.dir });
  const dirs = Array.from({ length: 10 }, (_, at) => path.join(source.root, 'many', `run_${at}`));
  await Promise.all(dirs.map((each, at) => (at % 2 === 0 ? mirror : other).addWorktree(each, base, `b${at}`)));
  for (const each of dirs) expect(existsSync(path.join(each, 'src/b.txt'))).toBe(true);
  await Promise.all(dirs.map((each) => other.removeWorktree(each)));
  for (const each of dirs) expect(existsSync(each)).toBe(false);
});

test('the lock of a process that died is taken over', async () => {
  const dead = spawnSync(process.execPath, ['-e', 'process.stdout.write(String(process.pid))']).stdout.toString();
  const { hostname } = await import('node:os');
  const lock = path.join(mirror.dir, 'reeve-worktrees.lock');
  writeFileSync(`${lock}.new`, JSON.stringify({ host: hostname(), pid: Number(dead), started: '1', nonce: 'x' }));
  renameSync(`${lock}.new`, lock);
  await mirror.removeWorktree(dir);
  expect(existsSync(dir)).toBe(false);
  expect(existsSync(lock)).toBe(false);
});

test('a reset worktree holds the commit and nothing else, whatever was done in it', async () => {
  const next = await mirror.commit({
    tree: await mirror.writeTree(base, [{ path: 'src/b.txt', content: Buffer.from('next\n') }]),
    parents: [base],
    message: 'Next',
    author: { name: 'A', email: 'a@example.test' },
    atUnixS: 1_800_000_000,
  });
  put('build/out.js', 'ignored');
  put('new.txt', 'new');
  put('nested/.git/HEAD', 'ref: refs/heads/main\n');
  put('kept.tmp', 'changed');
  rmSync(path.join(dir, 'a.txt'));
  writeFileSync(path.join(dir, '.git'), 'gitdir: /nowhere\n');
  await mirror.resetWorktree(dir, next);
  expect(await mirror.snapshotWorktree(dir)).toBe(await mirror.treeOf(next));
  expect(['build', 'new.txt', 'nested'].filter((name) => existsSync(path.join(dir, name)))).toEqual([]);
  expect(git(dir, ['rev-parse', 'HEAD'])).toBe(next);
  expect(git(dir, ['status', '--porcelain', '--ignored'])).toBe('');
});

test('only a worktree of this mirror is reset, to a commit it has', async () => {
  await expect(mirror.resetWorktree(path.join(source.root, 'elsewhere'), base)).rejects.toMatchObject({ code: 'not_a_worktree' });
  await expect(mirror.resetWorktree(dir, 'f'.repeat(40))).rejects.toMatchObject({ kind: 'not_found', code: 'unknown_commit' });
});
