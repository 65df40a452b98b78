import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MOST_SIDE_BYTES, type Mirror } from '#ports/git.ts';
import { createRepository, GIT_ENV, git, type Repository } from './__fixtures__/repository.ts';
import { createGit } from './index.ts';

let source: Repository;
const provider = createGit({ env: GIT_ENV });
const mirrorOf = (name = 'mirror.git'): Promise<Mirror> => provider.mirror({ dir: path.join(source.root, name), source: source.dir });

beforeEach(() => {
  source = createRepository();
});
afterEach(() => source.remove());

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const LATIN1_NAME = Buffer.from([0x6e, 0x61, 0xef, 0x2e, 0x74]);

test('the version is told, and a missing program is said to be missing', async () => {
  const [major, minor] = await provider.version();
  expect(major * 100 + minor).toBeGreaterThanOrEqual(238);
  await expect(createGit({ env: GIT_ENV, gitPath: 'no-such-git' }).version()).rejects.toMatchObject({ kind: 'unavailable', code: 'git_missing' });
});

test('a mirror holds the source branches as remote refs and follows them on fetch, pruning', async () => {
  const first = source.commit({ 'a.txt': 'a\n' });
  source.git('branch', 'side');
  const mirror = await mirrorOf();
  expect(await mirror.resolve('refs/remotes/source/main')).toBe(first);
  expect(await mirror.sourceDefaultBranch()).toBe('main');
  const second = source.commit({ 'a.txt': 'b\n' });
  source.git('branch', '-D', 'side');
  await mirror.fetch();
  expect(await mirror.resolve('refs/remotes/source/main')).toBe(second);
  expect(await mirror.resolve('refs/remotes/source/side')).toBeNull();
  expect(await mirror.resolve('refs/heads/main')).toBeNull();
});

test('a rewritten source branch is followed', async () => {
  source.commit({ 'a.txt': 'a\n' });
  const mirror = await mirrorOf();
  source.git('commit', '--quiet', '--amend', '-m', 'Other');
  await mirror.fetch();
  expect(await mirror.resolve('refs/remotes/source/main')).toBe(source.git('rev-parse', 'HEAD'));
});

test('several makers of the same mirror end with one complete mirror', async () => {
  const head = source.commit({ 'a.txt': 'a\n' });
  const mirrors = await Promise.all(
    Array.from({ length: 6 }, () => createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'm.git'), source: source.dir })),
  );
  for (const mirror of mirrors) expect(await mirror.resolve('refs/remotes/source/main')).toBe(head);
  await Promise.all(mirrors.map((mirror) => mirror.fetch()));
});

test('an empty repository gives an empty mirror that fills when the first commit comes', async () => {
  const mirror = await mirrorOf();
  expect(await mirror.sourceDefaultBranch()).toBeNull();
  expect(await mirror.resolve('refs/remotes/source/main')).toBeNull();
  const first = source.commit({ 'a.txt': 'a\n' });
  await mirror.fetch();
  expect(await mirror.sourceDefaultBranch()).toBe('main');
  expect(await mirror.resolve('refs/remotes/source/main')).toBe(first);
});

test('a detached source has no default branch', async () => {
  source.commit({ 'a.txt': 'a\n' });
  source.git('checkout', '--quiet', '--detach');
  expect(await (await mirrorOf()).sourceDefaultBranch()).toBeNull();
});

test.each([
  ['a folder without a repository', (root: string) => mkdirSync(path.join(root, 'plain')), 'plain'],
  ['a path that does not exist', () => undefined, 'nowhere'],
  ['a file', (root: string) => writeFileSync(path.join(root, 'file'), 'x'), 'file'],
])('%s is refused as not a repository, leaving nothing behind', async (_, prepare, name) => {
  prepare(source.root);
  const dir = path.join(source.root, 'refused.git');
  await expect(provider.mirror({ dir, source: path.join(source.root, name) })).rejects.toMatchObject({ kind: 'invalid', code: 'not_a_repository' });
  expect(existsSync(dir)).toBe(false);
});

