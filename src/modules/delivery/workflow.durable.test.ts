import { describe, expect, it } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { ActionView, StoryEnd } from './model.ts';
import type { DeliveryEffects, DeliverySteps } from './steps.ts';
import { deliverTask } from './workflow.task.ts';
import { deliverStory } from './workflow.ts';

const STORY = 'delivery.story:iss_1:1';
const CLOSED: StoryEnd = { as: 'declined', detail: 'Issue #3 was closed by ada.' };
const executed: ActionView = { id: 'act_1', status: 'executed', supersededBy: null, detail: null };
const pending: ActionView = { ...executed, status: 'pending' };

/** A story that people end at some point: its steps, what was asked of the forge, and a context that runs everything at once. */
function createStory(change: Partial<DeliverySteps> = {}) {
  const done: string[] = [];
  const looked: boolean[] = [];
  const people = { ended: null as StoryEnd | null };
  const steps = new Proxy(change as DeliverySteps, {
    get:
      (target, key: string) =>
      async (...args: unknown[]) => {
        done.push(key);
        const own = Reflect.get(target, key) as ((...given: unknown[]) => unknown) | undefined;
        return own === undefined ? executed : own(...args);
      },
  });
  const effects: DeliveryEffects = {
    steps,
    turn: (_, work) => work(),
    asksModel: false,
    abandon: async (_, detail) => ({ as: 'failed', detail }),
    async ended(workflowId, look) {
      expect(workflowId).toBe(STORY);
      looked.push(look);
      return people.ended;
    },
  };
  const context: WorkflowContext = {
    workflowId: STORY,
    step: (_, run) => run(),
    receive: async () => null,
    sleep: async () => {},
    now: async () => new Date(0),
    start: async () => {},
    result: async () => undefined as never,
    child: async () => ({ kind: 'cancelled', runId: 'run_1' }) as never,
  };
  return { done, looked, people, effects, context };
}

describe('a story that people end', () => {
  it('does nothing after that, not even its own end: that is written already', async () => {
    const story = createStory({
      triage: async () => {
        story.people.ended = CLOSED;
        return { route: 'plan', questions: [] };
      },
    });
    expect(await deliverStory(story.context, story.effects, { workItemId: 'iss_1', kind: 'issue' })).toEqual(CLOSED);
    expect(story.done).toEqual(['triage']);
  });

  it('wakes from a wait for a decision and acts no more', async () => {
    const story = createStory({ triage: async () => ({ route: 'plan', questions: [] }), proposeTriageComment: async () => pending });
    story.context.receive = async () => {
      story.people.ended = CLOSED;
      return null;
    };
    expect(await deliverStory(story.context, story.effects, { workItemId: 'iss_1', kind: 'issue' })).toEqual(CLOSED);
    expect(story.done).toEqual(['triage', 'proposeTriageComment']);
  });

  it('hears of an end that came in the middle of a proposal, which would wait for a decision for ever', async () => {
    const story = createStory({
      triage: async () => ({ route: 'plan', questions: [] }),
      proposeTriageComment: async () => {
        story.people.ended = CLOSED;
        return pending;
      },
    });
    let waits = 0;
    story.context.receive = async () => {
      waits += 1;
      return null;
    };
    expect(await deliverStory(story.context, story.effects, { workItemId: 'iss_1', kind: 'issue' })).toEqual(CLOSED);
    expect(waits).toBe(0);
  });

  it('looks at the forge before it acts there, and not before steps that only read rows', async () => {
    const story = createStory({
      triage: async () => ({ route: 'ask', questions: ['Which?'] }),
      proposeTriageComment: async () => ({ ...executed, status: 'approved' }),
    });
    await deliverStory(story.context, story.effects, { workItemId: 'iss_1', kind: 'issue' });
    const before = story.done.indexOf('executeAction');
    expect(story.done.slice(0, before + 1)).toEqual(['triage', 'proposeTriageComment', 'executeAction']);
    // One before triage, one before and one after the proposal, and the look.
    expect(story.looked.slice(0, 4)).toEqual([false, false, false, true]);
  });

  it('ends its tasks quietly: nobody is told that a task needs a person', async () => {
    const story = createStory({ mostAttempts: async () => 3, prepareRun: async () => ({ kind: 'run', workflowId: 'run', request: {} as never }) });
    story.context.child = async () => {
      story.people.ended = CLOSED;
      return { kind: 'cancelled', runId: 'run_1' } as never;
    };
    const task = { workItemId: 'iss_1', taskId: 'task_1', firstAttempt: 1, feedback: null, story: STORY };
    expect(await deliverTask(story.context, story.effects, task)).toEqual({ landed: false, reason: CLOSED.detail, attempts: 0 });
    expect(story.done).not.toContain('taskFailed');
  });

  it('does not hold a task that was started by hand after it', async () => {
    const story = createStory({ mostAttempts: async () => 1, prepareRun: async () => ({ kind: 'run', workflowId: 'run', request: {} as never }) });
    story.people.ended = CLOSED;
    await deliverTask(story.context, story.effects, { workItemId: 'iss_1', taskId: 'task_1', firstAttempt: 4, feedback: null });
    expect(story.done).toContain('prepareRun');
    expect(story.looked).toEqual([]);
  });
});

describe('a forge that is away', () => {
  const away = (code: string) => new AppError('unavailable', 'GitHub does not answer.', { code });

  it('is waited for with ever longer pauses, and then the story goes on', async () => {
    let failures = 12;
    const story = createStory({
      triage: async () => {
        failures -= 1;
        if (failures > 0) throw away('github_unavailable');
        return { route: 'human', questions: [] };
      },
    });
    const pauses: number[] = [];
    story.context.sleep = async (ms) => void pauses.push(ms);
    expect(await deliverStory(story.context, story.effects, { workItemId: 'iss_1', kind: 'issue' })).toMatchObject({ as: 'left_to_people' });
    expect(pauses.slice(0, 3)).toEqual([5000, 10_000, 20_000]);
    expect(Math.max(...pauses)).toBe(15 * 60_000);
  });

  it('that shows something else for twenty minutes is not behind any more: somebody changed it', async () => {
    const story = createStory({ triage: () => Promise.reject(away('forge_behind')) });
    const pauses: number[] = [];
    story.context.sleep = async (ms) => void pauses.push(ms);
    expect(await deliverStory(story.context, story.effects, { workItemId: 'iss_1', kind: 'issue' })).toMatchObject({ as: 'failed' });
    expect(pauses).toHaveLength(8);
  });

  it('is no forge on the net where it is a folder: that story ends with the sentence', async () => {
    const story = createStory({ triage: () => Promise.reject(away('source_unreachable')) });
    expect(await deliverStory(story.context, story.effects, { workItemId: 'iss_1', kind: 'issue' })).toMatchObject({ as: 'failed' });
  });
});
