import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryLog } from '../../../test/kit/log.ts';
import type { RefMove, RepositoryChange, Watching } from '#ports/watch.ts';
import { eventually } from '../../../test/kit/eventually.ts';
import { createRepository, GIT_ENV, git, type Repository } from './__fixtures__/repository.ts';
import { createRepositoryWatcher, type WatchSettings } from './index.ts';

let source: Repository;
let watching: Watching | null;
let changes: RepositoryChange[];
let ends: string[];
let log: ReturnType<typeof createMemoryLog>;

beforeEach(() => {
  source = createRepository();
  source.commit({ 'src/cart/add.ts': 'add\n', 'src/order.ts': 'order\n', '.gitignore': 'dist/\n*.log\n', 'readme.md': '' });
  watching = null;
  changes = [];
  ends = [];
  log = createMemoryLog();
});
afterEach(async () => {
  await watching?.stop();
  source.remove();
});

// The long poll proves that it was an event that told; tests of the poll set their own.
async function watch(settings: Partial<WatchSettings> = {}, dir = source.dir): Promise<void> {
  const watcher = createRepositoryWatcher({ env: GIT_ENV, log: log.log, pollMs: 3_600_000, ...settings });
  watching = await watcher.watch(dir, { onChange: (change) => void changes.push(change), onEnd: (reason) => void ends.push(reason) });
}

const edited = (): string[] => [...new Set(changes.flatMap((change) => (change.kind === 'worktree' ? change.paths : [])))].sort();
const moved = (): RefMove[] => changes.flatMap((change) => (change.kind === 'ref' ? change.moves : []));
const untilEdited = (...paths: string[]): Promise<void> => vi.waitFor(() => expect(edited()).toEqual(paths.toSorted()), { timeout: 20_000 });

/** Nothing is heard of what happened before: what comes after is waited for, and must be all there is. */
async function untilQuiet(name = 'last'): Promise<void> {
  source.write({ [name]: 'x' });
  await vi.waitFor(() => expect(edited()).toContain(name), { timeout: 20_000 });
}

test('an edit, a new file and a removed one are told with the branch and commit they happened on', async () => {
  await watch();
  source.write({ 'src/cart/add.ts': 'more\n', 'src/new.ts': 'new\n', 'readme.md': null });
  await untilEdited('readme.md', 'src/cart/add.ts', 'src/new.ts');
  expect(changes.find(({ kind }) => kind === 'worktree')).toMatchObject({ branch: 'main', commit: source.git('rev-parse', 'HEAD') });
  expect(watching?.mode).toBe('files');
});

test('a commit tells which branch moved from where to where, also on one that is not checked out', async () => {
  const first = source.git('rev-parse', 'HEAD');
  await watch();
  const second = source.commit({ 'src/order.ts': 'two\n' });
  await eventually(() => expect(moved()).toEqual([{ branch: 'main', from: first, to: second }]));
  source.git('update-ref', 'refs/heads/feature/deep/x', first);
  await eventually(() => expect(moved()).toContainEqual({ branch: 'feature/deep/x', from: null, to: first }));
  source.git('update-ref', 'refs/heads/feature/deep/x', second);
  await eventually(() => expect(moved()).toContainEqual({ branch: 'feature/deep/x', from: first, to: second }));
  source.git('branch', '-D', 'feature/deep/x');
  await eventually(() => expect(moved()).toContainEqual({ branch: 'feature/deep/x', from: second, to: null }));
});

test('many changes are told together, in far fewer calls than there are files', async () => {
  await watch();
  for (let n = 0; n < 3000; n += 1) source.write({ [`gen/d${n % 30}/f${n}.ts`]: `${n}` });
  await vi.waitFor(
    () => expect(changes.reduce((sum, change) => sum + (change.kind === 'worktree' ? change.count : 0), 0)).toBeGreaterThanOrEqual(3000),
    {
      timeout: 30_000,
    },
  );
  const calls = changes.filter(({ kind }) => kind === 'worktree');
  expect(calls.length).toBeLessThan(60);
  expect(Math.max(...changes.map((change) => (change.kind === 'worktree' ? change.paths.length : 0)))).toBeLessThanOrEqual(500);
  changes.length = 0;
  // Folders that came with the flood are watched.
  source.write({ 'gen/d7/f7.ts': 'again' });
  await untilEdited('gen/d7/f7.ts');
});

