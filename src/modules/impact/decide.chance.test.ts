import { expect, test } from 'vitest';
import { chanceOfConflict, likelihoodOf } from './decide.chance.ts';
import type { History, PlannableTask } from './model.ts';

const FILES = ['src/a.ts', 'src/b.ts', 'src/c.ts', 'src/d.ts'];
const history = (shares: Record<string, number> = {}): History => ({ commits: 400, shares: new Map(Object.entries(shares)), hot: [] });
const task = (scope: string[], estimate: PlannableTask['estimate'] = 'S'): PlannableTask => ({ key: 't1', scope, estimate, dependsOn: [] });

test('a task changes nothing outside its scope, and as many files as its size says inside', () => {
  const chance = likelihoodOf(task(['src/**']), FILES, history());
  expect(chance('docs/x.md')).toBe(0);
  expect(FILES.map(chance)).toEqual([0.5, 0.5, 0.5, 0.5]);
  expect(likelihoodOf(task(['src/**'], 'XL'), FILES, history())('src/a.ts')).toBe(1);
});

test('files that history touches often are the likelier ones', () => {
  const chance = likelihoodOf(task(['src/**'], 'XS'), FILES, history({ 'src/a.ts': 0.5, 'src/b.ts': 0.1 }));
  expect(chance('src/a.ts')).toBeGreaterThan(chance('src/b.ts'));
  expect(chance('src/b.ts')).toBeGreaterThan(chance('src/c.ts'));
  expect(chance('src/c.ts')).toBeGreaterThan(0);
});

test('a file that the scope names by its path is to be changed, whatever history says', () => {
  const chance = likelihoodOf(task(['./src/d.ts', 'src/**'], 'XS'), FILES, history({ 'src/a.ts': 0.9 }));
  expect(chance('src/d.ts')).toBe(0.8);
});

test('two tasks meet where both are likely to be, sooner in a hot file, and the worst file is named', () => {
  const left = (path: string) => ({ 'src/a.ts': 1, 'src/b.ts': 0.5 })[path] ?? 0;
  const right = () => 1;
  expect(chanceOfConflict(left, right, FILES, new Set())).toEqual({ total: 0.625, worst: 'src/a.ts' });
  const hot = chanceOfConflict(left, right, FILES, new Set(['src/b.ts', 'src/a.ts']));
  expect(hot.total).toBeCloseTo(1 - 0.1 * 0.55);
  expect(chanceOfConflict(left, right, [], new Set())).toEqual({ total: 0, worst: null });
});
