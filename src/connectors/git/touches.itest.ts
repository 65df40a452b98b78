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

test('what each commit touched is told newest first: merges left out, empty commits without paths, odd names whole', async () => {
  source.commit({ 'a.ts': '1', 'b.ts': '1' });
  source.git('checkout', '--quiet', '-b', 'side');
  source.commit({ 'line\nbreak ü.ts': '1' });
  source.git('checkout', '--quiet', 'main');
  source.commit({});
  source.git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'side');
  source.git('mv', 'a.ts', 'c.ts');
  const head = source.commit({});
  const touches = await (await mirrorOf()).touches(head, 10);
  expect(touches.map(({ paths }) => paths.toSorted())).toEqual([
    ['a.ts', 'c.ts'],
    ...[touches[1], touches[2]].map((one) => one?.paths ?? []),
    ['a.ts', 'b.ts'],
  ]);
  // The side commit and the empty one are of the same second: git may tell either first.
  expect([touches[1]?.paths, touches[2]?.paths]).toEqual(expect.arrayContaining([[], ['line\nbreak ü.ts']]));
  expect(touches[0]?.commit).toBe(head);
  expect(touches[0]?.atUnixS).toBe(Number(source.git('log', '-1', '--format=%ct')));
  expect(await (await mirrorOf()).touches(head, 2)).toHaveLength(2);
});

test('the branches of the source are told as last fetched', async () => {
  const first = source.commit({ 'a.ts': '1' });
  source.git('branch', 'feature/ü');
  const mirror = await mirrorOf();
  expect(await mirror.sourceBranches()).toEqual(
    new Map([
      ['feature/ü', first],
      ['main', first],
    ]),
  );
  const second = source.commit({ 'a.ts': '2' });
  source.git('branch', '-D', 'feature/ü');
  expect((await mirror.sourceBranches()).get('main')).toBe(first);
  await mirror.fetch();
  expect(await mirror.sourceBranches()).toEqual(new Map([['main', second]]));
});

test('a source without a commit has no branches', async () => {
  expect(await (await mirrorOf()).sourceBranches()).toEqual(new Map());
});
