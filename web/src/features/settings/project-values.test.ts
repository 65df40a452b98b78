import { expect, test } from 'vitest';
import { toKey, toProjectBody } from './project-values.ts';

test('only what was touched is sent, at its place', () => {
  expect(toProjectBody({})).toEqual({});
  expect(toProjectBody({ name: 'Shop', opted_out: true })).toEqual({ name: 'Shop', opted_out: true });
  expect(toProjectBody({ ci: 'required', setup: 'npm ci\n\n npm run build ' })).toEqual({
    settings: { ci: 'required', setup: ['npm ci', 'npm run build'] },
  });
  expect(toProjectBody({ lanes: '3', tests: 'write' })).toEqual({ settings: { queue: { lanes: 3 }, reviews: { tests: 'write' } } });
});

test('a number that is none goes as it was typed, so that the server says what is wrong', () => {
  expect(toProjectBody({ lanes: 'many' })).toEqual({ settings: { queue: { lanes: 'many' } } });
});

test('checks go whole, and a coverage report only where one is named', () => {
  const check = { name: ' test ', command: 'npm test', timeout_s: '60', coverage: '' };
  expect(toProjectBody({ checks: [check, { ...check, name: 'cover', coverage: 'lcov.info' }] })).toEqual({
    settings: {
      checks: [
        { name: 'test', command: 'npm test', timeout_s: 60 },
        { name: 'cover', command: 'npm test', timeout_s: 60, coverage: 'lcov.info' },
      ],
    },
  });
});

test('roles that were not touched come along, and an emptied one goes', () => {
  const stored = { coder: 'codex', reviewer: 'codex', tester: '', planner: '' };
  expect(toProjectBody({ coder: 'claude' }, stored)).toEqual({ settings: { roles: { coder: 'claude', reviewer: 'codex' } } });
  expect(toProjectBody({ coder: '' }, stored)).toEqual({ settings: { roles: { reviewer: 'codex' } } });
});

test('a list of repositories that are helped is never replaced by its own name', () => {
  expect(toProjectBody({ people_pulls: 'named' })).toEqual({});
});

test.each([
  ['Web shop 2', 'web-shop-2'],
  ['Größe & Co.', 'gro-e-co'],
  ['---', ''],
])('the key of %j is %j', (name, key) => {
  expect(toKey(name)).toBe(key);
});
