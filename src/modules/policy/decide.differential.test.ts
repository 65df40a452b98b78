import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { LONG } from '../../../test/kit/long.ts';
import { conditionOf, createDice, factsOf } from './__fixtures__/pairs.ts';
import { reference } from './__fixtures__/reference.ts';
import { evaluateExpression } from './decide.evaluate.ts';
import { parseExpression } from './decide.expression.ts';

// The reference throws for every error; where it was thrown matters to nobody and would take most of the time.
const { stackTraceLimit } = Error;
Error.stackTraceLimit = 0;
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

const PAIRS = LONG ? 1_000_000 : 20_000;

function expected(condition: string, facts: unknown): boolean | 'error' {
  try {
    return reference(condition, facts);
  } catch {
    return 'error';
  }
}

test(`the evaluator and the reference agree on ${PAIRS} pairs of condition and facts`, () => {
  const dice = createDice(20_260_101);
  const different: string[] = [];
  const seen = { true: 0, false: 0, error: 0 };
  for (let pairs = 0; pairs < PAIRS;) {
    const condition = conditionOf(dice);
    const parsed = parseExpression(condition);
    // Ill-typed or too long on its face: the policy would have been refused.
    if (!parsed.ok) continue;
    const facts = factsOf(dice);
    const result = evaluateExpression(parsed.value, facts);
    const fast = result.ok ? result.value : 'error';
    const slow = expected(condition, facts);
    // Compared here and not by `expect`, which would take most of the time of a million.
    if (fast !== slow) different.push(`${condition} over ${JSON.stringify(facts)}: ${String(fast)}, the reference says ${String(slow)}`);
    seen[`${slow}`] += 1;
    pairs += 1;
  }
  expect(different).toEqual([]);
  // The fuzz is worth something only while all three outcomes occur.
  expect(Math.min(seen.true, seen.false, seen.error)).toBeGreaterThan(PAIRS / 20);
}, 1_800_000);

test('no text makes the parser throw, and no facts make the evaluator throw', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(fc.constantFrom('a', 'and', 'or', 'not', 'in', '(', ')', '[', ']', ',', '==', '<', "'x'", '1', 'glob', ' '), { maxLength: 40 })
      .map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(anyText, fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }), (condition, facts) => {
      const parsed = parseExpression(condition);
      if (parsed.ok) evaluateExpression(parsed.value, facts);
    }),
    { numRuns: 500 },
  );
});