test('an unreachable URL is a fault of the way there, and its credentials are not told', async () => {
  const failed = provider.mirror({ dir: path.join(source.root, 'x.git'), source: 'http://user:s3cret@127.0.0.1:9/x.git' });
  await expect(failed).rejects.toMatchObject({ kind: 'unavailable', code: 'source_unreachable' });
  const error: unknown = await failed.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('s3cret');
});

test('objects come back byte for byte, and what is not there is null', async () => {
  const binary = Buffer.from([0, 255, 10, 13, 0, 128]);
  const head = source.commit({ 'a.txt': 'no final newline', 'bin/data': binary, 'crlf.txt': 'a\r\nb\r\n', 'odd \n name': 'x' });
  const mirror = await mirrorOf();
  expect(await mirror.readFile(head, 'a.txt')).toEqual(Buffer.from('no final newline'));
  expect(await mirror.readFile(head, 'bin/data')).toEqual(binary);
  expect(await mirror.readFile(head, 'crlf.txt')).toEqual(Buffer.from('a\r\nb\r\n'));
  expect(await mirror.readFile(head, 'odd \n name')).toEqual(Buffer.from('x'));
  for (const absent of ['b.txt', 'bin', '', './a.txt', '../a.txt', 'no\nsuch']) expect(await mirror.readFile(head, absent)).toBeNull();
  expect(await mirror.readFile('0'.repeat(40), 'a.txt')).toBeNull();
  await expect(mirror.readBlob('0'.repeat(40))).rejects.toMatchObject({ kind: 'not_found' });
  await expect(mirror.listTree('0'.repeat(40))).rejects.toMatchObject({ kind: 'not_found' });
  const blob = await mirror.writeBlob(binary);
  expect(await mirror.readBlob(blob)).toEqual(binary);
  expect(await mirror.blobSizes([blob, await mirror.writeBlob(bytes('x')), blob])).toEqual([6, 1, 6]);
  await expect(mirror.blobSizes([blob, '0'.repeat(40)])).rejects.toMatchObject({ kind: 'not_found' });
});

test('a side of a conflict that is too large to be shown is not read', async () => {
  // git as it is, writing down every object it is asked to give.
  const asked = path.join(source.root, 'asked');
  const gitPath = path.join(source.root, 'telling-git');
  writeFileSync(gitPath, `#!/bin/sh\ncase "$*" in *'cat-file --batch -z'*) tee -a '${asked}' | git "$@" ;; *) exec git "$@" ;; esac\n`, {
    mode: 0o755,
  });
  const large = (word: string): string => word.repeat(MOST_SIDE_BYTES / 4 + 1);
  const side = (word: string) => ({ 'large.txt': large(word), 'limit.txt': word.repeat(MOST_SIDE_BYTES / 4), 'small.txt': `${word}\n` });
  // Whoever says how to merge leaves all of it to git.
  const base = source.commit({ '.gitattributes': 'none merge=union\n', ...side('one\n') });
  source.git('checkout', '--quiet', '-b', 'side');
  const theirs = source.commit(side('two\n'));
  source.git('checkout', '--quiet', 'main');
  const ours = source.commit(side('six\n'));
  const mirror = await createGit({ env: GIT_ENV, gitPath }).mirror({ dir: path.join(source.root, 'm.git'), source: source.dir });
  const result = await mirror.merge({ base, ours, theirs });
  if (result.kind !== 'conflict') throw new Error(result.kind);
  expect(
    result.conflicts.map(({ path: name, ...of }) => [name, of.base?.length ?? null, of.ours?.length ?? null, of.theirs?.length ?? null]),
  ).toEqual([
    ['large.txt', null, null, null],
    ['limit.txt', MOST_SIDE_BYTES, MOST_SIDE_BYTES, MOST_SIDE_BYTES],
    ['small.txt', 5, 5, 5],
  ]);
  const idOf = (commit: string, name: string): string => source.git('rev-parse', `${commit}:${name}`);
  const read = (name: string): boolean[] => [base, ours, theirs].map((commit) => readFileSync(asked, 'latin1').includes(idOf(commit, name)));
  expect([read('large.txt'), read('small.txt')]).toEqual([
    [false, false, false],
    [true, true, true],
  ]);
});

