import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MergeResult, Mirror } from '#ports/git.ts';
import { createRepository, GIT_ENV, type Files, type Repository } from './__fixtures__/repository.ts';
import { createGit } from './index.ts';

let source: Repository;
beforeEach(() => {
  source = createRepository();
});
afterEach(() => source.remove());

const lines = (...names: string[]): string => names.map((name) => `${name}\n`).join('');
const TEN = Array.from({ length: 10 }, (_, at) => `line ${at}`);
const changed = (at: number, text: string, end = '\n'): string => TEN.map((line, index) => (index === at ? text : line)).join(end) + end;

interface Sides {
  base: Files;
  ours: Files;
  theirs: Files;
}

/** Commits base, ours and theirs, merges in the mirror and by `git merge` in a worktree. */
async function mergeBoth(sides: Sides): Promise<{ mirror: Mirror; merged: MergeResult; byGit: string | null }> {
  const base = source.commit(sides.base, 'Base');
  source.git('checkout', '--quiet', '-b', 'theirs');
  const theirs = source.commit(sides.theirs, 'Theirs');
  source.git('checkout', '--quiet', 'main');
  const ours = source.commit(sides.ours, 'Ours');
  const mirror = await createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
  const merged = await mirror.merge({ base, ours, theirs });
  let byGit: string | null;
  try {
    source.git('merge', '--quiet', '--no-edit', '-m', 'Merge', 'theirs');
    byGit = source.git('rev-parse', 'HEAD^{tree}');
  } catch {
    byGit = null;
  }
  return { mirror, merged, byGit };
}

test.each<[string, Sides]>([
  ['edits of different files', { base: { a: 'a\n', b: 'b\n' }, ours: { a: 'A\n' }, theirs: { b: 'B\n' } }],
  ['edits far apart in one file', { base: { f: changed(-1, '') }, ours: { f: changed(0, 'ours') }, theirs: { f: changed(9, 'theirs') } }],
  ['the same edit on both sides', { base: { f: changed(-1, '') }, ours: { f: changed(4, 'same') }, theirs: { f: changed(4, 'same') } }],
  [
    'a rename here and an edit there',
    { base: { old: changed(-1, '') }, ours: { old: null, new: changed(-1, '') }, theirs: { old: changed(5, 'edited') } },
  ],
  [
    'an edit here and a rename there',
    { base: { old: changed(-1, '') }, ours: { old: changed(5, 'edited') }, theirs: { old: null, 'dir/new': changed(-1, '') } },
  ],
  ['CRLF line ends', { base: { f: changed(-1, '', '\r\n') }, ours: { f: changed(0, 'ours', '\r\n') }, theirs: { f: changed(9, 'theirs', '\r\n') } }],
  [
    'CRLF under text=auto',
    { base: { '.gitattributes': '* text=auto\n', f: changed(-1, '') }, ours: { f: changed(0, 'ours') }, theirs: { f: changed(9, 'theirs') } },
  ],
  [
    'a missing final newline',
    {
      base: { f: `${lines('a', 'b', 'c', 'd', 'e')}end` },
      ours: { f: `${lines('A', 'b', 'c', 'd', 'e')}end` },
      theirs: { f: `${lines('a', 'b', 'c', 'd', 'e')}end\n` },
    },
  ],
  [
    'a binary file changed on one side',
    { base: { 'x.bin': Buffer.from([0, 1, 2]), f: 'f\n' }, ours: { f: 'F\n' }, theirs: { 'x.bin': Buffer.from([0, 9]) } },
  ],
  ['a deletion and an edit elsewhere', { base: { a: 'a\n', b: 'b\n' }, ours: { a: null }, theirs: { b: 'B\n' } }],
  [
    'union merges where .gitattributes says so',
    {
      base: { '.gitattributes': 'sub/*.log merge=union\n', 'sub/x.log': lines('a', 'z') },
      ours: { 'sub/x.log': lines('a', 'o', 'z') },
      theirs: { 'sub/x.log': lines('a', 't', 'z') },
    },
  ],
  [
    'a nested .gitattributes',
    {
      base: { 'sub/.gitattributes': '*.log merge=union\n', 'sub/x.log': lines('a', 'z') },
      ours: { 'sub/x.log': lines('a', 'o', 'z') },
      theirs: { 'sub/x.log': lines('a', 't', 'z') },
    },
  ],
  [
    'a new folder there beside a folder moved here',
    {
      base: { 'old/a': changed(-1, ''), 'old/b': changed(1, 'b'), f: changed(-1, '') },
      ours: { 'old/a': null, 'old/b': null, 'moved/a': changed(-1, ''), 'moved/b': changed(1, 'b'), f: changed(0, 'ours') },
      theirs: { 'fresh/deep/n': 'n\n', f: changed(9, 'theirs') },
    },
  ],
  [
    'a folder emptied there that got a file here',
    { base: { 'd/a': 'a\n', 'd/b': 'b\n', f: 'f\n' }, ours: { 'd/c': 'c\n' }, theirs: { 'd/a': null, 'd/b': null } },
  ],
  [
    'the same file added on both sides, and an edit',
    { base: { f: changed(-1, '') }, ours: { 'n/x': 'x\n', f: changed(0, 'ours') }, theirs: { 'n/x': 'x\n', f: changed(9, 'theirs') } },
  ],
])('a clean merge of %s gives the tree of git merge', async (_, sides) => {
  const { merged, byGit } = await mergeBoth(sides);
  expect(byGit).not.toBeNull();
  expect(merged).toEqual({ kind: 'clean', tree: byGit });
});

