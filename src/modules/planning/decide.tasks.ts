import { TASK_TRANSITIONS, type Task, type TaskState } from './model.ts';

export function mayBecome(from: TaskState, to: TaskState): boolean {
  return from === to || TASK_TRANSITIONS[from].includes(to);
}

/** Tasks that may start now: not begun, and everything they wait for has landed. */
export function readyTasks(tasks: readonly Pick<Task, 'id' | 'state' | 'dependsOn'>[]): string[] {
  const landed = new Set(tasks.filter(({ state }) => state === 'landed').map(({ id }) => id));
  return tasks
    .filter(({ state, dependsOn }) => (state === 'planned' || state === 'ready') && dependsOn.every((id) => landed.has(id)))
    .map(({ id }) => id);
}

/** Still in play: what a replaced or declined plan takes out of play. */
export function isOpen(state: TaskState): boolean {
  return state !== 'landed' && state !== 'dropped';
}
