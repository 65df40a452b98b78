import { expect, it } from 'vitest';
import type { CheckResult } from '#ports/forge-read.ts';
import { decideSuspects, suspectSentence } from './decide.flaky.ts';

const red = (name: string, id: string | null = '1'): CheckResult => ({
  name,
  id,
  headSha: 'a'.repeat(40),
  conclusion: 'failure',
  url: null,
  summary: '',
});
const passed = { name: 'test', conclusion: 'success' as const };

it('a red check that passed here under its name on the same commit is probably flaky', () => {
  expect(decideSuspects([red('test', '7')], [passed])).toEqual([{ name: 'test', id: '7' }]);
  expect(decideSuspects([red('CI / Test'), red('test (22)')], [passed])).toHaveLength(2);
});

it.each<[string, CheckResult[], Parameters<typeof decideSuspects>[1]]>([
  ['it was not run here', [red('lint')], [passed]],
  ['it failed here too', [red('test')], [{ name: 'test', conclusion: 'failure' }]],
  ['the forge has no run of it to be asked for', [red('test', null)], [passed]],
  ['another one is red beside it, which needs the agent anyway', [red('test'), red('lint')], [passed]],
])('it is none where %s', (_, checks, own) => expect(decideSuspects(checks, own)).toEqual([]));

it('people are told that it may be flaky, and why it was not run again', () => {
  expect(suspectSentence([{ name: 'test', id: '7' }], 'The token may not run actions again.')).toBe(
    'test passed when Reeve ran it on this very commit, so it may be flaky. The token may not run actions again.',
  );
  expect(suspectSentence([], null)).toBe('');
});
