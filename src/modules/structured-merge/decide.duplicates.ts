import { nameIn, statementOf } from './decide.statements.ts';
import type { SiblingList } from './decide.siblings.ts';
import type { Syntax, SyntaxNode } from './decide.syntax.ts';

/** What stands twice in one list, with how often: declarations, members, tests of one name, and the same statement again. */
export function duplicatesIn(text: string, lists: readonly SiblingList[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const list of lists) {
    const seen = new Set<string>();
    for (const name of list.nodes.flatMap((node) => namesOf(text, list, node))) {
      if (seen.has(name)) found.set(name, (found.get(name) ?? 0) + 1);
      seen.add(name);
    }
  }
  return found;
}

// Shorter statements (`break;`, `count++;`, `}`) do stand twice.
const SHORTEST_STATEMENT = 16;

function namesOf(text: string, list: SiblingList, node: SyntaxNode): string[] {
  if (list.kind === 'elements' || list.kind === 'chain') return [];
  if (list.kind !== 'statements') {
    const name = isOverload(node) ? null : nameIn(list, text, node);
    return name === null ? [] : [`${list.kind} ${name}`];
  }
  const statement = statementOf(text, node);
  const body = text.slice(node.start, node.end);
  const names = statement.kind === 'test' ? statement.names : [];
  return body.length >= SHORTEST_STATEMENT && statement.kind !== 'declaration' ? [...names, `statement ${body.replace(/\s+/g, ' ')}`] : names;
}

function isOverload(node: SyntaxNode): boolean {
  return node.type === 'TSMethodSignature' || node.type === 'TSDeclareMethod' || node.type === 'TSCallSignatureDeclaration';
}

/** Names used that nothing in the file declares: globals, and what a wrong merge left behind. */
export function undeclaredNames(syntax: Syntax): Set<string> {
  const declared = new Set<string>();
  const used = new Set<string>();
  const visit = (node: SyntaxNode, bound: boolean): void => {
    if (node.type === 'Identifier' || node.type === 'JSXIdentifier') {
      (bound ? declared : used).add(String(node['name']));
      visitChildren(node, false, visit);
      return;
    }
    visitChildren(node, bound, visit);
  };
  visit(syntax.program, false);
  for (const name of declared) used.delete(name);
  return used;
}

const BINDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['VariableDeclarator', ['id']],
  ['CatchClause', ['param']],
  ['TSEnumDeclaration', ['id']],
  ['TSModuleDeclaration', ['id']],
  ['TSInterfaceDeclaration', ['id']],
  ['TSTypeAliasDeclaration', ['id']],
  ['TSImportEqualsDeclaration', ['id']],
  ['ImportSpecifier', ['local']],
  ['ImportDefaultSpecifier', ['local']],
  ['ImportNamespaceSpecifier', ['local']],
  ['TSParameterProperty', ['parameter']],
  ['TSTypeParameter', ['name']],
  ['TSMappedType', ['key']],
  ['TSNamedTupleMember', ['label']],
  ['TSTypePredicate', []],
]);

/** Members that only spell a name: `a.b`, `{ b: 1 }`, labels, the outer name of an import. */
const SPELLED: ReadonlyMap<string, readonly string[]> = new Map([
  ['ImportSpecifier', ['imported']],
  ['ExportSpecifier', ['exported']],
  ['LabeledStatement', ['label']],
  ['BreakStatement', ['label']],
  ['ContinueStatement', ['label']],
  ['JSXAttribute', ['name']],
  ['JSXMemberExpression', ['property']],
  ['TSQualifiedName', ['right']],
  ['TSImportType', ['qualifier']],
  ['MetaProperty', ['meta', 'property']],
  ['TSEnumMember', ['id']],
]);

function visitChildren(node: SyntaxNode, bound: boolean, visit: (node: SyntaxNode, bound: boolean) => void): void {
  for (const [member, value] of Object.entries(node)) {
    if (member === 'loc' || member.endsWith('Comments') || member === 'extra') continue;
    if (SPELLED.get(node.type)?.includes(member) === true) continue;
    if ((member === 'property' || member === 'key') && node['computed'] !== true && node.type !== 'TSMappedType') continue;
    if (node.type === 'ExportNamedDeclaration' && node['source'] && member === 'specifiers') continue;
    const binds = isBinder(node, member) || (bound && staysBound(node, member));
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof child === 'object' && child !== null && typeof (child as SyntaxNode).type === 'string') visit(child as SyntaxNode, binds);
    }
  }
}

function isBinder(node: SyntaxNode, member: string): boolean {
  if (BINDERS.get(node.type)?.includes(member) === true) return true;
  if (member === 'params' || member === 'parameters') return /Function|Method|TS(Method|Call|Construct|Index)Signature/.test(node.type);
  return member === 'id' && /^(Function|Class|TSDeclareFunction)/.test(node.type);
}

/** Within a pattern that binds: its parts bind, its default values and types do not. */
function staysBound(node: SyntaxNode, member: string): boolean {
  switch (node.type) {
    case 'ObjectPattern':
      return member === 'properties';
    case 'ArrayPattern':
      return member === 'elements';
    case 'ObjectProperty':
      return member === 'value';
    case 'AssignmentPattern':
      return member === 'left';
    case 'RestElement':
      return member === 'argument';
    case 'TSParameterProperty':
      return member === 'parameter';
    default:
      return false;
  }
}
