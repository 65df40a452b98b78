import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateExpression } from './decide.evaluate.ts';
import { parseExpression } from './decide.expression.ts';

/**
 * The reference: slow and obvious, written from the grammar in model.expression.ts alone. It works on text, cuts at the loosest operator,
 * and throws for every error. Differences to the fast evaluator are bugs in one of them.
 */
function reference(text: string, facts: unknown): boolean {
  const value = refExpression(words(text), facts);
  if (typeof value !== 'boolean') throw new Error('no condition');
  return value;
}

const words = (text: string): string[] => text.match(/'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?|[A-Za-z_][\w.]*|==|!=|<=|>=|[<>()[\],]/g) ?? [];

/** Positions of `word` outside all brackets. */
function positions(tokens: string[], word: string): number[] {
  let depth = 0;
  return tokens.flatMap((token, at) => {
    if (token === '(' || token === '[') depth += 1;
    if (token === ')' || token === ']') depth -= 1;
    return depth === 0 && token === word ? [at] : [];
  });
}

function split(tokens: string[], word: string): string[][] {
  const parts: string[][] = [];
  let from = 0;
  for (const at of positions(tokens, word)) {
    parts.push(tokens.slice(from, at));
    from = at + 1;
  }
  return [...parts, tokens.slice(from)];
}

function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Error('not boolean');
  return value;
}

function refExpression(tokens: string[], facts: unknown): unknown {
  const ors = split(tokens, 'or');
  if (ors.length > 1) return ors.some((part) => truth(refExpression(part, facts)));
  const ands = split(tokens, 'and');
  if (ands.length > 1) return ands.every((part) => truth(refExpression(part, facts)));
  if (tokens[0] === 'not') return !truth(refExpression(tokens.slice(1), facts));
  for (const operator of ['==', '!=', '<=', '>=', '<', '>', 'startswith', 'glob', 'in']) {
    const [at] = positions(tokens, operator);
    if (at === undefined) continue;
    const negated = operator === 'in' && tokens[at - 1] === 'not';
    return refCompare(negated ? 'not in' : operator, tokens.slice(0, negated ? at - 1 : at), tokens.slice(at + 1), facts);
  }
  return refValue(tokens, facts);
}

function refCompare(operator: string, leftTokens: string[], rightTokens: string[], facts: unknown): boolean {
  const left = refExpression(leftTokens, facts);
  const right = refExpression(rightTokens, facts);
  if (operator === 'in' || operator === 'not in') {
    if (!Array.isArray(right) || Array.isArray(left) || left === null) throw new Error('list');
    for (const item of right) if (typeof item !== typeof left) throw new Error('types');
    return right.some((item) => item === left) === (operator === 'in');
  }
  if (Array.isArray(left) || Array.isArray(right)) throw new Error('list');
  if (operator === '==' || operator === '!=') {
    const aboutNull = [leftTokens, rightTokens].some((side) => side.filter((token) => token !== '(' && token !== ')').join('') === 'null');
    if (!aboutNull && (left === null || right === null || typeof left !== typeof right)) throw new Error('types');
    return operator === '==' ? left === right : left !== right;
  }
  if (operator === 'startswith' || operator === 'glob') {
    if (typeof left !== 'string' || typeof right !== 'string') throw new Error('text');
    return operator === 'startswith' ? left.indexOf(right) === 0 : refGlob(right).test(left);
  }
  if (typeof left !== 'number' || typeof right !== 'number') throw new Error('number');
  return { '<': left < right, '<=': left <= right, '>': left > right, '>=': left >= right }[operator] ?? false;
}

/** Globs as a regular expression; fine in a test, where nobody attacks. */
function refGlob(glob: string): RegExp {
  const segments = glob.split('/').map((segment) =>
    segment === '**'
      ? '**'
      : segment
          .replace(/[.+^${}()|[\]\\]/g, '\\$&')
          .replaceAll('*', '[^/]*')
          .replaceAll('?', '[^/]'),
  );
  let source = '';
  segments.forEach((segment, at) => {
    const last = at === segments.length - 1;
    if (segment === '**') source += last ? (at === 0 ? '.*' : '(?:/.*)?') : at === 0 ? '(?:[^/]*/)*' : '(?:/[^/]*)*';
    else source += `${at > 0 && !(segments[at - 1] === '**' && at === 1) ? '/' : ''}${segment}`;
  });
  return new RegExp(`^${source}$`, 's');
}

