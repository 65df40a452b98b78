/**
 * Whether two globs can ever match the same path, by walking both as automata at once, with the semantics of kernel/glob.ts. Never
 * misses an overlap, also of files that do not exist yet: a list of today's files would. One exception, said below.
 */
export function globsOverlap(left: string, right: string): boolean {
  const [a, b] = [compile(left), compile(right)];
  const seen = new Set<string>();
  const open: Array<readonly [number, number]> = [[0, 0]];
  while (open.length > 0) {
    const [i, j] = open.pop() ?? [0, 0];
    const key = `${i}:${j}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (i === a.end && j === b.end) return true;
    for (const edge of a.edges[i] ?? []) if (edge.on === '') open.push([edge.to, j]);
    for (const edge of b.edges[j] ?? []) if (edge.on === '') open.push([i, edge.to]);
    for (const one of a.edges[i] ?? []) for (const two of b.edges[j] ?? []) if (meet(one.on, two.on)) open.push([one.to, two.to]);
  }
  return false;
}

export function scopesOverlap(left: readonly string[], right: readonly string[]): boolean {
  return left.some((one) => right.some((two) => globsOverlap(one, two)));
}

/** A character, `any`, `name` (any but a slash), or '' for a step that consumes nothing. */
type On = string;
interface Edge {
  on: On;
  to: number;
}
interface Automaton {
  edges: Edge[][];
  end: number;
}

const ANY = 'any';
const NAME = 'name';

function meet(left: On, right: On): boolean {
  if (left === '' || right === '') return false;
  if (left === ANY || right === ANY) return true;
  if (left === NAME) return right !== '/';
  if (right === NAME) return left !== '/';
  return left === right;
}

function compile(pattern: string): Automaton {
  const clean = pattern.replace(/^\.\//, '');
  const body = clean.endsWith('/') ? `${clean}**` : clean;
  const automaton: Automaton = { edges: [[]], end: 0 };
  const ends = body === '' ? [0] : walk(automaton, body, 0);
  automaton.end = fresh(automaton);
  for (const from of ends) link(automaton, from, '', automaton.end);
  // Without wildcards a pattern also means everything below it; not so a name with a file's ending, or `src/a.js` and `**/b.js` would
  // meet in a folder called a.js.
  if (!/[*?{]/.test(body) && !/[^/]\.[a-z][a-z0-9]{0,5}$/i.test(body)) {
    const below = fresh(automaton);
    for (const from of ends) link(automaton, from, '/', below);
    link(automaton, below, ANY, below);
    link(automaton, below, '', automaton.end);
  }
  return automaton;
}

function fresh(automaton: Automaton): number {
  return automaton.edges.push([]) - 1;
}

function link(automaton: Automaton, from: number, on: On, to: number): void {
  automaton.edges[from]?.push({ on, to });
}

/** Adds states for `glob` after `start`; answers where it may end. */
function walk(automaton: Automaton, glob: string, start: number): number[] {
  let at = start;
  for (let index = 0; index < glob.length;) {
    const rest = glob.slice(index);
    const choice = rest.startsWith('{') ? alternativesOf(rest) : null;
    const next = fresh(automaton);
    if (choice !== null) {
      for (const option of choice.options) for (const end of walk(automaton, option, at)) link(automaton, end, '', next);
      index += choice.length;
    } else index += step(automaton, rest, at, next);
    at = next;
  }
  return [at];
}

/** One token; answers its length. */
function step(automaton: Automaton, rest: string, from: number, to: number): number {
  if (rest.startsWith('**/')) {
    const inside = fresh(automaton);
    link(automaton, from, '', to);
    link(automaton, from, '', inside);
    link(automaton, inside, ANY, inside);
    link(automaton, inside, '/', to);
    return 3;
  }
  if (rest.startsWith('*')) {
    const wide = rest.startsWith('**');
    link(automaton, from, wide ? ANY : NAME, from);
    link(automaton, from, '', to);
    return wide ? 2 : 1;
  }
  link(automaton, from, rest.startsWith('?') ? NAME : rest.charAt(0), to);
  return 1;
}

/** `{a,b{c,d}}…` -> its options and its length; null when the brace never closes. */
function alternativesOf(text: string): { options: string[]; length: number } | null {
  const options = [''];
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if (depth === 0) return { options, length: index + 1 };
    if (char === ',' && depth === 1) options.push('');
    else if (!(char === '{' && depth === 1)) options[options.length - 1] += char;
  }
  return null;
}
