import { expect, test } from 'vitest';
import { evaluateExpression } from './decide.evaluate.ts';
import { parseExpression } from './decide.expression.ts';
import { matchesGlob } from './decide.glob.ts';

const facts = {
  task: { estimate: 'S', files: 3, urgent: true, nothing: null },
  repo: { tier: 'standard', labels: ['a', 'b'] },
  target: { branch: 'ai-12', is_default: false },
  odd: { nan: Number.NaN, infinite: Number.POSITIVE_INFINITY, list: [{ a: 1 }], undefinedMember: undefined },
};

function evaluate(text: string): boolean | string {
  const parsed = parseExpression(text);
  if (!parsed.ok) return `parse: ${parsed.error}`;
  const result = evaluateExpression(parsed.value, facts);
  return result.ok ? result.value : `error: ${result.error}`;
}

test.each([
  ['true', true],
  ['not false', true],
  ["task.estimate in ['XS','S'] and repo.tier != 'core'", true],
  ["task.estimate not in ['XS', 'S']", false],
  ['task.files <= 3 and task.files > 2.5 and task.files >= 3 and task.files < 4', true],
  ['task.files == -1 or task.urgent', true],
  ['not task.urgent or not (task.files == 4)', true],
  ['not not task.urgent', true],
  ["target.branch startswith 'ai-'", true],
  ["target.branch glob 'ai-*' and not (target.branch glob 'epic/*')", true],
  ["'a' in repo.labels", true],
  ['"it\'s" == "it\'s"', true],
  ['task.nothing == null', true],
  ['task.estimate != null', true],
  // `and` binds tighter than `or`; `not` tighter than `and`, looser than a comparison.
  ['true or false and false', true],
  ['not task.files == 4', true],
  // The left side decides before the right one is looked at.
  ['false and missing.field', false],
  ['true or missing.field', true],
])('%s is %s', (text, expected) => expect(evaluate(text)).toBe(expected));

test.each([
  ['missing.field', 'missing'],
  ['task.missing == 1', 'missing'],
  ['task.files.deep', 'missing'],
  ['task.__proto__', 'missing'],
  ['task.constructor == null', 'missing'],
  ['repo.labels.length == 2', 'missing'],
  ['task.files', 'not true or false'],
  ['not task.files', 'not true or false'],
  ["task.files == '3'", 'different types'],
  ["task.nothing == 'x'", 'different types'],
  ['task.nothing != task.estimate', 'different types'],
  ["task.files startswith 'a'", 'not a text'],
  ["task.nothing glob '*'", 'not a text'],
  ['task.estimate < 3', 'numbers'],
  ["task.files in ['a']", 'different types'],
  ["task.nothing in ['a']", 'not a single value'],
  ["'a' in task.files", 'list on its right'],
  ['repo.labels == repo.labels', 'list'],
  ['odd.nan == odd.nan', 'no usable value'],
  ['odd.infinite > 1', 'no usable value'],
  ['odd.list == null', 'no usable value'],
  ['odd.undefinedMember == null', 'no usable value'],
  ['true and missing.field', 'missing'],
])('%s has no answer', (text, why) => expect(evaluate(text)).toMatch(new RegExp(`^error: .*${why}`)));

test.each([
  ['', 'a value is expected'],
  ['5', 'a condition is true or false'],
  ["'text'", 'a condition is true or false'],
  ['[1]', 'a condition is true or false'],
  ['true and 5', 'a condition is true or false'],
  ['not 5', 'a condition is true or false'],
  ['a ==', 'a value is expected'],
  ['a == b == c', 'not expected'],
  ['a b', 'not expected'],
  ['(a', '")" is missing'],
  ['a)', 'not expected'],
  ['a in []', 'a list holds'],
  ["a in [1, 'x']", 'one type'],
  ['a in [1', 'missing'],
  ['a in 5', 'needs a list'],
  ['[1] in a', 'right of "in"'],
  ['a == [1]', 'right of "in"'],
  ['a startswith b', 'needs a text'],
  ['a glob 5', 'needs a text'],
  ["a < 'x'", 'compares numbers'],
  ["a == 'x", 'not understood'],
  ['a = 1', 'not understood'],
  ['a == 1e5', 'not understood'],
  ['a == 01', 'not understood'],
  ['a..b', 'not understood'],
  ['a.', 'not understood'],
  ['a & b', 'not understood'],
  ["a == 'x\ny'", 'not understood'],
  ['ä == 1', 'not understood'],
  ['a.b.c.d.e.f.g.h.i', 'more than 8 names'],
  [`${'('.repeat(40)}true${')'.repeat(40)}`, 'nested more than'],
  [`${'not '.repeat(40)}true`, 'nested more than'],
  [Array.from({ length: 120 }, () => 'a').join(' or '), 'more than 200'],
  ['a'.repeat(1001), 'longer than'],
  [`a in [${Array.from({ length: 60 }, (_, i) => i).join(',')}]`, 'at most 50'],
])('%s is refused when the policy is read', (text, why) => {
  const answer = String(evaluate(text));
  expect([answer.startsWith('parse: '), answer.includes(why), answer]).toEqual([true, true, answer]);
});

test.each([
  ['ai-*', 'ai-12', true],
  ['ai-*', 'ai-1/x', false],
  ['epic/*', 'epic/1-a', true],
  ['epic/*', 'epic/a/b', false],
  ['epic/*', 'epic/', true],
  ['**/CODEOWNERS', 'CODEOWNERS', true],
  ['**/CODEOWNERS', 'docs/a/CODEOWNERS', true],
  ['**/CODEOWNERS', 'CODEOWNERS.md', false],
  ['.github/**', '.github/workflows/ci.yml', true],
  ['.github/**', '.github', true],
  ['.github/**', 'x/.github/a', false],
  ['a/**/b', 'a/b', true],
  ['a/**/b', 'a/x/y/b', true],
  ['a/**/b', 'a/x/y/c', false],
  ['**', 'any/thing', true],
  ['*.lock', 'yarn.lock', true],
  ['?.ts', 'a.ts', true],
  ['?.ts', '.ts', false],
  ['a*b*c', 'aXbYbZc', true],
  ['', '', true],
  ['', 'a', false],
])('the glob %s matches %s: %s', (pattern, text, expected) => expect(matchesGlob(pattern, text)).toBe(expected));

test('a hostile glob costs no more than the product of the lengths', () => {
  expect(matchesGlob('*a'.repeat(90) + 'b', 'a'.repeat(4000))).toBe(false);
  expect(matchesGlob(`${'**/'.repeat(60)}x`, `${'a/'.repeat(1000)}y`)).toBe(false);
});
