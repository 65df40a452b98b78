import { afterEach, expect, test } from 'vitest';
import { armCrashpoint, crashpoint, CRASHPOINTS } from './index.ts';

afterEach(() => armCrashpoint(undefined));

test('fault points have names of their own, of the form noun.verb.when', () => {
  expect(new Set(CRASHPOINTS).size).toBe(CRASHPOINTS.length);
  for (const name of CRASHPOINTS) expect(name).toMatch(/^[a-z]+\.[a-z]+\.[a-z]+$/);
});

test('a fault point does nothing in a process that is not armed for it', async () => {
  await crashpoint('workflow.step.before');
  armCrashpoint('');
  await crashpoint('workflow.step.before');
  armCrashpoint('workflow.step.after');
  await crashpoint('workflow.step.before');
  armCrashpoint('workflow.step.before:3');
  await crashpoint('workflow.step.before');
  await crashpoint('workflow.step.before');
});

test.each(['nobody.declared.this', 'workflow.step', 'workflow.step.before:0', 'workflow.step.before:x', ':1'])(
  '%s is refused, so that no test waits for it',
  (spec) => {
    expect(() => armCrashpoint(spec)).toThrow(/names no fault point/);
  },
);
