import { expect, test } from 'vitest';
import { layOut } from './graph.ts';

const task = (id: string, ...depends_on: string[]) => ({ id, depends_on });
const columns = (tasks: ReturnType<typeof task>[]) => {
  const found: string[][] = [];
  for (const { id, layer, row } of layOut(tasks).places) (found[layer] ??= [])[row] = id;
  return found;
};

test('each task stands to the right of all it waits for', () => {
  expect(columns([task('c', 'a', 'b'), task('a'), task('b', 'a'), task('d')])).toEqual([['a', 'd'], ['b'], ['c']]);
});

test('tasks stand beside what they wait for, so that lines cross little', () => {
  expect(columns([task('a'), task('b'), task('y', 'b'), task('x', 'a')])).toEqual([
    ['a', 'b'],
    ['x', 'y'],
  ]);
});

test('what is not there is no line, and a circle does not hang', () => {
  const { edges, places } = layOut([task('a', 'gone', 'a'), task('b', 'c'), task('c', 'b')]);
  expect(edges).toEqual([
    { from: 'c', to: 'b' },
    { from: 'b', to: 'c' },
  ]);
  expect(places).toHaveLength(3);
});

test('no tasks are an empty graph', () => {
  expect(layOut([])).toEqual({ places: [], edges: [], layers: 0, rows: 0 });
});
