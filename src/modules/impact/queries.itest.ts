import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGit } from '#connectors/git/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createRepository, GIT_ENV, type Repository } from '../../connectors/git/__fixtures__/repository.ts';
import { createImpact, freshBase, impactOf, type Impact } from './index.ts';

let source: Repository;
let mirror: Mirror;
let impact: Impact;
/** Blobs that were read. */
let read: string[];

beforeEach(async () => {
  source = createRepository();
  source.commit({
    'package.json': '{"imports": {"#*.ts": "./src/*.ts"}}',
    'src/cart.ts': 'export const cart = 1;',
    'src/checkout.ts': "import { cart } from '#cart.ts';",
    'src/page.ts': "import './checkout.js';",
    'src/money.ts': 'export {};',
    'logo.png': new Uint8Array([0, 1, 2]),
    'readme.md': "import x from './src/cart.ts'",
  });
  const opened = await createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
  read = [];
  mirror = {
    ...opened,
    readBlob(blob) {
      read.push(blob);
      return opened.readBlob(blob);
    },
  };
  impact = createImpact({ mirrors: () => Promise.resolve(mirror) });
});
afterEach(() => source.remove());

/** Commits, fetches, answers the commit. */
async function landed(files: Record<string, string | null>): Promise<string> {
  const commit = source.commit(files);
  await mirror.fetch();
  return commit;
}

const blob = (file: string): string => source.git('rev-parse', `HEAD:${file}`);

test('the graph of a commit is read from git, sources and manifests only', async () => {
  const graph = await impact.graph('repo_1', source.git('rev-parse', 'HEAD'));
  expect(Object.fromEntries(impactOf(graph, ['src/cart.ts']))).toEqual({ 'src/cart.ts': 0, 'src/checkout.ts': 1, 'src/page.ts': 2 });
  expect(read.toSorted()).toEqual(['package.json', 'src/cart.ts', 'src/checkout.ts', 'src/page.ts', 'src/money.ts'].map(blob).toSorted());
});

test('after a landing only the changed files are read, and the graph is as if built anew', async () => {
  await impact.graph('repo_1', source.git('rev-parse', 'HEAD'));
  read.length = 0;
  const commit = await landed({ 'src/money.ts': "import '#cart.ts';", 'readme.md': 'words' });
  expect([...(await impact.impactOf('repo_1', commit, ['src/cart.ts'], 1))].sort()).toEqual(['src/cart.ts', 'src/checkout.ts', 'src/money.ts']);
  expect(read).toEqual([blob('src/money.ts')]);
  // The same tree again costs nothing, and an older one only what is not known.
  read.length = 0;
  await impact.graph('repo_1', commit);
  expect(await impact.impactOf('repo_1', `${commit}~1`, ['src/money.ts'])).toEqual(new Set(['src/money.ts']));
  expect(read).toEqual([]);
});

test('a file that comes, goes or moves, and a changed manifest, lead imports elsewhere', async () => {
  await impact.graph('repo_1', source.git('rev-parse', 'HEAD'));
  const moved = await landed({
    'src/checkout.ts': null,
    'src/checkout/index.ts': "import { cart } from '#cart.ts';",
    'src/page.ts': "import './checkout';",
  });
  expect(await impact.impactOf('repo_1', moved, ['src/cart.ts'])).toEqual(new Set(['src/cart.ts', 'src/checkout/index.ts', 'src/page.ts']));
  read.length = 0;
  const remapped = await landed({ 'package.json': '{"imports": {"#*.ts": "./other/*.ts"}}' });
  expect(await impact.impactOf('repo_1', remapped, ['src/cart.ts'])).toEqual(new Set(['src/cart.ts']));
  expect(read).toEqual([blob('package.json')]);
});

test('calls at the same time share the work', async () => {
  const head = source.git('rev-parse', 'HEAD');
  const [one, two] = await Promise.all([impact.graph('repo_1', head), impact.graph('repo_1', head)]);
  expect(two).toBe(one);
  expect(read).toHaveLength(5);
});

test('a failure is not kept', async () => {
  await expect(impact.graph('repo_1', 'refs/heads/nowhere')).rejects.toMatchObject({ kind: 'not_found' });
  expect((await impact.graph('repo_1', source.git('rev-parse', 'HEAD'))).files.size).toBe(7);
});

test('hot files are learned from the commits before', async () => {
  for (let n = 0; n < 12; n += 1) source.commit({ 'src/cart.ts': `export const cart = ${n};`, [`src/f${n}.ts`]: 'export {};' });
  await mirror.fetch();
  const history = await impact.history('repo_1', source.git('rev-parse', 'HEAD'));
  expect(history.hot.map(({ path: file, touches }) => [file, touches])).toEqual([['src/cart.ts', 13]]);
  expect(history.commits).toBe(13);
});

test('new work starts where the source went on from our branch, and never behind what the queue landed', async () => {
  const first = source.git('rev-parse', 'HEAD');
  expect(await freshBase(mirror, 'nowhere')).toBeNull();
  expect(await freshBase(mirror, 'main')).toBe(first);
  await mirror.compareAndSwap('refs/heads/main', null, first);
  const second = await landed({ 'src/new.ts': '' });
  expect(await freshBase(mirror, 'main')).toBe(second);
  const ours = await mirror.commit({
    tree: await mirror.treeOf(first),
    parents: [first],
    message: 'Ours',
    author: { name: 'R', email: 'r@example.test' },
    atUnixS: 1,
  });
  await mirror.compareAndSwap('refs/heads/main', first, ours);
  expect(await freshBase(mirror, 'main')).toBe(ours);
});
