import { expect, test } from 'vitest';
import type { RunId } from '#kernel/ids.ts';
import type { AgentEvent } from '#ports/harness.ts';
import { answerText, checksFeedback, failingPart, failureOfEnd, limitsOf } from './decide.outcome.ts';
import { AgentSpec, type CheckRun } from './model.ts';

const id = 'run_1' as RunId;
const tool: AgentEvent = { kind: 'tool', id: '1', toolKind: 'read', title: 'read', status: 'completed', paths: [], command: null };
const text = (said: string): AgentEvent => ({ kind: 'text', text: said });

test('an ended turn is no failure, and never a success by itself', () => {
  expect(failureOfEnd(id, { reason: 'end_turn', detail: '' })).toBeNull();
});

test.each([
  ['crashed', true],
  ['wall_limit', true],
  ['idle_limit', true],
  ['output_limit', true],
  ['max_turns', true],
  ['refused', false],
  ['budget', false],
  ['spawn_failed', false],
  ['protocol', false],
] as const)('the end %s is a failure, worth another attempt: %s', (reason, retryable) => {
  expect(failureOfEnd(id, { reason, detail: 'because' })).toMatchObject({
    kind: 'failed',
    failure: reason,
    retryable,
    detail: expect.stringMatching(/: because$/),
  });
});

test('the answer is what was said after the last tool call', () => {
  expect(answerText([text('let me look'), tool, text('It is '), text('fine.')])).toBe('It is fine.');
  expect(answerText([text('It is fine.'), tool])).toBe('It is fine.');
});

test('a plain command answers on its standard output', () => {
  expect(
    answerText([
      { kind: 'output', stream: 'stderr', text: 'noise' },
      { kind: 'output', stream: 'stdout', text: 'the answer\n' },
    ]),
  ).toBe('the answer');
  expect(answerText([])).toBe('');
});

const check = (name: string, exit_code: number | null, output: string): CheckRun => ({
  name,
  command: `run ${name}`,
  exit_code,
  duration_ms: 1,
  output,
});

test('feedback holds the failing checks alone, with how each ended', () => {
  const feedback = checksFeedback([check('lint', 0, 'all good'), check('test', 1, 'not ok 3 - adds'), check('slow', null, 'half')]);
  expect(feedback).not.toContain('all good');
  expect(feedback).toContain('Check "test" (run test) ended with code 1:\nnot ok 3 - adds');
  expect(feedback).toContain('Check "slow" (run slow) did not finish:\nhalf');
});

test('of a long output the part that speaks of the failure is kept, and its end', () => {
  const lines = [
    ...Array.from({ length: 400 }, (_, n) => `ok ${n} passed`),
    'not ok 401 - cart refuses -1',
    ...Array.from({ length: 400 }, (_, n) => `detail ${n}`),
    'summary: 1 of 801 bad',
  ];
  const part = failingPart(lines.join('\n'), 1000);
  expect(part.length).toBeLessThan(1100);
  expect(part).toContain('not ok 401 - cart refuses -1');
  expect(part).toContain('summary: 1 of 801 bad');
  expect(part).not.toContain('ok 300 passed');
});

test('without a line that looks like a failure the end is kept', () => {
  const part = failingPart(`${'start '.repeat(500)}the end`, 50);
  expect(part.endsWith('the end')).toBe(true);
  expect(part.length).toBe(51);
});

test('terminal colours are removed', () => {
  expect(failingPart('\u001b[31mred\u001b[39m', 100)).toBe('red');
});

test('limits come in the units of the harness', () => {
  const spec = AgentSpec.parse({
    command: ['x'],
    limits: { wall_minutes: 1.5, idle_minutes: 0.5, turns: 3, tokens: 7, cost_usd: 0.25, output_mb: 2 },
  });
  expect(limitsOf(spec)).toEqual({ wallMs: 90_000, idleMs: 30_000, turns: 3, tokens: 7, costMicros: 250_000, outputBytes: 2_097_152 });
});
