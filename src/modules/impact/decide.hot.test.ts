import { expect, test } from 'vitest';
import { learnHistory } from './decide.hot.ts';
import type { Touch } from './model.ts';

const FILES = new Set(['index.ts', 'a.ts', 'b.ts', 'old.ts']);
const commit = (...paths: string[]): Touch => ({ commit: 'c', atUnixS: 0, paths });
const times = (count: number, touch: Touch): Touch[] => Array.from({ length: count }, () => touch);

test('a file that many recent commits touch is hot, one of a few is not', () => {
  const { hot, shares, commits } = learnHistory([...times(10, commit('index.ts', 'a.ts')), ...times(30, commit('b.ts')), commit('a.ts')], FILES);
  expect(commits).toBe(41);
  expect(hot.map(({ path }) => path)).toEqual(['b.ts', 'a.ts', 'index.ts']);
  expect(shares.get('index.ts')).toBeCloseTo(0.26, 2);
  expect(learnHistory([...times(4, commit('index.ts')), ...times(2, commit('a.ts'))], FILES).hot).toEqual([]);
});

test('what was busy long ago cools down', () => {
  const early = learnHistory([...times(40, commit('a.ts')), ...times(400, commit('b.ts')), ...times(40, commit('old.ts'))], FILES);
  expect(early.hot.map(({ path }) => path)).toEqual(['b.ts', 'a.ts']);
  expect(early.shares.get('a.ts')).toBeGreaterThan(3 * (early.shares.get('old.ts') ?? 0));
});

test('a commit over everything, a file that is gone and an empty history say nothing', () => {
  const wide = commit('index.ts', ...Array.from({ length: 80 }, (_, n) => `f${n}.ts`));
  expect(learnHistory([...times(20, wide), ...times(20, commit('gone.ts'))], FILES)).toMatchObject({ commits: 20, hot: [] });
  expect(learnHistory([], FILES)).toEqual({ commits: 0, shares: new Map(), hot: [] });
});