test.each<[string, Sides, string]>([
  ['two edits of one line', { base: { f: 'a\n' }, ours: { f: 'ours\n' }, theirs: { f: 'theirs\n' } }, 'f'],
  ['an edit of a deleted file', { base: { f: changed(-1, '') }, ours: { f: null }, theirs: { f: changed(3, 'x') } }, 'f'],
  ['two new files of one name', { base: { a: 'a\n' }, ours: { n: 'ours\n' }, theirs: { n: 'theirs\n' } }, 'n'],
  ['two changes of a binary file', { base: { b: Buffer.from([0, 1]) }, ours: { b: Buffer.from([0, 2]) }, theirs: { b: Buffer.from([0, 3]) } }, 'b'],
  [
    'files that must not be merged as text',
    {
      base: { '.gitattributes': '*.lock -merge\n', 'x.lock': changed(-1, '') },
      ours: { 'x.lock': changed(0, 'o') },
      theirs: { 'x.lock': changed(9, 't') },
    },
    'x.lock',
  ],
  [
    'a folder moved here and a file added to it there',
    {
      base: { 'old/a': changed(-1, ''), 'old/b': changed(1, 'b') },
      ours: { 'old/a': null, 'old/b': null, 'moved/a': changed(-1, ''), 'moved/b': changed(1, 'b') },
      theirs: { 'old/n': 'n\n' },
    },
    'moved/n',
  ],
])('%s conflict as they do in git merge', async (_, sides, file) => {
  const { merged, byGit } = await mergeBoth(sides);
  expect(byGit).toBeNull();
  expect(merged).toMatchObject({ kind: 'conflict', conflicts: [{ path: file }] });
});

test('a file here and a folder there of one name conflict as they do in git merge', async () => {
  const { merged, byGit } = await mergeBoth({ base: { f: 'f\n' }, ours: { d: 'file\n' }, theirs: { 'd/n': 'n\n' } });
  expect(byGit).toBeNull();
  expect(merged).toMatchObject({ kind: 'conflict', conflicts: [{ path: expect.stringMatching(/^d~/) }] });
});

test('a conflict is a value with both sides, their origin and the words of git', async () => {
  const { merged } = await mergeBoth({
    base: { f: 'base\n', 'x.bin': Buffer.from([0, 1]) },
    ours: { f: 'ours\n', 'x.bin': Buffer.from([0, 2]) },
    theirs: { f: 'theirs\n', 'x.bin': Buffer.from([0, 3]) },
  });
  expect(merged).toEqual({
    kind: 'conflict',
    tree: expect.stringMatching(/^[0-9a-f]{40}$/),
    conflicts: [
      { path: 'f', base: 'base\n', ours: 'ours\n', theirs: 'theirs\n', message: 'CONFLICT (content): Merge conflict in f' },
      { path: 'x.bin', base: null, ours: null, theirs: null, message: expect.stringContaining('CONFLICT') },
    ],
  });
});

test('the named base is used even where history gives another or none', async () => {
  const one = source.commit({ f: changed(-1, '') });
  const two = source.commit({ f: changed(0, 'second') });
  source.git('checkout', '--quiet', '--orphan', 'elsewhere');
  const unrelated = source.commit({ f: changed(9, 'unrelated') });
  const mirror = await createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
  const merged = await mirror.merge({ base: one, ours: two, theirs: unrelated });
  const expected = await mirror.writeTree(two, [{ path: 'f', content: Buffer.from(changed(0, 'second').replace('line 9', 'unrelated')) }]);
  expect(merged).toEqual({ kind: 'clean', tree: expected });
  // Two is an ancestor of itself, so history would call this merge empty: the named base makes it a revert.
  expect(await mirror.merge({ base: two, ours: two, theirs: one })).toEqual({ kind: 'clean', tree: await mirror.treeOf(one) });
});

test('merging touches neither refs nor any worktree', async () => {
  const { mirror } = await mergeBoth({ base: { a: 'a\n', b: 'b\n' }, ours: { a: 'A\n' }, theirs: { b: 'B\n' } });
  expect(await mirror.resolve('refs/heads/main')).toBeNull();
  expect(source.git('status', '--porcelain')).toBe('');
});
