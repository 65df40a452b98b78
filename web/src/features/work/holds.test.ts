import { expect, test } from 'vitest';
import { holdsOf } from './holds.ts';

const tasks = [
  { id: 'task_1', key: 't1', state: 'running' as const },
  { id: 'task_2', key: 't2', state: 'ready' as const },
  { id: 'task_3', key: 't3', state: 'landed' as const },
];
const hold = (task: string, on: string, why = 'same_files') => ({ task, on, why, reason: `Both change ${why}.` });

test('what waits though the plan does not say so is held back, with the reason; what the plan declares is told already', () => {
  expect(holdsOf(tasks, { dependencies: [hold('t2', 't1', 'declared'), hold('t2', 't1')] })).toEqual([
    { task: 'task_2', on: 'task_1', onKey: 't1', reason: 'Both change same_files.' },
  ]);
});

test('nothing is held by a task that has ended, nor where nothing is known', () => {
  expect(holdsOf(tasks, { dependencies: [hold('t2', 't3'), hold('t3', 't1'), hold('t2', 'gone')] })).toEqual([]);
  expect(holdsOf(tasks, undefined)).toEqual([]);
});
