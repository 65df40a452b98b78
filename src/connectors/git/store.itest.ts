import { readdirSync, existsSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileChange, Mirror } from '#ports/git.ts';
import { createRepository, GIT_ENV, git, type Repository } from './__fixtures__/repository.ts';
import { createGit } from './index.ts';

let source: Repository;
let mirror: Mirror;
let base: string;
beforeEach(async () => {
  source = createRepository();
  base = source.commit({ 'a/b/c.txt': 'c\n', 'a/d.txt': 'd\n', 'e.txt': 'e\n', 'F/g.txt': 'g\n' });
  mirror = await createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
});
afterEach(() => source.remove());

const AUTHOR = { name: 'Reeve', email: 'reeve@example.test' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const commitOn = async (parents: readonly string[], tree: string, atUnixS = 1_700_000_000): Promise<string> =>
  mirror.commit({ tree, parents, message: 'Next', author: AUTHOR, atUnixS });

/** All files as the kept folders tell them. */
async function walk(tree: string, prefix = ''): Promise<string[]> {
  const files: string[] = [];
  for (const [name, entry] of await mirror.readFolder(tree)) {
    if (entry.mode === '40000') files.push(...(await walk(entry.id, `${prefix}${name}/`)));
    else files.push(`${entry.mode} blob ${entry.id}\t${prefix}${name}`);
  }
  return files;
}

const NAMES = ['a/b/c.txt', 'a/d.txt', 'e.txt', 'F/g.txt', 'a/b', 'a', 'new/deep/x', 'new/y', 'z'];
const change = fc.record({ path: fc.constantFrom(...NAMES), content: fc.option(fc.constantFrom('one\n', 'two\n', ''), { nil: null }) });

test('after any changes the kept folders are what git reads of the trees, and every object is sound', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(change, { maxLength: 4, selector: ({ path: name }) => name }), { minLength: 1, maxLength: 5 }),
      async (steps) => {
        let head = base;
        const trees: string[] = [];
        for (const changes of steps) {
          const compatible = changes.filter(({ path: name }, at) => !changes.slice(0, at).some((other) => related(other.path, name)));
          const tree = await mirror.writeTree(
            head,
            compatible.map(({ path: name, content }): FileChange => ({ path: name, content: content === null ? null : bytes(content) })),
          );
          trees.push(tree);
          head = await commitOn([head], tree);
        }
        for (const tree of trees) expect((await walk(tree)).toSorted()).toEqual(listedByGit(tree));
      },
    ),
    { numRuns: 12 },
  );
  git(mirror.dir, ['fsck', '--strict', '--full']);
});

const related = (a: string, b: string): boolean => a.startsWith(`${b}/`) || b.startsWith(`${a}/`);

function listedByGit(tree: string): string[] {
  return git(mirror.dir, ['ls-tree', '-r', '-z', tree]).split('\0').filter(Boolean).toSorted();
}

test('blobs that are there are placed as if their contents had been written', async () => {
  const whole = await mirror.writeTree(base, [
    { path: 'e.txt', content: null },
    { path: 'new/e.txt', content: bytes('e\n'), mode: '100755' },
  ]);
  const blob = await mirror.writeBlob(bytes('e\n'));
  const placed = await mirror.placeBlobs(base, [
    { path: 'e.txt', file: null },
    { path: 'new/e.txt', file: { blob, mode: '100755' } },
  ]);
  expect(placed).toBe(whole);
  expect(await mirror.placeBlobs(base, [])).toBe(await mirror.treeOf(base));
  await expect(mirror.placeBlobs(base, [{ path: '.git/config', file: { blob, mode: null } }])).rejects.toMatchObject({ code: 'invalid_path' });
});

test('what is made together is read by the mirror at once, by git when it is asked, and by everybody at the end', async () => {
  const commit = await mirror.together(async () => {
    const tree = await mirror.writeTree(base, [{ path: 'e.txt', content: bytes('E\n') }]);
    const made = await commitOn([base], tree);
    expect(existsSync(path.join(mirror.dir, 'objects', made.slice(0, 2), made.slice(2)))).toBe(false);
    expect(await mirror.treeOf(made)).toBe(tree);
    expect((await mirror.readFile(made, 'e.txt'))?.toString()).toBe('E\n');
    const other = await commitOn([base], await mirror.writeTree(base, [{ path: 'a/d.txt', content: bytes('D\n') }]));
    expect(await mirror.merge({ base, ours: made, theirs: other })).toMatchObject({ kind: 'clean' });
    return commitOn([made], tree);
  });
  expect(git(mirror.dir, ['rev-list', '--count', commit])).toBe('3');
});

