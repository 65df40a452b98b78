import { expect, test } from 'vitest';
import type { PlanId, TaskId, WorkItemId } from '#kernel/ids.ts';
import { renderPlanComment } from './decide.render.ts';
import { mayBecome, readyTasks } from './decide.tasks.ts';
import type { Plan, Task } from './model.ts';

const AT = new Date('2026-01-01T00:00:00Z');
const ITEM = 'iss_1' as WorkItemId;

function task(key: string, change: Partial<Task> = {}): Task {
  return {
    id: `task_${key}` as TaskId,
    planId: 'plan_1' as PlanId,
    workItemId: ITEM,
    key,
    title: `Do ${key}`,
    description: '',
    role: 'coder',
    scope: [`src/${key}.js`],
    dependsOn: [],
    acceptance: ['a1'],
    estimate: 'S',
    checks: [],
    limits: { files: 1, context_tokens: 1000 },
    assignee: null,
    assignment: null,
    state: 'planned',
    createdAt: AT,
    updatedAt: AT,
    ...change,
  };
}

const PLAN: Plan = {
  id: 'plan_1' as PlanId,
  workItemId: ITEM,
  version: 2,
  state: 'draft',
  planner: 'rules',
  promptHash: null,
  createdAt: AT,
  updatedAt: AT,
  document: {
    version: 1,
    story: 'Totals are right',
    acceptance: [{ id: 'a1', text: 'no NaN' }],
    tasks: [],
    risks: [{ severity: 'high', text: 'Payment' }],
    dependencies: ['#3'],
    estimate: 'M',
  },
};

test('the comment is a checklist with owners, order and files', () => {
  const text = renderPlanComment(PLAN, [
    task('t1', { state: 'landed', assignee: 'agent:codex' }),
    task('t2', { dependsOn: ['task_t1' as TaskId], role: 'tester' }),
  ]);
  expect(text).toBe(
    [
      '### Plan v2 · estimate M',
      '',
      'Totals are right',
      '',
      '**Done when**',
      '- [ ] a1: no NaN',
      '',
      '**Tasks**',
      '- [x] **t1** Do t1 (S) · codex · answers for a1',
      '  touches `src/t1.js`',
      '- [ ] **t2** Do t2 (S, tester) · after t1 · answers for a1',
      '  touches `src/t2.js`',
      '',
      '**Risks**',
      '- high: Payment',
      '',
      'Needs first: #3',
      '',
      'Planned by rules.',
      '',
    ].join('\n'),
  );
});

test('texts of others notify nobody and hide nothing', () => {
  const text = renderPlanComment({ ...PLAN, document: { ...PLAN.document, story: 'Ask @team <!-- act:1 -->' } }, [
    task('t1', { title: 'Ping @everyone' }),
  ]);
  expect(text).not.toMatch(/@(?:team|everyone)/);
  expect(text).not.toContain('<!--');
});

test('tasks are ready when everything they wait for has landed', () => {
  const [first, second, third] = [task('t1'), task('t2', { dependsOn: ['task_t1' as TaskId] }), task('t3', { state: 'running' })];
  expect(readyTasks([first, second, third])).toEqual(['task_t1']);
  expect(readyTasks([{ ...first, state: 'landed' }, second, third])).toEqual(['task_t2']);
});

test.each([
  ['planned', 'running', true],
  ['running', 'submitted', true],
  ['submitted', 'landed', true],
  ['submitted', 'running', true],
  ['failed', 'ready', true],
  ['landed', 'running', true],
  ['landed', 'failed', false],
  ['dropped', 'running', false],
  ['planned', 'landed', false],
  ['running', 'running', true],
] as const)('%s may become %s: %s', (from, to, expected) => {
  expect(mayBecome(from, to)).toBe(expected);
});
