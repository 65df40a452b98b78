import { expect, test } from 'vitest';
import type { PlanDocument, PlanFacts, PlannedTask } from './model.ts';
import { planJsonSchema, validatePlan } from './decide.validate.ts';

const FACTS: PlanFacts = { checks: ['test', 'lint'], maxFiles: 40, maxContextTokens: 200_000 };

function task(key: string, change: Partial<PlannedTask> = {}): PlannedTask {
  return {
    key,
    title: `Do ${key}`,
    description: '',
    role: 'coder',
    scope: [`src/${key}.js`],
    depends_on: [],
    acceptance: ['a1'],
    estimate: 'S',
    checks: ['test'],
    limits: { files: 5, context_tokens: 50_000 },
    ...change,
  };
}

function plan(tasks: PlannedTask[], change: Partial<PlanDocument> = {}): PlanDocument {
  return { version: 1, story: 'A story', acceptance: [{ id: 'a1', text: 'It works' }], tasks, risks: [], dependencies: [], estimate: 'S', ...change };
}

const codes = (document: unknown, facts = FACTS) => validatePlan(document, facts).map(({ code }) => code);

test('a plan that holds has no problems', () => {
  expect(validatePlan(plan([task('t1'), task('t2'), task('t3', { scope: ['**'], depends_on: ['t1', 't2'] })]), FACTS)).toEqual([]);
});

test.each<[string, PlanDocument, string[]]>([
  ['two tasks with one key', plan([task('t1'), task('t1', { scope: ['docs/**'] })]), ['duplicate_key']],
  ['a dependency nobody has', plan([task('t1', { depends_on: ['t9'] })]), ['unknown_dependency']],
  ['a circle of two', plan([task('t1', { depends_on: ['t2'] }), task('t2', { depends_on: ['t1'] })]), ['cycle']],
  ['a task that waits for itself', plan([task('t1', { depends_on: ['t1'] })]), ['cycle']],
  [
    'a criterion nobody answers for',
    plan([task('t1')], {
      acceptance: [
        { id: 'a1', text: 'x' },
        { id: 'a2', text: 'y' },
      ],
    }),
    ['uncovered_criterion'],
  ],
  [
    'a criterion twice',
    plan([task('t1')], {
      acceptance: [
        { id: 'a1', text: 'x' },
        { id: 'a1', text: 'y' },
      ],
    }),
    ['duplicate_criterion'],
  ],
  ['a task that answers for nothing known', plan([task('t1', { acceptance: ['a1', 'a7'] })]), ['unknown_criterion']],
  ['independent tasks on one file', plan([task('t1', { scope: ['src/**'] }), task('t2', { scope: ['src/cart.js'] })]), ['overlapping_scopes']],
  ['a check the project has not', plan([task('t1', { checks: ['test', 'deploy'] })]), ['unknown_check']],
  ['code without checks', plan([task('t1', { checks: [] })]), ['missing_checks']],
  ['too many files', plan([task('t1', { limits: { files: 41, context_tokens: 1000 } })]), ['too_many_files']],
  ['too much to read', plan([task('t1', { limits: { files: 1, context_tokens: 200_001 } })]), ['too_much_context']],
  ['a scope outside the repository', plan([task('t1', { scope: ['../other/**'] })]), ['bad_scope']],
  ['an absolute scope', plan([task('t1', { scope: ['/etc/passwd'] })]), ['bad_scope']],
  ["git's own folder", plan([task('t1', { scope: ['.git/config'] })]), ['bad_scope']],
  ['a scope of another system', plan([task('t1', { scope: ['src\\cart.js'] })]), ['bad_scope']],
])('%s is refused', (_name, document, expected) => {
  expect(codes(document)).toEqual(expected);
});

test('the same file is fine when one task waits for the other, also through a third', () => {
  const shared = { scope: ['src/cart.js'] };
  expect(codes(plan([task('t1', shared), task('t2', { depends_on: ['t1'] }), task('t3', { ...shared, depends_on: ['t2'] })]))).toEqual([]);
});

test('all problems are named at once, each with its place', () => {
  const problems = validatePlan(plan([task('t1', { checks: ['nope'], scope: ['/x'] })]), FACTS);
  expect(problems.map(({ path }) => path)).toEqual(['tasks.0.scope.0', 'tasks.0.checks']);
});

test.each([null, 'plan', {}, { version: 2 }, plan([]), { ...plan([task('t1')]), extra: true }, plan([task('t1', { scope: [] })])])(
  'a document of another shape is refused, not thrown at: %j',
  (document) => {
    expect(new Set(codes(document))).toEqual(new Set(['shape']));
  },
);

test('a project without checks asks for none', () => {
  expect(codes(plan([task('t1', { checks: [] })]), { ...FACTS, checks: [] })).toEqual([]);
});

test('the published schema says what the validator accepts', () => {
  const schema = planJsonSchema();
  expect(schema).toMatchObject({ $id: 'plan.v1.json', type: 'object', additionalProperties: false });
  expect(schema['required']).toEqual(expect.arrayContaining(['story', 'acceptance', 'tasks', 'risks', 'dependencies', 'estimate']));
});