function refValue(tokens: string[], facts: unknown): unknown {
  const [first = ''] = tokens;
  if (first === '(') return refExpression(tokens.slice(1, -1), facts);
  if (first === '[')
    return tokens
      .slice(1, -1)
      .filter((token) => token !== ',')
      .map((token) => refValue([token], facts));
  if (tokens.length !== 1) throw new Error('not one value');
  if (first.startsWith("'") || first.startsWith('"')) return first.slice(1, -1);
  if (/^-?\d/.test(first)) return Number(first);
  if (first === 'true' || first === 'false') return first === 'true';
  if (first === 'null') return null;
  let at: unknown = facts;
  for (const name of first.split('.')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.keys(at).includes(name)) throw new Error('missing');
    at = (at as Record<string, unknown>)[name];
  }
  const plain = (value: unknown): boolean =>
    value === null || ['string', 'boolean'].includes(typeof value) || (typeof value === 'number' && Number.isFinite(value));
  if (plain(at) || (Array.isArray(at) && at.every(plain))) return at;
  throw new Error('no usable value');
}

// Texts are built small and alike, so that comparisons hold often enough to matter.
const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('.'));
const text = fc.stringMatching(/^[ab/*?-]{0,6}$/);
const quoted = text.map((value) => `'${value}'`);
const number = fc.constantFrom('0', '1', '-1', '2', '1.5');
const scalar = fc.oneof(quoted, number, fc.constantFrom('true', 'false', 'null'));
const list = fc
  .oneof(fc.array(quoted, { minLength: 1, maxLength: 3 }), fc.array(number, { minLength: 1, maxLength: 3 }))
  .map((items) => `[${items.join(', ')}]`);
const side = fc.oneof({ weight: 3, arbitrary: path }, { weight: 2, arbitrary: scalar });
const comparison = fc.oneof(
  fc.tuple(side, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), side).map((parts) => parts.join(' ')),
  fc.tuple(side, fc.constantFrom('in', 'not in'), fc.oneof(list, path)).map((parts) => parts.join(' ')),
  fc.tuple(side, fc.constantFrom('startswith', 'glob'), quoted).map((parts) => parts.join(' ')),
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    path,
    fc.constantFrom('true', 'false'),
    fc.tuple(tie('expression'), fc.constantFrom('and', 'or'), tie('expression')).map((parts) => parts.join(' ')),
    tie('expression').map((inner) => `not ${inner}`),
    tie('expression').map((inner) => `(${inner})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('==', '!='), fc.constantFrom('true', 'false'))
      .map(([inner, operator, word]) => `(${inner}) ${operator} ${word}`),
  ),
}));
const leaf = fc.oneof(
  text,
  fc.constantFrom(0, 1, -1, 2, 1.5, Number.NaN, Number.POSITIVE_INFINITY),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
  fc.constant(undefined),
  fc.constant([{}]),
);
const nested = fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf)))));

test('the evaluator and the reference agree on every condition and every facts', () => {
  const seen = { true: 0, false: 0, error: 0 };
  fc.assert(
    fc.property(expression, nested, (condition, facts) => {
      const parsed = parseExpression(condition);
      // Ill-typed or too long on its face: the policy would have been refused.
      fc.pre(parsed.ok);
      if (!parsed.ok) return;
      let expected: boolean | 'error';
      try {
        expected = reference(condition, facts);
      } catch {
        expected = 'error';
      }
      const result = evaluateExpression(parsed.value, facts);
      expect(result.ok ? result.value : 'error').toBe(expected);
      seen[`${expected}`] += 1;
    }),
    { numRuns: 2000, seed: 20_260_101 },
  );
  // The fuzz is worth something only while all three outcomes occur.
  expect(Math.min(seen.true, seen.false, seen.error)).toBeGreaterThan(100);
});

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
    { numRuns: 2000 },
  );
});
