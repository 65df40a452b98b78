import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { Page } from '#kernel/page.ts';
import { Reply, type RequestOf, type RouteDefinition } from '#platform/http/index.ts';
import type { Membership } from './queries.reach.ts';
import { permissionOf } from './model.ts';
import { fillPage, type Paging } from './routes.pages.ts';

/**
 * How a route looks to a caller who is limited to some projects. `open`: it holds nothing of a project. `list`: what it answers is
 * cut to their projects. `row`: it must name something, all of it theirs, and so must be the answer. `figures`: as `row`, and what it
 * lists (days, people, counts) is about what was named although its items do not say so. A route in no table is `closed`: it is about
 * the whole installation. Who has one project alone has named it where a query asks for one.
 */
export type Reach = 'open' | 'list' | 'row' | 'figures';

/** `POST /v1/x` -> its reach. */
export type ReachTable = Readonly<Record<string, Reach>>;

/** Puts the limits of a token around a route: its permissions, and its projects. A caller without limits is not touched. */
export function limitRoute(route: RouteDefinition, table: ReachTable, membership: Membership): RouteDefinition {
  const reach = table[`${route.method} ${route.path}`] ?? 'closed';
  return {
    ...route,
    // Who may not see a thing learns nothing about it, not even how to ask properly.
    async before(request) {
      const { actor } = request;
      if (actor === null || route.access === 'public') return;
      refusePermission(route, actor);
      const projects = actor.projects ?? null;
      if (projects === null || reach === 'open') return;
      if ((await membership.refusal(named(route, request), projects)).foreign !== null) throw nothing();
      if (reach === 'closed') throw closed();
    },
    // What was made then may be of a project they do not see any more, and only its body names it.
    async beforeAgain({ actor, ...parts }) {
      const projects = actor?.projects ?? null;
      if (projects === null || route.access === 'public' || reach === 'open') return;
      if ((await membership.refusal(named(route, parts), projects)).foreign !== null) throw nothing();
    },
    async handle(request) {
      const projects = request.actor?.projects ?? null;
      if (projects === null || route.access === 'public' || reach === 'open') return route.handle(request);
      if (reach === 'closed') throw closed();
      return within({ route, reach, membership, projects }, request);
    },
  };
}

function refusePermission(route: RouteDefinition, actor: Actor): void {
  const permissions = actor.permissions ?? null;
  // Who one is may always be asked, and an access token holds no more than its token does.
  if (permissions === null || route.path === '/v1/whoami' || route.path === '/v1/auth/token') return;
  const needed = permissionOf(route);
  if (!permissions.some((held) => covers(held, needed)))
    throw new AppError('forbidden', `This token may not do that: it lacks the permission ${needed}.`, {
      code: 'permission_missing',
      detail: { needed, held: permissions },
      hint: `Make one with --scope ${needed}.`,
    });
}

/** `*` stands for every area; write does not include read. */
function covers(held: string, needed: string): boolean {
  const [area, verb] = held.split(':');
  const [neededArea, neededVerb] = needed.split(':');
  return verb === neededVerb && (area === '*' || area === neededArea);
}

interface Limited {
  route: RouteDefinition;
  reach: Exclude<Reach, 'open'>;
  membership: Membership;
  projects: readonly string[];
}

/** The same for what exists and what does not: a stranger learns neither. */
const nothing = (hint?: string): AppError =>
  new AppError('not_found', 'There is no such thing in your projects.', {
    code: 'not_in_your_projects',
    ...(hint === undefined ? {} : { hint }),
  });

const closed = (): AppError =>
  new AppError('forbidden', 'This is about the whole installation, and the caller is limited to some projects.', {
    code: 'limited_to_projects',
    hint: 'It needs a person or a token without such a limit.',
  });

async function within({ route, reach, membership, projects }: Limited, request: RequestOf<never, never, never>): Promise<unknown> {
  const { foreign, some } = await membership.refusal(named(route, request), projects);
  if (foreign !== null) throw nothing();
  const own = some || reach === 'list' ? {} : ownProject(route, request, projects);
  if (own === null) throw nothing('Name one of your projects: this request is about all of them together.');
  if (reach === 'list' && isPaged(route)) return fillPage(paging(route, request, projects), (rows) => membership.visibleRows(rows, projects));
  const answer = await route.handle({ ...request, query: { ...(request.query as object), ...own } as never });
  const body = answer instanceof Reply ? answer.body : answer;
  if (!isJson(route, body)) {
    // Text and streams cannot be cut: only those of one row, which was checked, go through.
    if (reach === 'list') throw nothing();
    return answer;
  }
  const visible = await membership.visible(body, projects, reach === 'figures' ? 'kept' : 'left out');
  if (visible === null) throw nothing();
  return answer instanceof Reply ? new Reply(answer.status, visible, answer.headers) : visible;
}

/** Below `/v1/projects/:id` the id may be a key as well, which only its place tells. */
function named(route: RouteDefinition, request: { params?: unknown; query?: unknown; body?: unknown }): typeof request {
  const { params, query, body } = request;
  return route.path.startsWith('/v1/projects/:id') ? { params: { project: (params as { id?: unknown }).id }, query, body } : { params, query, body };
}

function isJson(route: RouteDefinition, body: unknown): boolean {
  if (body === null || typeof body !== 'object') return false;
  return route.response.schema !== null;
}

type ListRequest = RequestOf<never, never, never>;

const shapeOf = (route: RouteDefinition): Record<string, unknown> => (route.query as { shape?: Record<string, unknown> } | undefined)?.shape ?? {};

const isPaged = (route: RouteDefinition): boolean => 'limit' in shapeOf(route) && 'cursor' in shapeOf(route);

/** The only project of somebody who has no other, where a route asks for one and none was named; null: it does not, or there are more. */
function ownProject(route: RouteDefinition, { query }: ListRequest, projects: readonly string[]): { project: string } | null {
  const [project] = projects;
  const asks = 'project' in shapeOf(route) && (query as { project?: string } | undefined)?.project === undefined;
  return asks && project !== undefined && projects.length === 1 ? { project } : null;
}

/** With one project a list asks for it where it can; with several, what others have is read over. */
function paging(route: RouteDefinition, request: ListRequest, projects: readonly string[]): Paging {
  const given = request.query as unknown as { limit: number; cursor?: string; project?: string };
  const query = { ...given, ...ownProject(route, request, projects) };
  return {
    limit: query.limit,
    cursor: query.cursor ?? null,
    read: async (limit: number, cursor: string | null) => {
      const asked = { ...query, limit, cursor: cursor ?? undefined };
      return (await route.handle({ ...request, query: asked as never })) as Page<unknown>;
    },
  };
}
