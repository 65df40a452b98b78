import type { Joint } from './decide.pieces.ts';
import { childrenOf, walk, type Syntax, type SyntaxNode } from './decide.syntax.ts';
import { mayStandTogether } from './decide.statements.ts';

/** Nodes beside each other, in the order of the text, and what kind of list they form. */
export interface SiblingList {
  kind: ListKind;
  parent: SyntaxNode;
  nodes: SyntaxNode[];
}

export type ListKind = 'statements' | 'members' | 'elements' | 'cases' | 'alternatives' | 'attributes' | 'chain' | 'declarators';

const LISTS: ReadonlyMap<string, ListKind> = new Map([
  ['Program.body', 'statements'],
  ['BlockStatement.body', 'statements'],
  ['StaticBlock.body', 'statements'],
  ['TSModuleBlock.body', 'statements'],
  ['SwitchCase.consequent', 'statements'],
  ['ClassBody.body', 'members'],
  ['TSInterfaceBody.body', 'members'],
  ['TSTypeLiteral.members', 'members'],
  ['TSEnumBody.members', 'members'],
  ['TSEnumDeclaration.members', 'members'],
  ['ObjectExpression.properties', 'members'],
  ['ObjectPattern.properties', 'members'],
  ['ArrayExpression.elements', 'elements'],
  ['SwitchStatement.cases', 'cases'],
  ['TSUnionType.types', 'alternatives'],
  ['JSXOpeningElement.attributes', 'attributes'],
  ['ImportDeclaration.specifiers', 'members'],
  ['ExportNamedDeclaration.specifiers', 'members'],
  ['VariableDeclaration.declarations', 'declarators'],
]);

/** All lists of a tree whose members may be told apart, calls chained on one value among them. */
export function listsOf(syntax: Syntax): SiblingList[] {
  const lists: SiblingList[] = [];
  for (const node of walk(syntax.program)) {
    for (const { member, nodes } of childrenOf(node)) {
      const kind = LISTS.get(`${node.type}.${member}`);
      if (kind !== undefined) lists.push({ kind, parent: node, nodes });
    }
    const chain = chainOf(node);
    if (chain !== null) lists.push({ kind: 'chain', parent: node, nodes: chain });
  }
  return lists;
}

/** `x.option('a').option('b')`: each call as a node that starts where the value before it ends. */
function chainOf(node: SyntaxNode): SyntaxNode[] | null {
  const calls: SyntaxNode[] = [];
  for (let at: unknown = node; isCall(at); at = at.callee.object) calls.unshift({ ...at, type: 'ChainedCall', start: at.callee.object.end });
  return calls.length > 1 ? calls : null;
}

type Call = SyntaxNode & { callee: SyntaxNode & { object: SyntaxNode; property: SyntaxNode } };

function isCall(value: unknown): value is Call {
  const node = value as SyntaxNode | null;
  return node?.type === 'CallExpression' && (node['callee'] as SyntaxNode).type === 'MemberExpression';
}

/**
 * Whether both insertions of a joint are whole siblings in one list, and such that their order does not matter. Returns a
 * sentence when not. An insertion can be seen shifted (`}\n\nf() {` for `f() {…}\n\n`): all shifts that read the same are tried.
 */
export function refuseJoint(text: string, joint: Joint, syntax: Syntax, lists: readonly SiblingList[]): string | null {
  if (isBlankOrComment(text, joint, syntax)) return null;
  let refusal = 'Both sides inserted something at the same place that is not made of whole statements or elements.';
  for (const at of shiftsOf(text, joint)) {
    for (const list of lists) {
      const ours = wholeNodes(text, list, syntax, { start: at.start, end: at.middle });
      const theirs = wholeNodes(text, list, syntax, { start: at.middle, end: at.end });
      if (ours === null || theirs === null) continue;
      const found = mayStandTogether(text, list, ours, theirs);
      if (found === null) return null;
      refusal = found;
    }
  }
  return refusal;
}

const MOST_SHIFT = 400;

function* shiftsOf(text: string, joint: Joint): Generator<Joint> {
  yield joint;
  for (let by = 1; by <= MOST_SHIFT && joint.start - by >= 0; by += 1) {
    const last = text[joint.start - by];
    if (last !== text[joint.middle - by] || last !== text[joint.end - by]) break;
    yield { start: joint.start - by, middle: joint.middle - by, end: joint.end - by };
  }
  for (let by = 1; by <= MOST_SHIFT && joint.end + by <= text.length; by += 1) {
    const next = text[joint.end + by - 1];
    if (next !== text[joint.start + by - 1] || next !== text[joint.middle + by - 1]) break;
    yield { start: joint.start + by, middle: joint.middle + by, end: joint.end + by };
  }
}

/** The members of the list that fill the range but for white space, separators and comments; null when they do not. */
function wholeNodes(text: string, list: SiblingList, syntax: Syntax, range: { start: number; end: number }): SyntaxNode[] | null {
  const nodes = list.nodes.filter((node) => node.start < range.end && node.end > range.start);
  const [first, last] = [nodes[0], nodes.at(-1)];
  if (first === undefined || last === undefined || first.start < range.start || last.end > range.end) return null;
  let at = range.start;
  for (const node of [...nodes, null]) {
    if (!isFiller(withoutComments(text, syntax, at, node === null ? range.end : node.start))) return null;
    at = node === null ? at : node.end;
  }
  return nodes;
}

const isFiller = (text: string): boolean => /^[\s,;|&]*$/.test(text);

function withoutComments(text: string, syntax: Syntax, start: number, end: number): string {
  let rest = '';
  let at = start;
  for (const comment of syntax.comments) {
    if (comment.start < at || comment.end > end) continue;
    rest += text.slice(at, comment.start);
    at = comment.end;
  }
  return rest + text.slice(at, end);
}

/** Comments and blank lines may stand in any order. */
function isBlankOrComment(text: string, joint: Joint, syntax: Syntax): boolean {
  return [
    { start: joint.start, end: joint.middle },
    { start: joint.middle, end: joint.end },
  ].some(({ start, end }) => withoutComments(text, syntax, start, end).trim() === '');
}
