import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { nearestName } from '#kernel/nearest-name.ts';
import { visible } from '#kernel/text.ts';
import type { RouteDefinition } from './route.ts';

/** Longest part of an unknown name that is said back. */
const MOST_OF_NAME = 60;

/**
 * Names of the query parameters a route reads, in alphabetical order; null: it takes any. Public and hidden addresses take any,
 * because other programs (a browser, an identity provider, a webhook's sender, a load balancer) add parameters of their own.
 */
export function knownParameters(route: Pick<RouteDefinition, 'access' | 'hidden' | 'query'>): string[] | null {
  if (route.access === 'public' || route.hidden === true) return null;
  if (route.query === undefined) return [];
  const schema = z.toJSONSchema(route.query, { io: 'input', unrepresentable: 'any' }) as Node;
  const names = namesIn(schema, (schema['$defs'] ?? {}) as Record<string, Node>);
  return names === null ? null : [...names].sort();
}

type Node = Record<string, unknown>;

/** Null: any name. A recursive query makes no sense, and a reference that leads nowhere is not guessed about. */
function namesIn(node: Node, defs: Record<string, Node>): Set<string> | null {
  const { $ref: ref } = node;
  if (typeof ref === 'string') {
    const { [ref.replace('#/$defs/', '')]: target, ...others } = defs;
    return target === undefined ? null : namesIn(target, others);
  }
  const names = new Set(Object.keys((node['properties'] ?? {}) as Node));
  const open = node['additionalProperties'];
  if (open !== undefined && open !== false) return null;
  for (const part of [node['anyOf'], node['oneOf'], node['allOf']].flatMap((parts) => (Array.isArray(parts) ? (parts as Node[]) : []))) {
    const more = namesIn(part, defs);
    if (more === null) return null;
    for (const name of more) names.add(name);
  }
  return names;
}

const cache = new WeakMap<RouteDefinition, string[] | null>();

/**
 * AppError invalid `unknown_parameter` for a query parameter the route does not read: a filter that is misspelt must not answer
 * with everything.
 */
export function refuseUnknownParameters(route: RouteDefinition, query: unknown): void {
  if (!cache.has(route)) cache.set(route, knownParameters(route));
  const known = cache.get(route) ?? null;
  if (known === null || typeof query !== 'object' || query === null) return;
  const unknown = Object.keys(query).filter((name) => !known.includes(name));
  const [first] = unknown;
  if (first === undefined) return;
  const errors = unknown.slice(0, 10).map((name) => ({ path: `query.${shown(name)}`, message: `unknown${suggestion(name, known)}` }));
  throw new AppError('invalid', `This operation has no parameter "${shown(first)}"${suggestion(first, known) || '.'}`, {
    code: 'unknown_parameter',
    hint: known.length === 0 ? 'It takes none.' : `It takes ${known.join(', ')}.`,
    detail: { errors },
  });
}

function suggestion(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === null ? '' : `; did you mean "${nearest}"?`;
}

const shown = (name: string): string => visible(name.slice(0, MOST_OF_NAME).toWellFormed());
