import { expect, test } from 'vitest';
import { takesKey, type Focused } from './typing.ts';

const focused = (tag: string, type = '', editable = false): Focused => ({ tag, type, editable });

test.each(['text', 'search', 'password', 'number', 'date', ''])('an input of type "%s" is typed into', (type) => {
  expect(['a', ' ', '?', 'Escape'].map((key) => takesKey(focused('input', type), key))).toEqual([true, true, true, true]);
});

test('so are areas, lists to choose from, and texts that can be edited', () => {
  for (const each of [focused('textarea'), focused('select'), focused('div', '', true)]) expect(takesKey(each, 'a')).toBe(true);
});

test('a checkbox keeps Space, a choice among several also the arrows; letters are free', () => {
  expect([' ', 'a', 'j', 'ArrowDown'].map((key) => takesKey(focused('input', 'checkbox'), key))).toEqual([true, false, false, false]);
  expect([' ', 'a', 'j', 'ArrowDown'].map((key) => takesKey(focused('input', 'radio'), key))).toEqual([true, false, false, true]);
});

test('what is no field takes nothing', () => {
  expect(['a', 'Enter'].map((key) => takesKey(focused('a'), key))).toEqual([false, false]);
});
