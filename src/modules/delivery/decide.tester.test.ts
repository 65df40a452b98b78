import { expect, test } from 'vitest';
import { decideTesting, type TesterFacts } from './decide.tester.ts';

const facts = (change: Partial<TesterFacts> = {}): TesterFacts => ({
  wanted: 'write',
  hasTester: true,
  uncovered: 3,
  hasTask: true,
  hasWritten: false,
  ...change,
});

test('a tester is sent only where a report shows changed lines without tests, and somebody is named for it', () => {
  expect(decideTesting(facts())).toBe('write');
  expect(decideTesting(facts({ uncovered: 0 }))).toBe('none');
  expect(decideTesting(facts({ uncovered: null }))).toBe('none');
  expect(decideTesting(facts({ hasTester: false }))).toBe('none');
  expect(decideTesting(facts({ wanted: 'off' }))).toBe('none');
});

test('it writes within a task of the approved plan and once for a story, and says what it would add otherwise', () => {
  expect(decideTesting(facts({ wanted: 'suggest' }))).toBe('suggest');
  expect(decideTesting(facts({ hasTask: false }))).toBe('suggest');
  expect(decideTesting(facts({ hasWritten: true }))).toBe('suggest');
});
