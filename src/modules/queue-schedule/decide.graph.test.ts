import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildGraph, componentsOf, edgeBetween, pairsToMerge, relate, type GraphEntry } from './decide.graph.ts';

const entry = (id: string, files: string[], impact: string[] = []): GraphEntry => ({ id, files, impact: new Set(impact) });

test.each<[string, GraphEntry, GraphEntry, boolean, ReturnType<typeof relate>]>([
  ['different files', entry('a', ['x']), entry('b', ['y']), true, null],
  ['a common file that merges', entry('a', ['x']), entry('b', ['x', 'y']), false, 'files'],
  ['a common file that does not merge', entry('a', ['x']), entry('b', ['x']), true, 'text'],
  ['a file where the other makes a folder', entry('a', ['x']), entry('b', ['x/y']), false, 'text'],
  ['a folder where the other makes a file', entry('a', ['x/y/z']), entry('b', ['x/y']), false, 'text'],
  ['names that differ in case alone', entry('a', ['Readme']), entry('b', ['README']), false, 'text'],
  ['names that differ in their Unicode form alone', entry('a', ['\u00e9']), entry('b', ['e\u0301']), false, 'text'],
  ['a file that imports what the other changes', entry('a', ['lib'], ['app']), entry('b', ['app']), false, 'impact'],
  ['the same the other way round', entry('a', ['app']), entry('b', ['lib'], ['app']), false, 'impact'],
  ['a common importer neither changes', entry('a', ['x'], ['t']), entry('b', ['y'], ['t']), false, null],
])('%s are related as they should', (_, a, b, conflicts, expected) => {
  expect(relate(a, b, () => conflicts)).toBe(expected);
});

test('only pairs that touch a common file are merged', () => {
  const pairs = pairsToMerge([entry('a', ['x']), entry('b', ['y']), entry('c', ['x', 'z'])]);
  expect(pairs.map(([a, b]) => a.id + b.id)).toEqual(['ac']);
});

test('what is connected, however indirectly, is one component', () => {
  const entries = [entry('a', ['1']), entry('b', ['2']), entry('c', ['1', '3']), entry('d', ['3'])];
  expect(
    componentsOf(
      entries.map(({ id }) => id),
      buildGraph(entries, () => false),
    ),
  ).toEqual([['a', 'c', 'd'], ['b']]);
});

test('whatever the files, the graph is the same from both ends and between components nothing is shared', () => {
  const files = fc.uniqueArray(fc.constantFrom('1', '2', '3', '4', '5', '6'), { minLength: 1, maxLength: 2 });
  fc.assert(
    fc.property(fc.array(files, { maxLength: 7 }), (lists) => {
      const entries = lists.map((list, at) => entry(`e${at}`, list));
      const graph = buildGraph(entries, (a, b) => a.length === b.length);
      for (const a of entries) for (const b of entries) expect(edgeBetween(graph, a.id, b.id)).toBe(edgeBetween(graph, b.id, a.id));
      const components = componentsOf(
        entries.map(({ id }) => id),
        graph,
      );
      const owners = new Map<string, number>();
      for (const [at, component] of components.entries())
        for (const file of entries.filter(({ id }) => component.includes(id)).flatMap((found) => found.files))
          expect(owners.set(file, owners.get(file) ?? at).get(file)).toBe(at);
    }),
  );
});

test('no related pair is overlooked, whatever the names', () => {
  const name = fc.constantFrom('a', 'A', 'b', 'a/b', 'A/b', 'a/b/c', 'c');
  const entries = fc.array(
    fc.record({ files: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }), impact: fc.uniqueArray(name, { maxLength: 2 }) }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(entries, (given) => {
      const made = given.map(({ files, impact }, at) => entry(`e${at}`, files, impact));
      const graph = buildGraph(made, () => true);
      const different = made.flatMap((a) => made.filter((b) => b !== a).map((b) => ({ a, b })));
      for (const { a, b } of different) expect(edgeBetween(graph, a.id, b.id)).toBe(relate(a, b, () => true));
    }),
    { numRuns: 500 },
  );
});
