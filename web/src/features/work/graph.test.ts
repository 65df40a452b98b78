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
    { from: 'c', to: 'b', isHold: false },
    { from: 'b', to: 'c', isHold: false },
  ]);
  expect(places).toHaveLength(3);
});

test('what is held back stands behind what holds it, by a line of its own kind', () => {
  const tasks = [task('a'), { ...task('b', 'a'), held_by: ['a', 'c'] }, { ...task('c'), held_by: ['a'] }];
  expect(columns(tasks)).toEqual([['a'], ['c'], ['b']]);
  expect(layOut(tasks).edges).toEqual([
    { from: 'a', to: 'b', isHold: false },
    { from: 'c', to: 'b', isHold: true },
    { from: 'a', to: 'c', isHold: true },
  ]);
});

test('no tasks are an empty graph', () => {
  expect(layOut([])).toEqual({ places: [], edges: [], layers: 0, rows: 0 });
});
