import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from 'yaml';
import type { PolicyProblem } from './model.ts';

/** A problem with its place in the text it is about. Lines and columns count from 1; null: it is about the whole text. */
export interface LocatedProblem extends PolicyProblem {
  line: number | null;
  column: number | null;
}

/**
 * Finds where in the YAML each problem is, for whoever shows it beside the text. A path that leads to nothing (a member that is missing)
 * is at the last of its parents that is there. Total: a text that cannot be read at all has its problems without places.
 */
export function locateProblems(text: string, problems: readonly PolicyProblem[]): LocatedProblem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, strict: true, merge: false, schema: 'core', prettyErrors: true, lineCounter: lines });
  const faults = [...document.errors, ...document.warnings];
  return problems.map((problem) => {
    const fault = problem.path === '' ? faults.find(({ message }) => message.split('\n')[0] === problem.detail) : undefined;
    const offset = fault?.pos[0] ?? (problem.path === '' ? null : offsetOf(document.contents, problem.path));
    if (offset === null) return { ...problem, line: null, column: null };
    const { line, col } = lines.linePos(offset);
    return { ...problem, line, column: col };
  });
}

// Names of action kinds hold dots themselves, so a path is followed by what is really there.
function offsetOf(root: Node | null, path: string): number | null {
  let node: Node | null = root;
  let found: number | null = null;
  let rest = path;
  while (node !== null && rest !== '') {
    const step = stepInto(node, rest);
    if (step === null) return found;
    found = step.at ?? found;
    node = step.node;
    rest = step.rest;
  }
  return found;
}

interface Step {
  at: number | null;
  node: Node | null;
  rest: string;
}

function stepInto(node: Node, rest: string): Step | null {
  if (isSeq(node)) {
    const [index = '', ...more] = rest.split('.');
    const item = node.items[Number(index)] as Node | undefined;
    return item === undefined ? null : { at: item.range?.[0] ?? null, node: item, rest: more.join('.') };
  }
  if (!isMap(node)) return null;
  const fitting = node.items.filter((pair) => rest === keyOf(pair) || rest.startsWith(`${keyOf(pair)}.`));
  const [pair] = fitting.toSorted((a, b) => keyOf(b).length - keyOf(a).length);
  if (pair === undefined) return null;
  const key = pair.key as Node;
  return { at: key.range?.[0] ?? null, node: pair.value as Node | null, rest: rest.slice(keyOf(pair).length + 1) };
}

const keyOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : '');
