import { err, ok, type Result } from '#kernel/result.ts';
import { decideTokens, type Token } from './decide.tokens.ts';
import { EXPRESSION_LIMITS, type Comparison, type Expression, type Scalar } from './model.expression.ts';

/**
 * Text to syntax tree, or the sentence that says what is wrong and where. Recursive descent with a depth limit; what can be
 * known to be ill-typed without facts (a number as condition, a pattern that is no text) is refused here.
 */
export function parseExpression(text: string): Result<Expression, string> {
  const tokens = decideTokens(text);
  if (!tokens.ok) return tokens;
  try {
    return ok(parseWhole(createCursor(tokens.value)));
  } catch (error) {
    if (error instanceof SyntaxError) return err(error.message);
    throw error;
  }
}

const SYMBOLIC = new Set(['==', '!=', '<', '<=', '>', '>=']);
const ORDERED = new Set<Comparison>(['<', '<=', '>', '>=']);

function fail(message: string, token: Token): never {
  throw new SyntaxError(`${message} at ${token.kind === 'end' ? 'the end' : `character ${token.at + 1}`}`);
}

interface Cursor {
  peek(ahead?: number): Token;
  next(): Token;
  /** Takes the next token when it is this word. */
  takeWord(word: string): boolean;
  /** Parses one level deeper. */
  nested<T>(parse: () => T): T;
}

function createCursor(tokens: readonly Token[]): Cursor {
  let position = 0;
  let depth = 0;
  const peek = (ahead = 0): Token => tokens[Math.min(position + ahead, tokens.length - 1)] as Token;
  const next = (): Token => {
    const token = peek();
    position += 1;
    return token;
  };
  return {
    peek,
    next,
    takeWord(word) {
      const there = peek().kind === 'word' && peek().text === word;
      if (there) next();
      return there;
    },
    nested(parse) {
      depth += 1;
      if (depth > EXPRESSION_LIMITS.depth) fail(`nested more than ${EXPRESSION_LIMITS.depth} levels deep`, peek());
      const result = parse();
      depth -= 1;
      return result;
    },
  };
}

/** The whole text as one condition. */
function parseWhole(at: Cursor): Expression {
  const result = asCondition(parseEither(at), at.peek());
  if (at.peek().kind !== 'end') fail(`"${at.peek().text}" is not expected`, at.peek());
  return result;
}

function parseEither(at: Cursor): Expression {
  let left = parseBoth(at);
  while (at.takeWord('or')) left = { kind: 'or', left: asCondition(left, at.peek()), right: asCondition(parseBoth(at), at.peek()) };
  return left;
}

function parseBoth(at: Cursor): Expression {
  let left = parseNegation(at);
  while (at.takeWord('and')) left = { kind: 'and', left: asCondition(left, at.peek()), right: asCondition(parseNegation(at), at.peek()) };
  return left;
}

function parseNegation(at: Cursor): Expression {
  if (at.takeWord('not'))
    return {
      kind: 'not',
      operand: asCondition(
        at.nested(() => parseNegation(at)),
        at.peek(),
      ),
    };
  return parseComparison(at);
}

function parseComparison(at: Cursor): Expression {
  const left = parseValue(at);
  const token = at.peek();
  const operator = takeOperator(at);
  if (operator === null) return left;
  const right = parseValue(at);
  checkOperands(operator, left, right, token);
  return { kind: 'compare', operator, left, right };
}

function takeOperator(at: Cursor): Comparison | null {
  const token = at.peek();
  if (token.kind === 'symbol' && SYMBOLIC.has(token.text)) return at.next().text as Comparison;
  for (const word of ['in', 'startswith', 'glob'] as const) if (at.takeWord(word)) return word;
  if (token.kind === 'word' && token.text === 'not' && at.peek(1).kind === 'word' && at.peek(1).text === 'in') {
    at.next();
    at.next();
    return 'not in';
  }
  return null;
}

function parseValue(at: Cursor): Expression {
  const token = at.next();
  if (token.kind === 'symbol' && token.text === '(') {
    const inner = at.nested(() => parseEither(at));
    const end = at.next();
    if (end.kind !== 'symbol' || end.text !== ')') fail('a ")" is missing', end);
    return inner;
  }
  if (token.kind === 'symbol' && token.text === '[') return { kind: 'list', items: parseItems(at) };
  if (token.kind === 'path') return { kind: 'path', path: token.text.split('.') };
  const scalar = scalarOf(token);
  if (scalar === undefined) fail('a value is expected', token);
  return { kind: 'literal', value: scalar };
}

function parseItems(at: Cursor): Scalar[] {
  const items: Scalar[] = [];
  for (;;) {
    const token = at.next();
    const scalar = scalarOf(token);
    if (scalar === undefined || scalar === null) fail('a list holds texts, numbers or booleans', token);
    if (items.length > 0 && typeof scalar !== typeof items[0]) fail('a list holds values of one type', token);
    items.push(scalar);
    if (items.length > EXPRESSION_LIMITS.listItems) fail(`a list holds at most ${EXPRESSION_LIMITS.listItems} values`, token);
    const separator = at.next();
    if (separator.text === ']' && separator.kind === 'symbol') return items;
    if (separator.text !== ',' || separator.kind !== 'symbol') fail('a "," or "]" is missing', separator);
  }
}

function scalarOf(token: Token): Scalar | undefined {
  if (token.kind === 'text') return token.text;
  if (token.kind === 'number') return Number(token.text);
  if (token.kind !== 'word') return undefined;
  if (token.text === 'null') return null;
  if (token.text === 'true') return true;
  return token.text === 'false' ? false : undefined;
}

function asCondition(expression: Expression, at: Token): Expression {
  const wrong = expression.kind === 'list' || (expression.kind === 'literal' && typeof expression.value !== 'boolean');
  if (wrong) fail('a condition is true or false: compare the value with something', at);
  return expression;
}

function checkOperands(operator: Comparison, left: Expression, right: Expression, at: Token): void {
  if (left.kind === 'list') fail('a list stands only to the right of "in"', at);
  if (operator === 'in' || operator === 'not in') {
    if (right.kind !== 'list' && right.kind !== 'path') fail(`"${operator}" needs a list or a field on its right`, at);
    return;
  }
  if (right.kind === 'list') fail('a list stands only to the right of "in"', at);
  if (operator === 'startswith' || operator === 'glob') {
    if (right.kind !== 'literal' || typeof right.value !== 'string') fail(`"${operator}" needs a text on its right`, at);
    return;
  }
  if (!ORDERED.has(operator)) return;
  for (const side of [left, right]) {
    if (side.kind === 'literal' && typeof side.value !== 'number') fail(`"${operator}" compares numbers`, at);
  }
}
