import { childrenOf, isNode, type SyntaxNode } from './decide.syntax.ts';

/** What running a piece of code reads and writes, as far as that can be told from its text: `data.role`, `total`. */
export interface Traffic {
  reads: Set<string>;
  writes: Set<string>;
}

/** Calls that change nothing: conversions, and the look-ups that assertions are made of. */
const QUIET =
  /^(String|Number|Boolean|BigInt|Symbol|parseInt|parseFloat|isNaN|encodeURIComponent|decodeURIComponent|Object\.(keys|values|entries|fromEntries|is|hasOwn)|Array\.(from|isArray|of)|(Math|JSON|Number|String)\.\w+|expect|assert(\.\w+)?|within|expect\.\w+)$/;
const QUIET_METHOD =
  /^(to[A-Z]\w*|not|trim\w*|split|join|slice|includes|startsWith|endsWith|indexOf|map|filter|find|some|every|at|get|has|keys|values|entries|replace|replaceAll|match|test|toString|concat|getBy\w+|queryBy\w+|getAllBy\w+|queryAllBy\w+|any|objectContaining|stringContaining|arrayContaining)$/;

/**
 * Null when the code does something that its text does not show: calls, waits, leaves the function, deletes. Bodies of
 * functions that are only defined do not run.
 */
export function trafficOf(text: string, node: SyntaxNode): Traffic | null {
  const traffic: Traffic = { reads: new Set(), writes: new Set() };
  return look(text, node, traffic) ? traffic : null;
}

// Importing a module runs it.
const UNSEEN =
  /^(ImportDeclaration|NewExpression|AwaitExpression|YieldExpression|UpdateExpression|TaggedTemplateExpression|ImportExpression|ReturnStatement|ThrowStatement|BreakStatement|ContinueStatement|For\w*Statement|WhileStatement|DoWhileStatement|TryStatement|LabeledStatement|WithStatement|VariableDeclaration|SpreadElement)$/;

function look(text: string, node: SyntaxNode, traffic: Traffic): boolean {
  if (/Function/.test(node.type) || (node.type.startsWith('TS') && !/^TS(As|NonNull|Satisfies)/.test(node.type))) return true;
  if (UNSEEN.test(node.type) || (node.type === 'UnaryExpression' && node['operator'] === 'delete')) return false;
  if (node.type === 'AssignmentExpression') return lookAtAssignment(text, node, traffic);
  const path = pathOf(node);
  if (path !== null) {
    traffic.reads.add(path);
    return true;
  }
  if (node.type.endsWith('CallExpression')) {
    if (!isQuiet(text, node)) return false;
    // A quiet method runs the functions it is given.
    const bodies = (node['arguments'] as SyntaxNode[]).flatMap((given) =>
      /Function/.test(given.type) && isNode(given['body']) ? [given['body']] : [],
    );
    if (!bodies.every((body) => look(text, body, traffic))) return false;
  }
  for (const { member, nodes } of childrenOf(node)) {
    if ((member === 'property' || member === 'key') && node['computed'] !== true) continue;
    if (!nodes.every((child) => look(text, child, traffic))) return false;
  }
  return true;
}

function lookAtAssignment(text: string, node: SyntaxNode, traffic: Traffic): boolean {
  const target = isNode(node['left']) ? pathOf(node['left']) : null;
  if (target === null || !isNode(node['right'])) return false;
  traffic.writes.add(target);
  if (node['operator'] !== '=') traffic.reads.add(target);
  return look(text, node['right'], traffic);
}

function isQuiet(text: string, node: SyntaxNode): boolean {
  const callee = node['callee'] as SyntaxNode;
  if (QUIET.test(text.slice(callee.start, callee.end))) return true;
  const property = callee.type.endsWith('MemberExpression') && callee['computed'] !== true ? (callee['property'] as SyntaxNode) : null;
  return property !== null && QUIET_METHOD.test(String(property['name']));
}

/** `a.b["c"]` as `a.b.c`; null for anything that is not names all the way. */
function pathOf(node: SyntaxNode): string | null {
  if (node.type === 'Identifier') return String(node['name']);
  if (node.type === 'ThisExpression') return 'this';
  if (!/^(Optional)?MemberExpression$/.test(node.type)) return null;
  const object = pathOf(node['object'] as SyntaxNode);
  const property = node['property'] as SyntaxNode;
  const named = node['computed'] === true ? (property.type === 'StringLiteral' ? String(property['value']) : null) : String(property['name']);
  return object === null || named === null ? null : `${object}.${named}`;
}

/** Running one before the other or after it comes to the same. */
export function areIndependent(a: Traffic, b: Traffic): boolean {
  const meets = (writes: Set<string>, others: Set<string>): boolean =>
    [...writes].some((write) => [...others].some((other) => isWithin(write, other) || isWithin(other, write)));
  return !meets(a.writes, b.writes) && !meets(a.writes, b.reads) && !meets(b.writes, a.reads);
}

const isWithin = (path: string, other: string): boolean => path === other || path.startsWith(`${other}.`);
