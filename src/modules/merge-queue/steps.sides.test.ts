import { expect, test } from 'vitest';
import type { Mirror } from '#ports/git.ts';
import { describeFiles } from './steps.sides.ts';

const gone = { resolve: async () => null } as unknown as Mirror;
const commits = { base: 'a', ours: 'b', theirs: 'c' };

/** A file of which each side has `lines` lines. */
function file(path: string, lines: number) {
  const text = 'x\n'.repeat(lines);
  return { path, message: 'CONFLICT', base: text, ours: text, theirs: text };
}

test('files are compared while there is room for all of them together, smaller ones behind a large one still', async () => {
  const files = await describeFiles(
    gone,
    commits,
    [19_000, 19_000, 19_000, 3, 21_000].map((lines, nr) => file(`f${nr}`, lines)),
  );
  expect(files.map(({ path, stretches }) => [path, stretches?.length ?? null])).toEqual([
    ['f0', 1],
    ['f1', 1],
    ['f2', null],
    ['f3', 1],
    ['f4', null],
  ]);
  // What is not compared is still there to be read.
  expect(files[2]).toMatchObject({ sides: { ours: { shown: 'text' } }, ours: 'x\n'.repeat(19_000) });
});

test('a side whose text is not given is told by its size alone, however large it is', async () => {
  const asked: string[][] = [];
  const bytes: Record<string, number> = { small: 3, limit: 1024 * 1024, large: 6_000_000_000 };
  const names = Object.keys(bytes);
  const mirror = {
    resolve: async (commit: string) => commit,
    treeOf: async () => 'tree',
    readFolder: async () => new Map(names.map((name) => [name, { mode: '100644', id: name }])),
    readBlob: () => Promise.reject(new Error('It was read.')),
    blobSizes: async (blobs: string[]) => {
      asked.push(blobs);
      return blobs.map((blob) => bytes[blob]);
    },
  } as unknown as Mirror;
  const files = await describeFiles(
    mirror,
    commits,
    names.map((path) => ({ path, message: 'CONFLICT', base: 'x\n', ours: null, theirs: null })),
  );
  expect(files.map(({ sides }) => [sides.base.shown, sides.ours.bytes, sides.ours.shown, sides.theirs.shown])).toEqual([
    ['text', 3, 'binary', 'binary'],
    ['text', 1024 * 1024, 'binary', 'binary'],
    ['text', 6_000_000_000, 'too_large', 'too_large'],
  ]);
  expect(asked).toEqual([names]);
});
