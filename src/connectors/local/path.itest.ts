import { chmod, mkdir, readFile, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git, GIT_ENV, makeCommit, temporaryFolder } from '../../../test/contracts/git-fixture.ts';
import { createGit } from './client.ts';
import { inspectPath } from './index.ts';
import { createPathRepositories } from './path.ts';

const paths = createPathRepositories(createGit({ PATH: GIT_ENV.PATH }));

let folder: { dir: string; remove(): Promise<void> };
let repo: string;
let mirrorDir: string;
let start: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  repo = path.join(folder.dir, 'shop');
  await mkdir(repo);
  await git(repo, 'init', '--quiet', '--initial-branch=main');
  await writeFile(path.join(repo, 'a.txt'), 'one\n');
  await writeFile(path.join(repo, 'b.txt'), 'untouched\n');
  await writeFile(path.join(repo, '.gitignore'), '.env\n');
  await git(repo, 'add', '.');
  await git(repo, 'commit', '--quiet', '-m', 'start');
  start = await git(repo, 'rev-parse', 'HEAD');
  mirrorDir = path.join(folder.dir, 'mirror.git');
  await git(folder.dir, 'clone', '--quiet', '--bare', repo, mirrorDir);
});
afterEach(() => folder.remove());

const read = (name: string) => readFile(path.join(repo, name), 'utf8');
const head = () => git(repo, 'rev-parse', 'main');
const status = () => git(repo, 'status', '--porcelain');
const change = (files: Record<string, string | null>, parent = start) => makeCommit(mirrorDir, parent, files);
const push = (sha: string, branch = 'main', expected: string | null = start) => paths.push(repo, { mirrorDir, sha, branch, expected });
const DIRTY = { kind: 'conflict', code: 'checkout_dirty' };

