/**
 * The reference: slow and obvious, written from the grammar in model.expression.ts alone. It works on text, cuts at the loosest operator,
 * and throws for every error. Differences to the fast evaluator are bugs in one of them.
 */
export function reference(text: string, facts: unknown): boolean {
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
