import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/errors.ts';
import { MethodNotAllowed } from './problem.ts';
import type { RouteDefinition } from './route.ts';

/** Methods the table of routes knows for an address; HEAD goes with GET. */
export function methodsAt(routes: readonly RouteDefinition[]): (path: string) => string[] {
  const patterns = routes.map((route) => ({ method: route.method, pattern: patternOf(route.path) }));
  return (path) => {
    const found = new Set<string>(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method));
    if (found.has('GET')) found.add('HEAD');
    if (found.size > 0) found.add('OPTIONS');
    return [...found].sort();
  };
}

function patternOf(path: string): RegExp {
  const source = path.split('/').map(partPattern).join('/');
  return new RegExp(`^${source}/?$`);
}

function partPattern(part: string): string {
  if (part === '*') return '.*';
  return part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** OPTIONS says what an address can do, a wrong method is 405, anything else 404. */
export function createNotFound(
  routes: readonly RouteDefinition[],
  problem: (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const lookUp = methodsAt(routes);
  return (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const allow = lookUp(path);
    if (request.method === 'OPTIONS' && allow.length > 0) return reply.code(204).header('allow', allow.join(', ')).send();
    if (allow.length === 0)
      return problem(new AppError('not_found', `There is nothing at ${path}.`, { hint: 'Every operation is described at /docs.' }), request, reply);
    return problem(new MethodNotAllowed(request.method, allow), request, reply);
  };
}
