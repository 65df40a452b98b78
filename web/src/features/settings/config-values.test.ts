import { expect, test } from 'vitest';
import { changedSettings, nameOfSetting, stillTyped, textOfValue } from './config-values.ts';
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

test.each([
  ['another goes back to its default', { retries: '7' }, { retries: '7' }, { attempts: null }, { retries: '7' }],
  ['it goes back to its default itself', { retries: '7', attempts: '5' }, { retries: '7', attempts: '5' }, { attempts: null }, { retries: '7' }],
  ['all were saved', { retries: '7', shadow: true }, { retries: '7', shadow: true }, { retries: 7, shadow: true }, {}],
  ['it was typed anew meanwhile', { retries: '8' }, { retries: '7' }, { retries: 7 }, { retries: '8' }],
  ['another was begun meanwhile', { retries: '7', shadow: true }, { retries: '7' }, { retries: 7 }, { shadow: true }],
] as const)('what is typed and not saved stays after a save: %s', (_name, typed, sent, saved, left) => {
  expect(stillTyped(typed, { sent, changes: sent, saved })).toEqual(left);
});

test('what was typed back to the value in force is no word to keep', () => {
  expect(stillTyped({ retries: '2' }, { sent: { retries: '2' }, changes: {}, saved: { attempts: null } })).toEqual({});
});

test('names and values are said as people say them', () => {
  expect(nameOfSetting('runs.max_attempts')).toBe('Runs: max attempts');
  expect(nameOfSetting('shadow')).toBe('Shadow');
  expect([true, false, 7, 'strict'].map(textOfValue)).toEqual(['on', 'off', '7', 'strict']);
});
