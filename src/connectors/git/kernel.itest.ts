import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Mirror } from '#ports/git.ts';
import { createRepository, GIT_ENV, git, type Repository } from './__fixtures__/repository.ts';
import { createGit } from './index.ts';

let source: Repository;
beforeEach(() => {
  source = createRepository();
});
afterEach(() => source.remove());

const open = (): Promise<Mirror> => createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const AUTHOR = { name: 'Reeve', email: 'reeve@example.test' };
const lines = (changes: Record<number, string>): string => Array.from({ length: 20 }, (_, at) => `${changes[at] ?? `line ${at}`}\n`).join('');

test('what is written in this process is sound to git, and its commits are byte for byte those of commit-tree', async () => {
  const base = source.commit({ 'a/b/c.txt': 'c\n', 'a/d.txt': 'd\n', 'e.txt': 'e\n' });
  const mirror = await open();
  const tree = await mirror.writeTree(base, [
    { path: 'a/b/c.txt', content: null },
    { path: 'a/d.txt', content: bytes('D\n') },
    { path: 'ü/new.bin', content: Buffer.alloc(200_000, 7) },
    { path: 'a-b', content: bytes('sorts between a and a/') },
  ]);
  const message = 'Subject ü\n\nBody';
  const commit = await mirror.commit({ tree, parents: [base], message, author: AUTHOR, atUnixS: 1_700_000_000 });
  expect(await mirror.compareAndSwap('refs/heads/x', null, commit)).toBe(true);
  git(mirror.dir, ['fsck', '--strict', '--full']);
  expect(git(mirror.dir, ['ls-tree', '-r', '--name-only', '-z', tree]).split('\0').filter(Boolean)).toEqual(['a-b', 'a/d.txt', 'e.txt', 'ü/new.bin']);
  const args = ['-c', 'user.name=Reeve', '-c', 'user.email=reeve@example.test', 'commit-tree', tree, '-p', base, '-m', 'Subject ü', '-m', 'Body'];
  const byGit = git(mirror.dir, args);
  const body = (id: string): string => git(mirror.dir, ['cat-file', 'commit', id]).replace(/^(author|committer) .*$/gm, '$1');
  expect(body(commit)).toBe(body(byGit));
});

test('a commit that names what is not there is refused', async () => {
  const base = source.commit({ a: 'a' });
  const mirror = await open();
  const tree = await mirror.treeOf(base);
  const gone = 'f'.repeat(40);
  await expect(mirror.commit({ tree: gone, parents: [base], message: 'x', author: AUTHOR, atUnixS: 1 })).rejects.toMatchObject({ kind: 'not_found' });
  await expect(mirror.commit({ tree, parents: [gone], message: 'x', author: AUTHOR, atUnixS: 1 })).rejects.toMatchObject({ kind: 'not_found' });
  await expect(mirror.commit({ tree: base, parents: [base], message: 'x', author: AUTHOR, atUnixS: 1 })).rejects.toMatchObject({ kind: 'not_found' });
});

test('a name that git does not take into a tree is refused, and the rest of the change with it', async () => {
  const base = source.commit({ a: 'a' });
  const mirror = await open();
  const changes = [
    { path: 'b', content: bytes('b') },
    { path: '.git/config', content: bytes('x') },
  ];
  await expect(mirror.writeTree(base, changes)).rejects.toMatchObject({ kind: 'invalid', code: 'invalid_path' });
  // Odd but allowed: git's own index makes the tree.
  const tree = await mirror.writeTree(base, [{ path: 'a:b', content: bytes('x') }]);
  expect((await mirror.listTree(tree)).map(({ path: name }) => name)).toEqual(['a', 'a:b']);
});

