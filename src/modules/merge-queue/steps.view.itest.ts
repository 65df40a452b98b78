import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCollisions } from '#kernel/paths.ts';
import type { Mirror, TreeEntry } from '#ports/git.ts';
import { createRepository, openMirrorOf, type Repository } from './__fixtures__/estate.ts';
import { findOverlaps, type Touch } from './decide.apply.ts';
import { addedPaths, readAround, readFiles } from './steps.view.ts';

let source: Repository;
let mirror: Mirror;
let base: string;
beforeAll(async () => {
  source = createRepository();
  base = source.commit({ 'root.txt': 'r\n' });
  mirror = await openMirrorOf(source);
});
afterAll(() => source.remove());

// Few names, so that they meet: files that are folders elsewhere, other spellings, one name in two Unicode forms.
const segment = fc.constantFrom('a', 'A', 'b', 'B', 'é', 'e\u0301', 'x.ts');
const filePath = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
const tree = fc.uniqueArray(filePath, { maxLength: 10 }).map(withoutClashes);

/** As git takes them: no path is a folder of another. */
function withoutClashes(paths: readonly string[]): string[] {
  return paths.filter((one, at) => !paths.slice(0, at).some((other) => other.startsWith(`${one}/`) || one.startsWith(`${other}/`)));
}

const write = (paths: readonly string[], says = 'same\n'): Promise<string> =>
  mirror.writeTree(
    base,
    paths.map((path) => ({ path, content: new TextEncoder().encode(says) })),
  );

const listed = async (treeish: string): Promise<Map<string, TreeEntry>> =>
  new Map((await mirror.listTree(treeish)).map((entry): [string, TreeEntry] => [entry.path, entry]));

const judge = (files: ReadonlyMap<string, TreeEntry>, removed: readonly string[], added: readonly string[]): string[] => {
  const after = [...[...files.keys()].filter((path) => !removed.includes(path)), ...added];
  return [...new Set(findCollisions(after, added).map(({ path, kind }) => `${kind} ${path}`))].toSorted();
};

test('the files around some paths decide about names and overlaps as all files do', async () => {
  await fc.assert(
    fc.asyncProperty(tree, fc.uniqueArray(filePath, { minLength: 1, maxLength: 4 }), async (paths, asked) => {
      const head = await write(paths);
      const all = await listed(head);
      const near = await readAround(mirror, head, asked);
      for (const [path, entry] of near) expect(all.get(path)).toEqual(entry);
      const removed = asked.filter((path) => all.has(path)).slice(0, 1);
      const added = withoutClashes(asked).filter((path) => !all.has(path));
      expect(judge(near, removed, added)).toEqual(judge(all, removed, added));
      const touches = asked.map((path): Touch => {
        const file = all.get(path);
        return file === undefined
          ? { op: 'write', path, from: null, baseBlob: null, mode: '100644' }
          : { op: 'delete', path, baseBlob: file.blob, mode: '100644' };
      });
      expect(findOverlaps(touches, near)).toEqual(findOverlaps(touches, all));
    }),
    { numRuns: 1000 },
  );
});

test('added paths and single files are those of the whole lists', async () => {
  await fc.assert(
    fc.asyncProperty(tree, tree, async (before, after) => {
      const [one, two] = [await write(before), await write(after, 'other\n')];
      const [old, now] = [await listed(one), await listed(two)];
      expect((await addedPaths(mirror, one, two)).toSorted()).toEqual([...now.keys()].filter((path) => !old.has(path)).toSorted());
      const asked = [...before, ...after, 'nowhere', 'a/nowhere/b'];
      const found = await readFiles(mirror, two, asked);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries([...now].filter(([path]) => asked.includes(path))));
    }),
    { numRuns: 60 },
  );
});
