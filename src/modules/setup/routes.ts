import { z } from 'zod';
import { route, type RouteDefinition } from '#platform/http/index.ts';
import type { Setup } from './queries.ts';

const SetupBody = z
  .object({
    repository: z.boolean().describe('There is a repository Reeve may work on.'),
    agent: z.boolean().describe('There is an agent for the role coder that answered when it was last tested.'),
    work: z.boolean().describe('Something was asked for.'),
    landed: z.boolean().describe('Something is where it was to go: merged on the forge, or on its branch in the checkout.'),
    complete: z.boolean(),
    request: z
      .object({ id: z.string(), ended: z.boolean() })
      .nullable()
      .describe('The issue of what a person typed last. Null: nothing, or the caller is limited to projects.'),
    forges: z.object({ github: z.boolean() }),
    model: z
      .string()
      .nullable()
      .describe('Who plans and triages: `rules`, `provider/model` or `agent:<name>`. Null for callers limited to projects.'),
    gateway: z.boolean().describe('There is a model behind the gateway that sealed agents reach.'),
    deciders: z.number().int().nullable().describe('Active people who may decide something. Null for callers limited to projects.'),
  })
  .meta({ id: 'Setup' });

const RepositoryBody = z.object({
  path: z.string(),
  default_branch: z.string(),
  checked_out: z.string().nullable(),
  branches: z.array(z.string()).describe('What may be the main branch instead; the first 200.'),
  repository_id: z.string().nullable().describe('Null: Reeve does not know it yet.'),
  suggested: z.object({
    setup: z.array(z.string()),
    checks: z.array(z.object({ name: z.string(), command: z.string(), timeout_s: z.number().int() })),
    network: z.enum(['none', 'registry']),
    because: z.string().nullable(),
  }),
});

const DoctorBody = z
  .object({
    ok: z.boolean(),
    checks: z.array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        needed: z.boolean().describe('False: Reeve works without it, and something is then missing.'),
        detail: z.string(),
        fix: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Doctor' });

/** What a new installation has got, what is wrong with the machine, and what is in a folder of it. */
export function setupRoutes({ setup }: { setup: Setup }): RouteDefinition[] {
  const tag = 'setup';
  return [
    route({
      method: 'GET',
      path: '/v1/setup',
      summary: 'What this installation has got so far: a repository, an agent, work, a landing',
      tag,
      access: 'viewer',
      response: { status: 200, schema: SetupBody },
      handle: ({ actor }) => setup.view({ isLimited: (actor?.projects ?? null) !== null }),
    }),
    route({
      method: 'GET',
      path: '/v1/setup/repository',
      summary: 'What a folder of this machine holds: its repository, and how its tests are probably run',
      tag,
      access: 'admin',
      query: z.strictObject({ path: z.string().min(1).max(4096) }),
      response: { status: 200, schema: RepositoryBody },
      async handle({ query }) {
        const { path, defaultBranch, checkedOut, branches, repositoryId, suggested } = await setup.repository(query.path);
        return { path, default_branch: defaultBranch, checked_out: checkedOut, branches, repository_id: repositoryId, suggested };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/doctor',
      summary: 'Try each thing Reeve needs, really: database, sandbox, model, forge, every agent; takes some seconds',
      tag: 'operations',
      access: 'admin',
      response: { status: 200, schema: DoctorBody },
      handle: () => setup.doctor(),
    }),
  ];
}
