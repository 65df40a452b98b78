import { expect, test } from 'vitest';
import type { DeliveryDeps } from './steps.context.ts';
import { createPersonSteps } from './steps.person.ts';

test('what a person landed before the story looked was submitted first, as a task goes', async () => {
  const moves: string[] = [];
  const entry = { id: 'cr_1', attempt: 1, state: 'landed', submittedBy: 'person:dana' };
  const deps = {
    db: { tx: (work: (tx: null) => Promise<unknown>) => work(null) },
    planning: {
      task: async () => ({ id: 'task_1', state: 'ready', assignee: 'person:dana' }),
      setTaskState: async (_tx: null, id: string, state: string, by: string) => void moves.push(`${id} ${state} ${by}`),
    },
    queue: { list: async () => ({ items: [entry], nextCursor: null }) },
  } as unknown as DeliveryDeps;
  expect(await createPersonSteps(deps).personsWork('task_1', 1, 'story')).toEqual({ kind: 'landed', entryId: 'cr_1' });
  expect(moves).toEqual(['task_1 submitted person:dana']);
});
