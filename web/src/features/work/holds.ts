import type { Answer } from '../../api/client.ts';
import type { Task } from './queries.ts';

export type PlanCheck = Answer<'/v1/plans/{id}/check', 'get'>;

/** A task that is not begun before another has ended, though the plan does not say so: both may change the same place. */
export interface Hold {
  task: string;
  /** Id of the task it is held back by, and its key. */
  on: string;
  onKey: string;
  reason: string;
}

const OVER: ReadonlySet<string> = new Set(['landed', 'failed', 'dropped']);

/** What the dispatcher holds back besides what the plan declares; where either of the two has ended, nothing is held any more. */
export function holdsOf(tasks: ReadonlyArray<Pick<Task, 'id' | 'key' | 'state'>>, check: Pick<PlanCheck, 'dependencies'> | undefined): Hold[] {
  const open = new Map(tasks.filter(({ state }) => !OVER.has(state)).map((task) => [task.key, task.id]));
  return (check?.dependencies ?? []).flatMap(({ task, on, why, reason }) => {
    const [held, by] = [open.get(task), open.get(on)];
    return why === 'declared' || held === undefined || by === undefined ? [] : [{ task: held, on: by, onKey: on, reason }];
  });
}
