import { expect, test } from 'vitest';
import { DEFAULT_POLICY_TEXT } from './model.default.ts';
import { LIMIT_FACTS } from './model.facts.ts';
import { FACTS } from './model.vocabulary.ts';

const names = FACTS.map(({ name }) => name);

test('each fact is described once, among them every fact of a limit', () => {
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(Object.keys(LIMIT_FACTS)));
});

test('every fact that the shipped policy looks at is described', () => {
  const conditions = [...DEFAULT_POLICY_TEXT.matchAll(/(?:when|ask_if): *("[^"]*"|[a-z._]+)/g)].map(([, text]) => text ?? '');
  const fields = conditions.flatMap((text) => text.replaceAll(/'[^']*'/g, '').match(/[a-z_]+(?:\.[a-z_]+)+/g) ?? []);
  expect(fields.length).toBeGreaterThan(5);
  expect(fields.filter((field) => !names.includes(field))).toEqual([]);
});
