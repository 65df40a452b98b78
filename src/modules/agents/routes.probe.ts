import { z } from 'zod';
import { actorOf, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Agents } from './index.ts';
import { TEST_LIMIT_S } from './model.probe.ts';
import { AgentTestView, AgentView, presentAgent, presentAgentTest } from './routes.views.ts';

/** `/v1/agents`: those that are configured, and whether they can be used. */
export function configuredAgentRoutes(agents: Agents): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/agents',
      summary: 'The configured agents, each with what its last test said',
      tag: 'agents',
      access: 'viewer',
      response: { status: 200, schema: z.object({ items: z.array(AgentView), next_cursor: z.null() }) },
      handle: async () => {
        const tests = await agents.probes.tests();
        return { items: agents.agents().map((agent) => presentAgent(agent, tests.get(agent.name) ?? null)), next_cursor: null };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/agents/:name/test',
      summary: 'Start an agent in its sandbox, ask it who it is, and end it: no model is asked, and nothing of it stays',
      tag: 'agents',
      access: 'admin',
      params: z.object({ name: z.string().min(1).max(100) }),
      body: z.strictObject({
        limit_s: z
          .number()
          .int()
          .min(TEST_LIMIT_S.least)
          .max(TEST_LIMIT_S.most)
          .default(TEST_LIMIT_S.usual)
          .describe('Seconds it may take until it has answered.'),
      }),
      response: { status: 200, schema: AgentTestView },
      handle: async ({ params, body, ...request }) => presentAgentTest(await agents.probes.test(params.name, body.limit_s * 1000, actorOf(request))),
    }),
  ];
}
