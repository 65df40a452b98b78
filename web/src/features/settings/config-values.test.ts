import { expect, test } from 'vitest';
import { changedSettings, nameOfSetting, textOfValue } from './config-values.ts';
import type { Setting } from './queries.ts';

const setting = (key: string, value: string | number | boolean, input: Setting['input']): Setting => ({
  key,
  value,
  default: value,
  source: 'default',
  type: '',
  input,
  description: '',
  updated_at: null,
  updated_by: null,
});
const SETTINGS = [setting('runs.max_attempts', 3, { kind: 'integer', min: 1, max: 10 }), setting('shadow', false, { kind: 'flag' })];

test.each([
  ['nothing typed', {}, {}],
  ['the same again', { 'runs.max_attempts': '3', shadow: false }, {}],
  ['another number', { 'runs.max_attempts': ' 5 ' }, { 'runs.max_attempts': 5 }],
  ['no number: the server shall say so', { 'runs.max_attempts': 'many' }, { 'runs.max_attempts': 'many' }],
  ['an empty field', { 'runs.max_attempts': '' }, { 'runs.max_attempts': '' }],
  ['a switch', { shadow: true }, { shadow: true }],
])('%s', (_name, typed, changes) => {
  expect(changedSettings(SETTINGS, typed)).toEqual(changes);
});

test('names and values are said as people say them', () => {
  expect(nameOfSetting('runs.max_attempts')).toBe('Runs: max attempts');
  expect(nameOfSetting('shadow')).toBe('Shadow');
  expect([true, false, 7, 'strict'].map(textOfValue)).toEqual(['on', 'off', '7', 'strict']);
});