test('what was made before a failure within is there all the same', async () => {
  let tree = '';
  const failing = mirror.together(async () => {
    tree = await mirror.writeTree(base, [{ path: 'e.txt', content: bytes('E\n') }]);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(git(mirror.dir, ['cat-file', '-t', tree])).toBe('tree');
});

test('objects of every size are packed as git reads them', async () => {
  const sizes = [0, 1, 15, 16, 17, 2047, 2048, 2049, 70_000, 300_000];
  const blobs = await mirror.together(() => Promise.all(sizes.map((size) => mirror.writeBlob(Buffer.alloc(size, 65)))));
  git(mirror.dir, ['fsck', '--strict', '--full']);
  expect(blobs.map((blob) => Number(git(mirror.dir, ['cat-file', '-s', blob])))).toEqual(sizes);
  const packs = readdirSync(path.join(mirror.dir, 'objects', 'pack')).filter((name) => name.endsWith('.pack'));
  for (const pack of packs) git(mirror.dir, ['verify-pack', path.join(mirror.dir, 'objects', 'pack', pack)]);
});

test('a merge that is committed lasts whatever becomes of what git wrote for trying it', async () => {
  const side = async (name: string): Promise<string> => commitOn([base], await mirror.writeTree(base, [{ path: name, content: bytes('changed\n') }]));
  const [ours, theirs] = [await side('a/d.txt'), await side('a/b/c.txt')];
  const merged = await mirror.merge({ base, ours, theirs });
  if (merged.kind !== 'clean') throw new Error('it merges');
  const tried = git(mirror.dir, ['rev-list', '--objects', '--no-object-names', merged.tree]).split('\n');
  const commit = await commitOn([ours], merged.tree);
  expect(await mirror.compareAndSwap('refs/heads/x', null, commit)).toBe(true);
  const packed = readdirSync(path.join(mirror.dir, 'objects', 'pack')).filter((name) => name.endsWith('.idx'));
  const ids = packed.flatMap((name) => git(mirror.dir, ['verify-pack', '-v', path.join(mirror.dir, 'objects', 'pack', name)]).split('\n'));
  const loose = (id: string): boolean => existsSync(path.join(mirror.dir, 'objects', id.slice(0, 2), id.slice(2)));
  expect(tried.filter((id) => !loose(id) && !ids.some((line) => line.startsWith(id)))).toEqual([]);
  git(mirror.dir, ['fsck', '--strict', '--full']);
});

test('many landings leave few packs', async () => {
  let head = base;
  for (let at = 0; at < 70; at += 1) {
    const parent = head;
    head = await mirror.together(async () =>
      commitOn([parent], await mirror.writeTree(parent, [{ path: `a/b/${at}.txt`, content: bytes(`${at}`) }])),
    );
    await mirror.compareAndSwap('refs/heads/x', at === 0 ? null : parent, head);
  }
  const packs = (): number => readdirSync(path.join(mirror.dir, 'objects', 'pack')).filter((name) => name.endsWith('.pack')).length;
  while (packs() > 20) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(git(mirror.dir, ['rev-list', '--count', 'refs/heads/x'])).toBe('71');
  expect((await mirror.readFile(head, 'a/b/0.txt'))?.toString()).toBe('0');
  git(mirror.dir, ['fsck', '--strict', '--full']);
});

test('how commits relate is what git says, on any history', async () => {
  const tree = await mirror.treeOf(base);
  const history = fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(history, async (shape) => {
      const commits = [base];
      for (const [at, picks] of shape.entries()) {
        const parents = [...new Set(picks.map((pick) => commits[pick % commits.length] ?? base))];
        commits.push(await commitOn(parents, tree, 1_700_000_000 + at));
      }
      const fresh = await createGit({ env: GIT_ENV }).mirror({ dir: mirror.dir, source: source.dir });
      for (const on of [mirror, fresh]) {
        const [a = base, b = base] = [commits.at(-1), commits[Math.floor(commits.length / 2)]];
        for (const [one, other] of [
          [a, b],
          [b, a],
        ] as const) {
          expect(await on.isAncestor(one, other)).toBe(isAncestorByGit(one, other));
          expect(git(mirror.dir, ['merge-base', '--all', one, other]).split('\n')).toContain(await on.mergeBase(one, other));
          const log = (await on.log(one, other, 100)).map(({ commit }) => commit).toSorted();
          expect(log).toEqual(
            git(mirror.dir, ['rev-list', other, `^${one}`])
              .split('\n')
              .filter(Boolean)
              .toSorted(),
          );
        }
      }
    }),
    { numRuns: 8 },
  );
});

function isAncestorByGit(one: string, other: string): boolean {
  return git(mirror.dir, ['rev-list', other]).split('\n').includes(one);
}
