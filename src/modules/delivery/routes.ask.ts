import { z } from 'zod';
import { actorOf, Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Asking } from './commands.ask.ts';

/** `POST /v1/issues/{issue_id}/needs-info`. */
export function askRoutes({ asking }: { asking: Asking }): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/v1/issues/:issue_id/needs-info',
      summary: 'Ask the author of an issue something; nothing goes on before it is answered, and what runs is set aside',
      tag: 'delivery',
      access: 'developer',
      params: z.object({ issue_id: z.string() }),
      body: z.strictObject({ question: z.string().trim().min(3).max(2000) }),
      response: {
        status: 202,
        schema: z.object({
          issue_id: z.string(),
          how: z
            .enum(['decision', 'comment', 'record'])
            .describe('`decision`: as the answer to its plan; `comment`: on the issue; `record`: with the work itself, which was typed here'),
          action_id: z.string().nullable(),
        }),
      },
      handle: async ({ params, body, actor }) => {
        const asked = await asking.ask(params.issue_id, body.question, actorOf({ actor }));
        return new Reply(202, { issue_id: asked.workItemId, how: asked.how, action_id: asked.actionId });
      },
    }),
  ];
}
