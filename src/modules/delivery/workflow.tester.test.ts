import { expect, test } from 'vitest';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { PullView } from './model.ci.ts';
import type { TaskEnd, TestsView } from './model.ts';
import type { DeliverySteps } from './steps.ts';
import { addTests } from './workflow.tester.ts';

const HEAD = 'a'.repeat(40);
const write: TestsView = { kind: 'write', headSha: HEAD, task: { taskId: 'task_9', firstAttempt: 2, feedback: 'src/cart.js: 6-7' } };
const suggest: TestsView = { kind: 'suggest', workflowId: 'agents.run:run_1:1', request: { runId: 'run_1', base: HEAD } as never };

function world(tests: TestsView, end?: TaskEnd) {
  const asked: unknown[] = [];
  const context: Partial<WorkflowContext> = {
    workflowId: 'delivery.story:iss_1:3',
    child: async <T>(name: string, id: string, input: unknown) => {
      asked.push([name, id, input]);
      return end as T;
    },
  };
  const on: Partial<DeliverySteps> = {
    prepareTests: async () => tests,
    keepTests: async (_, of) => void asked.push(['kept', of]),
  };
  const add = (pull: PullView = { id: 'pull_1', fixes: true }) =>
    addTests(context as WorkflowContext, on as DeliverySteps, { issue: 'iss_1', planId: 'plan_1', pull });
  return { asked, add };
}

test('a story that was recorded before there were testers is not even looked at', async () => {
  const { asked, add } = world(write, { landed: true, changeRequestId: 'cr_1', attempts: 2 });
  expect([await add({ id: 'pull_1' }), asked]).toEqual([false, []]);
});

test('where nothing is missing the pull request stays as it is', async () => {
  const { asked, add } = world({ kind: 'none' });
  expect([await add(), asked]).toEqual([false, []]);
});

test('a tester that writes works on the plan’s own task, and what it lands makes another pull request of it', async () => {
  const { asked, add } = world(write, { landed: true, changeRequestId: 'cr_1', attempts: 2 });
  expect(await add()).toBe(true);
  expect(asked).toEqual([
    ['delivery.task', 'delivery.task:task_9:3:tests-2', { workItemId: 'iss_1', story: 'delivery.story:iss_1:3', ...write.task }],
    ['kept', { headSha: HEAD, runId: null, landed: true }],
  ]);
});

test('a tester that adds nothing, or cannot, holds nothing up, and it is kept that it added nothing', async () => {
  for (const end of [
    { landed: true, changeRequestId: null, attempts: 2 },
    { landed: false, reason: 'The checks failed.', attempts: 3 },
  ] as const) {
    const { asked, add } = world(write, end);
    expect(await add()).toBe(false);
    expect(asked.at(-1)).toEqual(['kept', { headSha: HEAD, runId: null, landed: false }]);
  }
});

test('a tester that suggests is run beside the branch, and what it said is kept for people', async () => {
  const { asked, add } = world(suggest);
  expect(await add()).toBe(false);
  expect(asked).toEqual([
    ['agents.run', 'agents.run:run_1:1', suggest.kind === 'suggest' ? suggest.request : null],
    ['kept', { headSha: HEAD, runId: 'run_1', landed: false }],
  ]);
});
