import type { Syntax, SyntaxNode } from './decide.syntax.ts';

/**
 * Import and export lists are sets: the order of what they name means nothing. Before a file is compared, each such
 * declaration is taken apart into one item per name; afterwards what remains is written as declarations again. Declarations
 * that only run a module (`import './x'`) have an order that means something and stay lines.
 */
export interface ImportDeclaration {
  /** Names the declaration among those of its file: what it is, its module, its attributes. */
  key: string;
  verb: 'import' | 'export';
  isType: boolean;
  /** The module as written, with quotes; null for `export { a }`. */
  source: string | null;
  /** Text between the module and the end: attributes and semicolon. */
  tail: string;
  text: string;
  names: ImportName[];
}

export interface ImportName {
  /** `default`, `namespace`, or `named` with or without its own `type`. */
  kind: 'default' | 'namespace' | 'named';
  /** As written between the braces: `type a as b`; every name of a type-only list carries its `type`. */
  text: string;
  /** What it is called in this file, or outside of it for an export. */
  name: string;
}

export type Item = { kind: 'line'; text: string } | { kind: 'name'; text: string; declaration: ImportDeclaration; name: ImportName };

/** The lines of a file, its import and export lists taken apart. The text of each item says all that it is compared by. */
export function toItems(text: string, syntax: Syntax | null): Item[] {
  const found = syntax === null ? [] : findDeclarations(text, syntax);
  const items: Item[] = [];
  let at = 0;
  for (const { start, end, declaration } of found) {
    items.push(...lineItems(text.slice(at, start)));
    for (const name of declaration.names) items.push({ kind: 'name', text: itemText(declaration, name), declaration, name });
    at = end;
  }
  items.push(...lineItems(text.slice(at)));
  return items;
}

function lineItems(text: string): Item[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => ({ kind: 'line', text: line }));
}

/** The import and export lists of a file, each with the whole lines it stands on. */
export function findDeclarations(text: string, syntax: Syntax): Array<{ start: number; end: number; declaration: ImportDeclaration }> {
  const times = new Map<string, number>();
  return ((syntax.program['body'] ?? []) as SyntaxNode[]).flatMap((node) => {
    const lineEnd = text.indexOf('\n', node.end);
    const end = lineEnd === -1 ? text.length : lineEnd + 1;
    const ownLines = (node.start === 0 || text[node.start - 1] === '\n') && text.slice(node.end, end).trim() === '';
    const commented = syntax.comments.some((comment) => comment.start < node.end && comment.end > node.start);
    const parts = ownLines && !commented ? partsOf(text, node) : null;
    if (parts === null) return [];
    const time = (times.get(parts.key) ?? 0) + 1;
    times.set(parts.key, time);
    const key = time === 1 ? parts.key : `${parts.key} ${time}`;
    return [{ start: node.start, end, declaration: { ...parts, key, text: text.slice(node.start, end) } }];
  });
}

function partsOf(text: string, node: SyntaxNode): Omit<ImportDeclaration, 'text'> | null {
  const isImport = node.type === 'ImportDeclaration';
  if (!isImport && !(node.type === 'ExportNamedDeclaration' && !node['declaration'])) return null;
  const specifiers = (node['specifiers'] ?? []) as SyntaxNode[];
  if (specifiers.length === 0 || node['phase'] || node['module']) return null;
  const names = specifiers.flatMap((specifier) => nameOf(text, specifier));
  if (names.length !== specifiers.length) return null;
  const sourceNode = node['source'] as SyntaxNode | null | undefined;
  const source = sourceNode ? text.slice(sourceNode.start, sourceNode.end) : null;
  const verb = isImport ? 'import' : 'export';
  const isType = node[isImport ? 'importKind' : 'exportKind'] === 'type';
  const tail = source === null || !sourceNode ? (text.slice(node.start, node.end).endsWith(';') ? ';' : '') : text.slice(sourceNode.end, node.end);
  const module = source === null ? '' : source.slice(1, -1);
  const typed = isType
    ? names.map((name) => (name.kind === 'named' && !name.text.startsWith('type ') ? { ...name, text: `type ${name.text}` } : name))
    : names;
  // A type-only default or namespace cannot share a declaration with values.
  const apart = isType && names.some((name) => name.kind !== 'named') ? 'type' : '';
  return { key: [verb, module, tail.replace(/[;\s]/g, ''), apart].join(' ').trimEnd(), verb, isType, source, tail, names: typed };
}