test('a branch switch tells where HEAD is now, and folders that came with it are watched', async () => {
  source.git('checkout', '--quiet', '-b', 'other');
  const other = source.commit({ 'src/extra/deep/a.ts': 'a\n', 'src/cart/add.ts': 'other\n' });
  source.git('checkout', '--quiet', 'main');
  const main = source.git('rev-parse', 'HEAD');
  await watch();
  source.git('checkout', '--quiet', 'other');
  const head = { kind: 'head', branch: 'other', commit: other, previous: { branch: 'main', commit: main } };
  await eventually(() => expect(changes.find(({ kind }) => kind === 'head')).toEqual(head));
  await eventually(() => expect(edited()).toEqual(expect.arrayContaining(['src/cart/add.ts', 'src/extra/deep/a.ts'])));
  expect(moved()).toEqual([]);
  // A checkout that is slow is told in several parts.
  await untilQuiet();
  changes.length = 0;
  source.write({ 'src/extra/deep/a.ts': 'edited\n' });
  await eventually(() => expect(edited()).toContain('src/extra/deep/a.ts'));

  changes.length = 0;
  source.git('checkout', '--quiet', '--force', '--detach', main);
  await eventually(() => expect(changes.find(({ kind }) => kind === 'head')).toMatchObject({ branch: null, commit: main }));
  source.git('checkout', '--quiet', 'other');
  await eventually(() => expect(changes.filter(({ kind }) => kind === 'head').at(-1)).toMatchObject({ branch: 'other' }));
  await untilQuiet('back');
  changes.length = 0;
  source.write({ 'src/extra/deep/a.ts': 'edited after the folder came back\n' });
  await eventually(() => expect(edited()).toContain('src/extra/deep/a.ts'));
});

test('git gc, status and fetches move nothing and say nothing; a commit afterwards is told', async () => {
  source.git('branch', 'side');
  await watch();
  source.git('gc', '--quiet', '--prune=now');
  source.git('pack-refs', '--all', '--prune');
  source.git('status');
  await untilQuiet();
  expect(changes.filter(({ kind }) => kind !== 'worktree')).toEqual([]);
  expect(edited()).toEqual(['last']);
  const side = source.git('rev-parse', 'side');
  const next = source.commit({ 'src/order.ts': 'after gc\n' });
  await eventually(() => expect(moved()).toContainEqual({ branch: 'main', from: side, to: next }));
});

test('what git ignores and node_modules are neither watched nor told', async () => {
  source.write({ 'dist/old/a.js': '1', 'node_modules/zod/index.js': '1', 'src/debug.log': '1' });
  const opened: string[] = [];
  const { openWatch } = await import('./watch.folders.ts');
  await watch({ open: (dir, onEvent, onError) => (opened.push(dir), openWatch(dir, onEvent, onError)) });
  source.write({
    'dist/old/a.js': '2',
    'dist/new/b.js': '1',
    'node_modules/zod/index.js': '2',
    'packages/a/node_modules/x/y.js': '1',
    'src/debug.log': '2',
    'packages/a/dist/x.js': '1',
  });
  await untilQuiet();
  expect(edited()).toEqual(['last']);
  expect(opened.filter((dir) => /dist|node_modules|objects/.test(path.relative(source.dir, dir)))).toEqual([]);
  // Tracked, so not ignored, whatever the patterns say.
  source.commit({ 'kept.log': '1' });
  changes.length = 0;
  source.write({ 'kept.log': '2' });
  await untilEdited('kept.log');
});

