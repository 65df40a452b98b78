import { expect, test } from 'vitest';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { ActionView, TaskEnd } from './model.ts';
import type { FixView } from './model.review.ts';
import type { DeliverySteps } from './steps.ts';
import { mendAsked, tellMended } from './workflow.review.ts';

const done = (id: string): ActionView => ({ id, status: 'executed', supersededBy: null, detail: null });
const PULL = { id: 'pull_1', fixes: true as const };
const task = (taskId: string) => ({ taskId, firstAttempt: 4, feedback: 'T1' });

/** A story that asks what is to be mended: the answers one after the other, and how each task ends. */
function story(fixes: FixView[], ends: Record<string, TaskEnd> = {}) {
  const did: string[] = [];
  const waits: number[] = [];
  const context = {
    workflowId: 'delivery.story:iss_1:2',
    async receive(topic: string, ms: number) {
      did.push(`waits ${topic}`);
      waits.push(ms / 60_000);
      return null;
    },
    async child(_name: string, id: string, input: { firstAttempt: number }) {
      did.push(`${id} from ${input.firstAttempt}`);
      return ends[id];
    },
  } as Partial<WorkflowContext> as WorkflowContext;
  const on = {
    beginFix: async () => fixes.shift() ?? { kind: 'none' as const },
    async fixLanded(_issue: string, fixId: string, reason: string | null) {
      did.push(`${fixId} ${reason ?? 'landed'}`);
      return reason === null ? null : done('act_told');
    },
    proposeThreadAnswers: async () => [done('act_1'), { ...done('act_2'), status: 'approved' as const }],
    async executeAction(id: string) {
      did.push(`executes ${id}`);
      return done(id);
    },
    async fixTold(_issue: string, fixId: string) {
      did.push(`told ${fixId}`);
    },
  } as Partial<DeliverySteps> as DeliverySteps;
  const ask = (pull: typeof PULL | { id: string } = PULL) => mendAsked(context, on, { issue: 'iss_1', planId: 'plan_1', pull });
  return { did, waits, context, on, ask };
}

const landed: TaskEnd = { landed: true, changeRequestId: 'cr_1', attempts: 4 };
const FIX: FixView = { kind: 'begun', fixId: 'fix_1', number: 1, tasks: [task('task_1')] };
const CHILD = 'delivery.task:task_1:2:fix-1';

test('where nothing was asked the story goes on as it was; one that was recorded before anything could be asked is not even looked at', async () => {
  expect(await story([]).ask()).toEqual({ again: false, fixId: null });
  const old = story([FIX]);
  expect(await old.ask({ id: 'pull_1' })).toEqual({ again: false, fixId: null });
  expect(old.did).toEqual([]);
});

test('what was asked is done as a task on the same branch, under a name of its own', async () => {
  const world = story([FIX], { [CHILD]: landed });
  expect(await world.ask()).toEqual({ again: true, fixId: 'fix_1' });
  expect(world.did).toEqual([`${CHILD} from 4`, 'fix_1 landed']);
});

test('what could not be done is told, and the merge is asked for all the same', async () => {
  const world = story([FIX], { [CHILD]: { landed: false, reason: 'It did not work.', attempts: 3 } });
  expect(await world.ask()).toEqual({ again: true, fixId: 'fix_1' });
  expect(world.did).toEqual([`${CHILD} from 4`, 'fix_1 It did not work.']);
});

test('where there is nothing to mend the person is told, and the merge is asked for anew', async () => {
  const world = story([{ kind: 'nothing', told: { ...done('act_told'), status: 'approved' } }]);
  expect(await world.ask()).toEqual({ again: true, fixId: null });
  expect(world.did).toEqual(['executes act_told']);
});

test('while somebody asks for changes the story waits; when they no longer do the merge is asked for anew', async () => {
  const world = story([{ kind: 'objected' }, { kind: 'objected' }]);
  expect(await world.ask()).toEqual({ again: true, fixId: null });
  expect(world.did).toEqual(['waits review:pull_1', 'waits review:pull_1']);
});

test('the longer it waits, the rarer it looks: each look is kept', async () => {
  const world = story(Array.from({ length: 9 }, () => ({ kind: 'objected' as const })));
  await world.ask();
  expect(world.waits).toEqual([5, 10, 20, 40, 80, 160, 240, 240, 240]);
});

test('while it waits for that it hears what is asked', async () => {
  const world = story([{ kind: 'objected' }, FIX], { [CHILD]: landed });
  expect(await world.ask()).toEqual({ again: true, fixId: 'fix_1' });
  expect(world.did).toEqual(['waits review:pull_1', `${CHILD} from 4`, 'fix_1 landed']);
});

test('after the push each conversation gets its answer, and then whoever asked counts as told', async () => {
  const world = story([]);
  await tellMended(world.context, world.on, 'iss_1', 'fix_1');
  expect(world.did).toEqual(['executes act_2', 'told fix_1']);
});