test('many reads at once are answered in order, large ones too', async () => {
  const large = Buffer.alloc(6_000_000, 'abcdefg\n');
  const head = source.commit({ large, ...Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`f${at}`, `content ${at}\n`])) });
  const mirror = await mirrorOf();
  const names = Array.from({ length: 50 }, (_, at) => (at % 10 === 5 ? 'large' : `f${at}`));
  const reads = await Promise.all(names.map((name) => mirror.readFile(head, name)));
  expect(reads.map((content, at) => (names[at] === 'large' ? content?.equals(large) : content?.toString()))).toEqual(
    names.map((name, at) => (name === 'large' ? true : `content ${at}\n`)),
  );
});

test('names that are not UTF-8 are listed, read and written as the bytes they are', async () => {
  source.commit({ 'a.txt': 'a' });
  writeFileSync(Buffer.concat([Buffer.from(`${source.dir}/`), LATIN1_NAME]), 'latin');
  source.git('add', '--all');
  source.git('commit', '--quiet', '-m', 'Odd name');
  const head = source.git('rev-parse', 'HEAD');
  const mirror = await mirrorOf();
  const odd = (await mirror.listTree(head)).find((entry) => !entry.path.isWellFormed());
  expect(odd?.path).toBe('na\udcef.t');
  expect(await mirror.readFile(head, 'na\udcef.t')).toEqual(Buffer.from('latin'));
  const tree = await mirror.writeTree(head, [{ path: 'na\udcef.t', content: bytes('new') }]);
  expect(await mirror.readFile(tree, 'na\udcef.t')).toEqual(Buffer.from('new'));
  expect((await mirror.diffNames(head, tree)).map((change) => change.path)).toEqual(['na\udcef.t']);
});

test('a written tree is the one git itself would have committed', async () => {
  const base = source.commit({ 'keep.sh': '#!/bin/sh\n', 'gone.txt': 'x', 'dir/a': 'a', swap: 'file' });
  chmodSync(path.join(source.dir, 'keep.sh'), 0o755);
  const head = source.commit({}, 'Executable');
  const mirror = await mirrorOf();
  const tree = await mirror.writeTree(head, [
    { path: 'keep.sh', content: bytes('#!/bin/sh\necho\n') },
    { path: 'new/tool', content: bytes('t'), mode: '100755' },
    { path: 'swap/inner', content: bytes('i') },
    { path: 'gone.txt', content: null },
    { path: 'swap', content: null },
  ]);
  expect((await mirror.listTree(tree)).map(({ path: name, mode }) => `${mode} ${name}`)).toEqual([
    '100644 dir/a',
    '100755 keep.sh',
    '100755 new/tool',
    '100644 swap/inner',
  ]);
  source.git('checkout', '--quiet', '--detach', head);
  source.write({ 'keep.sh': '#!/bin/sh\necho\n', 'new/tool': 't', 'gone.txt': null, swap: null });
  source.write({ 'swap/inner': 'i' });
  source.git('add', '--all');
  source.git('update-index', '--chmod=+x', 'new/tool');
  expect(tree).toBe(source.git('write-tree'));
  expect(await mirror.writeTree(head, [])).toBe(await mirror.treeOf(head));
  expect(await mirror.treeOf(base)).not.toBe(tree);
});

test('a commit carries its author, date and message', async () => {
  const base = source.commit({ 'a.txt': 'a' });
  const mirror = await mirrorOf();
  const commit = await mirror.commit({
    tree: await mirror.treeOf(base),
    parents: [base],
    message: 'Subject\n\nBody\n\nReeve-Task: t1',
    author: { name: 'Reeve', email: 'r@example.test' },
    atUnixS: 1_700_000_000,
  });
  expect(git(mirror.dir, ['log', '-1', '--format=%an <%ae> %at %ct|%s|%(trailers:key=Reeve-Task,valueonly)', commit])).toBe(
    'Reeve <r@example.test> 1700000000 1700000000|Subject|t1',
  );
  expect(await mirror.log(base, commit, 10)).toEqual([{ commit, subject: 'Subject', atUnixS: 1_700_000_000 }]);
  expect(await mirror.isAncestor(base, commit)).toBe(true);
  expect(await mirror.isAncestor(commit, base)).toBe(false);
  expect(await mirror.mergeBase(commit, base)).toBe(base);
});