test('a folder that is removed and made again is watched again, an empty one too', async () => {
  mkdirSync(path.join(source.dir, 'notes'));
  await watch();
  rmSync(path.join(source.dir, 'src'), { recursive: true });
  await eventually(() => expect(edited()).toContain('src'));
  source.write({ 'src/cart/add.ts': 'again\n' });
  await eventually(() => expect(edited()).toContain('src/cart/add.ts'));
  changes.length = 0;
  source.write({ 'src/cart/add.ts': 'and again\n', 'notes/today.md': 'x' });
  await untilEdited('notes/today.md', 'src/cart/add.ts');
  changes.length = 0;
  // At once: the new folder may get the inode of the old one.
  rmSync(path.join(source.dir, 'src'), { recursive: true });
  source.write({ 'src/cart/add.ts': 'made at once\n' });
  await eventually(() => expect(edited()).toContain('src/cart/add.ts'));
  changes.length = 0;
  source.write({ 'src/cart/add.ts': 'still watched\n' });
  await untilEdited('src/cart/add.ts');
  changes.length = 0;
  renameSync(path.join(source.dir, 'src'), path.join(source.dir, 'lib'));
  await eventually(() => expect(edited()).toEqual(['lib/cart/add.ts', 'src']));
  changes.length = 0;
  source.write({ 'lib/cart/add.ts': 'moved\n' });
  await untilEdited('lib/cart/add.ts');
});

test('moving the repository away ends the watch with a sentence, and nothing is said afterwards', async () => {
  await watch();
  renameSync(source.dir, `${source.dir}-moved`);
  await eventually(() => expect(ends).toEqual([`${source.dir} was moved or removed.`]));
  const before = changes.length;
  appendFileSync(path.join(`${source.dir}-moved`, 'readme.md'), 'more');
  git(`${source.dir}-moved`, ['commit', '--quiet', '--allow-empty', '-m', 'Elsewhere']);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(changes.length).toBe(before);
});

test('another repository in the same place ends the watch too', async () => {
  await watch();
  rmSync(path.join(source.dir, '.git'), { recursive: true });
  source.git('init', '--quiet');
  source.write({ 'readme.md': 'x' });
  await eventually(() => expect(ends).toEqual([`${source.dir} is not the same repository any more.`]));
});

test('a bare repository is watched for its refs alone', async () => {
  const bare = path.join(source.root, 'bare.git');
  git(source.root, ['clone', '--quiet', '--bare', source.dir, bare]);
  await watch({}, bare);
  expect(watching?.mode).toBe('refs');
  const next = source.commit({ 'src/order.ts': 'pushed\n' });
  source.git('push', '--quiet', bare, 'main');
  await eventually(() => expect(moved()).toMatchObject([{ branch: 'main', to: next }]));
});

test('a commit in a linked worktree is told by the repository it belongs to', async () => {
  await watch();
  const linked = path.join(source.root, 'linked');
  source.git('worktree', 'add', '--quiet', '-b', 'side', linked);
  git(linked, ['commit', '--quiet', '--allow-empty', '-m', 'Side']);
  const side = git(linked, ['rev-parse', 'HEAD']);
  await eventually(() => expect(moved().at(-1)).toMatchObject({ branch: 'side', to: side }));
});

test('an unborn branch is watched, and its first commit is told', async () => {
  const empty = path.join(source.root, 'empty');
  mkdirSync(empty);
  git(empty, ['init', '--quiet', '--initial-branch=main']);
  await watch({}, empty);
  writeFileSync(path.join(empty, 'a.txt'), 'a');
  await untilEdited('a.txt');
  expect(changes[0]).toMatchObject({ branch: 'main', commit: null });
  git(empty, ['add', '.']);
  git(empty, ['commit', '--quiet', '-m', 'First']);
  await eventually(() => expect(moved()).toMatchObject([{ branch: 'main', from: null }]));
});

