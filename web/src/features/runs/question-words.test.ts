import { expect, it } from 'vitest';
import type { Question } from './queries.ts';
import { answerOf, endOf, questionsToShow, whyNot } from './question-words.ts';

const question = (id: string, state: Question['state']): Question => ({
  id,
  state,
  job_id: 'run_1',
  task_id: null,
  work_item_id: null,
  project_id: 'proj_1',
  agent: 'codex',
  role: 'coder',
  question: 'Which?',
  choices: [],
  answer: null,
  answered_by: null,
  asked_at: '2026-01-01T00:00:00Z',
  expires_at: '2026-01-01T00:10:00Z',
  ended_at: null,
});

it('what waits is shown, the longest waiting first, and what became of the newest that does not', () => {
  const ids = (all: Question[]): string[] => questionsToShow(all).map(({ id }) => id);
  expect(ids([question('c', 'waiting'), question('b', 'answered'), question('a', 'waiting')])).toEqual(['a', 'c', 'b']);
  expect(ids([question('b', 'answered'), question('a', 'expired')])).toEqual(['b']);
  expect(ids([])).toEqual([]);
});

it('an answer is a choice or own words, and nothing before there is one', () => {
  expect(answerOf(['Yes', 'No'], 1, 'left over')).toBe('No');
  expect(answerOf(['Yes', 'No'], 'own', ' Only on Mondays ')).toBe('Only on Mondays');
  expect(answerOf([], null, 'Drop it')).toBe('Drop it');
  for (const nothing of [answerOf(['Yes'], null, 'typed'), answerOf(['Yes'], 'own', ' '), answerOf([], null, '\n'), answerOf(['Yes'], 4, 'x')])
    expect(nothing).toBeNull();
});

it('people who are developers or more answer', () => {
  expect(whyNot('person:dana', true)).toBeNull();
  expect(whyNot('person:vic', false)).toContain('Developers');
  expect(whyNot('agent:codex', true)).toContain('Only people');
});

it('says by whom it was answered, or why nobody did', () => {
  expect(endOf({ state: 'answered', answered_by: 'person:ada' })).toBe('ada answered:');
  expect(endOf({ state: 'expired', answered_by: null })).toContain('went on');
  expect(endOf({ state: 'withdrawn', answered_by: null })).toContain('ended');
});
