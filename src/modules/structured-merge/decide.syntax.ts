import { parse, type ParserPlugin } from '@babel/parser';

/** A node of the syntax tree, as far as the rules here look at one. */
export interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  [member: string]: unknown;
}

export interface SyntaxComment {
  start: number;
  end: number;
  value: string;
}

export interface Syntax {
  program: SyntaxNode;
  comments: SyntaxComment[];
  /** Every token, comments left out. */
  tokens: Array<{ start: number; text: string }>;
}

/**
 * TypeScript or JavaScript as a tree; null when it does not parse. The parser also refuses two declarations of one name in
 * one scope, which is what a wrong merge most often makes.
 */
export function parseScript(path: string, text: string): Syntax | null {
  try {
    const file = parse(text, {
      sourceType: 'module',
      plugins: pluginsFor(path),
      tokens: true,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
    });
    const comments = (file.comments ?? []).flatMap(({ start, end, value }) => (isPlace(start) && isPlace(end) ? [{ start, end, value }] : []));
    const tokens = (file.tokens ?? []) as Array<{ type: unknown; start: number; end: number }>;
    return {
      program: file.program as unknown as SyntaxNode,
      comments,
      tokens: tokens
        .filter((token) => typeof token.type !== 'string' && token.end > token.start)
        .map((token) => ({ start: token.start, text: text.slice(token.start, token.end) })),
    };
  } catch {
    return null;
  }
}

const isPlace = (value: number | null | undefined): value is number => typeof value === 'number';

function pluginsFor(path: string): ParserPlugin[] {
  const shared: ParserPlugin[] = ['decorators-legacy'];
  if (/\.[mc]?ts$/.test(path)) return [['typescript', { dts: /\.d\.[mc]?ts$/.test(path) }], ...shared];
  if (path.endsWith('.tsx')) return ['typescript', 'jsx', ...shared];
  return ['jsx', ...shared];
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string' && 'start' in value;
}

/** The nodes directly under a node, with the member that holds them, in the order of the tree. */
export function* childrenOf(node: SyntaxNode): Generator<{ member: string; nodes: SyntaxNode[]; isList: boolean }> {
  for (const [member, value] of Object.entries(node)) {
    if (member === 'loc' || member.endsWith('Comments') || member === 'extra' || member === 'tokens') continue;
    if (Array.isArray(value)) {
      const nodes = value.filter(isNode);
      if (nodes.length > 0) yield { member, nodes, isList: true };
    } else if (isNode(value)) yield { member, nodes: [value], isList: false };
  }
}

/** Every node of a tree, parents first. */
export function* walk(node: SyntaxNode): Generator<SyntaxNode> {
  yield node;
  for (const { nodes } of childrenOf(node)) for (const child of nodes) yield* walk(child);
}