test('differences name renames, count lines and are cut at the limit', async () => {
  const text = Array.from({ length: 20 }, (_, at) => `line ${at}\n`).join('');
  const before = source.commit({ 'old.txt': text, 'logo.png': Buffer.from([0, 1, 2]) });
  const after = source.commit({ 'old.txt': null, 'new.txt': `${text}more\n`, 'logo.png': Buffer.from([0, 9]) });
  const mirror = await mirrorOf();
  expect(await mirror.diffNames(before, after)).toEqual([
    { status: 'M', path: 'logo.png', from: null },
    { status: 'R', path: 'new.txt', from: 'old.txt' },
  ]);
  expect(await mirror.diffStat(before, after)).toEqual([
    { path: 'logo.png', from: null, added: null, deleted: null },
    { path: 'new.txt', from: 'old.txt', added: 1, deleted: 0 },
  ]);
  expect(await mirror.diffText(before, after, 1_000_000)).toContain('+more');
  expect((await mirror.diffText(before, after, 40)).length).toBeLessThanOrEqual(40);
});

test('a difference of some files alone names them as they are, patterns included', async () => {
  const before = source.commit({ 'a*.txt': 'one\n', 'ab.txt': 'one\n', ':(top)x': 'one\n' });
  const after = source.commit({ 'a*.txt': 'two\n', 'ab.txt': 'two\n', ':(top)x': 'two\n' });
  const mirror = await mirrorOf();
  const namesIn = (text: string) => [...text.matchAll(/^\+\+\+ b\/(.*)$/gm)].map(([, name]) => name);
  expect(namesIn(await mirror.diffText(before, after, 10_000, ['a*.txt']))).toEqual(['a*.txt']);
  expect(namesIn(await mirror.diffText(before, after, 10_000, [':(top)x', 'ab.txt']))).toEqual([':(top)x', 'ab.txt']);
  expect(namesIn(await mirror.diffText(before, after, 10_000))).toHaveLength(3);
});

test('the bytes of a change are those of the files as they become: renamed ones whole, removed ones not', async () => {
  const text = 'x'.repeat(1000);
  const before = source.commit({ 'old.txt': text, 'gone.txt': 'y'.repeat(500), 'same.txt': 'z'.repeat(700) });
  const after = source.commit({ 'old.txt': null, 'new.txt': text, 'gone.txt': null, 'ä\n.bin': Buffer.alloc(300_000) });
  const mirror = await mirrorOf();
  expect(await mirror.changedBytes(before, after)).toBe(301_000);
  expect(await mirror.changedBytes(before, before)).toBe(0);
  expect(await mirror.changedBytes(await mirror.treeOf(after), await mirror.treeOf(before))).toBe(1500);
  await expect(mirror.changedBytes(before, 'f'.repeat(40))).rejects.toMatchObject({ code: 'git_failed' });
});

test('a ref moves only from the commit that was expected', async () => {
  const one = source.commit({ 'a.txt': '1' });
  const two = source.commit({ 'a.txt': '2' });
  const mirror = await mirrorOf();
  expect(await mirror.compareAndSwap('refs/heads/t', null, one)).toBe(true);
  expect(await mirror.compareAndSwap('refs/heads/t', null, two)).toBe(false);
  expect(await mirror.compareAndSwap('refs/heads/t', two, one)).toBe(false);
  expect(await mirror.compareAndSwap('refs/heads/t', one, two)).toBe(true);
  expect(await mirror.compareAndSwap('refs/heads/t', one, null)).toBe(false);
  expect(await mirror.compareAndSwap('refs/heads/t', two, null)).toBe(true);
  expect(await mirror.compareAndSwap('refs/heads/t', two, one)).toBe(false);
  expect(await mirror.resolve('refs/heads/t')).toBeNull();
  await expect(mirror.compareAndSwap('refs/heads/t', null, 'f'.repeat(40))).rejects.toMatchObject({ code: 'git_failed' });
  await mirror.compareAndSwap('refs/heads/dir', null, one);
  await expect(mirror.compareAndSwap('refs/heads/dir/below', null, one)).rejects.toMatchObject({ code: 'ref_name_conflict' });
});

