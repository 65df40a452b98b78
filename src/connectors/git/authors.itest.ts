import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Mirror } from '#ports/git.ts';
import { createRepository, GIT_ENV, type Repository } from './__fixtures__/repository.ts';
import { createGit } from './index.ts';

let source: Repository;

beforeEach(() => {
  source = createRepository();
});
afterEach(() => source.remove());

const mirrorOf = (): Promise<Mirror> => createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });

test('who changed some files is told newest first, with co-authors, for those files alone', async () => {
  const first = source.commit({ 'a.ts': '1', 'b.ts': '1' });
  source.commit({ 'c.ts': '1' });
  const second = source.commit({ 'a.ts': '2', 'c.ts': '2' }, 'Two\n\nCo-authored-by: Bo Ü <bo@example.test>\nCo-authored-by: nobody');
  const authors = await (await mirrorOf()).authors(second, ['a.ts', 'b.ts'], 10);
  const ada = { name: 'Ada', email: 'ada@example.test' };
  expect(authors).toEqual([
    { commit: second, atUnixS: expect.any(Number) as number, authors: [ada, { name: 'Bo Ü', email: 'bo@example.test' }], paths: ['a.ts'] },
    { commit: first, atUnixS: expect.any(Number) as number, authors: [ada], paths: expect.arrayContaining(['a.ts', 'b.ts']) as string[] },
  ]);
  expect(authors[0]?.atUnixS).toBe(Number(source.git('log', '-1', '--format=%at')));
  expect(await (await mirrorOf()).authors(second, ['a.ts', 'b.ts'], 1)).toHaveLength(1);
});

test('a path is a name and no pattern, and no paths are no commits', async () => {
  const head = source.commit({ 'a.ts': '1', '*.ts': '1', ':(top)x': '1' });
  source.commit({ 'a.ts': '2' });
  const mirror = await mirrorOf();
  expect((await mirror.authors('refs/remotes/source/main', ['*.ts'], 10)).map(({ commit }) => commit)).toEqual([head]);
  expect((await mirror.authors('refs/remotes/source/main', [':(top)x'], 10)).map(({ commit }) => commit)).toEqual([head]);
  expect(await mirror.authors(head, [], 10)).toEqual([]);
});
