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
