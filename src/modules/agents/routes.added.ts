import { z } from 'zod';
import { actorOf, route, type RouteDefinition } from '#platform/http/index.ts';
import type { AddedAgents } from './commands.added.ts';
import type { AddedAgent, FoundAgent } from './model.known.ts';

const ROLES = ['coder', 'reviewer', 'tester', 'planner'] as const;

const FoundView = z.object({
  id: z.string(),
  title: z.string(),
  program: z.string(),
  command: z.array(z.string()).describe('How it would be started.'),
  path: z.string().nullable().describe('Null: it is not on the PATH of the server.'),
  variables: z.array(z.string()).describe('Names of variables it may be given to be logged in.'),
  variables_set: z.array(z.string()).describe('Those of them that the server has.'),
  configured_as: z.string().nullable(),
  measured: z.string().nullable().describe('The version Reeve’s developers ran; null: it is started as its makers say.'),
  homepage: z.string(),
});

const AddedView = z.object({
  name: z.string(),
  known: z.string(),
  command: z.array(z.string()),
  network: z.enum(['gateway', 'open']),
  variables: z.array(z.string()),
  roles: z.array(z.string()),
  added_by: z.string(),
  added_at: z.iso.datetime(),
});

const Name = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dot and dash');

const AddBody = z.strictObject({
  known: z.string().min(1).max(60).describe('Id of a known agent: GET /v1/agents/found lists them.'),
  name: Name.optional().describe('Left out: the id of the known agent.'),
  roles: z
    .array(z.enum(ROLES))
    .max(4)
    .default(['coder', 'reviewer'])
    .describe('Roles it fills where neither the project nor the configuration file names one.'),
  network: z
    .enum(['gateway', 'open'])
    .default('gateway')
    .describe('gateway: it reaches the configured model and nothing else. open: the whole network, with a login of its own.'),
  variables: z.array(z.string().max(100)).max(10).default([]).describe('Names of variables of the server it is given; only with the open network.'),
});

/** Agents added while Reeve runs: what is there, add one, remove one. */
export function addedAgentRoutes({ added }: { added: AddedAgents }): RouteDefinition[] {
  const tag = 'agents';
  return [
    route({
      method: 'GET',
      path: '/v1/agents/found',
      summary: 'Agent programs that are known, and which of them are on the PATH of this server',
      tag,
      access: 'admin',
      response: { status: 200, schema: z.object({ items: z.array(FoundView), next_cursor: z.null() }) },
      handle: async () => ({ items: (await added.found()).map(presentFound), next_cursor: null }),
    }),
    route({
      method: 'POST',
      path: '/v1/agents',
      summary: 'Add a known agent that is on the PATH of this server; the same again changes how it was added',
      tag,
      access: 'admin',
      body: AddBody,
      response: { status: 201, schema: AddedView },
      handle: async ({ body, ...request }) => presentAdded(await added.add(body, actorOf(request))),
    }),
    route({
      method: 'DELETE',
      path: '/v1/agents/:name',
      summary: 'Remove an agent that was added; those of the configuration file stay',
      tag,
      access: 'admin',
      params: z.object({ name: Name }),
      response: { status: 204, schema: null },
      handle: async ({ params, ...request }) => added.remove(params.name, actorOf(request)),
    }),
  ];
}

function presentFound({ variablesSet, configuredAs, ...found }: FoundAgent): z.input<typeof FoundView> {
  return {
    ...found,
    command: [...found.command],
    variables: [...found.variables],
    variables_set: [...variablesSet],
    configured_as: configuredAs,
  };
}

function presentAdded({ name, known, spec, roles, addedBy, addedAt }: AddedAgent): z.input<typeof AddedView> {
  const { command, network, env } = spec;
  return { name, known, command, network, variables: env, roles, added_by: addedBy, added_at: addedAt.toISOString() };
}
