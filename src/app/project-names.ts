import { AppError } from '#kernel/errors.ts';
import type { Projects } from '#modules/projects/index.ts';
import type { RouteDefinition } from '#platform/http/index.ts';

/** What they hold outlives its project: the id of one that was deleted still finds it. */
const RECORDS = new Set(['GET /v1/ledger', 'GET /v1/ledger/count', 'GET /v1/compliance-records', 'GET /v1/compliance/summary']);

/** The id of a project by its id or its key, or null. */
export const projectIdBy =
  ({ projects }: { projects: Pick<Projects, 'get' | 'byKey'> }) =>
  async (given: string): Promise<string | null> =>
    ((await projects.get(given)) ?? (await projects.byKey(given)))?.id ?? null;

/**
 * `?project=` takes an id or a key wherever a route has it: one place, so that no list answers "nothing" to a key it took for an id. Throws
 * not_found where there is no such project. `idOf`: the id of a project by either, or null.
 */
export function withNamedProject(route: RouteDefinition, idOf: (given: string) => Promise<string | null>): RouteDefinition {
  const shape = (route.query as { shape?: Record<string, unknown> } | undefined)?.shape;
  if (shape?.['project'] === undefined) return route;
  return {
    ...route,
    async handle(request) {
      const query = request.query as Record<string, unknown>;
      const given = query['project'];
      if (typeof given !== 'string') return route.handle(request);
      const id = await idOf(given);
      if (id === null && !(given.startsWith('proj_') && RECORDS.has(`${route.method} ${route.path}`)))
        throw new AppError('not_found', `There is no project ${given}.`, { hint: 'GET /v1/projects lists their ids and keys.' });
      return route.handle({ ...request, query: { ...query, project: id ?? given } as never });
    },
  };
}
