import { describe, expect, test } from 'vitest';
import { testGlobs, withTesterTask } from './decide.tests.ts';
import { validatePlan } from './decide.validate.ts';
import type { PlanDocument, PlannedTask } from './model.ts';

function task(key: string, change: Partial<PlannedTask> = {}): PlannedTask {
  return {
    key,
    title: `Task ${key}`,
    description: '',
    role: 'coder',
    scope: [`src/${key}.js`],
    depends_on: [],
    acceptance: ['a1'],
    estimate: 'S',
    checks: ['unit'],
    limits: { files: 5, context_tokens: 50_000 },
    ...change,
  };
}
const plan = (tasks: PlannedTask[]): PlanDocument => ({
  version: 1,
  story: 'As a buyer I see a total.',
  acceptance: [{ id: 'a1', text: 'There is a total' }],
  tasks,
  risks: [],
  dependencies: [],
  estimate: 'S',
});
const facts = { checks: ['unit'], maxFiles: 40, maxContextTokens: 200_000 };

describe('a plan with a tester', () => {
  test('has one more task, behind all others, that may touch tests alone and answers for every criterion', () => {
    const before = plan([task('t1', { scope: ['test/cart.test.js', 'src/cart.js'] }), task('t7')]);
    const after = withTesterTask(before, ['src/cart.js', 'test/cart.test.js']);
    expect(after.tasks.slice(0, 2)).toEqual(before.tasks);
    expect(after.tasks[2]).toMatchObject({
      key: 't8',
      role: 'tester',
      depends_on: ['t1', 't7'],
      scope: ['test/**'],
      acceptance: ['a1'],
      checks: ['unit'],
    });
    expect(validatePlan(after, facts)).toEqual([]);
  });

  test('stays as it is when it plans tests itself, or changes only documentation', () => {
    const tested = plan([task('t1'), task('t2', { role: 'tester', depends_on: ['t1'] })]);
    expect(withTesterTask(tested, [])).toBe(tested);
    const written = plan([task('t1', { scope: ['README.md', 'docs/guide.md'] })]);
    expect(withTesterTask(written, [])).toBe(written);
  });
});

test.each([
  ['a folder of tests', ['src/a.js', 'test/a.test.js', 'test/kit/x.js'], ['test/**']],
  ['tests beside the code', ['src/a.ts', 'src/a.test.ts', 'src/b/c.test.ts', 'e2e/x.ts'], ['**/*.test.ts', 'e2e/**']],
  ['test folders of many packages', ['packages/a/__tests__/a.js', 'packages/b/__tests__/b.js'], ['**/__tests__/**']],
  ['tests by prefix', ['app/test_views.py', 'app/views.py'], ['**/test_*.py']],
  ['tests by ending of the name', ['pkg/a.go', 'pkg/a_test.go'], ['**/*_test.go']],
  ['no tests yet', ['src/a.js'], ['test/**']],
])('%s: the globs of its tests', (_name, files, globs) => {
  expect(testGlobs(files)).toEqual(globs);
});
