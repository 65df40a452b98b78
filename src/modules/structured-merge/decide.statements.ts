import { areIndependent, trafficOf } from './decide.traffic.ts';
import type { SiblingList } from './decide.siblings.ts';
import { isNode, type SyntaxNode } from './decide.syntax.ts';

/**
 * Whether what both sides inserted at one place may stand one after the other, ours first: a sentence when not. Named
 * things may where the names differ. Statements may where running them in either order does the same.
 */
export function mayStandTogether(text: string, list: SiblingList, ours: readonly SyntaxNode[], theirs: readonly SyntaxNode[]): string | null {
  if (list.kind === 'statements') return refuseStatements(text, ours, theirs);
  if (list.kind === 'cases' && [...ours, ...theirs].some((node) => !endsItself(node)))
    return 'Both sides inserted cases, and one runs into the next.';
  const names = [...ours, ...theirs].flatMap((node) => spreadNames(text, node) ?? [nameIn(list, text, node)]);
  if (names.includes(null)) return 'Both sides inserted something without a name at the same place.';
  return new Set(names).size === names.length ? null : 'Both sides inserted something of the same name at the same place.';
}

/** What tells a member of a list from its siblings; null when nothing does. */
export function nameIn(list: Pick<SiblingList, 'kind'>, text: string, node: SyntaxNode): string | null {
  switch (list.kind) {
    case 'elements':
    case 'alternatives':
      return node.type === 'SpreadElement' ? null : text.slice(node.start, node.end);
    case 'cases':
      return isNode(node['test']) ? textOf(text, node['test']) : 'default';
    case 'chain':
      return chainedName(text, node);
    case 'declarators':
      return isNode(node['id']) ? textOf(text, node['id']) : null;
    default:
      return memberName(text, node);
  }
}

function memberName(text: string, node: SyntaxNode): string | null {
  if (node['computed'] === true) return null;
  const key = node['key'] ?? node['name'] ?? node['id'] ?? node['exported'] ?? node['local'];
  if (!isNode(key)) return null;
  const name = key.type === 'StringLiteral' ? String(key['value']) : textOf(text, key);
  const accessor = node['kind'] === 'get' || node['kind'] === 'set' ? `${String(node['kind'])} ` : '';
  return `${node['static'] === true ? 'static ' : ''}${accessor}${name}`;
}

/** The keys that `...(x ? { a } : {})` may bring; null for what is no such spread. */
function spreadNames(text: string, node: SyntaxNode): Array<string | null> | null {
  if (node.type !== 'SpreadElement' || !isNode(node['argument'])) return null;
  const objects = objectsIn(node['argument']);
  if (objects === null) return [null];
  return objects.flatMap((object) => (object['properties'] as SyntaxNode[]).map((property) => memberName(text, property)));
}

function objectsIn(node: SyntaxNode): SyntaxNode[] | null {
  if (node.type === 'ObjectExpression') return [node];
  const branches =
    node.type === 'ConditionalExpression' ? [node['consequent'], node['alternate']] : node.type === 'LogicalExpression' ? [node['right']] : [];
  const found = branches.map((branch) => (isNode(branch) ? objectsIn(branch) : null));
  return found.length === 0 || found.includes(null) ? null : found.flatMap((objects) => objects ?? []);
}

/** Calls of one method with different first strings, as in `.option('--a').option('--b')`. */
function chainedName(text: string, node: SyntaxNode): string | null {
  const callee = node['callee'] as SyntaxNode;
  const first = (node['arguments'] as SyntaxNode[])[0];
  if (first?.type !== 'StringLiteral' || !isNode(callee['property'])) return null;
  return `${textOf(text, callee['property'])} ${String(first['value'])}`;
}

function endsItself(node: SyntaxNode): boolean {
  const statements = node['consequent'] as SyntaxNode[];
  const last = statements.at(-1);
  const inner = last?.type === 'BlockStatement' ? (last['body'] as SyntaxNode[]).at(-1) : last;
  return inner !== undefined && /^(Break|Return|Throw|Continue)Statement$/.test(inner.type);
}

interface Statement {
  kind: 'declaration' | 'binding' | 'pure' | 'test' | 'effect';
  names: string[];
}

function refuseStatements(text: string, ours: readonly SyntaxNode[], theirs: readonly SyntaxNode[]): string | null {
  const mine = ours.map((node) => statementOf(text, node));
  const others = theirs.map((node) => statementOf(text, node));
  const names = [...mine, ...others].flatMap((statement) => statement.names);
  if (new Set(names).size !== names.length) return 'Both sides inserted a declaration of the same name at the same place.';
  for (const [at, one] of mine.entries()) {
    for (const [otherAt, other] of others.entries()) {
      const [a, b] = [ours[at], theirs[otherAt]];
      if (a === undefined || b === undefined || mayCommute(one, other) || mayRunEitherWay(text, a, b)) continue;
      return 'Both sides inserted statements with effects at the same place; nothing says which comes first.';
    }
  }
  return null;
}

