import { err, ok, type Result } from '#kernel/result.ts';
import { matchesGlob } from './decide.glob.ts';
import type { Comparison, Expression, Scalar } from './model.expression.ts';

/** An evaluated operand: a scalar, or (right of `in`) a list of scalars. */
type Value = Scalar | readonly Scalar[];

/**
 * The truth of a condition over facts, or the sentence that says why it has none. Total: no throw, no loop beyond the size of the
 * tree and the facts it names. Only own members of plain objects are seen.
 */
export function evaluateExpression(expression: Expression, facts: unknown): Result<boolean, string> {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const left = evaluateExpression(expression.left, facts);
      if (!left.ok || left.value === (expression.kind === 'or')) return left;
      return evaluateExpression(expression.right, facts);
    }
    case 'not': {
      const operand = evaluateExpression(expression.operand, facts);
      return operand.ok ? ok(!operand.value) : operand;
    }
    case 'compare':
      return compare(expression.operator, expression.left, expression.right, facts);
    case 'literal':
    case 'path':
    case 'list': {
      const value = operandOf(expression, facts);
      if (!value.ok) return value;
      return typeof value.value === 'boolean' ? ok(value.value) : err(`${nameOf(expression)} is not true or false`);
    }
    default:
      return err('the condition has an unknown part');
  }
}

const nameOf = (expression: Expression): string => (expression.kind === 'path' ? `the field ${expression.path.join('.')}` : 'a value');

function operandOf(expression: Expression, facts: unknown): Result<Value, string> {
  if (expression.kind === 'literal') return ok(expression.value);
  if (expression.kind === 'list') return ok(expression.items);
  if (expression.kind === 'path') return lookUp(expression.path, facts);
  return evaluateExpression(expression, facts);
}

function lookUp(path: readonly string[], facts: unknown): Result<Value, string> {
  const name = path.join('.');
  let at: unknown = facts;
  for (const segment of path) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, segment)) return err(`the field ${name} is missing`);
    at = (at as Record<string, unknown>)[segment];
  }
  if (isScalar(at)) return ok(at);
  if (Array.isArray(at) && at.every(isScalar)) return ok(at);
  return err(`the field ${name} has no usable value`);
}

function isScalar(value: unknown): value is Scalar {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

function compare(operator: Comparison, leftSide: Expression, rightSide: Expression, facts: unknown): Result<boolean, string> {
  const left = operandOf(leftSide, facts);
  if (!left.ok) return left;
  const right = operandOf(rightSide, facts);
  if (!right.ok) return right;
  const a = left.value;
  const b = right.value;
  if (operator === 'in' || operator === 'not in') return contains(operator, a, b, nameOf(leftSide));
  if (isList(a) || isList(b)) return err('a list cannot be compared');
  if (operator === '==' || operator === '!=') {
    const nullAsked = isNullLiteral(leftSide) || isNullLiteral(rightSide);
    if (!nullAsked && (typeof a !== typeof b || a === null || b === null))
      return err(`${nameOf(leftSide)} and ${nameOf(rightSide)} are of different types`);
    return ok((a === b) === (operator === '=='));
  }
  if (operator === 'startswith' || operator === 'glob') {
    if (typeof a !== 'string' || typeof b !== 'string') return err(`${nameOf(leftSide)} is not a text`);
    return ok(operator === 'glob' ? matchesGlob(b, a) : a.startsWith(b));
  }
  if (typeof a !== 'number' || typeof b !== 'number') return err(`"${operator}" compares numbers`);
  return order(operator, a, b);
}

const isList = (value: Value): value is readonly Scalar[] => Array.isArray(value);
const isNullLiteral = (expression: Expression): boolean => expression.kind === 'literal' && expression.value === null;

function contains(operator: 'in' | 'not in', item: Value, list: Value, name: string): Result<boolean, string> {
  if (!isList(list)) return err(`"${operator}" needs a list on its right`);
  if (isList(item) || item === null) return err(`${name} is not a single value`);
  if (list.some((member) => typeof member !== typeof item)) return err(`${name} and the list are of different types`);
  return ok(list.includes(item) === (operator === 'in'));
}

function order(operator: string, a: number, b: number): Result<boolean, string> {
  if (operator === '<') return ok(a < b);
  if (operator === '<=') return ok(a <= b);
  if (operator === '>') return ok(a > b);
  if (operator === '>=') return ok(a >= b);
  return err('the condition has an unknown operator');
}
