import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph, impactOf, independent, reachOf, relationOf, updateGraph } from './decide.graph.ts';
import type { ImportGraph } from './model.ts';

const NO_CONFIG = { packages: [], compilers: [] };

function graphOf(imports: Record<string, string[]>, others: readonly string[] = []): ImportGraph {
  return buildGraph({ files: [...Object.keys(imports), ...others], specifiers: new Map(Object.entries(imports)), config: NO_CONFIG });
}

// page -> checkout -> cart <- index (a barrel) <- app
const SHOP = {
  'src/cart.ts': [],
  'src/checkout.ts': ['./cart.ts'],
  'src/page.ts': ['./checkout'],
  'src/index.ts': ['./cart'],
  'src/app.ts': ['./index.js'],
  'src/money.ts': [],
};

describe('impact', () => {
  test('reaches who imports a file, and who imports those, with the distance', () => {
    const impact = impactOf(graphOf(SHOP), ['src/cart.ts']);
    expect(Object.fromEntries(impact)).toEqual({ 'src/cart.ts': 0, 'src/checkout.ts': 1, 'src/index.ts': 1, 'src/page.ts': 2, 'src/app.ts': 2 });
    expect([...impactOf(graphOf(SHOP), ['src/cart.ts'], 1).keys()]).toEqual(['src/cart.ts', 'src/checkout.ts', 'src/index.ts']);
  });

  test('ends where files import each other in a circle', () => {
    expect(impactOf(graphOf({ 'a.ts': ['./b.ts'], 'b.ts': ['./a.ts'] }), ['a.ts']).size).toBe(2);
  });

  test('in other languages takes the folder and the test by its name, and nothing from there on', () => {
    const graph = graphOf({}, [
      'cart/add.go',
      'cart/add_test.go',
      'cart/list.go',
      'order/order.go',
      'app/billing.py',
      'tests/test_billing.py',
      'app/readme.md',
    ]);
    expect([...impactOf(graph, ['cart/add.go']).keys()].sort()).toEqual(['cart/add.go', 'cart/add_test.go', 'cart/list.go']);
    expect([...impactOf(graph, ['app/billing.py']).keys()]).toEqual(['app/billing.py', 'tests/test_billing.py']);
    expect(impactOf(graph, ['app/readme.md']).size).toBe(1);
  });

  test('knows a test that lies apart from what it tests, but not one of another package', () => {
    const graph = graphOf({ 'packages/a/src/cart.ts': [], 'packages/a/test/cart.test.ts': [], 'packages/b/test/cart.test.ts': [] });
    expect([...impactOf(graph, ['packages/a/src/cart.ts']).keys()]).toEqual(['packages/a/src/cart.ts', 'packages/a/test/cart.test.ts']);
  });

  test('takes a file that does not exist yet', () => {
    expect([...impactOf(graphOf(SHOP), ['src/new.ts']).keys()]).toEqual(['src/new.ts']);
  });
});

describe('two changes', () => {
  const graph = graphOf(SHOP);

  test('are independent when neither notices the other within two imports', () => {
    expect(independent(graph, ['src/cart.ts'], ['src/money.ts'])).toBe(true);
    expect(independent(graph, ['src/cart.ts'], ['src/app.ts'])).toBe(false);
    expect(independent(graph, ['src/app.ts'], ['src/cart.ts'])).toBe(false);
    expect(independent(graph, ['src/cart.ts'], ['src/app.ts'], 1)).toBe(true);
    expect(independent(graph, ['src/cart.ts', 'x'], ['src/money.ts', 'x'])).toBe(false);
  });

  test('tell what connects them: the same files, or the nearest import and how many there are', () => {
    const relation = (a: string[], b: string[]) => relationOf(reachOf(graph, a), reachOf(graph, b));
    expect(relation(['src/cart.ts', 'src/app.ts'], ['src/cart.ts'])).toEqual({ kind: 'same_files', paths: ['src/cart.ts'] });
    expect(relation(['src/cart.ts'], ['src/page.ts', 'src/checkout.ts'])).toEqual({
      kind: 'imports',
      distance: 1,
      from: 'src/checkout.ts',
      to: 'src/cart.ts',
      count: 2,
    });
    expect(relation(['src/cart.ts'], ['src/money.ts'])).toEqual({ kind: 'none' });
  });
});

/** Edges in an order of their own, so that two graphs can be compared. */
function edgesOf({ files, imports, importers }: ImportGraph) {
  const sorted = (edges: ReadonlyMap<string, readonly string[]>) =>
    [...edges]
      .filter(([, list]) => list.length > 0)
      .map(([path, list]) => `${path}: ${[...list].sort().join(' ')}`)
      .sort();
  return { files: [...files].sort(), imports: sorted(imports), importers: sorted(importers) };
}

test('for any edits, new, removed and moved files, the updated graph is the graph built anew', () => {
  const config = {
    packages: [{ dir: '', name: 'shop', imports: { '#*': './a/*.ts', '#env': './b/x.node.ts' }, exports: {} }],
    compilers: [],
  };
  const names = ['a/x.ts', 'a/y.ts', 'a/y.js', 'b/x.ts', 'b/x.node.ts', 'b/index.ts', 'a/y/index.ts', 'y.ts'];
  const specifiers = ['./x', './y', './y.js', '../b', '../a/x.ts', '#x', '#env', '..', './', 'zod', '../y'];
  const name = fc.constantFrom(...names);
  const lists = fc.uniqueArray(fc.constantFrom(...specifiers), { maxLength: 3 });
  const trees = fc.dictionary(name, lists, { minKeys: 3, maxKeys: 8 });
  const built = (tree: Record<string, string[]>) => ({ files: Object.keys(tree), specifiers: new Map(Object.entries(tree)), config });
  fc.assert(
    fc.property(trees, fc.dictionary(name, fc.option(lists), { maxKeys: 3 }), (before, edits) => {
      // Most files stay as they are; null: removed.
      const after = Object.fromEntries(Object.entries({ ...before, ...edits }).filter((entry): entry is [string, string[]] => entry[1] !== null));
      const changed = new Set(Object.keys(after).filter((path) => path in before && String(before[path]) !== String(after[path])));
      const added = new Set(Object.keys(after).filter((path) => !(path in before)));
      const removed = new Set(Object.keys(before).filter((path) => !(path in after)));
      const updated = updateGraph(buildGraph(built(before)), { changed, added, removed, source: built(after) });
      expect(edgesOf(updated)).toEqual(edgesOf(buildGraph(built(after))));
    }),
    { numRuns: 1000 },
  );
});