test('of many racers for one ref exactly one wins', async () => {
  const base = source.commit({ 'a.txt': '0' });
  const mirror = await mirrorOf();
  await mirror.compareAndSwap('refs/heads/t', null, base);
  const tree = await mirror.treeOf(base);
  const commits = await Promise.all(
    Array.from({ length: 8 }, (_, at) =>
      mirror.commit({ tree, parents: [base], message: `Racer ${at}`, author: { name: 'R', email: 'r@example.test' }, atUnixS: 1 }),
    ),
  );
  const won = await Promise.all(commits.map((commit) => mirror.compareAndSwap('refs/heads/t', base, commit)));
  expect(won.filter(Boolean)).toHaveLength(1);
  expect(await mirror.resolve('refs/heads/t')).toBe(commits[won.indexOf(true)]);
});

test.each([
  ['an hour ago', -3600],
  ['by a clock that was set back by an hour since', 3600],
])('the lock that a killed git left on a ref %s holds nobody up', async (_, ageS) => {
  source.commit({ 'a.txt': 'a\n' });
  const patient = createGit({ env: GIT_ENV, refLockTimeoutMs: 200 });
  const mirror = await patient.mirror({ dir: path.join(source.root, 'locked.git'), source: source.dir });
  const commit = await mirror.resolve('refs/remotes/source/main');
  expect(await mirror.compareAndSwap('refs/heads/work', null, commit)).toBe(true);
  const lock = path.join(mirror.dir, 'refs/heads/work.lock');
  const at = new Date(Date.now() + ageS * 1000);
  writeFileSync(lock, '');
  utimesSync(lock, at, at);
  expect(await mirror.compareAndSwap('refs/heads/work', commit, null)).toBe(true);
  expect(existsSync(lock)).toBe(false);
});

test('two thousand files are listed, changed and merged', async () => {
  const base = source.commit(Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`dir${at % 40}/file${at}.txt`, `content of ${at}\n`])));
  const mirror = await mirrorOf();
  expect(await mirror.listTree(base)).toHaveLength(2000);
  const at = (changes: number[]) => changes.map((n) => ({ path: `dir${n % 40}/file${n}.txt`, content: bytes(`changed ${n}\n`) }));
  const author = { name: 'R', email: 'r@example.test' };
  const side = async (numbers: number[]) =>
    mirror.commit({ tree: await mirror.writeTree(base, at(numbers)), parents: [base], message: 'Side', author, atUnixS: 1 });
  const even = Array.from({ length: 500 }, (_, n) => n * 2);
  const odd = Array.from({ length: 500 }, (_, n) => n * 2 + 1);
  const merged = await mirror.merge({ base, ours: await side(even), theirs: await side(odd) });
  expect(merged).toEqual({ kind: 'clean', tree: await mirror.writeTree(base, at([...even, ...odd])) });
});

test('hooks and configuration of person and repository are left out', async () => {
  const base = source.commit({ 'a.txt': 'a\n' });
  const mirror = await mirrorOf();
  const trace = path.join(source.root, 'hook-ran');
  mkdirSync(path.join(mirror.dir, 'hooks'), { recursive: true });
  for (const hook of ['reference-transaction', 'post-checkout', 'post-index-change']) {
    writeFileSync(path.join(mirror.dir, 'hooks', hook), `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
  }
  const dir = path.join(source.root, 'wt');
  await mirror.addWorktree(dir, base);
  await mirror.snapshotWorktree(dir);
  await mirror.compareAndSwap('refs/heads/x', null, base);
  expect(existsSync(trace)).toBe(false);
});

test('a process that used a mirror ends by itself', () => {
  source.commit({ 'a.txt': 'a\n' });
  const script = path.join(source.root, 'use.ts');
  writeFileSync(
    script,
    `import { createGit } from ${JSON.stringify(path.resolve(import.meta.dirname, 'index.ts'))};
const mirror = await createGit({ env: ${JSON.stringify(GIT_ENV)} }).mirror({ dir: ${JSON.stringify(path.join(source.root, 'm.git'))}, source: ${JSON.stringify(source.dir)} });
process.stdout.write(String(await mirror.readFile('refs/remotes/source/main', 'a.txt')));`,
  );
  expect(execFileSync(process.execPath, [script], { timeout: 30_000 }).toString()).toBe('a\n');
  rmSync(script);
});