test('merges one after the other, clean and conflicted, are answered each by its own result', async () => {
  const base = source.commit({ f: lines({}), g: lines({}) });
  const mirror = await open();
  const side = async (changes: Record<string, string>): Promise<string> => {
    const tree = await mirror.writeTree(
      base,
      Object.entries(changes).map(([name, text]) => ({ path: name, content: bytes(text) })),
    );
    return mirror.commit({ tree, parents: [base], message: 'Side', author: AUTHOR, atUnixS: 4_000_000_000 });
  };
  const ours = await side({ f: lines({ 0: 'ours' }) });
  const clean = await side({ f: lines({ 15: 'theirs' }) });
  const conflicting = await side({ f: lines({ 0: 'theirs' }), g: lines({ 3: 'also' }) });
  const merged = await mirror.writeTree(base, [{ path: 'f', content: bytes(lines({ 0: 'ours', 15: 'theirs' })) }]);
  for (let round = 0; round < 3; round += 1) {
    const [first, second, third] = await Promise.all([clean, conflicting, ours].map((theirs) => mirror.merge({ base, ours, theirs })));
    expect(first).toEqual({ kind: 'clean', tree: merged });
    expect(second).toMatchObject({ kind: 'conflict', conflicts: [{ path: 'f', message: 'CONFLICT (content): Merge conflict in f' }] });
    expect(third).toEqual({ kind: 'clean', tree: await mirror.treeOf(ours) });
    // What merged is in the half-merged tree; what did not can be put on top of it.
    const half = second?.kind === 'conflict' ? (second.tree ?? '') : '';
    expect((await mirror.readFile(half, 'g'))?.toString()).toBe(lines({ 3: 'also' }));
    const resolved = await mirror.writeTree(half, [{ path: 'f', content: bytes('resolved\n') }]);
    expect((await mirror.readFile(resolved, 'f'))?.toString()).toBe('resolved\n');
  }
});

test('differences asked for at once are answered each by its own, whatever the files are called', async () => {
  const base = source.commit({ 'reeve-end-1\n': 'a\n', b: 'b\n' });
  const mirror = await open();
  const to = await Promise.all(
    Array.from({ length: 6 }, (_, at) =>
      mirror.writeTree(base, [{ path: at % 2 === 0 ? 'reeve-end-1\n' : 'b', content: bytes('x\n'.repeat(at + 1)) }]),
    ),
  );
  const found = await Promise.all(to.map((tree) => mirror.diffStat(base, tree)));
  expect(found.map(([only]) => only)).toEqual(
    to.map((_, at) => ({ path: at % 2 === 0 ? 'reeve-end-1\n' : 'b', from: null, added: at + 1, deleted: 1 })),
  );
  expect((await mirror.diffNames(base, to[0] ?? '')).map(({ status }) => status)).toEqual(['M']);
  expect(await mirror.diffStat(base, base)).toEqual([]);
});

test('a refused move of a ref is an answer, and the next one goes through', async () => {
  const one = source.commit({ a: '1' });
  const two = source.commit({ a: '2' });
  const mirror = await open();
  expect(await mirror.compareAndSwap('refs/heads/t', null, one)).toBe(true);
  const answers = await Promise.all([mirror.compareAndSwap('refs/heads/t', two, one), mirror.compareAndSwap('refs/heads/u', null, two)]);
  expect(answers).toEqual([false, true]);
  expect(await mirror.compareAndSwap('refs/heads/t', one, two)).toBe(true);
  expect(git(mirror.dir, ['reflog', 'show', '--format=%H', 'refs/heads/t'])).toBe(`${two}\n${one}`);
});

test('of commits written here it is known without asking git who descends from whom, of others git is asked', async () => {
  const one = source.commit({ a: '1' });
  const two = source.commit({ a: '2' });
  const mirror = await open();
  const three = await mirror.commit({ tree: await mirror.treeOf(two), parents: [two], message: 'Three', author: AUTHOR, atUnixS: 4_000_000_000 });
  const pairs: Array<[string, string, boolean]> = [
    [one, two, true],
    [two, one, false],
    [two, three, true],
    [three, two, false],
    [one, three, true],
    [three, one, false],
    [three, three, true],
  ];
  for (const [ancestor, descendant, is] of pairs) expect(await mirror.isAncestor(ancestor, descendant)).toBe(is);
});

test('the last commit is told as git log tells it', async () => {
  source.commit({ a: '1' }, 'First line\nstill the subject\n\nBody');
  const mirror = await open();
  const [only] = await mirror.log(null, 'refs/remotes/source/main', 1);
  expect(only?.subject).toBe(source.git('log', '-1', '--format=%s'));
  expect(only?.atUnixS).toBe(Number(source.git('log', '-1', '--format=%ct')));
});