function nameOf(text: string, specifier: SyntaxNode): ImportName[] {
  const called = (specifier['local'] ?? specifier['exported']) as SyntaxNode;
  const outside = (specifier['exported'] ?? specifier['local']) as SyntaxNode;
  const written = text.slice(specifier.start, specifier.end).replace(/\s+/g, ' ');
  if (specifier.type === 'ImportDefaultSpecifier') return [{ kind: 'default', text: written, name: textOf(text, called) }];
  if (specifier.type === 'ImportNamespaceSpecifier') return [{ kind: 'namespace', text: written, name: textOf(text, called) }];
  if (specifier.type === 'ImportSpecifier') return [{ kind: 'named', text: written, name: textOf(text, called) }];
  if (specifier.type === 'ExportSpecifier') return [{ kind: 'named', text: written, name: textOf(text, outside) }];
  return [];
}

const textOf = (text: string, node: SyntaxNode): string => text.slice(node.start, node.end);

/** Names of both sides: what either added is there, what either removed is gone. */
export function mergeNames(base: readonly Item[], ours: readonly Item[], theirs: readonly Item[]): Item[] {
  const before = new Set(base.map((item) => item.text));
  const mine = new Set(ours.map((item) => item.text));
  const others = new Set(theirs.map((item) => item.text));
  return [
    ...ours.filter((item) => !before.has(item.text) || others.has(item.text)),
    ...theirs.filter((item) => !before.has(item.text) && !mine.has(item.text)),
  ];
}

/**
 * Where one side moved everything a file takes from a module to another module (the package was renamed), the others are read
 * as if they took it from there: what is added or removed beside is meant of the new module. Not where both moved it apart.
 */
export function followModules(sides: Record<'base' | 'ours' | 'theirs', Item[]>): Record<'base' | 'ours' | 'theirs', Item[]> {
  const byOurs = movedModules(sides.base, sides.ours);
  const byTheirs = movedModules(sides.base, sides.theirs);
  const apart = [...byOurs].filter(([key, to]) => byTheirs.has(key) && byTheirs.get(key)?.key !== to.key).map(([key]) => key);
  const moves = new Map([...byTheirs, ...byOurs].filter(([key]) => !apart.includes(key)));
  if (moves.size === 0) return sides;
  const follow = (items: readonly Item[]): Item[] =>
    items.map((item) => {
      const to = item.kind === 'name' ? moves.get(item.declaration.key) : undefined;
      return to === undefined || item.kind !== 'name' ? item : { ...item, declaration: to, text: itemText(to, item.name) };
    });
  return { base: follow(sides.base), ours: follow(sides.ours), theirs: follow(sides.theirs) };
}

/** Old key to the declaration that has all of its names now. */
function movedModules(base: readonly Item[], mover: readonly Item[]): Map<string, ImportDeclaration> {
  const moved = new Map<string, ImportDeclaration>();
  const now = declarationsIn(mover);
  const then = declarationsIn(base);
  for (const [key, declaration] of then) {
    if (now.has(key)) continue;
    const successors = [...now.values()].filter((next) => !then.has(next.key) && next.verb === declaration.verb);
    const successor = successors.find((next) =>
      declaration.names.every((name) => next.names.some((one) => one.kind === name.kind && one.text === name.text)),
    );
    if (successor !== undefined) moved.set(key, successor);
  }
  return moved;
}

