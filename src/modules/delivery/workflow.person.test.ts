import { describe, expect, it } from 'vitest';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { PersonsWork } from './model.ts';
import type { DeliveryEffects, DeliverySteps } from './steps.ts';
import { awaitPerson } from './workflow.person.ts';
import { deliverTask } from './workflow.task.ts';

/** A context that runs everything at once; `results` are those of child workflows, in their order. */
function createContext(results: unknown[] = []): { context: WorkflowContext; asked: string[]; topics: string[] } {
  const asked: string[] = [];
  const topics: string[] = [];
  const context = {
    workflowId: 'delivery.task:task_1:1',
    async step(name: string, run: () => Promise<unknown>) {
      asked.push(name);
      return run();
    },
    async receive(topic: string) {
      topics.push(topic);
      return null;
    },
    child: async () => results.shift(),
  } as unknown as WorkflowContext;
  return { context, asked, topics };
}

/** Answers of `personsWork`, one a look. */
function effects(looks: PersonsWork[], more: Partial<DeliverySteps> = {}): DeliveryEffects {
  const steps = {
    mostAttempts: async () => 2,
    proposeDispatch: async () => null,
    personsWork: async () => looks.shift() ?? { kind: 'ended', reason: 'nothing more' },
    taskLanded: async () => {},
    taskFailed: async (_: string, reason: string) => reason,
    ...more,
  } as Partial<DeliverySteps> as DeliverySteps;
  return { steps, turn: (_, work) => work(), asksModel: false, ended: async () => null, abandon: async (_, detail) => ({ as: 'failed', detail }) };
}

const input = { workItemId: 'iss_1', taskId: 'task_1', firstAttempt: 1, feedback: null };

describe('a task a person took', () => {
  it('waits until their change request has landed, whatever came before it, and no agent is sent', async () => {
    const { context, asked, topics } = createContext();
    const looks: PersonsWork[] = [{ kind: 'waiting' }, { kind: 'waiting' }, { kind: 'waiting' }, { kind: 'landed', entryId: 'cr_2' }];
    expect(await deliverTask(context, effects(looks), input)).toEqual({ landed: true, changeRequestId: 'cr_2', attempts: 1 });
    expect(topics).toEqual(['task:task_1', 'task:task_1', 'task:task_1']);
    expect(asked).toContain('delivery.taskLanded');
    expect(asked).not.toContain('delivery.prepareRun');
  });

  it('ends without another try when the task was dropped', async () => {
    const { context, asked } = createContext();
    expect(await deliverTask(context, effects([{ kind: 'ended', reason: 'The task was dropped.' }]), input)).toMatchObject({
      landed: false,
      reason: 'The task was dropped.',
    });
    expect(asked.filter((name) => name === 'delivery.proposeDispatch')).toHaveLength(1);
  });

  it('goes to the agent it was given to, in the same try', async () => {
    const attempts: number[] = [];
    const proposals = [null, { id: 'act_1', status: 'executed' as const, supersededBy: null, detail: null }];
    const { context } = createContext([{ kind: 'cancelled', runId: 'run_1' }]);
    const steps = effects([{ kind: 'waiting' }, { kind: 'given_to_agent' }], {
      proposeDispatch: async (_, attempt) => {
        attempts.push(attempt);
        return proposals.shift() ?? null;
      },
      prepareRun: async () => ({ kind: 'run', workflowId: 'run', request: { role: 'coder' } as never }),
    });
    expect(await deliverTask(context, steps, input)).toMatchObject({ landed: false, reason: 'The run was stopped by a person.' });
    expect(attempts).toEqual([1, 1]);
  });

  it('counts only what was sent since this round began', async () => {
    const { context } = createContext();
    const seen: unknown[] = [];
    const on = {
      personsWork: async (...args: unknown[]) => {
        seen.push(args);
        return { kind: 'given_to_agent' };
      },
    } as Partial<DeliverySteps> as DeliverySteps;
    expect(await awaitPerson(context, on, { taskId: 'task_1', attempt: 3 })).toBeNull();
    expect(seen).toEqual([['task_1', 3, 'delivery.task:task_1:1']]);
  });
});

describe('a task of a tester', () => {
  const sent = { id: 'act_1', status: 'executed' as const, supersededBy: null, detail: null };
  const words = { kind: 'text', runId: 'run_1', text: 'All of it is tested.' };
  const running = (role: string) =>
    effects([], {
      proposeDispatch: async () => sent,
      prepareRun: async () => ({ kind: 'run', workflowId: 'run', request: { role } as never }),
    });

  it('is done when the tester found nothing to add', async () => {
    expect(await deliverTask(createContext([words]).context, running('tester'), input)).toEqual({ landed: true, changeRequestId: null, attempts: 1 });
  });

  it('and a coder who only talks is not', async () => {
    expect(await deliverTask(createContext([words, words]).context, running('coder'), input)).toMatchObject({ landed: false });
  });
});
