import { expect, test } from 'vitest';
import { fromCursor, outcomeOf, plainText, shareOf, toCursor } from './decide.lists.ts';

test('a rollback is done only when what it was submitted as has landed', () => {
  expect(outcomeOf('waiting', null)).toBe('awaiting_approval');
  expect(outcomeOf('given_up', null)).toBe('not_done');
  expect(outcomeOf('submitted', 'verifying')).toBe('under_way');
  expect(outcomeOf('submitted', 'landed')).toBe('done');
  expect(outcomeOf('submitted', 'quarantined')).toBe('set_aside');
  expect(outcomeOf('submitted', 'dropped')).toBe('not_done');
});

test('a share of nothing is no number', () => {
  expect([shareOf(0, 0), shareOf(0, 4), shareOf(1, 4)]).toEqual([null, 0, 0.25]);
});

test('a cursor gives back its parts, also when the last holds the separator', () => {
  expect(fromCursor(toCursor('2026-01-01', 'repo_1', 'wip~1'), 3)).toEqual(['2026-01-01', 'repo_1', 'wip~1']);
  expect(fromCursor('one~two', 3)).toBeNull();
  expect(fromCursor(undefined, 3)).toBeNull();
});

test('a JSON text is read as the string it is', () => {
  expect([plainText('"a\\nb"'), plainText('null'), plainText(null), plainText('nonsense')]).toEqual(['a\nb', null, null, 'nonsense']);
});
