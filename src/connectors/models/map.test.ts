import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extractJson } from './map.json.ts';
import { PRICES, priceOf } from './map.prices.ts';
import { toEnforceable } from './map.schema.ts';

test.each([
  ['anthropic/claude-sonnet-4-5', 18],
  ['anthropic/claude-sonnet-4-5-20250929', 18],
  ['openai/gpt-4.1-2025-04-14', 10],
  ['openai/gpt-5-turbo', null],
  ['openai/gpt-4.1-mini', 2],
  ['compatible/qwen3', null],
  ['agent:codex', null],
])('one token in and one out of %s cost %s micros', (model, expected) => {
  expect(priceOf(model, 1, 1)).toBe(expected);
});

test('no model is listed twice', () => {
  expect(new Set(PRICES.map(({ model }) => model)).size).toBe(PRICES.length);
});

test('what a decoder cannot enforce is left out, objects are closed and whole', () => {
  expect(
    toEnforceable({
      $schema: 'x',
      type: 'object',
      required: ['a'],
      properties: {
        a: { type: 'string', minLength: 3, description: 'd' },
        b: { type: 'array', maxItems: 2, items: { type: 'object', properties: { pattern: { type: 'number', minimum: 0 } } } },
        c: { oneOf: [{ type: 'null' }, { type: 'string', pattern: 'x' }] },
      },
    }),
  ).toEqual({
    type: 'object',
    required: ['a', 'b', 'c'],
    additionalProperties: false,
    properties: {
      a: { type: 'string', description: 'd' },
      b: {
        type: 'array',
        items: { type: 'object', properties: { pattern: { type: 'number' } }, required: ['pattern'], additionalProperties: false },
      },
      c: { anyOf: [{ type: 'null' }, { type: 'string' }] },
    },
  });
});

test('any JSON object is found again in prose and in a block', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const expected = JSON.parse(JSON.stringify(value)) as unknown;
      expect(extractJson(`So: ${JSON.stringify(value)} That is all.`)).toEqual(expected);
      expect(extractJson(JSON.stringify(value, null, 2))).toEqual(expected);
    }),
  );
});

test('text without JSON, or with far too many braces, gives nothing and ends soon', () => {
  expect(extractJson('no')).toBeUndefined();
  expect(extractJson('{'.repeat(20_000))).toBeUndefined();
});
