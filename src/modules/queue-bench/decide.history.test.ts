import { expect, test } from 'vitest';
import { foldHistory, pullNumberOf } from './decide.history.ts';

const commit = (id: string, parents: string[], subject = id) => ({ id, parents, atUnixS: 1, subject });

test('the main line follows first parents, and what a merge brought in is placed where the merge is', () => {
  const history = foldHistory([
    commit('a', []),
    commit('x', ['a']),
    commit('y', ['x']),
    commit('b', ['a']),
    commit('m', ['b', 'y']),
    commit('c', ['m']),
  ]);
  expect(history.mainline.map(({ id }) => id)).toEqual(['a', 'b', 'm', 'c']);
  expect(Object.fromEntries(history.placeOf)).toEqual({ a: 0, b: 1, m: 2, y: 2, x: 2, c: 3 });
  expect(history.merges.map(({ id }) => id)).toEqual(['m']);
});

test('landed pull requests are read from the messages, the last landing counts', () => {
  const history = foldHistory([commit('a', [], 'Add (#7)'), commit('b', ['a'], 'Merge pull request #8 from x/y'), commit('c', ['b'], 'Again (#7)')]);
  expect(Object.fromEntries(history.landedAt)).toEqual({ 7: 2, 8: 1 });
  expect([pullNumberOf('Fix #9'), pullNumberOf('Fix (#9)'), pullNumberOf('Fix (#9) again')]).toEqual([null, 9, null]);
});