/** Declarations and tests stand in any order; a statement with effects only beside what runs nothing. */
function mayCommute(a: Statement, b: Statement): boolean {
  const isQuiet = ({ kind }: Statement): boolean => kind === 'declaration' || kind === 'pure';
  return (a.kind !== 'effect' && b.kind !== 'effect') || isQuiet(a) || isQuiet(b);
}

function mayRunEitherWay(text: string, a: SyntaxNode, b: SyntaxNode): boolean {
  if (areRegistrations(text, a, b)) return true;
  const [one, other] = [trafficOf(text, a), trafficOf(text, b)];
  return one !== null && other !== null && areIndependent(one, other);
}

/** `registerDoctor(program); registerVerify(program);`: entries of a list that happens to be written as calls. */
function areRegistrations(text: string, a: SyntaxNode, b: SyntaxNode): boolean {
  const [one, other] = [registrationOf(text, a), registrationOf(text, b)];
  return one !== null && other !== null && one.name !== other.name && one.verb === other.verb && one.given === other.given;
}

function registrationOf(text: string, node: SyntaxNode): { verb: string; name: string; given: string } | null {
  const call = node.type === 'ExpressionStatement' ? (node['expression'] as SyntaxNode) : null;
  if (call?.type !== 'CallExpression') return null;
  const callee = call['callee'] as SyntaxNode;
  const given = call['arguments'] as SyntaxNode[];
  const verb = /^(register|add|define|declare)(?=[A-Z])/.exec(textOf(text, callee))?.[1];
  if (callee.type !== 'Identifier' || verb === undefined || given.some((argument) => argument.type !== 'Identifier')) return null;
  return { verb, name: textOf(text, callee), given: given.map((argument) => textOf(text, argument)).join(',') };
}

const DECLARATION = /^(FunctionDeclaration|ClassDeclaration|TS(Interface|TypeAlias|Enum|Module)Declaration|TSDeclareFunction|EmptyStatement)$/;
const TEST_CALL = /^(it|test|describe|suite|bench|context|specify)\b/;
/** Registered before anything runs, whatever their place. */
const MOCK_CALL = /^(vi|jest)\.(mock|doMock|unmock)$/;

/** What running a statement does, and what it names. */
export function statementOf(text: string, node: SyntaxNode): Statement {
  if (node.type === 'ExportNamedDeclaration' && isNode(node['declaration'])) return statementOf(text, node['declaration']);
  if (node.type === 'ExportNamedDeclaration') return { kind: 'declaration', names: [] };
  if (node.type === 'ImportDeclaration') {
    const specifiers = (node['specifiers'] ?? []) as SyntaxNode[];
    return { kind: specifiers.length > 0 ? 'declaration' : 'effect', names: specifiers.map((one) => textOf(text, one['local'] as SyntaxNode)) };
  }
  if (DECLARATION.test(node.type)) return { kind: 'declaration', names: isNode(node['id']) ? [textOf(text, node['id'])] : [] };
  if (node.type === 'VariableDeclaration') {
    const declarators = node['declarations'] as SyntaxNode[];
    const pure = declarators.every((one) => !isNode(one['init']) || isPure(text, one['init']));
    return { kind: pure ? 'pure' : 'binding', names: declarators.map((one) => textOf(text, one['id'] as SyntaxNode)) };
  }
  const title = registeredTitle(text, node);
  return title === null ? { kind: 'effect', names: [] } : { kind: 'test', names: [title] };
}

/** `it('does x', …)`, `vi.mock('./x')`: the call and its first string. */
function registeredTitle(text: string, node: SyntaxNode): string | null {
  if (node.type !== 'ExpressionStatement') return null;
  const call = node['expression'] as SyntaxNode;
  if (call.type !== 'CallExpression') return null;
  const callee = textOf(text, call['callee'] as SyntaxNode);
  const first = (call['arguments'] as SyntaxNode[])[0];
  if (first === undefined || !(TEST_CALL.test(callee) || MOCK_CALL.test(callee))) return null;
  if (first.type !== 'StringLiteral' && first.type !== 'TemplateLiteral') return null;
  return `${callee.split(/[.(]/)[0]} ${textOf(text, first)}`;
}

/** Nothing outside changes when it is evaluated. */
function isPure(text: string, node: SyntaxNode): boolean {
  const traffic = trafficOf(text, node);
  return traffic !== null && traffic.writes.size === 0;
}

const textOf = (text: string, node: SyntaxNode): string => text.slice(node.start, node.end);