test('a machine without room for more watches is told in the log, and commits are still found', async () => {
  const { openWatch } = await import('./watch.folders.ts');
  let room = 3;
  const full = Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' });
  await watch({
    pollMs: 100,
    open(dir, onEvent, onError) {
      room -= 1;
      if (room < 0) throw full;
      return openWatch(dir, onEvent, onError);
    },
  });
  expect(watching?.mode).toBe('refs');
  expect(log.lines()).toContainEqual(
    expect.objectContaining({ repository: source.dir, reason: 'ENOSPC', msg: expect.stringContaining('only commits and branch switches') as string }),
  );
  const next = source.commit({ 'src/order.ts': 'two\n' });
  await eventually(() => expect(moved()).toMatchObject([{ branch: 'main', to: next }]));
  source.git('checkout', '--quiet', '-b', 'other');
  await eventually(() => expect(changes.some((change) => change.kind === 'head' && change.branch === 'other')).toBe(true));
});

test('a repository that grows beyond the limit of folders falls back while it is watched', async () => {
  await watch({ pollMs: 100, mostFolders: 8 });
  expect(watching?.mode).toBe('files');
  for (let n = 0; n < 12; n += 1) source.write({ [`more/d${n}/a.ts`]: 'a' });
  await eventually(() => expect(watching?.mode).toBe('refs'));
  const next = source.commit({});
  await eventually(() => expect(moved()).toMatchObject([{ to: next }]));
});

test('folders whose events were lost in a flood are found and watched from then on', async () => {
  const { openWatch } = await import('./watch.folders.ts');
  let deaf = false;
  let flood: () => void = () => undefined;
  await watch({
    open(dir, onEvent, onError) {
      if (dir === source.dir) flood = () => onEvent(null);
      return openWatch(dir, (name) => !deaf && onEvent(name), onError);
    },
  });
  deaf = true;
  source.write({ 'late/deep/a.ts': '1' });
  await new Promise((resolve) => setTimeout(resolve, 300));
  deaf = false;
  flood();
  // Watched by now or soon: written again until it is told.
  await vi.waitFor(
    () => {
      source.write({ 'late/deep/a.ts': `${performance.now()}` });
      expect(edited()).toEqual(['late/deep/a.ts']);
    },
    { timeout: 20_000, interval: 300 },
  );
});

test('what fails while a change is handled is logged, and the next change is told', async () => {
  const watcher = createRepositoryWatcher({ env: GIT_ENV, log: log.log, pollMs: 3_600_000 });
  watching = await watcher.watch(source.dir, {
    onChange(change) {
      changes.push(change);
      throw new Error('no database');
    },
    onEnd: () => undefined,
  });
  source.write({ 'a.ts': '1' });
  await untilEdited('a.ts');
  source.write({ 'b.ts': '1' });
  await untilEdited('a.ts', 'b.ts');
  expect(log.lines()).toContainEqual(expect.objectContaining({ error: 'no database' }));
});

test('nothing is told after the stop, and stopping twice is once', async () => {
  await watch();
  source.write({ 'src/order.ts': 'x\n' });
  await watching?.stop();
  const before = changes.length;
  source.commit({ 'src/order.ts': 'y\n' });
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(changes.length).toBe(before);
  await watching?.stop();
});

test('a folder that is no repository, or below the top of one, is refused', async () => {
  const watcher = createRepositoryWatcher({ env: GIT_ENV, log: log.log });
  const heard = { onChange: () => undefined, onEnd: () => undefined };
  await expect(watcher.watch(path.join(source.dir, 'nowhere'), heard)).rejects.toMatchObject({ kind: 'not_found', code: 'folder_missing' });
  await expect(watcher.watch(source.root, heard)).rejects.toMatchObject({ kind: 'invalid', code: 'not_a_repository' });
  await expect(watcher.watch(path.join(source.dir, 'src'), heard)).rejects.toMatchObject({ code: 'not_a_repository' });
});