describe('a branch nobody has checked out', () => {
  it('is pushed to while checkout, index and untracked files stay as they are', async () => {
    await writeFile(path.join(repo, 'a.txt'), 'in the middle of something\n');
    await writeFile(path.join(repo, 'staged.txt'), 'staged\n');
    await git(repo, 'add', 'staged.txt');
    const before = [await status(), await git(repo, 'write-tree')];
    const sha = await change({ 'a.txt': 'from reeve\n', 'c.txt': 'new\n' });
    await push(sha, 'reeve/cart', null);
    expect(await git(repo, 'rev-parse', 'reeve/cart')).toBe(sha);
    expect([await status(), await git(repo, 'write-tree')]).toEqual(before);
    expect(await read('a.txt')).toBe('in the middle of something\n');
  });

  it('leaves no other trace: no tag, no FETCH_HEAD, no other branch', async () => {
    await git(mirrorDir, 'tag', 'v1', start);
    await push(await change({ 'a.txt': 'x\n' }), 'reeve/cart', null);
    expect(await git(repo, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\nrefs/heads/reeve/cart');
    await expect(read('.git/FETCH_HEAD')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('whose name another branch stands in the way of is a conflict', async () => {
    await git(repo, 'branch', 'reeve');
    await expect(push(await change({ 'a.txt': 'x\n' }), 'reeve/cart', null)).rejects.toMatchObject({ kind: 'conflict', code: 'ref_blocked' });
  });

  it('with a name git refuses is invalid', async () => {
    await expect(push(await change({ 'a.txt': 'x\n' }), 'a..b', null)).rejects.toMatchObject({ kind: 'invalid', code: 'bad_branch_name' });
  });
});

describe('the checked-out branch', () => {
  it('is fast-forwarded together with a clean checkout', async () => {
    const sha = await change({ 'a.txt': 'two\n', 'dir/new.txt': 'new\n', 'b.txt': null });
    await push(sha);
    expect(await head()).toBe(sha);
    expect(await status()).toBe('');
    expect(await read('a.txt')).toBe('two\n');
    expect(await read('dir/new.txt')).toBe('new\n');
    await expect(read('b.txt')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is fast-forwarded past untracked files that are not in the way', async () => {
    await writeFile(path.join(repo, 'notes.txt'), 'mine\n');
    await push(await change({ 'a.txt': 'two\n' }));
    expect(await read('notes.txt')).toBe('mine\n');
    expect(await status()).toBe('?? notes.txt');
  });

  it.each([
    ['a changed file', () => writeFile(path.join(repo, 'a.txt'), 'mine\n')],
    ['a change of another file', () => writeFile(path.join(repo, 'b.txt'), 'mine\n')],
    ['a deleted file', () => unlink(path.join(repo, 'a.txt'))],
    ['an untracked file in the way', () => writeFile(path.join(repo, 'c.txt'), 'mine\n')],
    ['an ignored file in the way', () => writeFile(path.join(repo, '.env'), 'SECRET=1\n')],
    [
      'a staged change',
      async () => {
        await writeFile(path.join(repo, 'a.txt'), 'mine\n');
        await git(repo, 'add', 'a.txt');
      },
    ],
  ])('with %s is not touched at all', async (_, disturb) => {
    await disturb();
    const before = [await status(), await git(repo, 'write-tree'), await read('.env').catch(() => 'none'), await read('c.txt').catch(() => 'none')];
    await expect(push(await change({ 'a.txt': 'two\n', 'c.txt': 'new\n', '.env': 'reeve\n' }))).rejects.toMatchObject(DIRTY);
    expect(await head()).toBe(start);
    expect([await status(), await git(repo, 'write-tree'), await read('.env').catch(() => 'none'), await read('c.txt').catch(() => 'none')]).toEqual(
      before,
    );
  });

  it('in the middle of a merge is not touched', async () => {
    await git(repo, 'branch', 'other', await git(repo, 'commit-tree', `${start}^{tree}`, '-p', start, '-m', 'same tree'));
    await git(repo, 'merge', '--quiet', '--no-ff', '--no-commit', 'other');
    await expect(push(await change({ 'a.txt': 'two\n' }))).rejects.toMatchObject(DIRTY);
    expect(await head()).toBe(start);
  });

  it('being rebased is not moved behind the rebase’s back', async () => {
    await git(repo, 'commit', '--quiet', '--allow-empty', '-m', 'mine');
    const mine = await head();
    await git(repo, '-c', 'sequence.editor=sed -i "s/^pick/break\\npick/"', 'rebase', '--quiet', '--interactive', '--keep-empty', start);
    await git(mirrorDir, 'fetch', '--quiet', repo, mine);
    await expect(push(await change({ 'a.txt': 'two\n' }, mine), 'main', mine)).rejects.toMatchObject({ kind: 'conflict', code: 'checkout_busy' });
    expect(await head()).toBe(mine);
  });

  it('in a linked worktree counts as checked out, and follows there', async () => {
    const linked = path.join(folder.dir, 'linked');
    await git(repo, 'worktree', 'add', '--quiet', '-b', 'feature', linked);
    const first = await change({ 'a.txt': 'two\n' });
    await push(first, 'feature');
    expect(await readFile(path.join(linked, 'a.txt'), 'utf8')).toBe('two\n');
    expect(await read('a.txt')).toBe('one\n');
    await writeFile(path.join(linked, 'a.txt'), 'mine\n');
    await expect(push(await change({ 'a.txt': 'three\n' }, first), 'feature', first)).rejects.toMatchObject(DIRTY);
  });

  it('in a linked worktree whose folder is gone is left to its owner', async () => {
    const linked = path.join(folder.dir, 'linked');
    await git(repo, 'worktree', 'add', '--quiet', '-b', 'feature', linked);
    await rm(linked, { recursive: true });
    await expect(push(await change({ 'a.txt': 'two\n' }), 'feature')).rejects.toMatchObject(DIRTY);
  });

  it('reached through a symbolic ref follows too', async () => {
    await git(repo, 'symbolic-ref', 'refs/heads/master', 'refs/heads/main');
    const sha = await change({ 'a.txt': 'two\n' });
    await push(sha, 'master');
    expect([await head(), await read('a.txt'), await git(repo, 'symbolic-ref', 'refs/heads/master')]).toEqual([sha, 'two\n', 'refs/heads/main']);
  });

  it('is finished by the next try when the first died between files and ref', async () => {
    const sha = await change({ 'a.txt': 'two\n', 'c.txt': 'new\n' });
    await git(repo, 'fetch', '--quiet', mirrorDir, sha);
    await git(repo, 'read-tree', '-u', '-m', start, sha);
    await push(sha);
    expect([await head(), await status()]).toEqual([sha, '']);
  });

  it('is not moved while another git program holds the index', async () => {
    await writeFile(path.join(repo, '.git/index.lock'), '');
    await expect(push(await change({ 'a.txt': 'two\n' }))).rejects.toMatchObject({ kind: 'unavailable', code: 'repository_locked' });
    expect([await head(), await read('a.txt')]).toEqual([start, 'one\n']);
  });
});

describe('what the repository would run', () => {
  it('does not run: hooks, file system monitor', async () => {
    const trace = path.join(folder.dir, 'ran');
    const script = `#!/bin/sh\necho "$0" >> '${trace}'\nexit 0\n`;
    for (const hook of [
      'post-checkout',
      'post-merge',
      'post-update',
      'pre-receive',
      'update',
      'reference-transaction',
      'post-index-change',
      'fsmonitor',
    ]) {
      await writeFile(path.join(repo, '.git/hooks', hook), script);
      await chmod(path.join(repo, '.git/hooks', hook), 0o755);
    }
    await git(repo, 'config', 'core.fsmonitor', path.join(repo, '.git/hooks/fsmonitor'));
    await git(repo, 'config', 'core.hooksPath', path.join(repo, '.git/hooks'));
    await push(await change({ 'a.txt': 'two\n' }));
    await paths.createBranch(repo, 'ai-1', start);
    await inspectPath(repo, { PATH: GIT_ENV.PATH });
    expect(await head()).not.toBe(start);
    await expect(readFile(trace, 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('finding a repository', () => {
  const inspect = (dir: string) => inspectPath(dir, { PATH: GIT_ENV.PATH });

  it('works from its top, from below and through a link', async () => {
    await mkdir(path.join(repo, 'deep/er'), { recursive: true });
    await symlink(repo, path.join(folder.dir, 'link'));
    for (const dir of [repo, path.join(repo, 'deep/er'), path.join(folder.dir, 'link')]) {
      expect(await inspect(dir)).toMatchObject({ path: repo, bare: false, defaultBranch: 'main', checkedOut: 'main' });
    }
    expect(await inspect(mirrorDir)).toMatchObject({ path: mirrorDir, bare: true, checkedOut: null, defaultBranch: 'main' });
  });

  it("runs no filter of the repository's own, whatever has changed in it", async () => {
    const ran = path.join(folder.dir, 'filter-ran');
    await git(repo, 'config', 'filter.own.clean', `touch ${ran}; cat`);
    await git(repo, 'config', 'filter.own.process', `touch ${ran}`);
    await writeFile(path.join(repo, '.git/info/attributes'), '* filter=own\n');
    await writeFile(path.join(repo, 'a.txt'), 'mine\n');
    expect(await inspect(repo)).toMatchObject({ checkedOut: 'main' });
    await expect(readFile(ran)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says what is wrong: nothing there, a file, no repository', async () => {
    await expect(inspect(path.join(folder.dir, 'none'))).rejects.toMatchObject({ kind: 'not_found', code: 'folder_missing' });
    await expect(inspect(path.join(repo, 'a.txt'))).rejects.toMatchObject({ kind: 'invalid', code: 'not_a_repository' });
    await expect(inspect(folder.dir)).rejects.toMatchObject({ kind: 'invalid', code: 'not_a_repository' });
    await expect(inspect('shop')).rejects.toMatchObject({ kind: 'invalid', code: 'not_absolute' });
  });

  it('an unborn branch has no default branch, and asked for it is refused with what to do', async () => {
    const empty = path.join(folder.dir, 'empty');
    await mkdir(empty);
    await git(empty, 'init', '--quiet', '--initial-branch=main');
    expect(await inspect(empty)).toMatchObject({ defaultBranch: null, checkedOut: 'main' });
    await expect(paths.defaultBranch(empty)).rejects.toMatchObject({
      kind: 'refused',
      code: 'unborn_branch',
      hint: expect.stringContaining('first commit'),
    });
    const sha = await change({ 'a.txt': 'x\n' });
    await expect(paths.push(empty, { mirrorDir, sha, branch: 'main', expected: null })).rejects.toMatchObject({
      kind: 'refused',
      code: 'unborn_branch',
    });
  });

  it('with a detached HEAD means main, or asks', async () => {
    await git(repo, 'switch', '--quiet', '--detach');
    expect(await paths.defaultBranch(repo)).toBe('main');
    expect(await paths.checkedOutBranch(repo)).toBeNull();
    await git(repo, 'branch', '-m', 'main', 'one');
    await git(repo, 'branch', 'two');
    await expect(paths.defaultBranch(repo)).rejects.toMatchObject({ kind: 'refused', code: 'detached_head' });
  });

  it('never takes an outer repository for one that is gone', async () => {
    const inner = path.join(repo, 'inner');
    await mkdir(inner);
    await expect(paths.head(inner, 'main')).rejects.toMatchObject({ kind: 'invalid', code: 'not_a_repository' });
  });
});
