import { isAtLeast, type Actor, type Role } from '#kernel/actor.ts';
import type { Access, RouteDefinition } from './route.ts';

/** Whether a caller may use a route at all; what it may do there is the command's decision. `null` is a caller without a token. */
export function mayCall(access: Access, actor: Actor | null): boolean {
  if (access === 'public') return true;
  if (actor === null) return false;
  if (access === 'authenticated') return true;
  if (access === 'person') return actor.kind === 'person' && actor.personId !== null;
  return isAtLeast(actor.role, access);
}

/** The kinds of caller the table of roles speaks of; `admin` is the bootstrap token, which is nobody's. */
export const CALLERS = ['anonymous', 'viewer', 'developer', 'maintainer', 'manager', 'admin', 'agent'] as const;
export type Caller = (typeof CALLERS)[number];

const PEOPLE = new Set<Caller>(['viewer', 'developer', 'maintainer', 'manager']);

function actorOf(caller: Exclude<Caller, 'anonymous'>): Actor {
  const role: Role = caller;
  if (caller === 'agent') return { kind: 'agent', subject: 'agent:any', role, personId: null };
  return PEOPLE.has(caller)
    ? { kind: 'person', subject: 'person:any', role, personId: 'any' }
    : { kind: 'service', subject: 'token:any', role, personId: null };
}

export interface RoleRow {
  method: RouteDefinition['method'];
  path: string;
  access: Access;
  may: Record<Caller, boolean>;
}

/** Who may call what, one row a route, in the order of paths. */
export function roleTable(routes: readonly RouteDefinition[]): RoleRow[] {
  const rows = routes.map(({ method, path, access }) => {
    const may = Object.fromEntries(CALLERS.map((caller) => [caller, mayCall(access, caller === 'anonymous' ? null : actorOf(caller))])) as Record<
      Caller,
      boolean
    >;
    return { method, path, access, may };
  });
  return rows.sort((a, b) => (a.path === b.path ? a.method.localeCompare(b.method) : a.path.localeCompare(b.path)));
}

/** Problem codes by which the server itself turns a caller away, before the route runs. */
export const DENIALS = { noToken: 'unauthenticated', role: 'role_required', person: 'person_required' } as const;

export interface WalkOptions {
  routes: readonly RouteDefinition[];
  baseUrl: string;
  /** A token for each caller; `anonymous` sends none. Tokens of viewer to manager must belong to a person. */
  tokens: Record<Exclude<Caller, 'anonymous'>, string>;
  /** Sends the requests of callers who may pass, too (with made-up ids and no body). Default true. */
  callAllowed?: boolean;
}

/**
 * Asks a running server for every route as every caller and answers what differs from the table of roles: an empty list
 * means that each route guards itself as declared. `openOnLoopback` routes are left out for callers without the role.
 */
export async function walkAccess(options: WalkOptions): Promise<string[]> {
  const differences: string[] = [];
  for (const route of options.routes) {
    for (const row of roleTable([route])) {
      for (const caller of CALLERS) {
        if (route.openOnLoopback === true && !row.may[caller]) continue;
        if (row.may[caller] && options.callAllowed === false) continue;
        const difference = await probe(options, row, caller);
        if (difference !== null) differences.push(difference);
      }
    }
  }
  return differences;
}

async function probe(options: WalkOptions, row: RoleRow, caller: Caller): Promise<string | null> {
  const path = row.path.replaceAll(/:[A-Za-z_]+/g, 'none').replace('*', 'none');
  const headers: Record<string, string> = caller === 'anonymous' ? {} : { authorization: `Bearer ${options.tokens[caller]}` };
  const leave = new AbortController();
  const response = await fetch(`${options.baseUrl}${path}`, { method: row.method, headers, signal: leave.signal, redirect: 'manual' });
  const code = response.status === 401 || response.status === 403 ? await problemCode(response) : null;
  // A stream has no end: once the status is known the rest does not matter.
  leave.abort();
  const denied = code !== null && (Object.values(DENIALS) as string[]).includes(code);
  if (denied === !row.may[caller]) return null;
  return `${row.method} ${row.path} (${row.access}): ${caller} ${row.may[caller] ? 'may call but was turned away' : 'may not call but was let in'} (${response.status})`;
}

async function problemCode(response: Response): Promise<string | null> {
  const body: unknown = await response.json().catch(() => null);
  const code = (body as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}