function declarationsIn(items: readonly Item[]): Map<string, ImportDeclaration> {
  return new Map(items.flatMap((item) => (item.kind === 'name' ? [[item.declaration.key, item.declaration] as const] : [])));
}

const itemText = (declaration: ImportDeclaration, name: ImportName): string => `\u0000${declaration.key}\u0000${name.kind} ${name.text}`;

/**
 * A declaration with exactly these names: as one side wrote it where that side has the same, else written in its manner.
 * Null when no declaration can hold them (a namespace beside names in braces).
 */
export function writeDeclaration(names: readonly ImportName[], written: readonly ImportDeclaration[]): string | null {
  const wanted = keysOf(names);
  for (const declaration of written) if (keysOf(declaration.names) === wanted) return declaration.text;
  const model = written.find((declaration) => declaration.names.some((name) => name.kind === 'named')) ?? written[0];
  if (model === undefined) return null;
  const isType = written.some((declaration) => declaration.isType) && names.every(isTyped);
  const defaults = names.filter((name) => name.kind === 'default');
  const spaces = names.filter((name) => name.kind === 'namespace');
  const named = names.filter((name) => name.kind === 'named');
  if (defaults.length > 1 || spaces.length > 1 || (spaces.length > 0 && named.length > 0)) return null;
  if (isType && model.verb === 'import' && defaults.length + Math.min(spaces.length + named.length, 1) > 1) return null;
  const bare = isType ? named.map((name) => ({ ...name, text: name.text.replace(/^type /, '') })) : named;
  const clauses = [...defaults.map((name) => name.text), ...spaces.map((name) => name.text), ...(bare.length > 0 ? [braces(bare, model)] : [])];
  const from = model.source === null ? '' : ` from ${model.source}`;
  return `${model.verb} ${isType ? 'type ' : ''}${clauses.join(', ')}${from}${model.tail}${model.text.endsWith('\n') ? '\n' : ''}`;
}

const isTyped = (name: ImportName): boolean => name.kind !== 'named' || name.text.startsWith('type ');

const keysOf = (names: readonly ImportName[]): string =>
  names
    .map(({ kind, text }) => `${kind} ${text}`)
    .toSorted()
    .join('\n');

// A declaration longer than this was broken into lines by most formatters.
const LONGEST_LINE = 100;

function braces(named: readonly ImportName[], model: ImportDeclaration): string {
  const ordered = isSorted(model.names) ? named.toSorted((a, b) => compare(a.text, b.text)) : named;
  const texts = ordered.map((name) => name.text);
  const spaced = !/\{\S/.test(model.text);
  const flat = spaced ? `{ ${texts.join(', ')} }` : `{${texts.join(', ')}}`;
  const length = flat.length + model.verb.length + (model.source?.length ?? 0) + model.tail.length + 8;
  if (!/\{\s*\n/.test(model.text) && length <= LONGEST_LINE) return flat;
  const indent = /\{\s*\n([ \t]+)/.exec(model.text)?.[1] ?? '  ';
  const comma = /,\s*\}/.test(model.text) || !model.text.includes('\n', 0) || !/\n\s*\}/.test(model.text) ? ',' : '';
  return `{\n${texts.map((text) => indent + text).join(',\n')}${comma}\n}`;
}

function isSorted(names: readonly ImportName[]): boolean {
  const named = names.filter((name) => name.kind === 'named').map((name) => name.text);
  return named.length > 1 && named.every((text, at) => at === 0 || compare(named[at - 1] ?? '', text) <= 0);
}

/** As most import sorters do: letters before case. */
function compare(a: string, b: string): number {
  const [x, y] = [a.replace(/^type /, '').toLowerCase(), b.replace(/^type /, '').toLowerCase()];
  return x < y ? -1 : x > y ? 1 : a < b ? -1 : a > b ? 1 : 0;
}
