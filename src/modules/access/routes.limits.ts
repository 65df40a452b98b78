import { z } from 'zod';
import { actorOf, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Access } from './commands.ts';

const Limits = z.object({ projects: z.array(z.string()).nullable().describe('Ids of the only projects this person sees; null: all.') });
const Id = z.object({ id: z.string() });

/** Which projects a person sees. */
export function limitRoutes({ access }: { access: Access }): RouteDefinition[] {
  const tag = 'access';
  return [
    route({
      method: 'GET',
      path: '/v1/people/:id/projects',
      summary: 'Projects a person is limited to',
      tag,
      access: 'admin',
      params: Id,
      response: { status: 200, schema: Limits },
      handle: async ({ params }) => ({ projects: await access.projectsOf(params.id) }),
    }),
    route({
      method: 'PUT',
      path: '/v1/people/:id/projects',
      summary: 'Limit a person to projects, whatever token or session they use; an empty list lifts the limit',
      tag,
      access: 'admin',
      params: Id,
      body: z.strictObject({ projects: z.array(z.string().min(1).max(60)).max(100) }),
      response: { status: 200, schema: Limits },
      handle: async ({ params, body, ...request }) => ({ projects: await access.limitPerson(params.id, body.projects, actorOf(request)) }),
    }),
  ];
}
