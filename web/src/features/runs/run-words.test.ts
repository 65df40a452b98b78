import { expect, it } from 'vitest';
import { moneyText } from '../../ui/money-text.ts';
import { limitsOf, subjectOf, titleOf, tokensText, workedMs } from './run-words.ts';

const about = { issue_title: 'Cart', issue_number: 7, task_title: 'Refuse negative', pull_title: null, pull_number: null, id: 'run_1' };
const minute = (at: number): string => new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString();

it('a run is called by its task, and its issue stands beside it', () => {
  expect([titleOf(about), subjectOf(about)]).toEqual(['Refuse negative', '#7 Cart']);
  expect([titleOf({ ...about, task_title: null }), subjectOf({ ...about, task_title: null })]).toEqual(['Cart', '#7']);
  expect(subjectOf({ ...about, issue_number: null, issue_title: 'Refuse negative.' })).toBeNull();
  const review = { ...about, issue_title: null, task_title: null, issue_number: null, pull_title: 'Faster', pull_number: 9 };
  expect([titleOf(review), subjectOf(review)]).toEqual(['Faster', 'Pull request #9']);
});

it.each([
  [999, '999'],
  [1240, '1,240'],
  [12_400, '12.4 k'],
  [1_250_000, '1.25 M'],
])('%d tokens are %s', (count, text) => expect(tokensText(count)).toBe(text));

it.each([
  [0, '$0.00'],
  [1500, '$0.0015'],
  [1_230_000, '$1.23'],
])('%d micro-dollars are %s', (micros, text) => expect(moneyText(micros)).toBe(text));

it('the time of an agent is that of its present execution, until something follows', () => {
  const states = [
    { execution: 1, state: 'running', at: minute(0) },
    { execution: 1, state: 'handed_back', at: minute(5) },
    { execution: 2, state: 'running', at: minute(10) },
  ];
  const run = { states, started_at: minute(0), ended_at: null };
  expect(workedMs(run, Date.parse(minute(13)))).toBe(180_000);
  expect(workedMs({ ...run, states: [...states, { execution: 2, state: 'checking', at: minute(12) }] }, Date.parse(minute(30)))).toBe(120_000);
});

it('what is used of a limit is the larger of what is stored and what was told since; a limit nobody set is left out', () => {
  const run = {
    limits: { wall_minutes: 30, tokens: 1000, cost_usd: 0 },
    usage: { input_tokens: 100, output_tokens: 50, cost_micros: 5 },
    states: [{ execution: 1, state: 'running', at: minute(0) }],
    started_at: minute(0),
    ended_at: null,
  };
  const log = { usage: { inputTokens: 300, outputTokens: 0, costMicros: null, counted: true } };
  expect(limitsOf(run, log, Date.parse(minute(3))).map(({ name, used, text }) => [name, used, text])).toEqual([
    ['Time', 3, '3.0 of 30 min'],
    ['Tokens', 300, '300 of 1,000'],
  ]);
  expect(limitsOf({ ...run, limits: null }, null, 0)).toEqual([]);
});
