import type { Answer } from './answer.ts';
import type { Actor, App, Installation, Json, Permissions, Repository, Role } from './state.ts';
import type { World } from './world.ts';

/** Whom a request's credentials stand for. */
export type Who =
  | { kind: 'anonymous' }
  | { kind: 'user'; login: string }
  /** The App itself, by its signed JWT. */
  | { kind: 'app'; app: App }
  | { kind: 'installation'; app: App; installation: Installation; login: string; repositories: string[]; permissions: Permissions };

export interface Call {
  world: World;
  method: string;
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  body: Json;
  headers: Record<string, string | undefined>;
  who: Who;
}

export interface RepositoryCall extends Call {
  repository: Repository;
  actor: Actor;
}

export interface Route {
  method: string;
  /** As in GitHub's OpenAPI: `/repos/{owner}/{repo}/issues/{issue_number}`. */
  path: string;
  /** Who may ask at all; repositories' routes say what they need on top. */
  asker: 'anyone' | 'app' | 'user' | 'installation' | 'repository';
  /** Any of these permissions of an App (`issues:write`). */
  needs: string[];
  /** The least role of a person. */
  role: Role;
  handle: (call: RepositoryCall) => Promise<Answer> | Answer;
}

/** A route beneath `/repos/{owner}/{repo}`. `needs`: one or more permissions, `|` between alternatives. */
export function repo(method: string, path: string, needs: string, handle: Route['handle'], role?: Role): Route {
  const alternatives = needs.split('|');
  const least = role ?? (needs.startsWith('administration') ? 'admin' : needs.endsWith(':write') ? 'write' : 'read');
  return { method, path: `/repos/{owner}/{repo}${path}`, asker: 'repository', needs: alternatives, role: least, handle };
}

/** A route that is not about one repository. */
export function top(
  method: string,
  path: string,
  asker: Exclude<Route['asker'], 'repository'>,
  handle: (call: Call) => Promise<Answer> | Answer,
): Route {
  return { method, path, asker, needs: [], role: 'read', handle };
}

/** Parameters that may hold slashes. */
const GREEDY = new Set(['ref', 'branch', 'path', 'basehead', 'tag']);

export interface Matcher {
  route: Route;
  match(method: string, path: string): Record<string, string> | null;
}

export function matcher(route: Route): Matcher {
  const names: string[] = [];
  const source = route.path.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name);
    return GREEDY.has(name) ? '(.+)' : '([^/]+)';
  });
  const expression = new RegExp(`^${source}$`);
  return {
    route,
    match(method, path) {
      if (method !== route.method) return null;
      const found = expression.exec(path);
      return found === null ? null : Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]));
    },
  };
}

/** Bodies have been checked against GitHub's description; these only read them. */
export const text = (body: Json, name: string): string | undefined => (typeof body[name] === 'string' ? body[name] : undefined);
export const texts = (body: Json, name: string): string[] =>
  Array.isArray(body[name]) ? body[name].map((one) => (typeof one === 'string' ? one : String((one as Json)['name']))) : [];
export const flag = (body: Json, name: string): boolean => body[name] === true;
export const has = (body: Json, name: string): boolean => body[name] !== undefined;
export const number = (params: Record<string, string>, name: string): number => Number(params[name]);
