import { expect, test } from 'vitest';
import { ApiProblem } from '../../api/problem.ts';
import { fieldErrors, isAllAtFields } from './field-errors.ts';

const problem = (errors: unknown): ApiProblem => new ApiProblem(422, { detail: 'No.', errors });

test('each complaint is found at its field, the first of several', () => {
  const found = fieldErrors(
    problem([
      { path: 'body.name', message: 'too short' },
      { path: 'body.name', message: 'again' },
      { path: 'wip_limit', message: 'too large' },
    ]),
  );
  expect([...found]).toEqual([
    ['name', 'too short'],
    ['wip_limit', 'too large'],
  ]);
});

test('a complaint about a member of a list is one about the list', () => {
  expect(fieldErrors(problem([{ path: 'settings.checks.1.command', message: 'empty' }])).get('settings.checks')).toBe('empty');
});

test('a refusal about one field is found there, without its name before it', () => {
  const refused = new ApiProblem(422, { detail: 'default_branch: not a name git accepts for a branch', field: 'default_branch' });
  expect([...fieldErrors(refused)]).toEqual([['default_branch', 'not a name git accepts for a branch']]);
  expect(isAllAtFields(refused, ['default_branch'])).toBe(true);
});

test('a problem that names no fields names none', () => {
  expect(fieldErrors(null).size).toBe(0);
  expect(fieldErrors(problem('x')).size).toBe(0);
  expect(fieldErrors(problem([null, { path: 1, message: 'x' }].filter(Boolean))).size).toBe(0);
});

test('the form says what has no field', () => {
  expect(isAllAtFields(problem([{ path: 'name', message: 'x' }]), ['name'])).toBe(true);
  expect(isAllAtFields(problem([{ path: 'other', message: 'x' }]), ['name'])).toBe(false);
  expect(isAllAtFields(problem([]), ['name'])).toBe(false);
});
